// SPDX-License-Identifier: GPL-3.0-or-later
/* A log-linear histogram of int64 values >= 0: 64 equal bins in each octave, so that a bin's middle
 * is within 0.8 % of every value in it; values below 64 are exact.  Counts and the sum are
 * integers, so histograms merge exactly in any order.  Bins exist up to the greatest value's. */
#ifndef QUEUELAB_CORE_HIST_H
#define QUEUELAB_CORE_HIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HIST_BINS = 64, HIST_OCTAVES = 58 };

struct hist {
    uint64_t *bins; /* the first room of them; NULL until used */
    uint64_t top;   /* 1 + the greatest value; 0: none */
    uint64_t sum;   /* of the values: carries x 2^64 + sum */
    uint32_t carries, room;
};

void hist_init(struct hist *hist);
void hist_free(struct hist *hist);
void hist_clear(struct hist *hist); /* zeroes the counts, keeps the memory */

/* Bin (64 + b) 2^s .. of octave s + 1 has number 64 (s + 1) + b; a value below 64 is its own. */
static inline size_t hist_bin(uint64_t value)
{
    const unsigned shift = 57u - (unsigned)__builtin_clzll(value | HIST_BINS);
    return ((size_t)shift * HIST_BINS) + (size_t)(value >> shift);
}

/* Is there a greater value already, and so a bin? */
static inline bool hist_has_bin(const struct hist *hist, uint64_t value)
{
    return value < hist->top;
}
/* Adds a value that has a bin. */
static inline void hist_count(struct hist *hist, uint64_t value)
{
    hist->bins[hist_bin(value)]++;
    hist->sum += value;
    hist->carries += hist->sum < value;
}
/* Makes room first; a value below 0 ends the process. */
void hist_add_greatest(struct hist *hist, uint64_t value);
/* Makes room as if there were a value, and counts none: for who fills the bins. */
void hist_reach(struct hist *hist, uint64_t value);

static inline void hist_add(struct hist *hist, int64_t value)
{
    if (__builtin_expect(hist_has_bin(hist, (uint64_t)value), 1))
        hist_count(hist, (uint64_t)value);
    else
        hist_add_greatest(hist, (uint64_t)value);
}

void hist_merge(struct hist *into, const struct hist *from);
uint64_t hist_total(const struct hist *hist); /* how many values */
/* The middle of the smallest bin up to which at least ceil(q n) values lie (q = 0: the first bin
 * with any), never above the greatest value.  NAN if empty. */
double hist_quantile(const struct hist *hist, double q);
double hist_mean(const struct hist *hist); /* NAN if empty */
double hist_sum(const struct hist *hist);
double hist_max(const struct hist *hist); /* the greatest value; NAN if empty */

/* Calls visit for each bin with a count, ascending: values in [low, high); the last bin of all
 * includes its high, INT64_MAX. */
void hist_each(const struct hist *hist,
               void (*visit)(void *context, int64_t low, int64_t high, uint64_t count),
               void *context);

#endif
