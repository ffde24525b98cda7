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
    queue->oldest = queue->newest = queue->moved_in.slot = MESSAGE_NONE;
    queue->armed_ns = FOREVER;
    queue->polls_in_order = true;
    queue->due.on_due = on_due;
    deadlines_init(&queue->hidden);
    deadlines_init(&queue->delays);
    visible_init(&queue->order);
    queue->is_fifo = queue->service.is_fifo = kind == &queue_sqs_fifo;
    queue->max_receives = (uint32_t)cfg->redrive.max_receives;
    gate_init(&queue->gate, rng_name(setting->seed, setting->replication, name, "gate"));
    queue_take_attributes(queue);
    queue->state = must_alloc(kind->state_bytes);
    memset(queue->state, 0, kind->state_bytes);
    queue->offered = &queue->visible;
    kind->init(queue);
}

void queue_free(struct queue *queue)
{
    queue->kind->free(queue);
    free(queue->state);
    queue_free_pending(queue);
    deadlines_free(&queue->hidden);
    deadlines_free(&queue->delays);
    visible_free(&queue->order);
    quota_free(&queue->quota);
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
    if (gate_pass(&queue->gate, now_ns) && quota_take(&queue->quota, action, groups, count, now_ns))
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
    messages_set_deadline(queue->messages, slot, now_ns);
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
    const struct message_deadline *of = queue->messages->deadlines;
    const uint32_t hidden = deadlines_first(&queue->hidden, queue->messages);
    const uint32_t delayed = deadlines_first(&queue->delays, queue->messages);
    *is_delay = hidden == MESSAGE_NONE ||
                (delayed != MESSAGE_NONE && of[delayed].at_ns <= of[hidden].at_ns);
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
        } else {
            queue_end_wait(queue, poll);
        }
        poll = poll->next;
    } while (poll != queue->polls);
    return next_ns;
}

/* Ends what is due, and returns when the next is. */
static int64_t end_due(struct queue *queue, int64_t now_ns)
{
    const struct message *at = queue->messages->at;
    const struct message_deadline *of = queue->messages->deadlines;
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
    while ((slot = first_deadline(queue, &is_delay)) != MESSAGE_NONE && of[slot].at_ns <= now_ns)
        queue_show(queue, slot, is_delay ? SHOWN_DELAY_OVER : SHOWN_HIDDEN_OVER, now_ns);
    if (slot != MESSAGE_NONE && of[slot].at_ns < next_ns)
        next_ns = of[slot].at_ns;
    return next_ns;
}

void queue_settle_slowly(struct queue *queue, int64_t now_ns)
{
    int64_t next_ns = end_due(queue, now_ns);
    /* ATT-7: what is due at the instant of a change is judged by the attributes before it. */
    if (queue->pending != NULL) {
        if (queue_take_pending(queue, now_ns))
            next_ns = end_due(queue, now_ns);
        const int64_t pending_ns = queue_pending_ns(queue);
        next_ns = pending_ns < next_ns ? pending_ns : next_ns;
    }
    const int64_t wait_ns = end_waits(queue, now_ns);
    queue_arm(queue, wait_ns < next_ns ? wait_ns : next_ns);
}

/* DLQ-8: names matter to byQueue alone. */
bool queue_allows_redrive(const struct queue_cfg *dead_letter, const char *source)
{
    const struct queue_redrive_allow_cfg *allow = &dead_letter->redrive_allow;
    bool is_named = allow->permission == REDRIVE_ALLOW_ALL;
    for (size_t i = 0; allow->permission == REDRIVE_BY_QUEUE && i < allow->sources.count; i++)
        is_named = is_named || strcmp(node_name_in(allow->sources.at[i].name), source) == 0;
    return is_named;
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
    queue_expect_group(to, slot, now_ns);
    /* DLQ-3: a standard queue keeps the enqueue time, FIFO takes a new one.  DLQ-2: the receive
     * count goes on.  A new seq makes handles of the source worthless and orders the moves. */
    if (to->is_fifo)
        m->sent_ns = now_ns;
    m->seq = (uint32_t)queue->messages->next_seq++;
    m->flags &= MESSAGE_POISON;
    messages_set_deadline(queue->messages, slot, now_ns);
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
