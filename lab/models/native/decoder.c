/* One pass of the decoder on a CPU: new tokens of many texts in, logits out.

The steps are those of ../decoder.py, which is the one to read first, and so are the names. What is
done here for speed: a weight is read from memory once for all rows (new tokens), which is what a
pass with few rows costs; it may have 8 or 16 bits there, and is widened in a register; and nothing
but the pass itself happens between the products.

All sums are of float32, each in an order that does not depend on the other rows, so that a text's
logits are the same to the bit in any company.

Keys lie in blocks of LANES places, [kv heads][blocks][head width][LANES], and values place by
place, [kv heads][places][head width]. layout.py fills the structures. */

#include <stdlib.h>

#include "products.h"

typedef struct {
    const char *numbers;
    int64_t format;
} Table; /* (rows, width), never of int8 */

typedef struct {
    const float *weight, *bias; /* without a bias it is an RMS norm */
} Norm;

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

/* For a test that layout.py's structures are these. */
int64_t decoder_bytes(void) { return sizeof(Decoder); }
int64_t block_bytes(void) { return sizeof(Block); }

INLINE float number(Format format, const void *from, int64_t place) {
    if (format == FLOAT32) return ((const float *)from)[place];
    if (format == FLOAT16) return ((const _Float16 *)from)[place];
    const uint32_t bits = (uint32_t)((const uint16_t *)from)[place] << 16;
    float wide;
    memcpy(&wide, &bits, sizeof wide);
    return wide;
}

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

/* The sum of the values, each with its weight, times `share`: the components from `first` on that
   fill so many registers. Those `ahead` are asked for meanwhile. */
INLINE void gather(int vectors, const float *values, int64_t ahead, const float *weights,
                   int64_t seen, int64_t width, int64_t first, float share, float *mixed) {
    Lanes sums[4];
    for (int v = 0; v < vectors; v++) sums[v] = all(0);
    for (int64_t place = 0; place < seen; place++)
        for (int v = 0; v < vectors; v++) {
            const float *from = values + place * width + first + v * LANES;
            __builtin_prefetch(from + ahead, 0, 2);
            sums[v] += weights[place] * load(from);
        }
    for (int v = 0; v < vectors; v++) sums[v] *= share;
    int64_t left = width - first, count = vectors * LANES;
    memcpy(mixed + first, sums, (left < count ? left : count) * sizeof *mixed);
}

/* softmax(q k / sqrt(width)) v of one query over the first `seen` places. What it costs is the way
   of keys and values from memory, so those `ahead`, of the next query, are asked for meanwhile. */
static void attend(const Decoder *decoder, const float *query, const float *keys,
                   const float *values, int64_t ahead, int64_t seen, float *scores,
                   float *mixed) {
    int64_t width = decoder->head_width;
    float scale = 1 / sqrtf(width), largest = -INFINITY;
    for (int64_t first = 0; first < seen; first += LANES) {
        const float *block = keys + first * width;
        Lanes sums[4] = {all(0), all(0), all(0), all(0)};
        int64_t i = 0;
        for (; i + 4 <= width; i += 4)
            for (int each = 0; each < 4; each++) {
                const float *from = block + (i + each) * LANES;
                __builtin_prefetch(from + ahead, 0, 2);
                sums[each] += query[i + each] * load(from);
            }
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
        gather(4, values, ahead, scores, seen, width, first, 1 / sum, mixed);
    for (; first < width; first += LANES)
        gather(1, values, ahead, scores, seen, width, first, 1 / sum, mixed);
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
    int64_t per_row = 2 * d.width + (heads + d.heads) * d.head_width + d.mlp_width;
    int64_t per_thread = places + (rows + ABREAST) * PANEL;
    float *room = malloc(sizeof *room * (rows * per_row + threads * per_thread));
    if (!room) return 0;
    float *x = room, *normed = x + rows * d.width, *product = normed + rows * d.width;
    float *mixed = product + rows * heads * d.head_width;
    float *wide = mixed + rows * d.heads * d.head_width, *rooms = wide + rows * d.mlp_width;
#pragma omp parallel num_threads(threads)
    {
        float *scores = rooms + omp_get_thread_num() * per_thread, *sums = scores + places;
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
                    const float *query = product + (row * heads + head) * d.head_width;
                    const float *keys =
                        layer_memory(&d, memories[row], layer) + head / group * area;
                    int64_t next = row + (head + 1 == d.heads && row + 1 < rows);
                    const float *coming = layer_memory(&d, memories[next], layer) +
                                          (head + 1) % d.heads / group * area;
                    attend(&d, query, keys, keys + d.kv_heads * area, coming - keys,
                           positions[row] + 1, scores,
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
