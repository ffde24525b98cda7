// SPDX-License-Identifier: GPL-3.0-or-later
/* Keys of effects, and the facts about them. */
#include "actor/effect.h"

uint64_t effect_business_key(const struct actor_world *world, const struct delivery *d)
{
    const uint64_t key =
        world->business_key != NULL ? world->business_key(world->business_context, d->root) : 0;
    return key == 0 ? 0 : rng_mix(key + (d->path >> 16)) | 1;
}

uint64_t effect_key(const struct actor_world *world, const struct delivery *d)
{
    const uint64_t key = effect_business_key(world, d);
    return key != 0 ? key : messages_delivery_key(world->messages, d);
}

void effect_say(const struct effect_worker *worker, enum probe_kind kind, const struct delivery *d,
                int64_t promise_ns, int64_t now_ns)
{
    const struct actor *actor = worker->actor;
    const struct fact fact = {.at_ns = now_ns,
                              .kind = (uint16_t)kind,
                              .node = actor->node.id,
                              .peer = worker->from_id,
                              .message = d->slot,
                              .delivery = probe_branch(d->path),
                              .group = d->group,
                              .bytes = worker->number,
                              .root = d->root,
                              .seq = d->seq,
                              .value = (int64_t)effect_business_key(actor->world, d),
                              .other = promise_ns};
    probe_emit(actor->world->probe, &fact);
}
