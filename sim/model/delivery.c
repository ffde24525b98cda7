// SPDX-License-Identifier: GPL-3.0-or-later
/* Delivery policies: AWS's own, those that a user writes, and the pause before each retry; and the
 * pool of tasks.  What a task does stands in topic_deliver.c. */
#include "model/delivery.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/must.h"
#include "base/units.h"
#include "model/queue_rows.h"

/* SNS-13: nothing is retried later than an hour after it was published. */
#define HTTP_LIFETIME_NS  (3600 * SEC)
#define DEFAULT_TARGET_NS (20 * SEC)

/* SNS-10: 100,015 retries over 23 days. */
const struct delivery_policy delivery_aws_managed = {
    .immediate = 3,
    .at_min = 2,
    .backing_off = 10,
    .at_max = 100000,
    .min_ns = SEC,
    .max_ns = 20 * SEC,
    .backoff = DELIVERY_EXPONENTIAL,
    .lifetime_ns = FOREVER,
};

/* SNS-11: 50 retries over 6 hours. */
const struct delivery_policy delivery_customer_managed = {
    .at_min = 2,
    .backing_off = 10,
    .at_max = 38,
    .min_ns = 10 * SEC,
    .max_ns = 600 * SEC,
    .backoff = DELIVERY_EXPONENTIAL,
    .lifetime_ns = FOREVER,
};

/* SNS-12 */
const struct delivery_policy delivery_http = {
    .backing_off = 3,
    .min_ns = DEFAULT_TARGET_NS,
    .max_ns = DEFAULT_TARGET_NS,
    .backoff = DELIVERY_LINEAR,
    .lifetime_ns = HTTP_LIFETIME_NS,
};

/* SNS-14: how far from the least to the greatest delay retry i of n backs off. */
static double backoff_ns(const struct delivery_policy *policy, int64_t i, int64_t n)
{
    const double min = (double)policy->min_ns, max = (double)policy->max_ns;
    if (n == 1)
        return max;
    const double u = (double)i / (double)(n - 1);
    switch (policy->backoff) {
    case DELIVERY_ARITHMETIC:
        return min + (max - min) * ((double)i * (double)(i + 1)) / ((double)n * (double)(n - 1));
    case DELIVERY_GEOMETRIC:
        return min + (max - min) * u * u;
    case DELIVERY_EXPONENTIAL:
        return min * pow(max / min, u);
    default:
        return min + (max - min) * u;
    }
}

int64_t delivery_pause_ns(const struct delivery_policy *policy, int64_t retry)
{
    if (retry < policy->immediate)
        return 0;
    retry -= policy->immediate;
    if (retry < policy->at_min)
        return policy->min_ns;
    retry -= policy->at_min;
    if (retry < policy->backing_off)
        return (int64_t)llround(backoff_ns(policy, retry, policy->backing_off));
    return retry - policy->backing_off < policy->at_max ? policy->max_ns : -1;
}

struct delivery_cfg delivery_cfg_none(void)
{
    return (struct delivery_cfg){
        .retry = {.retries = -1, .min_ns = DEFAULT_TARGET_NS, .max_ns = DEFAULT_TARGET_NS},
        .throttle = {.max_receives_per_s = -1}};
}

const char *delivery_mistake(const struct delivery_retry_cfg *cfg)
{
    const int64_t phases = cfg->no_delay_retries + cfg->min_delay_retries + cfg->max_delay_retries;
    const bool says_more =
        phases > 0 || cfg->min_ns != DEFAULT_TARGET_NS || cfg->max_ns != DEFAULT_TARGET_NS;
    if (cfg->retries < 0)
        return says_more ? "a policy of retries says how many: give \"numRetries\"" : NULL;
    if (cfg->min_ns > cfg->max_ns)
        return "\"minDelayTarget\" is above \"maxDelayTarget\"";
    if (phases > cfg->retries)
        return "its phases have more retries than \"numRetries\"";
    return NULL;
}

/* SNS-13: what remains between the phases backs off. */
static struct delivery_policy policy_of(const struct delivery_retry_cfg *cfg)
{
    return (struct delivery_policy){
        .immediate = cfg->no_delay_retries,
        .at_min = cfg->min_delay_retries,
        .backing_off =
            cfg->retries - cfg->no_delay_retries - cfg->min_delay_retries - cfg->max_delay_retries,
        .at_max = cfg->max_delay_retries,
        .min_ns = cfg->min_ns,
        .max_ns = cfg->max_ns,
        .backoff = (enum delivery_backoff)cfg->backoff,
        .lifetime_ns = HTTP_LIFETIME_NS,
    };
}

struct delivery_policy delivery_policy_of(const struct delivery_cfg *topic,
                                          const struct delivery_cfg *subscription)
{
    const bool overrides = !topic->disable_overrides;
    struct delivery_policy policy = delivery_http;
    int64_t per_s = topic->throttle.max_receives_per_s;
    if (overrides && subscription->retry.retries >= 0)
        policy = policy_of(&subscription->retry);
    else if (topic->retry.retries >= 0)
        policy = policy_of(&topic->retry);
    if (overrides && subscription->throttle.max_receives_per_s > 0)
        per_s = subscription->throttle.max_receives_per_s;
    policy.gap_ns = per_s > 0 ? SEC / per_s : 0;
    return policy;
}

/* --- rows --- */

/* In the order of enum delivery_backoff. */
static const char *const backoff_words[] = {"linear", "arithmetic", "geometric", "exponential",
                                            NULL};

#define RETRY(member)    offsetof(struct delivery_retry_cfg, member)
#define THROTTLE(member) offsetof(struct delivery_throttle_cfg, member)
#define CFG(member)      offsetof(struct delivery_cfg, member)

// clang-format off
static const struct param retry_rows[] = {
    { "numRetries", &queue_count_or_none_param, RETRY(retries), "null", 0, 100, NULL, NULL, 0,
      "SNS-13", "How often a delivery is tried again; null: the policy is not given." },
    { "minDelayTarget", &param_seconds, RETRY(min_ns), "20", 1, 3600, "an hour", NULL, 0,
      "SNS-13", "The least pause before a retry." },
    { "maxDelayTarget", &param_seconds, RETRY(max_ns), "20", 1, 3600, "an hour", NULL, 0,
      "SNS-13", "The greatest pause before a retry." },
    { "numNoDelayRetries", &param_int, RETRY(no_delay_retries), "0", 0, 100, NULL, NULL, 0,
      "SNS-13", "How many retries come at once, before all others." },
    { "numMinDelayRetries", &param_int, RETRY(min_delay_retries), "0", 0, 100, NULL, NULL, 0,
      "SNS-13", "How many then come after minDelayTarget each." },
    { "numMaxDelayRetries", &param_int, RETRY(max_delay_retries), "0", 0, 100, NULL, NULL, 0,
      "SNS-13", "How many come at last, after maxDelayTarget each; those between back off." },
    { "backoffFunction", &param_word, RETRY(backoff), "\"linear\"", 1, 0, NULL, backoff_words, 0,
      "SNS-14", "How the pause grows from the least to the greatest." },
    PARAM_END
};

static const struct param throttle_rows[] = {
    { "maxReceivesPerSecond", &queue_count_or_none_param, THROTTLE(max_receives_per_s), "null",
      1, 1e6, NULL, NULL, 0, "SNS-13",
      "How many deliveries a second an endpoint is given at most; null: no limit." },
    PARAM_END
};

static const struct param http_rows[] = {
    { "defaultHealthyRetryPolicy", &param_object, CFG(retry), NULL, 1, 0, NULL, retry_rows, 0,
      "SNS-13", "Retries of its HTTP subscriptions that have no policy of their own." },
    { "defaultThrottlePolicy", &param_object, CFG(throttle), NULL, 1, 0, NULL, throttle_rows, 0,
      "SNS-13", "Their rate." },
    { "disableSubscriptionOverrides", &param_bool, CFG(disable_overrides), "false", 1, 0, NULL,
      NULL, 0, "SNS-13", "Its subscriptions' own policies do not count." },
    PARAM_END
};

const struct param delivery_topic_rows[] = {
    { "http", &param_object, 0, NULL, 1, 0, NULL, http_rows, 0, "SNS-13",
      "Only deliveries to HTTP endpoints can have a policy." },
    PARAM_END
};

const struct param delivery_subscription_rows[] = {
    { "healthyRetryPolicy", &param_object, CFG(retry), NULL, 1, 0, NULL, retry_rows, 0, "SNS-13",
      "How a delivery that failed is tried again." },
    { "throttlePolicy", &param_object, CFG(throttle), NULL, 1, 0, NULL, throttle_rows, 0, "SNS-13",
      "How fast the endpoint takes deliveries." },
    PARAM_END
};
// clang-format on

/* --- tasks --- */

void delivery_pool_init(struct delivery_pool *pool)
{
    *pool = (struct delivery_pool){.free = NULL};
}

void delivery_pool_free(struct delivery_pool *pool)
{
    for (struct delivery_task *task = pool->made, *next; task != NULL; task = next) {
        next = task->made;
        free(task);
    }
    delivery_pool_init(pool);
}

struct delivery_task *delivery_task_take(struct delivery_pool *pool)
{
    struct delivery_task *task = pool->free, *made;
    if (task != NULL) {
        pool->free = task->next;
        made = task->made;
    } else {
        task = must_alloc(sizeof *task);
        made = pool->made;
        pool->made = task;
    }
    memset(task, 0, sizeof *task);
    task->made = made;
    return task;
}

void delivery_task_give_back(struct delivery_pool *pool, struct delivery_task *task)
{
    MUST(!event_is_pending(&task->event));
    task->next = pool->free;
    pool->free = task;
}
