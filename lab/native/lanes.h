/* A register's worth of float32 numbers, and what is done with one: whatever its width. */

#include <math.h>
#include <stdint.h>

#if defined(__AVX512F__) || (defined(__AVX2__) && defined(__FMA__) && defined(__F16C__))
#include <immintrin.h>
#endif

#define INLINE static inline __attribute__((always_inline))

#if defined(__AVX512F__)
enum { LANES = 16 };
#elif defined(__AVX2__) && defined(__FMA__) && defined(__F16C__)
enum { LANES = 8 };
#else
enum { LANES = 4 };
#endif

typedef float Lanes __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef int32_t Whole __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

INLINE Lanes all(float x) { return x - (Lanes){0}; }

INLINE Lanes load(const float *from) { return *(const Lanes *)from; }

INLINE void store(float *to, Lanes x) { *(Lanes *)to = x; }

INLINE Lanes either(Whole first, Lanes a, Lanes b) {
    return (Lanes)((first & (Whole)a) | (~first & (Whole)b));
}

INLINE float total(Lanes x) {
    float sum = 0;
    for (int lane = 0; lane < LANES; lane++) sum += x[lane];
    return sum;
}

/* e^x within 2e-7 of itself: 2^n e^r with r within half of ln 2, e^r by its Taylor series. */
INLINE Lanes exponential(Lanes x) {
    const float many = 12582912; /* 1.5 * 2^23: adding it leaves no room for fractions */
    x = either(x < all(-87), all(-87), x);
    x = either(x > all(88), all(88), x);
    Lanes n = (x * 1.44269504f + many) - many;
    Lanes r = x - n * 0.693359375f + n * 2.12194440e-4f;
    Lanes e = all(1.f / 5040);
    e = e * r + 1.f / 720;
    e = e * r + 1.f / 120;
    e = e * r + 1.f / 24;
    e = e * r + 1.f / 6;
    e = e * r + 0.5f;
    e = e * r + 1;
    e = e * r + 1;
    return (Lanes)((Whole)e + (__builtin_convertvector(n, Whole) << 23));
}
