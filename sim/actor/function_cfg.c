// SPDX-License-Identifier: GPL-3.0-or-later
/* The rows of a function, and which of its keys go together. */
#include "actor/function_cfg.h"

#include <string.h>
#include "base/units.h"
#include "model/message.h"
#include "actor/forward_cfg.h"
#include "actor/optional.h"

unsigned function_cfg_wants(const void *cfg_)
{
    const struct function_cfg *cfg = cfg_;
    return (cfg->service.fast == DIST_MESSAGE ? (unsigned)MESSAGE_WANT_SERVICE : 0) |
           forward_cfg_wants(&cfg->then);
}

bool function_cfg_is_instant(const void *cfg)
{
    return dist_takes_no_time(&((const struct function_cfg *)cfg)->service);
}

enum { LEAST_POLLERS = 2, MOST_POLLERS = 200 };

int64_t function_cfg_least_pollers(const struct function_cfg *cfg)
{
    return cfg->provisioned.minimum >= 0 ? cfg->provisioned.minimum : LEAST_POLLERS;
}

int64_t function_cfg_most_pollers(const struct function_cfg *cfg)
{
    const int64_t least = function_cfg_least_pollers(cfg);
    const int64_t most = cfg->provisioned.maximum >= 0 ? cfg->provisioned.maximum : MOST_POLLERS;
    return cfg->provisioned.maximum < 0 && most < least ? least : most;
}

void function_cfg_check(struct param_reader *reader, void *cfg_, const struct json *node)
{
    struct function_cfg *cfg = cfg_;
    const bool is_provisioned = function_cfg_is_provisioned(cfg);
    function_filter_compile(reader, &cfg->filter, node);
    forward_cfg_check(reader, &cfg->then, node);
    if (retry_is_instant(&cfg->retry))
        param_error(reader, node, "tries a throttled call again without a pause: give \"backoff\"");
    if (cfg->batch_size > 10 && cfg->window_ns < SEC) /* LAM-1 */
        param_error(reader, node,
                    "a BatchSize above 10 needs a MaximumBatchingWindowInSeconds of at least 1");
    if (cfg->maximum_concurrency >= 0 && is_provisioned) /* LAM-6 */
        param_error(reader, node,
                    "MaximumConcurrency and ProvisionedPollerConfig exclude each other");
    if (is_provisioned && function_cfg_most_pollers(cfg) < function_cfg_least_pollers(cfg))
        param_error(reader, node, "MaximumPollers is below MinimumPollers");
    if (cfg->architectures != 1 << FUNCTION_X86_64 && cfg->architectures != 1 << FUNCTION_ARM64)
        param_error(reader, node, "Architectures names one architecture");
    if (cfg->scaling.maximum >= 0 && cfg->scaling.maximum < cfg->scaling.start)
        param_error(reader, node, "scaling.maximum is below scaling.start");
}

const char *function_cfg_unfit(const void *cfg_, bool is_fifo, const struct queue_cfg *reads)
{
    const struct function_cfg *cfg = cfg_;
    if (is_fifo && cfg->batch_size > 10) /* LAM-1 */
        return "reads a FIFO queue: its BatchSize is at most 10";
    if (is_fifo && cfg->window_ns > 0)
        return "reads a FIFO queue: MaximumBatchingWindowInSeconds is for standard queues";
    if (cfg->timeout_ns > reads->visibility_ns) /* LAM-8 */
        return "has a Timeout above the VisibilityTimeout of its queue: a message would be back "
               "while it is worked on";
    return NULL;
}

/* --- a list of words: a bit for each --- */

static bool read_words(struct param_reader *reader, const struct param *row, void *field,
                       const struct json *node)
{
    const char *const *words = row->extra;
    int mask = 0;
    if (!param_expect(reader, node, JSON_ARRAY))
        return false;
    for (const struct json *item = json_first(node); item != NULL; item = json_next(item)) {
        int i = 0;
        if (!param_expect(reader, item, JSON_TEXT))
            return false;
        while (words[i] != NULL && strcmp(words[i], json_text(item)) != 0)
            i++;
        if (words[i] == NULL) {
            param_error(reader, item, "there is no \"%s\" here: write \"%s\"", json_text(item),
                        words[0]);
            return false;
        }
        mask |= 1 << i;
    }
    *(int *)field = mask;
    return true;
}

static void write_words(struct json_writer *w, const struct param *row, const void *field)
{
    const char *const *words = row->extra;
    const int mask = *(const int *)field;
    json_write_open(w, '[');
    for (int i = 0; words[i] != NULL; i++) {
        if ((mask >> i & 1) != 0)
            json_write_text(w, words[i]);
    }
    json_write_close(w, ']');
}

static void write_words_schema(struct json_writer *w, const struct param *row)
{
    const char *const *words = row->extra;
    param_schema_keyword(w, "type", "array");
    json_write_key(w, "items");
    json_write_open(w, '{');
    json_write_key(w, "enum");
    json_write_open(w, '[');
    for (int i = 0; words[i] != NULL; i++)
        json_write_text(w, words[i]);
    json_write_close(w, ']');
    json_write_close(w, '}');
}

static const struct param_type words_param = {"list of words", read_words, write_words,
                                              write_words_schema};

/* --- rows --- */

static const char *const response_words[] = {"ReportBatchItemFailures", NULL};
static const char *const architecture_words[] = {"x86_64", "arm64", NULL};
static const char *const mode_words[] = {"error", "item", NULL};
static const char *const jitter_words[] = {"full", "equal", "decorrelated", "none", NULL};
static const unsigned from_queue = NODE_REF_TO(NODE_QUEUE);
static const unsigned to_failure = NODE_REF_TO(NODE_QUEUE) | NODE_REF_TO(NODE_TOPIC);

#define FUNCTION(member)    offsetof(struct function_cfg, member)
#define FAILURE(member)     offsetof(struct function_failure_cfg, member)
#define SCALING(member)     offsetof(struct function_scaling_cfg, member)
#define PROVISIONED(member) offsetof(struct function_provisioned_cfg, member)
#define RETRY(member)       offsetof(struct retry_cfg, member)

// clang-format off
static const struct param failure_rows[] = {
    { "probability", &param_probability, FAILURE(probability), "0", 0, 1, NULL, NULL, 0, NULL,
      "Chance that an invocation, or an attempt at a message, fails." },
    { "mode", &param_word, FAILURE(mode), "\"error\"", 1, 0, NULL, mode_words, 0, "LAM-9",
      "error: the invocation fails at its end; item: a message does, and is reported, or its "
      "failure is the invocation's." },
    PARAM_END
};

static const struct param maximum_concurrency_rows[] = {
    { "MaximumConcurrency", &optional_int_param, 0, "null", 2, 1000, NULL, NULL, 0, "LAM-4",
      "How many invocations the mapping makes at once; null for as many as scaling allows." },
    PARAM_END
};

static const struct param provisioned_rows[] = {
    { "MinimumPollers", &optional_int_param, PROVISIONED(minimum), "null", 2, 200, NULL, NULL, 0,
      "LAM-6", "How many pollers there are at least; 2 if only MaximumPollers is given." },
    { "MaximumPollers", &optional_int_param, PROVISIONED(maximum), "null", 2, 2000, NULL, NULL, 0,
      "LAM-6", "How many pollers there are at most; 200 if only MinimumPollers is given." },
    PARAM_END
};

static const struct param scaling_rows[] = {
    { "start", &param_int, SCALING(start), "5", 1, 1250, NULL, NULL, 0, "LAM-3",
      "How many batches are read at once when messages come." },
    { "perMinute", &optional_int_param, SCALING(per_minute), "null", 0, 1e6, NULL, NULL, 0,
      "LAM-3", "How many more in each minute while all are busy; by default the profile's." },
    { "maximum", &optional_int_param, SCALING(maximum), "null", 1, 20000, NULL, NULL, 0, "LAM-3",
      "How many at most; by default the profile's." },
    { "idlePollers", &param_int, SCALING(idle_pollers), "5", 1, 1250, NULL, NULL, 0, "LAM-3",
      "How many remain when no messages come: AWS goes as low as 2, but with MaximumConcurrency, "
      "where those of the start remain." },
    { "shrinkAfter", &param_duration, SCALING(shrink_after_ns), "\"20s\"", 0, 1e6, NULL, NULL, 0,
      "LAM-3", "How long as many as at the start must have been idle before one that ends is not "
      "replaced." },
    { "holdOnTrouble", &param_bool, SCALING(hold_on_trouble), "true", 1, 0, NULL, NULL, 0, "LAM-7",
      "Do not grow in a second in which an invocation failed or was throttled." },
    PARAM_END
};

static const struct param throttle_rows[] = {
    { "backoff", &param_duration, RETRY(backoff_ns), "\"1s\"", 1e-3, 1e6, NULL, NULL, 0, "LAM-8",
      "The first pause; it doubles each time." },
    { "maxBackoff", &param_duration, RETRY(max_backoff_ns), "\"10s\"", 1e-3, 1e6, NULL, NULL, 0,
      "LAM-8", "The longest pause." },
    { "jitter", &param_word, RETRY(jitter), "\"equal\"", 1, 0, NULL, jitter_words, 0, NULL,
      "How the pause is spread: full, equal, decorrelated or none." },
    PARAM_END
};

static const struct param error_rows[] = {
    { "backoff", &param_duration, RETRY(backoff_ns), "\"1s\"", 0, 1e6, NULL, NULL, 0, "LAM-7",
      "The pause after one failure; it doubles with each that follows." },
    { "maxBackoff", &param_duration, RETRY(max_backoff_ns), "\"20s\"", 0, 1e6, NULL, NULL, 0,
      "LAM-7", "The longest pause." },
    { "jitter", &param_word, RETRY(jitter), "\"none\"", 1, 0, NULL, jitter_words, 0, NULL,
      "How the pause is spread: full, equal, decorrelated or none." },
    PARAM_END
};

const struct param function_cfg_rows[] = {
    { "from", &node_ref_param, FUNCTION(from), NULL, 1, 0, NULL, &from_queue, 0, "LAM-11",
      "The queue that its event source mapping reads; none if topics alone invoke it." },
    { "BatchSize", &param_int, FUNCTION(batch_size), "10", 1, 10000, NULL, NULL, 0, "LAM-1",
      "How many messages an invocation gets at most: 10 from a FIFO queue." },
    { "MaximumBatchingWindowInSeconds", &param_seconds, FUNCTION(window_ns), "0", 0, 300,
      "5 minutes", NULL, 0, "LAM-2",
      "How long messages of a standard queue are collected, from the first on." },
    { "FunctionResponseTypes", &words_param, FUNCTION(response_types), "[]", 1, 0, NULL,
      response_words, 0, "LAM-9",
      "With ReportBatchItemFailures only the messages that failed come back." },
    { "ScalingConfig", &param_object, FUNCTION(maximum_concurrency), NULL, 1, 0, NULL,
      maximum_concurrency_rows, 0, "LAM-4", "The mapping's own limit." },
    { "ReservedConcurrentExecutions", &optional_int_param, FUNCTION(reserved), "null", 0, 100000,
      NULL, NULL, 0, "LAM-4",
      "The function's own concurrency: what is above is throttled; null for the account's." },
    { "ProvisionedPollerConfig", &param_object, FUNCTION(provisioned), NULL, 1, 0, NULL,
      provisioned_rows, 0, "LAM-6", "Pollers paid for, each with up to 10 invocations at once." },
    { "FilterCriteria", &param_object, FUNCTION(filter), NULL, 1, 0, NULL, function_filter_rows, 0,
      "LAM-10", "Which messages are worked on: the others are deleted." },
    { "Timeout", &param_seconds, FUNCTION(timeout_ns), "3", 1, 900, "15 minutes", NULL, 0, "LAM-7",
      "When an invocation is ended; at most the queue's VisibilityTimeout." },
    { "MemorySize", &param_int, FUNCTION(memory_mib), "128", 128, 10240, NULL, NULL, 0, "COST-5",
      "MiB, which the price goes by." },
    { "Architectures", &words_param, FUNCTION(architectures), "[\"x86_64\"]", 1, 0, NULL,
      architecture_words, 0, "COST-5", "x86_64 or arm64, which has another price." },
    { "service", &dist_service_param, FUNCTION(service), NULL, 1, 0, NULL, NULL, PARAM_REQUIRED,
      NULL, "How long the function works on a message, one after the other." },
    { "perMessage", &param_bool, FUNCTION(per_message), "true", 1, 0, NULL, NULL, 0, NULL,
      "service is of a message; false: of a whole batch, whatever its size." },
    { "failure", &param_object, FUNCTION(failure), NULL, 1, 0, NULL, failure_rows, 0, NULL,
      "How work fails." },
    { "poison", &param_bool, FUNCTION(poison), "true", 1, 0, NULL, NULL, 0, NULL,
      "Fails at every message that is marked poison." },
    { "stopAtFailure", &param_bool, FUNCTION(stop_at_failure), "true", 1, 0, NULL, NULL, 0, "LAM-9",
      "FIFO, with ReportBatchItemFailures: reports all after the first failure unworked; false "
      "breaks the order." },
    { "mixGroups", &param_bool, FUNCTION(mix_groups), "true", 1, 0, NULL, NULL, 0, "LAM-5",
      "FIFO: an invocation may have messages of several groups; false: one after the other." },
    { "scaling", &param_object, FUNCTION(scaling), NULL, 1, 0, NULL, scaling_rows, 0, "LAM-3",
      "How many batches are read at once; not for provisioned pollers." },
    { "throttleRetry", &param_object, FUNCTION(throttle_retry), NULL, 1, 0, NULL, throttle_rows, 0,
      "LAM-8", "The pauses between tries of a throttled invocation." },
    { "errorBackoff", &param_object, FUNCTION(error_pause), NULL, 1, 0, NULL, error_rows, 0,
      "LAM-7", "The pause before the next poll after an invocation failed." },
    { "then", &param_list, FUNCTION(then), NULL, 1, 0, NULL, &forward_cfg_list, 0, NULL,
      "Where messages go on to after the work on one; what is not accepted there fails it." },
    { "maxHops", &param_int, FUNCTION(max_hops), "100", 1, 10000, NULL, NULL, 0, NULL,
      "A message that was sent on so often is not sent on once more." },
    { "retry", &param_object, FUNCTION(retry), NULL, 1, 0, NULL, retry_rows, 0, NULL,
      "How it tries again to send on." },
    { "MaximumRetryAttempts", &param_int, FUNCTION(event_retries), "2", 0, 2, NULL, NULL, 0,
      "LAM-12", "How often an event that no queue brought is tried again: after 1 and 2 minutes." },
    { "MaximumEventAgeInSeconds", &param_seconds, FUNCTION(event_age_ns), "21600", 60, 21600,
      "6 hours", NULL, 0, "LAM-12", "How old such an event may be when it is tried." },
    { "onFailure", &node_ref_param, FUNCTION(on_failure), NULL, 1, 0, NULL, &to_failure, 0,
      "LAM-12", "Where such an event goes that failed for good; by default it is lost." },
    PARAM_END
};
// clang-format on
