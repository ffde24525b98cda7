// SPDX-License-Identifier: GPL-3.0-or-later
/* Messages and their states, one handler a kind of fact.
 *
 * Entering, changing state and leaving are three steps that all kinds share; they keep ledger,
 * gauges, line and groups in agreement.  The ledger is right whether metrics and invariants are on
 * or not. */
#include "observe/hear.h"

#include "observe/invariant.h"
#include "observe/metric.h"
#include "observe/metric_chain.h"
#include "observe/metric_fair.h"
#include "observe/works.h"

/* A FIFO message is taken in flight or comes out of it. */
static void shift_group(struct queue_account *queue, uint32_t number, int64_t into_ns,
                        enum ledger_state from, enum ledger_state to)
{
    const bool is_taken = to == LEDGER_IN_FLIGHT;
    if ((from == LEDGER_IN_FLIGHT) == is_taken)
        return;
    struct group *group = groups_of(&queue->groups, number);
    if (is_taken && group->in_flight++ == 0)
        series_up(&queue->groups_in_flight, into_ns);
    if (!is_taken && --group->in_flight == 0)
        series_down(&queue->groups_in_flight, into_ns);
}

/* Gauges follow the message from its state to another, or out. */
static inline void shift(struct observe *observe, struct queue_account *queue,
                         struct ledger_record *record, const struct fact *fact, int64_t into_ns,
                         enum ledger_state from, enum ledger_state to)
{
    ledger_set_state(record, to);
    metric_depth_shift(queue, from, to, into_ns);
    if (queue->traits.is_fifo)
        shift_group(queue, fact->group, into_ns, from, to);
    if (queue->traits.is_fair)
        metric_fair_shift(observe, queue, fact->message, into_ns, from, to);
}

/* The slot's message is in the queue from now on, delayed if visible_ns lies ahead.  Its record
 * tells since when its retention runs and when its send was called. */
static inline void enter(struct observe *observe, struct queue_account *queue, uint16_t node,
                         struct ledger_record *record, const struct fact *fact, int64_t into_ns,
                         int64_t visible_ns)
{
    const int64_t at_ns = fact->at_ns;
    record->queue = node;
    record->place = metric_age_entered(queue, &observe->ledger, fact->message, at_ns);
    if (queue->traits.is_fifo) {
        groups_enter(&queue->groups, &observe->links, fact->message, fact->group);
        ledger_set(record, LEDGER_GROUPED);
    }
    if (queue->traits.is_fair)
        metric_fair_entered(observe, queue, fact);
    if (visible_ns > at_ns) {
        ledger_set_since(&observe->ledger, fact->message, visible_ns);
        shift(observe, queue, record, fact, into_ns, LEDGER_GONE, LEDGER_DELAYED);
    } else {
        ledger_set_since(&observe->ledger, fact->message, at_ns);
        shift(observe, queue, record, fact, into_ns, LEDGER_GONE, LEDGER_VISIBLE);
    }
}

static inline void leave(struct observe *observe, struct queue_account *queue,
                         struct ledger_record *record, const struct fact *fact, int64_t into_ns,
                         enum ledger_state from)
{
    works_left(observe, record, fact);
    shift(observe, queue, record, fact, into_ns, from, LEDGER_GONE);
    metric_age_left(queue, &observe->ledger, record, fact->at_ns);
    if (queue->traits.is_fifo)
        groups_leave(&observe->links, groups_of(&queue->groups, fact->group), fact->message);
    if (queue->traits.is_fair)
        metric_fair_aged(observe, queue, fact);
}

static inline struct ledger_record *open_record(struct observe *observe, const struct fact *fact)
{
    struct ledger_record *record = ledger_open(&observe->ledger, fact->message);
    invariant_conservation_free(observe, fact, record);
    record->enqueued_ns = fact->at_ns;
    record->bits = (uint16_t)(observe->cohort_bit | LEDGER_OWN_COUNT);
    return record;
}

void hear_accepted(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    struct queue_account *queue = account_queue(observe, fact->node);
    struct ledger_record *record = open_record(observe, fact);
    queue->counts.accepted++;
    metric_cost_add(queue, fact, fact->bytes, !queue->traits.is_fifo && fact->group != LEDGER_NONE);
    queue->counts.bytes += fact->bytes;
    if (queue->traits.is_fifo)
        invariant_dedup_accepted(observe, queue, fact);
    if (fact->value != fact->at_ns)
        ledger_set_called(&observe->ledger, fact->message, fact->value);
    if (observe->setting.forwards != NULL)
        metric_chain_accepted(observe, fact);
    enter(observe, queue, fact->node, record, fact, into_ns, fact->other);
}

void hear_preloaded(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    struct queue_account *queue = account_queue(observe, fact->node);
    struct ledger_record *record = open_record(observe, fact);
    queue->counts.preloaded++;
    enter(observe, queue, fact->node, record, fact, into_ns, fact->at_ns);
}

/* What the metrics make of a delivery, the record being as before it. */
static void measure_delivery(struct observe *observe, struct queue_account *queue,
                             const struct ledger_record *record, const struct fact *fact)
{
    metric_latency_delivered(queue, &observe->ledger, fact->message, fact->at_ns);
    if (ledger_receives(record) > 0)
        return;
    if (queue->traits.is_fair)
        metric_fair_received(observe, queue, fact);
    uint32_t *furthest = &queue->furthest;
    if (queue->traits.is_fifo)
        furthest = &groups_of(&queue->groups, fact->group)->furthest;
    metric_order_received(queue, furthest, record, fact->root);
}

void hear_delivered(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    struct queue_account *queue = account_queue(observe, fact->node);
    struct ledger_record *record = invariant_conservation_there(observe, fact);
    const unsigned receives = ledger_receives(record);
    queue->counts.received++;
    metric_cost_add(queue, fact, fact->bytes, false);
    invariant_visibility_delivered(observe, queue, record, fact);
    invariant_redrive_delivered(observe, queue, record, fact);
    if (queue->traits.is_fifo)
        invariant_fifo_order_delivered(observe, queue, groups_of(&queue->groups, fact->group),
                                       fact);
    measure_delivery(observe, queue, record, fact);
    works_delivered(observe, record, fact);
    ledger_count_receive(record);
    shift(observe, queue, record, fact, into_ns, ledger_state(record), LEDGER_IN_FLIGHT);
    ledger_set_since(&observe->ledger, fact->message, fact->value);
    /* CW-4: this one is too many for the age. */
    if (receives != queue->line.receives_most)
        return;
    metric_age_left(queue, &observe->ledger, record, fact->at_ns);
    if (queue->traits.is_fair)
        metric_fair_aged(observe, queue, fact);
}

void hear_shown(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    struct queue_account *queue = account_queue(observe, fact->node);
    struct ledger_record *record = invariant_conservation_there(observe, fact);
    invariant_visibility_over(observe, queue, record, fact);
    shift(observe, queue, record, fact, into_ns, ledger_state(record), LEDGER_VISIBLE);
    ledger_set_since(&observe->ledger, fact->message, fact->at_ns);
}

void hear_extended(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    struct queue_account *queue = account_queue(observe, fact->node);
    struct ledger_record *record = invariant_conservation_there(observe, fact);
    if (fact->other == 1) { /* CW-3: RCV-12's receives are some */
        queue->counts.received++;
        metric_cost_add(queue, fact, fact->bytes, false);
    } else {
        queue->counts.calls += fact->n == 0;
    }
    invariant_visibility_extended(observe, queue, record, fact);
    /* VIS-2: a message that is visible already stays so; no HIDDEN_OVER follows. */
    if (ledger_state(record) == LEDGER_VISIBLE && fact->value == fact->at_ns)
        return;
    /* VIS-4: one that is back is hidden again. */
    shift(observe, queue, record, fact, into_ns, ledger_state(record), LEDGER_IN_FLIGHT);
    ledger_set_since(&observe->ledger, fact->message, fact->value);
}

void hear_deleted(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    struct queue_account *queue = account_queue(observe, fact->node);
    struct ledger_record *record = invariant_conservation_there(observe, fact);
    queue->counts.deleted++;
    queue->counts.calls += fact->n == 0;
    invariant_visibility_deleted(observe, queue, record, fact);
    metric_latency_deleted(queue, &observe->ledger, fact->message, fact->at_ns);
    leave(observe, queue, record, fact, into_ns, ledger_state(record));
    ledger_set(record, LEDGER_WAS_DELETED);
}

/* The message is lost to whoever waits for its success. */
static void lose(struct observe *observe, struct queue_account *queue, struct ledger_record *record,
                 const struct fact *fact, int64_t into_ns)
{
    metric_latency_left(queue, &observe->ledger, fact->message, fact->at_ns);
    leave(observe, queue, record, fact, into_ns, ledger_state(record));
    if (!ledger_has(record, LEDGER_FINISHED))
        metric_chain_lost(observe, fact);
}

void hear_expired(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    struct queue_account *queue = account_queue(observe, fact->node);
    struct ledger_record *record = invariant_conservation_there(observe, fact);
    queue->counts.expired++;
    invariant_visibility_expired(observe, queue, record, fact);
    if (ledger_has(record, LEDGER_COUNTED) && !ledger_has(record, LEDGER_WAS_DELETED))
        queue->cohort.lost++;
    lose(observe, queue, record, fact, into_ns);
}

void hear_purged(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    struct queue_account *queue = account_queue(observe, fact->node);
    invariant_dedup_purged(observe, queue);
    /* The call itself. */
    if (fact->message == LEDGER_NONE) {
        queue->counts.calls++;
        return;
    }
    struct ledger_record *record = invariant_conservation_there(observe, fact);
    queue->counts.purged++;
    lose(observe, queue, record, fact, into_ns);
}

/* The slot goes on in the peer queue: with its receive count and, in a standard queue, its clock if
 * dead-lettered (DLQ-2, DLQ-3), else as a new message (MOVE-7). */
void hear_moved(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    struct queue_account *from = account_queue(observe, fact->node);
    struct queue_account *to = account_queue(observe, fact->peer);
    struct ledger_record *record = invariant_conservation_there(observe, fact);
    const bool is_dead = fact->kind == PROBE_DEAD_LETTERED;
    const int64_t called_ns = ledger_called_ns(&observe->ledger, fact->message);
    invariant_visibility_moved(observe, record, fact);
    if (is_dead)
        invariant_redrive_moved(observe, from, record, fact);
    if (is_dead && ledger_has(record, LEDGER_COUNTED))
        from->cohort.dead_lettered++;
    metric_latency_left(from, &observe->ledger, fact->message, fact->at_ns);
    leave(observe, from, record, fact, into_ns, ledger_state(record));
    from->counts.dead_out += is_dead;
    from->counts.moved_out += !is_dead;
    to->counts.dead_in += is_dead;
    to->counts.moved_in += !is_dead;
    if (!is_dead) {
        to->counts.bytes += fact->bytes;
        metric_cost_moved(from, to, fact);
    }
    record->enqueued_ns = is_dead ? fact->other : fact->at_ns;
    record->bits = (uint16_t)(observe->cohort_bit | (is_dead ? 0u : (unsigned)LEDGER_OWN_COUNT));
    ledger_set_entered(&observe->ledger, fact->message, fact->at_ns);
    ledger_set_called(&observe->ledger, fact->message, called_ns);
    enter(observe, to, fact->peer, record, fact, into_ns, is_dead ? fact->at_ns : fact->other);
}

/* RCV-11: a copy makes the message visible, after its delivery or even after its delete; its record
 * goes on where it stood. */
void hear_back(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    struct queue_account *queue = account_queue(observe, fact->node);
    struct ledger_record *record = ledger_open(&observe->ledger, fact->message);
    if (fact->kind == PROBE_RESURRECTED)
        invariant_conservation_free(observe, fact, record);
    else
        record = invariant_conservation_there(observe, fact);
    invariant_visibility_back(observe, queue, record, fact);
    if (fact->kind == PROBE_RESURRECTED) {
        queue->counts.resurrected++;
        if (queue->traits.is_fifo)
            groups_enter(&queue->groups, &observe->links, fact->message, fact->group);
        record->queue = queue->node->id;
        if (ledger_receives(record) <= queue->line.receives_most)
            record->place = metric_age_entered(queue, &observe->ledger, fact->message, fact->at_ns);
        if (queue->traits.is_fair)
            metric_fair_entered(observe, queue, fact);
    }
    shift(observe, queue, record, fact, into_ns, ledger_state(record), LEDGER_VISIBLE);
    ledger_set_since(&observe->ledger, fact->message, fact->at_ns);
}
