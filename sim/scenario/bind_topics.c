// SPDX-License-Identifier: GPL-3.0-or-later
/* Topics as a scenario has them: their names, who can subscribe to what, and whose attributes are
 * whose.  A subscription is named by its place in the list. */
#include "scenario/bind_topics.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Facts number subscriptions by 16 bits. */
enum { SUBSCRIPTIONS_MOST = 65535 };

static const char *const protocol_words[TOPIC_PROTOCOLS] = {
    [TOPIC_SQS] = "sqs",     [TOPIC_LAMBDA] = "lambda", [TOPIC_HTTP] = "http",
    [TOPIC_HTTPS] = "https", [TOPIC_EMAIL] = "email",
};

static struct topic_subscription_cfg *subscription_at(const struct topic_cfg *cfg, size_t i)
{
    return &((struct topic_subscription_cfg *)cfg->subscriptions.items)[i];
}

static bool is_http(const struct topic_subscription_cfg *cfg)
{
    return cfg->protocol == TOPIC_HTTP || cfg->protocol == TOPIC_HTTPS;
}

/* --- places --- */

/* Goes on from where the reader stands to a subscription. */
static size_t enter_subscription(struct bind *bind, size_t i)
{
    char index[24];
    const size_t length = param_enter(&bind->reader, "subscriptions");
    snprintf(index, sizeof index, "%zu", i);
    param_enter(&bind->reader, index);
    return length;
}

/* A mistake at a member of where the reader stands, or there if it has none such. */
static void mistake(struct bind *bind, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void mistake(struct bind *bind, const char *key, const char *format, ...)
{
    struct param_reader *reader = &bind->reader;
    struct text sentence = {0};
    va_list values;
    va_start(values, format);
    text_vprintf(&sentence, format, values);
    va_end(values);
    const struct json *here = json_find(reader->doc, text_of(&reader->pointer));
    bind_member_error(reader, here, key, "%s", text_of(&sentence));
    text_free(&sentence);
}

/* --- one topic --- */

static bool ends_in_fifo(const char *name)
{
    const size_t length = strlen(name);
    return length >= 5 && strcmp(name + length - 5, ".fifo") == 0;
}

/* SNS-20: the ending and the attribute go together, as a queue's do. */
static void check_type(struct bind *bind, const struct scenario_topic *topic)
{
    const struct topic_cfg *cfg = &topic->cfg;
    if (cfg->fifo && !ends_in_fifo(topic->name))
        mistake(bind, "FifoTopic", "a FIFO topic's name ends in .fifo: call it \"%s.fifo\"",
                topic->name);
    if (!cfg->fifo && ends_in_fifo(topic->name))
        mistake(bind, "FifoTopic", "a topic whose name ends in .fifo needs \"FifoTopic\": true");
    if (!cfg->fifo && cfg->content_dedup)
        mistake(bind, "ContentBasedDeduplication",
                "\"ContentBasedDeduplication\" is for FIFO topics");
    if (!cfg->fifo && cfg->throughput_scope != TOPIC_SCOPE_TOPIC)
        mistake(bind, "FifoThroughputScope", "\"FifoThroughputScope\" is for FIFO topics");
}

static void check_retries(struct bind *bind, const struct delivery_cfg *policy, const char *key)
{
    const char *sentence = delivery_mistake(&policy->retry);
    if (sentence != NULL)
        mistake(bind, key, "%s", sentence);
}

/* SNS-13 */
static void check_policy(struct bind *bind, const struct topic_subscription_cfg *cfg)
{
    const bool is_given =
        cfg->policy.retry.retries >= 0 || cfg->policy.throttle.max_receives_per_s > 0;
    check_retries(bind, &cfg->policy, "DeliveryPolicy");
    if (is_given && !is_http(cfg))
        mistake(bind, "DeliveryPolicy", "only http and https subscriptions have a policy");
    if (cfg->raw && cfg->protocol != TOPIC_SQS && !is_http(cfg)) /* SNS-7 */
        mistake(bind, "RawMessageDelivery", "%s is never delivered raw",
                protocol_words[cfg->protocol]);
    if (!cfg->allowed && cfg->protocol != TOPIC_SQS)
        mistake(bind, "allowed", "only a queue has an access policy");
}

static const struct filter *compile(struct bind *bind, const struct topic_subscription_cfg *cfg)
{
    struct param_reader *reader = &bind->reader;
    const struct filter_cfg how = {.scope = (enum filter_scope)cfg->filter_scope};
    struct filter_error error;
    if (cfg->filter_policy == NULL || json_kind(cfg->filter_policy) == JSON_NULL)
        return NULL;
    const struct filter *filter =
        filter_compile(&bind->scenario->arena, cfg->filter_policy, &how, &error);
    if (filter == NULL) {
        const size_t length = param_enter(reader, "FilterPolicy");
        text_add(&reader->pointer, error.pointer);
        const struct json *at = json_find(reader->doc, text_of(&reader->pointer));
        param_error(reader, at != NULL ? at : cfg->filter_policy, "%s", error.sentence);
        param_leave(reader, length);
    }
    return filter;
}

/* LIM-7 */
static void check_counts(struct bind *bind, const struct topic_cfg *cfg, size_t filters)
{
    const struct topic_limits *limits = &bind->scenario->profile->topic_limits;
    const size_t most = cfg->fifo ? (size_t)limits->fifo_subscriptions : SUBSCRIPTIONS_MOST;
    if (cfg->subscriptions.count > most)
        mistake(bind, "subscriptions", "%zu subscriptions: a %s topic can have %zu here",
                cfg->subscriptions.count, cfg->fifo ? "FIFO" : "standard", most);
    if (filters > (size_t)limits->filters)
        mistake(bind, "subscriptions", "%zu filter policies: a topic can have %lld", filters,
                (long long)limits->filters);
}

void bind_topics_check_one(struct bind *bind, struct scenario_topic *topic)
{
    const struct topic_cfg *cfg = &topic->cfg;
    const size_t count = cfg->subscriptions.count;
    size_t filters = 0;
    check_type(bind, topic);
    check_retries(bind, &cfg->policy, "DeliveryPolicy");
    topic->filters = arena_alloc(&bind->scenario->arena, (count + 1) * sizeof *topic->filters);
    for (size_t i = 0; i < count; i++) {
        const size_t length = enter_subscription(bind, i);
        const struct topic_subscription_cfg *subscription = subscription_at(cfg, i);
        check_policy(bind, subscription);
        topic->filters[i] = compile(bind, subscription);
        filters += topic->filters[i] != NULL;
        param_leave(&bind->reader, length);
    }
    check_counts(bind, cfg, filters);
}

/* --- between components --- */

static enum node_kind kind_of(const struct scenario *scenario, uint16_t id)
{
    return id < scenario->queue_count ? NODE_QUEUE
                                      : scenario->actors[id - scenario->service_count].kind->node;
}

static bool is_fifo_queue(const struct scenario *scenario, uint16_t id)
{
    return id < scenario->queue_count && scenario->queues[id].kind == &queue_sqs_fifo;
}

/* Each protocol goes to one kind of component; SNS-21. */
static bool check_endpoint(struct bind *bind, const struct topic_cfg *topic,
                           const struct topic_subscription_cfg *cfg)
{
    static const char *const kinds[TOPIC_PROTOCOLS] = {
        "a queue", "a function", "an endpoint", "an endpoint", "an endpoint",
    };
    const struct scenario *scenario = bind->scenario;
    const enum node_kind wanted = cfg->protocol == TOPIC_SQS      ? NODE_QUEUE
                                  : cfg->protocol == TOPIC_LAMBDA ? NODE_FUNCTION
                                                                  : NODE_ENDPOINT;
    const char *name = node_name_in(cfg->endpoint.name);
    if (kind_of(scenario, cfg->endpoint.id) != wanted) {
        mistake(bind, "Endpoint", "\"%s\" is not %s, which the protocol %s delivers to", name,
                kinds[cfg->protocol], protocol_words[cfg->protocol]);
        return false;
    }
    if (wanted != NODE_QUEUE &&
        scenario->actors[cfg->endpoint.id - scenario->service_count].kind->endpoint == NULL) {
        mistake(bind, "Endpoint", "\"%s\" takes no deliveries of topics yet", name);
        return false;
    }
    const char *sentence = topic_refuses(topic->fifo, (enum topic_protocol)cfg->protocol,
                                         is_fifo_queue(scenario, cfg->endpoint.id));
    if (sentence != NULL)
        mistake(bind, "Endpoint", "%s: %s", name, sentence);
    return sentence == NULL;
}

/* SNS-17: FIFO goes with FIFO. */
static void check_dead_letter(struct bind *bind, const struct topic_subscription_cfg *cfg)
{
    const struct scenario *scenario = bind->scenario;
    const uint16_t id = cfg->redrive.dead_letter.id;
    const bool needs_fifo = is_fifo_queue(scenario, cfg->endpoint.id);
    if (cfg->redrive.dead_letter.name == NULL || id == NODE_NONE)
        return;
    if (id == cfg->endpoint.id)
        mistake(bind, "RedrivePolicy",
                "a queue that takes no deliveries cannot be their dead-letter queue, too");
    else if (is_fifo_queue(scenario, id) != needs_fifo)
        mistake(bind, "RedrivePolicy",
                "\"%s\" is a %s queue; the dead-letter queue of a subscription of a %s is a %s "
                "queue",
                scenario->queues[id].name, needs_fifo ? "standard" : "FIFO",
                needs_fifo                                 ? "FIFO queue"
                : cfg->endpoint.id < scenario->queue_count ? "standard queue"
                                                           : "function or endpoint",
                needs_fifo ? "FIFO" : "standard");
}

/* There is one subscription for protocol and endpoint. */
static void check_twice(struct bind *bind, const struct topic_cfg *topic, size_t i)
{
    const struct topic_subscription_cfg *own = subscription_at(topic, i);
    for (size_t before = 0; before < i; before++) {
        const struct topic_subscription_cfg *other = subscription_at(topic, before);
        if (other->endpoint.id != own->endpoint.id || other->protocol != own->protocol)
            continue;
        mistake(bind, "Endpoint", "\"%s\" subscribes a second time",
                node_name_in(own->endpoint.name));
        return;
    }
}

static void check_topic(struct bind *bind, const struct scenario_topic *topic)
{
    struct param_reader *reader = &bind->reader;
    const size_t outer = param_enter(reader, "topics");
    param_enter(reader, topic->name);
    for (size_t i = 0; i < topic->cfg.subscriptions.count; i++) {
        const struct topic_subscription_cfg *cfg = subscription_at(&topic->cfg, i);
        const size_t length = enter_subscription(bind, i);
        if (cfg->endpoint.id != NODE_NONE && check_endpoint(bind, &topic->cfg, cfg)) {
            check_dead_letter(bind, cfg);
            check_twice(bind, &topic->cfg, i);
        }
        param_leave(reader, length);
    }
    param_leave(reader, outer);
}

void bind_topics_check(struct bind *bind)
{
    const struct scenario *scenario = bind->scenario;
    for (size_t i = 0; i < scenario->topic_count; i++) {
        if (bind->sound[scenario->queue_count + i])
            check_topic(bind, &scenario->topics[i]);
    }
}

/* --- writing --- */

static void write_subscription(struct json_writer *w, const struct param *rows,
                               const struct topic_subscription_cfg *cfg)
{
    json_write_open(w, '{');
    for (const struct param *row = rows; row->name != NULL; row++) {
        const struct param one[] = {*row, PARAM_END};
        if (strcmp(row->name, "RedrivePolicy") != 0 || cfg->redrive.dead_letter.name != NULL)
            param_write(w, one, cfg);
    }
    json_write_close(w, '}');
}

static void write_topic(struct json_writer *w, const struct scenario_topic *topic)
{
    for (const struct param *row = topic->kind->params; row->name != NULL; row++) {
        const struct param one[] = {*row, PARAM_END};
        if (row->type != &param_list) {
            param_write(w, one, &topic->cfg);
            continue;
        }
        const struct param_list_of *of = row->extra;
        json_write_key(w, row->name);
        json_write_open(w, '[');
        for (size_t i = 0; i < topic->cfg.subscriptions.count; i++)
            write_subscription(w, of->rows, subscription_at(&topic->cfg, i));
        json_write_close(w, ']');
    }
}

void bind_topics_write(struct json_writer *w, const struct scenario *scenario)
{
    if (scenario->topic_count == 0)
        return;
    json_write_key(w, "topics");
    json_write_open(w, '{');
    for (size_t i = 0; i < scenario->topic_count; i++) {
        json_write_key(w, scenario->topics[i].name);
        json_write_open(w, '{');
        write_topic(w, &scenario->topics[i]);
        json_write_close(w, '}');
    }
    json_write_close(w, '}');
}
