// SPDX-License-Identifier: GPL-3.0-or-later
/* Topics: every subscription that a publication matches begins one delivery of it, in the order of
 * subscribing, before the next publication (PUBLISHED says how many they are); each delivery ends
 * once, well or lost, and what was delivered to a queue stands in that queue's account; a FIFO
 * topic's groups are delivered to each subscription in the order of their numbers (SNS-24). */
#include "observe/invariant.h"

#include <inttypes.h>
#include <string.h>
#include "base/arena.h"
#include "observe/topics.h"

void invariant_topic_published(const struct observe *observe, const struct topic_account *topic,
                               const struct fact *fact)
{
    if (topic->expected != 0)
        invariant_break(INVARIANT_topic, observe, fact,
                        "while one before it has not reached all that it matches");
}

void invariant_topic_judge_begun(const struct observe *observe, const struct topic_account *topic,
                                 const struct fact *fact)
{
    if (topic->root != fact->root)
        invariant_break(INVARIANT_topic, observe, fact, "which is not the one just published");
    if (topic->expected == 0)
        invariant_break(INVARIANT_topic, observe, fact,
                        "for more subscriptions than it was said to match");
    if (topic->latest >= fact->n)
        invariant_break(INVARIANT_topic, observe, fact, "to one subscription twice");
}

/* In that queue, or moved on to its dead-letter queue, or to that one's, by receives at this very
 * instant. */
static bool is_in_line(const struct observe *observe, uint16_t queue, uint16_t place)
{
    for (size_t steps = 0; queue != place; steps++) {
        const int32_t dead_letter = account_queue(observe, queue)->traits.dead_letter;
        if (dead_letter < 0 || steps == observe->setting.node_count)
            return false;
        queue = (uint16_t)dead_letter;
    }
    return true;
}

/* What is said to be stored is so, since this very instant. */
static void check_stored(const struct observe *observe, const struct fact *fact)
{
    const struct ledger *ledger = &observe->ledger;
    const bool is_known = ledger_knows(ledger, fact->message);
    const struct ledger_record *record = is_known ? &ledger->at[fact->message] : NULL;
    if (!is_known || ledger_state(record) == LEDGER_GONE || record->enqueued_ns != fact->at_ns ||
        (fact->kind == PROBE_NOTIFIED && !is_in_line(observe, fact->peer, record->queue)))
        invariant_break(INVARIANT_topic, observe, fact, "which is not in the queue");
}

static int64_t *newest_of(struct topic_subscription *subscription, uint32_t group)
{
    uint32_t capacity = subscription->group_capacity > 0 ? subscription->group_capacity : 16;
    MUST(group < UINT32_C(1) << 28);
    while (capacity <= group)
        capacity *= 2;
    if (capacity > subscription->group_capacity) {
        const size_t more = capacity - subscription->group_capacity;
        subscription->newest =
            must_grow(subscription->newest, capacity * sizeof *subscription->newest);
        memset(subscription->newest + subscription->group_capacity, 0,
               more * sizeof *subscription->newest);
        subscription->group_capacity = capacity;
    }
    return &subscription->newest[group];
}

void invariant_topic_judge_ended(const struct observe *observe,
                                 struct topic_subscription *subscription, const struct fact *fact)
{
    if (subscription->pending == 0)
        invariant_break(INVARIANT_topic, observe, fact, "a delivery that had ended");
    if (fact->message != LEDGER_NONE)
        check_stored(observe, fact);
    else if (fact->kind == PROBE_NOTIFIED && subscription->protocol == PROBE_TO_QUEUE &&
             !account_queue(observe, fact->peer)->traits.is_fifo)
        invariant_break(INVARIANT_topic, observe, fact, "which is not in the queue");
    if (fact->seq == 0)
        return;
    int64_t *newest = newest_of(subscription, fact->group);
    if (fact->seq <= *newest)
        invariant_break(INVARIANT_topic, observe, fact,
                        "after a later one of its group to the same subscription");
    *newest = fact->seq;
}

void invariant_topic_end(const struct observe *observe)
{
    for (size_t i = 0; observe->topics != NULL && i < observe->setting.node_count; i++) {
        const struct topic_account *topic = observe->topics[i];
        if (topic != NULL && topic->expected != 0 && observe->setting.invariants)
            must_broken(invariant_names[INVARIANT_topic],
                        "topic %s: %" PRId64 " deliveries of its last publication never began",
                        topic->node->name, topic->expected);
    }
}
