// SPDX-License-Identifier: GPL-3.0-or-later
/* SendMessage and SendMessageBatch at a queue: settle, check the call, then each entry, store,
 * match.  A scenario's actors and the line protocol call the same function; it takes no simulated
 * time. */
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
    fact.bytes = send->bytes;
    fact.group = send->group;
    fact.root = send->root;
    fact.value = (int64_t)send->dedup;
    fact.other = reply->first_ns;
    probe_emit(queue->probe, &fact);
}

static void fill_side(struct messages *messages, uint32_t slot, const struct send *send)
{
    const struct message_side *side = &messages->side;
    if (messages->wants == 0)
        return;
    if (side->group != NULL)
        side->group[slot] = send->group;
    if (side->bytes != NULL)
        side->bytes[slot] = send->bytes;
    if (side->body != NULL)
        side->body[slot] = send->body;
    if (side->service_ns != NULL)
        side->service_ns[slot] = send->service_ns;
    if (side->dedup != NULL)
        side->dedup[slot] = send->dedup;
}

/* SND-7: a message's own delay wins on a standard queue; SND-8: on FIFO only the queue's counts. */
static int64_t delay_of(const struct queue *queue, const struct send *send)
{
    return queue->is_fifo || send->delay_ns < 0 ? queue->delay_ns : send->delay_ns;
}

static void accept(struct queue *queue, const struct send *send, size_t index, struct sent *reply,
                   int64_t now_ns)
{
    const uint32_t slot = messages_take(queue->messages);
    struct message *m = queue_message(queue, slot);
    message_set_root(m, send->root);
    m->sent_ns = now_ns;
    m->deadline_ns = now_ns + delay_of(queue, send);
    m->flags = (uint8_t)(send->flags & MESSAGE_POISON);
    fill_side(queue->messages, slot, send);
    struct fact fact = queue_fact(queue, PROBE_ACCEPTED, slot, now_ns);
    fact.peer = send->producer;
    fact.n = (uint16_t)index;
    fact.bytes = send->bytes;
    fact.value = send->called_ns;
    fact.other = m->deadline_ns;
    probe_emit(queue->probe, &fact);
    queue_store(queue, slot, send, now_ns);
    reply->slot = slot;
    reply->root = send->root;
    if (queue->messages->live >= queue->stored_limit)
        engine_stop(queue->engine);
}

/* What is wrong with an entry by itself.  SND-1: the limit is inclusive. */
static enum send_status check(const struct queue *queue, const struct send *send)
{
    return send->bytes > queue->max_bytes ? SEND_TOO_LONG : queue->kind->check(queue, send);
}

static void send_one(struct queue *queue, const struct send *send, size_t index, struct sent *reply,
                     int64_t now_ns)
{
    enum send_status status = check(queue, send);
    reply->slot = MESSAGE_NONE;
    if (status == SEND_OK && queue->kind->admit != NULL)
        status = queue->kind->admit(queue, send, reply, now_ns);
    reply->status = status;
    if (status == SEND_OK)
        accept(queue, send, index, reply, now_ns);
    else if (status == SEND_DEDUPLICATED)
        say_deduplicated(queue, send, index, reply, now_ns);
    else
        reject(queue, send, index, status, now_ns); /* SND-3: the entry alone */
}

static enum send_status fail_call(struct queue *queue, const struct send *entries, size_t count,
                                  struct sent *replies, enum send_status status, int64_t now_ns)
{
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

/* What fails a batch as a whole: its size (SND-2: its limit is not the queue's, and it comes
 * first), or an entry without its group or deduplication id (SND-11). */
static enum send_status check_batch(const struct queue *queue, const struct send *entries,
                                    size_t count)
{
    int64_t total_bytes = 0;
    for (size_t i = 0; i < count; i++)
        total_bytes += entries[i].bytes;
    if (total_bytes > queue->limits->batch_bytes)
        return SEND_BATCH_TOO_LONG;
    for (size_t i = 0; i < count; i++) {
        const enum send_status status = queue->kind->check(queue, &entries[i]);
        if (status == SEND_NEEDS_GROUP || status == SEND_NEEDS_DEDUP)
            return status;
    }
    return SEND_OK;
}

enum send_status queue_send(struct service *service, const struct send *entries, size_t count,
                            struct sent *replies, int64_t now_ns)
{
    struct queue *queue = (struct queue *)service;
    queue_settle(queue, now_ns);
    if (count < 1 || count > 10)
        return SEND_BAD_BATCH;
    if (queue->quota.on && !admit_send(queue, entries, count, now_ns))
        return fail_call(queue, entries, count, replies, SEND_THROTTLED, now_ns);
    const enum send_status status = count > 1 ? check_batch(queue, entries, count) : SEND_OK;
    if (status != SEND_OK)
        return fail_call(queue, entries, count, replies, status, now_ns);
    for (size_t i = 0; i < count; i++)
        send_one(queue, &entries[i], i, &replies[i], now_ns);
    queue_match(queue, now_ns);
    return SEND_OK;
}
