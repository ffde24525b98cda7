// SPDX-License-Identifier: GPL-3.0-or-later
/* Sending on what was worked on: the `then` of a consumer or function.
 *
 * A forwarder is what all workers of a component share; a forward is one worker's sends under way,
 * embedded in it.  All copies go out at once, in parallel calls of up to ten messages each (to an
 * endpoint: of one), with the owner's link and retries.  Their paths and deduplication ids depend
 * on the message worked on alone, so that work that is repeated sends on the same. */
#ifndef QUEUELAB_ACTOR_FORWARD_H
#define QUEUELAB_ACTOR_FORWARD_H

#include "actor/actor.h"
#include "actor/forward_cfg.h"
#include "actor/retry.h"

struct forward_leg;
struct forward_target;

struct forwarder {
    const struct param_items *then;
    struct forward_target *targets; /* one for each entry of then */
    struct actor *actor;
    struct link *link;
    const struct retry_cfg *retry;
    int64_t max_hops;
    struct rng retries;
    uint64_t key;         /* stands for the owner's name in paths */
    uint64_t next_number; /* of messages with a new correlation */
    bool holds;           /* what is on its way holds the run even when its worker is gone */
    struct forward_leg *made, *free;
};

/* What the calls of a forward came to. */
enum forward_state {
    FORWARD_WAITS, /* on_over follows */
    FORWARD_SENT,  /* all was accepted, or there was nothing to send */
    FORWARD_FAILED /* something was refused or given up */
};

struct forward {
    struct forwarder *forwarder;
    struct forward_leg *legs; /* prepared or under way */
    /* The last call is over; state says how.  Not called if forward_send returned it. */
    void (*on_over)(struct forward *forward, int64_t now_ns);
    uint16_t open; /* calls that are not over */
    uint8_t state; /* enum forward_state */
    bool is_final; /* nobody will try again what fails here */
};

/* Memory for the life of the world; link and retry are the owner's. */
void forward_init(struct forwarder *forwarder, const struct param_items *then, struct actor *actor,
                  struct link *link, const struct retry_cfg *retry, int64_t max_hops);
void forward_free(struct forwarder *forwarder);
/* Begins a replication: forgets what the last one left on its way. */
void forward_start(struct forwarder *forwarder);

/* The work on d ended well or badly: makes what is to be sent, and says of each copy FORWARDED, or
 * once HOP_LIMIT.  To be said before the end of the work, so that no chain ends between the two. */
void forward_prepare(struct forward *forward, const struct delivery *d, bool ended_well,
                     int64_t now_ns);
/* Sends what was prepared. */
enum forward_state forward_send(struct forward *forward, int64_t now_ns);
/* The owner dies: what is not yet there is lost, and nobody hears of the rest. */
void forward_drop(struct forward *forward);

#endif
