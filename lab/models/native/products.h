/* Matrix products of many rows with weights of 8, 16 or 32 bits, which are read once for all rows.

A weight is cut into panels of 32 outputs, and a panel lists its inputs: [panels][in][32]. Every
sum is of float32 and in the order of the inputs, however many rows and panels are worked on at a
time. */

#include <omp.h>
#include <string.h>

#include "lanes.h"

/* As many rows as leave the registers room for a number of each beside the sums of a panel. */
#if defined(__AVX512F__)
enum { ROWS = 8 };
#else
enum { ROWS = 3 };
#endif
enum { PANEL = 32, VECTORS = PANEL / LANES, ABREAST = 4, AHEAD = 2048, PIECE = 128, AT_ONCE = 64 };
_Static_assert(LANES <= 16 && PANEL == 2 * 16, "slots.py and layout.py count on it");

typedef enum { FLOAT32, FLOAT16, BFLOAT16, INT8 } Format;
typedef enum { NONE, RELU, SILU, GELU, GELU_TANH } Activation;

typedef struct {
    const char *weight;
    const float *scale, *bias; /* per output; each may be missing */
    int64_t format, in, out, activation;
    int64_t gated; /* half of every panel, through the activation, times the other half */
} Product;

INLINE Lanes sigmoid(Lanes x) { return 1 / (1 + exponential(-x)); }

INLINE Lanes activate(Activation activation, Lanes x) {
    switch (activation) {
    case RELU: return either(x > all(0), x, all(0));
    case SILU: return x * sigmoid(x);
    case GELU:
        for (int lane = 0; lane < LANES; lane++)
            x[lane] *= 0.5f + 0.5f * erff(x[lane] * 0.70710678f);
        return x;
    case GELU_TANH: return x * sigmoid(1.59576912f * (x + 0.044715f * x * x * x));
    default: return x;
    }
}

/* The numbers `from` holds at `place` and after it, in float32. */
INLINE Lanes widen(Format format, const void *from, int64_t place) {
    const uint16_t *halves = (const uint16_t *)from + place;
    const int8_t *bytes = (const int8_t *)from + place;
#if defined(__AVX512F__)
    if (format == BFLOAT16)
        return (Lanes)_mm512_slli_epi32(
            _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)halves)), 16);
    if (format == FLOAT16) return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)halves));
    if (format == INT8)
        return _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i *)bytes)));
#elif defined(__AVX2__) && defined(__FMA__) && defined(__F16C__)
    if (format == BFLOAT16)
        return (Lanes)_mm256_slli_epi32(
            _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)halves)), 16);
    if (format == FLOAT16) return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)halves));
    if (format == INT8)
        return _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i *)bytes)));
#else
    Lanes wide;
    if (format == BFLOAT16) {
        for (int lane = 0; lane < LANES; lane++)
            ((uint32_t *)&wide)[lane] = (uint32_t)halves[lane] << 16;
        return wide;
    }
    if (format == FLOAT16) {
        for (int lane = 0; lane < LANES; lane++) wide[lane] = ((const _Float16 *)halves)[lane];
        return wide;
    }
    if (format == INT8) {
        for (int lane = 0; lane < LANES; lane++) wide[lane] = bytes[lane];
        return wide;
    }
#endif
    return load((const float *)from + place);
}

INLINE int64_t bytes_of(Format format) { return format == FLOAT32 ? 4 : format == INT8 ? 1 : 2; }

/* One row with panels that lie one after another: sums[panel][32]. What it costs is the way of the
   weights from memory, so what comes soon is asked for meanwhile. */
INLINE void row_tile(Format format, int panels, const char *weight, int64_t in, const float *x,
                     float *sums) {
    const int64_t line = PANEL * bytes_of(format);
    Lanes sum[ABREAST][VECTORS];
    for (int panel = 0; panel < panels; panel++)
        for (int v = 0; v < VECTORS; v++) sum[panel][v] = all(0);
#pragma GCC unroll 4
    for (int64_t k = 0; k < in; k++)
#pragma GCC unroll 4
        for (int panel = 0; panel < panels; panel++) {
            const char *from = weight + (panel * in + k) * line;
            __builtin_prefetch(from + AHEAD);
#pragma GCC unroll 8
            for (int v = 0; v < VECTORS; v++)
                sum[panel][v] += all(x[k]) * widen(format, from, v * LANES);
        }
    memcpy(sums, sum, sizeof(float) * panels * PANEL);
}

/* Some rows with `count` inputs of a panel, widened before: added to sums[row][32], which are kept
   in registers meanwhile. `x` are rows `stride` numbers apart. What comes soon is asked for. */
INLINE void tile(int rows, const float *weight, int64_t count, const float *x, int64_t stride,
                 const char *soon, int64_t step, float *sums) {
    Lanes sum[ROWS][VECTORS];
    memcpy(sum, sums, sizeof(float) * rows * PANEL);
#pragma GCC unroll 2
    for (int64_t k = 0; k < count; k++) {
        __builtin_prefetch(soon + k * step, 0, 2);
#pragma GCC unroll 8
        for (int v = 0; v < VECTORS; v++) {
            Lanes w = load(weight + k * PANEL + v * LANES);
#pragma GCC unroll 8
            for (int row = 0; row < rows; row++) sum[row][v] += all(x[row * stride + k]) * w;
        }
    }
    memcpy(sums, sum, sizeof(float) * rows * PANEL);
}

static void tile_of(int rows, const float *weight, int64_t count, const float *x, int64_t stride,
                    const char *soon, int64_t step, float *sums) {
#define CASE(number) \
    case number: tile(number, weight, count, x, stride, soon, step, sums); break;
    switch (rows) { /* numbers that the compiler knows */
        CASE(1) CASE(2) CASE(3)
#if defined(__AVX512F__)
        CASE(4) CASE(5) CASE(6) CASE(7) CASE(8)
#endif
    }
#undef CASE
}

/* All rows with one panel: sums[row][32]. It is widened piece by piece, once for all of them. */
INLINE void panel_sums(Format format, const char *weight, int64_t in, const float *x, int64_t rows,
                       float *sums) {
    float wide[PIECE * PANEL];
    const int64_t line = PANEL * bytes_of(format), groups = (rows + ROWS - 1) / ROWS;
    memset(sums, 0, sizeof(float) * rows * PANEL);
    for (int64_t start = 0; start < in; start += PIECE) {
        const int64_t count = in - start < PIECE ? in - start : PIECE;
        const char *from = weight + start * line, *soon = from + count * line;
        for (int64_t each = 0; each < count * PANEL; each += LANES)
            store(wide + each, widen(format, from, each));
        for (int64_t group = 0; group < groups; group++) {
            int64_t first = rows * group / groups, end = rows * (group + 1) / groups;
            tile_of(end - first, wide, count, x + first * in + start, in,
                    soon + count * line * group / groups, line / groups, sums + first * PANEL);
        }
    }
}

/* What the sums of a panel become: scaled, biased, bent; then stored, or added to what is there. */
INLINE void finish(const Product *product, int64_t panel, const float *sums, float *y, int add) {
    Lanes values[VECTORS];
    int64_t first = panel * PANEL;
    for (int v = 0; v < VECTORS; v++) {
        values[v] = load(sums + v * LANES);
        if (product->scale) values[v] *= load(product->scale + first + v * LANES);
        if (product->bias) values[v] += load(product->bias + first + v * LANES);
    }
    int vectors = product->gated ? VECTORS / 2 : VECTORS;
    for (int v = 0; v < vectors; v++) {
        values[v] = activate(product->activation, values[v]);
        if (product->gated) values[v] *= values[vectors + v];
    }
    if (product->gated) first /= 2;
    const float *numbers = (const float *)values;
    int64_t left = product->out - first, count = vectors * LANES;
    for (int64_t each = 0; each < count && each < left; each++)
        y[first + each] = numbers[each] + (add ? y[first + each] : 0);
}

INLINE void multiply_in(Format format, const Product *product, const float *x, int64_t rows,
                        float *y, int add, float *sums) {
    const int64_t in = product->in, out = product->out, bytes = in * PANEL * bytes_of(format);
    const int64_t panels = ((product->gated ? 2 * out : out) + PANEL - 1) / PANEL;
    /* A single row has few sums to keep, and reads several panels at a time if there are enough. */
    const int64_t step = rows == 1 && panels >= ABREAST * omp_get_num_threads() ? ABREAST : 1;
    /* A core that others use too takes fewer panels than one that is free. */
#pragma omp for schedule(dynamic)
    for (int64_t start = 0; start < panels; start += step) {
        int64_t end = start + step < panels ? start + step : panels;
        const char *weight = product->weight + start * bytes;
        if (rows > 1)
            panel_sums(format, weight, in, x, rows, sums);
        else if (end - start == ABREAST)
            row_tile(format, ABREAST, weight, in, x, sums);
        else
            for (int64_t panel = start; panel < end; panel++)
                row_tile(format, 1, product->weight + panel * bytes, in, x,
                         sums + (panel - start) * PANEL);
        /* Several panels or several rows, never both, so that one index tells them apart. */
        for (int64_t panel = start; panel < end; panel++)
            for (int64_t row = 0; row < rows; row++)
                finish(product, panel, sums + (panel - start + row) * PANEL, y + row * out, add);
    }
}

INLINE void multiply_some(const Product *product, const float *x, int64_t rows, float *y, int add,
                          float *sums) {
    switch (product->format) {
    case FLOAT32: multiply_in(FLOAT32, product, x, rows, y, add, sums); break;
    case FLOAT16: multiply_in(FLOAT16, product, x, rows, y, add, sums); break;
    case BFLOAT16: multiply_in(BFLOAT16, product, x, rows, y, add, sums); break;
    case INT8: multiply_in(INT8, product, x, rows, y, add, sums); break;
    }
}

/* W x + b for each row of x, or that added to y; `sums` is room for a panel of each row. To be
   called by all threads, who share the panels. Of many rows it takes as many at a time as stay in
   a core's own cache while panel after panel is read. */
static void multiply(const Product *product, const float *x, int64_t rows, float *y, int add,
                     float *sums) {
    const int64_t parts = (rows + AT_ONCE - 1) / AT_ONCE;
    for (int64_t part = 0; part < parts; part++) {
        const int64_t first = rows * part / parts, end = rows * (part + 1) / parts;
        multiply_some(product, x + first * product->in, end - first, y + first * product->out, add,
                      sums);
    }
}
