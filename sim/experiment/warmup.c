// SPDX-License-Identifier: GPL-3.0-or-later
/* Sums over the batches run from the last to the first, so that every truncation is judged in one
 * pass. */
#include "experiment/warmup.h"

#include <math.h>
#include <stdlib.h>
#include "base/must.h"
#include "core/stat.h"
#include "experiment/setting.h"

enum { LEAST_BATCHES = 10 };

bool warmup_is_auto(const struct scenario *scenario)
{
    return scenario->experiment.warmup_ns == SCENARIO_WARMUP_AUTO;
}

static double batch_mean(const double *values, size_t batch)
{
    double sum = 0.0;
    for (size_t i = 0; i < WARMUP_BATCH; i++)
        sum += values[batch * WARMUP_BATCH + i];
    return sum / WARMUP_BATCH;
}

/* The variance of the mean over what is kept, but for a factor: least is best, and of equals that
 * which cuts off least.  Few batches may happen to lie close together, so a cut in the second half
 * must be better by far: along a line it halves the least error of the first. */
size_t warmup_truncation(const double *values, size_t count, bool *is_late)
{
    static const double clearly = 0.7;
    const size_t batches = count / WARMUP_BATCH;
    double early = HUGE_VAL, late = HUGE_VAL;
    struct stat_moments kept;
    size_t best = 0;
    stat_init(&kept);
    for (size_t cut = batches; batches >= LEAST_BATCHES && cut-- > 0;) {
        stat_add(&kept, batch_mean(values, cut));
        const double error = kept.m2 / ((double)kept.count * (double)kept.count);
        if (2 * cut <= batches && error <= early) {
            early = error;
            best = cut;
        } else if (2 * cut > batches && 4 * kept.count >= batches && error < late) {
            late = error;
        }
    }
    *is_late = late < clearly * early;
    return (*is_late ? batches / 2 : best) * WARMUP_BATCH;
}

/* --- what is looked at --- */

/* Where the pilot's replications all still run, and producers still send. */
static int64_t common_end_ns(const struct cell *pilot)
{
    const int64_t duration_ns = pilot->scenario->experiment.duration_ns;
    int64_t end_ns = duration_ns > 0 ? duration_ns : INT64_MAX;
    for (size_t i = 0; i < pilot->replication_count; i++) {
        if (pilot->replications[i].end_ns < end_ns)
            end_ns = pilot->replications[i].end_ns;
    }
    return end_ns;
}

struct pooled {
    double *values; /* mean number of messages in each bucket */
    size_t count;
    int64_t width_ns;
};

static void add_series(struct pooled *pooled, const struct cell *pilot, const char *queue,
                       const char *metric)
{
    const struct cell_series *series = cell_series_find(pilot, queue, metric);
    if (series == NULL)
        return;
    if (pooled->values == NULL) {
        const size_t whole = (size_t)(common_end_ns(pilot) / series->mean.width_ns);
        pooled->count = whole < series->mean.count ? whole : series->mean.count;
        pooled->width_ns = series->mean.width_ns;
        pooled->values = must_alloc((pooled->count + 1) * sizeof *pooled->values);
        for (size_t i = 0; i < pooled->count; i++)
            pooled->values[i] = 0.0;
    }
    MUST(series->mean.width_ns == pooled->width_ns);
    for (size_t i = 0; i < pooled->count && i < series->mean.count; i++)
        pooled->values[i] += series->mean.points[i].mean;
}

void warmup_settle(struct scenario *scenario, const struct cell *pilot)
{
    static const char *const states[] = {"ApproximateNumberOfMessagesVisible",
                                         "ApproximateNumberOfMessagesNotVisible",
                                         "ApproximateNumberOfMessagesDelayed"};
    struct pooled pooled = {.values = NULL};
    for (size_t i = 0; i < scenario->queue_count; i++) {
        for (size_t state = 0; state < 3 && setting_is_read(scenario, i); state++)
            add_series(&pooled, pilot, scenario->queues[i].name, states[state]);
    }
    const size_t cut =
        warmup_truncation(pooled.values, pooled.count, &scenario->experiment.is_warmup_late);
    scenario->experiment.found_warmup_ns = (int64_t)cut * pooled.width_ns;
    free(pooled.values);
}
