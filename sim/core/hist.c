// SPDX-License-Identifier: GPL-3.0-or-later
/* The histogram's cold side: opening octaves, merging, reading.  Bin b of octave o > 0 holds the
 * values from (64 + b) 2^(o - 1) up to the next bin's; octave 0 holds 0 .. 63 one by one. */
#include "core/hist.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "base/must.h"

enum { OCTAVE_BYTES = HIST_BINS * sizeof(uint64_t) };

void hist_init(struct hist *hist)
{
    *hist = (struct hist){.count = 0};
}

void hist_free(struct hist *hist)
{
    for (int i = 0; i < HIST_OCTAVES; i++)
        free(hist->octave[i]);
    hist_init(hist);
}

void hist_clear(struct hist *hist)
{
    for (int i = 0; i < HIST_OCTAVES; i++) {
        if (hist->octave[i] != NULL)
            memset(hist->octave[i], 0, OCTAVE_BYTES);
    }
    hist->count = 0;
    hist->max = 0;
    hist->sum = 0.0;
}

uint64_t *hist_open_octave(struct hist *hist, int octave)
{
    MUST(octave < HIST_OCTAVES && "a value below 0");
    hist->octave[octave] = must_alloc(OCTAVE_BYTES);
    memset(hist->octave[octave], 0, OCTAVE_BYTES);
    return hist->octave[octave];
}

void hist_merge(struct hist *into, const struct hist *from)
{
    for (int i = 0; i < HIST_OCTAVES; i++) {
        if (from->octave[i] == NULL)
            continue;
        uint64_t *bins = into->octave[i] != NULL ? into->octave[i] : hist_open_octave(into, i);
        for (int b = 0; b < HIST_BINS; b++)
            bins[b] += from->octave[i][b];
    }
    into->count += from->count;
    into->sum += from->sum;
    into->max = from->max > into->max ? from->max : into->max;
}

static int64_t bin_low(int octave, int bin)
{
    return octave == 0 ? bin : (int64_t)(HIST_BINS + bin) << (octave - 1);
}

static int64_t bin_high(int octave, int bin)
{
    if (octave == HIST_OCTAVES - 1 && bin == HIST_BINS - 1)
        return INT64_MAX; /* 2^63 does not fit: this one bin includes its end */
    return bin_low(octave, bin) + (octave == 0 ? 1 : (int64_t)1 << (octave - 1));
}

/* Halfway between the bin's first and last value. */
static double bin_middle(int octave, int bin)
{
    const double low = (double)bin_low(octave, bin);
    return low + ((double)bin_high(octave, bin) - 1.0 - low) / 2.0;
}

double hist_quantile(const struct hist *hist, double q)
{
    if (hist->count == 0)
        return (double)NAN;
    /* Two roundings of q n must not lift it over the integer that it is: 0.07 x 100 is rank 7. */
    const double rank = ceil(q * (double)hist->count * (1.0 - 0x1p-52));
    double below = 0.0;
    for (int i = 0; i < HIST_OCTAVES; i++) {
        for (int b = 0; hist->octave[i] != NULL && b < HIST_BINS; b++) {
            below += (double)hist->octave[i][b];
            if (below >= rank && below > 0.0)
                return fmin(bin_middle(i, b), (double)hist->max);
        }
    }
    return (double)hist->max;
}

double hist_mean(const struct hist *hist)
{
    return hist->count > 0 ? hist->sum / (double)hist->count : (double)NAN;
}

void hist_each(const struct hist *hist,
               void (*visit)(void *context, int64_t low, int64_t high, uint64_t count),
               void *context)
{
    for (int i = 0; i < HIST_OCTAVES; i++) {
        for (int b = 0; hist->octave[i] != NULL && b < HIST_BINS; b++) {
            if (hist->octave[i][b] > 0)
                visit(context, bin_low(i, b), bin_high(i, b), hist->octave[i][b]);
        }
    }
}
