// SPDX-License-Identifier: GPL-3.0-or-later
/* A draw decides first, then the bucket: what is refused takes no token. */
#include "model/gate.h"

#include <math.h>

void gate_init(struct gate *gate, uint64_t stream)
{
    gate->refuse_p = 0.0;
    gate->calls_per_s = HUGE_VAL;
    gate->bucket = (struct quota_bucket){.tokens = 0.0};
    rng_init(&gate->rng, stream);
}

void gate_set(struct gate *gate, double refuse_p, double calls_per_s, int64_t now_ns)
{
    gate->refuse_p = refuse_p;
    if (isinf(gate->calls_per_s))
        gate->bucket = (struct quota_bucket){.tokens = 0.0, .last_ns = now_ns};
    gate->calls_per_s = calls_per_s;
}

bool gate_pass(struct gate *gate, int64_t now_ns)
{
    if (gate->refuse_p >= 1.0 || (gate->refuse_p > 0.0 && rng_chance(&gate->rng, gate->refuse_p)))
        return false;
    if (isinf(gate->calls_per_s))
        return true;
    if (!quota_bucket_has(&gate->bucket, gate->calls_per_s, fmax(1.0, gate->calls_per_s), 1.0,
                          now_ns))
        return false;
    gate->bucket.tokens -= 1.0;
    return true;
}
