// SPDX-License-Identifier: GPL-3.0-or-later
/* Finds the series of the busiest queue by their metrics' names. */
#include "experiment/gauges.h"

#include "experiment/figure.h"

static const struct buckets *find(const struct gauges *gauges, const char *metric)
{
    const struct cell_series *series = cell_series_find(gauges->cell, gauges->queue, metric);
    return series != NULL ? &series->mean : NULL;
}

bool gauges_of(struct gauges *gauges, const struct cell *cell)
{
    *gauges = (struct gauges){.cell = cell, .queue = figure_queue(cell)};
    if (gauges->queue == NULL)
        return false;
    gauges->visible = find(gauges, "ApproximateNumberOfMessagesVisible");
    gauges->in_flight = find(gauges, "ApproximateNumberOfMessagesNotVisible");
    gauges->delayed = find(gauges, "ApproximateNumberOfMessagesDelayed");
    gauges->arrivals = find(gauges, "arrivals");
    gauges->served = find(gauges, "throughput");
    const struct cell_series *faults = cell_series_find(cell, "scenario", "faults");
    gauges->faults = faults != NULL ? &faults->mean : NULL;
    return gauges->visible != NULL && gauges->visible->count > 0;
}

bool gauges_fit(const struct cell *cell, const void *context)
{
    struct gauges gauges;
    (void)context;
    return gauges_of(&gauges, cell);
}

double gauges_mean(const struct buckets *buckets, size_t i)
{
    return buckets != NULL && i < buckets->count ? buckets->points[i].mean : 0.0;
}

bool gauges_has_fault(const struct gauges *gauges, size_t i)
{
    const struct buckets *faults = gauges->faults;
    return faults != NULL && i < faults->count && faults->points[i].max > 0.0;
}

bool gauges_in_alarm(const struct gauges *gauges, size_t i)
{
    const struct scenario *scenario = gauges->cell->scenario;
    for (size_t a = 0; a < scenario->actor_count; a++) {
        if (scenario->actors[a].kind->node != NODE_ALARM)
            continue;
        const struct cell_series *alarm =
            cell_series_find(gauges->cell, scenario->actors[a].name, "alarm");
        if (alarm != NULL && gauges_mean(&alarm->mean, i) >= 0.5)
            return true;
    }
    return false;
}

double gauges_average(const struct buckets *buckets)
{
    double sum = 0.0;
    for (size_t i = 0; buckets != NULL && i < buckets->count; i++)
        sum += buckets->points[i].mean;
    return buckets != NULL && buckets->count > 0 ? sum / (double)buckets->count : 0.0;
}
