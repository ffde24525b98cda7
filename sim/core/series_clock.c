// SPDX-License-Identifier: GPL-3.0-or-later
/* Pieces become buckets here.  The closed buckets always cover [0, count x width) without a gap,
 * and the width depends only on how far the time has come, not on when changes happened to fall.  A
 * gap of any length costs at most a few thousand steps: the width is doubled before buckets are
 * closed.
 *
 * A gauge's area is exact until it is rounded.  With value v at the end of a piece of length L,
 * the integral over it is v L less the sum of change x its time in the piece. */
#include "core/series_clock.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/must.h"
#include "base/units.h"

#define PART static inline __attribute__((always_inline))

static const int64_t default_width_ns = 100 * MSEC;

enum { FIRST_ROWS = SERIES_BUCKETS / 16 };

/* Where the open bucket begins. */
static int64_t open_ns(const struct series_clock *clock)
{
    return (int64_t)clock->count * clock->width_ns;
}

/* Rows that hold something. */
static size_t rows_of(const struct series_clock *clock)
{
    return clock->count + (clock->start_ns > open_ns(clock));
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* A piece that starts at start_ns ends at the nearest of its bucket's end and the window's edges
 * ahead. */
static int64_t stop_of(const struct series_clock *clock, int64_t start_ns, int64_t bucket_end_ns)
{
    int64_t stop_ns = bucket_end_ns;
    if (clock->from_ns > start_ns)
        stop_ns = least(stop_ns, clock->from_ns);
    if (clock->until_ns > start_ns)
        stop_ns = least(stop_ns, clock->until_ns);
    return stop_ns;
}

/* --- series come and begin anew --- */

/* The column of a series that was 0 so far. */
static struct series_column begin(struct series *series, enum series_kind kind)
{
    const struct series_clock *clock = series->clock;
    const bool was_in_window = clock->start_ns > clock->from_ns && clock->from_ns < clock->until_ns;
    series->value = series->min = series->max = 0;
    series->is_rising = false;
    if (kind == SERIES_RAMP) {
        series->area = 0.0;
        series->set_ns = clock->start_ns;
    } else {
        series->sums = (struct series_sums){0, 0, 0, 0};
    }
    return (struct series_column){
        .series = series,
        .window_max = was_in_window || kind == SERIES_RATE ? 0.0 : -HUGE_VAL,
    };
}

/* Rows of one bucket more, which is 0. */
static void widen_rows(const struct series_clock *clock, struct series_lane *lane)
{
    const size_t rows = rows_of(clock), old = lane->count, new = old + 1;
    struct series_bucket *buckets = must_alloc(clock->row_capacity * new * sizeof *buckets);
    for (size_t i = 0; i < rows; i++) {
        memcpy(&buckets[i * new], &lane->buckets[i * old], old * sizeof *buckets);
        buckets[i * new + old] = (struct series_bucket){0.0, 0.0, 0.0};
    }
    free(lane->buckets);
    lane->buckets = buckets;
}

void series_init(struct series *series, struct series_clock *clock, enum series_kind kind)
{
    struct series_lane *lane = &clock->lanes[kind];
    MUST(clock->end_ns < 0 && lane->count < UINT32_MAX);
    *series =
        (struct series){.clock = clock, .column = (uint32_t)lane->count, .kind = (uint8_t)kind};
    if (clock->row_capacity > 0)
        widen_rows(clock, lane);
    lane->columns = must_grow(lane->columns, (lane->count + 1) * sizeof *lane->columns);
    lane->columns[lane->count++] = begin(series, kind);
}

void series_clock_init(struct series_clock *clock, int64_t width_ns, int64_t from_ns,
                       int64_t until_ns)
{
    *clock = (struct series_clock){
        .first_width_ns = width_ns > 0 ? width_ns : default_width_ns,
        .from_ns = from_ns,
        .until_ns = until_ns,
    };
    series_clock_clear(clock);
}

void series_clock_free(struct series_clock *clock)
{
    for (int kind = 0; kind < SERIES_KINDS; kind++) {
        free(clock->lanes[kind].columns);
        free(clock->lanes[kind].buckets);
    }
    *clock = (struct series_clock){.count = 0};
}

void series_clock_clear(struct series_clock *clock)
{
    clock->count = 0;
    clock->width_ns = clock->first_width_ns;
    clock->end_ns = -1;
    clock->start_ns = 0;
    clock->stop_ns = stop_of(clock, 0, clock->width_ns);
    for (int kind = 0; kind < SERIES_KINDS; kind++) {
        const struct series_lane *lane = &clock->lanes[kind];
        for (size_t i = 0; i < lane->count; i++)
            lane->columns[i] = begin(lane->columns[i].series, (enum series_kind)kind);
    }
}

/* --- buckets --- */

PART void merge(struct series_bucket *into, const struct series_bucket *from)
{
    into->area += from->area;
    into->min = from->min < into->min ? from->min : into->min;
    into->max = from->max > into->max ? from->max : into->max;
}

/* Neighbours merge in pairs; an odd last row is the first half of the wider open bucket. */
static void halve_rows(struct series_lane *lane, size_t rows)
{
    const size_t count = lane->count;
    for (size_t i = 0; i < rows; i += 2) {
        struct series_bucket *into = &lane->buckets[i / 2 * count];
        const struct series_bucket *one = &lane->buckets[i * count], *other = one + count;
        for (size_t j = 0; j < count; j++) {
            struct series_bucket both = one[j];
            if (i + 1 < rows)
                merge(&both, &other[j]);
            into[j] = both;
        }
    }
}

static void double_width(struct series_clock *clock)
{
    for (int kind = 0; kind < SERIES_KINDS; kind++)
        halve_rows(&clock->lanes[kind], rows_of(clock));
    clock->count /= 2;
    clock->width_ns *= 2;
}

static void make_room(struct series_clock *clock)
{
    clock->row_capacity = clock->row_capacity > 0 ? 2 * clock->row_capacity : FIRST_ROWS;
    for (int kind = 0; kind < SERIES_KINDS; kind++) {
        struct series_lane *lane = &clock->lanes[kind];
        lane->buckets =
            must_grow(lane->buckets, clock->row_capacity * lane->count * sizeof *lane->buckets);
    }
}

/* --- the end of a piece --- */

struct cut {
    int64_t length_ns, at_ns;
    size_t row;
    bool is_first; /* piece of its bucket */
    bool is_in_window;
};

PART void keep(struct series_column *column, struct series_bucket *bucket,
               const struct series_bucket *piece, const struct cut *cut)
{
    if (cut->is_in_window)
        column->window_area += piece->area;
    if (cut->is_first)
        *bucket = *piece;
    else
        merge(bucket, piece);
}

PART void keep_max(struct series_column *column, double max, const struct cut *cut)
{
    if (cut->is_in_window)
        column->window_max = max > column->window_max ? max : column->window_max;
}

static __int128 joined(uint64_t sum, uint32_t carries)
{
    return (__int128)(((unsigned __int128)carries << 64) + sum);
}

/* Of a gauge that changed: above its least value it is a natural number, which is taken modulo 2^64
 * unless it may be too large for that. */
PART double gauge_area(const struct series *series, double low, int64_t length_ns)
{
    const struct series_sums *sums = &series->sums;
    const int64_t end = series->value - series->min;
    int64_t most;
    if (__builtin_expect(!__builtin_mul_overflow(series->max - series->min, length_ns, &most), 1))
        return low +
               (double)(int64_t)((uint64_t)end * (uint64_t)length_ns + sums->falls - sums->rises);
    const __int128 above = (__int128)end * length_ns + joined(sums->falls, sums->fall_carries) -
                           joined(sums->rises, sums->rise_carries);
    return low + (double)above;
}

static void close_gauges(struct series_lane *lane, const struct cut *cut)
{
    struct series_bucket *buckets = &lane->buckets[cut->row * lane->count];
    const double length = (double)cut->length_ns;
    for (size_t i = 0; i < lane->count; i++) {
        struct series_column *column = &lane->columns[i];
        struct series *series = column->series;
        const double min = (double)series->min;
        struct series_bucket piece = {min * length, min, min};
        if (series->min != series->max) {
            piece.area = gauge_area(series, piece.area, cut->length_ns);
            piece.max = (double)series->max;
            series->sums = (struct series_sums){0, 0, 0, 0};
            series->min = series->max = series->value;
        }
        keep_max(column, piece.max, cut);
        keep(column, &buckets[i], &piece, cut);
    }
}

static void close_ramps(struct series_lane *lane, const struct cut *cut)
{
    struct series_bucket *buckets = &lane->buckets[cut->row * lane->count];
    for (size_t i = 0; i < lane->count; i++) {
        struct series_column *column = &lane->columns[i];
        struct series *series = column->series;
        series_rise(series, cut->at_ns);
        const struct series_bucket piece = {series->area, (double)series->min, (double)series->max};
        series->area = 0.0;
        series->min = series->max = series->value;
        keep_max(column, piece.max, cut);
        keep(column, &buckets[i], &piece, cut);
    }
}

static void close_rates(struct series_lane *lane, const struct cut *cut)
{
    struct series_bucket *buckets = &lane->buckets[cut->row * lane->count];
    for (size_t i = 0; i < lane->count; i++) {
        struct series_column *column = &lane->columns[i];
        struct series *series = column->series;
        const struct series_bucket piece = {(double)(series->value - series->min), 0.0, 0.0};
        series->min = series->value;
        column->latest_area = piece.area;
        keep(column, &buckets[i], &piece, cut);
    }
}

/* Ends the open piece in a row and opens the next one there. */
static void close_piece(struct series_clock *clock, int64_t at_ns, size_t row, bool is_first)
{
    const int64_t start_ns = clock->start_ns;
    const struct cut cut = {
        .length_ns = at_ns - start_ns,
        .at_ns = at_ns,
        .row = row,
        .is_first = is_first,
        .is_in_window = start_ns >= clock->from_ns && start_ns < clock->until_ns,
    };
    if (row == clock->row_capacity)
        make_room(clock);
    close_gauges(&clock->lanes[SERIES_GAUGE], &cut);
    close_ramps(&clock->lanes[SERIES_RAMP], &cut);
    close_rates(&clock->lanes[SERIES_RATE], &cut);
    clock->start_ns = at_ns;
}

void series_clock_roll(struct series_clock *clock, int64_t now_ns)
{
    MUST(clock->end_ns < 0);
    while (now_ns > SERIES_BUCKETS * clock->width_ns)
        double_width(clock);
    while (clock->stop_ns <= now_ns) {
        const int64_t low_ns = open_ns(clock), high_ns = low_ns + clock->width_ns;
        const int64_t at_ns = clock->stop_ns;
        close_piece(clock, at_ns, clock->count, clock->start_ns == low_ns);
        clock->count += at_ns == high_ns;
        clock->stop_ns =
            stop_of(clock, at_ns, at_ns < high_ns ? high_ns : high_ns + clock->width_ns);
    }
}

/* The last bucket is however short; what happened at its very end belongs to it. */
void series_clock_finish(struct series_clock *clock, int64_t end_ns)
{
    series_clock_roll(clock, end_ns);
    MUST(end_ns >= clock->start_ns);
    const int64_t low_ns = open_ns(clock);
    const bool is_late = end_ns == low_ns && clock->count > 0;
    close_piece(clock, end_ns, clock->count - is_late, clock->start_ns == low_ns && !is_late);
    clock->count += end_ns > low_ns;
    clock->end_ns = end_ns;
}
