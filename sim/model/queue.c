// SPDX-License-Identifier: GPL-3.0-or-later
/* What all queue kinds share below the calls: the states of a message, the queue's lists and
 * counts, and its one engine event.
 *
 * The event is armed at a time not later than the earliest thing due (retention, visibility, delay,
 * the end of a wait).  It is never cancelled because something became due later: it fires early,
 * finds nothing due, and is armed anew. */
#include "model/queue.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/must.h"
#include "base/units.h"

const struct queue_kind *const queue_kinds[] = {
#define QUEUE_ENTRY(kind) &queue_##kind,
    QUEUE_KINDS(QUEUE_ENTRY)
#undef QUEUE_ENTRY
        NULL};

static void on_due(struct event *event, int64_t now_ns)
{
    struct queue *queue = EVENT_OWNER(event, struct queue, due);
    queue->armed_ns = FOREVER;
    queue_settle_slowly(queue, now_ns);
    queue_match(queue, now_ns);
}

static const struct service_ops ops = {.send = queue_send};

static int64_t limit_in_flight(const struct queue_cfg *cfg, const struct queue_limits *limits,
                               bool is_fifo)
{
    if (cfg->in_flight_limit != QUEUE_LIMIT_OF_PROFILE)
        return cfg->in_flight_limit;
    return is_fifo ? limits->in_flight_fifo : limits->in_flight_standard;
}

static void init_attributes(struct queue *queue)
{
    const struct queue_cfg *cfg = queue->cfg;
    const struct queue_limits *limits = queue->limits;
    queue->is_fifo = queue->service.is_fifo = queue->kind == &queue_sqs_fifo;
    queue->visibility_ns = cfg->visibility_ns;
    queue->retention_ns = cfg->retention_ns;
    queue->delay_ns = cfg->delay_ns;
    queue->wait_ns = cfg->wait_ns;
    queue->max_bytes = cfg->max_bytes ? cfg->max_bytes : limits->max_bytes;
    queue->max_receives = (uint32_t)cfg->redrive.max_receives;
    queue->in_flight_limit = limit_in_flight(cfg, limits, queue->is_fifo);
    queue->is_ideal = cfg->storage.duplicate_p == 0.0 && cfg->storage.resurrect_p == 0.0;
}

void queue_init(struct queue *queue, const struct queue_kind *kind, const struct queue_cfg *cfg,
                const char *name, uint16_t id, const struct queue_setting *setting)
{
    memset(queue, 0, sizeof *queue);
    queue->service = (struct service){.node = {name, NODE_QUEUE, id}, .ops = &ops};
    queue->kind = kind;
    queue->own = *cfg;
    queue->cfg = &queue->own;
    queue->purged_ns = -MINUTE;
    queue->limits = setting->limits;
    queue->engine = setting->engine;
    queue->messages = setting->messages;
    queue->probe = setting->probe;
    queue->seed = setting->seed;
    queue->replication = setting->replication;
    queue->stored_limit = setting->stored_limit;
    queue->oldest = queue->newest = MESSAGE_NONE;
    queue->armed_ns = FOREVER;
    queue->polls_in_order = true;
    queue->due.on_due = on_due;
    deadlines_init(&queue->hidden);
    deadlines_init(&queue->delays);
    visible_init(&queue->order);
    init_attributes(queue);
    const bool high = cfg->throughput_limit == THROUGHPUT_PER_GROUP;
    /* LIM-1: standard queues have no quota. */
    quota_init(&queue->quota, queue->is_fifo && cfg->quotas,
               high ? setting->limits->fifo_high_calls_per_s : setting->limits->fifo_calls_per_s,
               high ? setting->limits->fifo_partition_calls_per_s : 0.0, (double)cfg->quota_burst);
    queue->state = must_alloc(kind->state_bytes);
    memset(queue->state, 0, kind->state_bytes);
    kind->init(queue);
}

void queue_free(struct queue *queue)
{
    queue->kind->free(queue);
    free(queue->state);
    deadlines_free(&queue->hidden);
    deadlines_free(&queue->delays);
    visible_free(&queue->order);
    quota_free(&queue->quota);
}

static void announce(const struct queue *queue, enum queue_fact what, int64_t value, int64_t now_ns)
{
    const struct fact fact = {.at_ns = now_ns,
                              .kind = PROBE_QUEUE_CHANGED,
                              .node = queue->service.node.id,
                              .peer = NODE_NONE,
                              .n = (uint16_t)what,
                              .message = MESSAGE_NONE,
                              .value = value};
    probe_emit(queue->probe, &fact);
}

void queue_announce(const struct queue *queue, int64_t now_ns)
{
    const struct queue *dead_letter = queue->dead_letter;
    announce(queue, QUEUE_FACT_FIFO, queue->is_fifo, now_ns);
    announce(queue, QUEUE_FACT_RETENTION_NS, queue->retention_ns, now_ns);
    announce(queue, QUEUE_FACT_VISIBILITY_NS, queue->visibility_ns, now_ns);
    announce(queue, QUEUE_FACT_DELAY_NS, queue->delay_ns, now_ns);
    announce(queue, QUEUE_FACT_MAX_RECEIVES, queue->max_receives, now_ns);
    announce(queue, QUEUE_FACT_DEAD_LETTER, dead_letter ? dead_letter->service.node.id : -1,
             now_ns);
    announce(queue, QUEUE_FACT_DEDUP_PER_GROUP, queue->cfg->dedup_scope == DEDUP_SCOPE_GROUP,
             now_ns);
    announce(queue, QUEUE_FACT_IN_FLIGHT_LIMIT, queue->in_flight_limit, now_ns);
    announce(queue, QUEUE_FACT_STORE_IS_IDEAL, queue->is_ideal, now_ns);
    announce(queue, QUEUE_FACT_HAS_CONSUMER, queue->drains, now_ns);
    announce(queue, QUEUE_FACT_AGE_RECEIVES,
             queue->is_fifo ? QUEUE_LIMIT_NONE : queue->cfg->poison_age_receives, now_ns);
}

struct fact queue_call_fact(const struct queue *queue, enum probe_kind kind, uint16_t caller,
                            int64_t now_ns)
{
    return (struct fact){.at_ns = now_ns,
                         .kind = (uint16_t)kind,
                         .node = queue->service.node.id,
                         .peer = caller,
                         .message = MESSAGE_NONE,
                         .group = MESSAGE_NO_GROUP};
}

bool queue_admit_call(struct queue *queue, enum queue_action action, const uint32_t *groups,
                      size_t count, uint16_t caller, int64_t now_ns)
{
    if (quota_take(&queue->quota, action, groups, count, now_ns))
        return true;
    struct fact fact = queue_call_fact(queue, PROBE_THROTTLED, caller, now_ns);
    fact.value = action;
    probe_emit(queue->probe, &fact);
    return false;
}

void queue_arm_earlier(struct queue *queue, int64_t at_ns)
{
    engine_cancel(queue->engine, &queue->due);
    queue->armed_ns = at_ns;
    engine_at(queue->engine, &queue->due, at_ns);
}

void queue_show(struct queue *queue, uint32_t slot, enum queue_shown why, int64_t now_ns)
{
    static const enum probe_kind kinds[] = {[SHOWN_DELAY_OVER] = PROBE_DELAYED_OVER,
                                            [SHOWN_HIDDEN_OVER] = PROBE_HIDDEN_OVER,
                                            [SHOWN_COPIED] = PROBE_COPIED,
                                            [SHOWN_RESURRECTED] = PROBE_RESURRECTED};
    struct message *m = queue_message(queue, slot);
    if (m->state == MESSAGE_IN_FLIGHT) {
        deadlines_remove(&queue->hidden, queue->messages, slot);
        queue->in_flight--;
    } else {
        MUST(m->state == MESSAGE_DELAYED);
        deadlines_remove(&queue->delays, queue->messages, slot);
        queue->delayed--;
    }
    m->state = MESSAGE_VISIBLE;
    m->deadline_ns = now_ns;
    queue->visible++;
    queue->kind->shown(queue, slot, why, now_ns);
    const struct fact fact = queue_fact(queue, kinds[why], slot, now_ns);
    probe_emit(queue->probe, &fact);
}

/* RET-2: it is gone, and no dead-letter queue sees it. */
void queue_expire(struct queue *queue, uint32_t slot, int64_t now_ns)
{
    struct fact fact = queue_fact(queue, PROBE_RETENTION_OVER, slot, now_ns);
    fact.value = queue_message(queue, slot)->sent_ns;
    queue_unlink(queue, slot);
    messages_release(queue->messages, slot);
    probe_emit(queue->probe, &fact);
}

/* The earliest of the two sets of deadlines; a tie goes to the delay. */
static uint32_t first_deadline(const struct queue *queue, bool *is_delay)
{
    const struct message *at = queue->messages->at;
    const uint32_t hidden = deadlines_first(&queue->hidden, queue->messages);
    const uint32_t delayed = deadlines_first(&queue->delays, queue->messages);
    *is_delay = hidden == MESSAGE_NONE ||
                (delayed != MESSAGE_NONE && at[delayed].deadline_ns <= at[hidden].deadline_ns);
    return *is_delay ? delayed : hidden;
}

/* Puts every poll whose wait is over behind all else at this instant (RCV-4), and returns the
 * earliest end after now. */
static int64_t end_waits(struct queue *queue, int64_t now_ns)
{
    int64_t next_ns = FOREVER;
    struct poll *poll = queue->polls;
    if (poll == NULL)
        return FOREVER;
    do {
        if (poll->ends_ns > now_ns) {
            next_ns = poll->ends_ns < next_ns ? poll->ends_ns : next_ns;
            if (queue->polls_in_order)
                break;
        } else if (!event_is_pending(&poll->late)) {
            engine_late(queue->engine, &poll->late);
            queue->polls_late++;
        }
        poll = poll->next;
    } while (poll != queue->polls);
    return next_ns;
}

void queue_settle_slowly(struct queue *queue, int64_t now_ns)
{
    const struct message *at = queue->messages->at;
    int64_t next_ns = FOREVER;
    bool is_delay;
    uint32_t slot;
    /* RET-1, RET-3: whatever its state, a message's life ends at exactly its enqueue time + the
     * retention in force. */
    while (queue->oldest != MESSAGE_NONE &&
           at[queue->oldest].sent_ns + queue->retention_ns <= now_ns)
        queue_expire(queue, queue->oldest, now_ns);
    if (queue->oldest != MESSAGE_NONE)
        next_ns = at[queue->oldest].sent_ns + queue->retention_ns;
    while ((slot = first_deadline(queue, &is_delay)) != MESSAGE_NONE &&
           at[slot].deadline_ns <= now_ns)
        queue_show(queue, slot, is_delay ? SHOWN_DELAY_OVER : SHOWN_HIDDEN_OVER, now_ns);
    if (slot != MESSAGE_NONE && at[slot].deadline_ns < next_ns)
        next_ns = at[slot].deadline_ns;
    const int64_t wait_ns = end_waits(queue, now_ns);
    if (!event_is_pending(&queue->due))
        queue_arm(queue, wait_ns < next_ns ? wait_ns : next_ns);
}

void queue_redrive(struct queue *queue, uint32_t slot, int64_t now_ns)
{
    struct queue *to = queue->dead_letter;
    struct message *m = queue_message(queue, slot);
    struct fact fact = queue_fact(queue, PROBE_DEAD_LETTERED, slot, now_ns);
    fact.peer = to->service.node.id;
    fact.value = queue->max_receives;
    queue_settle(to, now_ns);
    queue_unlink(queue, slot);
    /* DLQ-3: a standard queue keeps the enqueue time, FIFO takes a new one.  DLQ-2: the receive
     * count goes on.  A new seq makes handles of the source worthless and orders the moves. */
    if (to->is_fifo)
        m->sent_ns = now_ns;
    m->seq = (uint32_t)queue->messages->next_seq++;
    m->deadline_ns = now_ns;
    m->flags &= MESSAGE_POISON;
    if (queue->messages->side.source != NULL)
        queue->messages->side.source[slot] = queue->service.node.id;
    fact.seq = m->seq;
    fact.other = m->sent_ns;
    probe_emit(queue->probe, &fact);
    queue_store(to, slot, NULL, now_ns);
    if (queue->on_end != NULL)
        queue->on_end(queue->on_end_context, fact.root, now_ns);
    if (m->sent_ns + to->retention_ns <= now_ns)
        queue_expire(to, slot, now_ns);
}

void queue_empty(struct queue *queue, int64_t now_ns)
{
    while (queue->oldest != MESSAGE_NONE) {
        const uint32_t slot = queue->oldest;
        const struct fact fact = queue_fact(queue, PROBE_PURGED, slot, now_ns);
        queue_unlink(queue, slot);
        messages_release(queue->messages, slot);
        probe_emit(queue->probe, &fact);
    }
}

enum purge_status queue_purge(struct queue *queue, int64_t now_ns)
{
    const struct fact call = queue_call_fact(queue, PROBE_PURGED, NODE_NONE, now_ns);
    queue_settle(queue, now_ns);
    /* ATT-12: one purge in 60 seconds. */
    if (now_ns - queue->purged_ns < MINUTE)
        return PURGE_IN_PROGRESS;
    queue->purged_ns = now_ns;
    probe_emit(queue->probe, &call);
    queue_empty(queue, now_ns);
    if (queue->kind->purged != NULL)
        queue->kind->purged(queue);
    return PURGE_OK;
}
