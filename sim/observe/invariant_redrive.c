// SPDX-License-Identifier: GPL-3.0-or-later
/* Redrive (DLQ-1): each delivery raises the receive count by one; with maxReceiveCount n nothing is
 * delivered more than n times; a message is moved to the dead-letter queue in force once it was
 * received n times, never before.  Counts go on in a dead-letter queue (DLQ-2), so the limit is
 * judged only where they began at 0. */
#include "observe/invariant.h"

#define BREAK(what) invariant_break(INVARIANT_redrive, observe, fact, what)

void invariant_redrive_judge(const struct observe *observe, const struct queue_account *queue,
                             const struct ledger_record *record, const struct fact *fact)
{
    const unsigned receives = ledger_receives(record);
    if (!ledger_has(record, LEDGER_OWN_COUNT))
        return;
    if (receives < LEDGER_RECEIVES_MAX && fact->delivery != receives + 1)
        BREAK("whose receive count does not rise by one");
    if (fact->delivery > queue->traits.receives_limit)
        BREAK("more often than maxReceiveCount allows");
}

void invariant_redrive_moved(const struct observe *observe, const struct queue_account *queue,
                             const struct ledger_record *record, const struct fact *fact)
{
    const struct queue_traits *traits = &queue->traits;
    if (traits->dead_letter < 0 || fact->value != traits->max_receives)
        BREAK("under a policy that is not the queue's");
    if (fact->peer != traits->dead_letter)
        BREAK("to a queue that is not its dead-letter queue");
    if (fact->delivery < traits->receives_limit)
        BREAK("received less often than maxReceiveCount says");
    if (ledger_has(record, LEDGER_OWN_COUNT) && ledger_receives(record) < LEDGER_RECEIVES_MAX &&
        fact->delivery != ledger_receives(record))
        BREAK("with a receive count that does not count its deliveries");
}
