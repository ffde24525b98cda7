// SPDX-License-Identifier: GPL-3.0-or-later
/* What is known of a cell's busiest queue over time, or of the busiest line of direct calls, for
 * the figures that show it. */
#ifndef QUEUELAB_EXPERIMENT_GAUGES_H
#define QUEUELAB_EXPERIMENT_GAUGES_H

#include <stdbool.h>
#include <stddef.h>
#include "experiment/cell.h"

/* Means over the replications. */
struct gauges {
    const struct cell *cell;
    const char *queue; /* or whose line it is */
    bool is_line;
    const struct buckets *visible;             /* never NULL */
    const struct buckets *in_flight, *delayed; /* NULL: not measured, taken as 0 */
    const struct buckets *arrivals, *served;   /* NULL: not measured */
    const struct buckets *faults;              /* NULL: there are none */
};

/* False if the queue's backlog was not measured. */
bool gauges_of(struct gauges *gauges, const struct cell *cell);
/* The same as a question, for figure_cells. */
bool gauges_fit(const struct cell *cell, const void *context);

/* Those of the busiest queue; where nothing was sent to any, those of whatever was called most and
 * has a waiting line: visible is what waits, in_flight what is at work, served what was answered
 * well and heard. */
bool gauges_of_work(struct gauges *gauges, const struct cell *cell);
/* The same as a question, for figure_cells. */
bool gauges_work_fits(const struct cell *cell, const void *context);

/* The mean in bucket i; 0 where it is not measured. */
double gauges_mean(const struct buckets *buckets, size_t i);
/* True if a fault struck something in bucket i. */
bool gauges_has_fault(const struct gauges *gauges, size_t i);
/* What else is unusual in bucket i: 1 that arrivals are above their first rate, 2 a fault, 3 both.
 */
double gauges_struck(const struct gauges *gauges, size_t i);
/* True if an alarm of the scenario was in the state ALARM for most of bucket i, in the mean over
 * the replications. */
bool gauges_in_alarm(const struct gauges *gauges, size_t i);
/* Over all buckets. */
double gauges_average(const struct buckets *buckets);

#endif
