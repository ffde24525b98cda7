// SPDX-License-Identifier: GPL-3.0-or-later
/* Gauges over time in bounded memory: the time-weighted mean, least and greatest value in each
 * bucket, and over the whole window.  A gauge holds a value until it is set again; a rate counts
 * occurrences, and its bucket's mean is the count divided by the bucket's length in seconds.
 *
 * Buckets have one width.  With a known horizon it is given; without, it starts small and doubles,
 * neighbours merging, whenever SERIES_BUCKETS are full.  Time is cut into pieces that end at a
 * bucket's end or at an edge of the window, so that a piece lies in one bucket and wholly in or out
 * of the window. */
#ifndef QUEUELAB_CORE_SERIES_H
#define QUEUELAB_CORE_SERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SERIES_BUCKETS = 2000 };

struct series_bucket {
    double area; /* integral of the value over the bucket, value x ns; for a rate the count */
    double min, max;
};

struct series {
    int64_t value; /* held since last_ns */
    int64_t last_ns;
    int64_t stop_ns;  /* end of the open piece: the bucket's end or an edge of the window */
    double area;      /* of the open piece so far */
    int64_t min, max; /* in the open piece so far */
    struct series_bucket open; /* the open bucket's earlier pieces */
    int64_t width_ns, first_width_ns;
    int64_t from_ns, until_ns; /* the window that the mean and max are taken over */
    int64_t end_ns;            /* set by series_finish; -1: still running */
    double window_area;        /* of the closed pieces inside the window */
    double window_max;
    struct series_bucket *buckets;
    size_t count, capacity; /* closed buckets */
    bool is_rate;
};

/* width_ns > 0: the bucket's width, else it starts at 100 ms; doubling happens either way when
 * SERIES_BUCKETS are full.  The window is [from, until), until may be FOREVER: a change at until
 * itself is outside. */
void series_init(struct series *series, bool is_rate, int64_t width_ns, int64_t from_ns,
                 int64_t until_ns);
void series_free(struct series *series);
/* Back to time 0, value 0 and the first width; the memory is kept. */
void series_clear(struct series *series);

/* Closes the pieces that end at or before now_ns. */
void series_roll(struct series *series, int64_t now_ns);

/* The value changes by delta at now_ns.  Values held for no time at all count in min and max. */
static inline void series_add(struct series *series, int64_t now_ns, int64_t delta)
{
    if (__builtin_expect(now_ns >= series->stop_ns, 0))
        series_roll(series, now_ns);
    series->area += (double)series->value * (double)(now_ns - series->last_ns);
    series->last_ns = now_ns;
    const int64_t value = series->value + delta;
    series->value = value;
    series->min = value < series->min ? value : series->min;
    series->max = value > series->max ? value : series->max;
}

/* One (or n) occurrences at now_ns of a rate. */
static inline void series_count(struct series *series, int64_t now_ns, int64_t n)
{
    if (__builtin_expect(now_ns >= series->stop_ns, 0))
        series_roll(series, now_ns);
    series->area += (double)n;
}

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
