// SPDX-License-Identifier: GPL-3.0-or-later
/* The FIFO queue: order within message groups, and each deduplication id once in five minutes.
 *
 * Groups take turns within a receive: the first candidate delivers its run of visible messages,
 * then the next one.  A run goes on behind messages that this very call handed out; to any other
 * call those are in flight and block it (FIFO-20).  A run also goes on behind a message that went
 * to the dead-letter queue (DLQ-1). */
#include "model/queue.h"

#include "base/units.h"
#include "model/attempt.h"
#include "model/dedup.h"
#include "model/group.h"
#include "model/queue_rows.h"

struct fifo {
    struct groups groups;
    struct dedup dedup;
    struct attempts attempts;
    struct {
        uint64_t call; /* the call_number that it belongs to */
        uint32_t next; /* the message that continues the run, or MESSAGE_NONE */
    } turn;
};

/* FIFO-1: the window of deduplication. */
#define WINDOW_NS (5 * MINUTE)

static void fifo_init(struct queue *queue)
{
    struct fifo *fifo = queue->state;
    group_set_init(&fifo->groups, queue->messages, queue->limits->fifo_look_back);
    /* FIFO-13: the scope in force is that of the queue's creation. */
    dedup_init(&fifo->dedup, WINDOW_NS, queue->cfg->dedup_scope == DEDUP_SCOPE_GROUP);
    attempts_init(&fifo->attempts);
    fifo->turn.next = MESSAGE_NONE;
    queue->offered = &fifo->groups.ready.count;
}

static void fifo_free(struct queue *queue)
{
    struct fifo *fifo = queue->state;
    group_set_free(&fifo->groups);
    dedup_free(&fifo->dedup);
    attempts_free(&fifo->attempts);
}

static enum send_status fifo_check(const struct queue *queue, const struct send *send)
{
    const bool is_content = send->flags & SEND_DEDUP_IS_CONTENT;
    /* SND-8: an explicit 0 is accepted, and the queue's delay applies all the same. */
    if (send->delay_ns > 0)
        return SEND_BAD_DELAY;
    if (send->group == MESSAGE_NO_GROUP)
        return SEND_NEEDS_GROUP; /* SND-10 */
    /* FIFO-7: the body stands in only where the queue says so. */
    if ((send->dedup == 0 || is_content) && !queue->cfg->content_dedup)
        return SEND_NEEDS_DEDUP; /* SND-10 */
    return SEND_OK;
}

static enum send_status fifo_admit(struct queue *queue, const struct send *send, struct sent *reply,
                                   int64_t now_ns)
{
    struct fifo *fifo = queue->state;
    const enum send_status status = fifo_check(queue, send);
    if (status != SEND_OK)
        return status;
    group_set_expect(&fifo->groups, send->group);
    /* FIFO-1, FIFO-5, FIFO-6: a duplicate succeeds and leaves nothing, whatever became of the
     * original. */
    const struct dedup_entry *original =
        send->dedup == 0 ? NULL : dedup_find(&fifo->dedup, send->dedup, send->group, now_ns);
    if (original == NULL) {
        reply->number = ++queue->sequence; /* SND-14 */
        return SEND_OK;
    }
    /* FIFO-8: the reply is the original's. */
    reply->root = original->root;
    reply->number = dedup_number(&fifo->dedup, original);
    reply->first_ns = original->accepted_ns;
    return SEND_DEDUPLICATED;
}

static void fifo_stored(struct queue *queue, uint32_t slot, const struct send *send, int64_t now_ns)
{
    struct fifo *fifo = queue->state;
    group_set_append(&fifo->groups, slot);
    /* SND-14: a message that was moved here is numbered anew, like a send (I). */
    if (queue->messages->side.number != NULL)
        queue->messages->side.number[slot] = send != NULL ? queue->sequence : ++queue->sequence;
    /* FIFO-11: what is stored opens a window, what was refused did not.  Messages that were
     * preloaded or moved here (DLQ-5) open none.  FIFO-10: a delay makes no difference. */
    if (send != NULL && send->dedup != 0)
        dedup_accept(&fifo->dedup, send->dedup, send->group, send->root, queue->sequence, now_ns);
}

static void fifo_shown(struct queue *queue, uint32_t slot, enum queue_shown why, int64_t now_ns)
{
    struct fifo *fifo = queue->state;
    (void)why;
    (void)now_ns;
    group_set_show(&fifo->groups, slot);
}

/* RCV-5: a short poll of a FIFO queue sees all of it. */
static uint32_t fifo_first(struct queue *queue, bool sample, int64_t now_ns)
{
    struct fifo *fifo = queue->state;
    (void)sample;
    (void)now_ns;
    /* FIFO-21: as many as possible from one group before going to the next.
     * FIFO-20: the run ends at the first message that is hidden. */
    if (fifo->turn.call == queue->call_number && fifo->turn.next != MESSAGE_NONE &&
        group_set_sees(&fifo->groups, fifo->turn.next))
        return fifo->turn.next;
    fifo->turn.call = queue->call_number;
    fifo->turn.next = group_set_first(&fifo->groups);
    return fifo->turn.next;
}

/* The first of a receive begins a turn.  DLQ-1: what was received too often goes the long way. */
static uint32_t fifo_take(struct queue *queue)
{
    struct fifo *fifo = queue->state;
    const uint32_t slot = group_set_first(&fifo->groups);
    if (queue->dead_letter != NULL && queue_message(queue, slot)->receives >= queue->max_receives)
        return MESSAGE_NONE;
    fifo->turn.call = queue->call_number;
    fifo->turn.next = group_set_take_first(&fifo->groups, slot);
    return slot;
}

static void fifo_hidden(struct queue *queue, uint32_t slot)
{
    struct fifo *fifo = queue->state;
    group_set_hide(&fifo->groups, slot);
    fifo->turn.next = queue->messages->side.group[slot].newer;
}

static void fifo_left(struct queue *queue, uint32_t slot)
{
    struct fifo *fifo = queue->state;
    /* DLQ-1, DLQ-5: the receive that dead-letters a message goes on with the next of its group. */
    if (fifo->turn.next == slot)
        fifo->turn.next = queue->messages->side.group[slot].newer;
    group_set_remove(&fifo->groups, slot);
}

static enum delete_status fifo_judge_delete(struct queue *queue, const struct delivery *handle,
                                            int64_t now_ns)
{
    (void)queue;
    (void)handle;
    (void)now_ns;
    return DELETE_EXPIRED; /* DEL-5: refused, whether or not the message was received again */
}

static enum visibility_status fifo_judge_visibility(struct queue *queue,
                                                    const struct delivery *handle, int64_t now_ns)
{
    /* VIS-4: as for a delete. */
    const struct message *m = queue_message(queue, handle->slot);
    return queue_handle_holds(queue, handle, m, now_ns) ? VISIBILITY_OK : VISIBILITY_EXPIRED;
}

/* ATT-12, FIFO-4: a purge clears the memory of the deduplication too. */
static void fifo_purged(struct queue *queue)
{
    struct fifo *fifo = queue->state;
    dedup_clear(&fifo->dedup);
}

/* FIFO-13: the scope changes with what it remembers. */
static void fifo_changed(struct queue *queue, const struct queue_cfg *before, int64_t now_ns)
{
    struct fifo *fifo = queue->state;
    (void)before;
    (void)now_ns;
    dedup_rescope(&fifo->dedup, queue->cfg->dedup_scope == DEDUP_SCOPE_GROUP);
}

/* RCV-12: none was deleted, became visible again, or had its visibility changed. */
static bool is_given_still(const struct queue *queue, const struct attempt *attempt)
{
    for (uint32_t i = 0; i < attempt->count; i++) {
        const struct delivery *given = &attempt->given[i];
        const struct message *m = queue_message(queue, given->slot);
        if (m->state != MESSAGE_IN_FLIGHT || m->seq != given->seq ||
            m->receives != given->receives || (m->flags & MESSAGE_CHANGED))
            return false;
    }
    return true;
}

/* RCV-12: the same messages by the same handles, hidden anew, their receives not counted again.  A
 * retry with room for fewer messages is another receive. */
static bool fifo_repeat(struct queue *queue, struct poll *poll, uint64_t attempt_id, int64_t now_ns)
{
    struct fifo *fifo = queue->state;
    const struct attempt *attempt = attempts_find(&fifo->attempts, attempt_id, now_ns);
    const int64_t timeout_ns = poll->visibility_ns < 0 ? queue->visibility_ns : poll->visibility_ns;
    const uint32_t group = MESSAGE_NO_GROUP;
    if (attempt == NULL || attempt->count > poll->max || !is_given_still(queue, attempt))
        return false;
    poll->count = 0;
    poll->status = RECEIVE_THROTTLED;
    if (!queue_admit_call(queue, ACTION_RECEIVE, &group, 1, poll->caller, now_ns))
        return true;
    for (; poll->count < attempt->count; poll->count++) {
        poll->out[poll->count] = attempt->given[poll->count];
        queue_extend(queue, &attempt->given[poll->count], poll->count, true, timeout_ns,
                     poll->caller, now_ns);
    }
    poll->status = RECEIVE_MESSAGES;
    return true;
}

static void fifo_remember(struct queue *queue, const struct poll *poll, uint64_t attempt_id,
                          int64_t called_ns)
{
    struct fifo *fifo = queue->state;
    for (uint32_t i = 0; i < poll->count; i++)
        queue_message(queue, poll->out[i].slot)->flags &= (uint8_t)~MESSAGE_CHANGED;
    attempts_remember(&fifo->attempts, attempt_id, poll->out, poll->count, called_ns);
}

/* In the order of enum queue_dedup_scope and enum queue_throughput_limit. */
static const char *const scope_words[] = {"queue", "messageGroup", NULL};
static const char *const limit_words[] = {"perQueue", "perMessageGroupId", NULL};

// clang-format off
static const struct param params[] = {
    QUEUE_COMMON_ROWS,
    { "FifoQueue", &param_bool, QUEUE_CFG(fifo), NULL, 1, 0, NULL, NULL,
      0, "ATT-2", "True, as AWS wants it said of every queue whose name ends in .fifo." },
    { "ContentBasedDeduplication", &param_bool, QUEUE_CFG(content_dedup), "false", 1, 0, NULL, NULL,
      0, "FIFO-7", "The body is the deduplication id of a message that has none of its own." },
    { "DeduplicationScope", &param_word, QUEUE_CFG(dedup_scope), "\"queue\"", 1, 0, NULL,
      scope_words, 0, "FIFO-5",
      "Where a deduplication id counts: in the whole queue, or in each message group." },
    { "FifoThroughputLimit", &param_word, QUEUE_CFG(throughput_limit), "\"perQueue\"", 1, 0, NULL,
      limit_words, 0, "LIM-3",
      "perMessageGroupId is high throughput; it needs the scope messageGroup." },
    { "quotas", &param_bool, QUEUE_CFG(quotas), "true", 1, 0, NULL, NULL,
      0, "LIM-2", "Whether the quotas of API calls per second apply." },
    { "quotaBurst", &param_int, QUEUE_CFG(quota_burst), "300", 1, 1e9, NULL, NULL,
      0, "LIM-2", "How many calls of one action can come at once after a pause." },
    { "scopeChangeDelay", &queue_delay_param, QUEUE_CFG(scope_change_delay_ns), "\"60s\"", 0, 86400,
      NULL, NULL, 0, "FIFO-13",
      "How long a changed DeduplicationScope takes to act; null for never." },
    PARAM_END
};
// clang-format on

const struct queue_kind queue_sqs_fifo = {
    .name = "sqs_fifo",
    .doc = "An SQS FIFO queue: order within message groups, deduplication, quotas.",
    .params = params,
    .state_bytes = sizeof(struct fifo),
    .wants = MESSAGE_WANT_GROUP,
    .init = fifo_init,
    .free = fifo_free,
    .check = fifo_check,
    .admit = fifo_admit,
    .stored = fifo_stored,
    .shown = fifo_shown,
    .first = fifo_first,
    .take = fifo_take,
    .hidden = fifo_hidden,
    .left = fifo_left,
    .handles_expire = true,
    .judge_delete = fifo_judge_delete,
    .judge_visibility = fifo_judge_visibility,
    .purged = fifo_purged,
    .repeat = fifo_repeat,
    .remember = fifo_remember,
    .changed = fifo_changed,
};
