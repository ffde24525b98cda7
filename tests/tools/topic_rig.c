// SPDX-License-Identifier: GPL-3.0-or-later
/* The rig of topic tests: publications by number, and what the topic says as a text. */
#include "tools/topic_rig.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/must.h"
#include "base/units.h"

static const struct queue_kind *kind_of(const struct topic_rig *rig, int queue)
{
    return rig->cfg.fifo && queue != RIG_C ? &queue_sqs_fifo : &queue_sqs_standard;
}

void topic_rig_init(struct topic_rig *rig, bool is_fifo)
{
    memset(rig, 0, sizeof *rig);
    engine_init(&rig->engine);
    rig->queue_limits = (struct queue_limits){.max_bytes = MIB,
                                              .batch_bytes = MIB,
                                              .in_flight_standard = 120000,
                                              .in_flight_fifo = 120000,
                                              .fifo_look_back = 120000,
                                              .fifo_calls_per_s = 300,
                                              .fifo_high_calls_per_s = 70000,
                                              .fifo_partition_calls_per_s = 300};
    rig->limits = (struct topic_limits){.max_bytes = 256 * KIB,
                                        .standard_messages_per_s = 30000,
                                        .fifo_messages_per_s = 3000,
                                        .fifo_bytes_per_s = 20.0 * MIB,
                                        .fifo_group_messages_per_s = 300,
                                        .fifo_subscriptions = 100,
                                        .filters = 200};
    rig->cfg =
        (struct topic_cfg){.fifo = is_fifo, .policy = delivery_cfg_none(), .envelope_bytes = 900};
    for (int i = 0; i < RIG_QUEUES; i++)
        rig->queue_cfgs[i] = (struct queue_cfg){.visibility_ns = 30 * SEC,
                                                .retention_ns = 14 * DAY,
                                                .fifo = kind_of(rig, i) == &queue_sqs_fifo,
                                                .storage = {.servers = 1},
                                                .quota_burst = 300,
                                                .poison_receives = 3,
                                                .poison_age_receives = 3,
                                                .in_flight_limit = QUEUE_LIMIT_OF_PROFILE,
                                                .fair = {0.1, 30, 5 * MINUTE}};
    rig->send =
        (struct send){.delay_ns = -1, .group = MESSAGE_NO_GROUP, .bytes = 100, .producer = RIG_WEB};
}

static void note(struct topic_rig *rig, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void note(struct topic_rig *rig, const char *format, ...)
{
    va_list all;
    va_start(all, format);
    rig->length +=
        (size_t)vsnprintf(rig->text + rig->length, sizeof rig->text - rig->length, format, all);
    va_end(all);
    MUST(rig->length < sizeof rig->text);
}

static void hear(void *context, const struct fact *fact)
{
    struct topic_rig *rig = context;
    rig->told[fact->kind]++;
    rig->last[fact->kind] = *fact;
    observe_sink(rig->observe, fact);
    if (fact->node != RIG_TOPIC || rig->is_quiet)
        return;
    note(rig, "%s@%g %s ", rig->length > 0 ? "\n" : "", units_s(fact->at_ns),
         probe_names[fact->kind]);
    if (fact->kind == PROBE_PUBLISHED || fact->kind == PROBE_PUBLISH_REJECTED)
        note(rig, "%llu %lld", (unsigned long long)probe_root_number(fact->root),
             (long long)fact->value);
    else if (fact->kind == PROBE_PUBLISH_DEDUPED)
        note(rig, "%llu", (unsigned long long)probe_root_number(fact->root));
    else if (fact->kind == PROBE_FANNED_OUT)
        note(rig, "%u", fact->n);
    else
        note(rig, "%u %lld", fact->n,
             fact->kind == PROBE_NOTIFIED ? (long long)fact->delivery : (long long)fact->value);
}

static void open_observe(struct topic_rig *rig)
{
    static const struct node nodes[RIG_NODES] = {
        [RIG_A] = {"a", NODE_QUEUE, RIG_A},
        [RIG_B] = {"b", NODE_QUEUE, RIG_B},
        [RIG_C] = {"c", NODE_QUEUE, RIG_C},
        [RIG_DEAD] = {"dead", NODE_QUEUE, RIG_DEAD},
        [RIG_TOPIC] = {"topic", NODE_TOPIC, RIG_TOPIC},
        [RIG_WEB] = {"web", NODE_PRODUCER, RIG_WEB},
        [RIG_WORKER] = {"worker", NODE_CONSUMER, RIG_WORKER},
        [RIG_SITE] = {"site", NODE_ENDPOINT, RIG_SITE},
    };
    for (size_t i = 0; i < RIG_NODES; i++) {
        rig->nodes[i] = nodes[i];
        rig->node_list[i] = &rig->nodes[i];
    }
    const struct observe_setting setting = {.nodes = rig->node_list,
                                            .node_count = RIG_NODES,
                                            .until_ns = INT64_MAX,
                                            .metrics = true,
                                            .invariants = true};
    rig->observe = observe_new(&setting);
    rig->probe = (struct probe){.sink = hear, .context = rig};
}

/* --- the endpoint --- */

static void on_call_over(struct event *event, int64_t now_ns)
{
    struct topic_rig_call *own = EVENT_OWNER(event, struct topic_rig_call, event);
    struct endpoint_call *call = own->call;
    own->call = NULL;
    if (call != NULL)
        call->on_answer(call, own->site->answer, now_ns);
}

static void deliver(struct endpoint *endpoint, struct endpoint_call *call, int64_t now_ns)
{
    struct topic_rig_site *site = (struct topic_rig_site *)endpoint;
    struct topic_rig_call *own = &site->calls[site->count++];
    MUST(site->count <= RIG_CALLS && call->caller == RIG_TOPIC);
    *own = (struct topic_rig_call){
        .event = {.on_due = on_call_over}, .site = site, .call = call, .at_ns = now_ns};
    site->bytes = call->send->bytes;
    call->held = own;
    if (!site->is_silent)
        engine_at(site->engine, &own->event, now_ns + units_ns(site->answers_after_s));
}

static void drop(struct endpoint *endpoint, struct endpoint_call *call)
{
    ((struct topic_rig_call *)call->held)->call = NULL;
    ((struct topic_rig_site *)endpoint)->dropped++;
}

static const struct endpoint_ops site_ops = {deliver, drop};

/* --- the rig --- */

static enum send_status refuse(struct service *service, const struct send *entries, size_t count,
                               struct sent *replies, int64_t now_ns)
{
    (void)service, (void)entries, (void)now_ns;
    for (size_t i = 0; i < count; i++)
        replies[i] = (struct sent){.status = SEND_THROTTLED, .slot = MESSAGE_NONE};
    return SEND_THROTTLED;
}

void topic_rig_open(struct topic_rig *rig)
{
    const struct queue_setting setting = {.engine = &rig->engine,
                                          .messages = &rig->messages,
                                          .probe = &rig->probe,
                                          .limits = &rig->queue_limits,
                                          .seed = 1,
                                          .replication = 1,
                                          .stored_limit = UINT64_MAX};
    static const char *const names[] = {"a", "b", "c", "dead"};
    messages_init(&rig->messages,
                  queue_sqs_fifo.wants | MESSAGE_WANT_GROUP | MESSAGE_WANT_BYTES |
                      MESSAGE_WANT_BODY | MESSAGE_WANT_DEDUP,
                  1);
    open_observe(rig);
    for (uint16_t i = 0; i < RIG_QUEUES; i++) {
        queue_init(&rig->queues[i], kind_of(rig, i), &rig->queue_cfgs[i], names[i], i, &setting);
        queue_announce(&rig->queues[i], 0);
    }
    delivery_pool_init(&rig->pool);
    rig->setting.engine = &rig->engine;
    rig->setting.probe = &rig->probe;
    rig->setting.pool = &rig->pool;
    rig->setting.limits = &rig->limits;
    rig->setting.seed = rig->setting.replication = 1;
    topic_init(&rig->topic, &topic_sns, &rig->cfg, "topic", RIG_TOPIC, &rig->setting);
    rig->site.endpoint = (struct endpoint){.ops = &site_ops, .id = RIG_SITE};
    rig->site.engine = &rig->engine;
    rig->down.send = refuse;
}

void topic_rig_close(struct topic_rig *rig)
{
    observe_finish(rig->observe, rig->now_ns, rig->engine.event_count);
    topic_free(&rig->topic);
    for (int i = 0; i < RIG_QUEUES; i++)
        queue_free(&rig->queues[i]);
    delivery_pool_free(&rig->pool);
    observe_free(rig->observe);
    messages_free(&rig->messages);
}

struct subscription *topic_rig_subscribe(struct topic_rig *rig, enum topic_protocol protocol,
                                         enum topic_rig_node to, bool dead)
{
    const struct delivery_cfg none = delivery_cfg_none();
    const struct subscription as = {
        .protocol = protocol,
        .queue = to < RIG_QUEUES ? &rig->queues[to] : NULL,
        .endpoint = to < RIG_QUEUES ? NULL : &rig->site.endpoint,
        .node = (uint16_t)to,
        .allowed = true,
        .confirmed = true,
        .dead_letter = dead ? &rig->queues[RIG_DEAD] : NULL,
        .policy = topic_policy(protocol, &rig->cfg.policy, &none),
    };
    return topic_subscribe(&rig->topic, &as);
}

void topic_rig_break(struct topic_rig *rig, enum topic_rig_node queue, bool is_broken)
{
    static const struct service_ops whole = {.send = queue_send};
    rig->queues[queue].service.ops = is_broken ? &rig->down : &whole;
}

void topic_rig_at(struct topic_rig *rig, double seconds)
{
    rig->now_ns = units_ns(seconds);
    engine_run_through(&rig->engine, rig->now_ns);
}

enum send_status topic_rig_publish(struct topic_rig *rig, uint32_t number)
{
    struct send send = rig->send;
    send.root = probe_root(RIG_WEB, number);
    send.called_ns = rig->now_ns;
    if (rig->cfg.fifo && send.dedup == 0)
        send.dedup = number + 1;
    rig->reply = (struct sent){0};
    const enum send_status status =
        topic_publish(&rig->topic.service, &send, 1, &rig->reply, rig->now_ns);
    return status == SEND_OK ? rig->reply.status : status;
}

const char *topic_rig_said(struct topic_rig *rig)
{
    if (rig->length == 0)
        rig->text[0] = '\0';
    rig->length = 0;
    return rig->text;
}

const char *topic_rig_called(struct topic_rig *rig)
{
    rig->length = 0;
    rig->text[0] = '\0';
    for (uint32_t i = 0; i < rig->site.count; i++)
        note(rig, "%s%g", i > 0 ? " " : "", units_s(rig->site.calls[i].at_ns));
    rig->length = 0;
    return rig->text;
}

const char *topic_rig_take(struct topic_rig *rig, enum topic_rig_node from)
{
    struct delivery out[10];
    struct queue *queue = &rig->queues[from];
    size_t length = 0;
    rig->text[0] = '\0';
    for (;;) {
        struct poll poll = {
            .max = 1, .caller = RIG_WORKER, .wait_ns = 0, .visibility_ns = -1, .out = out};
        if (queue_receive(queue, &poll, rig->now_ns) != RECEIVE_MESSAGES)
            return rig->text;
        queue_delete(queue, out, 1, NULL, RIG_WORKER, rig->now_ns);
        length += (size_t)snprintf(rig->text + length, sizeof rig->text - length, "%s%llu",
                                   length > 0 ? " " : "",
                                   (unsigned long long)probe_root_number(out[0].root));
    }
}
