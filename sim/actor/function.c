// SPDX-License-Identifier: GPL-3.0-or-later
/* Functions: an event source mapping polls a queue and invokes a function with what it finds
 * (LAM-*).  How many batches it reads at once is in actor/function_scale.c, what it does with one
 * in actor/function_lane.c, and an invocation in actor/function_invoke.c; what topics bring is in
 * actor/function_async.c.
 *
 * A message that fails too often is the queue's to move (LAM-12); that it comes again is its
 * time-out's doing.  LAM-13: it does without any error, too. */
#include "actor/function.h"

#include <stdlib.h>
#include <string.h>

#include "actor/function_async.h"
#include "actor/function_scale.h"

static void init_mapping(struct function *function, struct queue *from)
{
    struct arena *arena = function->actor->world->arena;
    function->from = from;
    function->from_id = from->service.node.id;
    function_scale_init(function);
    const uint32_t lanes = function->most * function->lanes_per_poller;
    function->pollers = arena_alloc(arena, function->most * sizeof *function->pollers);
    function->lanes = arena_alloc(arena, lanes * sizeof *function->lanes);
    for (uint32_t i = 0; i < lanes; i++)
        function_lane_init(&function->lanes[i], function, i);
    function->verdicts = map_new();
}

static void init(struct actor *actor)
{
    struct function *function = actor->state;
    const struct function_cfg *cfg = actor->cfg;
    struct actor_world *world = actor->world;
    function->actor = actor;
    function->cfg = cfg;
    function->messages = world->messages;
    function->engine = world->engine;
    function->probe = world->probe;
    function->id = actor->node.id;
    function->from_id = NODE_NONE;
    function->has_then = cfg->then.count > 0;
    if (cfg->from.name != NULL)
        init_mapping(function, (struct queue *)world->services[cfg->from.id]);
    if (function->has_then)
        forward_init(&function->forwarder, &cfg->then, actor, &function->link, &cfg->retry,
                     cfg->max_hops);
    function_async_init(function);
    if (cfg->reserved > 0)
        world->reserved_concurrency += cfg->reserved;
}

static void free_function(struct actor *actor)
{
    struct function *function = actor->state;
    for (uint32_t i = 0; i < function->most * function->lanes_per_poller; i++)
        function_lane_free(&function->lanes[i]);
    if (function->has_then)
        forward_free(&function->forwarder);
    function_async_free(function);
    map_free(function->verdicts);
    free(function->groups_running);
}

static uint64_t stream(const struct actor *actor, const char *purpose)
{
    return rng_name(actor->world->seed, actor->world->replication, actor->node.name, purpose);
}

static void start(struct actor *actor, int64_t now_ns)
{
    struct function *function = actor->state;
    function->holds = actor->world->drain;
    function->service = stream(actor, "service");
    endpoint_start(&function->endpoint, stream(actor, "gate"));
    function->failure = stream(actor, "failure");
    rng_init(&function->pauses, stream(actor, "retry"));
    link_init(&function->link, actor->world->network, function->engine, stream(actor, "link"));
    function->running = 0;
    if (function->groups_room > 0)
        memset(function->groups_running, 0, function->groups_room * sizeof(uint32_t));
    if (function->has_then)
        forward_start(&function->forwarder);
    function_async_start(function);
    if (function->from != NULL)
        function_scale_start(function, now_ns);
}

static const struct param_items *then(const void *cfg)
{
    return &((const struct function_cfg *)cfg)->then;
}

static struct endpoint *endpoint(struct actor *actor)
{
    return &((struct function *)actor->state)->endpoint;
}

static uint16_t reads(const void *cfg)
{
    const struct node_ref *from = &((const struct function_cfg *)cfg)->from;
    return from->name != NULL ? from->id : NODE_NONE;
}

const struct actor_kind function_kind = {
    .name = "function",
    .section = "functions",
    .doc = "Is invoked with batches that an event source mapping reads from a queue, or by topics.",
    .node = NODE_FUNCTION,
    .cfg_bytes = sizeof(struct function_cfg),
    .state_bytes = sizeof(struct function),
    .params = function_cfg_rows,
    .wants = function_cfg_wants,
    .check = function_cfg_check,
    .unfit = function_cfg_unfit,
    .is_instant = function_cfg_is_instant,
    .reads = reads,
    .then = then,
    .endpoint = endpoint,
    .init = init,
    .link_at = offsetof(struct function, link),
    .start = start,
    .free = free_function,
};
