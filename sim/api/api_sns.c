// SPDX-License-Identifier: GPL-3.0-or-later
/* Finding topics, and holding subscriptions to what they name. */
#include "api/api_sns.h"

#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/must.h"

struct api_sns *api_sns_of(struct account *account)
{
    if (account->sns == NULL) {
        struct api_sns *sns = must_alloc(sizeof *sns);
        *sns = (struct api_sns){.setting = {.engine = &account->engine,
                                            .probe = &account->probe,
                                            .limits = account->setting.topic_limits,
                                            .seed = 1,
                                            .replication = 1,
                                            .context = account,
                                            .subject = api_sns_subject,
                                            .translate = api_sns_translate,
                                            .forget = api_sns_forget}};
        sns->setting.pool = &sns->pool;
        account->sns = sns;
    }
    return account->sns;
}

void api_sns_free_subscription(struct api_sns_subscription *subscription)
{
    texts_free(&subscription->attributes);
    arena_free(&subscription->arena);
    free(subscription->arn);
    free(subscription->topic_arn);
    free(subscription->protocol);
    free(subscription->endpoint);
    free(subscription->queue);
    free(subscription);
}

void api_sns_free_topic(struct api_sns_topic *topic)
{
    topic_free(&topic->topic);
    texts_free(&topic->attributes);
    texts_free(&topic->tags);
    free(topic->arn);
    free(topic);
}

void api_sns_free(struct account *account)
{
    struct api_sns *sns = account->sns;
    if (sns == NULL)
        return;
    for (struct api_sns_subscription *s = sns->subscriptions, *next; s != NULL; s = next) {
        next = s->next;
        api_sns_free_subscription(s);
    }
    for (struct api_sns_topic *topic = sns->topics, *next; topic != NULL; topic = next) {
        next = topic->next;
        api_sns_free_topic(topic);
    }
    delivery_pool_free(&sns->pool);
    free(sns);
    account->sns = NULL;
}

struct api_sns_topic *api_sns_find(const struct account *account, const char *arn)
{
    struct api_sns_topic *topic = account->sns == NULL ? NULL : account->sns->topics;
    while (topic != NULL && strcmp(topic->arn, arn) != 0)
        topic = topic->next;
    return topic;
}

bool api_sns_judge_arn(const char *key, const char *arn, struct request_error *error)
{
    size_t parts = 1;
    for (const char *c = arn; *c != '\0'; c++)
        parts += *c == ':';
    if (parts < 6)
        return request_fail(error, REQUEST_BAD_VALUE,
                            "Invalid parameter: %s Reason: An ARN must have at least 6 elements, "
                            "not %zu",
                            key, parts);
    return strncmp(arn, "arn:", 4) == 0 ||
           request_fail(error, REQUEST_BAD_VALUE,
                        "Invalid parameter: %s Reason: An ARN must start with arn:", key);
}

struct api_sns_topic *api_sns_topic_of(struct request *request, const char *key)
{
    const char *arn;
    if (!request_text(request->params, key, &arn, &request->error))
        return NULL;
    if (arn == NULL || *arn == '\0') {
        request_fail(&request->error, REQUEST_BAD_VALUE,
                     "Invalid parameter: %s Reason: no value for required parameter", key);
        return NULL;
    }
    if (!api_sns_judge_arn(key, arn, &request->error))
        return NULL;
    struct api_sns_topic *topic = api_sns_find(request->account, arn);
    if (topic == NULL) /* SNS-2 */
        request_fail(&request->error, REQUEST_NO_TOPIC, "Topic does not exist");
    return topic;
}

/* --- queues that come and go (SNS-4) --- */

static struct queue *queue_named(const struct account *account, const char *name)
{
    struct account_queue *entry = name == NULL ? NULL : account_find(account, name);
    return entry == NULL ? NULL : &entry->queue;
}

/* The queue of a subscription's RedrivePolicy (SNS-17), or NULL. */
static struct queue *dead_letter_of(const struct account *account,
                                    const struct api_sns_subscription *subscription)
{
    const char *text = texts_get(&subscription->attributes, "RedrivePolicy");
    struct diag *diag = diag_new();
    struct json_doc *doc = text == NULL ? NULL : json_parse("", text, strlen(text), false, diag);
    const struct json *arn = doc == NULL ? NULL : json_find(doc, "/deadLetterTargetArn");
    struct account_queue *entry = NULL;
    if (arn != NULL && json_kind(arn) == JSON_TEXT)
        entry = account_find_arn(account, json_text(arn));
    json_free(doc);
    diag_free(diag);
    return entry == NULL ? NULL : &entry->queue;
}

void api_sns_connect(struct account *account, struct api_sns_subscription *subscription)
{
    struct subscription *s = subscription->subscribed;
    const char *raw = texts_get(&subscription->attributes, "RawMessageDelivery"),
               *scope = texts_get(&subscription->attributes, "FilterPolicyScope");
    if (s == NULL)
        return;
    s->queue = queue_named(account, subscription->queue);
    s->node = s->queue == NULL ? NODE_NONE : s->queue->service.node.id;
    s->dead_letter = dead_letter_of(account, subscription);
    s->raw = raw != NULL && strcmp(raw, "true") == 0;
    s->scope = scope != NULL && strcmp(scope, "MessageBody") == 0 ? FILTER_BODY : FILTER_ATTRIBUTES;
    s->filter = subscription->filter;
    s->confirmed = subscription->is_confirmed;
}

static void connect_all(struct account *account)
{
    struct api_sns_subscription *s = account->sns == NULL ? NULL : account->sns->subscriptions;
    for (; s != NULL; s = s->next)
        api_sns_connect(account, s);
}

void api_sns_meet_queue(struct account *account, struct account_queue *entry)
{
    (void)entry;
    connect_all(account);
}

void api_sns_lose_queue(struct account *account, const struct account_queue *entry)
{
    struct api_sns_subscription *s = account->sns == NULL ? NULL : account->sns->subscriptions;
    for (; s != NULL; s = s->next) {
        if (s->subscribed == NULL)
            continue;
        if (s->subscribed->queue == &entry->queue)
            s->subscribed->queue = NULL;
        if (s->subscribed->dead_letter == &entry->queue)
            s->subscribed->dead_letter = NULL;
    }
}

void api_sns_forget_subscription(struct account *account, struct api_sns_subscription *subscription)
{
    struct api_sns_subscription **link = &account->sns->subscriptions;
    while (*link != subscription)
        link = &(*link)->next;
    *link = subscription->next;
    if (subscription->subscribed != NULL)
        topic_unsubscribe(subscription->subscribed, account_now(account));
    if (subscription->topic != NULL)
        subscription->topic->deleted++;
    api_sns_free_subscription(subscription);
}

/* --- pages: a token is base64 of the place that comes next --- */

bool api_sns_read_page(struct request *request, size_t *from)
{
    const char *token = NULL;
    unsigned char bytes[12] = {0};
    char *end = NULL;
    *from = 0;
    if (!request_text(request->params, "NextToken", &token, &request->error))
        return false;
    if (token == NULL)
        return true;
    if (strlen(token) <= 8 && base64_decode(bytes, token) != BASE64_BAD && bytes[0] != '\0')
        *from = strtoul((const char *)bytes, &end, 10);
    return (end != NULL && *end == '\0') ||
           request_fail(&request->error, REQUEST_BAD_VALUE,
                        "Invalid parameter: NextToken Reason: Invalid token");
}

void api_sns_write_next(struct json_writer *w, size_t next)
{
    struct text digits = {0}, token = {0};
    text_printf(&digits, "%zu", next);
    base64_encode(&token, text_of(&digits), digits.length);
    json_write_key(w, "NextToken");
    json_write_text(w, text_of(&token));
    text_free(&digits);
    text_free(&token);
}
