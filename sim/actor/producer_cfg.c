// SPDX-License-Identifier: GPL-3.0-or-later
/* The rows of a producer, and the rules between them. */
#include "actor/producer_cfg.h"

#include "actor/optional.h"

unsigned producer_cfg_wants(const void *cfg_)
{
    const struct producer_cfg *cfg = cfg_;
    return payload_wants(&cfg->message, arrival_trace(&cfg->arrivals));
}

bool producer_cfg_ends(const void *cfg_)
{
    const struct producer_cfg *cfg = cfg_;
    return cfg->messages > 0 || cfg->stop_ns >= 0 ||
           (cfg->arrivals.kind != NULL && ((const struct arrival_kind *)cfg->arrivals.kind)->ends);
}

const char *producer_cfg_stuck(const void *cfg_, const struct queue_cfg *reads, int64_t network_ns)
{
    const struct producer_cfg *cfg = cfg_;
    (void)reads;
    if (network_ns > 0 || cfg->arrivals.kind == NULL ||
        ((const struct arrival_kind *)cfg->arrivals.kind)->loop != ARRIVAL_SATURATED)
        return NULL;
    return "sends without waiting: give \"network\" a latency";
}

/* More messages under way than this are a slip of the pen. */
#define MAX_IN_FLIGHT 10000000

static void check_closed(struct param_reader *reader, const struct producer_cfg *cfg,
                         const struct json *node)
{
    const struct arrival_closed_cfg *closed = cfg->arrivals.cfg;
    if (closed->in_flight * cfg->count > MAX_IN_FLIGHT)
        param_error(reader, node, "count x inFlight is more than %d messages", MAX_IN_FLIGHT);
    if (cfg->batch.size > closed->in_flight && cfg->batch.window_ns == 0)
        param_error(reader, node,
                    "a batch of %d is never full with %d messages in flight: give it a window",
                    (int)cfg->batch.size, (int)closed->in_flight);
}

void producer_cfg_check(struct param_reader *reader, void *cfg_, const struct json *node)
{
    const struct producer_cfg *cfg = cfg_;
    const struct arrival_kind *kind = (const struct arrival_kind *)cfg->arrivals.kind;
    const bool is_open = kind == NULL || kind->loop == ARRIVAL_OPEN;
    if (retry_is_instant(&cfg->retry) && (cfg->retry.attempts > 100 || !is_open))
        param_error(reader, node, "tries again without a pause: give \"backoff\"");
    breaker_check(reader, node);
    if (breaker_is_used(&cfg->breaker) && kind != NULL && kind->loop == ARRIVAL_SATURATED)
        param_error(reader, node,
                    "sends as fast as replies come, and a short-circuited call takes no time: give "
                    "another process, or leave out \"breaker\"");
    if (cfg->stop_ns >= 0 && cfg->stop_ns <= cfg->start_ns)
        param_error(reader, node, "stops before it starts");
    if (kind != NULL && kind->loop == ARRIVAL_CLOSED)
        check_closed(reader, cfg, node);
}

bool producer_cfg_has_business_keys(const void *cfg)
{
    return ((const struct producer_cfg *)cfg)->message.business_key.how != CHOICE_NONE;
}

bool producer_cfg_wants_ended(const void *cfg_)
{
    const struct producer_cfg *cfg = cfg_;
    return cfg->arrivals.kind != NULL &&
           ((const struct arrival_kind *)cfg->arrivals.kind)->loop == ARRIVAL_CLOSED;
}

bool producer_cfg_is_instant(const void *cfg_)
{
    const struct producer_cfg *cfg = cfg_;
    const struct arrival_kind *kind = (const struct arrival_kind *)cfg->arrivals.kind;
    return kind->loop == ARRIVAL_CLOSED && cfg->messages == 0 &&
           dist_takes_no_time(&((const struct arrival_closed_cfg *)cfg->arrivals.cfg)->think);
}

uint16_t producer_cfg_sends(const void *cfg)
{
    return ((const struct producer_cfg *)cfg)->to.id;
}

static bool has_group(const struct producer_cfg *cfg)
{
    const struct trace_file *trace = arrival_trace(&cfg->arrivals);
    return cfg->message.group.how != CHOICE_NONE || (trace != NULL && trace->group != NULL);
}

const char *producer_cfg_refused(const void *cfg_, bool by_fifo, const struct queue_cfg *to)
{
    const struct producer_cfg *cfg = cfg_;
    if (!by_fifo)
        return payload_refused_by_standard(&cfg->message.dedup);
    if (!has_group(cfg)) /* SND-10 */
        return "gives its messages no group, and a FIFO queue takes none without: give "
               "message/group";
    if (cfg->message.delay_ns > 0) /* SND-8 */
        return "delays its messages one by one, and a FIFO queue refuses that: give the queue "
               "DelaySeconds";
    if (cfg->message.dedup.mode == DEDUP_CONTENT && !to->content_dedup) /* SND-10 */
        return "leaves deduplication to the content, and the queue has no "
               "ContentBasedDeduplication";
    return NULL;
}

const char *producer_cfg_refused_by_topic(const void *cfg_, const struct topic_cfg *to)
{
    const struct producer_cfg *cfg = cfg_;
    const struct arrival_kind *kind = (const struct arrival_kind *)cfg->arrivals.kind;
    if (kind != NULL && kind->loop == ARRIVAL_CLOSED)
        return "sends a message for each that ends, and a publication has as many ends as "
               "subscribers: send to a queue, or give another process";
    if (cfg->message.delay_ns > 0)
        return "delays its messages, and a topic delivers at once: give the queues DelaySeconds";
    if (!to->fifo) /* SNS-20 */
        return payload_refused_by_standard(&cfg->message.dedup);
    if (!has_group(cfg)) /* SNS-20 */
        return "gives its messages no group, and a FIFO topic takes none without: give "
               "message/group";
    if (cfg->message.dedup.mode == DEDUP_CONTENT && !to->content_dedup) /* SNS-20 */
        return "leaves deduplication to the content, and the topic has no "
               "ContentBasedDeduplication";
    return NULL;
}

const char *producer_cfg_refused_by_endpoint(const void *cfg_)
{
    const struct producer_cfg *cfg = cfg_;
    return cfg->batch.size > 1
               ? "sends batches, and an endpoint takes one request at a time: leave out \"batch\""
               : NULL;
}

static const unsigned to_service = NODE_REF_TO(NODE_QUEUE) | NODE_REF_TO(NODE_TOPIC) |
                                   NODE_REF_TO(NODE_CONSUMER) | NODE_REF_TO(NODE_ENDPOINT) |
                                   NODE_REF_TO(NODE_DOWNSTREAM);

#define PRODUCER(member) offsetof(struct producer_cfg, member)
#define BATCH(member)    offsetof(struct batch_cfg, member)

// clang-format off
static const struct param batch_rows[] = {
    { "size", &param_int, BATCH(size), "1", 1, 10, "entries of SendMessageBatch", NULL, 0, "SND-4",
      "How many messages go into one call." },
    { "window", &param_duration, BATCH(window_ns), "0", 0, 86400, NULL, NULL, 0, NULL,
      "How long a batch waits to be filled; 0: until it is full." },
    PARAM_END
};

const struct param producer_cfg_rows[] = {
    { "to", &node_ref_param, PRODUCER(to), NULL, 1, 0, NULL, &to_service, PARAM_REQUIRED, NULL,
      "The queue or topic it sends to, or what it calls instead: an endpoint, a "
      "downstream, or a consumer that reads no queue." },
    { "count", &param_int, PRODUCER(count), "1", 1, 1000000, NULL, NULL, 0, NULL,
      "How many instances; rate and messages are per instance." },
    { "arrivals", &arrival_param, PRODUCER(arrivals), NULL, 1, 0, NULL, NULL, PARAM_REQUIRED, NULL,
      "When messages come." },
    { "messages", &param_int, PRODUCER(messages), "0", 0, 1e15, NULL, NULL, 0, NULL,
      "How many messages each instance sends; 0: no limit." },
    { "start", &param_duration, PRODUCER(start_ns), "0", 0, 1e9, NULL, NULL, 0, NULL,
      "When it starts." },
    { "stop", &optional_duration_param, PRODUCER(stop_ns), "null", 0, 1e9, NULL, NULL, 0, NULL,
      "When it stops sending; by default at the run's duration." },
    { "batch", &param_object, PRODUCER(batch), NULL, 1, 0, NULL, batch_rows, 0, "SND-4",
      "Batching." },
    { "message", &param_object, PRODUCER(message), NULL, 1, 0, NULL, payload_rows, 0, NULL,
      "What its messages are like." },
    { "timeout", &param_duration, PRODUCER(timeout_ns), "\"3s\"", 1e-6, 86400, NULL, NULL, 0, NULL,
      "How long it waits for a reply before it tries again." },
    { "retry", &param_object, PRODUCER(retry), NULL, 1, 0, NULL, retry_rows, 0, NULL,
      "How it tries again." },
    { "breaker", &param_object, PRODUCER(breaker), NULL, 1, 0, NULL, breaker_rows, 0, NULL,
      "The circuit breaker of each instance; a call that is short-circuited has failed at once." },
    PARAM_END
};
// clang-format on
