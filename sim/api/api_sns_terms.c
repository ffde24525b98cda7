// SPDX-License-Identifier: GPL-3.0-or-later
/* The attributes of a subscription: judged, kept as they were given, shown. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "api/api_sns.h"
#include "api/api_sns_policy.h"

enum { FILTER_MOST_BYTES = 256 * 1024 };

/* --- judging --- */

static bool compile_filter(struct api_sns_subscription *s, struct request_error *error)
{
    const char *text = texts_get(&s->attributes, "FilterPolicy"),
               *scope = texts_get(&s->attributes, "FilterPolicyScope");
    struct filter_error why = {.sentence = "failed to parse JSON"};
    const bool of_body = scope != NULL && strcmp(scope, "MessageBody") == 0;
    arena_free(&s->arena);
    arena_init(&s->arena);
    s->filter = NULL;
    struct json_doc *doc = text == NULL ? NULL : request_parse(text);
    if (doc != NULL) {
        const struct filter_cfg cfg = {.scope = of_body ? FILTER_BODY : FILTER_ATTRIBUTES,
                                       .newer_forms = true,  /* FLT-2 */
                                       .same_element = true, /* FLT-3 */
                                       .bytes = strlen(text)};
        s->filter = filter_compile(&s->arena, json_root(doc), &cfg, &why);
    }
    const bool is_good = text == NULL || s->filter != NULL;
    if (!is_good)
        request_fail(error, REQUEST_BAD_VALUE,
                     "Invalid parameter: Attributes Reason: FilterPolicy: %.300s", why.sentence);
    json_free(doc);
    return is_good;
}

/* SNS-17: a queue that needs groups needs them of its dead letters too. */
static const char *judge_redrive(const struct api_sns_subscription *s, const struct json *policy)
{
    const struct json *arn = json_get(policy, "deadLetterTargetArn");
    if (arn == NULL || json_kind(arn) != JSON_TEXT || json_count(policy) != 1)
        return "RedrivePolicy: deadLetterTargetArn is its one member";
    if (strncmp(json_text(arn), ACCOUNT_ARN, sizeof ACCOUNT_ARN - 1) != 0)
        return "RedrivePolicy: deadLetterTargetArn is an invalid arn";
    if (account_is_fifo_name(s->topic_arn) && account_is_fifo_name(s->endpoint) &&
        !account_is_fifo_name(json_text(arn)))
        return "RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO "
               "Topic";
    return NULL;
}

static bool read_redrive(const struct api_sns_subscription *s, const char *text,
                         struct request_error *error)
{
    const char *reason = "RedrivePolicy: failed to parse JSON";
    struct json_doc *doc = request_parse(text);
    if (doc != NULL && json_kind(json_root(doc)) == JSON_OBJECT)
        reason = judge_redrive(s, json_root(doc));
    json_free(doc);
    return reason == NULL || api_sns_bad_value("Attributes", reason, error);
}

static bool is_word(const char *value, const char *one, const char *other)
{
    return strcmp(value, one) == 0 || strcmp(value, other) == 0;
}

/* SNS-7: it is for queues and HTTP endpoints. */
static bool judge_raw(const struct api_sns_subscription *s, const char *value,
                      struct request_error *error)
{
    static const char *const able[] = {"sqs", "http", "https", "firehose", NULL};
    if (!is_word(value, "true", "false"))
        return api_sns_bad_value(
            "Attributes", "RawMessageDelivery: Invalid value. Must be true or false.", error);
    bool is_able = strcmp(value, "false") == 0;
    for (size_t i = 0; able[i] != NULL; i++)
        is_able = is_able || strcmp(s->protocol, able[i]) == 0;
    return is_able ||
           api_sns_bad_value("Attributes",
                             "RawMessageDelivery: the delivery protocol does not support raw "
                             "message delivery",
                             error);
}

/* Judges one attribute; "" clears a policy. */
static bool judge(const struct api_sns_subscription *s, const char *name, const char *value,
                  struct request_error *error)
{
    struct delivery_cfg policy;
    if (strcmp(name, "RawMessageDelivery") == 0)
        return judge_raw(s, value, error);
    if (strcmp(name, "FilterPolicyScope") == 0)
        return is_word(value, "MessageAttributes", "MessageBody") ||
               api_sns_bad_value(
                   "Attributes",
                   "FilterPolicyScope: Invalid value. Please use either MessageBody or "
                   "MessageAttributes",
                   error);
    if (strcmp(name, "FilterPolicy") == 0)
        return strlen(value) <= FILTER_MOST_BYTES ||
               api_sns_bad_value("Attributes", "FilterPolicy: too long", error);
    if (strcmp(name, "RedrivePolicy") == 0)
        return *value == '\0' || read_redrive(s, value, error);
    if (strcmp(name, "DeliveryPolicy") == 0)
        return api_sns_policy_read(value, false, &policy, error);
    if (strcmp(name, "SubscriptionRoleArn") == 0 || strcmp(name, "ReplayPolicy") == 0)
        return true;
    return api_sns_bad_value("AttributeName", name, error);
}

/* True and False are taken too. */
static char *plain(const char *name, const char *value)
{
    char *kept = texts_keep(value);
    if (strcmp(name, "RawMessageDelivery") == 0)
        for (char *c = kept; *c != '\0'; c++)
            *c = (char)tolower((unsigned char)*c);
    return kept;
}

static bool put(struct api_sns_subscription *s, const char *name, const char *given,
                struct request_error *error)
{
    char *value = plain(name, given);
    bool is_good = judge(s, name, value, error);
    if (is_good) {
        texts_put(&s->attributes, name, *value == '\0' ? NULL : value);
        is_good = strncmp(name, "FilterPolicy", 12) != 0 || compile_filter(s, error);
    }
    free(value);
    return is_good;
}

/* --- reading and changing --- */

/* The scope comes first: by it the policy is judged. */
bool api_sns_terms_read(struct api_sns_subscription *s, const struct json *attributes,
                        struct request_error *error)
{
    const struct json *scope =
        attributes == NULL ? NULL : json_get(attributes, "FilterPolicyScope");
    const struct json *node = attributes == NULL ? NULL : json_first(attributes);
    if (scope != NULL && json_kind(scope) == JSON_TEXT &&
        !put(s, "FilterPolicyScope", json_text(scope), error))
        return false;
    for (; node != NULL; node = json_next(node)) {
        if (json_kind(node) != JSON_TEXT)
            return request_fail(error, REQUEST_BAD_JSON, "Attributes: expected texts");
        if (!put(s, json_key(node), json_text(node), error))
            return false;
    }
    return true;
}

bool api_sns_terms_set(struct api_sns_subscription *s, const char *name, const char *value,
                       struct request_error *error)
{
    const char *present = texts_get(&s->attributes, name);
    char *before = texts_keep(present);
    struct request_error ignored;
    const bool is_good = put(s, name, value, error);
    if (!is_good) {
        texts_put(&s->attributes, name, before);
        compile_filter(s, &ignored);
    }
    free(before);
    return is_good;
}

/* What holds where nothing was said. */
static const char *value_of(const struct api_sns_subscription *s, const char *name)
{
    const char *value = texts_get(&s->attributes, name);
    if (value == NULL && strcmp(name, "RawMessageDelivery") == 0)
        return "false";
    if (value == NULL && strcmp(name, "FilterPolicyScope") == 0)
        return "MessageAttributes";
    return value;
}

bool api_sns_terms_agree(const struct api_sns_subscription *s, const struct texts *given)
{
    for (size_t i = 0; i < given->count; i++) {
        const char *present = value_of(s, given->at[i].key);
        if (present == NULL || strcmp(present, given->at[i].value) != 0)
            return false;
    }
    return true;
}

/* FLT-1: a scope is shown beside a policy only. */
void api_sns_terms_write(struct json_writer *w, const struct api_sns_subscription *s)
{
    request_write_text(w, "RawMessageDelivery", value_of(s, "RawMessageDelivery"));
    if (s->filter != NULL)
        request_write_text(w, "FilterPolicyScope", value_of(s, "FilterPolicyScope"));
    for (size_t i = 0; i < s->attributes.count; i++)
        if (strcmp(s->attributes.at[i].key, "RawMessageDelivery") != 0 &&
            strcmp(s->attributes.at[i].key, "FilterPolicyScope") != 0)
            request_write_text(w, s->attributes.at[i].key, s->attributes.at[i].value);
}
