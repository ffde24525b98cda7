// SPDX-License-Identifier: GPL-3.0-or-later
/* Invents scenarios by seed: everything that a scenario can say at present, at random, with whole
 * features left out by the toss of a coin each (swarm testing: Groce, Zhang, Eide, Chen and Regehr,
 * 2012), so that what one feature hides of another comes to light.
 *
 * Every other scenario is *live*: its trouble ends, its consumers are able to do their work, and
 * nothing expires, so that what is sent must get through. */
#ifndef QUEUELAB_PROPERTY_INVENTOR_INVENTOR_H
#define QUEUELAB_PROPERTY_INVENTOR_INVENTOR_H

#include <stdbool.h>
#include <stdint.h>
#include "base/text.h"
#include "core/rng.h"

enum { INVENTOR_QUEUES = 4, INVENTOR_TOPICS = 2 };

enum inventor_feature {
    INVENT_FIFO,
    INVENT_DEDUPLICATION,
    INVENT_QUOTAS,
    INVENT_REDRIVE,
    INVENT_DELAYS,
    INVENT_STORAGE,
    INVENT_LIMITS, /* of sizes and of messages in flight */
    INVENT_PRELOADS,
    INVENT_STALE_DELETES,
    INVENT_TENANTS, /* groups in standard queues */
    INVENT_FAN_OUT,
    INVENT_FILTERS,
    INVENT_ENDPOINTS,
    INVENT_NETWORK,
    INVENT_BURSTS, /* and other arrivals than poisson */
    INVENT_BATCHES,
    INVENT_RETRIES,
    INVENT_WINDOWS, /* of time, and of a number of messages */
    INVENT_MANY,    /* instances and workers */
    INVENT_SHORT_POLLS,
    INVENT_VISIBILITY, /* of a consumer's own */
    INVENT_ACKNOWLEDGE,
    INVENT_FORWARDS,
    INVENT_JOINS,
    INVENT_FAILURES,
    INVENT_SLOW_WORK,
    INVENT_FUNCTIONS,
    INVENT_LASTING_FAULTS,
    INVENT_SUDDEN_FAULTS,
    INVENT_WARMUP,
    INVENT_DOWNSTREAMS,
    INVENT_BREAKERS,
    INVENT_HEARTBEATS,
    INVENT_IDEMPOTENCY, /* with business keys */
    INVENT_SHIFTS,      /* consumers that start and stop */
    INVENT_MOVE_TASKS,
    INVENT_ALARMS,
    INVENT_CALLED, /* consumers without a queue */
    INVENT_AUTOSCALING,
    INVENT_CLOSED, /* loops of producers */
    INVENT_PROFILES,
    INVENT_EVENTS, /* functions that topics invoke */
    INVENT_FEATURES
};

/* The scenario being written. */
struct inventor {
    struct rng rng;
    struct text text;
    uint64_t features; /* a bit each */
    bool polls_shortly;
    bool is_live;
    size_t queue_count;
    bool fifo[INVENTOR_QUEUES], by_content[INVENTOR_QUEUES];
    bool is_sent_on_to[INVENTOR_QUEUES]; /* with the same correlation */
    bool is_dead_letter[INVENTOR_QUEUES];
    long long visibility_s[INVENTOR_QUEUES];
    size_t topic_count;
    bool fifo_topic[INVENTOR_TOPICS], topic_by_content[INVENTOR_TOPICS];
    bool has_endpoint;   /* e */
    bool has_downstream; /* db */
    bool has_called;     /* c9 */
};

/* The scenario of a seed; the caller frees.  Not every rule between keys is kept: some of what is
 * invented is refused. */
char *inventor_json(uint64_t seed);
/* One with no features but some of those, bits by enum inventor_feature; short polls always, if
 * they are one of them. */
char *inventor_json_of(uint64_t seed, uint64_t features);

static inline bool inventor_has(const struct inventor *v, enum inventor_feature feature)
{
    return (v->features >> feature & 1) != 0;
}

#endif
