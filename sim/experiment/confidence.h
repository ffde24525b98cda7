// SPDX-License-Identifier: GPL-3.0-or-later
/* Whether expectations hold with confidence: where `expect` judges the mean, here the whole
 * interval must be on the right side.  Against another variant it is the interval of the
 * difference, pair by pair on common random numbers.  What must hold in every replication does, or
 * does not. */
#ifndef QUEUELAB_EXPERIMENT_CONFIDENCE_H
#define QUEUELAB_EXPERIMENT_CONFIDENCE_H

#include "experiment/expect.h"

enum confidence {
    CONFIDENCE_HOLDS,
    CONFIDENCE_OPEN, /* the interval lies on both sides, or there is none */
    CONFIDENCE_FAILS
};

/* Of one verdict; seen is the interval that was judged, wanted what it was judged by. */
enum confidence confidence_of(const struct result *result, const struct verdict *verdict,
                              struct estimate *seen, double *wanted);

/* Of all verdicts: the worst, and which has it (the first of them). */
enum confidence confidence_of_all(const struct result *result, const struct verdict **worst);

#endif
