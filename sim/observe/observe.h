// SPDX-License-Identifier: GPL-3.0-or-later
/* The public face of the layer that hears facts: metrics and invariants over one ledger.
 *
 * One sink for every fact of one world; what it says is read after observe_finish.  It knows
 * nothing but what was said: queues by QUEUE_CHANGED, messages by their slots, a slot being reused
 * only after its message left.  A moved message (DEAD_LETTERED, MOVED) keeps its slot and is in the
 * peer queue from then on, in the case of MOVED delayed until other if that is later than at_ns.  A
 * broken invariant ends the process. */
#ifndef QUEUELAB_OBSERVE_OBSERVE_H
#define QUEUELAB_OBSERVE_OBSERVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "core/hist.h"
#include "core/node.h"
#include "core/probe.h"
#include "core/series.h"

struct observe;

/* COST-1: of a month's requests up to that many, a million costs so much. */
struct observe_price {
    double up_to_requests, usd_per_million;
};
enum { OBSERVE_PRICE_TIERS = 3 };
struct observe_prices {
    struct observe_price standard[OBSERVE_PRICE_TIERS], fifo[OBSERVE_PRICE_TIERS]; /* ascending */
    double group_usd_per_million; /* more, if a request to a standard queue names a group */
    double free_requests;         /* in a month, of all queues together */
    /* COST-5 */
    double invocation_usd_per_million;
    double gb_s_usd[2];                 /* of a GB-second, on x86 and on arm */
    double free_invocations, free_gb_s; /* in a month, of all functions together */
    struct observe_topic_prices {
        double usd_per_million, http_usd_per_million, email_usd_per_million; /* standard */
        double fifo_usd_per_million, fifo_usd_per_gib, fifo_delivery_usd_per_million;
        double free_requests; /* in a month, of all topics together */
    } topics;                 /* COST-4 */
};

/* Bits. */
enum observe_forwards {
    OBSERVE_FORWARDS = 1,
    OBSERVE_FORWARDS_ANEW = 2, /* the first messages of chains */
    OBSERVE_JOINS = 4
};

struct observe_setting {
    const struct node *const *nodes; /* by id; must outlive the observe */
    size_t node_count;
    /* By node id, both NULL where nobody sends on, and then a chain is one message
     * (messageLatency): how a consumer does, or joins (of enum observe_forwards); and whether
     * somebody works on what is sent there, so that a chain goes on. */
    const uint8_t *forwards;
    const bool *is_read;
    const bool *is_called; /* by node id: a consumer that reads no queue */
    const bool *calls;     /* by node id: a consumer that calls a downstream; NULL: there is none */
    /* The measurement window [warmup, duration]; until_ns is INT64_MAX without a duration. Counters
     * count from from_ns to the end; rates and gauges are taken over the window; figures of
     * messages are of those that entered the queue (or were called for, at a producer) within it,
     * their later life included. */
    int64_t from_ns, until_ns;
    int64_t bucket_ns; /* width of the buckets of series; 0: doubling */
    /* Without metrics there are no rows but the scenario's, without invariants nothing ends the
     * process.  The two share their work: only without both there is less of it, and then whether
     * messages were conserved is not known. */
    bool metrics, invariants;
    const struct observe_prices *prices; /* NULL: cost is not known */
    bool has_free_tier;
    bool has_faults; /* then there is a series of them */
    bool has_moves;  /* move tasks: then queues have movedIn and movedOut */
    bool may_repeat; /* a message may be stored twice: effects are counted by key */
};

struct observe *observe_new(const struct observe_setting *setting);
void observe_free(struct observe *observe);
void observe_clear(
    struct observe *observe); /* for the next replication: memory and observers kept */

/* The sink; context is the struct observe.  Time never goes back. */
void observe_sink(void *context, const struct fact *fact);
const struct probe_ear *observe_ear(const struct observe *observe); /* of that sink */
/* Closes gauges and windows and runs the end checks; after it only reading is allowed. */
void observe_finish(struct observe *observe, int64_t end_ns, uint64_t event_count);

/* All rows in an order that depends on the nodes alone, the scenario's (node NODE_NONE) last.  NAN:
 * not applicable, because nothing or too little was seen. */
typedef void observe_row(void *context, uint16_t node, const char *metric, const char *stat,
                         const char *unit, double value);
void observe_rows(const struct observe *observe, observe_row *row, void *context);

/* All histograms, of durations in ns. */
typedef void observe_histogram(void *context, uint16_t node, const char *metric,
                               const struct hist *hist);
void observe_histograms(const struct observe *observe, observe_histogram *visit, void *context);

/* All series; a value over divisor is in the metric's unit. */
typedef void observe_one_series(void *context, uint16_t node, const char *metric, double divisor,
                                const struct series *series);
void observe_series(const struct observe *observe, observe_one_series *visit, void *context);

/* The roots of a queue's first receives in their order, at most OBSERVE_RECEIVED of them; none of
 * any other node. */
enum { OBSERVE_RECEIVED = 1000 };
const uint64_t *observe_received(const struct observe *observe, uint16_t node, size_t *count);

/* The invariants by name, each in a sentence, ending in a NULL name. */
struct observe_invariant {
    const char *name, *sentence;
};
extern const struct observe_invariant observe_invariants[];

#endif
