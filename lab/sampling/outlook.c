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

/* The sum of e^(x - largest), and that of (x - largest) e^(x - largest). Float32 would lose a long
   flat tail beside a peak, so it adds up but a stretch at a time. */
static void sums(const float *row, int64_t size, float largest, double *weight, double *depth) {
    *weight = *depth = 0;
    for (int64_t start = 0; start < size; start += STRETCH) {
        int64_t end = start + STRETCH < size ? start + STRETCH : size;
        Lanes weights = all(0), depths = all(0);
        for (int64_t first = start; first < end; first += LANES) {
            Lanes x = all(-INFINITY);
            if (first + LANES <= end)
                x = load(row + first);
            else
                for (int64_t each = first; each < end; each++) x[each - first] = row[each];
            x -= largest;
            Whole counts = x > all(-87); /* what is less likely than e^-87 adds nothing */
            Lanes share = either(counts | (x != x), exponential(x), all(0));
            weights += share;
            depths += either(counts, x, all(0)) * share;
        }
        for (int lane = 0; lane < LANES; lane++) {
            *weight += weights[lane];
            *depth += depths[lane];
        }
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
        sums(numbers, size, values[row * count], &weight, &depth);
        log_totals[row] = values[row * count] + log(weight);
        entropies[row] = log(weight) - depth / weight;
    }
}
