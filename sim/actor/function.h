// SPDX-License-Identifier: GPL-3.0-or-later
/* What the lanes of a function's mapping share. */
#ifndef QUEUELAB_ACTOR_FUNCTION_H
#define QUEUELAB_ACTOR_FUNCTION_H

#include "core/rng.h"
#include "model/endpoint.h"
#include "actor/forward.h"
#include "actor/function_cfg.h"
#include "actor/function_lane.h"

struct function_event;

/* A poller reads for one lane at a time: its own one, or ten if it is provisioned (LAM-6). */
struct function_poller {
    int64_t next_poll_ns; /* not before, if provisioned */
    uint32_t busy;        /* lanes with a batch that is complete */
    bool is_open, is_polling;
};

struct function {
    struct actor *actor;
    const struct function_cfg *cfg;
    struct queue *from;
    const struct messages *messages;
    struct engine *engine;
    struct probe *probe;
    uint16_t id, from_id; /* node ids */
    bool holds;           /* work at hand holds the run */
    struct link link;
    uint64_t service, failure; /* streams keyed by message and attempt */
    struct rng pauses;
    struct function_lane *lanes; /* those of a poller stand together */
    struct function_poller *pollers;
    uint32_t lanes_per_poller;
    /* Scaling, all in pollers: see function_scale.c. */
    struct event tick;
    uint32_t most, start, least, open, waiting;
    int64_t growth_per_minute, credit; /* of lanes; credit in 1/60 */
    int64_t spare_since_ns;
    bool had_trouble;
    bool has_then;
    struct forwarder forwarder;
    /* Events: see function_async.c. */
    struct endpoint endpoint;
    struct function_event *events,
        *free_events; /* all that were made, owned; those that are free */
    uint32_t event_count;
    struct map *verdicts; /* of the filter, by text; owned */
    /* Invocations. */
    int64_t running;
    uint32_t *groups_running; /* by group: 1 if an invocation has it; owned */
    size_t groups_room;
};

#endif
