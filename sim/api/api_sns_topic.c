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

enum { NAME_MOST = 256, DISPLAY_NAME_MOST = 100 };

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

/* Of attributes that have few values, is it one of them? */
static bool is_one_of(const char *name, const char *value)
{
    if (strcmp(name, "SignatureVersion") == 0)
        return strcmp(value, "1") == 0 || strcmp(value, "2") == 0;
    if (strcmp(name, "TracingConfig") == 0)
        return strcmp(value, "PassThrough") == 0 || strcmp(value, "Active") == 0;
    return strcmp(name, "DisplayName") != 0 || strlen(value) <= DISPLAY_NAME_MOST;
}

static bool read_bool(const char *name, const char *value, bool *is_true,
                      struct request_error *error)
{
    *is_true = strcmp(value, "true") == 0;
    return *is_true || strcmp(value, "false") == 0 ||
           api_sns_bad_value(name, "must be true or false", error);
}

static bool read_scope(const char *value, struct topic_cfg *cfg, struct request_error *error)
{
    cfg->throughput_scope =
        strcmp(value, "MessageGroup") == 0 ? TOPIC_SCOPE_GROUP : TOPIC_SCOPE_TOPIC;
    return cfg->throughput_scope == TOPIC_SCOPE_GROUP || strcmp(value, "Topic") == 0 ||
           api_sns_bad_value("FifoThroughputScope", "must be Topic or MessageGroup", error);
}

/* An attribute of a new or of an existing topic, into its cfg; policies are kept by the caller. */
static bool read_attribute(const char *name, const char *value, bool is_fifo, struct topic_cfg *cfg,
                           struct request_error *error)
{
    bool is_true;
    if (is_kept_as_given(name))
        return is_one_of(name, value) || api_sns_bad_value(name, "it has another value", error);
    if (strcmp(name, "Policy") == 0)
        return *value == '\0' || policy_is_sound(value) ||
               api_sns_bad_value("Policy", "the policy is not valid JSON", error);
    if (strcmp(name, "DeliveryPolicy") == 0)
        return api_sns_policy_read(value, true, &cfg->policy, error);
    if (strcmp(name, "FifoTopic") == 0)
        return read_bool(name, value, &is_true, error) &&
               (is_true == is_fifo || api_sns_bad_value(name, "the name must end in .fifo", error));
    if (strcmp(name, "ContentBasedDeduplication") == 0)
        return (is_fifo || api_sns_bad_value(name, "it is for FIFO topics only", error)) &&
               read_bool(name, value, &cfg->content_dedup, error);
    if (strcmp(name, "FifoThroughputScope") == 0)
        return (is_fifo || api_sns_bad_value(name, "it is for FIFO topics only", error)) &&
               read_scope(value, cfg, error);
    return api_sns_bad_value("AttributeName", name, error);
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

/* One that "" takes away. */
static bool is_policy(const char *name)
{
    return strcmp(name, "Policy") == 0 || strcmp(name, "DeliveryPolicy") == 0;
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
        const bool is_clear = is_policy(json_key(node)) && *json_text(node) == '\0';
        texts_put(given, json_key(node), is_clear ? NULL : json_text(node));
    }
    return true;
}

/* --- making --- */

static struct api_sns_topic *open_topic(struct account *account, const char *name, bool is_fifo,
                                        const struct topic_cfg *cfg)
{
    struct api_sns *sns = api_sns_of(account);
    struct api_sns_topic *topic = must_alloc(sizeof *topic);
    struct text arn = {0};
    memset(topic, 0, sizeof *topic);
    text_printf(&arn, API_SNS_ARN "%s", name);
    topic->arn = must_alloc(arn.length + 1);
    memcpy(topic->arn, text_of(&arn), arn.length + 1);
    text_free(&arn);
    topic_init(&topic->topic, &topic_sns, cfg, topic->arn + strlen(API_SNS_ARN), NODE_NONE,
               &sns->setting);
    topic->topic.service.is_fifo = is_fifo;
    api_sns_add_topic(sns, topic);
    return topic;
}

/* What holds where nothing was said, or NULL. */
static const char *default_of(const char *name)
{
    if (strcmp(name, "DisplayName") == 0)
        return "";
    return strcmp(name, "ContentBasedDeduplication") == 0 || strcmp(name, "FifoTopic") == 0
               ? "false"
               : NULL;
}

/* What is given, be it a part, must be what it has (SNS's CreateTopic is idempotent). */
static bool meet_existing(const struct api_sns_topic *topic, const struct texts *given,
                          const struct texts *tags, struct request_error *error)
{
    for (size_t i = 0; i < given->count; i++) {
        const char *key = given->at[i].key, *present = texts_get(&topic->attributes, key);
        if (present == NULL)
            present = default_of(key);
        if (present == NULL || strcmp(present, given->at[i].value) != 0)
            return api_sns_bad_value("Attributes", "Topic already exists with different attributes",
                                     error);
    }
    for (size_t i = 0; i < tags->count; i++) {
        const char *present = texts_get(&topic->tags, tags->at[i].key);
        if (present == NULL || strcmp(present, tags->at[i].value) != 0)
            return api_sns_bad_value("Tags", "Topic already exists with different tags", error);
    }
    return true;
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
    if (!api_sns_need(request, "Name", &name) ||
        !request_object(request->params, "Attributes", &attributes, &request->error))
        return false;
    const bool is_fifo = account_is_fifo_name(name);
    if (!name_is_allowed(name, is_fifo))
        return api_sns_bad_value("Topic Name", "letters, digits, hyphens and underscores, 1 to 256",
                                 &request->error);
    if (is_fifo != wants_fifo(attributes)) /* SNS-20 */
        return api_sns_bad_value("Topic Name",
                                 "Fifo Topic names must end with .fifo, and others must not",
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
    if (!api_sns_need(request, "TopicArn", &arn) ||
        !api_sns_judge_arn("TopicArn", arn, &request->error))
        return false;
    struct api_sns_topic *topic = api_sns_find(account, arn);
    if (topic == NULL)
        return true;
    api_sns_remove_topic(account->sns, topic);
    for (struct subscription *at = topic->topic.first; at != NULL; at = at->next) {
        struct api_sns_subscription *s = at->owner;
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
    if (!request_page(request->params, &from, &request->error))
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
        request_write_token(w, at);
    return true;
}

/* --- reading and changing --- */

static void write_counts(struct json_writer *w, const struct api_sns_topic *topic)
{
    uint32_t confirmed = 0, pending = 0;
    char text[16];
    for (const struct subscription *s = topic->topic.first; s != NULL; s = s->next) {
        confirmed += s->confirmed;
        pending += !s->confirmed;
    }
    snprintf(text, sizeof text, "%" PRIu32, confirmed);
    request_write_text(w, "SubscriptionsConfirmed", text);
    snprintf(text, sizeof text, "%" PRIu32, pending);
    request_write_text(w, "SubscriptionsPending", text);
    snprintf(text, sizeof text, "%" PRIu32, topic->deleted);
    request_write_text(w, "SubscriptionsDeleted", text);
}

static void write_policies(struct json_writer *w, const struct api_sns_topic *topic)
{
    struct text text = {0};
    const char *own = texts_get(&topic->attributes, "Policy");
    if (own == NULL)
        api_sns_policy_default(&text, topic->arn);
    request_write_text(w, "Policy", own != NULL ? own : text_of(&text));
    text_clear(&text);
    api_sns_policy_effective(&text, &topic->topic.cfg->policy,
                             texts_get(&topic->attributes, "DeliveryPolicy"));
    request_write_text(w, "EffectiveDeliveryPolicy", text_of(&text));
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
    request_write_text(w, "TopicArn", topic->arn);
    request_write_text(w, "Owner", ACCOUNT_ID);
    if (texts_get(&topic->attributes, "DisplayName") == NULL)
        request_write_text(w, "DisplayName", "");
    write_policies(w, topic);
    write_counts(w, topic);
    for (size_t i = 0; i < topic->attributes.count; i++) {
        const char *key = topic->attributes.at[i].key;
        const bool is_plain = strcmp(key, "FifoTopic") == 0 && !topic->topic.service.is_fifo;
        if (strcmp(key, "Policy") != 0 && !is_plain)
            request_write_text(w, key, topic->attributes.at[i].value);
    }
    if (topic->topic.service.is_fifo &&
        texts_get(&topic->attributes, "ContentBasedDeduplication") == NULL)
        request_write_text(w, "ContentBasedDeduplication", "false");
    json_write_close(w, '}');
    return true;
}

static bool set_topic_attributes(struct request *request)
{
    const char *name, *value = NULL;
    struct api_sns_topic *topic = api_sns_topic_of(request, "TopicArn");
    if (topic == NULL || !api_sns_need(request, "AttributeName", &name) ||
        !request_text(request->params, "AttributeValue", &value, &request->error))
        return false;
    struct topic_cfg cfg = *topic->topic.cfg;
    value = value == NULL ? "" : value;
    if (strcmp(name, "FifoTopic") == 0)
        return api_sns_bad_value("AttributeName", "FifoTopic is set when a topic is made",
                                 &request->error);
    if (!read_attribute(name, value, topic->topic.service.is_fifo, &cfg, &request->error))
        return false;
    texts_put(&topic->attributes, name, is_policy(name) && *value == '\0' ? NULL : value);
    topic_change(&topic->topic, &cfg, account_now(request->account));
    return true;
}

/* --- data protection: kept, and felt by no message --- */

static bool put_data_protection(struct request *request)
{
    const char *policy;
    struct api_sns_topic *topic = api_sns_topic_of(request, "ResourceArn");
    if (topic == NULL || !api_sns_need(request, "DataProtectionPolicy", &policy))
        return false;
    if (*policy != '\0' && !policy_is_sound(policy))
        return api_sns_bad_value("DataProtectionPolicy", "the policy is not valid JSON",
                                 &request->error);
    texts_put(&topic->data_protection, "", *policy == '\0' ? NULL : policy);
    return true;
}

static bool get_data_protection(struct request *request)
{
    const struct api_sns_topic *topic = api_sns_topic_of(request, "ResourceArn");
    if (topic == NULL)
        return false;
    if (texts_get(&topic->data_protection, "") != NULL)
        request_write_text(request->w, "DataProtectionPolicy",
                           texts_get(&topic->data_protection, ""));
    return true;
}

const struct request_action api_sns_topic_actions[] = {
    {"sns", "PutDataProtectionPolicy", put_data_protection},
    {"sns", "GetDataProtectionPolicy", get_data_protection},
    {"sns", "CreateTopic", create_topic},
    {"sns", "DeleteTopic", delete_topic},
    {"sns", "ListTopics", list_topics},
    {"sns", "GetTopicAttributes", get_topic_attributes},
    {"sns", "SetTopicAttributes", set_topic_attributes},
    {NULL, NULL, NULL},
};
