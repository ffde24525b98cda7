// SPDX-License-Identifier: GPL-3.0-or-later
/* Histograms merge exactly.  Series of different widths meet at the widest: widths are a common one
 * times powers of two, so buckets are joined in pairs and never split.
 *
 * A bucket's mean is over the replications that lasted so long: a run that ended has no backlog of
 * 0. */
#include "experiment/merge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/must.h"
#include "experiment/cell.h"

static struct cell_hist *hist_of(struct cell *cell, const struct sample_hist *from, size_t guess)
{
    if (guess < cell->hist_count && strcmp(cell->hists[guess].entity, from->entity) == 0 &&
        strcmp(cell->hists[guess].metric, from->metric) == 0)
        return &cell->hists[guess];
    for (size_t i = 0; i < cell->hist_count; i++) {
        if (strcmp(cell->hists[i].entity, from->entity) == 0 &&
            strcmp(cell->hists[i].metric, from->metric) == 0)
            return &cell->hists[i];
    }
    cell->hists = must_grow(cell->hists, (cell->hist_count + 1) * sizeof *cell->hists);
    struct cell_hist *hist = &cell->hists[cell->hist_count++];
    hist->entity = arena_copy_text(&cell->arena, from->entity);
    hist->metric = arena_copy_text(&cell->arena, from->metric);
    hist_init(&hist->hist);
    return hist;
}

static struct cell_series *series_of(struct cell *cell, const struct sample_series *from,
                                     size_t guess)
{
    if (guess < cell->series_count && strcmp(cell->series[guess].entity, from->entity) == 0 &&
        strcmp(cell->series[guess].metric, from->metric) == 0)
        return &cell->series[guess];
    for (size_t i = 0; i < cell->series_count; i++) {
        if (strcmp(cell->series[i].entity, from->entity) == 0 &&
            strcmp(cell->series[i].metric, from->metric) == 0)
            return &cell->series[i];
    }
    cell->series = must_grow(cell->series, (cell->series_count + 1) * sizeof *cell->series);
    struct cell_series *series = &cell->series[cell->series_count++];
    *series = (struct cell_series){
        .entity = arena_copy_text(&cell->arena, from->entity),
        .metric = arena_copy_text(&cell->arena, from->metric),
        .width_ns = from->width_ns,
    };
    return series;
}

size_t merge_halve(struct series_point *points, size_t *weights, size_t count, int64_t width_ns)
{
    for (size_t i = 0; i < count; i += 2) {
        const struct series_point *low = &points[i];
        const struct series_point *high = i + 1 < count ? &points[i + 1] : low;
        /* Middles of a pair's full buckets; the last bucket of all may have ended early. */
        const double time_s =
            i + 1 < count ? (double)(i + 1) * (double)width_ns / 1e9 : low->time_s;
        points[i / 2] = (struct series_point){
            .time_s = time_s,
            .min = fmin(low->min, high->min),
            .mean = (low->mean + high->mean) / 2.0,
            .max = fmax(low->max, high->max),
        };
        if (weights != NULL)
            weights[i / 2] =
                i + 1 < count && weights[i + 1] > weights[i] ? weights[i + 1] : weights[i];
    }
    return (count + 1) / 2;
}

/* Means are running means, so that no bucket needs the sum. */
static void add_bucket(struct cell_series *series, size_t i, const struct series_point *point)
{
    struct series_point *into = &series->points[i];
    if (i == series->count) {
        series->count++;
        series->replications[i] = 1;
        *into = *point;
        return;
    }
    const double n = (double)++series->replications[i];
    into->mean += (point->mean - into->mean) / n;
    into->min = fmin(into->min, point->min);
    into->max = fmax(into->max, point->max);
    into->time_s = fmax(into->time_s, point->time_s);
}

static void add_series(struct cell_series *series, const struct sample_series *from)
{
    size_t count = from->count;
    int64_t width_ns = from->width_ns;
    struct series_point *points = must_alloc((count + 1) * sizeof *points);
    memcpy(points, from->points, count * sizeof *points);
    for (; width_ns < series->width_ns; width_ns *= 2)
        count = merge_halve(points, NULL, count, width_ns);
    for (; series->width_ns < width_ns; series->width_ns *= 2)
        series->count =
            merge_halve(series->points, series->replications, series->count, series->width_ns);
    MUST(width_ns == series->width_ns);
    const size_t room = series->count > count ? series->count : count;
    series->points = must_grow(series->points, (room + 1) * sizeof *series->points);
    series->replications =
        must_grow(series->replications, (room + 1) * sizeof *series->replications);
    for (size_t i = 0; i < count; i++)
        add_bucket(series, i, &points[i]);
    free(points);
}

static void keep_first(struct cell *cell, struct cell_series *series,
                       const struct sample_series *from)
{
    series->first_width_ns = from->width_ns;
    series->first_count = from->count;
    series->first = arena_alloc(&cell->arena, from->count * sizeof *series->first);
    memcpy(series->first, from->points, from->count * sizeof *series->first);
}

void merge_add(struct cell *cell, const struct sample *sample)
{
    for (size_t i = 0; i < sample->hist_count; i++)
        hist_merge(&hist_of(cell, &sample->hists[i], i)->hist, &sample->hists[i].hist);
    for (size_t i = 0; i < sample->series_count; i++) {
        struct cell_series *series = series_of(cell, &sample->series[i], i);
        add_series(series, &sample->series[i]);
        if (cell->replication_count == 1)
            keep_first(cell, series, &sample->series[i]);
    }
}

void merge_thin(struct cell *cell, size_t most)
{
    for (size_t i = 0; i < cell->series_count; i++) {
        struct cell_series *series = &cell->series[i];
        for (; series->first_count > most; series->first_width_ns *= 2)
            series->first_count =
                merge_halve(series->first, NULL, series->first_count, series->first_width_ns);
        for (; series->count > most; series->width_ns *= 2)
            series->count =
                merge_halve(series->points, series->replications, series->count, series->width_ns);
    }
}

void merge_free(struct cell *cell)
{
    for (size_t i = 0; i < cell->hist_count; i++)
        hist_free(&cell->hists[i].hist);
    for (size_t i = 0; i < cell->series_count; i++) {
        free(cell->series[i].points);
        free(cell->series[i].replications);
    }
    free(cell->hists);
    free(cell->series);
}
