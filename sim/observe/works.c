// SPDX-License-Identifier: GPL-3.0-or-later
/* The entries of works, which few messages have. */
#include "observe/works.h"

/* A message is known by its root, its queue and its slot: copies under one root may stand in one
 * queue. */
static uint64_t place_of(uint16_t queue, uint32_t slot)
{
    return (uint64_t)slot << 16 | queue;
}

/* Adds works to the message's entry, which is made if need be from what the record says. */
static struct root_entry *add_open(struct observe *observe, const struct fact *fact, uint32_t open)
{
    const struct ledger_record *record = &observe->ledger.at[fact->message];
    const uint64_t place = place_of(record->queue, fact->message);
    struct root_entry *entry = roots_find(&observe->works, fact->root, place);
    if (entry != NULL) {
        entry->open += open;
        return entry;
    }
    entry = roots_add(&observe->works, fact->root, place);
    entry->open = open;
    entry->link = works_branch(observe, fact->message);
    entry->called_ns = ledger_called_ns(&observe->ledger, fact->message);
    entry->is_finished = ledger_has(record, LEDGER_FINISHED);
    return entry;
}

void works_share(struct observe *observe, const struct fact *delivered)
{
    struct ledger_record *record = &observe->ledger.at[delivered->message];
    const uint32_t open = ledger_has(record, LEDGER_SHARED) ? 1 : 2;
    add_open(observe, delivered, open)->is_gone = false;
    ledger_set(record, LEDGER_SHARED);
}

void works_leave(struct observe *observe, const struct fact *left)
{
    struct ledger_record *record = &observe->ledger.at[left->message];
    const uint32_t open = ledger_has(record, LEDGER_SHARED) ? 0 : 1;
    struct root_entry *entry = add_open(observe, left, open);
    entry->is_gone = true;
    if (entry->is_finished)
        ledger_set(record, LEDGER_FINISHED);
    ledger_unset(record, LEDGER_HELD);
    ledger_unset(record, LEDGER_SHARED);
}

/* The last work of an entry has ended: the record, if its message is still there, knows the rest.
 */
static void close_entry(struct observe *observe, struct root_entry *entry, uint32_t slot)
{
    struct ledger_record *record = &observe->ledger.at[slot];
    if (!entry->is_gone && ledger_knows(&observe->ledger, slot) &&
        place_of(record->queue, slot) == entry->place) {
        ledger_unset(record, LEDGER_HELD);
        ledger_unset(record, LEDGER_SHARED);
        if (entry->is_finished)
            ledger_set(record, LEDGER_FINISHED);
    }
    roots_remove(&observe->works, entry);
}

struct works_end works_ended_shared(struct observe *observe, const struct fact *fact,
                                    bool ended_well)
{
    struct root_entry *entry =
        roots_find(&observe->works, fact->root, place_of(fact->peer, fact->message));
    if (entry == NULL)
        return (struct works_end){.is_known = false};
    const struct works_end end = {true, entry->is_finished, entry->called_ns, entry->link};
    if (ended_well)
        entry->is_finished = true;
    if (entry->open == 1)
        close_entry(observe, entry, fact->message);
    else
        entry->open--;
    return end;
}
