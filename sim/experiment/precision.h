// SPDX-License-Identifier: GPL-3.0-or-later
/* How many replications a cell gets.  Without `precision` as many as the scenario says.  With it,
 * at least 10 and at most `maxReplications`: until the relative half-widths of all rows watched are
 * small enough, and have been so for the 5 replications before (K. Hoad, S. Robinson, R. Davies,
 * J. Operational Research Society 61 (2010) 1632-1644).  Judged in the order of the index, so that
 * threads are not seen. */
#ifndef QUEUELAB_EXPERIMENT_PRECISION_H
#define QUEUELAB_EXPERIMENT_PRECISION_H

#include <stdbool.h>
#include <stddef.h>
#include "experiment/cell.h"

/* How often the cell is replicated at most. */
size_t precision_most(const struct scenario *scenario);

/* After each replication: true once the last of the cell is in.  met, 0 at first, counts those
 * since which it has been precise. */
bool precision_is_enough(const struct cell *cell, size_t *met);

/* Of the rows watched, that with the widest interval; those that are not available, or are 0, are
 * passed over.  Watched are those of "precisionOf", else those expected, else the mean time in the
 * busiest queue.  False: there is none. */
struct precision_row {
    const char *entity, *metric, *stat;
    double half; /* relative half-width */
};
bool precision_worst(const struct cell *cell, struct precision_row *worst);

#endif
