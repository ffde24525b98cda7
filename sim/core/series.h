// SPDX-License-Identifier: GPL-3.0-or-later
/* Gauges over time in bounded memory: the time-weighted mean, least and greatest value in each
 * bucket, and over the whole window.  A gauge holds a value until it is changed; a rate counts
 * occurrences, and its bucket's mean is the count divided by the bucket's length in seconds; a ramp
 * rises with the clock, a nanosecond each nanosecond, from where it is set.
 *
 * Buckets have one width.  With a known horizon it is given; without, it starts small and doubles,
 * neighbours merging, whenever SERIES_BUCKETS are full.  Time is cut into pieces that end at a
 * bucket's end or at an edge of the window, so that a piece lies in one bucket and wholly in or out
 * of the window.  Where the pieces end depends on the times alone that a series is rolled to: those
 * of one width and window that are always rolled together are in step. */
#ifndef QUEUELAB_CORE_SERIES_H
#define QUEUELAB_CORE_SERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SERIES_BUCKETS = 2000 };
enum series_kind { SERIES_GAUGE, SERIES_RATE, SERIES_RAMP };

struct series_bucket {
    double area; /* integral of the value over the bucket, value x ns; for a rate the count */
    double min, max;
};

struct series_sum {
    uint64_t sum, carries; /* carries x 2^64 + sum */
};

struct series {
    int64_t value;                  /* now; a ramp's: at set_ns */
    int64_t min, max;               /* in the open piece so far */
    struct series_sum rises, falls; /* a gauge's: sums of change x ns since start_ns */
    int64_t start_ns;               /* of the open piece */
    int64_t stop_ns; /* of the open piece: the bucket's end or an edge of the window */
    int64_t set_ns;  /* a ramp's area is known up to here */
    double area;     /* of the open piece so far: a rate's count, a ramp's integral */
    bool is_rate, is_ramp;
    bool is_rising;            /* the ramp; else it holds its value */
    struct series_bucket open; /* the open bucket's earlier pieces, if it has any */
    int64_t width_ns, first_width_ns;
    int64_t from_ns, until_ns; /* the window that the mean and max are taken over */
    int64_t end_ns;            /* set by series_finish; -1: still running */
    double window_area;        /* of the closed pieces inside the window */
    double window_max;
    struct series_bucket *buckets;
    size_t count, capacity; /* closed buckets */
};

/* width_ns > 0: the bucket's width, else it starts at 100 ms; doubling happens either way when
 * SERIES_BUCKETS are full.  The window is [from, until), until may be FOREVER: a change at until
 * itself is outside. */
void series_init(struct series *series, enum series_kind kind, int64_t width_ns, int64_t from_ns,
                 int64_t until_ns);
void series_free(struct series *series);
/* Back to time 0, value 0 and the first width; the memory is kept. */
void series_clear(struct series *series);

/* Closes the pieces that end at or before now_ns, of one series or of several in step. */
void series_roll(struct series *series, int64_t now_ns);
void series_roll_all(struct series *const *all, size_t count, int64_t now_ns);

static inline void series_sum_add(struct series_sum *sum, uint64_t value)
{
    sum->sum += value;
    sum->carries += sum->sum < value;
}
/* A gauge that was rolled rises or falls by one, into_ns after the start of the open piece. */
static inline void series_up(struct series *series, int64_t into_ns)
{
    const int64_t value = ++series->value;
    series_sum_add(&series->rises, (uint64_t)into_ns);
    if (__builtin_expect(value > series->max, 0))
        series->max = value;
}
static inline void series_down(struct series *series, int64_t into_ns)
{
    const int64_t value = --series->value;
    series_sum_add(&series->falls, (uint64_t)into_ns);
    if (__builtin_expect(value < series->min, 0))
        series->min = value;
}

/* A gauge changes by delta at now_ns.  Values held for no time at all count in min and max. */
void series_add(struct series *series, int64_t now_ns, int64_t delta);
/* One (or n) occurrences at now_ns of a rate. */
void series_count(struct series *series, int64_t now_ns, int64_t n);
/* A ramp is at value at now_ns, and rises from there or stays. */
void series_set(struct series *series, int64_t now_ns, int64_t value, bool is_rising);

/* Closes the series, and the window if it is still open, at end_ns; after it only reading is
 * allowed. */
void series_finish(struct series *series, int64_t end_ns);
/* Time-weighted over the window (a rate: per second); NAN if the window has no length. */
double series_mean(const struct series *series);
/* The greatest value in the window (a rate: the greatest mean of a bucket inside it); NAN if there
 * is none. */
double series_max(const struct series *series);
/* The value held at the end (a rate: the last bucket's mean; NAN without one). */
double series_end(const struct series *series);

/* Bucket i of count: its middle in seconds, and its min, mean and max (a rate: all three its mean).
 */
struct series_point {
    double time_s, min, mean, max;
};
struct series_point series_at(const struct series *series, size_t index);

#endif
