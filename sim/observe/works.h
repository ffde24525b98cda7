// SPDX-License-Identifier: GPL-3.0-or-later
/* Who works on what: is a work that ends the first to end well for its message in its queue?
 *
 * A message that one consumer holds needs two bits of its record.  Only when a second consumer is
 * given it while the first still works, or when it leaves its queue under the work, an entry by
 * root, queue and slot takes over until the last of those works has ended.  Hence a work without an
 * entry is one on the tenant of its slot.  An entry whose holder never says how it ended (a lost
 * reply) stays. */
#ifndef QUEUELAB_OBSERVE_WORKS_H
#define QUEUELAB_OBSERVE_WORKS_H

#include "observe/account.h"

struct works_end {
    bool is_known;     /* the work was one on a message that was handed out */
    bool was_finished; /* another had ended well before */
    int64_t called_ns; /* when the message's send was called */
    uint64_t branch;   /* of the message, where there are chains */
};

/* The branch of the message in the slot, where there are chains. */
static inline uint64_t works_branch(const struct observe *observe, uint32_t slot)
{
    return observe->setting.forwards != NULL ? ledger_branch(&observe->ledger, slot) : 0;
}

void works_share(struct observe *observe, const struct fact *delivered);
void works_leave(struct observe *observe, const struct fact *left);

/* A consumer is given the message. */
static inline void works_delivered(struct observe *observe, struct ledger_record *record,
                                   const struct fact *fact)
{
    if (account_consumer(observe, fact->peer) == NULL)
        return;
    if (__builtin_expect(ledger_has(record, LEDGER_HELD), 0))
        works_share(observe, fact);
    ledger_set(record, LEDGER_HELD);
}

/* The message leaves its queue. */
static inline void works_left(struct observe *observe, const struct ledger_record *record,
                              const struct fact *fact)
{
    if (__builtin_expect(ledger_has(record, LEDGER_HELD), 0))
        works_leave(observe, fact);
}

/* With an entry; is_known is false if there is none. */
struct works_end works_ended_shared(struct observe *observe, const struct fact *fact,
                                    bool ended_well);

/* SUCCEEDED (ended_well), FAILED, SKIPPED or ABANDONED. */
static inline struct works_end works_ended(struct observe *observe, const struct fact *fact,
                                           bool ended_well)
{
    if (__builtin_expect(observe->works.count > 0, 0)) {
        const struct works_end end = works_ended_shared(observe, fact, ended_well);
        if (end.is_known)
            return end;
    }
    if (!ledger_knows(&observe->ledger, fact->message)) /* of no queue at all */
        return (struct works_end){.is_known = false};
    struct ledger_record *record = &observe->ledger.at[fact->message];
    if (record->queue != fact->peer || !ledger_has(record, LEDGER_HELD))
        return (struct works_end){.is_known = false};
    const bool was_finished = ledger_has(record, LEDGER_FINISHED);
    ledger_unset(record, LEDGER_HELD);
    if (ended_well)
        ledger_set(record, LEDGER_FINISHED);
    return (struct works_end){true, was_finished, ledger_called_ns(&observe->ledger, fact->message),
                              works_branch(observe, fact->message)};
}

#endif
