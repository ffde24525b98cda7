// SPDX-License-Identifier: GPL-3.0-or-later
/* A turn changes the knob, then brings the component in line with all knobs of that sort. */
#include "fault/fault_knob.h"

#include "model/wire.h"
#include "actor/consumer.h"
#include "actor/forward_cfg.h"
#include "actor/function.h"

static const enum knob_way ways[FAULT_KNOB_COUNT] = {
    [FAULT_SLOW_FACTOR] = KNOB_FACTOR,
    [FAULT_REQUEST_LOSS] = KNOB_CHANCE,
    [FAULT_RESPONSE_LOSS] = KNOB_CHANCE,
    [FAULT_DUPLICATE] = KNOB_CHANCE,
    [FAULT_LATE] = KNOB_SUM,
    [FAULT_JITTER] = KNOB_SUM,
    [FAULT_REFUSE] = KNOB_CHANCE,
    [FAULT_CALL_RATE] = KNOB_LEAST,
    [FAULT_COPY_RECEIVED] = KNOB_CHANCE,
    [FAULT_COPY_DELETED] = KNOB_CHANCE,
    [FAULT_POISON] = KNOB_CHANCE,
    [FAULT_DENY] = KNOB_CHANCE,
};

struct queue *fault_knob_queue(const struct fault_world *world, uint16_t node)
{
    return node < world->queue_count ? &world->queues[node] : NULL;
}

static struct topic *topic_of(const struct fault_world *world, uint16_t node)
{
    const size_t index = (size_t)node - world->queue_count;
    return node >= world->queue_count && index < world->topic_count ? &world->topics[index] : NULL;
}

struct actor *fault_knob_actor(const struct fault_world *world, uint16_t node)
{
    const size_t first = world->queue_count + world->topic_count;
    return node >= first ? &world->actors[node - first] : NULL;
}

bool fault_knob_calls(const struct actor *actor, uint16_t service)
{
    const struct actor_kind *kind = actor->kind;
    const struct param_items *then = kind->then != NULL ? kind->then(actor->cfg) : NULL;
    bool calls = (kind->sends != NULL && kind->sends(actor->cfg) == service) ||
                 (kind->reads != NULL && kind->reads(actor->cfg) == service);
    for (size_t i = 0; then != NULL && i < then->count; i++)
        calls = calls || ((const struct forward_cfg *)then->items)[i].to.id == service;
    return calls && kind->link_at > 0;
}

struct endpoint *fault_knob_wired(struct actor *actor)
{
    const struct actor_kind *kind = actor->kind;
    return kind->endpoint != NULL && kind != &function_kind ? kind->endpoint(actor) : NULL;
}

void fault_knob_init(struct fault_knobs *knobs, const struct fault_world *world, size_t room)
{
    const size_t count = world->queue_count + world->topic_count + world->actor_count;
    knobs->world = world;
    knobs->of = arena_alloc(world->arena, (count + 1) * sizeof *knobs->of);
    for (size_t node = 0; node < count; node++) {
        for (size_t i = 0; i < FAULT_KNOB_COUNT; i++)
            knob_init(&knobs->of[node][i], ways[i], room + 1, world->arena);
    }
}

void fault_knob_clear(struct fault_knobs *knobs)
{
    const struct fault_world *world = knobs->world;
    const size_t count = world->queue_count + world->topic_count + world->actor_count;
    for (size_t node = 0; node < count; node++) {
        for (size_t i = 0; i < FAULT_KNOB_COUNT; i++)
            knobs->of[node][i].count = 0;
    }
    /* What a queue's own storage does holds these from the beginning. */
    for (size_t i = 0; i < world->queue_count; i++) {
        const struct queue_storage_cfg *storage = &world->queues[i].cfg->storage;
        knob_hold(&knobs->of[i][FAULT_COPY_RECEIVED], storage->duplicate_p);
        knob_hold(&knobs->of[i][FAULT_COPY_DELETED], storage->resurrect_p);
    }
}

/* --- what a knob means --- */

static double value_of(const struct fault_knobs *knobs, uint16_t node, enum fault_knob which)
{
    return knob_value(&knobs->of[node][which]);
}

static struct endpoint *endpoint_of(const struct fault_world *world, uint16_t node)
{
    struct actor *actor = fault_knob_actor(world, node);
    return actor->kind->endpoint(actor);
}

static void turn_link(const struct fault_knobs *knobs, uint16_t node)
{
    struct actor *actor = fault_knob_actor(knobs->world, node);
    const struct link_trouble trouble = {
        .request_loss_p = value_of(knobs, node, FAULT_REQUEST_LOSS),
        .response_loss_p = value_of(knobs, node, FAULT_RESPONSE_LOSS),
        .duplicate_p = value_of(knobs, node, FAULT_DUPLICATE),
        .late_ns = (int64_t)value_of(knobs, node, FAULT_LATE),
        .jitter_ns = (int64_t)value_of(knobs, node, FAULT_JITTER)};
    struct endpoint *wired = fault_knob_wired(actor);
    if (wired != NULL)
        wire_set_trouble(wired->wire, &trouble);
    else
        link_set_trouble((struct link *)((char *)actor->state + actor->kind->link_at), &trouble);
}

static void turn_gate(const struct fault_knobs *knobs, uint16_t node, int64_t now_ns)
{
    const struct fault_world *world = knobs->world;
    const double refuse_p = value_of(knobs, node, FAULT_REFUSE);
    const double calls_per_s = value_of(knobs, node, FAULT_CALL_RATE);
    struct queue *queue = fault_knob_queue(world, node);
    struct topic *topic = topic_of(world, node);
    if (queue != NULL)
        queue_trouble_calls(queue, refuse_p, calls_per_s, now_ns);
    else
        gate_set(topic != NULL ? &topic->gate : &endpoint_of(world, node)->gate, refuse_p,
                 calls_per_s, now_ns);
}

static void turn_speed(const struct fault_knobs *knobs, uint16_t node)
{
    struct actor *actor = fault_knob_actor(knobs->world, node);
    const double factor = value_of(knobs, node, FAULT_SLOW_FACTOR);
    if (actor->node.kind == NODE_CONSUMER)
        consumer_slow(actor->state, factor);
    else
        endpoint_of(knobs->world, node)->slow_factor = factor;
}

/* Whoever works on messages may meet what is marked, by whatever way it goes. */
static void turn_poison(const struct fault_knobs *knobs, uint16_t node)
{
    const struct fault_world *world = knobs->world;
    struct actor *actor = fault_knob_actor(world, node);
    payload_poison((struct payload *)((char *)actor->state + actor->kind->payload_at),
                   value_of(knobs, node, FAULT_POISON));
    for (size_t i = 0; i < world->actor_count; i++) {
        if (world->actors[i].node.kind == NODE_CONSUMER)
            consumer_expect_poison(world->actors[i].state);
    }
}

/* SNS-15, SNS-16: a subscription is not allowed while its topic or its queue denies it. */
static void turn_policy(const struct fault_knobs *knobs)
{
    const struct fault_world *world = knobs->world;
    for (size_t i = 0; i < world->topic_count; i++) {
        const struct topic *topic = &world->topics[i];
        const uint16_t from = topic->service.node.id;
        for (struct subscription *at = topic->first; at != NULL; at = at->next)
            at->denied = value_of(knobs, from, FAULT_DENY) > 0.0 ||
                         value_of(knobs, at->node, FAULT_DENY) > 0.0;
    }
}

void fault_knob_turn(struct fault_knobs *knobs, uint16_t node, enum fault_knob which, double value,
                     bool on, int64_t now_ns)
{
    struct knob *knob = &knobs->of[node][which];
    if (on)
        knob_hold(knob, value);
    else
        knob_give_back(knob, value);
    switch (which) {
    case FAULT_SLOW_FACTOR:
        turn_speed(knobs, node);
        break;
    case FAULT_REQUEST_LOSS:
    case FAULT_RESPONSE_LOSS:
    case FAULT_DUPLICATE:
    case FAULT_LATE:
    case FAULT_JITTER:
        turn_link(knobs, node);
        break;
    case FAULT_REFUSE:
    case FAULT_CALL_RATE:
        turn_gate(knobs, node, now_ns);
        break;
    case FAULT_COPY_RECEIVED:
    case FAULT_COPY_DELETED:
        queue_trouble_storage(fault_knob_queue(knobs->world, node),
                              value_of(knobs, node, FAULT_COPY_RECEIVED),
                              value_of(knobs, node, FAULT_COPY_DELETED), now_ns);
        break;
    case FAULT_POISON:
        turn_poison(knobs, node);
        break;
    case FAULT_DENY:
        turn_policy(knobs);
        break;
    }
}
