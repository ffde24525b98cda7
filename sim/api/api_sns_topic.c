// SPDX-License-Identifier: GPL-3.0-or-later
/* Topics: made, listed, configured, deleted. */
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "api/api_sns.h"
#include "api/api_sns_policy.h"
#include "api/api_sns_tag.h"
#include "api/policy.h"

enum { NAME_MOST = 256 };

static bool ends_in_fifo(const char *name)
{
    const size_t length = strlen(name);
    return length >= 5 && strcmp(name + length - 5, ".fifo") == 0;
}

static bool name_is_allowed(const char *name, bool is_fifo)
{
    const size_t length = strlen(name), plain = is_fifo ? length - 5 : length;
    for (size_t i = 0; i < plain; i++)
        if (!isalnum((unsigned char)name[i]) && strchr("-_", name[i]) == NULL)
            return false;
    return plain >= 1 && length <= NAME_MOST;
}

/* --- attributes --- */

/* Attributes that are kept as they are given. */
static bool is_kept_as_given(const char *name)
{
    static const char *const plain[] = {"DisplayName",      "KmsMasterKeyId", "TracingConfig",
                                        "SignatureVersion", "ArchivePolicy",  NULL};
    static const char *const services[] = {"HTTP", "Application", "Lambda",
                                           "SQS",  "Firehose",    NULL};
    static const char *const endings[] = {"SuccessFeedbackRoleArn", "SuccessFeedbackSampleRate",
                                          "FailureFeedbackRoleArn", NULL};
    for (size_t i = 0; plain[i] != NULL; i++)
        if (strcmp(plain[i], name) == 0)
            return true;
    for (size_t i = 0; services[i] != NULL; i++) {
        const size_t length = strlen(services[i]);
        if (strncmp(name, services[i], length) != 0)
            continue;
        for (size_t end = 0; endings[end] != NULL; end++)
            if (strcmp(name + length, endings[end]) == 0)
                return true;
    }
    return false;
}

static bool bad_value(const char *name, const char *reason, struct request_error *error)
{
    return request_fail(error, REQUEST_BAD_VALUE, "Invalid parameter: %.100s Reason: %s", name,
                        reason);
}

static bool read_bool(const char *name, const char *value, bool *is_true,
                      struct request_error *error)
{
    *is_true = strcmp(value, "true") == 0;
    return *is_true || strcmp(value, "false") == 0 ||
           bad_value(name, "must be true or false", error);
}

static bool read_scope(const char *value, struct topic_cfg *cfg, struct request_error *error)
{
    cfg->throughput_scope =
        strcmp(value, "MessageGroup") == 0 ? TOPIC_SCOPE_GROUP : TOPIC_SCOPE_TOPIC;
    return cfg->throughput_scope == TOPIC_SCOPE_GROUP || strcmp(value, "Topic") == 0 ||
           bad_value("FifoThroughputScope", "must be Topic or MessageGroup", error);
}

/* An attribute of a new or of an existing topic, into its cfg; policies are kept by the caller. */
static bool read_attribute(const char *name, const char *value, bool is_fifo, struct topic_cfg *cfg,
                           struct request_error *error)
{
    bool is_true;
    if (is_kept_as_given(name))
        return true;
    if (strcmp(name, "Policy") == 0)
        return *value == '\0' || policy_is_sound(value) ||
               bad_value("Policy", "the policy is not valid JSON", error);
    if (strcmp(name, "DeliveryPolicy") == 0)
        return api_sns_policy_read(value, true, &cfg->policy, error);
    if (strcmp(name, "FifoTopic") == 0)
        return read_bool(name, value, &is_true, error) &&
               (is_true == is_fifo || bad_value(name, "the name must end in .fifo", error));
    if (strcmp(name, "ContentBasedDeduplication") == 0)
        return (is_fifo || bad_value(name, "it is for FIFO topics only", error)) &&
               read_bool(name, value, &cfg->content_dedup, error);
    if (strcmp(name, "FifoThroughputScope") == 0)
        return (is_fifo || bad_value(name, "it is for FIFO topics only", error)) &&
               read_scope(value, cfg, error);
    return bad_value("AttributeName", name, error);
}

/* The default attributes of a topic, as its kind's rows say. */
static struct topic_cfg fresh_cfg(struct account *account, bool is_fifo)
{
    struct topic_cfg cfg = {0};
    struct diag *diag = diag_new();
    struct arena arena;
    arena_init(&arena);
    struct param_reader reader = {.diag = diag, .arena = &arena, .folder = ""};
    MUST(param_bind(&reader, topic_sns.params, &cfg, NULL, NULL));
    text_free(&reader.pointer);
    arena_free(&arena);
    diag_free(diag);
    cfg.fifo = is_fifo;
    cfg.quotas = account->setting.quotas; /* LIM-6 */
    cfg.subscriptions = (struct param_items){0};
    return cfg;
}

static bool read_attributes(const struct json *attributes, bool is_fifo, struct topic_cfg *cfg,
                            struct texts *given, struct request_error *error)
{
    const struct json *node = attributes == NULL ? NULL : json_first(attributes);
    for (; node != NULL; node = json_next(node)) {
        if (json_kind(node) != JSON_TEXT)
            return request_fail(error, REQUEST_BAD_JSON, "Attributes: expected texts");
        if (!read_attribute(json_key(node), json_text(node), is_fifo, cfg, error))
            return false;
        texts_put(given, json_key(node), json_text(node));
    }
    return true;
}

/* --- making --- */

static struct api_sns_topic *open_topic(struct account *account, const char *name, bool is_fifo,
                                        const struct topic_cfg *cfg)
{
    struct api_sns *sns = api_sns_of(account);
    struct api_sns_topic *topic = must_alloc(sizeof *topic), **link = &sns->topics;
    struct text arn = {0};
    memset(topic, 0, sizeof *topic);
    text_printf(&arn, API_SNS_ARN "%s", name);
    topic->arn = must_alloc(arn.length + 1);
    memcpy(topic->arn, text_of(&arn), arn.length + 1);
    text_free(&arn);
    topic_init(&topic->topic, &topic_sns, cfg, topic->arn + strlen(API_SNS_ARN), NODE_NONE,
               &sns->setting);
    topic->topic.service.is_fifo = is_fifo;
    while (*link != NULL)
        link = &(*link)->next;
    *link = topic;
    return topic;
}

/* What is given must be what it has (SNS's CreateTopic is idempotent). */
static bool meet_existing(const struct api_sns_topic *topic, const struct texts *given,
                          const struct texts *tags, struct request_error *error)
{
    for (size_t i = 0; i < given->count; i++) {
        const char *present = texts_get(&topic->attributes, given->at[i].key);
        if (present == NULL || strcmp(present, given->at[i].value) != 0)
            return bad_value("Attributes", "Topic already exists with different attributes", error);
    }
    return tags->count == 0 || texts_are_equal(tags, &topic->tags) ||
           bad_value("Tags", "Topic already exists with different tags", error);
}

static bool wants_fifo(const struct json *attributes)
{
    const struct json *fifo = attributes == NULL ? NULL : json_get(attributes, "FifoTopic");
    return fifo != NULL && json_kind(fifo) == JSON_TEXT && strcmp(json_text(fifo), "true") == 0;
}

static bool make_topic(struct request *request, const char *name, bool is_fifo,
                       const struct json *attributes, struct texts *given, struct texts *tags)
{
    struct account *account = request->account;
    struct topic_cfg cfg = fresh_cfg(account, is_fifo);
    struct text arn = {0};
    if (!read_attributes(attributes, is_fifo, &cfg, given, &request->error) ||
        !api_sns_tag_read(request, tags))
        return false;
    text_printf(&arn, API_SNS_ARN "%s", name);
    struct api_sns_topic *topic = api_sns_find(account, text_of(&arn));
    text_free(&arn);
    if (topic != NULL && !meet_existing(topic, given, tags, &request->error))
        return false;
    if (topic == NULL) {
        topic = open_topic(account, name, is_fifo, &cfg);
        texts_copy(&topic->attributes, given);
        texts_copy(&topic->tags, tags);
    }
    json_write_key(request->w, "TopicArn");
    json_write_text(request->w, topic->arn);
    return true;
}

static bool create_topic(struct request *request)
{
    const struct json *attributes;
    const char *name;
    struct texts given = {0}, tags = {0};
    if (!request_need_text(request->params, "Name", &name, &request->error) ||
        !request_object(request->params, "Attributes", &attributes, &request->error))
        return false;
    const bool is_fifo = ends_in_fifo(name);
    if (!name_is_allowed(name, is_fifo))
        return bad_value("Topic Name", "letters, digits, hyphens and underscores, 1 to 256",
                         &request->error);
    if (is_fifo != wants_fifo(attributes)) /* SNS-20 */
        return bad_value("Topic Name", "Fifo Topic names must end with .fifo, and others must not",
                         &request->error);
    const bool is_good = make_topic(request, name, is_fifo, attributes, &given, &tags);
    texts_free(&given);
    texts_free(&tags);
    return is_good;
}

/* SNS-4: subscriptions stay. */
static bool delete_topic(struct request *request)
{
    const char *arn;
    struct account *account = request->account;
    if (!request_need_text(request->params, "TopicArn", &arn, &request->error) ||
        !api_sns_judge_arn("TopicArn", arn, &request->error))
        return false;
    struct api_sns_topic *topic = api_sns_find(account, arn);
    if (topic == NULL)
        return true;
    struct api_sns_topic **link = &account->sns->topics;
    while (*link != topic)
        link = &(*link)->next;
    *link = topic->next;
    for (struct api_sns_subscription *s = account->sns->subscriptions; s != NULL; s = s->next) {
        if (s->topic != topic)
            continue;
        s->topic = NULL;
        s->subscribed = NULL;
    }
    api_sns_free_topic(topic);
    return true;
}

static bool list_topics(struct request *request)
{
    struct json_writer *w = request->w;
    const struct api_sns *sns = request->account->sns;
    size_t from, at = 0;
    if (!api_sns_read_page(request, &from))
        return false;
    json_write_key(w, "Topics");
    json_write_open(w, '[');
    const struct api_sns_topic *topic = sns == NULL ? NULL : sns->topics;
    for (; topic != NULL && at < from + API_SNS_PAGE; topic = topic->next) {
        if (at++ < from)
            continue;
        json_write_open(w, '{');
        json_write_key(w, "TopicArn");
        json_write_text(w, topic->arn);
        json_write_close(w, '}');
    }
    json_write_close(w, ']');
    if (topic != NULL)
        api_sns_write_next(w, at);
    return true;
}

/* --- reading and changing --- */

static void write_pair(struct json_writer *w, const char *key, const char *value)
{
    json_write_key(w, key);
    json_write_text(w, value);
}

static void write_counts(struct json_writer *w, const struct account *account,
                         const struct api_sns_topic *topic)
{
    uint32_t confirmed = 0, pending = 0;
    char text[16];
    for (const struct api_sns_subscription *s = account->sns->subscriptions; s != NULL;
         s = s->next) {
        confirmed += s->topic == topic && s->is_confirmed;
        pending += s->topic == topic && !s->is_confirmed;
    }
    snprintf(text, sizeof text, "%" PRIu32, confirmed);
    write_pair(w, "SubscriptionsConfirmed", text);
    snprintf(text, sizeof text, "%" PRIu32, pending);
    write_pair(w, "SubscriptionsPending", text);
    snprintf(text, sizeof text, "%" PRIu32, topic->deleted);
    write_pair(w, "SubscriptionsDeleted", text);
}

static void write_policies(struct json_writer *w, const struct api_sns_topic *topic)
{
    struct text text = {0};
    const char *own = texts_get(&topic->attributes, "Policy");
    if (own == NULL)
        api_sns_policy_default(&text, topic->arn);
    write_pair(w, "Policy", own != NULL ? own : text_of(&text));
    text_clear(&text);
    api_sns_policy_effective(&text, &topic->topic.cfg->policy);
    write_pair(w, "EffectiveDeliveryPolicy", text_of(&text));
    text_free(&text);
}

static bool get_topic_attributes(struct request *request)
{
    struct json_writer *w = request->w;
    const struct api_sns_topic *topic = api_sns_topic_of(request, "TopicArn");
    if (topic == NULL)
        return false;
    json_write_key(w, "Attributes");
    json_write_open(w, '{');
    write_pair(w, "TopicArn", topic->arn);
    write_pair(w, "Owner", ACCOUNT_ID);
    if (texts_get(&topic->attributes, "DisplayName") == NULL)
        write_pair(w, "DisplayName", "");
    write_policies(w, topic);
    write_counts(w, request->account, topic);
    for (size_t i = 0; i < topic->attributes.count; i++)
        if (strcmp(topic->attributes.at[i].key, "Policy") != 0)
            write_pair(w, topic->attributes.at[i].key, topic->attributes.at[i].value);
    if (topic->topic.service.is_fifo &&
        texts_get(&topic->attributes, "ContentBasedDeduplication") == NULL)
        write_pair(w, "ContentBasedDeduplication", "false");
    json_write_close(w, '}');
    return true;
}

static bool set_topic_attributes(struct request *request)
{
    const char *name, *value = NULL;
    struct api_sns_topic *topic = api_sns_topic_of(request, "TopicArn");
    if (topic == NULL ||
        !request_need_text(request->params, "AttributeName", &name, &request->error) ||
        !request_text(request->params, "AttributeValue", &value, &request->error))
        return false;
    struct topic_cfg cfg = *topic->topic.cfg;
    value = value == NULL ? "" : value;
    if (strcmp(name, "FifoTopic") == 0)
        return bad_value("AttributeName", "FifoTopic is set when a topic is made", &request->error);
    if (!read_attribute(name, value, topic->topic.service.is_fifo, &cfg, &request->error))
        return false;
    const bool is_policy = strcmp(name, "Policy") == 0 || strcmp(name, "DeliveryPolicy") == 0;
    texts_put(&topic->attributes, name, is_policy && *value == '\0' ? NULL : value);
    topic_change(&topic->topic, &cfg, account_now(request->account));
    for (struct api_sns_subscription *s = request->account->sns->subscriptions; s != NULL;
         s = s->next)
        api_sns_connect(request->account, s);
    return true;
}

const struct request_action api_sns_topic_actions[] = {
    {"sns", "CreateTopic", create_topic},
    {"sns", "DeleteTopic", delete_topic},
    {"sns", "ListTopics", list_topics},
    {"sns", "GetTopicAttributes", get_topic_attributes},
    {"sns", "SetTopicAttributes", set_topic_attributes},
    {NULL, NULL, NULL},
};
