// SPDX-License-Identifier: GPL-3.0-or-later
/* What a comparison found, in one sentence an arm: what differs from the base, what does not, and
 * what is not known.  It leans on the joint intervals: that many claims hold together. */
#ifndef QUEUELAB_EXPERIMENT_COMPARE_SAY_H
#define QUEUELAB_EXPERIMENT_COMPARE_SAY_H

#include "experiment/compare.h"

/* "FIFO against standard: lower throughput at 5 of 10 points (up to -94 %); no difference seen in
 * duplicates." */
const char *compare_say(struct arena *arena, const struct compare *compare, size_t arm);

#endif
