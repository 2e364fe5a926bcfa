/* One pass of the decoder on a CPU: new tokens of many texts in, logits out.

The steps are those of ../decoder.py, which is the one to read first, and so are the names. What is
done here for speed: a weight is read from memory once for all rows (new tokens), which is what a
pass with few rows costs; it may have 8 or 16 bits there, and is widened in a register; and nothing
but the pass itself happens between the products.

All sums are of float32, each in an order that does not depend on the other rows, so that a text's
logits are the same to the bit in any company.

Two layouts (layout.py fills the structures):
- A weight is cut into panels of 32 outputs, and a panel lists its inputs: [panels][in][32].
- Keys lie in blocks of LANES places: [kv heads][blocks][head width][LANES]; values place by place:
  [kv heads][places][head width]. */

#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "lanes.h"

/* `ROWS` rows of a panel's sums fill the registers. */
#if defined(__AVX512F__)
enum { ROWS = 12 };
#else
enum { ROWS = 3 };
#endif
enum { PANEL = 32, VECTORS = PANEL / LANES, ABREAST = 4, MOST = 12, AHEAD = 2048, PIECE = 128 };

typedef enum { FLOAT32, FLOAT16, BFLOAT16, INT8 } Format;
typedef enum { NONE, RELU, SILU, GELU, GELU_TANH } Activation;

typedef struct {
    const char *numbers;
    int64_t format;
} Table; /* (rows, width) */

typedef struct {
    const float *weight, *bias; /* without a bias it is an RMS norm */
} Norm;

typedef struct {
    const char *weight;
    const float *scale, *bias; /* per output; each may be missing */
    int64_t format, in, out, activation;
    int64_t gated; /* half of every panel, through the activation, times the other half */
} Product;

typedef struct {
    Norm attention_norm;
    Product query_key_value;
    const float *query_norm, *key_norm; /* Qwen3's; else missing */
    Product attention_output;
    Norm mlp_norm;
    Product mlp_input, mlp_output;
} Block;

typedef struct {
    int64_t layers, width, heads, kv_heads, head_width, mlp_width, places;
    double eps;
    Table embedding, positions;  /* no positions where they are rotary */
    const float *cosine, *sine;  /* (places, head width / 2) */
    const Block *blocks;
    Norm final_norm;
    Product head;
} Decoder;

/* Arithmetic of registers */

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

INLINE float number(Format format, const void *from, int64_t place) {
    uint16_t half = format == BFLOAT16 ? ((const uint16_t *)from)[place] : 0;
    uint32_t bits = (uint32_t)half << 16;
    float wide;
    memcpy(&wide, &bits, sizeof wide);
    switch (format) {
    case BFLOAT16: return wide;
    case FLOAT16: return ((const _Float16 *)from)[place];
    default: return ((const float *)from)[place];
    }
}

INLINE int64_t bytes_of(Format format) { return format == FLOAT32 ? 4 : format == INT8 ? 1 : 2; }

/* Products */

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
    Lanes sum[MOST][VECTORS];
    memcpy(sum, sums, sizeof(float) * rows * PANEL);
#pragma GCC unroll 2
    for (int64_t k = 0; k < count; k++) {
        __builtin_prefetch(soon + k * step, 0, 2);
#pragma GCC unroll 8
        for (int v = 0; v < VECTORS; v++) {
            Lanes w = load(weight + k * PANEL + v * LANES);
#pragma GCC unroll 12
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
        CASE(4) CASE(5) CASE(6) CASE(7) CASE(8) CASE(9) CASE(10) CASE(11) CASE(12)
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
        for (int64_t panel = start; panel < end; panel++)
            for (int64_t row = 0; row < rows; row++)
                finish(product, panel, sums + (panel - start + row) * PANEL, y + row * out, add);
    }
}

/* W x + b for each row of x, or that added to y; `sums` is room for a panel of each row. To be
   called by all threads, who share the panels. */
static void multiply(const Product *product, const float *x, int64_t rows, float *y, int add,
                     float *sums) {
    switch (product->format) {
    case FLOAT32: multiply_in(FLOAT32, product, x, rows, y, add, sums); break;
    case FLOAT16: multiply_in(FLOAT16, product, x, rows, y, add, sums); break;
    case BFLOAT16: multiply_in(BFLOAT16, product, x, rows, y, add, sums); break;
    case INT8: multiply_in(INT8, product, x, rows, y, add, sums); break;
    }
}

/* Between the products */

/* The sum of the squares of what is above `mean`; with a mean of zero, of the numbers. */
INLINE float squares(const float *x, int64_t count, float mean) {
    Lanes sums = all(0);
    int64_t each = 0;
    for (; each + LANES <= count; each += LANES) {
        Lanes above = load(x + each) - mean;
        sums += above * above;
    }
    float sum = total(sums);
    for (; each < count; each++) sum += (x[each] - mean) * (x[each] - mean);
    return sum;
}

INLINE float average(const float *x, int64_t count) {
    Lanes sums = all(0);
    int64_t each = 0;
    for (; each + LANES <= count; each += LANES) sums += load(x + each);
    float sum = total(sums);
    for (; each < count; each++) sum += x[each];
    return sum / count;
}

/* Layer norm where there is a bias, else RMS norm. y may be x. */
static void normalise(Norm norm, double eps, const float *x, int64_t width, float *y) {
    float mean = norm.bias ? average(x, width) : 0;
    float size = 1 / sqrtf(squares(x, width, mean) / width + (float)eps);
    for (int64_t each = 0; each < width; each++)
        y[each] = (x[each] - mean) * size * norm.weight[each] + (norm.bias ? norm.bias[each] : 0);
}

static void embed(const Decoder *decoder, int64_t id, int64_t position, float *x) {
    const Table *tables[] = {&decoder->embedding, &decoder->positions};
    const int64_t rows[] = {id, position}, width = decoder->width;
    memset(x, 0, width * sizeof *x);
    for (int table = 0; table < 2 && tables[table]->numbers; table++) {
        Format format = tables[table]->format;
        int64_t first = rows[table] * width;
        for (int64_t each = 0; each < width; each++)
            x[each] += number(format, tables[table]->numbers, first + each);
    }
}

/* Normalise a head where the model does, and turn its pairs (i, i + half) by their angles. */
static void turn(const Decoder *decoder, const float *norm, int64_t position, float *head) {
    int64_t width = decoder->head_width, half = width / 2;
    if (norm) normalise((Norm){norm, NULL}, decoder->eps, head, width, head);
    if (!decoder->cosine) return;
    const float *cosine = decoder->cosine + position * half;
    const float *sine = decoder->sine + position * half;
    for (int64_t i = 0; i < half; i++) {
        float first = head[i], second = head[half + i];
        head[i] = first * cosine[i] - second * sine[i];
        head[half + i] = second * cosine[i] + first * sine[i];
    }
}

/* Where a text's keys of a layer begin; its values follow. */
INLINE float *layer_memory(const Decoder *decoder, float *memory, int64_t layer) {
    return memory + 2 * layer * decoder->kv_heads * decoder->places * decoder->head_width;
}

/* Make a query ready, or keep a key or a value: head `number` of a token's product. */
static void keep(const Decoder *decoder, const Block *block, int64_t position, int64_t number,
                 float *head, float *memory) {
    int64_t width = decoder->head_width, area = decoder->places * width;
    int64_t key = number - decoder->heads, value = key - decoder->kv_heads;
    if (key < 0)
        turn(decoder, block->query_norm, position, head);
    else if (value < 0) {
        turn(decoder, block->key_norm, position, head);
        float *to = memory + key * area + position / LANES * LANES * width + position % LANES;
        for (int64_t i = 0; i < width; i++) to[i * LANES] = head[i];
    } else
        memcpy(memory + (decoder->kv_heads + value) * area + position * width, head,
               width * sizeof *head);
}

/* The sum of values, each with its weight: components `first` and after, as many as fill
   `vectors` registers. */
INLINE void gather(int vectors, const float *values, const float *weights, int64_t seen,
                   int64_t width, int64_t first, float share, float *mixed) {
    Lanes sums[4];
    for (int v = 0; v < vectors; v++) sums[v] = all(0);
    for (int64_t place = 0; place < seen; place++)
        for (int v = 0; v < vectors; v++)
            sums[v] += weights[place] * load(values + place * width + first + v * LANES);
    for (int v = 0; v < vectors; v++) sums[v] *= share;
    int64_t left = width - first, count = vectors * LANES;
    memcpy(mixed + first, sums, (left < count ? left : count) * sizeof *mixed);
}

/* softmax(q k / sqrt(width)) v of one query over the first `seen` places. */
static void attend(const Decoder *decoder, const float *query, const float *keys,
                   const float *values, int64_t seen, float *scores, float *mixed) {
    int64_t width = decoder->head_width;
    float scale = 1 / sqrtf(width), largest = -INFINITY;
    for (int64_t first = 0; first < seen; first += LANES) {
        const float *block = keys + first * width;
        Lanes sums[4] = {all(0), all(0), all(0), all(0)};
        int64_t i = 0;
        for (; i + 4 <= width; i += 4)
            for (int each = 0; each < 4; each++)
                sums[each] += query[i + each] * load(block + (i + each) * LANES);
        for (; i < width; i++) sums[0] += query[i] * load(block + i * LANES);
        store(scores + first, ((sums[0] + sums[1]) + (sums[2] + sums[3])) * scale);
    }
    for (int64_t place = 0; place < seen; place++)
        if (scores[place] > largest) largest = scores[place];
    float sum = 0;
    for (int64_t first = 0; first < seen; first += LANES) {
        store(scores + first, exponential(load(scores + first) - largest));
        for (int64_t place = first; place < seen && place < first + LANES; place++)
            sum += scores[place];
    }
    int64_t first = 0;
    for (; first + 4 * LANES <= width; first += 4 * LANES)
        gather(4, values, scores, seen, width, first, 1 / sum, mixed);
    for (; first < width; first += LANES)
        gather(1, values, scores, seen, width, first, 1 / sum, mixed);
}

/* `rows` new tokens: their ids, their positions, and the memories of the texts that they belong
   to, which take in their keys and values. Logits (wanted, vocabulary) come after the tokens
   `last`. Memories are [layers][keys, values][kv heads][places][head width], and beyond the last
   one LANES more numbers may be read. Returns whether there was room to work. */
int forward(const Decoder *decoder, int64_t rows, const int64_t *ids, const int64_t *positions,
            float *const *memories, int64_t wanted, const int64_t *last, float *logits,
            int64_t threads) {
    const Decoder d = *decoder;
    int64_t heads = d.heads + 2 * d.kv_heads, group = d.heads / d.kv_heads;
    int64_t area = d.places * d.head_width, places = d.places + LANES;
    float *room = malloc(sizeof *room * (rows * (2 * d.width + (heads + d.heads) * d.head_width +
                                                 d.mlp_width) + threads * (places + (rows + ABREAST) * PANEL)));
    if (!room) return 0;
    float *x = room, *normed = x + rows * d.width, *product = normed + rows * d.width;
    float *mixed = product + rows * heads * d.head_width;
    float *wide = mixed + rows * d.heads * d.head_width, *rooms = wide + rows * d.mlp_width;
#pragma omp parallel num_threads(threads)
    {
        float *scores = rooms + omp_get_thread_num() * (places + (rows + ABREAST) * PANEL);
        float *sums = scores + places;
#pragma omp for
        for (int64_t row = 0; row < rows; row++)
            embed(&d, ids[row], positions[row], x + row * d.width);
        for (int64_t layer = 0; layer < d.layers; layer++) {
            const Block *block = d.blocks + layer;
#pragma omp for
            for (int64_t row = 0; row < rows; row++)
                normalise(block->attention_norm, d.eps, x + row * d.width, d.width,
                          normed + row * d.width);
            multiply(&block->query_key_value, normed, rows, product, 0, sums);
#pragma omp for collapse(2)
            for (int64_t row = 0; row < rows; row++)
                for (int64_t head = 0; head < heads; head++)
                    keep(&d, block, positions[row], head,
                         product + (row * heads + head) * d.head_width,
                         layer_memory(&d, memories[row], layer));
#pragma omp for collapse(2)
            for (int64_t row = 0; row < rows; row++)
                for (int64_t head = 0; head < d.heads; head++) {
                    const float *keys =
                        layer_memory(&d, memories[row], layer) + head / group * area;
                    attend(&d, product + (row * heads + head) * d.head_width, keys,
                           keys + d.kv_heads * area, positions[row] + 1,
                           scores,
                           mixed + (row * d.heads + head) * d.head_width);
                }
            multiply(&block->attention_output, mixed, rows, x, 1, sums);
#pragma omp for
            for (int64_t row = 0; row < rows; row++)
                normalise(block->mlp_norm, d.eps, x + row * d.width, d.width,
                          normed + row * d.width);
            multiply(&block->mlp_input, normed, rows, wide, 0, sums);
            multiply(&block->mlp_output, wide, rows, x, 1, sums);
        }
#pragma omp for
        for (int64_t row = 0; row < wanted; row++)
            normalise(d.final_norm, d.eps, x + last[row] * d.width, d.width,
                      normed + row * d.width);
        multiply(&d.head, normed, wanted, logits, 0, sums);
    }
    free(room);
    return 1;
}
