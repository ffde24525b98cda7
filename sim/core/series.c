// SPDX-License-Identifier: GPL-3.0-or-later
/* Pieces become buckets here.  The closed buckets always cover [0, count x width) without a gap,
 * and the width depends only on how far the time has come, not on when changes happened to fall.  A
 * gap of any length costs at most a few thousand steps: the width is doubled before buckets are
 * closed.
 *
 * A gauge's area is exact where 62 bits hold it.  With value v at the end of a piece of length L,
 * the integral over it is v L less the sum of change x its time in the piece. */
#include "core/series.h"

#include <math.h>
#include <stdlib.h>
#include "base/arena.h"
#include "base/must.h"
#include "base/units.h"

static const int64_t default_width_ns = 100 * MSEC;

enum { FIRST_CAPACITY = SERIES_BUCKETS / 16 };

/* Where the open bucket begins. */
static int64_t open_ns(const struct series *series)
{
    return (int64_t)series->count * series->width_ns;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* A piece that starts at start_ns ends at the nearest of its bucket's end and the window's edges
 * ahead. */
static int64_t stop_of(const struct series *series, int64_t start_ns, int64_t bucket_end_ns)
{
    int64_t stop_ns = bucket_end_ns;
    if (series->from_ns > start_ns)
        stop_ns = least(stop_ns, series->from_ns);
    if (series->until_ns > start_ns)
        stop_ns = least(stop_ns, series->until_ns);
    return stop_ns;
}

static void open_piece(struct series *series, int64_t at_ns)
{
    series->start_ns = series->set_ns = at_ns;
    series->rises = (struct series_sum){0, 0};
    series->falls = (struct series_sum){0, 0};
    series->area = 0.0;
    series->min = series->max = series->value;
}

void series_init(struct series *series, enum series_kind kind, int64_t width_ns, int64_t from_ns,
                 int64_t until_ns)
{
    *series = (struct series){
        .is_rate = kind == SERIES_RATE,
        .is_ramp = kind == SERIES_RAMP,
        .first_width_ns = width_ns > 0 ? width_ns : default_width_ns,
        .from_ns = from_ns,
        .until_ns = until_ns,
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
    series->is_rising = false;
    series->width_ns = series->first_width_ns;
    series->end_ns = -1;
    series->window_area = 0.0;
    series->window_max = -HUGE_VAL;
    series->count = 0;
    open_piece(series, 0);
    series->stop_ns = stop_of(series, 0, series->width_ns);
}

static void merge(struct series_bucket *into, const struct series_bucket *from)
{
    into->area += from->area;
    into->min = from->min < into->min ? from->min : into->min;
    into->max = from->max > into->max ? from->max : into->max;
}

/* Neighbours merge; an odd last bucket is the first half of the wider open one. */
static void double_width(struct series *series)
{
    struct series_bucket *buckets = series->buckets;
    const bool is_open = series->start_ns > open_ns(series);
    for (size_t i = 0; i + 1 < series->count; i += 2) {
        struct series_bucket both = buckets[i];
        merge(&both, &buckets[i + 1]);
        buckets[i / 2] = both;
    }
    if (series->count % 2 == 1) {
        if (is_open)
            merge(&buckets[series->count - 1], &series->open);
        series->open = buckets[series->count - 1];
    }
    series->count /= 2;
    series->width_ns *= 2;
}

/* The integral above the least value is taken modulo 2^64, unless it is too large for that. */
static double gauge_area(const struct series *series, int64_t end_ns)
{
    const int64_t length_ns = end_ns - series->start_ns;
    const int64_t end = series->value - series->min;
    const struct series_sum *up = &series->rises, *down = &series->falls;
    const double low = (double)series->min * (double)length_ns;
    if (series->min == series->max)
        return low;
    const double above = (double)end * (double)length_ns -
                         ((double)up->carries - (double)down->carries) * 0x1p64 -
                         ((double)up->sum - (double)down->sum);
    if (above < 0x1p62)
        return low + (double)((uint64_t)end * (uint64_t)length_ns - (up->sum - down->sum));
    return low + above;
}

/* Brings a ramp up to at_ns. */
static void rise(struct series *series, int64_t at_ns)
{
    const double length_ns = (double)(at_ns - series->set_ns);
    const double rise_ns = series->is_rising ? length_ns : 0.0;
    series->area += length_ns * ((double)series->value + 0.5 * rise_ns);
    if (series->is_rising)
        series->value += at_ns - series->set_ns;
    series->max = series->value > series->max ? series->value : series->max;
    series->set_ns = at_ns;
}

/* Where pieces end, and what that means to all series in step. */
struct cut {
    int64_t at_ns, next_ns;
    bool is_in_window;               /* the piece */
    bool begins_bucket, ends_bucket; /* it is the first, or the last of its bucket */
};

static struct cut cut_at(const struct series *series, int64_t at_ns)
{
    const int64_t start_ns = series->start_ns, width_ns = series->width_ns;
    const int64_t low_ns = open_ns(series), high_ns = low_ns + width_ns;
    return (struct cut){
        .at_ns = at_ns,
        .next_ns = stop_of(series, at_ns, at_ns < high_ns ? high_ns : high_ns + width_ns),
        .is_in_window = start_ns >= series->from_ns && start_ns < series->until_ns,
        .begins_bucket = start_ns == low_ns,
        .ends_bucket = at_ns == high_ns,
    };
}

static void add_bucket(struct series *series, const struct series_bucket *bucket)
{
    if (series->count == series->capacity) {
        series->capacity = series->capacity > 0 ? 2 * series->capacity : FIRST_CAPACITY;
        series->buckets = must_grow(series->buckets, series->capacity * sizeof *series->buckets);
    }
    series->buckets[series->count++] = *bucket;
}

/* Ends the open piece and opens the next one there. */
static void close_piece(struct series *series, const struct cut *cut)
{
    if (series->is_ramp)
        rise(series, cut->at_ns);
    else if (!series->is_rate)
        series->area = gauge_area(series, cut->at_ns);
    struct series_bucket piece = {series->area, (double)series->min, (double)series->max};
    if (cut->is_in_window) {
        series->window_area += piece.area;
        series->window_max = piece.max > series->window_max ? piece.max : series->window_max;
    }
    if (!cut->begins_bucket)
        merge(&piece, &series->open);
    if (cut->ends_bucket)
        add_bucket(series, &piece);
    else
        series->open = piece;
    open_piece(series, cut->at_ns);
    series->stop_ns = cut->next_ns;
}

void series_roll_all(struct series *const *all, size_t count, int64_t now_ns)
{
    struct series *first = all[0];
    MUST(first->end_ns < 0);
    while (now_ns > SERIES_BUCKETS * first->width_ns) {
        for (size_t i = 0; i < count; i++)
            double_width(all[i]);
    }
    while (first->stop_ns <= now_ns) {
        const struct cut cut = cut_at(first, first->stop_ns);
        for (size_t i = 0; i < count; i++)
            close_piece(all[i], &cut);
    }
}

void series_roll(struct series *series, int64_t now_ns)
{
    series_roll_all(&series, 1, now_ns);
}

static void roll_if_due(struct series *series, int64_t now_ns)
{
    if (now_ns >= series->stop_ns)
        series_roll(series, now_ns);
}

/* Adds change x into_ns. */
static void add_product(struct series_sum *sum, uint64_t change, int64_t into_ns)
{
    MUST(change <= UINT32_MAX);
    const uint64_t high = change * ((uint64_t)into_ns >> 32);
    series_sum_add(sum, change * (uint32_t)into_ns);
    series_sum_add(sum, high << 32);
    sum->carries += high >> 32;
}

void series_add(struct series *series, int64_t now_ns, int64_t delta)
{
    roll_if_due(series, now_ns);
    const int64_t value = series->value + delta;
    series->value = value;
    if (delta > 0)
        add_product(&series->rises, (uint64_t)delta, now_ns - series->start_ns);
    else
        add_product(&series->falls, (uint64_t)-delta, now_ns - series->start_ns);
    series->min = value < series->min ? value : series->min;
    series->max = value > series->max ? value : series->max;
}

void series_count(struct series *series, int64_t now_ns, int64_t n)
{
    roll_if_due(series, now_ns);
    series->area += (double)n;
}

void series_set(struct series *series, int64_t now_ns, int64_t value, bool is_rising)
{
    roll_if_due(series, now_ns);
    rise(series, now_ns);
    series->value = value;
    series->is_rising = is_rising;
    series->min = value < series->min ? value : series->min;
    series->max = value > series->max ? value : series->max;
}

void series_finish(struct series *series, int64_t end_ns)
{
    series_roll(series, end_ns);
    MUST(end_ns >= series->start_ns);
    struct cut cut = cut_at(series, end_ns);
    cut.ends_bucket = end_ns > open_ns(series); /* however short */
    close_piece(series, &cut);
    if (!cut.ends_bucket && series->count > 0)
        merge(&series->buckets[series->count - 1], &series->open); /* what happened at its end */
    series->end_ns = end_ns;
}

static double bucket_mean(const struct series *series, size_t index, int64_t low_ns,
                          int64_t high_ns)
{
    const double length_ns = (double)(high_ns - low_ns);
    return series->buckets[index].area / (series->is_rate ? length_ns / 1e9 : length_ns);
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
    return series->window_area / (series->is_rate ? length_ns / 1e9 : length_ns);
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
        .time_s = ((double)low_ns + (double)(high_ns - low_ns) / 2.0) / 1e9,
        .min = series->is_rate ? mean : bucket->min,
        .mean = mean,
        .max = series->is_rate ? mean : bucket->max,
    };
}
