// SPDX-License-Identifier: GPL-3.0-or-later
/* A log-linear histogram of int64 values >= 0: 64 equal bins in each octave, so that a bin's middle
 * is within 0.8 % of every value in it; values below 64 are exact.  Counts are integers, so
 * histograms merge exactly in any order.  An octave is allocated when it is first used. */
#ifndef QUEUELAB_CORE_HIST_H
#define QUEUELAB_CORE_HIST_H

#include <stddef.h>
#include <stdint.h>

enum { HIST_BINS = 64, HIST_OCTAVES = 58 };

struct hist {
    /* NULL until used; HIST_BINS counts.  The last stays NULL: a value below 0 goes there, and
     * hist_open_octave ends the process. */
    uint64_t *octave[HIST_OCTAVES + 1];
    uint64_t count;
    int64_t max;
    double sum; /* of the values, for the mean */
};

void hist_init(struct hist *hist);
void hist_free(struct hist *hist);
void hist_clear(struct hist *hist); /* zeroes the counts, keeps the memory */
uint64_t *hist_open_octave(struct hist *hist, int octave);

static inline void hist_add(struct hist *hist, int64_t value)
{
    const uint64_t v = (uint64_t)value;
    const int octave = 58 - __builtin_clzll(v | 63); /* 0: exact values below 64 */
    const int shift = octave > 0 ? octave - 1 : 0;
    uint64_t *bins = hist->octave[octave];
    if (__builtin_expect(bins == NULL, 0))
        bins = hist_open_octave(hist, octave);
    bins[(v >> shift) & (HIST_BINS - 1)]++;
    hist->count++;
    hist->sum += (double)value;
    if (value > hist->max)
        hist->max = value;
}

void hist_merge(struct hist *into, const struct hist *from);
/* The middle of the smallest bin up to which at least ceil(q n) values lie (q = 0: the first bin
 * with any), never above max.  NAN if empty. */
double hist_quantile(const struct hist *hist, double q);
double hist_mean(const struct hist *hist); /* NAN if empty */

/* Calls visit for each bin with a count, ascending: values in [low, high); the last bin of all
 * includes its high, INT64_MAX. */
void hist_each(const struct hist *hist,
               void (*visit)(void *context, int64_t low, int64_t high, uint64_t count),
               void *context);

#endif
