// SPDX-License-Identifier: GPL-3.0-or-later
/* The table of chains holds an entry for each open chain and one for each of its branches, open or
 * not.  The chain's entry counts its open branches, and one more for itself; branches are chained
 * to it, so that all go when it ends. */
#include "observe/metric_chain.h"

#include <stdlib.h>
#include <string.h>
#include "base/arena.h"

#define CHAIN UINT64_MAX /* the place of a chain's own entry, and the end of its list */

void metric_chain_open(struct consumer_account *consumer, unsigned forwards)
{
    consumer->chain = must_alloc(sizeof *consumer->chain);
    memset(consumer->chain, 0, sizeof *consumer->chain);
    hist_init(&consumer->chain->latency);
    hist_init(&consumer->chain->join_wait);
    consumer->chain->forwards = forwards;
}

void metric_chain_free(struct consumer_account *consumer)
{
    if (consumer->chain == NULL)
        return;
    hist_free(&consumer->chain->latency);
    hist_free(&consumer->chain->join_wait);
    free(consumer->chain);
}

void metric_chain_clear(struct consumer_account *consumer)
{
    if (consumer->chain == NULL)
        return;
    consumer->chain->counts = consumer->chain->base = (struct chain_counts){.forwarded = 0};
    hist_clear(&consumer->chain->latency);
    hist_clear(&consumer->chain->join_wait);
}

static void join_rows(const struct chain_account *chain, const struct metric_rows *rows)
{
    const struct chain_counts *now = &chain->counts, *base = &chain->base;
    metric_put_count(rows, "joined", now->joined, base->joined);
    metric_put_count(rows, "joinTimeouts", now->timed_out, base->timed_out);
    metric_put_count(rows, "joinLate", now->late, base->late);
    metric_put_count(rows, "joinRepeats", now->repeated, base->repeated);
    metric_put(rows, "joinsOpen", "end", "1", (double)(now->begun - now->joined - now->timed_out));
    metric_put_hist(rows, "joinWait", &chain->join_wait);
}

void metric_chain_rows(const struct consumer_account *consumer, const struct metric_rows *rows)
{
    const struct chain_account *chain = consumer->chain;
    if (chain == NULL)
        return;
    metric_put_count(rows, "forwarded", chain->counts.forwarded, chain->base.forwarded);
    metric_put_count(rows, "hopLimits", chain->counts.hop_limits, chain->base.hop_limits);
    metric_put_count(rows, "slowest", chain->counts.slowest, chain->base.slowest);
    metric_put_hist(rows, "chainLatency", &chain->latency);
    if ((chain->forwards & OBSERVE_JOINS) != 0)
        join_rows(chain, rows);
}

void metric_chain_histograms(const struct consumer_account *consumer, uint16_t node,
                             observe_histogram *visit, void *context)
{
    if (consumer->chain == NULL)
        return;
    visit(context, node, "chainLatency", &consumer->chain->latency);
    if ((consumer->chain->forwards & OBSERVE_JOINS) != 0)
        visit(context, node, "joinWait", &consumer->chain->join_wait);
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

/* The chain has come so far with a success of the consumer, or its join. */
static void measure(struct observe *observe, const struct fact *fact)
{
    const struct root_entry *chain = roots_find(&observe->chains, fact->root, CHAIN);
    const struct consumer_account *consumer = account_consumer(observe, fact->node);
    if (chain != NULL && account_is_counted(observe, chain->called_ns))
        hist_add(&consumer->chain->latency, fact->at_ns - chain->called_ns);
}

/* The account of a consumer where there are chains, else NULL. */
static struct chain_account *account_of(const struct observe *observe, uint16_t node)
{
    const struct consumer_account *consumer = account_consumer(observe, node);
    return consumer != NULL ? consumer->chain : NULL;
}

/* --- facts --- */

void metric_chain_accepted(struct observe *observe, const struct fact *fact)
{
    const uint64_t place = metric_chain_branch(fact->delivery, fact->node);
    ledger_set_branch(&observe->ledger, fact->message, place, fact->peer);
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

void metric_chain_answered(struct observe *observe, const struct fact *fact)
{
    const uint64_t place = metric_chain_branch(fact->delivery, fact->peer);
    close_branch(observe, fact->root, place, false, fact->at_ns);
}

void metric_chain_lost(struct observe *observe, const struct fact *fact)
{
    if (observe->setting.forwards == NULL) {
        metric_chain_counted(observe, fact->root, true, fact->at_ns);
        return;
    }
    close_branch(observe, fact->root, ledger_branch(&observe->ledger, fact->message), true,
                 fact->at_ns);
}

void metric_chain_passed(struct observe *observe, const struct fact *fact, uint64_t branch)
{
    if ((account_of(observe, fact->node)->forwards & OBSERVE_JOINS) == 0)
        measure(observe, fact);
    close_branch(observe, fact->root, branch, false, fact->at_ns);
}

/* --- publications --- */

/* The publication itself is a branch until the last delivery of it has begun. */
void metric_chain_published(struct observe *observe, const struct fact *fact)
{
    const uint64_t place = metric_chain_branch(fact->delivery, fact->node);
    if (observe->setting.forwards == NULL) {
        publications_begin(&observe->publications, fact->root, fact->other, (uint32_t)fact->value);
        return;
    }
    if (roots_find(&observe->chains, fact->root, CHAIN) == NULL) {
        if (fact->peer != probe_root_origin(fact->root) || fact->delivery != 0 || fact->value == 0)
            return;
        open_chain(observe, fact->root, fact->other);
    }
    branch_of(observe, fact->root, place)->is_stored = true;
    if (fact->value == 0)
        close_branch(observe, fact->root, place, false, fact->at_ns);
}

void metric_chain_fanned_out(struct observe *observe, const struct fact *fact, bool is_last)
{
    if (observe->setting.forwards == NULL ||
        roots_find(&observe->chains, fact->root, CHAIN) == NULL)
        return;
    if (observe->setting.is_read[fact->peer])
        branch_of(observe, fact->root, metric_chain_branch(fact->delivery, fact->peer));
    if (is_last)
        close_branch(observe, fact->root, metric_chain_branch(fact->delivery, fact->node), false,
                     fact->at_ns);
}

void metric_chain_notified(struct observe *observe, const struct fact *fact)
{
    const uint64_t place = metric_chain_branch((uint32_t)fact->other, fact->peer);
    if (observe->setting.forwards == NULL)
        metric_chain_counted(observe, fact->root, false, fact->at_ns);
    else
        close_branch(observe, fact->root, place, false, fact->at_ns);
}

/* Its copy in the dead-letter queue goes on in its place, or is lost with it. */
void metric_chain_undelivered(struct observe *observe, const struct fact *fact)
{
    const bool is_kept = (fact->value & PROBE_LOSS_REDRIVEN) != 0;
    const uint64_t place = metric_chain_branch((uint32_t)fact->other, fact->peer);
    if (observe->setting.forwards == NULL) {
        if (!is_kept)
            metric_chain_counted(observe, fact->root, true, fact->at_ns);
        return;
    }
    const uint16_t queue =
        fact->message != LEDGER_NONE ? observe->ledger.at[fact->message].queue : NODE_NONE;
    if (queue == NODE_NONE || observe->setting.is_read[queue])
        close_branch(observe, fact->root, place, !is_kept, fact->at_ns);
}

void metric_chain_forwarded(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    (void)into_ns;
    struct chain_account *account = account_of(observe, fact->node);
    if (account == NULL)
        return;
    account->counts.forwarded++;
    if ((uint64_t)fact->value == fact->root && observe->setting.is_read[fact->peer] &&
        roots_find(&observe->chains, fact->root, CHAIN) != NULL)
        branch_of(observe, fact->root, metric_chain_branch(fact->delivery, fact->peer));
}

void metric_chain_limited(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    (void)into_ns;
    struct chain_account *account = account_of(observe, fact->node);
    if (account != NULL)
        account->counts.hop_limits++;
}

/* --- events of functions --- */

void metric_chain_event_passed(struct observe *observe, const struct fact *fact)
{
    if (observe->setting.forwards == NULL)
        metric_chain_counted(observe, fact->root, false, fact->at_ns);
    else
        metric_chain_passed(observe, fact, metric_chain_branch((uint32_t)fact->other, fact->node));
}

/* What was sent on goes on in its place: in a queue, or as what a topic made of it. */
void metric_chain_event_dropped(struct observe *observe, const struct fact *fact)
{
    const bool is_kept = fact->value != 0;
    const bool is_published =
        is_kept && observe->topics != NULL && observe->topics[fact->n] != NULL;
    if (observe->setting.forwards == NULL) {
        if (!is_kept || is_published)
            metric_chain_counted(observe, fact->root, !is_kept, fact->at_ns);
    } else if (!is_kept || is_published || observe->setting.is_read[fact->n]) {
        close_branch(observe, fact->root, metric_chain_branch((uint32_t)fact->other, fact->node),
                     !is_kept, fact->at_ns);
    }
}

/* --- joins --- */

static uint64_t join_place(const struct fact *fact)
{
    return UINT64_C(1) << 63 | fact->node;
}

void metric_chain_begun(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    (void)into_ns;
    struct chain_account *account = account_of(observe, fact->node);
    if (account == NULL)
        return;
    account->counts.begun++;
    if (roots_find(&observe->chains, fact->root, CHAIN) != NULL)
        branch_of(observe, fact->root, join_place(fact));
}

/* Whoever sent the last part held up all others. */
void metric_chain_joined(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    (void)into_ns;
    struct chain_account *account = account_of(observe, fact->node);
    if (account == NULL)
        return;
    measure(observe, fact);
    if (fact->kind == PROBE_JOINED) {
        const uint16_t sender = ledger_sender(&observe->ledger, fact->message);
        struct chain_account *slowest = account_of(observe, sender);
        account->counts.joined++;
        hist_add(&account->join_wait, fact->value);
        if (slowest != NULL)
            slowest->counts.slowest++;
    } else {
        account->counts.timed_out++;
    }
    close_branch(observe, fact->root, join_place(fact), false, fact->at_ns);
}

void metric_chain_dropped(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    (void)into_ns;
    struct chain_account *account = account_of(observe, fact->node);
    if (account == NULL)
        return;
    account->counts.late += fact->value == 0;
    account->counts.repeated += fact->value != 0;
}
