// SPDX-License-Identifier: GPL-3.0-or-later
/* What a queue, a topic and an endpoint have in common as a callee: a name, and that one can send
 * to it. */
#ifndef QUEUELAB_MODEL_SERVICE_H
#define QUEUELAB_MODEL_SERVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "core/node.h"

/* What is sent.  Sizes and indices stand for the body. */
struct send {
    uint64_t root;      /* probe_root(producer, number) */
    uint64_t dedup;     /* deduplication id; 0: none */
    uint64_t path;      /* of core/probe.h */
    int64_t called_ns;  /* when the first attempt was made */
    int64_t delay_ns;   /* -1: the queue's */
    int64_t service_ns; /* carried along for the distribution "message"; 0: none */
    uint32_t group;     /* world-wide number of the message group, or MESSAGE_NO_GROUP */
    uint32_t bytes;
    uint32_t body;       /* index of the body value; 0: none */
    uint32_t attributes; /* index of the attributes that filters judge; 0: none */
    uint16_t producer;   /* node id */
    uint16_t flags;      /* enum send_flag */
};

enum send_flag {
    SEND_IS_POISON = 8,         /* = MESSAGE_POISON */
    SEND_DEDUP_IS_CONTENT = 256 /* dedup stands for the body: only for ContentBasedDeduplication */
};

enum send_status {
    SEND_OK,
    SEND_DEDUPLICATED,   /* success, nothing enqueued (FIFO-1) */
    SEND_TOO_LONG,       /* SND-1 */
    SEND_NEEDS_GROUP,    /* SND-10 */
    SEND_NEEDS_DEDUP,    /* SND-10 */
    SEND_BAD_DELAY,      /* SND-7, SND-8 */
    SEND_HAS_DEDUP,      /* SND-12 */
    SEND_THROTTLED,      /* the whole call (LIM-2) */
    SEND_BATCH_TOO_LONG, /* the whole call (SND-2) */
    SEND_BAD_BATCH       /* the whole call (SND-4) */
};

/* The reply to one entry. */
struct sent {
    enum send_status status;
    uint32_t slot;    /* where it is stored now; MESSAGE_NONE if nothing was enqueued */
    uint64_t number;  /* FIFO: sequence number, also of the original of a duplicate (FIFO-8) */
    uint64_t root;    /* of the message that is stored (the original's for a duplicate) */
    int64_t first_ns; /* of a duplicate: when the original was accepted */
};

struct service;

struct service_ops {
    /* One API call with count entries (1: a single send, else a batch of at most 10).  Fills a
     * reply for each entry; returns SEND_OK, or why the whole call failed. */
    enum send_status (*send)(struct service *service, const struct send *entries, size_t count,
                             struct sent *replies, int64_t now_ns);
};

struct service {
    struct node node;
    const struct service_ops *ops;
    bool is_fifo; /* takes groups and deduplication ids */
};

#endif
