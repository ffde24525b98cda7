// SPDX-License-Identifier: GPL-3.0-or-later
/* One of the batches that a mapping reads at once: poll until it is complete, invoke the function
 * with it, delete what was worked on well, poll again.
 *
 * A lane does one thing at a time, so one event serves it, as one serves a worker. */
#ifndef QUEUELAB_ACTOR_FUNCTION_LANE_H
#define QUEUELAB_ACTOR_FUNCTION_LANE_H

#include "actor/actor.h"
#include "actor/forward.h"

struct function;

enum function_step {
    FUNCTION_WAIT,
    FUNCTION_POLL,
    FUNCTION_RECEIVED,
    FUNCTION_GATHERED, /* complete, or not yet? */
    FUNCTION_REJECT,   /* what its filter does not want */
    FUNCTION_REJECTED,
    FUNCTION_INVOKE,    /* if there is room */
    FUNCTION_WORK,      /* on the next message */
    FUNCTION_FINISH,    /* of the message at work */
    FUNCTION_FORWARDED, /* what follows from it */
    FUNCTION_TIMEOUT,
    FUNCTION_DELETE,
    FUNCTION_DELETED,
    FUNCTION_NEXT /* part of the batch, or batch */
};

/* A batch is invoked in parts where it does not fit or may not be mixed: [from, to) is the one at
 * hand. What of it was worked on well comes first, the part that is to be deleted. */
struct function_lane {
    struct call call; /* call.event is the lane's one event */
    struct poll poll;
    struct forward forward;
    struct function *function;
    struct delivery *batch; /* owned */
    uint32_t room, count;   /* of batch; behind count lies what was just received */
    uint32_t from, to, index;
    uint32_t done, deleted;
    uint32_t rejected; /* behind count: what the filter does not want */
    uint32_t number;   /* among the function's lanes */
    uint32_t tries;    /* of what is tried again after a pause */
    uint32_t errors;   /* of invocations, one after the other */
    uint8_t after_call;
    uint8_t code;        /* of the invocation: enum probe_invocation */
    bool is_free;        /* neither polls nor has a batch */
    bool is_waiting;     /* its poll found nothing */
    bool holds;          /* the run waits for it */
    bool fails_whole;    /* the invocation at hand */
    bool fails;          /* the work at hand */
    bool has_failed;     /* some of the part */
    int64_t received_ns; /* when the queue answered */
    int64_t gathered_ns; /* when the batch got its first message */
    int64_t deadline_ns; /* when the first of its messages is visible again */
    int64_t bytes;       /* of the batch */
    int64_t pause_ns;    /* the last one; 0 unless tries > 0 */
    int64_t invoked_ns, started_ns, service_ns, whole_ns;
};

void function_lane_init(struct function_lane *lane, struct function *function, uint32_t number);
void function_lane_free(struct function_lane *lane);
/* Forgets an earlier replication. */
void function_lane_clear(struct function_lane *lane);
/* Begins to poll, from an event of its own. */
void function_lane_start(struct function_lane *lane, int64_t now_ns);

/* The lane's event, which goes on with a step. */
enum function_step function_lane_wait(struct function_lane *lane, int64_t at_ns,
                                      enum function_step then);
/* A fact about a message in its batch, filled but for n; and the same, said. */
struct fact function_lane_fact(const struct function_lane *lane, enum probe_kind kind,
                               const struct delivery *d, int64_t value, int64_t now_ns);
void function_lane_say(const struct function_lane *lane, enum probe_kind kind,
                       const struct delivery *d, int64_t value, int64_t now_ns);

#endif
