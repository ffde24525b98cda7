// SPDX-License-Identifier: GPL-3.0-or-later
/* What the work on a message is for: its effect in the world, such as a charge, known by a business
 * key.  Without one of its producer's a message has a key of its own, which its repetitions share,
 * and copies that were sent on under one root do not. */
#ifndef QUEUELAB_ACTOR_EFFECT_H
#define QUEUELAB_ACTOR_EFFECT_H

#include "actor/actor.h"

/* Who works: what all facts about effects name. */
struct effect_worker {
    const struct actor *actor;
    uint16_t from_id; /* the queue's */
    uint32_t number;  /* the worker's */
};

/* The key that the message's producer gave it, for its branch; 0: none. */
uint64_t effect_business_key(const struct actor_world *world, const struct delivery *d);
/* The same, or else the message's own. */
uint64_t effect_key(const struct actor_world *world, const struct delivery *d);
/* EFFECT, which a store keeps from happening again for promise_ns, or EFFECT_SKIPPED. */
void effect_say(const struct effect_worker *worker, enum probe_kind kind, const struct delivery *d,
                int64_t promise_ns, int64_t now_ns);
/* EFFECT where a producer gives business keys; elsewhere each success is known to be one. */
static inline void effect_say_if_named(const struct effect_worker *worker, const struct delivery *d,
                                       int64_t now_ns)
{
    if (worker->actor->world->business_key != NULL)
        effect_say(worker, PROBE_EFFECT, d, 0, now_ns);
}

#endif
