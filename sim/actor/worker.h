// SPDX-License-Identifier: GPL-3.0-or-later
/* One worker's life with a batch: poll, work on one message after the other, delete each, poll
 * again.
 *
 * A worker does one thing at a time, so one event serves it: the leg of a call, the end of a work,
 * or a pause.  Steps that need no time follow each other in a loop, never by recursion. */
#ifndef QUEUELAB_ACTOR_WORKER_H
#define QUEUELAB_ACTOR_WORKER_H

#include "actor/actor.h"
#include "actor/consumer_cfg.h"
#include "actor/forward.h"
#include "actor/heartbeat.h"

struct consumer;

enum worker_state {
    WORKER_DOWN,
    WORKER_RECEIVING,
    WORKER_WORKING,
    WORKER_FORWARDING,
    WORKER_DELETING,
    WORKER_RELEASING,
    WORKER_PAUSING /* before the next try or poll */
};

/* Thousands of workers take turns, so what a message touches lies together, in four lines of the
 * cache: from the call's event to where the poll waits. */
struct worker {
    struct forward forward;         /* of `then` */
    struct delivery *deletes;       /* room for deleteBatch, and for what is released */
    const struct delivery *handles; /* what the delete under way names */
    struct call call;               /* call.event is the worker's one event */
    struct consumer *consumer;
    int64_t started_ns; /* of the work at hand */
    int64_t service_ns;
    uint32_t number; /* among the consumer's workers */
    uint16_t tries;
    uint8_t state;
    uint8_t after_call;  /* what follows the call: enum worker_step */
    uint8_t index;       /* of the message at hand in the batch, which is poll.out */
    uint8_t count;       /* of messages in the batch */
    uint8_t done;        /* messages worked and waiting to be deleted */
    bool fails;          /* the work at hand */
    bool holds;          /* the run waits for it */
    struct delivery one; /* the batch where MaxNumberOfMessages is 1 */
    struct poll poll;
    uint32_t release_count;
    uint32_t instance;
    int64_t pause_ns; /* the last one; 0 unless tries > 0 */
};
_Static_assert(sizeof(struct worker) % MUST_LINE_BYTES == 0, "workers do not share cache lines");
_Static_assert(
    (offsetof(struct worker, call) + offsetof(struct call, event)) % MUST_LINE_BYTES == 0 &&
        (offsetof(struct worker, poll) + offsetof(struct poll, queue)) % MUST_LINE_BYTES == 0,
    "what a message touches fills its lines");

void worker_init(struct worker *worker, struct consumer *consumer, uint32_t instance,
                 struct arena *arena);
/* Begins to poll. */
void worker_start(struct worker *worker, int64_t now_ns);
/* Its instance leaves: true if the worker, being idle, is down at once. */
bool worker_leave(struct worker *worker);
/* Handles the event at the end of a work. */
void worker_on_work_over(struct event *event, int64_t now_ns);
/* Its work of several parts has ended. */
void worker_task_over(struct worker *worker, int64_t now_ns);
/* Its instance dies: whatever it holds or waits for is lost.  Says what it was working on. */
void worker_kill(struct worker *worker, int64_t now_ns);

#endif
