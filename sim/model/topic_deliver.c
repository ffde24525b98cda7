// SPDX-License-Identifier: GPL-3.0-or-later
/* The life of a delivery, from the fan-out to its success or its loss.
 *
 * A queue's answer is known within the call, an endpoint's comes later.  In a FIFO topic the
 * deliveries of one group to one subscription stand in a row: only the first of them is tried, and
 * when it is over, well or not, the next one has its turn (SNS-24). */
#include "model/topic.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/must.h"
#include "base/units.h"

/* SNS-15: an HTTP endpoint that has not answered after that. */
#define HTTP_TIMEOUT_NS (15 * SEC)

enum outcome { DONE, WAITS, CLIENT_ERROR, SERVER_ERROR };

/* --- rows of a group --- */

static struct delivery_task **last_of(struct subscription *subscription, uint32_t group)
{
    uint32_t capacity = subscription->group_capacity > 0 ? subscription->group_capacity : 16;
    MUST(group < UINT32_C(1) << 28);
    while (capacity <= group)
        capacity *= 2;
    if (capacity > subscription->group_capacity) {
        const size_t old = subscription->group_capacity;
        subscription->last_of =
            must_grow(subscription->last_of, capacity * sizeof *subscription->last_of);
        memset(subscription->last_of + old, 0, (capacity - old) * sizeof *subscription->last_of);
        subscription->group_capacity = capacity;
    }
    return &subscription->last_of[group];
}

static bool is_group_busy(const struct subscription *subscription, uint32_t group)
{
    return group < subscription->group_capacity && subscription->last_of[group] != NULL;
}

/* --- facts --- */

static struct fact task_fact(const struct delivery_task *task, enum probe_kind kind, int64_t now_ns)
{
    const struct subscription *subscription = task->subscription;
    return (struct fact){.at_ns = now_ns,
                         .kind = (uint16_t)kind,
                         .node = subscription->topic->service.node.id,
                         .peer = subscription->node,
                         .n = subscription->index,
                         .message = MESSAGE_NONE,
                         .delivery = task->tries,
                         .group = task->group,
                         .bytes = task->send.bytes,
                         .root = task->send.root,
                         .seq = subscription->topic->service.is_fifo ? (int64_t)task->number : 0};
}

static void say(const struct subscription *subscription, const struct fact *fact)
{
    probe_emit(subscription->topic->setting.probe, fact);
}

/* What translate made is stored nowhere. */
static void forget(const struct subscription *subscription, const struct send *send)
{
    const struct topic_setting *setting = &subscription->topic->setting;
    if (setting->forget != NULL)
        setting->forget(setting->context, send);
}

/* --- a try at a queue --- */

static enum outcome ask_queue(const struct subscription *subscription, const struct send *send,
                              struct sent *reply, int64_t now_ns)
{
    struct queue *queue = subscription->queue;
    /* SNS-15, SNS-16: a queue that is gone, or lets the topic not in. */
    if (queue == NULL || !subscription->allowed || subscription->denied)
        return CLIENT_ERROR;
    enum send_status status = queue->service.ops->send(&queue->service, send, 1, reply, now_ns);
    if (status == SEND_OK)
        status = reply->status;
    if (status == SEND_OK || status == SEND_DEDUPLICATED) /* SNS-23: dropped by the queue */
        return DONE;
    return status == SEND_THROTTLED ? SERVER_ERROR : CLIENT_ERROR; /* SNS-8 */
}

static void say_stored(const struct subscription *subscription, struct fact *notified,
                       const struct send *send, const struct sent *reply)
{
    notified->message = reply->slot;
    say(subscription, notified);
    if (reply->slot == MESSAGE_NONE)
        forget(subscription, send);
}

/* --- a task's life --- */

static void on_due(struct event *event, int64_t now_ns);
static void on_answer(struct endpoint_call *call, enum endpoint_answer answer, int64_t now_ns);

/* Behind all that is under way to the subscription, or to its group. */
static struct delivery_task *begin(struct subscription *subscription, const struct send *send,
                                   uint32_t group, uint64_t number, int64_t now_ns)
{
    struct topic *topic = subscription->topic;
    struct delivery_task *task = delivery_task_take(topic->setting.pool);
    task->event.on_due = on_due;
    task->call.on_answer = on_answer;
    task->call.work = 0;
    task->send = *send;
    task->subscription = subscription;
    task->published_ns = now_ns;
    task->number = number;
    task->group = group;
    task->prev = subscription->last;
    if (task->prev != NULL)
        task->prev->next = task;
    else
        subscription->first = task;
    subscription->last = task;
    topic->pending++;
    if (topic->drains)
        engine_hold(topic->setting.engine);
    return task;
}

static void unlink(struct delivery_task *task)
{
    struct subscription *subscription = task->subscription;
    struct topic *topic = subscription->topic;
    if (task->prev != NULL)
        task->prev->next = task->next;
    else
        subscription->first = task->next;
    if (task->next != NULL)
        task->next->prev = task->prev;
    else
        subscription->last = task->prev;
    topic->pending--;
    if (topic->drains)
        engine_release(topic->setting.engine);
    delivery_task_give_back(topic->setting.pool, task);
}

static void schedule(struct delivery_task *task, int64_t at_ns, int64_t now_ns)
{
    struct engine *engine = task->subscription->topic->setting.engine;
    if (at_ns <= now_ns)
        engine_soon(engine, &task->event);
    else
        engine_at(engine, &task->event, at_ns);
}

static void end(struct delivery_task *task, int64_t now_ns)
{
    struct subscription *subscription = task->subscription;
    struct delivery_task *behind = task->behind;
    if (is_group_busy(subscription, task->group) && subscription->last_of[task->group] == task)
        subscription->last_of[task->group] = NULL;
    unlink(task);
    if (behind != NULL)
        schedule(behind, behind->due_ns, now_ns);
}

/* SNS-15, SNS-17: to the subscription's dead-letter queue, as it would have been delivered. */
static void lose(struct delivery_task *task, int64_t why, int64_t now_ns)
{
    const struct subscription *subscription = task->subscription;
    struct queue *queue = subscription->dead_letter;
    struct sent reply = {.slot = MESSAGE_NONE};
    struct fact fact = task_fact(task, PROBE_NOTIFY_LOST, now_ns);
    if (queue != NULL) {
        enum send_status status =
            queue->service.ops->send(&queue->service, &task->send, 1, &reply, now_ns);
        if (status == SEND_OK)
            status = reply.status;
        const bool is_kept = status == SEND_OK || status == SEND_DEDUPLICATED;
        why |= is_kept ? PROBE_LOSS_REDRIVEN : PROBE_LOSS_REDRIVE_FAILED;
    }
    fact.value = why;
    fact.other = probe_branch(task->send.path);
    say_stored(subscription, &fact, &task->send, &reply);
    end(task, now_ns);
}

static void fail(struct delivery_task *task, bool can_retry, int64_t now_ns)
{
    const struct delivery_policy *policy = &task->subscription->policy;
    struct fact fact = task_fact(task, PROBE_NOTIFY_FAILED, now_ns);
    const int64_t pause_ns = can_retry ? delivery_pause_ns(policy, (int64_t)task->tries - 1) : -1;
    const bool again =
        pause_ns >= 0 && now_ns - task->published_ns <= policy->lifetime_ns - pause_ns;
    fact.value = again;
    say(task->subscription, &fact);
    if (again)
        schedule(task, now_ns + pause_ns, now_ns);
    else
        lose(task, can_retry ? PROBE_LOSS_RETRIES_OVER : 0, now_ns);
}

static void settle(struct delivery_task *task, enum outcome outcome, const struct sent *reply,
                   int64_t now_ns)
{
    if (outcome == WAITS)
        return;
    if (outcome != DONE) {
        fail(task, outcome == SERVER_ERROR, now_ns);
        return;
    }
    struct fact fact = task_fact(task, PROBE_NOTIFIED, now_ns);
    fact.value = task->published_ns;
    fact.other = probe_branch(task->send.path);
    say_stored(task->subscription, &fact, &task->send, reply);
    end(task, now_ns);
}

static enum outcome ask_endpoint(struct delivery_task *task, int64_t now_ns)
{
    const struct subscription *subscription = task->subscription;
    const bool is_http =
        subscription->protocol == TOPIC_HTTP || subscription->protocol == TOPIC_HTTPS;
    struct endpoint *endpoint = subscription->endpoint;
    if (endpoint == NULL)
        return CLIENT_ERROR;
    task->is_out = true;
    task->call.send = &task->send;
    task->call.caller = subscription->topic->service.node.id;
    task->call.tries = task->tries;
    if (is_http)
        engine_at(subscription->topic->setting.engine, &task->event, now_ns + HTTP_TIMEOUT_NS);
    endpoint->ops->deliver(endpoint, &task->call, now_ns);
    return WAITS;
}

/* SNS-13: tries that are due wait for their turn, one gap after the other. */
static bool must_wait(struct delivery_task *task, int64_t now_ns)
{
    struct subscription *subscription = task->subscription;
    const int64_t gap_ns = subscription->policy.gap_ns;
    if (gap_ns == 0 || task->has_turn)
        return false;
    const int64_t at_ns = subscription->gap_over_ns > now_ns ? subscription->gap_over_ns : now_ns;
    subscription->gap_over_ns = at_ns + gap_ns;
    if (at_ns == now_ns)
        return false;
    task->has_turn = true;
    schedule(task, at_ns, now_ns);
    return true;
}

static void try_now(struct delivery_task *task, int64_t now_ns)
{
    struct sent reply = {.slot = MESSAGE_NONE};
    if (must_wait(task, now_ns))
        return;
    task->has_turn = false;
    task->tries++;
    const enum outcome outcome = task->is_refused ? CLIENT_ERROR
                                 : task->subscription->protocol == TOPIC_SQS
                                     ? ask_queue(task->subscription, &task->send, &reply, now_ns)
                                     : ask_endpoint(task, now_ns);
    settle(task, outcome, &reply, now_ns);
}

/* The endpoint's business ends here: what follows is an event of its own. */
static void on_answer(struct endpoint_call *call, enum endpoint_answer answer, int64_t now_ns)
{
    struct delivery_task *task = EVENT_OWNER(call, struct delivery_task, call);
    struct engine *engine = task->subscription->topic->setting.engine;
    MUST(task->is_out);
    (void)now_ns;
    engine_cancel(engine, &task->event);
    task->is_out = false;
    task->has_answer = true;
    task->answer = answer;
    engine_soon(engine, &task->event);
}

static void on_due(struct event *event, int64_t now_ns)
{
    struct delivery_task *task = EVENT_OWNER(event, struct delivery_task, event);
    const struct sent nowhere = {.slot = MESSAGE_NONE};
    enum outcome outcome = SERVER_ERROR;
    if (!task->is_out && !task->has_answer) {
        try_now(task, now_ns);
        return;
    }
    if (task->is_out) { /* timed out */
        struct endpoint *endpoint = task->subscription->endpoint;
        endpoint->ops->drop(endpoint, &task->call);
    } else {
        outcome = task->answer == ENDPOINT_OK             ? DONE
                  : task->answer == ENDPOINT_CLIENT_ERROR ? CLIENT_ERROR
                                                          : SERVER_ERROR;
    }
    task->is_out = task->has_answer = false;
    settle(task, outcome, &nowhere, now_ns);
}

/* --- the beginning and a sudden end --- */

/* Will it be stored in a FIFO queue, or in the dead-letter queue of one that is gone? */
static bool is_to_fifo(const struct subscription *subscription)
{
    const struct queue *queue =
        subscription->queue != NULL ? subscription->queue : subscription->dead_letter;
    return queue != NULL && queue->is_fifo;
}

/* The first copy of its sort, or one that is nobody else's. */
static __attribute__((noinline)) const struct send *
make_copy(const struct subscription *subscription, struct topic_fan_out *fan_out, size_t which,
          bool *is_refused)
{
    const struct topic *topic = subscription->topic;
    const struct topic_setting *setting = &topic->setting;
    struct send *copy = &fan_out->copies[which];
    *copy = *fan_out->published;
    topic->kind->address(topic, (which & 1) != 0, copy);
    if (setting->translate != NULL) {
        *is_refused = !setting->translate(setting->context, subscription, fan_out->number, copy);
        return copy;
    }
    fan_out->has_copy[which] = true;
    if (!subscription->raw) /* SNS-6 */
        copy->bytes += (uint32_t)topic->cfg->envelope_bytes;
    return copy;
}

/* What the subscriber gets; *is_refused: nobody can take it. */
static inline const struct send *copy_of(const struct topic *topic,
                                         const struct subscription *subscription,
                                         struct topic_fan_out *fan_out, bool *is_refused)
{
    /* To a standard topic all queues are alike. */
    const bool to_fifo = topic->service.is_fifo && is_to_fifo(subscription);
    const size_t which = (to_fifo ? 1u : 0u) | (subscription->raw ? 2u : 0u);
    *is_refused = false;
    if (fan_out->has_copy[which])
        return &fan_out->copies[which];
    return make_copy(subscription, fan_out, which, is_refused);
}

static int64_t latency_ns(const struct subscription *subscription, uint64_t number)
{
    const struct topic *topic = subscription->topic;
    return topic->is_prompt ? 0
                            : dist_draw_keyed_ns(&topic->cfg->latency, topic->latencies, number,
                                                 subscription->index);
}

/* Behind those of its group that are under way; false: there are some, and it waits. */
static bool join_row(struct delivery_task *task)
{
    struct delivery_task **last = last_of(task->subscription, task->group);
    struct delivery_task *before = *last;
    *last = task;
    if (before == NULL)
        return true;
    before->behind = task;
    return false;
}

static void begin_later(struct subscription *subscription, const struct topic_fan_out *fan_out,
                        const struct send *send, bool is_refused)
{
    const int64_t now_ns = fan_out->now_ns;
    struct delivery_task *task =
        begin(subscription, send, fan_out->published->group, fan_out->number, now_ns);
    task->is_refused = is_refused;
    task->due_ns = now_ns + latency_ns(subscription, fan_out->number);
    if (!subscription->topic->service.is_fifo || join_row(task))
        schedule(task, task->due_ns, now_ns);
}

/* The first try was made within the call, and failed. */
static void begin_failed(struct subscription *subscription, const struct topic_fan_out *fan_out,
                         const struct send *send, enum outcome outcome)
{
    struct delivery_task *task =
        begin(subscription, send, fan_out->published->group, fan_out->number, fan_out->now_ns);
    task->tries = 1;
    if (subscription->topic->service.is_fifo)
        join_row(task);
    fail(task, outcome == SERVER_ERROR, fan_out->now_ns);
}

/* The fact of the publication becomes one about the subscription, too. */
static inline void tell(const struct topic *topic, const struct subscription *subscription,
                        struct fact *fact, enum probe_kind kind)
{
    fact->who = probe_who(kind, topic->service.node.id, subscription->node, subscription->index);
    say(subscription, fact);
}

static void tell_filtered(const struct topic *topic, const struct subscription *subscription,
                          struct topic_fan_out *fan_out)
{
    struct fact *fact = &fan_out->fact;
    fact->message = MESSAGE_NONE;
    fact->delivery = 0;
    fact->bytes = fan_out->published->bytes;
    fact->value = subscription->verdict;
    fact->other = 0;
    tell(topic, subscription, fact, PROBE_FILTERED);
}

/* The first try falls into the call of the publication. */
static inline void try_at_once(struct subscription *subscription, struct topic_fan_out *fan_out,
                               const struct send *send, uint32_t branch)
{
    struct fact *fact = &fan_out->fact;
    struct sent reply;
    const enum outcome outcome = ask_queue(subscription, send, &reply, fan_out->now_ns);
    if (outcome != DONE) {
        begin_failed(subscription, fan_out, send, outcome);
        return;
    }
    fact->delivery = 1;
    fact->value = fan_out->now_ns;
    fact->other = branch;
    fact->who += PROBE_NOTIFIED - PROBE_FANNED_OUT; /* of the same subscription */
    say_stored(subscription, fact, send, &reply);
}

/* Begins a delivery, which may end within. */
static inline void deliver(const struct topic *topic, struct subscription *subscription,
                           struct topic_fan_out *fan_out, uint32_t branch)
{
    struct fact *fact = &fan_out->fact;
    bool is_refused;
    const struct send *send = copy_of(topic, subscription, fan_out, &is_refused);
    fact->message = MESSAGE_NONE;
    fact->delivery = branch;
    fact->bytes = send->bytes;
    fact->value = subscription->protocol;
    fact->other = 0;
    tell(topic, subscription, fact, PROBE_FANNED_OUT);
    if (subscription->protocol != TOPIC_SQS || !topic->is_prompt ||
        is_group_busy(subscription, fan_out->published->group))
        begin_later(subscription, fan_out, send, is_refused);
    else if (is_refused)
        begin_failed(subscription, fan_out, send, CLIENT_ERROR);
    else
        try_at_once(subscription, fan_out, send, branch);
}

void topic_deliver(const struct topic *topic, struct topic_fan_out *fan_out)
{
    const uint32_t branch = probe_branch(fan_out->published->path);
    for (struct subscription *at = topic->first; at != NULL; at = at->next) {
        if (!at->confirmed)
            continue;
        if (at->verdict == FILTER_MATCHED)
            deliver(topic, at, fan_out, branch);
        else
            tell_filtered(topic, at, fan_out);
    }
}

void topic_deliver_drop(struct subscription *subscription, bool tells, int64_t now_ns)
{
    struct engine *engine = subscription->topic->setting.engine;
    for (struct delivery_task *task = subscription->first, *next; task != NULL; task = next) {
        next = task->next;
        engine_cancel(engine, &task->event);
        if (task->is_out)
            subscription->endpoint->ops->drop(subscription->endpoint, &task->call);
        if (tells) {
            struct fact fact = task_fact(task, PROBE_NOTIFY_LOST, now_ns);
            fact.other = probe_branch(task->send.path);
            say(subscription, &fact);
        }
        forget(subscription, &task->send);
        unlink(task);
    }
}
