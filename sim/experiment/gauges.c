// SPDX-License-Identifier: GPL-3.0-or-later
/* Finds the series of the busiest queue by their metrics' names. */
#include "experiment/gauges.h"

#include <string.h>
#include "experiment/figure.h"

static const struct buckets *find(const struct gauges *gauges, const char *metric)
{
    const struct cell_series *series = cell_series_find(gauges->cell, gauges->queue, metric);
    return series != NULL ? &series->mean : NULL;
}

static const struct buckets *faults_of(const struct cell *cell)
{
    const struct cell_series *faults = cell_series_find(cell, "scenario", "faults");
    return faults != NULL ? &faults->mean : NULL;
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
    gauges->faults = faults_of(cell);
    return gauges->visible != NULL && gauges->visible->count > 0;
}

/* What was called most of all that have a line; NULL: there is none. */
static const char *busiest_line(const struct cell *cell)
{
    const char *busiest = NULL;
    double most = -1.0;
    for (size_t i = 0; i < cell->scenario->actor_count; i++) {
        const char *name = cell->scenario->actors[i].name;
        const double calls = cell_mean(cell, name, "requests", "count");
        if (cell_series_find(cell, name, "waitingRequests") == NULL || !(calls > most))
            continue;
        busiest = name;
        most = calls;
    }
    return busiest;
}

static bool gauges_of_line(struct gauges *gauges, const struct cell *cell)
{
    *gauges = (struct gauges){.cell = cell, .queue = busiest_line(cell), .is_line = true};
    if (gauges->queue == NULL)
        return false;
    gauges->visible = find(gauges, "waitingRequests");
    gauges->in_flight = find(gauges, "busyRequests");
    gauges->arrivals = find(gauges, "requests");
    gauges->served = find(gauges, "answers");
    gauges->faults = faults_of(cell);
    return gauges->visible->count > 0;
}

bool gauges_of_work(struct gauges *gauges, const struct cell *cell)
{
    const bool has_queue = gauges_of(gauges, cell);
    const bool is_used =
        has_queue && cell_mean(cell, gauges->queue, "ApproximateNumberOfMessagesVisible", "max") +
                             cell_mean(cell, gauges->queue, "NumberOfMessagesReceived", "count") >
                         0.0;
    return is_used || gauges_of_line(gauges, cell) || gauges_of(gauges, cell);
}

bool gauges_work_fits(const struct cell *cell, const void *context)
{
    struct gauges gauges;
    (void)context;
    return gauges_of_work(&gauges, cell);
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

/* A crash is over at once, but not for a queue whose consumers are all down until they restart, nor
 * for those who call such a consumer. */
static bool is_deserted(const struct gauges *gauges, size_t i)
{
    const struct json *consumers = json_find(gauges->cell->scenario->doc, "/consumers");
    const struct json *node = consumers != NULL ? json_first(consumers) : NULL;
    bool any = false;
    double up = 0.0;
    for (; node != NULL; node = json_next(node)) {
        const struct json *from = json_get(node, "from");
        const char *waits_in = from != NULL ? json_text(from) : json_key(node);
        if (strcmp(waits_in, gauges->queue) != 0)
            continue;
        const struct cell_series *instances =
            cell_series_find(gauges->cell, json_key(node), "instances");
        if (instances == NULL || i >= instances->mean.count)
            return false;
        any = true;
        up += instances->mean.points[i].mean;
    }
    return any && up < 0.5;
}

bool gauges_has_fault(const struct gauges *gauges, size_t i)
{
    const struct buckets *faults = gauges->faults;
    return faults != NULL && i < faults->count &&
           (faults->points[i].max > 0.0 || is_deserted(gauges, i));
}

/* Nothing is known where no queue has a time plot. */
double gauges_struck(const struct gauges *gauges, size_t i)
{
    if (gauges->visible == NULL || i >= gauges->visible->count)
        return 0.0;
    const double time_s = gauges->visible->points[i].time_s;
    return (setting_is_spike(gauges->cell->scenario, time_s) ? 1.0 : 0.0) +
           (gauges_has_fault(gauges, i) ? 2.0 : 0.0);
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
