// SPDX-License-Identifier: GPL-3.0-or-later
/* What has been heard, node by node: the data that metrics and invariants share.  Here is their
 * memory and how to find them; what is done with them stands in the metrics and the invariants.
 *
 * Counts only ever grow; a row is the difference to their state at the start of the window (base).
 */
#ifndef QUEUELAB_OBSERVE_ACCOUNT_H
#define QUEUELAB_OBSERVE_ACCOUNT_H

#include <stddef.h>
#include "base/must.h"
#include "core/hist.h"
#include "core/node.h"
#include "core/probe.h"
#include "core/series_clock.h"
#include "observe/effects.h"
#include "observe/groups.h"
#include "observe/ledger.h"
#include "observe/line.h"
#include "observe/observe.h"
#include "observe/observer.h"
#include "observe/publications.h"
#include "observe/roots.h"
#include "observe/tenants.h"

/* In which plain way a queue's messages live (hear_plain.c): by is_fifo, or in none. */
enum queue_plain { TRAITS_PLAIN_STANDARD, TRAITS_PLAIN_FIFO, TRAITS_NEVER_PLAIN };

/* As the queue announced itself (QUEUE_CHANGED). */
struct queue_traits {
    bool is_fifo, is_ideal, is_fair;
    uint8_t plain;                         /* enum queue_plain */
    int32_t dead_letter;                   /* node id, or -1 */
    uint32_t max_receives, receives_limit; /* the limit is without end if there is no policy */
    int64_t retention_ns;                  /* INT64_MAX: not announced */
    int64_t delay_ns;                      /* -1: not announced */
    int64_t new_delay_ns;                  /* when the delay changed last (ATT-8); -1: never */
};

/* The first are what a plain life counts. */
struct queue_counts {
    uint64_t accepted, bytes, calls, received, deleted;
    uint64_t from_topics; /* of accepted */
    uint64_t unbilled;    /* requests that were a topic's deliveries (COST-4) */
    uint64_t further;     /* requests billed for a call beyond its first (COST-2) */
    uint64_t preloaded, dead_in, moved_in, resurrected; /* in */
    uint64_t expired, purged, dead_out, moved_out;      /* out */
    uint64_t deleted_again; /* of deleted: a copy that came back after its delete */
    uint64_t repeated_deletes, rejected, deduped, throttled, empty;
    uint64_t grouped; /* requests that name a group, if standard */
};

/* Of the messages that entered within the window; their receives are counted by the histograms. */
struct queue_cohort {
    uint64_t inversions, dead_lettered, lost;
    uint64_t left_otherwise; /* not by delete */
    double otherwise_sum_ns; /* of their time in the queue */
    uint32_t distance_max;
};

/* When each of a producer's latest numbers was accepted: see invariant_dedup.c. */
struct dedup_numbers {
    uint32_t *stamps;
    uint32_t capacity;
    uint64_t next; /* 1 + the greatest number so far; 0: none */
};

/* Where there are many queues their accounts do not fit the nearest cache, so what each message
 * touches fills a few lines of it: the first, one out of line and counts, and those of histograms
 * and of two gauges. */
struct queue_account {
    struct queue_traits traits;
    uint32_t payload;  /* of the call that is being told: see metric_cost */
    uint32_t furthest; /* as in struct group */
    uint32_t received_count;
    bool has_age; /* there is an oldest message */
    const struct node *node;
    uint64_t *received;          /* OBSERVE_RECEIVED roots */
    struct dedup_numbers *dedup; /* by origin; NULL until needed */
    struct fair_account *fair;   /* of metric_fair.h; NULL: never needed */
    uint32_t call;               /* number of the last receive that handed something out, if FIFO */
    struct line line;            /* the messages whose age counts */
    struct queue_counts counts;
    struct queue_cohort cohort;
    /* Where both are the same, at the first receive of a message that was visible from the start,
     * only plain_waiting hears it, until the end. */
    struct hist plain_waiting, sojourn, visit_waiting, waiting;
    struct series depth[LEDGER_STATES]; /* by state; GONE is unused */
    struct series age;                  /* in ns; rises while there is one */
    struct queue_counts base;
    uint64_t closed_entered;            /* messages that had entered when the window closed */
    uint64_t there;                     /* messages in the queue at the end, by the ledger */
    struct series arrivals, throughput; /* rates, which are told the counts */
    struct series groups_in_flight;     /* if it is FIFO */
    struct groups groups;
};
_Static_assert(offsetof(struct queue_account, line.next) % MUST_LINE_BYTES == 0 &&
                   offsetof(struct queue_account, plain_waiting) % MUST_LINE_BYTES == 0,
               "what a message touches fills its lines");

struct producer_counts {
    uint64_t sent, failed, retries;
    uint64_t opened, cut; /* of its circuit breakers: how often, and calls not made */
};

struct producer_account {
    struct producer_counts counts, base;
    struct hist latency, message_latency;
};

struct consumer_counts {
    uint64_t processed, failures, crashes, repeats;
    uint64_t effects, double_effects; /* where they are counted apart: see metric_effects */
    uint64_t scale_outs, scale_ins;
    double wasted_ns;
};

struct consumer_account {
    bool *is_busy; /* by worker */
    uint32_t worker_capacity;
    bool is_scaled;     /* it has autoscaling */
    bool tells_effects; /* by facts of their own */
    struct consumer_counts counts;
    struct series busy, workers, instances;
    struct consumer_counts base;
    struct key_table promised_ns; /* of the invariant: until when an effect cannot happen again */
    struct chain_account *chain;  /* of metric_chain.h; NULL: there are no chains */
};

struct function_counts {
    uint64_t invocations, errors, throttles, dropped;
    uint64_t mib_ms; /* memory x billed time */
};

struct function_lane_account {
    uint32_t invocation; /* how many it has begun */
    bool is_running;
};

struct function_account {
    struct function_counts counts, base;
    struct series concurrency;
    struct hist duration, batch;
    bool is_arm;
    /* Of the invariant: lanes by number, the lane and invocation that had a group last, and the
     * delivery that was invoked last, by slot. */
    struct function_lane_account *lanes;
    uint32_t lane_capacity, slot_capacity;
    struct roots groups;
    struct function_invoked {
        int64_t seq;
        uint32_t delivery;
    } * invoked;
};

/* A handler of facts of a kind; into_ns is the fact's time after the start of the open piece. */
typedef void account_hear(struct observe *observe, const struct fact *fact, int64_t into_ns);

struct observe {
    struct probe_ear ear; /* start_ns: of the open piece of all series */
    /* By node id; NULL where the node is of another kind.  Consumers can send, so they have both;
     * functions have all three. */
    struct queue_account **queues;
    struct producer_account **producers;
    struct consumer_account **consumers;
    struct function_account **functions;
    struct topic_account **topics;          /* of topics.h; NULL: there is no topic */
    struct subscriber_account *subscribers; /* likewise, by node id */
    struct endpoint_account **endpoints;    /* of metric_endpoint.h */
    struct alarm_account **alarms;          /* of metric_alarm.h */
    struct ledger ledger;
    unsigned cohort_bit; /* LEDGER_COUNTED within the window, else 0 */
    struct roots works, chains;
    struct publications publications;
    struct effects effects;
    struct group_links links;
    struct tenant_links tenant_links;
    struct observe_setting setting;
    struct series_clock clock; /* of all series */
    struct series faults;      /* components struck, once for each fault; if has_faults */
    int64_t edge_ns;           /* the next edge of the window */
    bool is_open;              /* the window has begun */
    bool has_endpoints;
    bool is_conserved;
    int64_t end_ns; /* -1: not finished */
    uint64_t event_count;
    uint64_t message_count; /* if nothing else is heard */
    struct observer observers[OBSERVERS_MAX];
    size_t observer_count;
};

/* Makes an account for each node that has one, and closes them. */
void account_open_all(struct observe *observe);
void account_free_all(struct observe *observe);
void account_clear_all(struct observe *observe);
void account_begin_window(struct observe *observe); /* base = counts */
void account_end_window(struct observe *observe);
/* Closes the pieces of all series that end at or before now_ns. */
void account_roll(struct observe *observe, int64_t now_ns);
void account_finish_all(struct observe *observe, int64_t end_ns);
void account_widen(struct consumer_account *consumer,
                   uint32_t worker); /* room for is_busy[worker] */

static inline struct queue_account *account_queue(const struct observe *observe, uint16_t node)
{
    MUST(node < observe->setting.node_count && observe->queues[node] != NULL);
    return observe->queues[node];
}
static inline struct producer_account *account_producer(const struct observe *observe,
                                                        uint16_t node)
{
    return node < observe->setting.node_count ? observe->producers[node] : NULL;
}
static inline struct consumer_account *account_consumer(const struct observe *observe,
                                                        uint16_t node)
{
    return node < observe->setting.node_count ? observe->consumers[node] : NULL;
}
static inline struct function_account *account_function(const struct observe *observe,
                                                        uint16_t node)
{
    return node < observe->setting.node_count ? observe->functions[node] : NULL;
}
static inline struct topic_account *account_topic(const struct observe *observe, uint16_t node)
{
    const bool is_known = observe->topics != NULL && node < observe->setting.node_count;
    return is_known ? observe->topics[node] : NULL;
}
/* Messages that entered a queue, but for copies that came back. */
static inline uint64_t account_entered(const struct queue_counts *counts)
{
    return counts->accepted + counts->preloaded + counts->dead_in + counts->moved_in;
}
static inline bool account_is_counted(const struct observe *observe, int64_t at_ns)
{
    return at_ns >= observe->setting.from_ns && at_ns <= observe->setting.until_ns;
}

#endif
