// SPDX-License-Identifier: GPL-3.0-or-later
/* How a series changes, and what is read of it in the end. */
#include "core/series.h"

#include <math.h>
#include "base/must.h"
#include "core/series_clock.h"

static void roll_if_due(const struct series *series, int64_t now_ns)
{
    if (now_ns >= series->clock->stop_ns)
        series_clock_roll(series->clock, now_ns);
}

static void add_product(uint64_t *sum, uint32_t *carries, uint64_t change, int64_t into_ns)
{
    const unsigned __int128 whole = (unsigned __int128)change * (uint64_t)into_ns + *sum;
    const uint64_t high = (uint64_t)(whole >> 64);
    MUST(high <= UINT32_MAX - *carries);
    *carries += (uint32_t)high;
    *sum = (uint64_t)whole;
}

void series_add(struct series *series, int64_t now_ns, int64_t delta)
{
    roll_if_due(series, now_ns);
    const int64_t value = series->value + delta, into_ns = now_ns - series->clock->start_ns;
    struct series_sums *sums = &series->sums;
    series->value = value;
    if (delta > 0)
        add_product(&sums->rises, &sums->rise_carries, (uint64_t)delta, into_ns);
    else
        add_product(&sums->falls, &sums->fall_carries, (uint64_t)-delta, into_ns);
    series->min = value < series->min ? value : series->min;
    series->max = value > series->max ? value : series->max;
}

void series_count(struct series *series, int64_t now_ns, int64_t n)
{
    roll_if_due(series, now_ns);
    series->value += n;
}

void series_rise(struct series *series, int64_t at_ns)
{
    const double length_ns = (double)(at_ns - series->set_ns);
    const double rise_ns = series->is_rising ? length_ns : 0.0;
    series->area += length_ns * ((double)series->value + 0.5 * rise_ns);
    if (series->is_rising)
        series->value += at_ns - series->set_ns;
    series->max = series->value > series->max ? series->value : series->max;
    series->set_ns = at_ns;
}

void series_set(struct series *series, int64_t now_ns, int64_t value, bool is_rising)
{
    roll_if_due(series, now_ns);
    series_rise(series, now_ns);
    series->value = value;
    series->is_rising = is_rising;
    series->min = value < series->min ? value : series->min;
    series->max = value > series->max ? value : series->max;
}

static const struct series_column *column_of(const struct series *series)
{
    return &series->clock->lanes[series->kind].columns[series->column];
}

static const struct series_bucket *bucket_of(const struct series *series, size_t index)
{
    const struct series_lane *lane = &series->clock->lanes[series->kind];
    return &lane->buckets[index * lane->count + series->column];
}

static double mean_of(const struct series *series, double area, double length_ns)
{
    return area / (series->kind == SERIES_RATE ? length_ns / 1e9 : length_ns);
}

static int64_t bucket_low(const struct series_clock *clock, size_t index)
{
    return (int64_t)index * clock->width_ns;
}

static int64_t bucket_high(const struct series_clock *clock, size_t index)
{
    const int64_t high_ns = bucket_low(clock, index) + clock->width_ns;
    return high_ns < clock->end_ns ? high_ns : clock->end_ns;
}

static double bucket_mean(const struct series *series, size_t index, int64_t low_ns,
                          int64_t high_ns)
{
    return mean_of(series, bucket_of(series, index)->area, (double)(high_ns - low_ns));
}

double series_mean(const struct series *series)
{
    const struct series_clock *clock = series->clock;
    const int64_t until_ns = clock->until_ns < clock->end_ns ? clock->until_ns : clock->end_ns;
    if (until_ns <= clock->from_ns)
        return (double)NAN;
    return mean_of(series, column_of(series)->window_area, (double)(until_ns - clock->from_ns));
}

static double rate_max(const struct series *rate)
{
    const struct series_clock *clock = rate->clock;
    double max = -HUGE_VAL;
    for (size_t i = 0; i < clock->count; i++) {
        const int64_t low_ns = bucket_low(clock, i), high_ns = bucket_high(clock, i);
        if (low_ns >= clock->from_ns && high_ns <= clock->until_ns)
            max = fmax(max, bucket_mean(rate, i, low_ns, high_ns));
    }
    return max;
}

double series_max(const struct series *series)
{
    const bool is_rate = series->kind == SERIES_RATE;
    const double max = is_rate ? rate_max(series) : column_of(series)->window_max;
    return max > -HUGE_VAL ? max : (double)NAN;
}

double series_end(const struct series *series)
{
    const size_t count = series->clock->count;
    if (series->kind != SERIES_RATE)
        return (double)series->value;
    return count > 0 ? series_at(series, count - 1).mean : (double)NAN;
}

double series_late(const struct series *series)
{
    const struct series_clock *clock = series->clock;
    const bool is_apart =
        series->kind == SERIES_RATE && clock->end_ns == bucket_low(clock, clock->count);
    return is_apart ? column_of(series)->latest_area : 0.0;
}

struct series_point series_at(const struct series *series, size_t index)
{
    const struct series_clock *clock = series->clock;
    MUST(index < clock->count && clock->end_ns >= 0);
    const int64_t low_ns = bucket_low(clock, index), high_ns = bucket_high(clock, index);
    const double mean = bucket_mean(series, index, low_ns, high_ns);
    const bool is_rate = series->kind == SERIES_RATE;
    const struct series_bucket *bucket = bucket_of(series, index);
    return (struct series_point){
        .time_s = ((double)low_ns + (double)(high_ns - low_ns) / 2.0) / 1e9,
        .min = is_rate ? mean : bucket->min,
        .mean = mean,
        .max = is_rate ? mean : bucket->max,
    };
}
