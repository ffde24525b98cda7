// SPDX-License-Identifier: GPL-3.0-or-later
/* The contract of a topic and of its kinds.
 *
 * What is common stands in topic.c and delivery.c: subscriptions, filters, fan-out, deliveries and
 * their retries, facts.  A kind decides what is accepted and under which number.  A topic keeps no
 * message: who subscribes later gets nothing of what was published earlier (SNS-3). */
#ifndef QUEUELAB_MODEL_TOPIC_H
#define QUEUELAB_MODEL_TOPIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/param.h"
#include "core/dist.h"
#include "core/engine.h"
#include "core/node.h"
#include "core/probe.h"
#include "model/delivery.h"
#include "model/endpoint.h"
#include "model/filter.h"
#include "model/gate.h"
#include "model/queue.h"
#include "model/service.h"

enum topic_protocol {
    TOPIC_SQS,
    TOPIC_LAMBDA,
    TOPIC_HTTP,
    TOPIC_HTTPS,
    TOPIC_EMAIL,
    TOPIC_PROTOCOLS
};
enum topic_scope { TOPIC_SCOPE_TOPIC, TOPIC_SCOPE_GROUP };

/* As a scenario describes a subscription. */
struct topic_subscription_cfg {
    int protocol; /* enum topic_protocol */
    struct node_ref endpoint;
    const struct json *filter_policy; /* NULL: none */
    int filter_scope;                 /* enum filter_scope */
    bool raw;
    struct topic_redrive_cfg {
        struct node_ref dead_letter; /* name NULL: no policy */
    } redrive;
    struct delivery_cfg policy;
    bool allowed; /* SNS-16: the queue's access policy admits the topic */
};

/* As a scenario describes a topic; filled from the kind's rows. */
struct topic_cfg {
    bool fifo, content_dedup;
    int throughput_scope; /* enum topic_scope */
    struct delivery_cfg policy;
    struct dist latency;    /* SNS-19: from publication to the first try; not given: none */
    int64_t envelope_bytes; /* SNS-6: what a queue gets more than the message, unless raw */
    bool quotas;            /* LIM-6 */
    double messages_per_s;  /* 0: the profile's */
    struct param_items subscriptions; /* of struct topic_subscription_cfg */
};

/* Limits that a dated profile sets. */
struct topic_limits {
    int64_t max_bytes;              /* SNS-1: of a message, and of a batch */
    double standard_messages_per_s; /* LIM-6 */
    double fifo_messages_per_s, fifo_bytes_per_s, fifo_group_messages_per_s;
    int64_t fifo_subscriptions, filters; /* of a topic */
};

struct topic;

/* What one subscriber asked for.  The first block is given by whoever subscribes and may be changed
 * by him between calls; the rest is the topic's.  What each publication looks at lies where the two
 * meet. */
struct subscription {
    void *owner; /* of whoever subscribed */
    struct delivery_policy policy;
    struct endpoint *endpoint;   /* other than SQS; NULL: there is none, or it was deleted */
    struct queue *dead_letter;   /* SNS-17; NULL: none */
    struct queue *queue;         /* SQS; NULL likewise */
    const struct filter *filter; /* NULL: everything passes (FLT-1) */
    enum filter_scope scope;
    enum topic_protocol protocol;
    uint16_t node; /* node id of what is delivered to, there or not */
    bool raw;
    bool allowed;   /* SNS-16 */
    bool denied;    /* likewise, for a while */
    bool confirmed; /* SNS-3: gets nothing before */

    uint16_t index; /* its number in the topic's facts; the next subscriber has another */
    enum filter_verdict verdict; /* on the publication at hand */
    uint32_t group_capacity;
    struct topic *topic;
    struct subscription *next, *prev;   /* in order of subscribing */
    struct delivery_task **last_of;     /* FIFO: by group, the last under way */
    struct delivery_task *first, *last; /* under way, in order of publication */
    int64_t gap_over_ns;                /* when the next try may be made */
};

struct topic_kind {
    const char *name;
    const char *doc;
    const struct param *params; /* rows that fill a struct topic_cfg */
    size_t state_bytes;
    void (*init)(struct topic *topic);
    void (*free)(struct topic *topic);
    /* What fails a call as a whole: SEND_OK or why. */
    enum send_status (*check_call)(struct topic *topic, const struct send *entries, size_t count,
                                   int64_t now_ns);
    /* Judges an entry.  On SEND_OK, and for the original's on SEND_DEDUPLICATED, it has filled the
     * reply's root and number. */
    enum send_status (*admit)(struct topic *topic, const struct send *send, struct sent *reply,
                              int64_t now_ns);
    /* Makes of a publication what a subscriber is sent, but for its size and body. */
    void (*address)(const struct topic *topic, bool to_fifo, struct send *send);
    /* *topic->cfg was something else before.  May be NULL. */
    void (*changed)(struct topic *topic, const struct topic_cfg *before, int64_t now_ns);
};

/* What a topic needs from its world.  Hooks may be NULL. */
struct topic_setting {
    struct engine *engine;
    struct probe *probe;
    struct delivery_pool *pool;
    const struct topic_limits *limits;
    uint64_t seed, replication; /* for its random streams */
    void *context;              /* of the hooks */
    /* What a filter judges of a publication; asked once for each scope that a filter has, and valid
     * until the publication is fanned out. */
    const struct filter_subject *(*subject)(void *context, const struct send *send,
                                            enum filter_scope scope);
    /* Gives send, a publication of that number addressed to the subscription, the size and the body
     * that its queue or endpoint gets (SNS-6, SNS-7).  False: nobody can take that, which is a
     * client-side error (the dead-letter queue gets it).  By default the size alone: that of the
     * message, and unless raw that of an envelope more. */
    bool (*translate)(void *context, const struct subscription *subscription, uint64_t number,
                      struct send *send);
    /* What translate made was not stored and is needed no more. */
    void (*forget)(void *context, const struct send *send);
};

struct topic {
    struct service service; /* first */
    const struct topic_kind *kind;
    const struct topic_cfg *cfg;
    struct topic_setting setting;
    void *state; /* the kind's */
    struct subscription *first, *last;
    uint32_t subscription_count;
    uint16_t next_index;
    uint64_t sequence;    /* number of the latest publication (SNS-22) */
    uint64_t pending;     /* deliveries under way */
    bool drains;          /* each of them holds the engine */
    bool is_prompt;       /* the first try of a delivery falls into the publish call */
    uint64_t latencies;   /* stream; the draws belong to publication and subscription */
    struct topic_cfg own; /* cfg points here */
    struct gate gate;     /* what troubles its calls */
};

// clang-format off
#define TOPIC_KINDS(X) \
    X(sns)             \
    /* one line per kind, above this one */
// clang-format on

#define TOPIC_DECLARE(kind) extern const struct topic_kind topic_##kind;
TOPIC_KINDS(TOPIC_DECLARE)
#undef TOPIC_DECLARE

/* All kinds, ending in NULL. */
extern const struct topic_kind *const topic_kinds[];

void topic_init(struct topic *topic, const struct topic_kind *kind, const struct topic_cfg *cfg,
                const char *name, uint16_t id, const struct topic_setting *setting);
/* Deliveries under way are dropped with it, and its subscriptions. */
void topic_free(struct topic *topic);
/* Changes the attributes to those of cfg, which is copied; subscriptions keep their policies. */
void topic_change(struct topic *topic, const struct topic_cfg *cfg, int64_t now_ns);

/* Adds a subscription with what is given of *as; its address holds until topic_unsubscribe. */
struct subscription *topic_subscribe(struct topic *topic, const struct subscription *as);
/* Ends it; what is under way to it is lost. */
void topic_unsubscribe(struct subscription *subscription, int64_t now_ns);
/* Why there can be no such subscription (SNS-21), as the end of a sentence; NULL: there can. */
const char *topic_refuses(bool topic_is_fifo, enum topic_protocol protocol, bool queue_is_fifo);
/* The policy of a new subscription's deliveries. */
struct delivery_policy topic_policy(enum topic_protocol protocol, const struct delivery_cfg *topic,
                                    const struct delivery_cfg *subscription);

/* Publish (count 1) or PublishBatch: service->ops->send.  Deliveries that need no time are made
 * within the call. */
enum send_status topic_publish(struct service *service, const struct send *entries, size_t count,
                               struct sent *replies, int64_t now_ns);

/* --- the parts of a publish --- */
/* A publication while it is fanned out.  What its subscribers get differs in few ways, so that one
 * copy of each serves them all, unless the topic's owner translates. */
struct topic_fan_out {
    const struct send *published;
    uint64_t number;
    int64_t now_ns;
    struct fact fact; /* about it and a subscription, for the latter to be filled in */
    const struct filter_subject *subjects[FILTER_BODY + 1]; /* NULL: not asked for yet */
    bool has_copy[4];
    struct send copies[4]; /* 1: for a FIFO queue; 2: raw */
};

/* Begins a delivery to each that the publication matches, which may end within. */
void topic_deliver(const struct topic *topic, struct topic_fan_out *fan_out);
/* Ends all that is under way, and says that it is lost if tells. */
void topic_deliver_drop(struct subscription *subscription, bool tells, int64_t now_ns);

#endif
