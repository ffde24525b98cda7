// SPDX-License-Identifier: GPL-3.0-or-later
/* Conservation: in every queue, accepted + preloaded + dead-lettered in + moved in + resurrected =
 * deleted + expired + purged + dead-lettered out + moved out + still there.  What is still there is
 * counted from the states in the ledger, independently of the facts that were counted. */
#include "observe/invariant.h"

#include <inttypes.h>

void invariant_conservation_missing(const struct observe *observe, const struct fact *fact)
{
    if (!ledger_knows(&observe->ledger, fact->message))
        invariant_end(INVARIANT_conservation, observe, fact, "which never entered a queue");
    if (ledger_state(&observe->ledger.at[fact->message]) == LEDGER_GONE)
        invariant_end(INVARIANT_conservation, observe, fact, "which is in no queue any more");
    invariant_end(INVARIANT_conservation, observe, fact, "which is in another queue");
}

void invariant_conservation_taken(const struct observe *observe, const struct fact *fact)
{
    invariant_end(INVARIANT_conservation, observe, fact, "in a slot whose message has not left");
}

/* Counts by the states in the ledger. */
static void count_what_is_there(struct observe *observe)
{
    for (size_t i = 0; i < observe->setting.node_count; i++) {
        if (observe->queues[i] != NULL)
            observe->queues[i]->there = 0;
    }
    for (uint32_t slot = 0; slot < observe->ledger.used; slot++) {
        const struct ledger_record *record = &observe->ledger.at[slot];
        if (ledger_state(record) != LEDGER_GONE)
            observe->queues[record->queue]->there++;
    }
}

bool invariant_conservation_end(struct observe *observe)
{
    bool is_conserved = true;
    count_what_is_there(observe);
    for (size_t i = 0; i < observe->setting.node_count; i++) {
        const struct queue_account *queue = observe->queues[i];
        if (queue == NULL)
            continue;
        const struct queue_counts *c = &queue->counts;
        const uint64_t in = c->accepted + c->preloaded + c->dead_in + c->moved_in + c->resurrected;
        const uint64_t out = c->deleted + c->expired + c->purged + c->dead_out + c->moved_out;
        if (in == out + queue->there)
            continue;
        is_conserved = false;
        if (observe->setting.invariants)
            must_broken(invariant_names[INVARIANT_conservation],
                        "queue %s: %" PRIu64 " messages entered, %" PRIu64 " left, %" PRIu64
                        " are there",
                        queue->node->name, in, out, queue->there);
    }
    return is_conserved;
}
