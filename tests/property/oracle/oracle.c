// SPDX-License-Identifier: GPL-3.0-or-later
/* The oracle's clock: what happens by itself, and in which order at one instant. */
#include "property/oracle/oracle.h"

#include <string.h>

#include "base/must.h"
#include "property/oracle/names.h"
#include "property/oracle/parts.h"

enum { SCOPE_CHANGE_MS = 60000, ORACLE_LIVES = NAMES_SERIES / SCRIPT_QUEUES };

void oracle_reset(struct oracle *o, bool fifo, int64_t now_ms)
{
    o->fifo = fifo;
    o->now_ms = now_ms;
    o->arrivals = 0;
    o->ids = 0;
    o->lost = false;
    o->message_count = o->handle_count = o->dedup_count = o->attempt_count = o->task_count = 0;
    memset(o->queues, 0, sizeof o->queues);
    memset(o->tenant_receives, 0, sizeof o->tenant_receives);
    for (size_t i = 0; i < SCRIPT_QUEUES; i++)
        o->queues[i].deleted_ms = o->queues[i].purged_ms = -1;
}

void oracle_limit(struct oracle *o, int in_flight, int look_back)
{
    o->in_flight_limit = in_flight;
    o->look_back = look_back;
}

/* --- replies --- */

enum oracle_answer oracle_refuse(struct text *reply, const char *code)
{
    text_printf(reply, "{\"Error\":{\"Code\":\"%s\",\"Type\":\"Sender\"}}", code);
    return ORACLE_ANSWERED;
}

enum oracle_answer oracle_refuse_missing(struct text *reply)
{
    return oracle_refuse(reply, "AWS.SimpleQueueService.NonExistentQueue");
}

const char *oracle_batch_error(const struct script_call *call, bool *open)
{
    const char *error = NULL;
    size_t errors = 0;
    bool bad = false, twice = false;
    for (int i = 0; i < call->count; i++) {
        bad = bad || call->entries[i].id < 0;
        for (int j = 0; j < i; j++)
            twice = twice || call->entries[i].id == call->entries[j].id;
    }
    if (call->count == 0 && errors++ == 0)
        error = "AWS.SimpleQueueService.EmptyBatchRequest";
    if (call->count > 10 && errors++ == 0)
        error = "AWS.SimpleQueueService.TooManyEntriesInBatchRequest";
    if (bad && errors++ == 0)
        error = "AWS.SimpleQueueService.InvalidBatchEntryId";
    if (twice && errors++ == 0)
        error = "AWS.SimpleQueueService.BatchEntryIdsNotDistinct";
    *open = *open || errors > 1;
    return error;
}

/* --- messages --- */

int oracle_by_group(const struct oracle *o, int queue)
{
    const struct oracle_queue *q = &o->queues[queue];
    if (o->now_ms < q->by_group_changed_ms + SCOPE_CHANGE_MS)
        return q->by_group_before;
    return q->attributes.by_group;
}

void oracle_arrive(struct oracle *o, struct oracle_message *m, int queue)
{
    m->queue = queue;
    m->stays++;
    m->sequence = m->place = ++o->arrivals;
    m->available_ms = o->now_ms;
    m->visible = true;
}

struct oracle_message *oracle_new_message(struct oracle *o, int queue,
                                          const struct script_entry *entry)
{
    struct oracle_message *m = &o->messages[o->message_count++];
    MUST(o->message_count <= ORACLE_MESSAGES);
    *m = (struct oracle_message){.id = ++o->ids,
                                 .body = entry->body,
                                 .group = entry->group,
                                 .dedup = entry->dedup,
                                 .attribute = entry->attribute,
                                 .source = ABSENT,
                                 .sent_ms = o->now_ms,
                                 .handle = -1};
    oracle_arrive(o, m, queue);
    /* SND-7, SND-8: a FIFO queue's own delay always holds. */
    const int own_s = o->queues[queue].attributes.delay_s;
    const int delay_s = entry->delay_s != ABSENT && !o->fifo ? entry->delay_s : own_s;
    if (delay_s > 0)
        oracle_hide(m, o->now_ms + 1000 * (int64_t)delay_s);
    return m;
}

void oracle_hide(struct oracle_message *m, int64_t until_ms)
{
    m->available_ms = until_ms;
    m->visible = false;
}

size_t oracle_count(const struct oracle *o, int queue)
{
    size_t count = 0;
    for (int i = 0; i < o->message_count; i++)
        count += o->messages[i].queue == queue;
    return count;
}

int64_t oracle_sequence(const struct oracle *o, int queue, int64_t sequence)
{
    const int series = queue + SCRIPT_QUEUES * (o->queues[queue].lives % ORACLE_LIVES);
    return sequence * NAMES_SERIES + series;
}

int oracle_handle_given(const struct oracle *o, struct script_reference reference)
{
    for (int i = o->handle_count - 1; i >= 0; i--)
        if (o->handles[i].given.call == reference.call &&
            o->handles[i].given.place == reference.place)
            return i;
    return -1;
}

int oracle_task_given(const struct oracle *o, struct script_reference reference)
{
    for (int i = 0; i < o->task_count; i++)
        if (o->tasks[i].call == reference.call)
            return i;
    return -1;
}

/* --- time --- */

static int64_t end_of_retention(const struct oracle *o, const struct oracle_message *m)
{
    return m->sent_ms + 1000 * (int64_t)o->queues[m->queue].attributes.retention_s;
}

static void expire(struct oracle *o)
{
    for (int i = 0; i < o->message_count; i++) {
        struct oracle_message *m = &o->messages[i];
        if (m->queue == ORACLE_GONE || end_of_retention(o, m) > o->now_ms)
            continue;
        if (oracle_running(o, m->queue) != NULL)
            o->lost = true;
        m->queue = ORACLE_GONE;
    }
}

/* Those of one instant in the order in which they came into the queue. */
static struct oracle_message *next_to_show(struct oracle *o)
{
    struct oracle_message *next = NULL;
    for (int i = 0; i < o->message_count; i++) {
        struct oracle_message *m = &o->messages[i];
        if (m->queue == ORACLE_GONE || m->visible || m->available_ms > o->now_ms)
            continue;
        if (next == NULL || m->sequence < next->sequence)
            next = m;
    }
    return next;
}

void oracle_show(struct oracle *o, struct oracle_message *m)
{
    m->visible = true;
    /* CW-4: poison goes behind all that is there. */
    if (!o->fifo && m->receives >= 3)
        m->place = ++o->arrivals;
}

void oracle_settle(struct oracle *o)
{
    struct oracle_message *m;
    expire(o);
    while ((m = next_to_show(o)) != NULL)
        oracle_show(o, m);
    oracle_run_tasks(o);
    expire(o);
}

static void sooner(int64_t *next_ms, int64_t now_ms, int64_t at_ms)
{
    if (at_ms > now_ms && at_ms < *next_ms)
        *next_ms = at_ms;
}

int64_t oracle_next_ms(const struct oracle *o)
{
    int64_t next_ms = INT64_MAX;
    for (int i = 0; i < o->message_count; i++) {
        const struct oracle_message *m = &o->messages[i];
        if (m->queue == ORACLE_GONE)
            continue;
        sooner(&next_ms, o->now_ms, end_of_retention(o, m));
        if (!m->visible)
            sooner(&next_ms, o->now_ms, m->available_ms);
    }
    for (int i = 0; i < o->task_count; i++)
        if (o->tasks[i].state == ORACLE_TASK_RUNNING)
            sooner(&next_ms, o->now_ms, o->tasks[i].next_ms);
    return next_ms;
}

void oracle_pass(struct oracle *o, int64_t until_ms)
{
    for (int64_t next_ms; (next_ms = oracle_next_ms(o)) <= until_ms;) {
        o->now_ms = next_ms;
        oracle_settle(o);
    }
    o->now_ms = until_ms;
    oracle_settle(o);
}

/* --- actions --- */

static enum oracle_answer advance(struct oracle *o, const struct script_call *call,
                                  struct text *reply)
{
    oracle_pass(o, o->now_ms + call->step_ms);
    text_printf(reply, "{\"Result\":{\"Now\":%lld.%03lld}}", (long long)(o->now_ms / 1000),
                (long long)(o->now_ms % 1000));
    return ORACLE_ANSWERED;
}

enum oracle_answer oracle_answer(struct oracle *o, const struct script_call *call,
                                 struct text *reply)
{
    enum oracle_answer (*const parts[SCRIPT_ACTIONS])(struct oracle *, const struct script_call *,
                                                      struct text *) = {
        [SCRIPT_CREATE_QUEUE] = oracle_queue_create,
        [SCRIPT_DELETE_QUEUE] = oracle_queue_delete,
        [SCRIPT_PURGE_QUEUE] = oracle_queue_purge,
        [SCRIPT_SET_ATTRIBUTES] = oracle_queue_set,
        [SCRIPT_GET_ATTRIBUTES] = oracle_queue_get,
        [SCRIPT_SEND] = oracle_send,
        [SCRIPT_RECEIVE] = oracle_receive,
        [SCRIPT_DELETE] = oracle_handle,
        [SCRIPT_CHANGE_VISIBILITY] = oracle_handle,
        [SCRIPT_START_TASK] = oracle_task,
        [SCRIPT_LIST_TASKS] = oracle_task,
        [SCRIPT_CANCEL_TASK] = oracle_task,
        [SCRIPT_ADVANCE_TIME] = advance,
    };
    const enum oracle_answer answer = parts[call->action](o, call, reply);
    if (answer != ORACLE_ANSWERED)
        return answer;
    oracle_settle(o);
    return o->lost ? ORACLE_LOST : ORACLE_ANSWERED;
}
