// SPDX-License-Identifier: GPL-3.0-or-later
/* Chains of messages under one root, where consumers send on.
 *
 * A chain has branches: the message that its producer sent, and each message that a consumer is
 * about to send on to a service whose messages somebody works on.  A branch is named by its path
 * and its service, so that repeated work and repeated sends open none twice.  It ends with the
 * first success on one of its messages; the chain ends with its last branch.  With a branch lost
 * (expired, purged, given up) it has no latency. */
#ifndef QUEUELAB_OBSERVE_METRIC_CHAIN_H
#define QUEUELAB_OBSERVE_METRIC_CHAIN_H

#include "observe/account.h"
#include "observe/metric.h"

struct chain_counts {
    uint64_t forwarded, hop_limits;
};

/* What is kept of a consumer where there are chains. */
struct chain_account {
    struct chain_counts counts, base;
    struct hist latency; /* from the call of the first send to the first success here */
};

/* The branch of a message in this queue, with the branch number that its facts tell. */
static inline uint64_t metric_chain_branch(uint32_t branch, uint16_t queue)
{
    return (uint64_t)branch << 16 | queue;
}

void metric_chain_open(struct consumer_account *consumer);
void metric_chain_free(struct consumer_account *consumer);
void metric_chain_clear(struct consumer_account *consumer);
void metric_chain_rows(const struct consumer_account *consumer, const struct metric_rows *rows);

/* ACCEPTED, DEDUPED and a GAVE_UP that is final; the ledger's record of the first stands. */
void metric_chain_accepted(struct observe *observe, const struct fact *fact);
void metric_chain_merged(struct observe *observe, const struct fact *fact);
void metric_chain_gave_up(struct observe *observe, const struct fact *fact);
/* The first success on a message of that branch; the fact is the consumer's. */
void metric_chain_passed(struct observe *observe, const struct fact *fact, uint64_t branch);
/* The message in the slot is lost. */
void metric_chain_lost(struct observe *observe, const struct fact *fact);

account_hear metric_chain_forwarded; /* FORWARDED */
account_hear metric_chain_limited;   /* HOP_LIMIT */

#endif
