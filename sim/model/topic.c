// SPDX-License-Identifier: GPL-3.0-or-later
/* Topics: subscriptions, and the fan-out of a publication.
 *
 * First all subscriptions judge a publication, so that the topic can say how many it matches; then
 * each that matches begins a delivery, in the order of subscribing. */
#include "model/topic.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/must.h"
#include "core/rng.h"

_Static_assert((int)TOPIC_SQS == PROBE_TO_QUEUE && (int)TOPIC_EMAIL == PROBE_TO_EMAIL &&
                   (int)TOPIC_HTTP == PROBE_TO_HTTP &&
                   (int)SEND_THROTTLED == PROBE_PUBLISH_THROTTLED,
               "facts tell protocol and status");
_Static_assert((int)FILTER_OUT_ATTRIBUTES == PROBE_FILTERED_ATTRIBUTES &&
                   (int)FILTER_OUT_INVALID_BODY == PROBE_FILTERED_BAD_BODY,
               "facts tell the verdict");

const struct topic_kind *const topic_kinds[] = {
#define TOPIC_POINTER(kind) &topic_##kind,
    TOPIC_KINDS(TOPIC_POINTER)
#undef TOPIC_POINTER
        NULL};

static const struct service_ops topic_ops = {.send = topic_publish};

static void take_cfg(struct topic *topic, const struct topic_cfg *cfg)
{
    topic->own = *cfg;
    topic->cfg = &topic->own;
    topic->is_prompt = dist_takes_no_time(&cfg->latency);
}

void topic_init(struct topic *topic, const struct topic_kind *kind, const struct topic_cfg *cfg,
                const char *name, uint16_t id, const struct topic_setting *setting)
{
    memset(topic, 0, sizeof *topic);
    topic->service =
        (struct service){.node = {name, NODE_TOPIC, id}, .ops = &topic_ops, .is_fifo = cfg->fifo};
    topic->kind = kind;
    topic->setting = *setting;
    topic->latencies = rng_name(setting->seed, setting->replication, name, "latency");
    gate_init(&topic->gate, rng_name(setting->seed, setting->replication, name, "gate"));
    take_cfg(topic, cfg);
    topic->state = must_alloc(kind->state_bytes);
    memset(topic->state, 0, kind->state_bytes);
    kind->init(topic);
}

static void free_subscription(struct subscription *subscription)
{
    free(subscription->last_of);
    free(subscription);
}

void topic_free(struct topic *topic)
{
    for (struct subscription *at = topic->first, *next; at != NULL; at = next) {
        next = at->next;
        topic_deliver_drop(at, false, 0);
        free_subscription(at);
    }
    topic->kind->free(topic);
    free(topic->state);
    topic->first = topic->last = NULL;
    topic->state = NULL;
}

void topic_change(struct topic *topic, const struct topic_cfg *cfg, int64_t now_ns)
{
    const struct topic_cfg before = topic->own;
    MUST(cfg->fifo == before.fifo);
    take_cfg(topic, cfg);
    if (topic->kind->changed != NULL)
        topic->kind->changed(topic, &before, now_ns);
}

/* --- subscriptions --- */

struct subscription *topic_subscribe(struct topic *topic, const struct subscription *as)
{
    struct subscription *made = must_alloc(sizeof *made);
    *made = *as;
    made->topic = topic;
    made->prev = topic->last;
    made->next = NULL;
    made->index = topic->next_index++;
    made->first = made->last = NULL;
    made->last_of = NULL;
    made->group_capacity = 0;
    made->gap_over_ns = 0;
    if (topic->last != NULL)
        topic->last->next = made;
    else
        topic->first = made;
    topic->last = made;
    topic->subscription_count++;
    return made;
}

void topic_unsubscribe(struct subscription *subscription, int64_t now_ns)
{
    struct topic *topic = subscription->topic;
    topic_deliver_drop(subscription, true, now_ns);
    *(subscription->prev == NULL ? &topic->first : &subscription->prev->next) = subscription->next;
    *(subscription->next == NULL ? &topic->last : &subscription->next->prev) = subscription->prev;
    topic->subscription_count--;
    free_subscription(subscription);
}

const char *topic_refuses(bool topic_is_fifo, enum topic_protocol protocol, bool queue_is_fifo)
{
    /* SNS-21 */
    if (topic_is_fifo && protocol != TOPIC_SQS)
        return "a FIFO topic delivers to queues only";
    if (!topic_is_fifo && protocol == TOPIC_SQS && queue_is_fifo)
        return "a standard topic does not deliver to a FIFO queue";
    return NULL;
}

struct delivery_policy topic_policy(enum topic_protocol protocol, const struct delivery_cfg *topic,
                                    const struct delivery_cfg *subscription)
{
    switch (protocol) {
    case TOPIC_HTTP:
    case TOPIC_HTTPS:
        return delivery_policy_of(topic, subscription); /* SNS-12, SNS-13 */
    case TOPIC_EMAIL:
        return delivery_customer_managed; /* SNS-11 */
    default:
        return delivery_aws_managed; /* SNS-10 */
    }
}

/* --- publishing --- */

static struct fact call_fact(const struct topic *topic, enum probe_kind kind,
                             const struct send *send, size_t index, int64_t now_ns)
{
    return (struct fact){
        .at_ns = now_ns,
        .who = probe_who(kind, topic->service.node.id, send->producer, (uint16_t)index),
        .message = MESSAGE_NONE,
        .delivery = probe_branch(send->path),
        .group = send->group,
        .bytes = send->bytes,
        .root = send->root};
}

static void reject(struct topic *topic, const struct send *send, size_t index,
                   enum send_status status, int64_t now_ns)
{
    struct fact fact = call_fact(topic, PROBE_PUBLISH_REJECTED, send, index, now_ns);
    fact.value = status;
    probe_emit(topic->setting.probe, &fact);
}

static void say_deduplicated(struct topic *topic, const struct send *send, size_t index,
                             const struct sent *reply, int64_t now_ns)
{
    struct fact fact = call_fact(topic, PROBE_PUBLISH_DEDUPED, send, index, now_ns);
    fact.seq = (int64_t)reply->number;
    fact.value = (int64_t)send->dedup;
    fact.other = reply->first_ns;
    probe_emit(topic->setting.probe, &fact);
}

/* FLT-1, FLT-7 */
static enum filter_verdict judge(const struct subscription *subscription,
                                 struct topic_fan_out *fan_out)
{
    const struct topic_setting *setting = &subscription->topic->setting;
    const struct filter_subject **subject = &fan_out->subjects[subscription->scope];
    if (*subject == NULL)
        *subject = setting->subject(setting->context, fan_out->published, subscription->scope);
    return filter_judge(subscription->filter, *subject);
}

static void fan_out(struct topic *topic, const struct send *send, size_t index, uint64_t number,
                    int64_t now_ns)
{
    struct topic_fan_out out;
    out.published = send;
    out.number = number;
    out.now_ns = now_ns;
    out.fact = call_fact(topic, PROBE_PUBLISHED, send, index, now_ns);
    memset(out.subjects, 0, sizeof out.subjects);
    memset(out.has_copy, 0, sizeof out.has_copy);
    for (struct subscription *at = topic->first; at != NULL; at = at->next) {
        at->verdict = at->filter == NULL ? FILTER_MATCHED : judge(at, &out);
        /* SNS-3: who has not confirmed gets nothing. */
        out.fact.value += at->confirmed && at->verdict == FILTER_MATCHED;
    }
    out.fact.seq = topic->service.is_fifo ? (int64_t)number : 0;
    out.fact.other = send->called_ns;
    probe_emit(topic->setting.probe, &out.fact);
    topic_deliver(topic, &out);
}

static void publish_one(struct topic *topic, const struct send *send, size_t index,
                        struct sent *reply, int64_t now_ns)
{
    *reply = (struct sent){.slot = MESSAGE_NONE};
    reply->status = topic->kind->admit(topic, send, reply, now_ns);
    if (reply->status == SEND_OK)
        fan_out(topic, send, index, reply->number, now_ns);
    else if (reply->status == SEND_DEDUPLICATED)
        say_deduplicated(topic, send, index, reply, now_ns);
    else
        reject(topic, send, index, reply->status, now_ns);
}

enum send_status topic_publish(struct service *service, const struct send *entries, size_t count,
                               struct sent *replies, int64_t now_ns)
{
    struct topic *topic = (struct topic *)service;
    const enum send_status status = gate_judges(&topic->gate) && !gate_pass(&topic->gate, now_ns)
                                        ? SEND_THROTTLED
                                        : topic->kind->check_call(topic, entries, count, now_ns);
    for (size_t i = 0; i < count && status != SEND_BAD_BATCH; i++) {
        if (status == SEND_OK) {
            publish_one(topic, &entries[i], i, &replies[i], now_ns);
            continue;
        }
        replies[i] = (struct sent){.status = status, .slot = MESSAGE_NONE};
        reject(topic, &entries[i], i, status, now_ns);
    }
    return status;
}
