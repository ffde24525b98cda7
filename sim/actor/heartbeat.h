// SPDX-License-Identifier: GPL-3.0-or-later
/* A worker's heartbeat: while it holds messages, it makes their visibility timeouts longer, again
 * and again, by requests of their own that may be lost, late or throttled like any other.
 *
 * It beats beside the work and never delays it.  Messages whose work outlives 12 hours come back
 * all the same (VIS-6): a request beyond is refused, and the beats end. */
#ifndef QUEUELAB_ACTOR_HEARTBEAT_H
#define QUEUELAB_ACTOR_HEARTBEAT_H

#include "base/param.h"
#include "model/link.h"
#include "model/message.h"

struct worker;

struct heartbeat_cfg {
    int64_t every_ns;  /* -1: there is none */
    int64_t extend_ns; /* -1: the visibility timeout with which was received */
};
extern const struct param heartbeat_rows[];

/* The most that one ChangeMessageVisibilityBatch names, which is all that a receive returns. */
enum { HEARTBEAT_MOST = 10 };

struct heartbeat {
    struct call call; /* the latest request */
    struct event beat;
    struct worker *worker;
    bool is_calling;                      /* its reply is not in yet */
    bool is_over;                         /* it was refused for good */
    uint32_t count;                       /* of held */
    struct delivery held[HEARTBEAT_MOST]; /* what the request names */
};

/* At the start of a replication. */
void heartbeat_clear(struct heartbeat *heart, struct worker *worker);
/* The worker received a batch: the first beat comes when the first pause is over. */
void heartbeat_begin(struct heartbeat *heart, int64_t now_ns);
/* The worker died, and a request on its way with it. */
void heartbeat_stop(struct heartbeat *heart);

#endif
