/* What one look at a row of logits tells (see outlook.py). */

#include "lanes.h"

enum { STRETCH = 1024 };

/* The largest numbers of a row, in falling order, and their places; of equal ones the first. */
static void largest(const float *row, int64_t size, int64_t count, float *values, int64_t *places) {
    int64_t found = 0;
    for (int64_t first = 0; first < size; first += LANES) {
        int64_t end = first + LANES < size ? first + LANES : size;
        if (end - first == LANES && found == count) {
            Whole above = load(row + first) > all(values[count - 1]);
            int32_t any = 0;
            for (int lane = 0; lane < LANES; lane++) any |= above[lane];
            if (!any) continue;
        }
        for (int64_t place = first; place < end; place++) {
            if (found == count && !(row[place] > values[count - 1])) continue;
            int64_t at = found < count ? found++ : count - 1;
            for (; at > 0 && row[place] > values[at - 1]; at--) {
                values[at] = values[at - 1];
                places[at] = places[at - 1];
            }
            values[at] = row[place];
            places[at] = place;
        }
    }
}

/* How far LANES numbers lie below the largest, times `scale`; beyond the end, far. */
INLINE Lanes depths(const float *row, int64_t first, int64_t end, float largest, float scale) {
    Lanes x = all(-INFINITY);
    if (first + LANES <= end)
        x = load(row + first);
    else
        for (int64_t each = first; each < end; each++) x[each - first] = row[each];
    return (x - largest) * scale;
}

/* e^depth; what is less likely than e^-87 counts for nothing. */
INLINE Lanes weigh(Lanes depth) {
    return either((depth > all(-87)) | (depth != depth), exponential(depth), all(0));
}

/* The sums of e^depth and of depth e^depth. Float32 would lose a long flat tail beside a peak, so
   it adds up but a stretch at a time: at most STRETCH numbers from `start` on. */
static void stretch_sums(const float *row, int64_t start, int64_t size, float largest, float scale,
                         double *weight, double *depth) {
    int64_t end = start + STRETCH < size ? start + STRETCH : size;
    Lanes weights = all(0), products = all(0);
    for (int64_t first = start; first < end; first += LANES) {
        Lanes below = depths(row, first, end, largest, scale), share = weigh(below);
        weights += share;
        products += either(below < all(-87), all(0), below) * share;
    }
    *weight = *depth = 0;
    for (int lane = 0; lane < LANES; lane++) {
        *weight += weights[lane];
        *depth += products[lane];
    }
}

static void sums(const float *row, int64_t size, float largest, float scale, double *weight,
                 double *depth) {
    *weight = *depth = 0;
    for (int64_t start = 0; start < size; start += STRETCH) {
        double more, deeper;
        stretch_sums(row, start, size, largest, scale, &more, &deeper);
        *weight += more;
        *depth += deeper;
    }
}

/* For each row of logits (rows, size): its `count` largest, the log of the sum of e^x, which is not
   finite where the row is no distribution, and the entropy of the softmax in nats. */
void look(const float *logits, int64_t rows, int64_t size, int64_t count, float *values,
          int64_t *places, double *log_totals, double *entropies, int64_t threads) {
#pragma omp parallel for schedule(static) num_threads(threads) if (rows > 1)
    for (int64_t row = 0; row < rows; row++) {
        const float *numbers = logits + row * size;
        largest(numbers, size, count, values + row * count, places + row * count);
        double weight, depth;
        sums(numbers, size, values[row * count], 1, &weight, &depth);
        log_totals[row] = values[row * count] + log(weight);
        entropies[row] = log(weight) - depth / weight;
    }
}

/* The log of the sum of e^(scale (x - largest)). */
double log_weight(const float *row, int64_t size, float largest, float scale) {
    double weight, depth;
    sums(row, size, largest, scale, &weight, &depth);
    return log(weight);
}

/* The token at which the softmax of `scale` x, added up from the first on, passes a number in
   [0, 1); and what it had of the whole. */
int64_t pick(const float *row, int64_t size, float largest, float scale, double number,
             double *probability) {
    double whole, more, depth, reached = 0;
    sums(row, size, largest, scale, &whole, &depth);
    const double target = fmin(number * whole, nextafter(whole, 0));
    int64_t start = 0, chosen = 0;
    for (; start + STRETCH < size; start += STRETCH) {
        stretch_sums(row, start, size, largest, scale, &more, &depth);
        if (reached + more > target) break;
        reached += more;
    }
    /* Here it adds up in another order, so by rounding the number may lie beyond the last one. */
    int64_t end = start + STRETCH < size ? start + STRETCH : size;
    for (int64_t first = start; first < end; first += LANES) {
        Lanes shares = weigh(depths(row, first, end, largest, scale));
        for (int64_t each = first; each < end && each < first + LANES; each++) {
            if (!(shares[each - first] > 0)) continue;
            chosen = each;
            *probability = shares[each - first] / whole;
            reached += shares[each - first];
            if (reached > target) return chosen;
        }
    }
    return chosen;
}
