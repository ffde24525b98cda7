// SPDX-License-Identifier: GPL-3.0-or-later
/* The oracle's receives: who comes first, who is dead, and how long a call waits. */
#include "property/oracle/parts.h"

#include "base/must.h"

enum { ATTEMPT_MS = 300000 };

/* The handles that one call gives. */
struct taken {
    int handles[10], count;
};

/* --- order --- */

static bool is_better(const struct oracle_message *m, const struct oracle_message *best)
{
    return best == NULL || m->place < best->place;
}

static struct oracle_message *first_standard(struct oracle *o, int queue)
{
    struct oracle_message *best = NULL;
    for (int i = 0; i < o->message_count; i++) {
        struct oracle_message *m = &o->messages[i];
        if (m->queue == queue && m->visible && is_better(m, best))
            best = m;
    }
    return best;
}

/* The first of a group behind `after` (a place), visible or not. */
static struct oracle_message *next_of_group(struct oracle *o, int queue, int group, int64_t after)
{
    struct oracle_message *best = NULL;
    for (int i = 0; i < o->message_count; i++) {
        struct oracle_message *m = &o->messages[i];
        if (m->queue == queue && m->group == group && m->place > after && is_better(m, best))
            best = m;
    }
    return best;
}

/* FIFO-27: only so many messages are looked at, whatever their state. */
static bool is_seen(const struct oracle *o, const struct oracle_message *m)
{
    int before = 0;
    if (o->message_count <= o->look_back)
        return true;
    for (int i = 0; i < o->message_count; i++)
        before += o->messages[i].queue == m->queue && o->messages[i].place < m->place;
    return before < o->look_back;
}

static bool is_full(const struct oracle *o, int queue)
{
    int in_flight = 0;
    for (int i = 0; i < o->message_count; i++) {
        const struct oracle_message *m = &o->messages[i];
        in_flight += m->queue == queue && !m->visible && m->receives > 0;
    }
    return in_flight >= o->in_flight_limit;
}

/* FIFO-22: the head that became available first; at one instant the one that was sent first. */
static struct oracle_message *first_head(struct oracle *o, int queue, const bool done[])
{
    struct oracle_message *best = NULL;
    for (int i = 0; i < o->message_count; i++) {
        struct oracle_message *m = &o->messages[i];
        if (m->queue != queue || !m->visible || done[m->group] ||
            next_of_group(o, queue, m->group, 0) != m || !is_seen(o, m))
            continue;
        if (best == NULL || m->available_ms < best->available_ms ||
            (m->available_ms == best->available_ms && m->place < best->place))
            best = m;
    }
    return best;
}

struct oracle_message *oracle_oldest(struct oracle *o, int queue)
{
    const bool done[SCRIPT_GROUPS] = {false};
    return o->fifo ? first_head(o, queue, done) : first_standard(o, queue);
}

/* --- delivery --- */

static bool is_dead(const struct oracle *o, const struct oracle_message *m)
{
    const struct script_attributes *a = &o->queues[m->queue].attributes;
    return a->target != ABSENT && m->receives >= a->receives;
}

/* DLQ-2, DLQ-3, DLQ-5. */
static void bury(struct oracle *o, struct oracle_message *m)
{
    const int target = o->queues[m->queue].attributes.target;
    if (!o->queues[target].exists || oracle_running(o, target) != NULL ||
        oracle_running(o, m->queue) != NULL ||
        (o->fifo && oracle_count(o, m->queue) > (size_t)o->look_back))
        o->lost = true;
    m->source = m->queue;
    if (o->fifo) {
        m->sent_ms = o->now_ms;
        m->dedup = ORACLE_DEDUP_MESSAGE + m->id;
    }
    oracle_arrive(o, m, target);
}

static void deliver(struct oracle *o, const struct script_call *call, struct oracle_message *m,
                    int visibility_s, struct taken *taken)
{
    struct oracle_handle *h = &o->handles[o->handle_count];
    MUST(o->handle_count < ORACLE_HANDLES);
    if (m->receives++ == 0)
        m->first_ms = o->now_ms;
    m->received_ms = o->now_ms;
    m->retried = false;
    if (!o->fifo && m->group != ABSENT)
        o->tenant_receives[m->queue][m->group]++;
    oracle_hide(m, o->now_ms + 1000 * (int64_t)visibility_s);
    *h = (struct oracle_handle){.message = (int)(m - o->messages),
                                .stay = m->stays,
                                .queue = m->queue,
                                .life = o->queues[m->queue].lives,
                                .deadline_ms = m->available_ms,
                                .given = {call->number, taken->count}};
    m->handle = o->handle_count++;
    taken->handles[taken->count++] = m->handle;
}

static void take_standard(struct oracle *o, const struct script_call *call, int most,
                          int visibility_s, struct taken *taken)
{
    struct oracle_message *m;
    while (taken->count < most && !is_full(o, call->queue) &&
           (m = first_standard(o, call->queue)) != NULL) {
        if (is_dead(o, m))
            bury(o, m);
        else
            deliver(o, call, m, visibility_s, taken);
    }
}

/* FIFO-20, FIFO-21: a group's visible prefix before the next group. */
static void take_group(struct oracle *o, const struct script_call *call,
                       struct oracle_message *head, int most, int visibility_s, struct taken *taken)
{
    const int group = head->group;
    struct oracle_message *m = head;
    while (taken->count < most && m != NULL && m->visible && is_seen(o, m) &&
           !is_full(o, call->queue)) {
        const int64_t place = m->place;
        if (is_dead(o, m))
            bury(o, m);
        else
            deliver(o, call, m, visibility_s, taken);
        m = next_of_group(o, call->queue, group, place);
    }
}

static void take(struct oracle *o, const struct script_call *call, int most, int visibility_s,
                 struct taken *taken)
{
    bool done[SCRIPT_GROUPS] = {false};
    struct oracle_message *head;
    if (!o->fifo) {
        take_standard(o, call, most, visibility_s, taken);
        /* What is not hidden at all returns in the order in which it was handed out. */
        for (int i = 0; visibility_s == 0 && i < taken->count; i++)
            oracle_show(o, &o->messages[o->handles[taken->handles[i]].message]);
        return;
    }
    while (taken->count < most && !is_full(o, call->queue) &&
           (head = first_head(o, call->queue, done)) != NULL) {
        done[head->group] = true;
        take_group(o, call, head, most, visibility_s, taken);
    }
}

/* --- attempts (RCV-12) --- */

static struct oracle_attempt *attempt_of(struct oracle *o, const struct script_call *call)
{
    for (int i = o->attempt_count - 1; i >= 0; i--) {
        struct oracle_attempt *a = &o->attempts[i];
        if (a->queue == call->queue && a->attempt == call->attempt &&
            a->life == o->queues[call->queue].lives)
            return a;
    }
    return NULL;
}

static bool is_attempt_whole(const struct oracle *o, const struct oracle_attempt *a)
{
    for (int i = 0; i < a->count; i++) {
        const struct oracle_handle *h = &o->handles[a->handles[i]];
        const struct oracle_message *m = &o->messages[h->message];
        if (m->queue != a->queue || m->stays != h->stay || m->handle != a->handles[i] ||
            m->visible || h->changed)
            return false;
    }
    return a->count > 0;
}

/* Asked with other parameters, or at the end of the five minutes. */
static bool is_attempt_open(const struct oracle *o, const struct oracle_attempt *a,
                            const struct script_call *call, int visibility_s)
{
    if (!is_attempt_whole(o, a) || o->now_ms > a->answered_ms + ATTEMPT_MS)
        return false;
    return o->now_ms >= a->asked_ms + ATTEMPT_MS || a->most != call->most ||
           a->visibility_given_s != call->visibility_s || a->visibility_s != visibility_s;
}

static void retry(struct oracle *o, const struct oracle_attempt *a, int visibility_s,
                  struct taken *taken)
{
    for (int i = 0; i < a->count; i++) {
        struct oracle_handle *h = &o->handles[a->handles[i]];
        struct oracle_message *m = &o->messages[h->message];
        oracle_hide(m, o->now_ms + 1000 * (int64_t)visibility_s);
        m->retried = true;
        h->deadline_ms = m->available_ms;
        taken->handles[taken->count++] = a->handles[i];
    }
}

static void keep_attempt(struct oracle *o, const struct script_call *call, int64_t asked_ms,
                         int visibility_s, const struct taken *taken)
{
    struct oracle_attempt *a = &o->attempts[o->attempt_count++];
    MUST(o->attempt_count <= ORACLE_ATTEMPTS);
    *a = (struct oracle_attempt){.queue = call->queue,
                                 .life = o->queues[call->queue].lives,
                                 .attempt = call->attempt,
                                 .asked_ms = asked_ms,
                                 .answered_ms = o->now_ms,
                                 .visibility_s = visibility_s,
                                 .most = call->most,
                                 .visibility_given_s = call->visibility_s,
                                 .count = taken->count};
    for (int i = 0; i < taken->count; i++)
        a->handles[i] = taken->handles[i];
}

/* --- the call --- */

static void say_message(const struct oracle *o, int handle, struct text *reply)
{
    const struct oracle_message *m = &o->messages[o->handles[handle].message];
    text_printf(reply, "{\"MessageId\":\"@message:%d\",\"ReceiptHandle\":\"@handle:%d\",", m->id,
                handle);
    text_add(reply, "\"Body\":\"");
    script_add_body(reply, m->body);
    text_add(reply, "\",\"MD5OfBody\":\"");
    script_add_body_md5(reply, m->body);
    text_printf(reply,
                "\",\"Attributes\":{\"SenderId\":\"@any\",\"SentTimestamp\":\"%lld\","
                "\"ApproximateReceiveCount\":\"%d\","
                "\"ApproximateFirstReceiveTimestamp\":\"%lld\"",
                (long long)m->sent_ms, m->receives, (long long)m->first_ms);
    if (m->group != ABSENT) {
        text_add(reply, ",\"MessageGroupId\":\"");
        script_add_group(reply, m->group);
        text_add(reply, "\"");
    }
    if (o->fifo) {
        text_printf(reply, ",\"SequenceNumber\":\"@sequence:%lld\",\"MessageDeduplicationId\":\"",
                    (long long)oracle_sequence(o, m->queue, m->sequence));
        if (m->dedup == ORACLE_DEDUP_ANY)
            text_add(reply, "@any");
        else if (m->dedup >= ORACLE_DEDUP_MESSAGE)
            text_printf(reply, "@message:%d", m->dedup - ORACLE_DEDUP_MESSAGE);
        else
            script_add_dedup(reply, m->dedup);
        text_add(reply, "\"");
    }
    if (m->source != ABSENT) {
        text_add(reply, ",\"DeadLetterQueueSourceArn\":\"");
        script_add_arn(reply, m->source, o->fifo);
        text_add(reply, "\"");
    }
    text_add(reply, "}");
    if (m->attribute != ABSENT) {
        text_printf(reply,
                    ",\"MessageAttributes\":{\"k\":{\"DataType\":\"String\","
                    "\"StringValue\":\"v%d\"}},\"MD5OfMessageAttributes\":\"",
                    m->attribute);
        script_add_attribute_md5(reply, m->attribute);
        text_add(reply, "\"");
    }
    text_add(reply, "}");
}

static bool is_out_of_range(const struct script_call *call)
{
    return (call->most != ABSENT && (call->most < 1 || call->most > 10)) || call->wait_s > 20 ||
           call->visibility_s > 43200;
}

/* FAIR-2: 30 in flight, or as many receives lately, are the least of a noisy group; a call takes up
 * to 10. */
static bool may_be_noisy(const struct oracle *o, int queue)
{
    for (int i = 0; i < SCRIPT_GROUPS; i++)
        if (o->tenant_receives[queue][i] >= 20)
            return true;
    return false;
}

static bool is_receive_open(struct oracle *o, const struct script_call *call, int wait_s)
{
    const struct oracle_queue *q = &o->queues[call->queue];
    if (!q->exists)
        return is_out_of_range(call);
    /* Who gets what appears, the poll or the task? */
    if (wait_s > 0 && oracle_running(o, call->queue) != NULL)
        return true;
    return may_be_noisy(o, call->queue) || (!o->fifo && call->attempt != ABSENT) ||
           (q->attributes.target != ABSENT && !o->queues[q->attributes.target].exists);
}

enum oracle_answer oracle_receive(struct oracle *o, const struct script_call *call,
                                  struct text *reply)
{
    const struct script_attributes *a = &o->queues[call->queue].attributes;
    const int most = call->most != ABSENT ? call->most : 1;
    const int visibility_s = call->visibility_s != ABSENT ? call->visibility_s : a->visibility_s;
    const int wait_s = call->wait_s != ABSENT ? call->wait_s : a->wait_s;
    const int64_t asked_ms = o->now_ms, end_ms = asked_ms + 1000 * (int64_t)wait_s;
    struct taken taken = {.count = 0};
    if (is_receive_open(o, call, wait_s))
        return ORACLE_OPEN;
    if (!o->queues[call->queue].exists)
        return oracle_refuse_missing(reply);
    if (is_out_of_range(call))
        return oracle_refuse(reply, "InvalidParameterValue");
    /* RCV-9. */
    if (!o->fifo && wait_s == 0 && is_full(o, call->queue))
        return oracle_refuse(reply, "OverLimit");
    const struct oracle_attempt *old = call->attempt != ABSENT ? attempt_of(o, call) : NULL;
    if (old != NULL && is_attempt_open(o, old, call, visibility_s))
        return ORACLE_OPEN;
    const bool again =
        old != NULL && is_attempt_whole(o, old) && o->now_ms < old->asked_ms + ATTEMPT_MS;
    if (again)
        retry(o, old, visibility_s, &taken);
    else
        take(o, call, most, visibility_s, &taken);
    while (taken.count == 0 && o->now_ms < end_ms) {
        const int64_t next_ms = oracle_next_ms(o);
        o->now_ms = next_ms < end_ms ? next_ms : end_ms;
        oracle_settle(o);
        const int64_t arrivals = o->arrivals;
        take(o, call, most, visibility_s, &taken);
        /* A poll that is answered, or buries, at the instant of a move: which comes first? */
        if ((taken.count > 1 || o->arrivals > arrivals) && oracle_has_moved(o))
            o->lost = true;
    }
    if (call->attempt != ABSENT && !again && taken.count > 0)
        keep_attempt(o, call, asked_ms, visibility_s, &taken);
    text_add(reply, "{\"Result\":{\"Messages\":[");
    for (int i = 0; i < taken.count; i++) {
        text_add(reply, i > 0 ? "," : "");
        say_message(o, taken.handles[i], reply);
    }
    text_add(reply, "]}}");
    return ORACLE_ANSWERED;
}
