// SPDX-License-Identifier: GPL-3.0-or-later
/* Gauges over time in bounded memory: the time-weighted mean, least and greatest value in each
 * bucket, and over the whole window.  A gauge holds a value until it is changed; a ramp rises with
 * the clock, a nanosecond each nanosecond, from where it is set; a rate counts occurrences, and its
 * bucket's mean is the count divided by the bucket's length in seconds.
 *
 * Here a series is changed and read.  What it shares with all that are in step with it, and what
 * only the end of a piece touches, belongs to its clock (series_clock.h): where there are many
 * series they do not fit the nearest cache, so each is one line of it. */
#ifndef QUEUELAB_CORE_SERIES_H
#define QUEUELAB_CORE_SERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/must.h"

enum { SERIES_BUCKETS = 2000 }; /* at most */
enum series_kind { SERIES_GAUGE, SERIES_RAMP, SERIES_RATE, SERIES_KINDS };

struct series_clock;

/* carries x 2^64 + sum, kept apart so that all fits the line. */
struct series_sums {
    uint64_t rises, falls;
    uint32_t rise_carries, fall_carries;
};

struct series {
    /* Now; a ramp's: at set_ns; a rate's: all that it counted. */
    _Alignas(MUST_LINE_BYTES) int64_t value;
    int64_t min, max; /* in the open piece so far; a rate's min: value at its start */
    struct series_clock *clock;
    union {
        struct series_sums sums; /* a gauge's: of change x ns since the piece's start */
        struct {                 /* a ramp's: integral over the piece up to set_ns */
            double area;
            int64_t set_ns;
        };
    };
    uint32_t column; /* its number among those of its kind in the clock */
    uint8_t kind;    /* enum series_kind */
    bool is_rising;  /* the ramp; else it holds its value */
};
_Static_assert(sizeof(struct series) == MUST_LINE_BYTES, "a series is one line of the cache");

/* The series is 0 from time 0 to now, and in step with all others of the clock from now on.  It
 * must stay where it is as long as the clock is used, and has nothing to be freed. */
void series_init(struct series *series, struct series_clock *clock, enum series_kind kind);

/* A gauge that was rolled rises or falls by one, into_ns after the start of the open piece.  Where
 * pieces are short no processor guesses whether it is higher than ever: that takes no branch. */
static inline void series_up(struct series *series, int64_t into_ns)
{
    const int64_t value = ++series->value;
    series->sums.rises += (uint64_t)into_ns;
    series->sums.rise_carries += series->sums.rises < (uint64_t)into_ns;
    series->max = value > series->max ? value : series->max;
}
static inline void series_down(struct series *series, int64_t into_ns)
{
    const int64_t value = --series->value;
    series->sums.falls += (uint64_t)into_ns;
    series->sums.fall_carries += series->sums.falls < (uint64_t)into_ns;
    series->min = value < series->min ? value : series->min;
}
/* A rate that was rolled has counted so many in all; the new ones fall into the open piece. */
static inline void series_tell(struct series *series, uint64_t count)
{
    series->value = (int64_t)count;
}

/* These roll the clock first.  A gauge changes by delta at now_ns; values held for no time at all
 * count in min and max. */
void series_add(struct series *series, int64_t now_ns, int64_t delta);
/* One (or n) occurrences at now_ns of a rate. */
void series_count(struct series *series, int64_t now_ns, int64_t n);
/* A ramp is at value at now_ns, and rises from there or stays. */
void series_set(struct series *series, int64_t now_ns, int64_t value, bool is_rising);
/* Brings a ramp up to at_ns, within the open piece. */
void series_rise(struct series *series, int64_t at_ns);

/* --- after the clock has finished --- */

/* Time-weighted over the window (a rate: per second); NAN if the window has no length. */
double series_mean(const struct series *series);
/* The greatest value in the window (a rate: the greatest mean of a bucket inside it); NAN if there
 * is none. */
double series_max(const struct series *series);
/* The value held at the end (a rate: the last bucket's mean; NAN without one). */
double series_end(const struct series *series);
/* A rate's occurrences at the very end, where they count in the last bucket although its time ends
 * before them; else 0. */
double series_late(const struct series *series);

/* Bucket i of the clock's count: its middle in seconds, and its min, mean and max (a rate: all
 * three its mean). */
struct series_point {
    double time_s, min, mean, max;
};
struct series_point series_at(const struct series *series, size_t index);

#endif
