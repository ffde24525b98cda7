// SPDX-License-Identifier: GPL-3.0-or-later
/* What is known of a cell's busiest queue over time, for the figures that show it. */
#ifndef QUEUELAB_EXPERIMENT_GAUGES_H
#define QUEUELAB_EXPERIMENT_GAUGES_H

#include <stdbool.h>
#include <stddef.h>
#include "experiment/cell.h"

struct gauges {
    const struct cell *cell;
    const char *queue;
    const struct cell_series *visible;             /* never NULL */
    const struct cell_series *in_flight, *delayed; /* NULL: not measured, taken as 0 */
    const struct cell_series *arrivals, *served;   /* NULL: not measured */
};

/* False if the queue's backlog was not measured. */
bool gauges_of(struct gauges *gauges, const struct cell *cell);

/* A series' mean in bucket i; 0 where it is not measured. */
double gauges_mean(const struct cell_series *series, size_t i);
/* Over all buckets. */
double gauges_average(const struct cell_series *series);

#endif
