// SPDX-License-Identifier: GPL-3.0-or-later
/* What stands before a service in trouble: a share of the calls is refused, and of the others no
 * more pass than so many per second.  Nothing that the service holds is touched. */
#ifndef QUEUELAB_MODEL_GATE_H
#define QUEUELAB_MODEL_GATE_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include "core/rng.h"
#include "model/quota.h"

struct gate {
    double refuse_p;
    double calls_per_s;         /* INFINITY: as many as come */
    struct quota_bucket bucket; /* empty when the limit begins; room for a second's calls */
    struct rng rng;
};

/* Open. */
void gate_init(struct gate *gate, uint64_t stream);
void gate_set(struct gate *gate, double refuse_p, double calls_per_s, int64_t now_ns);
static inline bool gate_is_closed(const struct gate *gate)
{
    return gate->refuse_p >= 1.0;
}
static inline bool gate_judges(const struct gate *gate)
{
    return gate->refuse_p > 0.0 || gate->calls_per_s < HUGE_VAL;
}
/* Lets one call pass, or not. */
bool gate_pass(struct gate *gate, int64_t now_ns);

#endif
