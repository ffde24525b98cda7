// SPDX-License-Identifier: GPL-3.0-or-later
/* Goal seek: where on a grid of values does what holds begin to fail?  By bisection between an end
 * at which it holds and one at which it does not, so that the answer is the least or the greatest
 * value for which it holds, if it holds on one side only.  Whether it does is looked at in a few
 * more places. */
#ifndef QUEUELAB_EXPERIMENT_SOLVE_H
#define QUEUELAB_EXPERIMENT_SOLVE_H

#include <stdbool.h>
#include <stddef.h>
#include "experiment/confidence.h"

/* Asks at a step of the grid, each at most once; false: it cannot be known (a mistake, an
 * interruption), and all is over. */
typedef bool solve_ask(void *context, size_t step, enum confidence *answer);

enum solve_end {
    SOLVE_FOUND,
    SOLVE_NOWHERE,    /* it holds at neither end */
    SOLVE_EVERYWHERE, /* it holds at both */
    SOLVE_STOPPED
};

enum { SOLVE_PROBES = 4 };

struct solution {
    enum solve_end end;
    size_t step;    /* the answer */
    size_t beyond;  /* the next one, for which it does not hold */
    bool is_least;  /* else it is the greatest */
    bool is_uneven; /* it holds, and fails, on a side where it should not */
    size_t uneven;  /* where that was seen */
    size_t count;   /* of questions */
};

/* On steps 0 .. last. */
struct solution solve(size_t last, solve_ask *ask, void *context);

#endif
