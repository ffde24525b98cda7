// SPDX-License-Identifier: GPL-3.0-or-later
/* Visibility: the edges of the state diagram, each at its time.
 *
 * The deadline of a delivery lies at most 12 hours ahead (VIS-6; for extensions the cap counts from
 * the receive, which the ledger does not keep).  A message comes back exactly at its deadline, is
 * shown exactly when its delay ends, and neither is delivered once its retention has ended (RET-1).
 * A store that is not ideal may keep copies, and then delivers what is in flight (RCV-11). */
#include "observe/invariant.h"

#define BREAK(what) invariant_break(INVARIANT_visibility, observe, fact, what)

static bool is_deadline_fit(const struct fact *fact)
{
    return fact->value >= fact->at_ns && fact->value - fact->at_ns <= INVARIANT_HIDDEN_NS_MAX;
}

void invariant_visibility_judge(const struct observe *observe, const struct queue_account *queue,
                                const struct ledger_record *record, const struct fact *fact)
{
    const enum ledger_state state = ledger_state(record);
    if (state == LEDGER_DELAYED)
        BREAK("which is delayed");
    if (state == LEDGER_IN_FLIGHT && queue->traits.is_ideal)
        BREAK("which is in flight and whose deadline has not come");
    if (!is_deadline_fit(fact))
        BREAK("with a deadline in the past or more than 12 hours ahead");
    if (fact->at_ns - record->enqueued_ns >= queue->traits.retention_ns)
        BREAK("whose retention has ended");
}

/* FIFO-28: a FIFO handle is good up to its deadline; the message may be back at that very instant.
 */
static bool is_fifo_handle_over(const struct observe *observe, const struct queue_account *queue,
                                const struct fact *fact)
{
    return queue->traits.is_fifo &&
           ledger_state(&observe->ledger.at[fact->message]) == LEDGER_VISIBLE &&
           ledger_since_ns(&observe->ledger, fact->message) != fact->at_ns;
}

void invariant_visibility_extended(const struct observe *observe, const struct queue_account *queue,
                                   const struct ledger_record *record, const struct fact *fact)
{
    if (ledger_state(record) == LEDGER_DELAYED || ledger_receives(record) == 0)
        BREAK("which nobody has received");
    if (is_fifo_handle_over(observe, queue, fact))
        BREAK("by a handle that has expired (VIS-4)");
    if (!is_deadline_fit(fact))
        BREAK("with a deadline in the past or more than 12 hours ahead");
}

void invariant_visibility_deleted(const struct observe *observe, const struct queue_account *queue,
                                  const struct ledger_record *record, const struct fact *fact)
{
    if (ledger_state(record) == LEDGER_DELAYED || ledger_receives(record) == 0)
        BREAK("which nobody has received");
    if (is_fifo_handle_over(observe, queue, fact))
        BREAK("by a handle that has expired (DEL-5)");
}

/* ATT-8: a changed delay moves FIFO messages that wait: to the end of the delay in force, or to the
 * change if that was over. */
static bool is_delay_over(const struct observe *observe, const struct queue_traits *traits,
                          const struct fact *fact)
{
    const struct ledger_record *record = &observe->ledger.at[fact->message];
    const int64_t at_ns = fact->at_ns;
    if (!traits->is_fifo || traits->new_delay_ns < 0)
        return at_ns == ledger_since_ns(&observe->ledger, fact->message);
    const int64_t over_ns = record->enqueued_ns + traits->delay_ns;
    return at_ns == (over_ns > traits->new_delay_ns ? over_ns : traits->new_delay_ns);
}

void invariant_visibility_over(const struct observe *observe, const struct queue_account *queue,
                               const struct ledger_record *record, const struct fact *fact)
{
    const enum ledger_state state = ledger_state(record);
    if (fact->kind == PROBE_DELAYED_OVER) {
        if (state != LEDGER_DELAYED)
            BREAK("which is not delayed");
        if (!is_delay_over(observe, &queue->traits, fact))
            BREAK("not when its delay ends");
    } else {
        if (state != LEDGER_IN_FLIGHT)
            BREAK("which is not in flight");
        if (fact->at_ns != ledger_since_ns(&observe->ledger, fact->message))
            BREAK("not at its deadline");
    }
}

void invariant_visibility_expired(const struct observe *observe, const struct queue_account *queue,
                                  const struct ledger_record *record, const struct fact *fact)
{
    if (fact->value != record->enqueued_ns)
        BREAK("whose retention clock started at another time");
    if (fact->at_ns - record->enqueued_ns < queue->traits.retention_ns)
        BREAK("before its retention ends");
}

void invariant_visibility_moved(const struct observe *observe, const struct ledger_record *record,
                                const struct fact *fact)
{
    if (ledger_state(record) != LEDGER_VISIBLE)
        BREAK("which is not visible");
}

void invariant_visibility_back(const struct observe *observe, const struct queue_account *queue,
                               const struct ledger_record *record, const struct fact *fact)
{
    if (queue->traits.is_ideal)
        BREAK("although the store is ideal");
    if (fact->kind == PROBE_COPIED && ledger_state(record) != LEDGER_IN_FLIGHT)
        BREAK("which was not delivered");
    if (fact->kind == PROBE_RESURRECTED &&
        (!ledger_has(record, LEDGER_WAS_DELETED) || record->queue != fact->node))
        BREAK("which was not deleted there");
}
