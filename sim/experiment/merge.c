// SPDX-License-Identifier: GPL-3.0-or-later
/* Histograms merge exactly.  Series of different widths meet at the widest: widths are a common one
 * times powers of two, so buckets are joined in pairs and never split.
 *
 * The mean is over all replications at all times: one that has ended counts with its last values.
 * A mean over those that still run would be one over the slow ones. */
#include "experiment/merge.h"

#include <stdlib.h>
#include "experiment/cell.h"

static struct cell_hist *hist_of(struct cell *cell, const struct sample_hist *from)
{
    const struct cell_hist *known = cell_hist_find(cell, from->entity, from->metric);
    if (known != NULL)
        return &cell->hists[known - cell->hists];
    cell->hists = must_grow(cell->hists, (cell->hist_count + 1) * sizeof *cell->hists);
    struct cell_hist *hist = &cell->hists[cell->hist_count++];
    hist->entity = arena_copy_text(&cell->arena, from->entity);
    hist->metric = arena_copy_text(&cell->arena, from->metric);
    hist_init(&hist->hist);
    return hist;
}

static struct cell_series *series_of(struct cell *cell, const struct sample_series *from)
{
    const struct cell_series *known = cell_series_find(cell, from->entity, from->metric);
    if (known != NULL)
        return &cell->series[known - cell->series];
    cell->series = must_grow(cell->series, (cell->series_count + 1) * sizeof *cell->series);
    struct cell_series *series = &cell->series[cell->series_count++];
    *series = (struct cell_series){
        .entity = arena_copy_text(&cell->arena, from->entity),
        .metric = arena_copy_text(&cell->arena, from->metric),
    };
    return series;
}

/* Brings two series to one width and one end. */
static void meet(struct cell_series *series, struct buckets *other,
                 const struct series_point *after)
{
    struct buckets *mean = &series->mean;
    while (other->width_ns < mean->width_ns)
        buckets_widen(other);
    while (mean->width_ns < other->width_ns)
        buckets_widen(mean);
    buckets_extend(other, mean->end_ns, after);
    buckets_extend(mean, other->end_ns, &series->after);
}

static void add_series(struct cell_series *series, const struct sample_series *from)
{
    const struct series_point after = {.min = from->after, .mean = from->after, .max = from->after};
    struct buckets buckets;
    buckets_copy(&buckets, &from->buckets);
    if (series->replication_count++ == 0) {
        series->mean = buckets;
        series->after = after;
        return;
    }
    meet(series, &buckets, &after);
    buckets_average(&series->mean, &buckets, series->replication_count);
    buckets_average_point(&series->after, &after, series->replication_count);
    buckets_free(&buckets);
}

void merge_add(struct cell *cell, const struct sample *sample)
{
    for (size_t i = 0; i < sample->hist_count; i++)
        hist_merge(&hist_of(cell, &sample->hists[i])->hist, &sample->hists[i].hist);
    for (size_t i = 0; i < sample->series_count; i++) {
        struct cell_series *series = series_of(cell, &sample->series[i]);
        add_series(series, &sample->series[i]);
        if (cell->replication_count == 1)
            buckets_copy(&series->first, &sample->series[i].buckets);
    }
}

static void thin(struct buckets *buckets, size_t most)
{
    while (buckets->count > most)
        buckets_widen(buckets);
}

void merge_thin(struct cell *cell, size_t most)
{
    for (size_t i = 0; i < cell->series_count; i++) {
        thin(&cell->series[i].first, most);
        thin(&cell->series[i].mean, most);
    }
}

void merge_free(struct cell *cell)
{
    for (size_t i = 0; i < cell->hist_count; i++)
        hist_free(&cell->hists[i].hist);
    for (size_t i = 0; i < cell->series_count; i++) {
        buckets_free(&cell->series[i].mean);
        buckets_free(&cell->series[i].first);
    }
    free(cell->hists);
    free(cell->series);
}
