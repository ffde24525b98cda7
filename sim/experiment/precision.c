// SPDX-License-Identifier: GPL-3.0-or-later
/* Rows are estimated only while they are watched: the rest waits for the end of the cell. */
#include "experiment/precision.h"

#include <math.h>
#include <string.h>
#include "experiment/setting.h"

enum { FIRST = 10, FURTHER = 5 };

size_t precision_most(const struct scenario *scenario)
{
    const struct scenario_experiment *experiment = &scenario->experiment;
    return (size_t)(experiment->precision > 0.0 ? experiment->max_replications
                                                : experiment->replications);
}

static void watch(const struct cell *cell, const char *entity, const char *metric, const char *stat,
                  struct precision_row *worst)
{
    const struct cell_row *row = cell_find(cell, entity, metric, stat);
    if (row == NULL)
        return;
    const struct estimate estimate = cell_estimate(cell, row);
    const double half = estimate_relative_half_width(&estimate);
    if (half > worst->half)
        *worst = (struct precision_row){row->entity, row->metric, row->stat, half};
}

/* An expectation of another variant says nothing of this one. */
static bool is_here(const struct cell *cell, const struct scenario_expect *expect)
{
    return expect->variant == NULL || strcmp(expect->variant, cell->variant) == 0 ||
           (expect->vs != NULL && strcmp(expect->vs, cell->variant) == 0);
}

static bool watch_expected(const struct cell *cell, struct precision_row *worst)
{
    const struct scenario *scenario = cell->scenario;
    bool is_any = false;
    for (size_t i = 0; i < scenario->expect_count; i++) {
        const struct scenario_expect *expect = &scenario->expects[i];
        if (expect->metric == NULL || !is_here(cell, expect))
            continue;
        is_any = true;
        watch(cell, expect->entity, expect->metric, expect->stat, worst);
    }
    return is_any;
}

/* The queue that most was sent to in the first replication, dead-letter queues apart. */
static const char *busiest_queue(const struct cell *cell)
{
    const char *busiest = NULL;
    double most = -1.0;
    for (size_t i = 0; i < cell->scenario->queue_count; i++) {
        const char *name = cell->scenario->queues[i].name;
        const struct cell_row *sent = cell_find(cell, name, "NumberOfMessagesSent", "count");
        if (sent == NULL || setting_is_dead_letter(cell->scenario, name))
            continue;
        const double count = cell_value(cell, (size_t)(sent - cell->rows), 0);
        if (count > most) {
            busiest = name;
            most = count;
        }
    }
    return busiest;
}

bool precision_worst(const struct cell *cell, struct precision_row *worst)
{
    const struct param_items *named = &cell->scenario->experiment.precision_of;
    const struct scenario_precise *of = named->items;
    const double wanted = cell->scenario->experiment.precision;
    *worst = (struct precision_row){.half = -1.0};
    if (cell->replication_count == 0)
        return false;
    for (size_t i = 0; i < named->count; i++)
        watch(cell, of[i].entity, of[i].metric, of[i].stat, worst);
    const bool is_expected = named->count == 0 && watch_expected(cell, worst);
    /* Where nothing must become precise, what is exact says nothing of how far the run is. */
    const bool is_exact = is_expected && !(worst->half > 0.0) && !(wanted > 0.0);
    if ((named->count == 0 && !is_expected) || is_exact) {
        const char *queue = busiest_queue(cell);
        if (queue != NULL)
            watch(cell, queue, "sojourn", "mean", worst);
    }
    return worst->half >= 0.0;
}

bool precision_is_enough(const struct cell *cell, size_t *met)
{
    const double wanted = cell->scenario->experiment.precision;
    const size_t count = cell->replication_count;
    struct precision_row worst;
    if (count >= precision_most(cell->scenario))
        return true;
    if (!(wanted > 0.0) || count < FIRST)
        return false;
    *met = precision_worst(cell, &worst) && worst.half > wanted ? 0 : *met + 1;
    return *met > FURTHER;
}
