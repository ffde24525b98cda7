// SPDX-License-Identifier: GPL-3.0-or-later
/* What enters a queue: SendMessage and SendMessageBatch (settle, check the call, then each entry,
 * store, match), and messages that wait from the beginning.  A scenario's actors and the line
 * protocol call the same function; it takes no simulated time. */
#include "model/queue.h"

static void reject(struct queue *queue, const struct send *send, size_t index,
                   enum send_status status, int64_t now_ns)
{
    struct fact fact = queue_call_fact(queue, PROBE_REJECTED, send->producer, now_ns);
    fact.n = (uint16_t)index;
    fact.bytes = send->bytes;
    fact.root = send->root;
    fact.value = status;
    probe_emit(queue->probe, &fact);
}

static void say_deduplicated(struct queue *queue, const struct send *send, size_t index,
                             const struct sent *reply, int64_t now_ns)
{
    struct fact fact = queue_call_fact(queue, PROBE_DEDUPED, send->producer, now_ns);
    fact.n = (uint16_t)index;
    fact.delivery = probe_branch(send->path);
    fact.bytes = send->bytes;
    fact.group = send->group;
    fact.root = send->root;
    fact.value = (int64_t)send->dedup;
    fact.other = reply->first_ns;
    probe_emit(queue->probe, &fact);
}

static __attribute__((noinline)) void fill_more(struct queue *queue, uint32_t slot,
                                                const struct send *send)
{
    struct messages *messages = queue->messages;
    const struct message_side *side = &messages->side;
    messages_clear_side(messages, slot);
    if (side->group != NULL)
        side->group[slot].number = send->group;
    if (side->bytes != NULL)
        side->bytes[slot] = send->bytes;
    if (side->body != NULL)
        side->body[slot] = send->body;
    if (side->service_ns != NULL)
        side->service_ns[slot] = send->service_ns;
    if (side->dedup != NULL)
        side->dedup[slot] = send->dedup;
    if (side->path != NULL)
        side->path[slot] = send->path;
}

/* Often the group is all. */
static __attribute__((noinline)) void fill_side(struct queue *queue, uint32_t slot,
                                                const struct send *send, int64_t now_ns)
{
    if (queue->messages->wants == MESSAGE_WANT_GROUP)
        queue->messages->side.group[slot] =
            (struct message_group){send->group, MESSAGE_NONE, MESSAGE_NONE};
    else
        fill_more(queue, slot, send);
    queue_expect_group(queue, slot, now_ns);
}

/* SND-7: a message's own delay wins on a standard queue; SND-8, FIFO-26: on FIFO only the queue's
 * counts. */
static int64_t delay_of(const struct queue *queue, const struct send *send)
{
    return queue->is_fifo || send->delay_ns < 0 ? queue->delay_ns : send->delay_ns;
}

/* What was moved in last, if it is still here: a move gives a new seq. */
static uint32_t moved_in(const struct queue *queue)
{
    const struct message *at = queue->messages->at;
    const uint32_t slot = queue->moved_in.slot;
    const bool is_here = slot != MESSAGE_NONE && at[slot].state != MESSAGE_FREE &&
                         at[slot].seq == queue->moved_in.seq;
    return is_here ? slot : MESSAGE_NONE;
}

/* The last message that was sent no later, or MESSAGE_NONE.  It is looked for from the newest and,
 * since those moved in mostly come in order, from the last of them, by turns. */
static uint32_t find_older(struct queue *queue, uint32_t slot)
{
    const struct message *at = queue->messages->at;
    const int64_t sent_ns = at[slot].sent_ns;
    uint32_t back = queue->newest, near = moved_in(queue);
    if (back == MESSAGE_NONE || at[back].sent_ns <= sent_ns)
        return back;
    while (back != MESSAGE_NONE && at[back].sent_ns > sent_ns) {
        back = at[back].older;
        if (near == MESSAGE_NONE)
            continue;
        const uint32_t newer = at[near].newer;
        if (at[near].sent_ns > sent_ns) {
            near = at[near].older;
            back = near == MESSAGE_NONE ? near : back;
        } else if (newer != MESSAGE_NONE && at[newer].sent_ns <= sent_ns) {
            near = newer;
        } else {
            back = near;
        }
    }
    queue->moved_in.slot = slot;
    queue->moved_in.seq = at[slot].seq;
    return back;
}

/* Links the message behind the last one that was sent no later.  Arrivals go to the tail; only
 * messages moved into a dead-letter queue, which keep their enqueue time (DLQ-3), look further. */
static inline void link_by_age(struct queue *queue, uint32_t slot, bool is_arrival)
{
    struct message *at = queue->messages->at;
    const uint32_t older = is_arrival ? queue->newest : find_older(queue, slot);
    const uint32_t newer = older == queue->newest  ? MESSAGE_NONE
                           : older == MESSAGE_NONE ? queue->oldest
                                                   : at[older].newer;
    at[slot].older = older;
    at[slot].newer = newer;
    if (older == MESSAGE_NONE)
        queue->oldest = slot;
    else
        at[older].newer = slot;
    if (newer == MESSAGE_NONE)
        queue->newest = slot;
    else
        at[newer].older = slot;
}

static void store_delayed(struct queue *queue, uint32_t slot)
{
    struct message *m = queue_message(queue, slot);
    m->state = MESSAGE_DELAYED;
    queue->delayed++;
    deadlines_add(&queue->delays, queue->messages, slot);
    queue_arm(queue, queue->messages->deadlines[slot].at_ns);
}

static inline void store(struct queue *queue, uint32_t slot, const struct send *send, bool delayed,
                         int64_t now_ns)
{
    struct message *m = queue_message(queue, slot);
    const struct queue_kind *kind = queue->kind;
    const int64_t expires_ns = m->sent_ns + queue->retention_ns;
    link_by_age(queue, slot, send != NULL);
    if (delayed) {
        store_delayed(queue, slot);
    } else {
        m->state = MESSAGE_VISIBLE;
        queue->visible++;
    }
    if (kind->stored != NULL)
        kind->stored(queue, slot, send, now_ns);
    else if (!delayed && kind->uses_order && send != NULL)
        visible_add_fresh(&queue->order, queue->messages, slot);
    else if (!delayed)
        kind->shown(queue, slot, send ? SHOWN_SENT : SHOWN_MOVED, now_ns);
    if (queue->drains)
        engine_hold(queue->engine);
    queue_arm(queue, expires_ns > now_ns ? expires_ns : now_ns);
}

void queue_store(struct queue *queue, uint32_t slot, const struct send *send, int64_t now_ns)
{
    const bool delayed = send == NULL && queue->messages->deadlines[slot].at_ns > now_ns;
    store(queue, slot, send, delayed, now_ns);
}

static inline void accept(struct queue *queue, const struct send *send, size_t index,
                          struct sent *reply, int64_t now_ns)
{
    struct messages *messages = queue->messages;
    const uint32_t slot = messages_take_bare(messages);
    const int64_t delay_ns = delay_of(queue, send);
    struct message *m = &messages->at[slot];
    message_set_root(m, send->root);
    m->sent_ns = now_ns;
    m->flags = (uint8_t)(send->flags & MESSAGE_POISON);
    if (delay_ns > 0)
        messages->deadlines[slot].at_ns = now_ns + delay_ns;
    if (messages->wants != 0)
        fill_side(queue, slot, send, now_ns);
    const struct fact fact = {
        .at_ns = now_ns,
        .who = probe_who(PROBE_ACCEPTED, queue->service.node.id, send->producer, (uint16_t)index),
        .message = slot,
        .delivery = probe_branch(send->path),
        .group = messages_group(messages, slot),
        .bytes = send->bytes,
        .root = send->root,
        .seq = m->seq,
        .value = send->called_ns,
        .other = now_ns + delay_ns};
    store(queue, slot, send, delay_ns > 0, now_ns);
    reply->slot = slot;
    reply->root = send->root;
    if (messages->live >= queue->stored_limit)
        engine_stop(queue->engine);
    probe_emit(queue->probe, &fact);
}

void queue_preload(struct queue *queue, uint64_t count,
                   uint32_t (*group_of)(void *context, uint64_t i), void *context)
{
    for (uint64_t i = 0; i < count; i++) {
        const uint32_t slot = messages_take(queue->messages);
        struct message *m = queue_message(queue, slot);
        const struct send send = {.root = probe_root(NODE_NONE, i), .delay_ns = 0};
        message_set_root(m, send.root);
        if (queue->messages->side.group != NULL && group_of != NULL)
            queue->messages->side.group[slot].number = group_of(context, i);
        queue->sequence++;
        queue_expect_group(queue, slot, 0);
        const struct fact fact = queue_fact(queue, PROBE_PRELOADED, slot, 0);
        probe_emit(queue->probe, &fact);
        queue_store(queue, slot, &send, 0);
        if (queue->messages->live >= queue->stored_limit) {
            engine_stop(queue->engine);
            return;
        }
    }
}

/* Is an entry good by itself, and new?  SND-1: the limit is inclusive. */
static inline enum send_status admit(struct queue *queue, const struct send *send,
                                     struct sent *reply, int64_t now_ns)
{
    if (send->bytes > queue->max_bytes)
        return SEND_TOO_LONG;
    if (queue->kind->admit != NULL)
        return queue->kind->admit(queue, send, reply, now_ns);
    return send->dedup != 0 ? SEND_HAS_DEDUP : SEND_OK; /* SND-12 */
}

static __attribute__((noinline)) void turn_away(struct queue *queue, const struct send *send,
                                                size_t index, const struct sent *reply,
                                                int64_t now_ns)
{
    if (reply->status == SEND_DEDUPLICATED)
        say_deduplicated(queue, send, index, reply, now_ns);
    else
        reject(queue, send, index, reply->status, now_ns); /* SND-3: the entry alone */
}

static inline void send_one(struct queue *queue, const struct send *send, size_t index,
                            struct sent *reply, int64_t now_ns)
{
    const enum send_status status = admit(queue, send, reply, now_ns);
    reply->slot = MESSAGE_NONE;
    reply->status = status;
    if (__builtin_expect(status == SEND_OK, 1))
        accept(queue, send, index, reply, now_ns);
    else
        turn_away(queue, send, index, reply, now_ns);
}

static enum send_status fail_call(struct queue *queue, const struct send *entries, size_t count,
                                  struct sent *replies, enum send_status status, int64_t now_ns)
{
    if (status == SEND_BAD_BATCH)
        return status;
    for (size_t i = 0; i < count; i++) {
        replies[i] = (struct sent){.status = status, .slot = MESSAGE_NONE};
        if (status != SEND_THROTTLED)
            reject(queue, &entries[i], i, status, now_ns);
    }
    return status;
}

/* LIM-4: a batch counts against the partitions of its groups. */
static bool admit_send(struct queue *queue, const struct send *entries, size_t count,
                       int64_t now_ns)
{
    uint32_t groups[10];
    for (size_t i = 0; i < count; i++)
        groups[i] = entries[i].group;
    return queue_admit_call(queue, ACTION_SEND, groups, count, entries[0].producer, now_ns);
}

/* SND-2: a batch's limit is not the queue's, and it comes first.  SND-11: an entry without its
 * group or deduplication id fails all of them. */
enum send_status queue_check_batch(const struct queue *queue, const struct send *entries,
                                   size_t count)
{
    int64_t total_bytes = 0;
    for (size_t i = 0; i < count; i++)
        total_bytes += entries[i].bytes;
    if (total_bytes > queue->limits->batch_bytes)
        return SEND_BATCH_TOO_LONG;
    for (size_t i = 0; i < count; i++) {
        const enum send_status status =
            queue->kind->check != NULL ? queue->kind->check(queue, &entries[i]) : SEND_OK;
        if (status == SEND_NEEDS_GROUP || status == SEND_NEEDS_DEDUP)
            return status;
    }
    return SEND_OK;
}

/* What fails a call as a whole: a quota, or the shape of a batch. */
static enum send_status check_call(struct queue *queue, const struct send *entries, size_t count,
                                   int64_t now_ns)
{
    if (count < 1 || count > 10)
        return SEND_BAD_BATCH; /* SND-4 */
    if (queue->is_guarded && !admit_send(queue, entries, count, now_ns))
        return SEND_THROTTLED;
    return count == 1 ? SEND_OK : queue_check_batch(queue, entries, count);
}

/* A batch, or a call that may be refused. */
static __attribute__((noinline)) enum send_status send_many(struct queue *queue,
                                                            const struct send *entries,
                                                            size_t count, struct sent *replies,
                                                            int64_t now_ns)
{
    const enum send_status status = check_call(queue, entries, count, now_ns);
    if (status != SEND_OK)
        return fail_call(queue, entries, count, replies, status, now_ns);
    for (size_t i = 0; i < count; i++)
        /* FIFO-9: one after the other, so that an entry can be a duplicate of one before it */
        send_one(queue, &entries[i], i, &replies[i], now_ns);
    queue_match(queue, now_ns);
    return SEND_OK;
}

enum send_status queue_send(struct service *service, const struct send *entries, size_t count,
                            struct sent *replies, int64_t now_ns)
{
    struct queue *queue = (struct queue *)service;
    queue_settle(queue, now_ns);
    if (count != 1 || queue->is_guarded)
        return send_many(queue, entries, count, replies, now_ns);
    send_one(queue, entries, 0, replies, now_ns);
    queue_match(queue, now_ns);
    return SEND_OK;
}
