// SPDX-License-Identifier: GPL-3.0-or-later
/* Pieces become buckets here.  The closed buckets always cover [0, count x width) without a gap,
 * and the width depends only on how far the time has come, not on when changes happened to fall.  A
 * gap of any length costs at most a few thousand steps: the width is doubled before buckets are
 * closed. */
#include "core/series.h"

#include <math.h>
#include <stdlib.h>
#include "base/arena.h"
#include "base/must.h"
#include "base/units.h"

static const int64_t default_width_ns = 100 * MSEC;

static const struct series_bucket empty_bucket = {.area = 0.0, .min = HUGE_VAL, .max = -HUGE_VAL};

/* The open piece ends at the nearest of the bucket's end and the window's edges ahead. */
static void set_stop(struct series *series)
{
    int64_t stop_ns = ((int64_t)series->count + 1) * series->width_ns;
    if (series->from_ns > series->last_ns && series->from_ns < stop_ns)
        stop_ns = series->from_ns;
    if (series->until_ns > series->last_ns && series->until_ns < stop_ns)
        stop_ns = series->until_ns;
    series->stop_ns = stop_ns;
}

static void open_piece(struct series *series, int64_t at_ns)
{
    series->last_ns = at_ns;
    series->area = 0.0;
    series->min = series->max = series->value;
}

void series_init(struct series *series, bool is_rate, int64_t width_ns, int64_t from_ns,
                 int64_t until_ns)
{
    *series = (struct series){
        .first_width_ns = width_ns > 0 ? width_ns : default_width_ns,
        .from_ns = from_ns,
        .until_ns = until_ns,
        .is_rate = is_rate,
    };
    series_clear(series);
}

void series_free(struct series *series)
{
    free(series->buckets);
    *series = (struct series){.count = 0};
}

void series_clear(struct series *series)
{
    series->value = 0;
    series->open = empty_bucket;
    series->width_ns = series->first_width_ns;
    series->end_ns = -1;
    series->window_area = 0.0;
    series->window_max = -HUGE_VAL;
    series->count = 0;
    open_piece(series, 0);
    set_stop(series);
}

static struct series_bucket merged(struct series_bucket a, struct series_bucket b)
{
    return (struct series_bucket){
        .area = a.area + b.area,
        .min = fmin(a.min, b.min),
        .max = fmax(a.max, b.max),
    };
}

/* Neighbours merge; an odd last bucket is the first half of the wider open one. */
static void double_width(struct series *series)
{
    for (size_t i = 0; i + 1 < series->count; i += 2)
        series->buckets[i / 2] = merged(series->buckets[i], series->buckets[i + 1]);
    if (series->count % 2 == 1)
        series->open = merged(series->buckets[series->count - 1], series->open);
    series->count /= 2;
    series->width_ns *= 2;
}

/* Ends the open piece at at_ns and opens the next one there. */
static void close_piece(struct series *series, int64_t at_ns)
{
    if (!series->is_rate)
        series->area += (double)series->value * (double)(at_ns - series->last_ns);
    const struct series_bucket piece = {series->area, (double)series->min, (double)series->max};
    series->open = merged(series->open, piece);
    if (series->last_ns >= series->from_ns && series->last_ns < series->until_ns) {
        series->window_area += piece.area;
        series->window_max = fmax(series->window_max, piece.max);
    }
    open_piece(series, at_ns);
}

static void close_bucket(struct series *series)
{
    if (series->count == series->capacity) {
        series->capacity = series->capacity > 0 ? 2 * series->capacity : 64;
        series->buckets = must_grow(series->buckets, series->capacity * sizeof *series->buckets);
    }
    series->buckets[series->count++] = series->open;
    series->open = empty_bucket;
}

/* Makes room for a bucket that ends at end_ns. */
static void widen(struct series *series, int64_t end_ns)
{
    while (end_ns > 0 && (end_ns - 1) / series->width_ns >= SERIES_BUCKETS)
        double_width(series);
}

void series_roll(struct series *series, int64_t now_ns)
{
    MUST(series->end_ns < 0);
    widen(series, now_ns);
    set_stop(series);
    while (series->stop_ns <= now_ns) {
        close_piece(series, series->stop_ns);
        if (series->last_ns == ((int64_t)series->count + 1) * series->width_ns)
            close_bucket(series);
        set_stop(series);
    }
}

void series_finish(struct series *series, int64_t end_ns)
{
    series_roll(series, end_ns);
    MUST(end_ns >= series->last_ns);
    close_piece(series, end_ns);
    if (end_ns > (int64_t)series->count * series->width_ns)
        close_bucket(series);
    else if (series->count > 0) /* what happened at the very end belongs to the last bucket */
        series->buckets[series->count - 1] =
            merged(series->buckets[series->count - 1], series->open);
    series->end_ns = end_ns;
}

static double bucket_mean(const struct series *series, size_t index, int64_t low_ns,
                          int64_t high_ns)
{
    const double length_ns = (double)(high_ns - low_ns);
    return series->buckets[index].area / (series->is_rate ? length_ns * 1e-9 : length_ns);
}

static int64_t bucket_low(const struct series *series, size_t index)
{
    return (int64_t)index * series->width_ns;
}

static int64_t bucket_high(const struct series *series, size_t index)
{
    const int64_t high_ns = bucket_low(series, index) + series->width_ns;
    return high_ns < series->end_ns ? high_ns : series->end_ns;
}

double series_mean(const struct series *series)
{
    const int64_t until_ns = series->until_ns < series->end_ns ? series->until_ns : series->end_ns;
    if (until_ns <= series->from_ns)
        return (double)NAN;
    const double length_ns = (double)(until_ns - series->from_ns);
    return series->window_area / (series->is_rate ? length_ns * 1e-9 : length_ns);
}

double series_max(const struct series *series)
{
    double max = series->window_max;
    if (series->is_rate) {
        max = -HUGE_VAL;
        for (size_t i = 0; i < series->count; i++) {
            const int64_t low_ns = bucket_low(series, i), high_ns = bucket_high(series, i);
            if (low_ns >= series->from_ns && high_ns <= series->until_ns)
                max = fmax(max, bucket_mean(series, i, low_ns, high_ns));
        }
    }
    return max > -HUGE_VAL ? max : (double)NAN;
}

double series_end(const struct series *series)
{
    if (!series->is_rate)
        return (double)series->value;
    return series->count > 0 ? series_at(series, series->count - 1).mean : (double)NAN;
}

struct series_point series_at(const struct series *series, size_t index)
{
    MUST(index < series->count && series->end_ns >= 0);
    const int64_t low_ns = bucket_low(series, index), high_ns = bucket_high(series, index);
    const double mean = bucket_mean(series, index, low_ns, high_ns);
    const struct series_bucket *bucket = &series->buckets[index];
    return (struct series_point){
        .time_s = ((double)low_ns + (double)(high_ns - low_ns) / 2.0) * 1e-9,
        .min = series->is_rate ? mean : bucket->min,
        .mean = mean,
        .max = series->is_rate ? mean : bucket->max,
    };
}
