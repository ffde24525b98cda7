// SPDX-License-Identifier: GPL-3.0-or-later
/* The table of chains holds an entry for each open chain and one for each of its branches, open or
 * not.  The chain's entry counts its open branches, and one more for itself; branches are chained
 * to it, so that all go when it ends. */
#include "observe/metric_chain.h"

#include <stdlib.h>
#include <string.h>
#include "base/arena.h"

#define CHAIN UINT64_MAX /* the place of a chain's own entry, and the end of its list */

void metric_chain_open(struct consumer_account *consumer)
{
    consumer->chain = must_alloc(sizeof *consumer->chain);
    memset(consumer->chain, 0, sizeof *consumer->chain);
    hist_init(&consumer->chain->latency);
}

void metric_chain_free(struct consumer_account *consumer)
{
    if (consumer->chain == NULL)
        return;
    hist_free(&consumer->chain->latency);
    free(consumer->chain);
}

void metric_chain_clear(struct consumer_account *consumer)
{
    if (consumer->chain == NULL)
        return;
    consumer->chain->counts = consumer->chain->base = (struct chain_counts){.forwarded = 0};
    hist_clear(&consumer->chain->latency);
}

void metric_chain_rows(const struct consumer_account *consumer, const struct metric_rows *rows)
{
    const struct chain_account *chain = consumer->chain;
    if (chain == NULL)
        return;
    metric_put_count(rows, "forwarded", chain->counts.forwarded, chain->base.forwarded);
    metric_put_count(rows, "hopLimits", chain->counts.hop_limits, chain->base.hop_limits);
    metric_put_hist(rows, "chainLatency", &chain->latency);
}

/* --- the table --- */

static void open_chain(struct observe *observe, uint64_t root, int64_t called_ns)
{
    struct root_entry *chain = roots_add(&observe->chains, root, CHAIN);
    chain->called_ns = called_ns;
    chain->link = CHAIN;
}

/* The branch of a chain that is open, made if need be. */
static struct root_entry *branch_of(struct observe *observe, uint64_t root, uint64_t place)
{
    struct root_entry *branch = roots_find(&observe->chains, root, place);
    if (branch != NULL)
        return branch;
    branch = roots_add(&observe->chains, root, place);
    struct root_entry *chain = roots_find(&observe->chains, root, CHAIN);
    branch->link = chain->link;
    chain->link = place;
    chain->open++;
    return branch;
}

static void remove_chain(struct observe *observe, struct root_entry *chain)
{
    const uint64_t root = chain->root;
    for (uint64_t place = chain->link; place != CHAIN;) {
        struct root_entry *branch = roots_find(&observe->chains, root, place);
        place = branch->link;
        roots_remove(&observe->chains, branch);
    }
    roots_remove(&observe->chains, roots_find(&observe->chains, root, CHAIN));
}

static void close_branch(struct observe *observe, uint64_t root, uint64_t place, bool is_lost,
                         int64_t at_ns)
{
    struct root_entry *branch = roots_find(&observe->chains, root, place);
    if (branch == NULL || branch->is_finished)
        return;
    branch->is_finished = true;
    struct root_entry *chain = roots_find(&observe->chains, root, CHAIN);
    chain->is_finished |= is_lost;
    if (--chain->open > 1)
        return;
    if (!chain->is_finished)
        metric_chain_ended(observe, root, chain->called_ns, at_ns);
    remove_chain(observe, chain);
}

/* --- facts --- */

void metric_chain_accepted(struct observe *observe, const struct fact *fact)
{
    const uint64_t place = metric_chain_branch(fact->delivery, fact->node);
    ledger_set_branch(&observe->ledger, fact->message, place);
    if (!observe->setting.is_read[fact->node])
        return;
    if (roots_find(&observe->chains, fact->root, CHAIN) == NULL) {
        if (fact->peer != probe_root_origin(fact->root) || fact->delivery != 0)
            return;
        open_chain(observe, fact->root, fact->value);
    }
    branch_of(observe, fact->root, place)->is_stored = true;
}

void metric_chain_merged(struct observe *observe, const struct fact *fact)
{
    const uint64_t place = metric_chain_branch(fact->delivery, fact->node);
    const struct root_entry *branch = roots_find(&observe->chains, fact->root, place);
    if (branch != NULL && !branch->is_stored)
        close_branch(observe, fact->root, place, false, fact->at_ns);
}

void metric_chain_gave_up(struct observe *observe, const struct fact *fact)
{
    const uint64_t place = metric_chain_branch(fact->delivery, fact->peer);
    close_branch(observe, fact->root, place, true, fact->at_ns);
}

void metric_chain_lost(struct observe *observe, const struct fact *fact)
{
    close_branch(observe, fact->root, ledger_branch(&observe->ledger, fact->message), true,
                 fact->at_ns);
}

void metric_chain_passed(struct observe *observe, const struct fact *fact, uint64_t branch)
{
    const struct root_entry *chain = roots_find(&observe->chains, fact->root, CHAIN);
    const struct consumer_account *consumer = account_consumer(observe, fact->node);
    if (chain == NULL)
        return;
    if (account_is_counted(observe, chain->called_ns))
        hist_add(&consumer->chain->latency, fact->at_ns - chain->called_ns);
    close_branch(observe, fact->root, branch, false, fact->at_ns);
}

void metric_chain_forwarded(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    (void)into_ns;
    const struct consumer_account *consumer = account_consumer(observe, fact->node);
    if (consumer == NULL || consumer->chain == NULL)
        return;
    consumer->chain->counts.forwarded++;
    if ((uint64_t)fact->value == fact->root && observe->setting.is_read[fact->peer] &&
        roots_find(&observe->chains, fact->root, CHAIN) != NULL)
        branch_of(observe, fact->root, metric_chain_branch(fact->delivery, fact->peer));
}

void metric_chain_limited(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    (void)into_ns;
    struct consumer_account *consumer = account_consumer(observe, fact->node);
    if (consumer != NULL && consumer->chain != NULL)
        consumer->chain->counts.hop_limits++;
}
