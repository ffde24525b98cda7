// SPDX-License-Identifier: GPL-3.0-or-later
/* Topics of SNS, standard and FIFO: what is accepted, how fast, under which number, and which ids a
 * queue gets with it. */
#include "model/topic.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/must.h"
#include "base/units.h"
#include "model/dedup.h"
#include "model/quota.h"

/* SNS-22 */
#define WINDOW_NS (5 * MINUTE)

struct sns {
    struct dedup dedup;
    struct quota_bucket messages, bytes;
    struct quota_bucket *groups; /* by group, where each has a rate of its own */
    uint32_t group_capacity;
};

static bool is_per_group(const struct topic *topic)
{
    return topic->cfg->throughput_scope == TOPIC_SCOPE_GROUP;
}

/* --- LIM-6 --- */

static double messages_per_s(const struct topic *topic)
{
    const struct topic_limits *limits = topic->setting.limits;
    if (topic->cfg->messages_per_s > 0)
        return topic->cfg->messages_per_s;
    /* With a rate per group the topic has that of the region. */
    return topic->service.is_fifo && !is_per_group(topic) ? limits->fifo_messages_per_s
                                                          : limits->standard_messages_per_s;
}

static struct quota_bucket *group_bucket(struct topic *topic, uint32_t group)
{
    struct sns *sns = topic->state;
    uint32_t capacity = sns->group_capacity > 0 ? sns->group_capacity : 16;
    MUST(group < UINT32_C(1) << 28);
    while (capacity <= group)
        capacity *= 2;
    if (capacity > sns->group_capacity) {
        sns->groups = must_grow(sns->groups, capacity * sizeof *sns->groups);
        for (uint32_t i = sns->group_capacity; i < capacity; i++)
            sns->groups[i] =
                (struct quota_bucket){.tokens = topic->setting.limits->fifo_group_messages_per_s};
        sns->group_capacity = capacity;
    }
    return &sns->groups[group];
}

/* Takes count tokens of the groups of the entries, or none.  A bucket holds a second's worth. */
static bool admit_groups(struct topic *topic, const struct send *entries, size_t count,
                         int64_t now_ns)
{
    const double rate = topic->setting.limits->fifo_group_messages_per_s;
    size_t taken = 0;
    for (; taken < count; taken++) {
        if (entries[taken].group == MESSAGE_NO_GROUP)
            continue;
        struct quota_bucket *bucket = group_bucket(topic, entries[taken].group);
        if (!quota_bucket_has(bucket, rate, rate, 1, now_ns))
            break;
        bucket->tokens -= 1;
    }
    if (taken == count)
        return true;
    while (taken-- > 0) {
        if (entries[taken].group != MESSAGE_NO_GROUP)
            group_bucket(topic, entries[taken].group)->tokens += 1;
    }
    return false;
}

static bool admit_rate(struct topic *topic, const struct send *entries, size_t count,
                       int64_t now_ns)
{
    struct sns *sns = topic->state;
    const bool has_bytes = topic->service.is_fifo && !is_per_group(topic);
    const double rate = messages_per_s(topic), bytes_rate = topic->setting.limits->fifo_bytes_per_s;
    double bytes = 0;
    for (size_t i = 0; i < count; i++)
        bytes += (double)entries[i].bytes;
    if (!quota_bucket_has(&sns->messages, rate, rate, (double)count, now_ns))
        return false;
    if (has_bytes && !quota_bucket_has(&sns->bytes, bytes_rate, bytes_rate, bytes, now_ns))
        return false;
    if (is_per_group(topic) && !admit_groups(topic, entries, count, now_ns))
        return false;
    sns->messages.tokens -= (double)count;
    sns->bytes.tokens -= has_bytes ? bytes : 0;
    return true;
}

static void fill_buckets(struct topic *topic)
{
    struct sns *sns = topic->state;
    sns->messages.tokens = messages_per_s(topic);
    sns->bytes.tokens = topic->setting.limits->fifo_bytes_per_s;
}

/* --- what is accepted --- */

static void sns_init(struct topic *topic)
{
    struct sns *sns = topic->state;
    dedup_init(&sns->dedup, WINDOW_NS, is_per_group(topic));
    fill_buckets(topic);
}

static void sns_free(struct topic *topic)
{
    struct sns *sns = topic->state;
    dedup_free(&sns->dedup);
    free(sns->groups);
}

static enum send_status sns_check_call(struct topic *topic, const struct send *entries,
                                       size_t count, int64_t now_ns)
{
    int64_t bytes = 0;
    if (count < 1 || count > 10) /* SNS-1 */
        return SEND_BAD_BATCH;
    if (topic->cfg->quotas && !admit_rate(topic, entries, count, now_ns))
        return SEND_THROTTLED;
    for (size_t i = 0; i < count; i++)
        bytes += entries[i].bytes;
    return count > 1 && bytes > topic->setting.limits->max_bytes ? SEND_BATCH_TOO_LONG : SEND_OK;
}

static enum send_status check(const struct topic *topic, const struct send *send)
{
    const bool is_content = send->flags & SEND_DEDUP_IS_CONTENT;
    if (send->bytes > topic->setting.limits->max_bytes) /* SNS-1 */
        return SEND_TOO_LONG;
    if (send->delay_ns > 0) /* a publication has no DelaySeconds */
        return SEND_BAD_DELAY;
    /* SNS-20 */
    if (!topic->service.is_fifo)
        return send->dedup != 0 ? SEND_HAS_DEDUP : SEND_OK;
    if (send->group == MESSAGE_NO_GROUP)
        return SEND_NEEDS_GROUP;
    if ((send->dedup == 0 || is_content) && !topic->cfg->content_dedup)
        return SEND_NEEDS_DEDUP;
    return SEND_OK;
}

static enum send_status sns_admit(struct topic *topic, const struct send *send, struct sent *reply,
                                  int64_t now_ns)
{
    struct sns *sns = topic->state;
    const enum send_status status = check(topic, send);
    if (status != SEND_OK)
        return status;
    /* SNS-22: a duplicate has the original's ids and reaches nobody, whatever became of that. */
    const struct dedup_entry *original =
        send->dedup == 0 ? NULL : dedup_find(&sns->dedup, send->dedup, send->group, now_ns);
    if (original != NULL) {
        reply->root = original->root;
        reply->number = dedup_number(&sns->dedup, original);
        reply->first_ns = original->accepted_ns;
        return SEND_DEDUPLICATED;
    }
    reply->root = send->root;
    reply->number = ++topic->sequence;
    if (send->dedup != 0)
        dedup_accept(&sns->dedup, send->dedup, send->group, send->root, reply->number, now_ns);
    return SEND_OK;
}

static void sns_changed(struct topic *topic, const struct topic_cfg *before, int64_t now_ns)
{
    struct sns *sns = topic->state;
    (void)now_ns;
    dedup_rescope(&sns->dedup, is_per_group(topic));
    if (before->throughput_scope != topic->cfg->throughput_scope)
        fill_buckets(topic);
}

/* SNS-23: a FIFO queue gets group and deduplication id, content-based or not; a standard queue gets
 * neither.  From a standard topic a queue gets the group, which is a tenant's name (FAIR-6). */
static void sns_address(const struct topic *topic, bool to_fifo, struct send *send)
{
    send->producer = topic->service.node.id;
    send->delay_ns = -1;
    send->flags &= SEND_IS_POISON;
    if (topic->service.is_fifo && !to_fifo) {
        send->group = MESSAGE_NO_GROUP;
        send->dedup = 0;
    }
}

/* --- rows --- */

static const unsigned to_endpoint =
    NODE_REF_TO(NODE_QUEUE) | NODE_REF_TO(NODE_FUNCTION) | NODE_REF_TO(NODE_ENDPOINT);
static const unsigned to_queue = NODE_REF_TO(NODE_QUEUE);

/* In the order of enum topic_protocol, enum filter_scope and enum topic_scope. */
static const char *const protocol_words[] = {"sqs", "lambda", "http", "https", "email", NULL};
static const char *const filter_words[] = {"MessageAttributes", "MessageBody", NULL};
static const char *const scope_words[] = {"Topic", "MessageGroup", NULL};

#define REDRIVE(member) offsetof(struct topic_redrive_cfg, member)
#define SUB(member)     offsetof(struct topic_subscription_cfg, member)
#define TOPIC(member)   offsetof(struct topic_cfg, member)

// clang-format off
static const struct param redrive_rows[] = {
    { "deadLetterTargetArn", &node_ref_param, REDRIVE(dead_letter), NULL, 1, 0, NULL, &to_queue,
      PARAM_REQUIRED, "SNS-17", "The dead-letter queue, by name or ARN." },
    PARAM_END
};

static const struct param subscription_rows[] = {
    { "Protocol", &param_word, SUB(protocol), NULL, 1, 0, NULL, protocol_words, PARAM_REQUIRED,
      "SNS-21", "How publications are delivered." },
    { "Endpoint", &node_ref_param, SUB(endpoint), NULL, 1, 0, NULL, &to_endpoint, PARAM_REQUIRED,
      NULL, "The queue, function or endpoint that they are delivered to, by name or ARN." },
    { "FilterPolicy", &param_node, SUB(filter_policy), NULL, 1, 0, NULL, NULL, 0, "FLT-1",
      "Which publications it wants; by default all." },
    { "FilterPolicyScope", &param_word, SUB(filter_scope), "\"MessageAttributes\"", 1, 0, NULL,
      filter_words, 0, "FLT-1", "What the policy judges." },
    { "RawMessageDelivery", &param_bool, SUB(raw), "false", 1, 0, NULL, NULL, 0, "SNS-7",
      "The message as it was published, without an envelope." },
    { "RedrivePolicy", &param_object, SUB(redrive), NULL, 1, 0, NULL, redrive_rows, 0, "SNS-17",
      "Where a message goes that could not be delivered; without one it is lost." },
    { "DeliveryPolicy", &param_object, SUB(policy), NULL, 1, 0, NULL, delivery_subscription_rows, 0,
      "SNS-13", "Retries, for http and https." },
    { "allowed", &param_bool, SUB(allowed), "true", 1, 0, NULL, NULL, 0, "SNS-16",
      "The queue's access policy admits the topic; else nothing can be delivered." },
    PARAM_END
};

static const struct param_list_of subscription_list = {sizeof(struct topic_subscription_cfg),
                                                       subscription_rows};

static const struct param params[] = {
    { "FifoTopic", &param_bool, TOPIC(fifo), "false", 1, 0, NULL, NULL, 0, "SNS-20",
      "True, as AWS wants it said of every topic whose name ends in .fifo." },
    { "ContentBasedDeduplication", &param_bool, TOPIC(content_dedup), "false", 1, 0, NULL, NULL, 0,
      "SNS-20", "FIFO: the body stands in for a missing deduplication id." },
    { "FifoThroughputScope", &param_word, TOPIC(throughput_scope), "\"Topic\"", 1, 0, NULL,
      scope_words, 0, "LIM-6",
      "FIFO: whether quota and deduplication are the topic's or each group's." },
    { "DeliveryPolicy", &param_object, TOPIC(policy), NULL, 1, 0, NULL, delivery_topic_rows, 0,
      "SNS-13", "Retries of its http and https subscriptions." },
    { "latency", &dist_time_param, TOPIC(latency), "0", 1, 0, NULL, NULL, 0, "SNS-19",
      "How long a delivery takes to its first try; AWS says less than 30 ms as a rule." },
    { "envelopeBytes", &param_size, TOPIC(envelope_bytes), "900", 0, 1e6, NULL, NULL, 0, "SNS-6",
      "What an envelope adds to a message that is not delivered raw." },
    { "quotas", &param_bool, TOPIC(quotas), "true", 1, 0, NULL, NULL, 0, "LIM-6",
      "Publications are throttled." },
    { "publishQuota", &param_rate, TOPIC(messages_per_s), "0", 0, 1e9, NULL, NULL, 0, "LIM-6",
      "Publications a second; 0: as the profile says." },
    { "subscriptions", &param_list, TOPIC(subscriptions), NULL, 1, 0, NULL, &subscription_list, 0,
      "LIM-7", "Who gets what is published." },
    PARAM_END
};
// clang-format on

const struct topic_kind topic_sns = {
    .name = "sns",
    .doc = "Delivers what is published to all its subscribers, standard or FIFO.",
    .params = params,
    .state_bytes = sizeof(struct sns),
    .init = sns_init,
    .free = sns_free,
    .check_call = sns_check_call,
    .admit = sns_admit,
    .address = sns_address,
    .changed = sns_changed,
};
