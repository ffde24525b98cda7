// SPDX-License-Identifier: GPL-3.0-or-later
/* The life that most messages have, heard straight through: sent to a queue that is not empty,
 * received for the first time and in order, worked on well, deleted; all within the window.
 *
 * Each handler here says in one place what it takes for granted.  Where that fails the fact goes to
 * the general handler, which knows all cases and would have come to the same end.  What is plain in
 * a FIFO queue does a little more, and so do the further entries of a batch; they have handlers of
 * their own out of the same parts, so that those of standard queues, without calls in their midst,
 * keep all in registers. */
#include "observe/hear.h"

#include "observe/invariant.h"
#include "observe/metric.h"
#include "observe/metric_chain.h"

#define LIKELY(condition) __builtin_expect(condition, 1)
#define PART              static inline __attribute__((always_inline))
#define APART             static __attribute__((noinline))

/* The record of the fact's slot, which is known. */
PART struct ledger_record *record_of(const struct observe *observe, const struct fact *fact)
{
    return &observe->ledger.at[fact->message];
}

PART struct group *group_of(const struct queue_account *queue, const struct fact *fact)
{
    return groups_of(&queue->groups, fact->group);
}

/* --- ACCEPTED: visible at once, sent by a call at this very time --- */

PART bool is_accepted_plainly(const struct observe *observe, const struct queue_account *queue,
                              const struct fact *fact, bool is_fifo, bool is_first)
{
    return (is_fifo || fact->group == LEDGER_NONE) &&
           ledger_knows(&observe->ledger, fact->message) &&
           ledger_state(record_of(observe, fact)) == LEDGER_GONE && fact->value == fact->at_ns &&
           fact->other <= fact->at_ns && queue->traits.plain == is_fifo && queue->has_age &&
           !line_is_full(&queue->line) && metric_cost_is_plain(queue, fact, is_first);
}

PART void accept_plainly(struct observe *observe, struct queue_account *queue,
                         const struct fact *fact, int64_t into_ns, bool is_fifo, bool is_first)
{
    const unsigned bits = is_fifo ? LEDGER_VISIBLE | LEDGER_OWN_COUNT | LEDGER_GROUPED
                                  : LEDGER_VISIBLE | LEDGER_OWN_COUNT;
    queue->counts.accepted++;
    metric_cost_add_plain(queue, fact, is_first);
    queue->counts.bytes += fact->bytes;
    *record_of(observe, fact) = (struct ledger_record){
        .enqueued_ns = fact->at_ns,
        .place = line_push(&queue->line, fact->message),
        .queue = fact->node,
        .bits = (uint16_t)(observe->cohort_bit | bits),
    };
    series_up(&queue->depth[LEDGER_VISIBLE], into_ns);
}

APART void hear_plain_entry_accepted(struct observe *observe, const struct fact *fact,
                                     int64_t into_ns)
{
    struct queue_account *queue = account_queue(observe, fact->node);
    if (LIKELY(is_accepted_plainly(observe, queue, fact, false, false)))
        accept_plainly(observe, queue, fact, into_ns, false, false);
    else
        hear_accepted(observe, fact, into_ns);
}

APART void hear_plain_fifo_accepted(struct observe *observe, const struct fact *fact,
                                    int64_t into_ns)
{
    struct queue_account *queue = account_queue(observe, fact->node);
    if (!LIKELY(is_accepted_plainly(observe, queue, fact, true, false))) {
        hear_plain_entry_accepted(observe, fact, into_ns);
        return;
    }
    accept_plainly(observe, queue, fact, into_ns, true, false);
    groups_enter(&queue->groups, &observe->links, fact->message, fact->group);
    invariant_dedup_accepted(observe, queue, fact);
}

void hear_plain_accepted(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    struct queue_account *queue = account_queue(observe, fact->node);
    if (LIKELY(is_accepted_plainly(observe, queue, fact, false, true)))
        accept_plainly(observe, queue, fact, into_ns, false, true);
    else
        hear_plain_fifo_accepted(observe, fact, into_ns);
}

/* --- DELIVERED: for the first time, in order, to a consumer --- */

PART bool is_delivered_plainly(const struct observe *observe, const struct fact *fact, bool is_fifo,
                               bool is_first)
{
    if (!ledger_knows(&observe->ledger, fact->message))
        return false;
    const struct ledger_record *record = record_of(observe, fact);
    if (record->queue != fact->node || !ledger_is_fresh(record, is_fifo))
        return false;
    const struct queue_account *queue = observe->queues[fact->node];
    if (is_fifo && !queue->traits.is_fifo)
        return false;
    const uint32_t *furthest = is_fifo ? &group_of(queue, fact)->furthest : &queue->furthest;
    return fact->delivery == 1 && invariant_visibility_allows(queue, record, fact) &&
           metric_order_is_kept(furthest, record) && metric_cost_is_plain(queue, fact, is_first) &&
           account_consumer(observe, fact->peer) != NULL;
}

PART void deliver_plainly(struct observe *observe, struct queue_account *queue,
                          const struct fact *fact, int64_t into_ns, uint32_t *furthest,
                          bool is_first)
{
    struct ledger_record *record = record_of(observe, fact);
    queue->counts.received++;
    metric_cost_add_plain(queue, fact, is_first);
    metric_order_received(queue, furthest, record, fact->root);
    ledger_deliver_fresh(&observe->ledger, fact->message, fact->value);
    series_down(&queue->depth[LEDGER_VISIBLE], into_ns);
    series_up(&queue->depth[LEDGER_IN_FLIGHT], into_ns);
    hist_add(&queue->plain_waiting, fact->at_ns - record->enqueued_ns);
}

APART void hear_plain_entry_delivered(struct observe *observe, const struct fact *fact,
                                      int64_t into_ns)
{
    if (!LIKELY(is_delivered_plainly(observe, fact, false, false))) {
        hear_delivered(observe, fact, into_ns);
        return;
    }
    struct queue_account *queue = observe->queues[fact->node];
    deliver_plainly(observe, queue, fact, into_ns, &queue->furthest, false);
}

APART void hear_plain_fifo_delivered(struct observe *observe, const struct fact *fact,
                                     int64_t into_ns)
{
    if (!LIKELY(is_delivered_plainly(observe, fact, true, false))) {
        hear_plain_entry_delivered(observe, fact, into_ns);
        return;
    }
    struct queue_account *queue = observe->queues[fact->node];
    struct group *group = group_of(queue, fact);
    invariant_fifo_order_delivered(observe, queue, group, fact);
    groups_expect_next(&observe->links, &observe->ledger, fact->message);
    if (group->in_flight++ == 0)
        series_up(&queue->groups_in_flight, into_ns);
    deliver_plainly(observe, queue, fact, into_ns, &group->furthest, false);
}

void hear_plain_delivered(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    if (!LIKELY(is_delivered_plainly(observe, fact, false, true))) {
        hear_plain_fifo_delivered(observe, fact, into_ns);
        return;
    }
    struct queue_account *queue = observe->queues[fact->node];
    deliver_plainly(observe, queue, fact, into_ns, &queue->furthest, true);
}

/* --- SUCCEEDED: by the only one who was given the message, or after works that failed --- */

PART bool is_ended_plainly(const struct observe *observe, const struct fact *fact)
{
    if (observe->works.count > 0 || !ledger_knows(&observe->ledger, fact->message))
        return false;
    const struct ledger_record *record = record_of(observe, fact);
    return record->queue == fact->peer && ledger_is_held(record);
}

PART void end_plainly(struct observe *observe, struct consumer_account *consumer,
                      const struct fact *fact, int64_t into_ns)
{
    consumer->counts.processed++;
    ledger_finish_held(record_of(observe, fact));
    metric_worker_idle(consumer, fact->bytes, into_ns);
}

PART void end_life(struct observe *observe, const struct fact *fact)
{
    struct producer_account *producer = account_producer(observe, probe_root_origin(fact->root));
    if (producer != NULL)
        hist_add(&producer->message_latency, fact->at_ns - record_of(observe, fact)->enqueued_ns);
}

/* False if it went to the general handler. */
PART bool succeed_plainly(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    struct consumer_account *consumer = account_consumer(observe, fact->node);
    if (!LIKELY(consumer != NULL && is_ended_plainly(observe, fact))) {
        metric_worker_ended(observe, fact, into_ns);
        return false;
    }
    end_plainly(observe, consumer, fact, into_ns);
    return true;
}

/* Where there are topics: this may be the last branch of a publication. */
void hear_plain_branch_succeeded(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    if (succeed_plainly(observe, fact, into_ns) &&
        !metric_chain_counted(observe, fact->root, false, fact->at_ns))
        end_life(observe, fact);
}

void hear_plain_succeeded(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    if (succeed_plainly(observe, fact, into_ns))
        end_life(observe, fact);
}

/* --- DELETED: in flight, and nobody works on it any more --- */

PART uint64_t stayed_ns(const struct ledger_record *record, const struct fact *fact)
{
    return (uint64_t)(fact->at_ns - record->enqueued_ns);
}

PART bool is_deleted_plainly(const struct observe *observe, const struct fact *fact, bool is_fifo)
{
    if (!ledger_knows(&observe->ledger, fact->message))
        return false;
    const struct ledger_record *record = record_of(observe, fact);
    if (record->queue != fact->node || !ledger_is_done(record, is_fifo))
        return false;
    const struct queue_account *queue = observe->queues[fact->node];
    return is_fifo ? queue->traits.is_fifo : hist_has_bin(&queue->sojourn, stayed_ns(record, fact));
}

PART void delete_plainly(struct observe *observe, const struct fact *fact, int64_t into_ns,
                         bool is_fifo)
{
    struct queue_account *queue = observe->queues[fact->node];
    struct ledger_record *record = record_of(observe, fact);
    queue->counts.deleted++;
    queue->counts.calls += fact->n == 0;
    if (is_fifo) /* in a deep queue each stays longer than all before */
        hist_add(&queue->sojourn, (int64_t)stayed_ns(record, fact));
    else
        hist_count(&queue->sojourn, stayed_ns(record, fact));
    series_down(&queue->depth[LEDGER_IN_FLIGHT], into_ns);
    ledger_delete_done(record);
    metric_age_left(queue, &observe->ledger, record, fact->at_ns);
}

APART void hear_plain_fifo_deleted(struct observe *observe, const struct fact *fact,
                                   int64_t into_ns)
{
    if (!LIKELY(is_deleted_plainly(observe, fact, true))) {
        hear_deleted(observe, fact, into_ns);
        return;
    }
    struct queue_account *queue = observe->queues[fact->node];
    struct group *group = group_of(queue, fact);
    if (--group->in_flight == 0)
        series_down(&queue->groups_in_flight, into_ns);
    groups_leave(&observe->links, group, fact->message);
    delete_plainly(observe, fact, into_ns, true);
}

void hear_plain_deleted(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    if (LIKELY(is_deleted_plainly(observe, fact, false)))
        delete_plainly(observe, fact, into_ns, false);
    else
        hear_plain_fifo_deleted(observe, fact, into_ns);
}
