// SPDX-License-Identifier: GPL-3.0-or-later
/* The knobs of all components of a world, and what turning one means for its component.
 *
 * This is the only place that knows which field of which component a knob is. */
#ifndef QUEUELAB_FAULT_FAULT_KNOB_H
#define QUEUELAB_FAULT_FAULT_KNOB_H

#include "core/knob.h"
#include "actor/actor.h"

enum fault_knob {
    FAULT_SLOW_FACTOR,   /* consumer, function, endpoint, downstream: how many times as long work
                            takes */
    FAULT_REQUEST_LOSS,  /* on the link of a producer, consumer or function, or on
                             the way to an endpoint or downstream: a request is lost */
    FAULT_RESPONSE_LOSS, /* likewise a reply */
    FAULT_DUPLICATE,     /* producer: a request arrives twice */
    FAULT_LATE,          /* ns that each leg takes longer */
    FAULT_JITTER,        /* ns: up to so many more */
    FAULT_REFUSE,        /* queue, topic, function, endpoint: a call is refused */
    FAULT_CALL_RATE,     /* likewise: most calls per second */
    FAULT_COPY_RECEIVED, /* standard queue: a copy survives its receive */
    FAULT_COPY_DELETED,  /* likewise its delete */
    FAULT_POISON,        /* producer: a message is marked */
    FAULT_DENY           /* queue, topic: its subscriptions are not allowed */
};
enum { FAULT_KNOB_COUNT = FAULT_DENY + 1 };

/* What faults strike. */
struct fault_world {
    struct engine *engine;
    struct probe *probe;
    struct arena *arena; /* lives as long as the world */
    uint64_t seed;
    struct queue *queues;
    struct topic *topics;
    struct actor *actors;
    size_t queue_count, topic_count, actor_count; /* node ids follow in this order */
};

struct fault_knobs {
    const struct fault_world *world;
    struct knob (*of)[FAULT_KNOB_COUNT]; /* by node id */
};

/* room: the most that hold a knob at a time. */
void fault_knob_init(struct fault_knobs *knobs, const struct fault_world *world, size_t room);
/* As the components are: nobody holds anything. */
void fault_knob_clear(struct fault_knobs *knobs);
void fault_knob_turn(struct fault_knobs *knobs, uint16_t node, enum fault_knob which, double value,
                     bool on, int64_t now_ns);

/* NULL where the node is something else. */
struct queue *fault_knob_queue(const struct fault_world *world, uint16_t node);
struct actor *fault_knob_actor(const struct fault_world *world, uint16_t node);
/* Where trouble on the way to the actor is that of the way to it, for whoever calls; NULL: it is
 * that of its own link. */
struct endpoint *fault_knob_wired(struct actor *actor);
/* True if the actor sends to the service or reads it. */
bool fault_knob_calls(const struct actor *actor, uint16_t service);

#endif
