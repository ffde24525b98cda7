// SPDX-License-Identifier: GPL-3.0-or-later
/* How much of a steady-state run's start is not counted: MSER-5 (K. P. White, Simulation 69 (1997)
 * 323-334; K. P. White, M. J. Cobb, S. C. Spratt, Proc. Winter Simulation Conference 2000).
 *
 * A pilot of a few replications is run from time 0, without a warm-up; what is looked at is the
 * mean over them of the number of messages in all queues that somebody reads.  What is found holds
 * for every replication of the scenario, and depends on nothing but the scenario.  The pilot's
 * random numbers are its own: a cut that suits the very numbers that are counted would bias them.
 */
#ifndef QUEUELAB_EXPERIMENT_WARMUP_H
#define QUEUELAB_EXPERIMENT_WARMUP_H

#include <stdbool.h>
#include <stddef.h>
#include "experiment/cell.h"

/* Replications of a pilot, if the scenario wants as many; the number of the first, beyond those
 * that are counted; and values in a batch. */
enum { WARMUP_PILOT = 5, WARMUP_FIRST = 1000000, WARMUP_BATCH = 5 };

/* True if the scenario's warm-up is still to be found. */
bool warmup_is_auto(const struct scenario *scenario);

/* How many of the first values MSER-5 cuts off, a multiple of five and at most half: those without
 * which the standard error of the mean over batches of five is least.  is_late: it would be clearly
 * less if more were cut off (at most three quarters), so that there may be no steady state yet;
 * then it is half.  With fewer than ten batches there is nothing to compare, and nothing is cut
 * off. */
size_t warmup_truncation(const double *values, size_t count, bool *is_late);

/* Writes into the scenario what the pilot's series tell. */
void warmup_settle(struct scenario *scenario, const struct cell *pilot);

#endif
