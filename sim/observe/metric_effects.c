// SPDX-License-Identifier: GPL-3.0-or-later
/* Effects: what the work of consumers and functions is for, counted by business key.
 *
 * Whoever says nothing of effects has one with each work that ends well.  Whether it is a double is
 * known to the ledger as long as a message cannot be stored twice: it is then a repetition of a
 * finished work.  Where messages may be repeated (faults, networks that take time, topics,
 * pipelines) their keys are kept for the whole run, a bit for each. */
#include "observe/metric.h"

#include <math.h>
#include "observe/invariant.h"

/* Where the effects of a key meet: all who read a queue share them. */
static uint16_t place_of(const struct fact *fact)
{
    return fact->message == LEDGER_NONE ? fact->node : fact->peer;
}

static void add(struct observe *observe, struct consumer_account *consumer, uint16_t place,
                uint64_t root, uint64_t branch, uint64_t business)
{
    consumer->counts.effects++;
    consumer->counts.double_effects +=
        !effects_add(&observe->effects, place, root, branch, business);
}

void metric_effects_happened(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    struct consumer_account *consumer = account_consumer(observe, fact->node);
    (void)into_ns;
    if (consumer == NULL)
        return;
    consumer->tells_effects = true;
    invariant_effects_happened(observe, consumer, fact);
    add(observe, consumer, place_of(fact), fact->root, fact->delivery, (uint64_t)fact->value);
}

void metric_effects_skipped(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    struct consumer_account *consumer = account_consumer(observe, fact->node);
    (void)into_ns;
    if (consumer != NULL)
        consumer->tells_effects = true;
}

void metric_effects_worked(struct observe *observe, struct consumer_account *consumer,
                           const struct fact *fact, uint64_t branch)
{
    const bool is_event = fact->message == LEDGER_NONE; /* whose facts say its branch */
    if (observe->setting.may_repeat && !consumer->tells_effects)
        add(observe, consumer, place_of(fact), fact->root,
            is_event ? (uint64_t)fact->other : branch, 0);
}

void metric_effects_served(struct observe *observe, struct consumer_account *consumer,
                           const struct fact *fact)
{
    consumer->tells_effects = true;
    add(observe, consumer, fact->node, fact->root, fact->delivery, 0);
}

/* Are effects counted apart from works? */
static bool is_apart(const struct observe *observe, const struct consumer_account *consumer)
{
    return observe->setting.may_repeat || consumer->tells_effects;
}

void metric_effects_rows(const struct observe *observe, const struct consumer_account *consumer,
                         const struct metric_rows *rows)
{
    const struct consumer_counts *now = &consumer->counts, *base = &consumer->base;
    const bool apart = is_apart(observe, consumer);
    const uint64_t effects =
        apart ? now->effects - base->effects : now->processed - base->processed;
    const uint64_t doubles =
        apart ? now->double_effects - base->double_effects : now->repeats - base->repeats;
    metric_put(rows, "effects", "count", "1", (double)effects);
    metric_put(rows, "effects", "rate", "1",
               effects > doubles ? (double)effects / (double)(effects - doubles) : (double)NAN);
    metric_put(rows, "doubleEffects", "count", "1", (double)doubles);
}
