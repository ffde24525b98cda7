// SPDX-License-Identifier: GPL-3.0-or-later
/* The histogram's cold side: making room, merging, reading.  Bin b of octave o > 0 holds the values
 * from (64 + b) 2^(o - 1) up to the next bin's; octave 0 holds 0 .. 63 one by one.  Room is made by
 * whole octaves. */
#include "core/hist.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "base/must.h"

enum { LAST_BIN = HIST_OCTAVES * HIST_BINS - 1 };

/* Bins up to the greatest value's. */
static size_t used(const struct hist *hist)
{
    return hist->top > 0 ? hist_bin(hist->top - 1) + 1 : 0;
}

void hist_init(struct hist *hist)
{
    *hist = (struct hist){.bins = NULL};
}

void hist_free(struct hist *hist)
{
    free(hist->bins);
    hist_init(hist);
}

void hist_clear(struct hist *hist)
{
    if (hist->top > 0)
        memset(hist->bins, 0, used(hist) * sizeof *hist->bins);
    *hist = (struct hist){.bins = hist->bins, .room = hist->room};
}

void hist_reach(struct hist *hist, uint64_t value)
{
    MUST(value <= INT64_MAX && "a value below 0");
    const size_t room = (hist_bin(value) / HIST_BINS + 1) * HIST_BINS;
    if (room > hist->room) {
        hist->bins = must_grow(hist->bins, room * sizeof *hist->bins);
        memset(hist->bins + hist->room, 0, (room - hist->room) * sizeof *hist->bins);
        hist->room = (uint32_t)room;
    }
    hist->top = value + 1;
}

void hist_add_greatest(struct hist *hist, uint64_t value)
{
    hist_reach(hist, value);
    hist_count(hist, value);
}

void hist_merge(struct hist *into, const struct hist *from)
{
    if (from->top > into->top)
        hist_reach(into, from->top - 1);
    for (size_t i = 0; i < used(from); i++)
        into->bins[i] += from->bins[i];
    into->sum += from->sum;
    into->carries += from->carries + (into->sum < from->sum);
}

static int64_t bin_low(size_t bin)
{
    const size_t octave = bin / HIST_BINS, place = bin % HIST_BINS;
    return octave == 0 ? (int64_t)place : (int64_t)(HIST_BINS + place) << (octave - 1);
}

static int64_t bin_high(size_t bin)
{
    /* 2^63 does not fit: this one bin includes its end. */
    return bin == LAST_BIN ? INT64_MAX : bin_low(bin + 1);
}

/* Halfway between the bin's first and last value. */
static double bin_middle(size_t bin)
{
    const double low = (double)bin_low(bin);
    return low + ((double)bin_high(bin) - 1.0 - low) / 2.0;
}

uint64_t hist_total(const struct hist *hist)
{
    uint64_t total = 0;
    for (size_t i = 0; i < used(hist); i++)
        total += hist->bins[i];
    return total;
}

double hist_quantile(const struct hist *hist, double q)
{
    const uint64_t total = hist_total(hist);
    if (total == 0)
        return (double)NAN;
    /* Two roundings of q n must not lift it over the integer that it is: 0.07 x 100 is rank 7. */
    const double rank = ceil(q * (double)total * (1.0 - 0x1p-52));
    double below = 0.0;
    for (size_t i = 0; i < used(hist); i++) {
        below += (double)hist->bins[i];
        if (below >= rank && below > 0.0)
            return fmin(bin_middle(i), hist_max(hist));
    }
    return hist_max(hist);
}

double hist_mean(const struct hist *hist)
{
    const uint64_t total = hist_total(hist);
    return total > 0 ? hist_sum(hist) / (double)total : (double)NAN;
}

double hist_sum(const struct hist *hist)
{
    return (double)hist->carries * 0x1p64 + (double)hist->sum;
}

double hist_max(const struct hist *hist)
{
    return hist->top > 0 ? (double)(hist->top - 1) : (double)NAN;
}

void hist_each(const struct hist *hist,
               void (*visit)(void *context, int64_t low, int64_t high, uint64_t count),
               void *context)
{
    for (size_t i = 0; i < used(hist); i++) {
        if (hist->bins[i] > 0)
            visit(context, bin_low(i), bin_high(i), hist->bins[i]);
    }
}
