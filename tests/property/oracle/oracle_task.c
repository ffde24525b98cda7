// SPDX-License-Identifier: GPL-3.0-or-later
/* The oracle's move tasks: one message at a time, back to where it came from or elsewhere. */
#include "property/oracle/parts.h"

#include "base/must.h"

enum { DEFAULT_PER_S = 500 };

struct oracle_task *oracle_running(struct oracle *o, int source)
{
    for (int i = 0; i < o->task_count; i++)
        if (o->tasks[i].source == source && o->tasks[i].state == ORACLE_TASK_RUNNING)
            return &o->tasks[i];
    return NULL;
}

/* --- moving --- */

bool oracle_has_moved(const struct oracle *o)
{
    for (int i = 0; i < o->task_count; i++)
        if (o->tasks[i].moved_ms == o->now_ms)
            return true;
    return false;
}

/* Another at this very instant: which came first? */
static bool has_another_moved(const struct oracle *o, const struct oracle_task *task)
{
    for (int i = 0; i < o->task_count; i++)
        if (&o->tasks[i] != task && o->tasks[i].moved_ms == o->now_ms)
            return true;
    return false;
}

/* MOVE-7: a moved message is a new one. */
static bool move_one(struct oracle *o, struct oracle_task *task, struct oracle_message *m)
{
    const int to = task->destination != ABSENT ? task->destination : m->source;
    const struct script_entry entry = {.body = m->body,
                                       .group = m->group,
                                       .dedup = o->fifo ? ORACLE_DEDUP_ANY : ABSENT,
                                       .delay_s = ABSENT,
                                       .attribute = m->attribute};
    if (to == ABSENT) {
        o->lost = true;
        return false;
    }
    if (oracle_running(o, to) != NULL || has_another_moved(o, task))
        o->lost = true;
    task->moved_ms = o->now_ms;
    m->queue = ORACLE_GONE;
    oracle_new_message(o, to, &entry);
    task->moved++;
    return true;
}

static void run_task(struct oracle *o, struct oracle_task *task)
{
    const int per_s = task->per_s != ABSENT ? task->per_s : DEFAULT_PER_S;
    while (task->state == ORACLE_TASK_RUNNING && task->next_ms <= o->now_ms) {
        struct oracle_message *m = oracle_oldest(o, task->source);
        if (m == NULL || !move_one(o, task, m))
            break;
        task->next_ms = o->now_ms + 1000 / per_s;
    }
    if (task->state == ORACLE_TASK_RUNNING && oracle_count(o, task->source) == 0)
        task->state = ORACLE_TASK_COMPLETED;
}

void oracle_run_tasks(struct oracle *o)
{
    for (int i = 0; i < o->task_count; i++)
        if (o->tasks[i].state == ORACLE_TASK_RUNNING)
            run_task(o, &o->tasks[i]);
}

/* --- calls --- */

static bool is_dead_letter_queue(const struct oracle *o, int queue)
{
    for (int i = 0; i < SCRIPT_QUEUES; i++)
        if (o->queues[i].exists && o->queues[i].attributes.target == queue)
            return true;
    return false;
}

static bool has_sent_by_hand(const struct oracle *o, int queue)
{
    for (int i = 0; i < o->message_count; i++)
        if (o->messages[i].queue == queue &&
            (o->messages[i].source == ABSENT || !o->queues[o->messages[i].source].exists))
            return true;
    return false;
}

static enum oracle_answer start(struct oracle *o, const struct script_call *call,
                                struct text *reply)
{
    const bool missing = !o->queues[call->queue].exists;
    const bool nowhere = call->destination != ABSENT && !o->queues[call->destination].exists;
    const bool refused = !missing && (!is_dead_letter_queue(o, call->queue) ||
                                      oracle_running(o, call->queue) != NULL);
    for (int i = 0; i < o->task_count; i++)
        if (o->tasks[i].source == call->queue && o->tasks[i].state == ORACLE_TASK_CANCELLED)
            return ORACLE_OPEN;
    if (call->destination == call->queue || missing + nowhere + refused > 1)
        return ORACLE_OPEN;
    if (missing || nowhere)
        return oracle_refuse(reply, "ResourceNotFoundException");
    if (refused)
        return oracle_refuse(reply, "InvalidParameterValue");
    if (call->destination == ABSENT && has_sent_by_hand(o, call->queue))
        return ORACLE_OPEN;
    MUST(o->task_count < ORACLE_TASKS);
    o->queues[call->queue].was_task_source = true;
    o->tasks[o->task_count++] = (struct oracle_task){.source = call->queue,
                                                     .destination = call->destination,
                                                     .per_s = call->per_s,
                                                     .to_move = (int)oracle_count(o, call->queue),
                                                     .started_ms = o->now_ms,
                                                     .next_ms = o->now_ms,
                                                     .call = call->number};
    text_printf(reply, "{\"Result\":{\"TaskHandle\":\"@task:%d\"}}", o->task_count - 1);
    return ORACLE_ANSWERED;
}

static void say_task(const struct oracle *o, int at, struct text *reply)
{
    static const char *const states[] = {"RUNNING", "COMPLETED", "@cancelled", "FAILED"};
    const struct oracle_task *task = &o->tasks[at];
    text_printf(reply, "{\"Status\":\"%s\",\"SourceArn\":\"", states[task->state]);
    script_add_arn(reply, task->source, o->fifo);
    text_add(reply, "\"");
    if (task->destination != ABSENT) {
        text_add(reply, ",\"DestinationArn\":\"");
        script_add_arn(reply, task->destination, o->fifo);
        text_add(reply, "\"");
    }
    if (task->per_s != ABSENT)
        text_printf(reply, ",\"MaxNumberOfMessagesPerSecond\":%d", task->per_s);
    if (task->state == ORACLE_TASK_RUNNING)
        text_printf(reply, ",\"TaskHandle\":\"@task:%d\"", at);
    if (task->state == ORACLE_TASK_FAILED)
        text_add(reply, ",\"FailureReason\":\"AWS.SimpleQueueService.NonExistentQueue\"");
    text_printf(reply,
                ",\"ApproximateNumberOfMessagesMoved\":%d,"
                "\"ApproximateNumberOfMessagesToMove\":%d,\"StartedTimestamp\":%lld}",
                task->moved, task->to_move, (long long)task->started_ms);
}

/* The latest first, and one if it is not said how many. */
static enum oracle_answer list(struct oracle *o, const struct script_call *call, struct text *reply)
{
    int left = call->most != ABSENT ? call->most : 1;
    const char *separator = "";
    if (!o->queues[call->queue].exists)
        return oracle_refuse(reply, "ResourceNotFoundException");
    if (left < 1 || left > 10)
        return ORACLE_OPEN;
    text_add(reply, "{\"Result\":{\"Results\":[");
    for (int i = o->task_count - 1; i >= 0 && left > 0; i--) {
        if (o->tasks[i].source != call->queue)
            continue;
        text_add(reply, separator);
        say_task(o, i, reply);
        separator = ",";
        left--;
    }
    text_add(reply, "]}}");
    return ORACLE_ANSWERED;
}

static enum oracle_answer cancel(struct oracle *o, const struct script_call *call,
                                 struct text *reply)
{
    const int at = oracle_task_given(o, call->task);
    if (at < 0)
        return oracle_refuse(reply, "InvalidParameterValue");
    if (o->tasks[at].state != ORACLE_TASK_RUNNING)
        return ORACLE_OPEN;
    o->tasks[at].state = ORACLE_TASK_CANCELLED;
    text_printf(reply, "{\"Result\":{\"ApproximateNumberOfMessagesMoved\":%d}}",
                o->tasks[at].moved);
    return ORACLE_ANSWERED;
}

enum oracle_answer oracle_task(struct oracle *o, const struct script_call *call, struct text *reply)
{
    if (call->action == SCRIPT_START_TASK)
        return start(o, call, reply);
    return call->action == SCRIPT_LIST_TASKS ? list(o, call, reply) : cancel(o, call, reply);
}
