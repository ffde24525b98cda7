// SPDX-License-Identifier: GPL-3.0-or-later
/* The rows of a consumer. */
#include "actor/consumer_cfg.h"

#include "model/message.h"
#include "actor/forward_cfg.h"
#include "actor/optional.h"

unsigned consumer_cfg_wants(const void *cfg_)
{
    const struct consumer_cfg *cfg = cfg_;
    return (cfg->service.fast == DIST_MESSAGE ? (unsigned)MESSAGE_WANT_SERVICE : 0) |
           (cfg->heartbeat.every_ns > 0 ? (unsigned)MESSAGE_WANT_RECEIVED : 0) |
           forward_cfg_wants(&cfg->then) | (cfg->join.of > 0 ? (unsigned)MESSAGE_WANT_PATH : 0);
}

bool consumer_cfg_skips_at_once(const struct consumer_cfg *cfg)
{
    return cfg->idempotency.store == IDEMPOTENCY_CHECK_THEN_ACT &&
           dist_takes_no_time(&cfg->idempotency.latency);
}

/* Can a message be received, worked and visible again for ever at one instant?  A redrive policy,
 * or a delete that happens sooner or later, ends that. */
static bool repeats_at_once(const struct consumer_cfg *cfg, const struct queue_cfg *reads)
{
    const int64_t hidden_ns = cfg->visibility_ns < 0 ? reads->visibility_ns : cfg->visibility_ns;
    /* A downstream may be down, or a breaker open, for a long time. */
    const bool always_fails = cfg->failure.probability > 0.999 || cfg->downstream.name != NULL;
    const bool releases = always_fails && cfg->failure.mode == FAILURE_RELEASE;
    const bool keeps = cfg->acknowledge == ACKNOWLEDGE_NEVER ||
                       (always_fails && cfg->acknowledge == ACKNOWLEDGE_AFTER);
    return (dist_takes_no_time(&cfg->service) || consumer_cfg_skips_at_once(cfg)) &&
           dist_takes_no_time(&cfg->poll_interval) && keeps && (hidden_ns == 0 || releases) &&
           reads->redrive.dead_letter.name == NULL;
}

bool consumer_cfg_is_instant(const void *cfg)
{
    return dist_takes_no_time(&((const struct consumer_cfg *)cfg)->service);
}

/* More workers than this are a slip of the pen, not a fleet. */
#define MAX_WORKERS 10000000

void consumer_cfg_check(struct param_reader *reader, void *cfg_, const struct json *node)
{
    const struct consumer_cfg *cfg = cfg_;
    if (cfg->count * cfg->concurrency > MAX_WORKERS)
        param_error(reader, node, "count x concurrency is more than %d workers", MAX_WORKERS);
    if (cfg->stop_ns >= 0 && cfg->stop_ns <= cfg->start_ns)
        param_error(reader, node, "stops before it starts");
    const struct json *autoscaling = json_get(node, "autoscaling");
    if (autoscaling != NULL)
        autoscaling_check(reader, &cfg->autoscaling, cfg->count, autoscaling);
    if (cfg->autoscaling.max > 0 && cfg->from.name == NULL)
        param_error(reader, autoscaling, "a consumer without a queue has no metric to scale by");
    if (2 * cfg->autoscaling.max * cfg->concurrency > MAX_WORKERS)
        param_error(reader, autoscaling, "max x concurrency is more than %d workers",
                    MAX_WORKERS / 2);
    if (cfg->heartbeat.every_ns < 0 && cfg->heartbeat.extend_ns >= 0)
        param_error(reader, json_get(node, "heartbeat"),
                    "\"heartbeat\" needs \"every\": how often");
    if (cfg->heartbeat.every_ns > 0 && cfg->acknowledge == ACKNOWLEDGE_BEFORE)
        param_error(reader, node, "a heartbeat keeps what was deleted before the work");
    breaker_check(reader, node);
    idempotency_check(reader, node);
    if (breaker_is_used(&cfg->breaker) && cfg->downstream.name == NULL)
        param_error(reader, json_get(node, "breaker"),
                    "a breaker stands before a downstream: give \"downstream\"");
    forward_cfg_check(reader, &cfg->then, node);
    const struct json *join = json_get(node, "join");
    if (join != NULL && json_get(join, "of") == NULL)
        param_error(reader, join, "\"join\" needs \"of\": how many messages are joined");
    if (retry_is_instant(&cfg->retry))
        param_error(reader, node, "tries a throttled call again without a pause: give \"backoff\"");
}

const char *consumer_cfg_stuck(const void *cfg_, const struct queue_cfg *reads, int64_t network_ns)
{
    const struct consumer_cfg *cfg = cfg_;
    const int64_t wait_ns = cfg->wait_ns < 0 ? reads->wait_ns : cfg->wait_ns;
    if (network_ns > 0)
        return NULL;
    if (wait_ns == 0 && dist_takes_no_time(&cfg->poll_interval))
        return "polls without waiting: give WaitTimeSeconds, pollInterval or a network latency";
    if (repeats_at_once(cfg, reads))
        return "receives a message again and again at one instant: give service a time, "
               "VisibilityTimeout, or the queue a RedrivePolicy";
    return NULL;
}

static const char *const acknowledge_words[] = {"afterWork", "beforeWork", "never", NULL};
static const char *const mode_words[] = {"abandon", "release", "crash", NULL};
static const char *const shutdown_words[] = {"graceful", "abrupt", NULL};
static const unsigned from_queue = NODE_REF_TO(NODE_QUEUE);
static const unsigned to_endpoint = NODE_REF_TO(NODE_ENDPOINT) | NODE_REF_TO(NODE_DOWNSTREAM);

#define CONSUMER(member) offsetof(struct consumer_cfg, member)
#define FAILURE(member)  offsetof(struct consumer_failure_cfg, member)

// clang-format off
static const struct param failure_rows[] = {
    { "probability", &param_probability, FAILURE(probability), "0", 0, 1, NULL, NULL, 0, NULL,
      "Chance that an attempt at a message fails." },
    { "mode", &param_word, FAILURE(mode), "\"abandon\"", 1, 0, NULL, mode_words, 0, NULL,
      "abandon: leave it to the time-out; release: visibility 0; crash: the instance dies." },
    { "restart", &dist_time_param, FAILURE(restart), "\"30s\"", 1, 0, NULL, NULL, 0, NULL,
      "How long a crashed instance is gone." },
    PARAM_END
};

const struct param consumer_cfg_rows[] = {
    { "from", &node_ref_param, CONSUMER(from), NULL, 1, 0, NULL, &from_queue, 0, NULL,
      "The queue it reads.  Without one it is called, by whoever sends to it: a call goes to an "
      "instance with a worker free, or waits for one as long as its caller does; it fails at once "
      "while no instance is up, and when its instance dies." },
    { "count", &param_int, CONSUMER(count), "1", 1, 1000000, NULL, NULL, 0, NULL,
      "How many instances." },
    { "concurrency", &param_int, CONSUMER(concurrency), "1", 1, 1000000, NULL, NULL, 0, NULL,
      "How many workers each instance has; each polls by itself." },
    { "start", &param_duration, CONSUMER(start_ns), "0", 0, 1e9, NULL, NULL, 0, NULL,
      "When its instances begin to poll." },
    { "stop", &optional_duration_param, CONSUMER(stop_ns), "null", 0, 1e9, NULL, NULL, 0, NULL,
      "When its instances shut down; by default never." },
    { "shutdown", &param_word, CONSUMER(shutdown), "\"graceful\"", 1, 0, NULL, shutdown_words, 0,
      NULL, "How an instance goes: graceful: it polls no more, and goes when it has done what it "
      "holds; abrupt: at once, and what it holds waits for the time-out." },
    { "MaxNumberOfMessages", &param_int, CONSUMER(max_messages), "1", 1, 10, NULL, NULL, 0, "RCV-1",
      "The most messages that one receive returns." },
    { "WaitTimeSeconds", &optional_seconds_param, CONSUMER(wait_ns), "null", 0, 20,
      "long polling", NULL, 0,
      "RCV-2", "How long a receive waits for a message; by default the queue's." },
    { "VisibilityTimeout", &optional_seconds_param, CONSUMER(visibility_ns), "null", 0, 43200,
      "12 hours",
      NULL, 0, "RCV-6", "How long what it receives stays hidden; by default the queue's." },
    { "pollInterval", &dist_time_param, CONSUMER(poll_interval), "0", 1, 0, NULL, NULL, 0, NULL,
      "The pause before the next receive." },
    { "service", &dist_service_param, CONSUMER(service), NULL, 1, 0, NULL, NULL, PARAM_REQUIRED,
      NULL, "How long a worker works on a message." },
    { "perGroup", &param_bool, CONSUMER(per_group), "true", 1, 0, NULL, NULL, 0, NULL,
      "After a failure, release the rest of that message group in the batch unworked." },
    { "acknowledge", &param_word, CONSUMER(acknowledge), "\"afterWork\"", 1, 0, NULL,
      acknowledge_words, 0,
      NULL, "When a message is deleted: afterWork, beforeWork or never." },
    { "deleteBatch", &param_int, CONSUMER(delete_batch), "1", 1, 10, NULL, NULL, 0, "SND-4",
      "How many deletes go into one call." },
    { "failure", &param_object, CONSUMER(failure), NULL, 1, 0, NULL, failure_rows, 0, NULL,
      "How work fails." },
    { "poison", &param_bool, CONSUMER(poison), "true", 1, 0, NULL, NULL, 0, NULL,
      "Fails at every message that is marked poison." },
    { "heartbeat", &param_object, CONSUMER(heartbeat), NULL, 1, 0, NULL, heartbeat_rows, 0, "VIS-1",
      "How it keeps what it works on hidden (ChangeMessageVisibility)." },
    { "idempotency", &param_object, CONSUMER(idempotency), NULL, 1, 0, NULL, idempotency_rows, 0,
      NULL, "How it avoids the same effect twice." },
    { "downstream", &node_ref_param, CONSUMER(downstream), NULL, 1, 0, NULL, &to_endpoint, 0, NULL,
      "What it calls after the service of each message, before the effect; work fails if that "
      "does." },
    { "timeout", &param_duration, CONSUMER(timeout_ns), "\"3s\"", 0, 1e6, NULL, NULL, 0, NULL,
      "How long it waits for its downstream." },
    { "breaker", &param_object, CONSUMER(breaker), NULL, 1, 0, NULL, breaker_rows, 0, NULL,
      "The circuit breaker that each instance has before its downstream; while it is open, work "
      "fails without a call." },
    { "autoscaling", &param_object, CONSUMER(autoscaling), NULL, 1, 0, NULL, autoscaling_rows, 0,
      "ASG-1", "How many instances it has at a time; \"count\" is how many it begins with." },
    { "retry", &param_object, CONSUMER(retry), NULL, 1, 0, NULL, retry_rows, 0, NULL,
      "How it tries a throttled call again, or one that its downstream did not take." },
    { "then", &param_list, CONSUMER(then), NULL, 1, 0, NULL, &forward_cfg_list, 0, NULL,
      "Where messages go on to after the work on one, before it is deleted; what is not accepted "
      "there leaves it undeleted." },
    { "join", &param_object, CONSUMER(join), NULL, 1, 0, NULL, join_rows, 0, NULL,
      "Messages of one root go on as one: each is deleted as it comes, the last one goes on." },
    { "maxHops", &param_int, CONSUMER(max_hops), "100", 1, 10000, NULL, NULL, 0, NULL,
      "A message that was sent on so often is not sent on once more." },
    PARAM_END
};
// clang-format on
