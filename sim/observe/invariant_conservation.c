// SPDX-License-Identifier: GPL-3.0-or-later
/* Conservation: in every queue, accepted + preloaded + dead-lettered in + moved in + resurrected = deleted +
 * expired + purged + dead-lettered out + moved out + still there.  What is still there is counted from the
 * states in the ledger, independently of the facts that were counted. */
#include "observe/invariant.h"

#include <inttypes.h>
#include <stdlib.h>
#include "base/arena.h"

struct ledger_record *invariant_conservation_there(const struct observe *observe,
                                                   const struct fact *fact)
{
    if (!ledger_knows(&observe->ledger, fact->message))
        invariant_break(INVARIANT_conservation, observe, fact, "which never entered a queue");
    struct ledger_record *record = &observe->ledger.at[fact->message];
    if (ledger_state(record) == LEDGER_GONE)
        invariant_break(INVARIANT_conservation, observe, fact, "which is in no queue any more");
    if (record->queue != fact->node)
        invariant_break(INVARIANT_conservation, observe, fact, "which is in another queue");
    return record;
}

void invariant_conservation_free(const struct observe *observe, const struct fact *fact,
                                 const struct ledger_record *record)
{
    if (ledger_state(record) != LEDGER_GONE)
        invariant_break(INVARIANT_conservation, observe, fact,
                        "in a slot whose message has not left");
}

bool invariant_conservation_end(const struct observe *observe)
{
    const struct observe_setting *setting = &observe->setting;
    uint64_t *there = must_alloc((setting->node_count + 1) * sizeof *there);
    bool is_conserved = true;
    for (size_t i = 0; i < setting->node_count; i++)
        there[i] = 0;
    for (uint32_t slot = 0; slot < observe->ledger.used; slot++)
        there[observe->ledger.at[slot].queue] +=
            ledger_state(&observe->ledger.at[slot]) != LEDGER_GONE;
    for (size_t i = 0; i < setting->node_count; i++) {
        if (observe->queues[i] == NULL)
            continue;
        const struct queue_counts *c = &observe->queues[i]->counts;
        const uint64_t in =
            c->accepted + c->preloaded + c->dead_in + c->moved_in + c->resurrected;
        const uint64_t out = c->deleted + c->expired + c->purged + c->dead_out + c->moved_out;
        if (in == out + there[i])
            continue;
        is_conserved = false;
        if (setting->invariants)
            must_broken("conservation",
                        "queue %s: %" PRIu64 " messages entered, %" PRIu64 " left, %" PRIu64
                        " are there",
                        setting->nodes[i]->name, in, out, there[i]);
    }
    free(there);
    return is_conserved;
}
