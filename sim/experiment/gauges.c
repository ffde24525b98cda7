// SPDX-License-Identifier: GPL-3.0-or-later
/* Finds the series of the busiest queue by their metrics' names. */
#include "experiment/gauges.h"

#include "experiment/figure.h"

bool gauges_of(struct gauges *gauges, const struct cell *cell)
{
    *gauges = (struct gauges){.cell = cell, .queue = figure_queue(cell)};
    if (gauges->queue == NULL)
        return false;
    gauges->visible = cell_series_find(cell, gauges->queue, "ApproximateNumberOfMessagesVisible");
    gauges->in_flight =
        cell_series_find(cell, gauges->queue, "ApproximateNumberOfMessagesNotVisible");
    gauges->delayed = cell_series_find(cell, gauges->queue, "ApproximateNumberOfMessagesDelayed");
    gauges->arrivals = cell_series_find(cell, gauges->queue, "arrivals");
    gauges->served = cell_series_find(cell, gauges->queue, "throughput");
    return gauges->visible != NULL && gauges->visible->count > 0;
}

double gauges_mean(const struct cell_series *series, size_t i)
{
    return series != NULL && i < series->count ? series->points[i].mean : 0.0;
}

double gauges_average(const struct cell_series *series)
{
    double sum = 0.0;
    for (size_t i = 0; series != NULL && i < series->count; i++)
        sum += series->points[i].mean;
    return series != NULL && series->count > 0 ? sum / (double)series->count : 0.0;
}
