// SPDX-License-Identifier: GPL-3.0-or-later
/* A topic with four queues and an endpoint for tests by hand, with all invariants listening.
 *
 * What the topic says is kept as a text: "@20 NOTIFY_FAILED 0 1" is a fact at 20 s about
 * subscription 0 with the value 1; of PUBLISHED the number is the message's.  Times are seconds. */
#ifndef QUEUELAB_TOOLS_TOPIC_RIG_H
#define QUEUELAB_TOOLS_TOPIC_RIG_H

#include "model/topic.h"
#include "observe/observe.h"

/* Node ids: three queues and a dead-letter queue, all standard or all FIFO but C, which is
 * standard; the topic; a producer, a consumer, an endpoint. */
enum topic_rig_node {
    RIG_A,
    RIG_B,
    RIG_C,
    RIG_DEAD,
    RIG_QUEUES,
    RIG_TOPIC = RIG_QUEUES,
    RIG_WEB,
    RIG_WORKER,
    RIG_SITE,
    RIG_NODES
};

enum { RIG_TEXT = 16384, RIG_CALLS = 64 };

struct topic_rig_call {
    struct event event;
    struct topic_rig_site *site;
    struct endpoint_call *call; /* NULL: answered or dropped */
    int64_t at_ns;
};

/* Answers each call after a while, as told; or never. */
struct topic_rig_site {
    struct endpoint endpoint;
    struct engine *engine;
    struct topic_rig_call calls[RIG_CALLS];
    enum endpoint_answer answer;
    bool is_silent;
    double answers_after_s;
    uint32_t count, dropped; /* calls so far */
    uint32_t bytes;          /* of the latest */
};

struct topic_rig {
    struct engine engine;
    struct messages messages;
    struct probe probe;
    struct delivery_pool pool;
    struct queue_limits queue_limits;
    struct topic_limits limits;
    struct queue_cfg queue_cfgs[RIG_QUEUES]; /* change them before topic_rig_open */
    struct topic_cfg cfg;
    struct topic_setting setting; /* likewise: hooks */
    struct queue queues[RIG_QUEUES];
    struct topic topic;
    struct topic_rig_site site;
    struct observe *observe;
    struct node nodes[RIG_NODES];
    const struct node *node_list[RIG_NODES];
    struct service_ops down; /* of a queue that is out of order */
    struct send send;        /* what the next publications are like */
    struct sent reply;       /* to the latest */
    int64_t now_ns;
    uint64_t told[PROBE_KIND_COUNT];
    struct fact last[PROBE_KIND_COUNT];
    char text[RIG_TEXT];
    size_t length;
    bool is_quiet; /* nothing is noted */
};

/* Fills the configurations: no latency, quotas off. */
void topic_rig_init(struct topic_rig *rig, bool is_fifo);
void topic_rig_open(struct topic_rig *rig);
/* Runs the end checks of the invariants too. */
void topic_rig_close(struct topic_rig *rig);

/* A subscription of a queue, or of the site by another protocol; with a dead-letter queue if dead.
 */
struct subscription *topic_rig_subscribe(struct topic_rig *rig, enum topic_protocol protocol,
                                         enum topic_rig_node to, bool dead);
/* The queue throttles every send from now on, or no more. */
void topic_rig_break(struct topic_rig *rig, enum topic_rig_node queue, bool is_broken);

/* Lets time pass up to and with a time. */
void topic_rig_at(struct topic_rig *rig, double seconds);
/* Publishes message number; FIFO: in rig->send.group with a deduplication id of its own. */
enum send_status topic_rig_publish(struct topic_rig *rig, uint32_t number);
/* What the topic said since the last call, a fact a line. */
const char *topic_rig_said(struct topic_rig *rig);
/* When the site was called: "0 20 40". */
const char *topic_rig_called(struct topic_rig *rig);
/* Receives and deletes all that a queue holds: "1 2 3". */
const char *topic_rig_take(struct topic_rig *rig, enum topic_rig_node queue);

#endif
