// SPDX-License-Identifier: GPL-3.0-or-later
/* Chains of messages under one root, where consumers send on.
 *
 * A chain has branches: the message that its producer sent, and each message that a consumer is
 * about to send on to a service whose messages somebody works on, and each copy of a publication.
 * A branch is named by its path
 * and its service, so that repeated work and repeated sends open none twice.  It ends with the
 * first success on one of its messages; the chain ends with its last branch.  A join is a branch
 * from its first part to its end.  With a branch lost (expired, purged, given up) a chain has no
 * latency. */
#ifndef QUEUELAB_OBSERVE_METRIC_CHAIN_H
#define QUEUELAB_OBSERVE_METRIC_CHAIN_H

#include "observe/account.h"
#include "observe/metric.h"

struct chain_counts {
    uint64_t forwarded, hop_limits;
    uint64_t begun, joined, timed_out, late, repeated; /* joins, and parts that were dropped */
    uint64_t slowest; /* joins elsewhere whose last part came from here */
};

/* What is kept of a consumer where there are chains. */
struct chain_account {
    struct chain_counts counts, base;
    struct hist
        latency; /* from the call of the first send to the first success here, or the join */
    struct hist join_wait; /* from the first part to the last */
    unsigned forwards;     /* of enum observe_forwards */
};

/* The branch of a message in this queue, with the branch number that its facts tell. */
static inline uint64_t metric_chain_branch(uint32_t branch, uint16_t queue)
{
    return (uint64_t)branch << 16 | queue;
}

void metric_chain_open(struct consumer_account *consumer, unsigned forwards);
void metric_chain_free(struct consumer_account *consumer);
void metric_chain_clear(struct consumer_account *consumer);
void metric_chain_rows(const struct consumer_account *consumer, const struct metric_rows *rows);
void metric_chain_histograms(const struct consumer_account *consumer, uint16_t node,
                             observe_histogram *visit, void *context);

/* ACCEPTED, DEDUPED and a GAVE_UP that is final; the ledger's record of the first stands. */
void metric_chain_accepted(struct observe *observe, const struct fact *fact);
void metric_chain_merged(struct observe *observe, const struct fact *fact);
void metric_chain_gave_up(struct observe *observe, const struct fact *fact);
/* An endpoint's good answer ends a branch. */
void metric_chain_answered(struct observe *observe, const struct fact *fact);
/* The first success on a message of that branch; the fact is the consumer's. */
void metric_chain_passed(struct observe *observe, const struct fact *fact, uint64_t branch);
/* A function's success on what a topic brought; EVENT_DROPPED. */
void metric_chain_event_passed(struct observe *observe, const struct fact *fact);
void metric_chain_event_dropped(struct observe *observe, const struct fact *fact);
/* The message in the slot is lost. */
void metric_chain_lost(struct observe *observe, const struct fact *fact);

/* A publication: PUBLISHED, FANNED_OUT (is_last: nobody else matches), a delivery that ended
 * outside of queues, NOTIFY_LOST.  Where nobody sends on its branches are only counted, and a
 * success in a queue ends one (metric_chain_counted: false if there is none such). */
void metric_chain_published(struct observe *observe, const struct fact *fact);
void metric_chain_fanned_out(struct observe *observe, const struct fact *fact, bool is_last);
void metric_chain_notified(struct observe *observe, const struct fact *fact);
void metric_chain_undelivered(struct observe *observe, const struct fact *fact);
static inline bool metric_chain_counted(struct observe *observe, uint64_t root, bool is_lost,
                                        int64_t at_ns)
{
    if (observe->publications.latest == NULL)
        return false;
    struct publication *of = publications_place(&observe->publications, root);
    if (__builtin_expect(of->root != root || of->open == 0, 0))
        return publications_other_ended(observe, root, is_lost, at_ns);
    of->is_lost |= is_lost;
    if (--of->open == 0)
        publications_over(observe, of, at_ns);
    return true;
}

account_hear metric_chain_forwarded; /* FORWARDED */
account_hear metric_chain_limited;   /* HOP_LIMIT */
account_hear metric_chain_begun;     /* JOIN_BEGUN */
account_hear metric_chain_joined;    /* JOINED, JOIN_TIMED_OUT */
account_hear metric_chain_dropped;   /* JOIN_DROPPED */

#endif
