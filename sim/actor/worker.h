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

struct consumer;

enum worker_state {
    WORKER_DOWN,
    WORKER_RECEIVING,
    WORKER_WORKING,
    WORKER_DELETING,
    WORKER_RELEASING,
    WORKER_PAUSING /* before the next try or poll */
};

struct worker {
    struct call call; /* call.event is the worker's one event */
    struct consumer *consumer;
    struct delivery *batch; /* room for MaxNumberOfMessages */
    int64_t started_ns;     /* of the work at hand */
    int64_t service_ns;
    uint32_t index; /* of the message at hand */
    uint32_t count; /* of messages in the batch */
    uint32_t done;  /* messages worked and waiting to be deleted, in deletes */
    uint32_t instance;
    uint32_t number; /* among the consumer's workers */
    uint16_t tries;
    uint8_t state;
    uint8_t after_call; /* what follows the call: enum worker_step */
    bool fails;         /* the work at hand */
    bool holds;         /* the run waits for it */
    int64_t pause_ns;
    struct delivery *deletes; /* room for deleteBatch, and for what is released */
    uint32_t release_count;
    struct poll poll;
};

void worker_init(struct worker *worker, struct consumer *consumer, uint32_t instance,
                 struct arena *arena);
/* Begins to poll. */
void worker_start(struct worker *worker, int64_t now_ns);
/* Its instance dies: whatever it holds or waits for is lost.  Says what it was working on. */
void worker_kill(struct worker *worker, int64_t now_ns);

#endif
