// SPDX-License-Identifier: GPL-3.0-or-later
/* Subscriptions: made, listed, configured, ended. */
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "api/api_sns.h"
#include "api/handle.h"

/* Protocols that the model does not deliver to, behind those of enum topic_protocol. */
enum { EMAIL_JSON = TOPIC_PROTOCOLS, SMS, APPLICATION };

static const char *const protocols[] = {"sqs",        "lambda", "http",        "https",    "email",
                                        "email-json", "sms",    "application", "firehose", NULL};

/* --- making --- */

/* LIM-7: a policy counts where there was none. */
static bool judge_filters(const struct api_sns *sns, const struct api_sns_subscription *s,
                          struct request_error *error)
{
    const bool had_one = s->subscribed != NULL && s->subscribed->filter != NULL;
    return s->filter == NULL || s->topic == NULL || had_one ||
           s->topic->filter_count < sns->setting.limits->filters ||
           request_fail(error, REQUEST_FILTER_LIMIT,
                        "The maximum number of filter policies per topic is reached");
}

static bool judge_limits(const struct api_sns *sns, const struct api_sns_subscription *s,
                         struct request_error *error)
{
    const struct topic *topic = &s->topic->topic;
    if (topic->service.is_fifo &&
        topic->subscription_count >= sns->setting.limits->fifo_subscriptions)
        return request_fail(error, REQUEST_SUBSCRIPTION_LIMIT,
                            "The maximum number of subscriptions per FIFO topic is reached");
    return judge_filters(sns, s, error);
}

/* An ARN of a service, complete. */
static bool is_arn_of(const char *arn, const char *service)
{
    size_t parts = 0;
    for (const char *c = arn; *c != '\0'; c++)
        parts += *c == ':';
    const size_t length = strlen(service);
    return strncmp(arn, "arn:aws:", 8) == 0 && strncmp(arn + 8, service, length) == 0 &&
           arn[8 + length] == ':' && parts >= 5;
}

static bool judge_endpoint(const struct api_sns_subscription *s, size_t protocol,
                           struct request_error *error)
{
    const char *endpoint = s->endpoint;
    if (protocol == TOPIC_SQS && !is_arn_of(endpoint, "sqs"))
        return api_sns_bad_value("Endpoint", "SQS endpoint ARN", error);
    if (protocol == TOPIC_LAMBDA && !is_arn_of(endpoint, "lambda"))
        return api_sns_bad_value("Endpoint", "Lambda endpoint ARN", error);
    if (protocol == TOPIC_HTTP && strncmp(endpoint, "http://", 7) != 0)
        return api_sns_bad_value("Endpoint", "must match the specified protocol", error);
    if (protocol == TOPIC_HTTPS && strncmp(endpoint, "https://", 8) != 0)
        return api_sns_bad_value("Endpoint", "must match the specified protocol", error);
    if ((protocol == TOPIC_EMAIL || protocol == EMAIL_JSON) && strchr(endpoint, '@') == NULL)
        return api_sns_bad_value("Endpoint", "Email address", error);
    if (protocol == SMS && !api_sns_is_number(endpoint))
        return request_fail(error, REQUEST_BAD_VALUE,
                            "Invalid parameter: Invalid SMS endpoint: %.100s", endpoint);
    if (protocol == APPLICATION && !is_arn_of(endpoint, "sns"))
        return api_sns_bad_value("Endpoint", "ApplicationEndpoint ARN", error);
    const char *refusal =
        topic_refuses(s->topic->topic.service.is_fifo,
                      protocol < TOPIC_PROTOCOLS ? (enum topic_protocol)protocol : TOPIC_EMAIL,
                      account_is_fifo_name(endpoint));
    return refusal == NULL ||
           api_sns_bad_value("Invalid parameter: Endpoint", refusal, error); /* SNS-21 */
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

static void add(struct account *account, struct api_sns_subscription *s, size_t protocol)
{
    struct api_sns *sns = account->sns;
    struct text arn = {0};
    char uuid[HANDLE_UUID_BYTES];
    handle_uuid(uuid, (UINT64_C(1) << 62) + ++sns->subscription_number);
    text_printf(&arn, "%s:%s", s->topic_arn, uuid);
    s->arn = texts_keep(text_of(&arn));
    text_free(&arn);
    /* SNS-3: who could be somebody else is asked. */
    s->is_confirmed = protocol != TOPIC_HTTP && protocol != TOPIC_HTTPS &&
                      protocol != TOPIC_EMAIL && protocol != EMAIL_JSON;
    if (protocol == TOPIC_SQS && strncmp(s->endpoint, ACCOUNT_ARN, sizeof ACCOUNT_ARN - 1) == 0)
        s->queue = texts_keep(s->endpoint + sizeof ACCOUNT_ARN - 1);
    const struct subscription as = {
        .protocol = protocol < TOPIC_PROTOCOLS ? (enum topic_protocol)protocol : TOPIC_EMAIL,
        .node = NODE_NONE,
        .allowed = true,
        .policy = delivery_aws_managed,
        .owner = s};
    s->subscribed = topic_subscribe(&s->topic->topic, &as);
    api_sns_add_subscription(sns, s);
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
        !judge_endpoint(draft, protocol, error) || !api_sns_terms_read(draft, attributes, error))
        return false;
    struct api_sns_subscription *s = api_sns_find_same(request->account->sns, draft);
    if (s != NULL) {
        /* SNS-4: the same again is the same; other attributes are a conflict. */
        if (!api_sns_terms_agree(s, &draft->attributes))
            return api_sns_bad_value(
                "Attributes", "Subscription already exists with different attributes", error);
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
    if (topic == NULL || !api_sns_need(request, "Protocol", &protocol) ||
        !request_text(request->params, "Endpoint", &endpoint, &request->error) ||
        !request_object(request->params, "Attributes", &attributes, &request->error))
        return false;
    if (endpoint == NULL || *endpoint == '\0')
        return api_sns_bad_value("Endpoint", "no value for required parameter", &request->error);
    struct api_sns_subscription *draft = must_alloc(sizeof *draft);
    bool kept = false;
    *draft = (struct api_sns_subscription){.topic = topic,
                                           .topic_arn = texts_keep(topic->arn),
                                           .protocol = texts_keep(protocol),
                                           .endpoint = texts_keep(endpoint)};
    arena_init(&draft->arena);
    const bool is_good = keep(request, draft, attributes, &kept);
    if (!kept)
        api_sns_free_subscription(draft);
    return is_good;
}

/* --- ending, listing --- */

static struct api_sns_subscription *find(const struct account *account, const char *arn)
{
    return account->sns == NULL ? NULL : registry_get(&account->sns->subscription_arns, arn);
}

static bool read_arn(struct request *request, const char **arn)
{
    return api_sns_need(request, "SubscriptionArn", arn) &&
           api_sns_judge_arn("SubscriptionArn", *arn, &request->error);
}

static struct api_sns_subscription *subscription_of(struct request *request)
{
    const char *arn;
    if (!read_arn(request, &arn))
        return NULL;
    struct api_sns_subscription *s = find(request->account, arn);
    if (s == NULL)
        request_fail(&request->error, REQUEST_NO_TOPIC, "Subscription does not exist");
    return s;
}

/* A subscription's ARN has a part more than a topic's. */
static bool names_subscription(const char *arn)
{
    size_t colons = 0;
    for (const char *c = arn; *c != '\0'; c++)
        colons += *c == ':';
    return colons >= 6;
}

/* SNS-4: once more is no mistake. */
static bool unsubscribe(struct request *request)
{
    const char *arn;
    struct account *account = request->account;
    if (!read_arn(request, &arn))
        return false;
    if (!names_subscription(arn))
        return request_fail(&request->error, REQUEST_BAD_VALUE,
                            "Invalid parameter: SubscriptionId");
    struct api_sns_subscription *s = find(account, arn);
    if (s == NULL)
        return true;
    api_sns_remove_subscription(account->sns, s);
    if (s->topic != NULL) {
        s->topic->filter_count -= s->subscribed->filter != NULL;
        s->topic->deleted++;
        topic_unsubscribe(s->subscribed, account_now(account));
    }
    api_sns_free_subscription(s);
    return true;
}

static void write_subscription(struct json_writer *w, const struct api_sns_subscription *s)
{
    json_write_open(w, '{');
    request_write_text(w, "SubscriptionArn", s->is_confirmed ? s->arn : "PendingConfirmation");
    request_write_text(w, "Owner", ACCOUNT_ID);
    request_write_text(w, "Protocol", s->protocol);
    request_write_text(w, "Endpoint", s->endpoint);
    request_write_text(w, "TopicArn", s->topic_arn);
    json_write_close(w, '}');
}

/* The next in order of subscribing, of one topic or of all. */
static const struct api_sns_subscription *next_of(const struct api_sns_subscription *s,
                                                  bool of_topic)
{
    if (!of_topic)
        return s->next;
    return s->subscribed->next == NULL ? NULL : s->subscribed->next->owner;
}

static bool list(struct request *request, const struct api_sns_topic *topic)
{
    struct json_writer *w = request->w;
    const struct api_sns *sns = request->account->sns;
    const struct api_sns_subscription *s = sns == NULL ? NULL : sns->subscriptions;
    size_t from, at = 0;
    if (!request_page(request->params, &from, &request->error))
        return false;
    if (topic != NULL)
        s = topic->topic.first == NULL ? NULL : topic->topic.first->owner;
    json_write_key(w, "Subscriptions");
    json_write_open(w, '[');
    for (; s != NULL && at < from + API_SNS_PAGE; s = next_of(s, topic != NULL)) {
        if (at++ >= from)
            write_subscription(w, s);
    }
    json_write_close(w, ']');
    if (s != NULL)
        request_write_token(w, at);
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
    request_write_text(w, "SubscriptionArn", s->arn);
    request_write_text(w, "TopicArn", s->topic_arn);
    request_write_text(w, "Protocol", s->protocol);
    request_write_text(w, "Endpoint", s->endpoint);
    request_write_text(w, "Owner", ACCOUNT_ID);
    request_write_text(w, "SubscriptionPrincipal", "arn:aws:iam::" ACCOUNT_ID ":root");
    request_write_text(w, "ConfirmationWasAuthenticated", s->is_confirmed ? "true" : "false");
    request_write_text(w, "PendingConfirmation", s->is_confirmed ? "false" : "true");
    api_sns_terms_write(w, s);
    json_write_close(w, '}');
    return true;
}

/* LIM-7: no more policies than may be. */
static bool set(struct api_sns *sns, struct api_sns_subscription *s, const char *name,
                const char *value, struct request_error *error)
{
    if (s->filter != NULL || strcmp(name, "FilterPolicy") != 0)
        return api_sns_terms_set(s, name, value, error);
    struct request_error ignored;
    if (!api_sns_terms_set(s, name, value, error))
        return false;
    if (judge_filters(sns, s, error))
        return true;
    api_sns_terms_set(s, name, "", &ignored);
    return false;
}

static bool set_subscription_attributes(struct request *request)
{
    const char *name, *value = NULL;
    struct api_sns_subscription *s = subscription_of(request);
    if (s == NULL || !api_sns_need(request, "AttributeName", &name) ||
        !request_text(request->params, "AttributeValue", &value, &request->error))
        return false;
    const bool is_good =
        set(request->account->sns, s, name, value == NULL ? "" : value, &request->error);
    api_sns_connect(request->account, s); /* also what is as before was compiled anew */
    return is_good;
}

/* SNS-3: what needs no confirmation has it. */
static bool confirm_subscription(struct request *request)
{
    const char *token;
    if (api_sns_topic_of(request, "TopicArn") == NULL || !api_sns_need(request, "Token", &token))
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
