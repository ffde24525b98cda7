// SPDX-License-Identifier: GPL-3.0-or-later
/* The oracle's queues: created, changed, asked, purged and deleted. */
#include "property/oracle/parts.h"

enum { RECENTLY_MS = 60000 };

// clang-format off
static const struct script_attributes defaults = {
    .visibility_s = 30, .retention_s = 345600, .delay_s = 0, .wait_s = 0, .size_bytes = 1048576,
    .target = ABSENT, .receives = ABSENT, .by_content = 0, .by_group = 0
};
// clang-format on

static void set(int *value, int given)
{
    if (given != ABSENT)
        *value = given;
}

static void set_all(struct script_attributes *to, const struct script_attributes *given)
{
    set(&to->visibility_s, given->visibility_s);
    set(&to->retention_s, given->retention_s);
    set(&to->delay_s, given->delay_s);
    set(&to->wait_s, given->wait_s);
    set(&to->size_bytes, given->size_bytes);
    set(&to->by_content, given->by_content);
    set(&to->by_group, given->by_group);
    if (given->target == ABSENT)
        return;
    to->target = given->target == CLEARED ? ABSENT : given->target;
    to->receives = given->target == CLEARED ? ABSENT : given->receives;
}

/* ATT-5: only what is given is compared. */
static bool differs(int current, int given)
{
    return given != ABSENT && given != current;
}

static bool differ(const struct script_attributes *now, const struct script_attributes *given)
{
    return differs(now->visibility_s, given->visibility_s) ||
           differs(now->retention_s, given->retention_s) || differs(now->delay_s, given->delay_s) ||
           differs(now->wait_s, given->wait_s) || differs(now->size_bytes, given->size_bytes) ||
           differs(now->by_content, given->by_content) || differs(now->by_group, given->by_group) ||
           (given->target != ABSENT &&
            (given->target != now->target || given->receives != now->receives));
}

/* A dead-letter queue that is missing, or the queue itself. */
static bool is_target_open(const struct oracle *o, const struct script_call *call)
{
    const int target = call->attributes.target;
    return target >= 0 && (target == call->queue || !o->queues[target].exists);
}

enum oracle_answer oracle_queue_create(struct oracle *o, const struct script_call *call,
                                       struct text *reply)
{
    struct oracle_queue *q = &o->queues[call->queue];
    if (is_target_open(o, call) || call->attributes.target == CLEARED)
        return ORACLE_OPEN;
    if (!q->exists && q->deleted_ms >= 0) {
        if (o->now_ms == q->deleted_ms + RECENTLY_MS)
            return ORACLE_OPEN;
        if (o->now_ms < q->deleted_ms + RECENTLY_MS)
            return oracle_refuse(reply, "AWS.SimpleQueueService.QueueDeletedRecently");
    }
    if (q->exists && differ(&q->attributes, &call->attributes))
        return oracle_refuse(reply, "QueueAlreadyExists");
    if (!q->exists) {
        *q = (struct oracle_queue){.exists = true,
                                   .lives = q->lives + 1,
                                   .created_ms = o->now_ms,
                                   .changed_ms = o->now_ms,
                                   .deleted_ms = -1,
                                   .purged_ms = -1,
                                   .attributes = defaults};
        set_all(&q->attributes, &call->attributes);
        q->by_group_before = q->attributes.by_group;
    }
    text_add(reply, "{\"Result\":{\"QueueUrl\":"
                    "\"https://sqs.us-east-1.amazonaws.com/123456789012/");
    script_add_queue(reply, call->queue, o->fifo);
    text_add(reply, "\"}}");
    return ORACLE_ANSWERED;
}

static void empty(struct oracle *o, int queue)
{
    for (int i = 0; i < o->message_count; i++)
        if (o->messages[i].queue == queue)
            o->messages[i].queue = ORACLE_GONE;
    for (int i = 0; i < o->dedup_count; i++)
        if (o->dedups[i].queue == queue)
            o->dedups[i].queue = ORACLE_GONE;
}

enum oracle_answer oracle_queue_delete(struct oracle *o, const struct script_call *call,
                                       struct text *reply)
{
    struct oracle_queue *q = &o->queues[call->queue];
    if (!q->exists)
        return oracle_refuse_missing(reply);
    if (q->was_task_source)
        return ORACLE_OPEN;
    for (int i = 0; i < o->task_count; i++)
        if ((o->tasks[i].state == ORACLE_TASK_RUNNING && o->tasks[i].destination == ABSENT) ||
            (o->tasks[i].state == ORACLE_TASK_CANCELLED && o->tasks[i].destination == call->queue))
            return ORACLE_OPEN;
    /* MOVE-6. */
    for (int i = 0; i < o->task_count; i++)
        if (o->tasks[i].state == ORACLE_TASK_RUNNING && o->tasks[i].destination == call->queue)
            o->tasks[i].state = ORACLE_TASK_FAILED;
    empty(o, call->queue);
    q->exists = false;
    q->deleted_ms = o->now_ms;
    text_add(reply, "{\"Result\":{}}");
    return ORACLE_ANSWERED;
}

enum oracle_answer oracle_queue_purge(struct oracle *o, const struct script_call *call,
                                      struct text *reply)
{
    struct oracle_queue *q = &o->queues[call->queue];
    if (!q->exists)
        return oracle_refuse_missing(reply);
    if (oracle_running(o, call->queue) != NULL)
        return ORACLE_OPEN;
    if (q->purged_ms >= 0 && o->now_ms == q->purged_ms + RECENTLY_MS)
        return ORACLE_OPEN;
    if (q->purged_ms >= 0 && o->now_ms < q->purged_ms + RECENTLY_MS)
        return oracle_refuse(reply, "AWS.SimpleQueueService.PurgeQueueInProgress");
    empty(o, call->queue);
    q->purged_ms = o->now_ms;
    text_add(reply, "{\"Result\":{}}");
    return ORACLE_ANSWERED;
}

/* ATT-8: on FIFO queues the delay of what still waits changes. */
static void change_delays(struct oracle *o, int queue)
{
    for (int i = 0; i < o->message_count; i++) {
        struct oracle_message *m = &o->messages[i];
        const int64_t end_ms = m->sent_ms + 1000 * (int64_t)o->queues[queue].attributes.delay_s;
        if (m->queue == queue && !m->visible && m->receives == 0)
            oracle_hide(m, end_ms > o->now_ms ? end_ms : o->now_ms);
    }
}

enum oracle_answer oracle_queue_set(struct oracle *o, const struct script_call *call,
                                    struct text *reply)
{
    struct oracle_queue *q = &o->queues[call->queue];
    if (is_target_open(o, call) || oracle_running(o, call->queue) != NULL)
        return ORACLE_OPEN;
    if (!q->exists)
        return oracle_refuse_missing(reply);
    const int before = q->attributes.by_group;
    /* A second change of scope before the first holds. */
    if (differs(before, call->attributes.by_group) &&
        o->now_ms <= q->by_group_changed_ms + RECENTLY_MS)
        return ORACLE_OPEN;
    if (differs(before, call->attributes.by_group)) {
        q->by_group_before = before;
        q->by_group_changed_ms = o->now_ms;
    }
    set_all(&q->attributes, &call->attributes);
    q->changed_ms = o->now_ms;
    if (o->fifo && call->attributes.delay_s != ABSENT)
        change_delays(o, call->queue);
    text_add(reply, "{\"Result\":{}}");
    return ORACLE_ANSWERED;
}

static void add_counts(const struct oracle *o, int queue, struct text *reply)
{
    int visible = 0, in_flight = 0, delayed = 0;
    for (int i = 0; i < o->message_count; i++) {
        const struct oracle_message *m = &o->messages[i];
        if (m->queue != queue)
            continue;
        visible += m->visible;
        delayed += !m->visible && m->receives == 0;
        in_flight += !m->visible && m->receives > 0;
    }
    text_printf(reply,
                "\"ApproximateNumberOfMessages\":\"%d\","
                "\"ApproximateNumberOfMessagesNotVisible\":\"%d\","
                "\"ApproximateNumberOfMessagesDelayed\":\"%d\"",
                visible, in_flight, delayed);
}

enum oracle_answer oracle_queue_get(struct oracle *o, const struct script_call *call,
                                    struct text *reply)
{
    const struct oracle_queue *q = &o->queues[call->queue];
    const struct script_attributes *a = &q->attributes;
    if (!q->exists)
        return oracle_refuse_missing(reply);
    text_add(reply, "{\"Result\":{\"Attributes\":{");
    add_counts(o, call->queue, reply);
    text_printf(reply,
                ",\"VisibilityTimeout\":\"%d\",\"MessageRetentionPeriod\":\"%d\","
                "\"DelaySeconds\":\"%d\",\"ReceiveMessageWaitTimeSeconds\":\"%d\","
                "\"MaximumMessageSize\":\"%d\"",
                a->visibility_s, a->retention_s, a->delay_s, a->wait_s, a->size_bytes);
    if (a->target != ABSENT) {
        text_add(reply, ",\"RedrivePolicy\":\"{\\\"deadLetterTargetArn\\\":\\\"");
        script_add_arn(reply, a->target, o->fifo);
        text_printf(reply, "\\\",\\\"maxReceiveCount\\\":%d}\"", a->receives);
    }
    text_add(reply, ",\"QueueArn\":\"");
    script_add_arn(reply, call->queue, o->fifo);
    text_printf(reply, "\",\"CreatedTimestamp\":\"%lld\",\"LastModifiedTimestamp\":\"%lld\"",
                (long long)(q->created_ms / 1000), (long long)(q->changed_ms / 1000));
    if (o->fifo)
        text_printf(reply,
                    ",\"FifoQueue\":\"true\",\"ContentBasedDeduplication\":\"%s\","
                    "\"DeduplicationScope\":\"%s\"",
                    a->by_content ? "true" : "false", a->by_group ? "messageGroup" : "queue");
    text_add(reply, "}}}");
    return ORACLE_ANSWERED;
}
