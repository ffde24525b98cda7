// SPDX-License-Identifier: GPL-3.0-or-later
/* The contract of what a topic delivers to when it is not a queue: a function, an HTTP server, a
 * mailbox.  It is called and answers later, well or not; the caller decides what to try again. */
#ifndef QUEUELAB_MODEL_ENDPOINT_H
#define QUEUELAB_MODEL_ENDPOINT_H

#include <stdint.h>
#include "model/gate.h"
#include "model/service.h"

enum endpoint_answer {
    ENDPOINT_OK,
    ENDPOINT_CLIENT_ERROR, /* the call can never succeed: it is not retried (SNS-15) */
    ENDPOINT_SERVER_ERROR  /* throttled, unavailable, HTTP 5xx or 429: it may be retried */
};

struct wire;
struct wire_request;

/* One call.  Lives in its caller until it is answered or dropped. */
struct endpoint_call {
    struct endpoint_call *next; /* for whoever holds it */
    void *held;                 /* likewise */
    struct wire_request *wire;  /* of model/wire.h; NULL: it is on no wire */
    const struct send *send;    /* what is delivered; as long as the call */
    uint16_t caller;            /* node id of the topic */
    uint32_t tries;             /* with this one */
    uint32_t work;              /* repeated work tries anew: the receives of what it is on, or 0 */
    /* Called once, from an event (engine_soon at the earliest), never from within deliver; may only
     * schedule. */
    void (*on_answer)(struct endpoint_call *call, enum endpoint_answer answer, int64_t now_ns);
};

struct endpoint;

struct endpoint_ops {
    /* Begins a call. */
    void (*deliver)(struct endpoint *endpoint, struct endpoint_call *call, int64_t now_ns);
    /* The caller gave up waiting, or is gone: the call may not be touched again.  What was begun
     * may go on, and nobody hears of it. */
    void (*drop)(struct endpoint *endpoint, struct endpoint_call *call);
};

struct endpoint {
    const struct endpoint_ops *ops;
    uint16_t id;        /* node id */
    struct gate gate;   /* what troubles its calls */
    double slow_factor; /* of the work */
    struct wire *wire;  /* of model/wire.h, whose ops these are then; NULL: its own */
};

/* Free of trouble, at the beginning of a replication. */
static inline void endpoint_start(struct endpoint *endpoint, uint64_t stream)
{
    gate_init(&endpoint->gate, stream);
    endpoint->slow_factor = 1.0;
}
/* How long work takes that would take that long. */
static inline int64_t endpoint_work_ns(const struct endpoint *endpoint, int64_t ns)
{
    return endpoint->slow_factor == 1.0 ? ns : (int64_t)((double)ns * endpoint->slow_factor + 0.5);
}

#endif
