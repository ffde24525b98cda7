// SPDX-License-Identifier: GPL-3.0-or-later
/* Arithmetic on buckets.  Where one ends follows from its index, the width and the end, so that it
 * is never kept. */
#include "experiment/buckets.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "base/must.h"

static int64_t low_ns(const struct buckets *buckets, size_t i)
{
    return (int64_t)i * buckets->width_ns;
}

static int64_t high_ns(const struct buckets *buckets, size_t i)
{
    const int64_t high = low_ns(buckets, i + 1);
    return high < buckets->end_ns ? high : buckets->end_ns;
}

static double length_ns(const struct buckets *buckets, size_t i)
{
    return (double)(high_ns(buckets, i) - low_ns(buckets, i));
}

static size_t count_to(int64_t end_ns, int64_t width_ns)
{
    return (size_t)((end_ns + width_ns - 1) / width_ns);
}

static void set_times(struct buckets *buckets)
{
    for (size_t i = 0; i < buckets->count; i++)
        buckets->points[i].time_s =
            ((double)low_ns(buckets, i) + length_ns(buckets, i) / 2.0) / 1e9;
}

void buckets_init(struct buckets *buckets, int64_t width_ns, int64_t end_ns)
{
    MUST(width_ns > 0 && end_ns >= 0);
    *buckets = (struct buckets){
        .width_ns = width_ns, .end_ns = end_ns, .count = count_to(end_ns, width_ns)};
    buckets->points = must_alloc((buckets->count + 1) * sizeof *buckets->points);
    set_times(buckets);
}

void buckets_copy(struct buckets *buckets, const struct buckets *from)
{
    buckets_init(buckets, from->width_ns, from->end_ns);
    memcpy(buckets->points, from->points, from->count * sizeof *from->points);
}

void buckets_free(struct buckets *buckets)
{
    free(buckets->points);
    *buckets = (struct buckets){.count = 0};
}

/* The values of two pieces of time as those of one. */
static struct series_point joined(const struct series_point *a, double a_ns,
                                  const struct series_point *b, double b_ns)
{
    return (struct series_point){
        .min = fmin(a->min, b->min),
        .mean = a->mean + (b->mean - a->mean) * (b_ns / (a_ns + b_ns)),
        .max = fmax(a->max, b->max),
    };
}

void buckets_widen(struct buckets *buckets)
{
    struct series_point *points = buckets->points;
    for (size_t i = 0; i + 1 < buckets->count; i += 2)
        points[i / 2] =
            joined(&points[i], length_ns(buckets, i), &points[i + 1], length_ns(buckets, i + 1));
    if (buckets->count % 2 == 1)
        points[buckets->count / 2] = points[buckets->count - 1];
    buckets->count = (buckets->count + 1) / 2;
    buckets->width_ns *= 2;
    set_times(buckets);
}

void buckets_extend(struct buckets *buckets, int64_t end_ns, const struct series_point *values)
{
    if (end_ns <= buckets->end_ns)
        return;
    const size_t before = buckets->count;
    const double had_ns = before > 0 ? length_ns(buckets, before - 1) : 0.0;
    buckets->count = count_to(end_ns, buckets->width_ns);
    buckets->end_ns = end_ns;
    buckets->points = must_grow(buckets->points, (buckets->count + 1) * sizeof *buckets->points);
    const double more_ns = before > 0 ? length_ns(buckets, before - 1) - had_ns : 0.0;
    if (more_ns > 0.0)
        buckets->points[before - 1] = joined(&buckets->points[before - 1], had_ns, values, more_ns);
    for (size_t i = before; i < buckets->count; i++)
        buckets->points[i] = *values;
    set_times(buckets);
}

/* A running mean, so that no bucket needs the sum. */
void buckets_average_point(struct series_point *mean, const struct series_point *other, size_t n)
{
    mean->min = fmin(mean->min, other->min);
    mean->mean += (other->mean - mean->mean) / (double)n;
    mean->max = fmax(mean->max, other->max);
}

void buckets_average(struct buckets *mean, const struct buckets *other, size_t n)
{
    MUST(mean->width_ns == other->width_ns && mean->count == other->count);
    for (size_t i = 0; i < mean->count; i++)
        buckets_average_point(&mean->points[i], &other->points[i], n);
}
