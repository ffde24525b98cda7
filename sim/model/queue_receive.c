// SPDX-License-Identifier: GPL-3.0-or-later
/* ReceiveMessage at a queue: hand out what is available, move what was received too often, park a
 * long poll, and answer parked polls in order of arrival when something becomes available. */
#include "model/queue.h"

#include "base/must.h"

/* What the side tables say of a message at its receive, and what they note of the receive (RCV-7).
 */
static __attribute__((noinline)) void look_further(struct messages *messages, struct delivery *out,
                                                   int64_t now_ns)
{
    const struct message_side *side = &messages->side;
    const uint32_t slot = out->slot;
    out->bytes = messages_bytes(messages, slot);
    out->body = side->body ? side->body[slot] : 0;
    out->service_ns = side->service_ns ? side->service_ns[slot] : 0;
    out->path = side->path ? side->path[slot] : 0;
    if (side->received_ns != NULL)
        side->received_ns[slot] = now_ns;
    if (side->first_received_ns != NULL && out->receives == 1)
        side->first_received_ns[slot] = now_ns;
}

/* Often the group is all. */
static __attribute__((noinline)) void look_aside(struct messages *messages, struct delivery *out,
                                                 int64_t now_ns)
{
    out->group = messages_group(messages, out->slot);
    if (messages->wants != MESSAGE_WANT_GROUP)
        look_further(messages, out, now_ns);
}

/* DLQ-11: every receive counts, whatever becomes of the message. */
static inline void hand_out(struct queue *queue, const struct poll *poll, uint32_t index,
                            uint32_t slot, int64_t deadline_ns, int64_t now_ns)
{
    struct messages *messages = queue->messages;
    struct message *m = &messages->at[slot];
    struct delivery *out = &poll->out[index];
    const int64_t shown_ns = messages_deadline_ns(messages, slot);
    queue->visible--;
    queue->in_flight++;
    m->state = MESSAGE_IN_FLIGHT;
    if (m->receives < UINT16_MAX)
        m->receives++;
    messages->deadlines[slot].at_ns = deadline_ns;
    deadlines_add(&queue->hidden, messages, slot);
    queue_arm(queue, deadline_ns);
    *out = (struct delivery){.slot = slot,
                             .seq = m->seq,
                             .receives = m->receives,
                             .group = MESSAGE_NO_GROUP,
                             .bytes = messages->default_bytes,
                             .body = 0,
                             .root = message_root(m),
                             .sent_ns = m->sent_ns,
                             .service_ns = 0,
                             .path = 0};
    if (messages->wants != 0)
        look_aside(messages, out, now_ns);
    const struct fact fact = {
        .at_ns = now_ns,
        .who = probe_who(PROBE_DELIVERED, queue->service.node.id, poll->caller, (uint16_t)index),
        .message = slot,
        .delivery = out->receives,
        .group = out->group,
        .bytes = out->bytes,
        .root = out->root,
        .seq = out->seq,
        .value = deadline_ns,
        .other = shown_ns};
    probe_emit(queue->probe, &fact);
}

/* What a hand-out leaves visible: a time-out of 0 (RCV-6), and copies that the store kept (RCV-11).
 * Done at the end of the call, so that one call never returns a message twice. */
static void show_again(struct queue *queue, const struct poll *poll, int64_t visibility_ns,
                       int64_t now_ns)
{
    const bool may_copy = queue->cfg->storage.duplicate_p > 0.0;
    if (visibility_ns != 0 && !may_copy)
        return;
    for (uint32_t i = 0; i < poll->count; i++) {
        if (visibility_ns == 0)
            queue_show(queue, poll->out[i].slot, SHOWN_HIDDEN_OVER, now_ns);
        else if (queue->kind->survives_receive(queue))
            queue_show(queue, poll->out[i].slot, SHOWN_COPIED, now_ns);
    }
}

/* The message that comes next, no longer in the kind's order; MESSAGE_NONE if there is none.
 * DLQ-1: what was received too often is moved at the receive that would have returned it, without
 * using up a place. */
static uint32_t take_next(struct queue *queue, bool is_short, bool *moved, int64_t now_ns)
{
    while (queue->visible > 0) {
        const uint32_t slot = queue->is_ordered ? visible_first(&queue->order, queue->messages)
                                                : queue->kind->first(queue, is_short, now_ns);
        if (slot == MESSAGE_NONE)
            return MESSAGE_NONE;
        if (queue->dead_letter == NULL ||
            queue_message(queue, slot)->receives < queue->max_receives) {
            queue_hide(queue, slot);
            if (queue->kind->taken != NULL)
                queue->kind->taken(queue, slot, now_ns);
            return slot;
        }
        queue_redrive(queue, slot, now_ns);
        *moved = true;
    }
    return MESSAGE_NONE;
}

/* What fill goes on with: one message after the other. */
static __attribute__((noinline)) bool fill_slowly(struct queue *queue, struct poll *poll,
                                                  bool is_short, int64_t visibility_ns,
                                                  int64_t now_ns)
{
    bool moved = false, limited = false;
    while (poll->count < poll->max && queue->visible > 0) {
        /* RCV-9.  No limit is a number that is never reached. */
        limited = queue->in_flight >= (uint64_t)queue->in_flight_limit;
        if (limited)
            break;
        uint32_t slot = MESSAGE_NONE;
        if (queue->is_ordered)
            slot = visible_take_fresh(&queue->order, queue->messages);
        if (slot == MESSAGE_NONE)
            slot = take_next(queue, is_short, &moved, now_ns);
        if (slot == MESSAGE_NONE)
            break;
        hand_out(queue, poll, poll->count++, slot, now_ns + visibility_ns, now_ns);
    }
    if (visibility_ns == 0 || !queue->is_ideal)
        show_again(queue, poll, visibility_ns, now_ns);
    if (moved)
        queue_match(queue->dead_letter, now_ns);
    return !limited;
}

/* Fills the poll from what is offered, which is not nothing; returns false if the in-flight limit
 * stopped it.  poll->count is 0.  Mostly it asks for one message, and one never received is in
 * front. */
static inline bool fill(struct queue *queue, struct poll *poll, bool is_short, int64_t now_ns)
{
    const int64_t visibility_ns =
        poll->visibility_ns < 0 ? queue->visibility_ns : poll->visibility_ns;
    const bool is_plain = queue->is_ideal && visibility_ns != 0 &&
                          queue->in_flight < (uint64_t)queue->in_flight_limit;
    uint32_t slot = MESSAGE_NONE;
    queue->call_number++;
    if (is_plain && queue->is_ordered)
        slot = visible_take_fresh(&queue->order, queue->messages);
    else if (is_plain && queue->kind->take != NULL)
        slot = queue->kind->take(queue);
    if (slot != MESSAGE_NONE) {
        poll->count = 1;
        hand_out(queue, poll, 0, slot, now_ns + visibility_ns, now_ns);
        if (poll->max == 1)
            return true;
    }
    return fill_slowly(queue, poll, is_short, visibility_ns, now_ns);
}

static void unpark(struct queue *queue, struct poll *poll)
{
    if (poll->next == poll) {
        queue->polls = NULL;
        queue->polls_in_order = true;
    } else {
        poll->next->prev = poll->prev;
        poll->prev->next = poll->next;
        if (queue->polls == poll)
            queue->polls = poll->next;
    }
    poll->next = NULL;
    if (queue->polls_late > 0 && event_is_pending(&poll->late)) {
        engine_cancel(queue->engine, &poll->late);
        queue->polls_late--;
    }
}

static void say_empty(struct queue *queue, const struct poll *poll, int64_t now_ns)
{
    struct fact fact = queue_call_fact(queue, PROBE_EMPTY, poll->caller, now_ns);
    fact.value = now_ns - poll->started_ns;
    probe_emit(queue->probe, &fact);
}

/* The wait is over, and all else at this instant has happened. */
static void on_wait_over(struct event *event, int64_t now_ns)
{
    struct poll *poll = EVENT_OWNER(event, struct poll, late);
    struct queue *queue = poll->queue;
    queue->polls_late--;
    unpark(queue, poll);
    poll->status = RECEIVE_EMPTY;
    say_empty(queue, poll, now_ns);
    poll->on_answer(poll, now_ns);
}

void queue_end_wait(struct queue *queue, struct poll *poll)
{
    if (event_is_pending(&poll->late))
        return;
    poll->queue = queue;
    poll->late.on_due = on_wait_over;
    engine_late(queue->engine, &poll->late);
    queue->polls_late++;
}

/* RCV-4: waiters stand in order of arrival. */
static void park(struct queue *queue, struct poll *poll)
{
    struct poll *head = queue->polls;
    if (head == NULL) {
        poll->next = poll->prev = poll;
        queue->polls = poll;
    } else {
        if (head->prev->ends_ns > poll->ends_ns)
            queue->polls_in_order = false;
        poll->next = head;
        poll->prev = head->prev;
        head->prev->next = poll;
        head->prev = poll;
    }
    queue_arm(queue, poll->ends_ns);
}

/* DLQ-10: also when dead letters are all that was found. */
static enum receive_status answer_empty(struct queue *queue, struct poll *poll, bool within_limit,
                                        int64_t wait_ns, int64_t now_ns)
{
    poll->started_ns = now_ns;
    poll->ends_ns = now_ns + wait_ns;
    if (!within_limit && !queue->is_fifo && wait_ns == 0) {
        const struct fact fact = queue_call_fact(queue, PROBE_OVER_LIMIT, poll->caller, now_ns);
        probe_emit(queue->probe, &fact);
        return RECEIVE_OVER_LIMIT;
    }
    if (wait_ns > 0) {
        park(queue, poll);
        return RECEIVE_WAITS;
    }
    say_empty(queue, poll, now_ns);
    return RECEIVE_EMPTY;
}

static __attribute__((noinline)) bool admit_receive(struct queue *queue, const struct poll *poll,
                                                    int64_t now_ns)
{
    const uint32_t group = MESSAGE_NO_GROUP;
    return queue_admit_call(queue, ACTION_RECEIVE, &group, 1, poll->caller, now_ns);
}

enum receive_status queue_receive(struct queue *queue, struct poll *poll, int64_t now_ns)
{
    /* RCV-2: an explicit wait, 0 too, overrides the queue's. */
    const int64_t wait_ns = poll->wait_ns < 0 ? queue->wait_ns : poll->wait_ns;
    bool within_limit;
    MUST(poll->next == NULL && poll->max - 1 < 10);
    queue_settle(queue, now_ns);
    queue_match(queue, now_ns); /* RCV-4: whoever waits comes first */
    poll->count = 0;
    if (queue->is_guarded && !admit_receive(queue, poll, now_ns))
        return poll->status = RECEIVE_THROTTLED;
    if (*queue->offered > 0)
        within_limit = fill(queue, poll, wait_ns == 0, now_ns);
    else /* RCV-9: at the limit, whether something is there or not */
        within_limit = queue->in_flight < (uint64_t)queue->in_flight_limit;
    if (poll->count > 0)
        return poll->status = RECEIVE_MESSAGES;
    return poll->status = answer_empty(queue, poll, within_limit, wait_ns, now_ns);
}

bool queue_receive_again(struct queue *queue, struct poll *poll, uint64_t attempt, int64_t now_ns)
{
    if (attempt == 0 || queue->kind->repeat == NULL)
        return false;
    queue_settle(queue, now_ns);
    queue_match(queue, now_ns); /* RCV-4: whoever waits comes first */
    if (!queue->kind->repeat(queue, poll, attempt, now_ns))
        return false;
    queue_match(queue, now_ns); /* a time-out of 0 shows */
    return true;
}

void queue_remember_attempt(struct queue *queue, const struct poll *poll, uint64_t attempt,
                            int64_t called_ns)
{
    if (attempt != 0 && queue->kind->remember != NULL)
        queue->kind->remember(queue, poll, attempt, called_ns);
}

/* Among thousands of callers neither this one nor the next is in the nearest cache. */
static inline void fetch_caller(const struct poll *poll)
{
    const struct poll *next = poll->next;
    for (int i = 1; i <= POLL_CALLER_LINES; i++)
        __builtin_prefetch((const char *)poll - i * 64, 1);
    __builtin_prefetch(next, 1);
    __builtin_prefetch((const char *)next + 64, 1);
}

/* RCV-3: the first that is there answers, however many were asked for. */
void queue_match_slowly(struct queue *queue, int64_t now_ns)
{
    while (queue->polls != NULL && *queue->offered > 0) {
        struct poll *poll = queue->polls;
        fetch_caller(poll);
        poll->count = 0;
        fill(queue, poll, false, now_ns);
        if (poll->count == 0)
            return;
        unpark(queue, poll);
        poll->status = RECEIVE_MESSAGES;
        poll->on_answer(poll, now_ns);
    }
}

void queue_refuse_waiting(struct queue *queue, int64_t now_ns)
{
    while (queue->polls != NULL) {
        struct poll *poll = queue->polls;
        struct fact fact = queue_call_fact(queue, PROBE_THROTTLED, poll->caller, now_ns);
        fact.value = ACTION_RECEIVE;
        unpark(queue, poll);
        poll->status = RECEIVE_THROTTLED;
        probe_emit(queue->probe, &fact);
        poll->on_answer(poll, now_ns);
    }
}

void queue_withdraw(struct queue *queue, struct poll *poll)
{
    if (poll->next != NULL)
        unpark(queue, poll);
}
