// SPDX-License-Identifier: GPL-3.0-or-later
/* Subscriptions: made, listed, configured, ended. */
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "api/api_sns.h"
#include "api/api_sns_policy.h"
#include "api/handle.h"

enum { FILTER_MOST_BYTES = 256 * 1024 };

/* In the order of enum topic_protocol; what the model does not deliver to comes after. */
static const char *const protocols[] = {"sqs",        "lambda", "http",        "https",    "email",
                                        "email-json", "sms",    "application", "firehose", NULL};

static bool bad_value(const char *name, const char *reason, struct request_error *error)
{
    return request_fail(error, REQUEST_BAD_VALUE, "Invalid parameter: %.100s Reason: %s", name,
                        reason);
}

static char *copy(const char *text)
{
    const size_t bytes = strlen(text) + 1;
    return memcpy(must_alloc(bytes), text, bytes);
}

static bool ends_in_fifo(const char *name)
{
    const size_t length = strlen(name);
    return length >= 5 && strcmp(name + length - 5, ".fifo") == 0;
}

/* --- attributes --- */

static bool compile_filter(struct api_sns_subscription *s, struct request_error *error)
{
    const char *text = texts_get(&s->attributes, "FilterPolicy"),
               *scope = texts_get(&s->attributes, "FilterPolicyScope");
    struct filter_error why = {.sentence = "failed to parse JSON"};
    struct diag *diag = diag_new();
    const bool of_body = scope != NULL && strcmp(scope, "MessageBody") == 0;
    arena_free(&s->arena);
    arena_init(&s->arena);
    s->filter = NULL;
    struct json_doc *doc = text == NULL ? NULL : json_parse("", text, strlen(text), false, diag);
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
    diag_free(diag);
    return is_good;
}

/* SNS-17 */
static const char *judge_redrive(const struct api_sns_subscription *s, const struct json *policy)
{
    const struct json *arn = json_get(policy, "deadLetterTargetArn");
    if (arn == NULL || json_kind(arn) != JSON_TEXT || json_count(policy) != 1)
        return "RedrivePolicy: deadLetterTargetArn is its one member";
    if (strncmp(json_text(arn), ACCOUNT_ARN, sizeof ACCOUNT_ARN - 1) != 0)
        return "RedrivePolicy: deadLetterTargetArn is an invalid arn";
    if (ends_in_fifo(s->topic_arn) && !ends_in_fifo(json_text(arn)))
        return "RedrivePolicy: must use a FIFO queue as DLQ for a FIFO topic";
    return NULL;
}

static bool read_redrive(const struct api_sns_subscription *s, const char *text,
                         struct request_error *error)
{
    struct diag *diag = diag_new();
    const char *reason = "RedrivePolicy: failed to parse JSON";
    struct json_doc *doc = json_parse("", text, strlen(text), false, diag);
    if (doc != NULL && json_kind(json_root(doc)) == JSON_OBJECT)
        reason = judge_redrive(s, json_root(doc));
    json_free(doc);
    diag_free(diag);
    return reason == NULL || bad_value("Attributes", reason, error);
}

static bool is_word(const char *value, const char *one, const char *other)
{
    return strcmp(value, one) == 0 || strcmp(value, other) == 0;
}

/* Judges one attribute; "" clears a policy. */
static bool judge_attribute(const struct api_sns_subscription *s, const char *name,
                            const char *value, struct request_error *error)
{
    struct delivery_cfg policy;
    if (strcmp(name, "RawMessageDelivery") == 0)
        return is_word(value, "true", "false") ||
               bad_value(name, "RawMessageDelivery: Invalid value. Must be true or false.", error);
    if (strcmp(name, "FilterPolicyScope") == 0)
        return is_word(value, "MessageAttributes", "MessageBody") ||
               bad_value(name,
                         "FilterPolicyScope: Invalid value. Please use either MessageBody or "
                         "MessageAttributes",
                         error);
    if (strcmp(name, "FilterPolicy") == 0)
        return strlen(value) <= FILTER_MOST_BYTES ||
               bad_value("Attributes", "FilterPolicy: too long", error);
    if (strcmp(name, "RedrivePolicy") == 0)
        return *value == '\0' || read_redrive(s, value, error);
    if (strcmp(name, "DeliveryPolicy") == 0)
        return api_sns_policy_read(value, false, &policy, error);
    if (strcmp(name, "SubscriptionRoleArn") == 0 || strcmp(name, "ReplayPolicy") == 0)
        return true;
    return bad_value("AttributeName", name, error);
}

static bool put_attribute(struct api_sns_subscription *s, const char *name, const char *value,
                          struct request_error *error)
{
    if (!judge_attribute(s, name, value, error))
        return false;
    texts_put(&s->attributes, name, *value == '\0' ? NULL : value);
    return strncmp(name, "FilterPolicy", 12) != 0 || compile_filter(s, error);
}

/* The scope comes first: by it the policy is judged. */
static bool read_attributes(struct api_sns_subscription *s, const struct json *attributes,
                            struct request_error *error)
{
    const struct json *scope =
        attributes == NULL ? NULL : json_get(attributes, "FilterPolicyScope");
    const struct json *node = attributes == NULL ? NULL : json_first(attributes);
    if (scope != NULL && json_kind(scope) == JSON_TEXT &&
        !put_attribute(s, "FilterPolicyScope", json_text(scope), error))
        return false;
    for (; node != NULL; node = json_next(node)) {
        if (json_kind(node) != JSON_TEXT)
            return request_fail(error, REQUEST_BAD_JSON, "Attributes: expected texts");
        if (!put_attribute(s, json_key(node), json_text(node), error))
            return false;
    }
    return true;
}

/* --- making --- */

/* LIM-7 */
static bool judge_limits(const struct api_sns *sns, const struct api_sns_subscription *s,
                         struct request_error *error)
{
    int64_t filters = 0;
    const int64_t all = s->topic->topic.subscription_count;
    const struct topic_limits *limits = sns->setting.limits;
    if (s->topic->topic.service.is_fifo && all >= limits->fifo_subscriptions)
        return request_fail(error, REQUEST_SUBSCRIPTION_LIMIT,
                            "The maximum number of subscriptions per FIFO topic is reached");
    for (const struct api_sns_subscription *other = sns->subscriptions; other != NULL;
         other = other->next)
        filters += other->topic == s->topic && other->filter != NULL;
    return s->filter == NULL || filters < limits->filters ||
           request_fail(error, REQUEST_FILTER_LIMIT,
                        "The maximum number of filter policies per topic is reached");
}

static bool judge_endpoint(const struct api_sns_subscription *s, size_t protocol,
                           struct request_error *error)
{
    const char *endpoint = s->endpoint;
    if (protocol == TOPIC_SQS && strncmp(endpoint, ACCOUNT_ARN, sizeof ACCOUNT_ARN - 1) != 0)
        return bad_value("Endpoint", "SQS endpoint ARN", error);
    if (protocol == TOPIC_LAMBDA && strncmp(endpoint, "arn:aws:lambda:", 15) != 0)
        return bad_value("Endpoint", "Lambda endpoint ARN", error);
    if (protocol == TOPIC_HTTP && strncmp(endpoint, "http://", 7) != 0)
        return bad_value("Endpoint", "must match the specified protocol", error);
    if (protocol == TOPIC_HTTPS && strncmp(endpoint, "https://", 8) != 0)
        return bad_value("Endpoint", "must match the specified protocol", error);
    if (protocol == TOPIC_EMAIL && strchr(endpoint, '@') == NULL)
        return bad_value("Endpoint", "Email address", error);
    const char *refusal = protocol < TOPIC_PROTOCOLS
                              ? topic_refuses(s->topic->topic.service.is_fifo,
                                              (enum topic_protocol)protocol, ends_in_fifo(endpoint))
                              : NULL;
    return refusal == NULL || bad_value("Invalid parameter: Endpoint", refusal, error); /* SNS-21 */
}

static bool find_protocol(const char *name, size_t *protocol, struct request_error *error)
{
    for (*protocol = 0; protocols[*protocol] != NULL; ++*protocol)
        if (strcmp(protocols[*protocol], name) == 0)
            return true;
    return request_fail(error, REQUEST_BAD_VALUE,
                        "Invalid parameter: Amazon SNS does not support this protocol string: "
                        "%.100s",
                        name);
}

/* SNS-4: the same again is the same; other attributes are a conflict. */
static bool meet_existing(const struct api_sns_subscription *s,
                          const struct api_sns_subscription *given, struct request_error *error)
{
    for (size_t i = 0; i < given->attributes.count; i++) {
        const char *key = given->attributes.at[i].key, *value = given->attributes.at[i].value;
        const char *present = texts_get(&s->attributes, key);
        if (present == NULL && strcmp(key, "RawMessageDelivery") == 0)
            present = "false";
        if (present == NULL || strcmp(present, value) != 0)
            return bad_value("Attributes", "Subscription already exists with different attributes",
                             error);
    }
    return true;
}

static struct api_sns_subscription *find_same(const struct api_sns *sns,
                                              const struct api_sns_subscription *given)
{
    struct api_sns_subscription *s = sns->subscriptions;
    while (s != NULL && (s->topic != given->topic || strcmp(s->protocol, given->protocol) != 0 ||
                         strcmp(s->endpoint, given->endpoint) != 0))
        s = s->next;
    return s;
}

static void add(struct account *account, struct api_sns_subscription *s, size_t protocol)
{
    struct api_sns *sns = account->sns;
    struct api_sns_subscription **link = &sns->subscriptions;
    struct text arn = {0};
    char uuid[HANDLE_UUID_BYTES];
    handle_uuid(uuid, (UINT64_C(1) << 62) + ++sns->subscription_number);
    text_printf(&arn, "%s:%s", s->topic_arn, uuid);
    s->arn = copy(text_of(&arn));
    text_free(&arn);
    s->is_confirmed = protocol == TOPIC_SQS || protocol == TOPIC_LAMBDA; /* SNS-3 */
    if (protocol == TOPIC_SQS)
        s->queue = copy(s->endpoint + sizeof ACCOUNT_ARN - 1);
    const struct subscription as = {
        .protocol = protocol < TOPIC_PROTOCOLS ? (enum topic_protocol)protocol : TOPIC_EMAIL,
        .node = NODE_NONE,
        .allowed = true,
        .policy = delivery_aws_managed,
        .owner = s};
    s->subscribed = topic_subscribe(&s->topic->topic, &as);
    while (*link != NULL)
        link = &(*link)->next;
    *link = s;
    api_sns_connect(account, s);
}

static void write_arn(struct request *request, const struct api_sns_subscription *s,
                      const char *pending)
{
    const struct json *always = json_get(request->params, "ReturnSubscriptionArn");
    const bool is_wanted = always != NULL && json_kind(always) == JSON_BOOL && json_bool(always);
    json_write_key(request->w, "SubscriptionArn");
    json_write_text(request->w, s->is_confirmed || is_wanted ? s->arn : pending);
}

/* Keeps the draft, or meets the one that is there; *kept says whether the draft is. */
static bool keep(struct request *request, struct api_sns_subscription *draft,
                 const struct json *attributes, bool *kept)
{
    size_t protocol;
    struct request_error *error = &request->error;
    if (!find_protocol(draft->protocol, &protocol, error) ||
        !judge_endpoint(draft, protocol, error) || !read_attributes(draft, attributes, error))
        return false;
    struct api_sns_subscription *s = find_same(request->account->sns, draft);
    if (s != NULL) {
        if (!meet_existing(s, draft, error))
            return false;
    } else {
        if (!judge_limits(request->account->sns, draft, error))
            return false;
        add(request->account, draft, protocol);
        s = draft;
        *kept = true;
    }
    write_arn(request, s, "pending confirmation");
    return true;
}

static bool subscribe(struct request *request)
{
    const struct json *attributes;
    const char *protocol, *endpoint = NULL;
    struct api_sns_topic *topic = api_sns_topic_of(request, "TopicArn");
    if (topic == NULL ||
        !request_need_text(request->params, "Protocol", &protocol, &request->error) ||
        !request_text(request->params, "Endpoint", &endpoint, &request->error) ||
        !request_object(request->params, "Attributes", &attributes, &request->error))
        return false;
    if (endpoint == NULL || *endpoint == '\0')
        return bad_value("Endpoint", "no value for required parameter", &request->error);
    struct api_sns_subscription *draft = must_alloc(sizeof *draft);
    bool kept = false;
    *draft = (struct api_sns_subscription){.topic = topic,
                                           .topic_arn = copy(topic->arn),
                                           .protocol = copy(protocol),
                                           .endpoint = copy(endpoint)};
    arena_init(&draft->arena);
    const bool is_good = keep(request, draft, attributes, &kept);
    if (!kept)
        api_sns_free_subscription(draft);
    return is_good;
}

/* --- ending, listing --- */

static struct api_sns_subscription *find(const struct account *account, const char *arn)
{
    struct api_sns_subscription *s = account->sns == NULL ? NULL : account->sns->subscriptions;
    while (s != NULL && strcmp(s->arn, arn) != 0)
        s = s->next;
    return s;
}

static struct api_sns_subscription *subscription_of(struct request *request)
{
    const char *arn;
    if (!request_need_text(request->params, "SubscriptionArn", &arn, &request->error) ||
        !api_sns_judge_arn("SubscriptionArn", arn, &request->error))
        return NULL;
    struct api_sns_subscription *s = find(request->account, arn);
    if (s == NULL)
        request_fail(&request->error, REQUEST_NO_TOPIC, "Subscription does not exist");
    return s;
}

/* SNS-4: once more is no mistake. */
static bool unsubscribe(struct request *request)
{
    const char *arn;
    if (!request_need_text(request->params, "SubscriptionArn", &arn, &request->error) ||
        !api_sns_judge_arn("SubscriptionArn", arn, &request->error))
        return false;
    struct api_sns_subscription *s = find(request->account, arn);
    if (s != NULL)
        api_sns_forget_subscription(request->account, s);
    return true;
}

static void write_pair(struct json_writer *w, const char *key, const char *value)
{
    json_write_key(w, key);
    json_write_text(w, value);
}

static void write_subscription(struct json_writer *w, const struct api_sns_subscription *s)
{
    json_write_open(w, '{');
    write_pair(w, "SubscriptionArn", s->is_confirmed ? s->arn : "PendingConfirmation");
    write_pair(w, "Owner", ACCOUNT_ID);
    write_pair(w, "Protocol", s->protocol);
    write_pair(w, "Endpoint", s->endpoint);
    write_pair(w, "TopicArn", s->topic_arn);
    json_write_close(w, '}');
}

static bool list(struct request *request, const struct api_sns_topic *topic)
{
    struct json_writer *w = request->w;
    const struct api_sns *sns = request->account->sns;
    size_t from, at = 0;
    if (!api_sns_read_page(request, &from))
        return false;
    json_write_key(w, "Subscriptions");
    json_write_open(w, '[');
    const struct api_sns_subscription *s = sns == NULL ? NULL : sns->subscriptions;
    for (; s != NULL && at < from + API_SNS_PAGE; s = s->next) {
        if (topic != NULL && s->topic != topic)
            continue;
        if (at++ >= from)
            write_subscription(w, s);
    }
    json_write_close(w, ']');
    while (s != NULL && topic != NULL && s->topic != topic)
        s = s->next;
    if (s != NULL)
        api_sns_write_next(w, at);
    return true;
}

static bool list_subscriptions(struct request *request)
{
    return list(request, NULL);
}

static bool list_subscriptions_by_topic(struct request *request)
{
    const struct api_sns_topic *topic = api_sns_topic_of(request, "TopicArn");
    return topic != NULL && list(request, topic);
}

/* --- reading and changing --- */

static bool get_subscription_attributes(struct request *request)
{
    struct json_writer *w = request->w;
    const struct api_sns_subscription *s = subscription_of(request);
    if (s == NULL)
        return false;
    json_write_key(w, "Attributes");
    json_write_open(w, '{');
    write_pair(w, "SubscriptionArn", s->arn);
    write_pair(w, "TopicArn", s->topic_arn);
    write_pair(w, "Protocol", s->protocol);
    write_pair(w, "Endpoint", s->endpoint);
    write_pair(w, "Owner", ACCOUNT_ID);
    write_pair(w, "SubscriptionPrincipal", "arn:aws:iam::" ACCOUNT_ID ":root");
    write_pair(w, "ConfirmationWasAuthenticated", s->is_confirmed ? "true" : "false");
    write_pair(w, "PendingConfirmation", s->is_confirmed ? "false" : "true");
    if (texts_get(&s->attributes, "RawMessageDelivery") == NULL)
        write_pair(w, "RawMessageDelivery", "false");
    if (s->filter != NULL && texts_get(&s->attributes, "FilterPolicyScope") == NULL)
        write_pair(w, "FilterPolicyScope", "MessageAttributes");
    for (size_t i = 0; i < s->attributes.count; i++)
        write_pair(w, s->attributes.at[i].key, s->attributes.at[i].value);
    json_write_close(w, '}');
    return true;
}

/* What cannot be kept is undone. */
static bool set_attribute(struct api_sns_subscription *s, const char *name, const char *value,
                          struct request_error *error)
{
    const char *present = texts_get(&s->attributes, name);
    char *before = present == NULL ? NULL : copy(present);
    struct request_error ignored;
    const bool is_good = put_attribute(s, name, value, error);
    if (!is_good) {
        texts_put(&s->attributes, name, before);
        compile_filter(s, &ignored);
    }
    free(before);
    return is_good;
}

static bool set_subscription_attributes(struct request *request)
{
    const char *name, *value = NULL;
    struct api_sns_subscription *s = subscription_of(request);
    if (s == NULL || !request_need_text(request->params, "AttributeName", &name, &request->error) ||
        !request_text(request->params, "AttributeValue", &value, &request->error) ||
        !set_attribute(s, name, value == NULL ? "" : value, &request->error))
        return false;
    api_sns_connect(request->account, s);
    return true;
}

/* SNS-3: what needs no confirmation has it. */
static bool confirm_subscription(struct request *request)
{
    const char *token;
    if (api_sns_topic_of(request, "TopicArn") == NULL ||
        !request_need_text(request->params, "Token", &token, &request->error))
        return false;
    return request_fail(&request->error, REQUEST_BAD_VALUE, "Invalid parameter: Token");
}

const struct request_action api_sns_subscription_actions[] = {
    {"sns", "Subscribe", subscribe},
    {"sns", "Unsubscribe", unsubscribe},
    {"sns", "ConfirmSubscription", confirm_subscription},
    {"sns", "ListSubscriptions", list_subscriptions},
    {"sns", "ListSubscriptionsByTopic", list_subscriptions_by_topic},
    {"sns", "GetSubscriptionAttributes", get_subscription_attributes},
    {"sns", "SetSubscriptionAttributes", set_subscription_attributes},
    {NULL, NULL, NULL},
};
