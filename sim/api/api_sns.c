// SPDX-License-Identifier: GPL-3.0-or-later
/* The account's part that is SNS's: made, freed, and topics found by their ARNs. */
#include "api/api_sns.h"

#include <stdlib.h>
#include <string.h>

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
    free(subscription->dead_letter);
    free(subscription);
}

void api_sns_free_topic(struct api_sns_topic *topic)
{
    topic_free(&topic->topic);
    texts_free(&topic->attributes);
    texts_free(&topic->tags);
    texts_free(&topic->data_protection);
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
        api_sns_remove_subscription(sns, s);
        api_sns_free_subscription(s);
    }
    for (struct api_sns_topic *topic = sns->topics, *next; topic != NULL; topic = next) {
        next = topic->next;
        api_sns_remove_topic(sns, topic);
        api_sns_free_topic(topic);
    }
    registry_free(&sns->topic_arns);
    registry_free(&sns->subscription_arns);
    registry_free(&sns->endpoints);
    registry_free(&sns->rings);
    texts_free(&sns->sms);
    delivery_pool_free(&sns->pool);
    free(sns);
    account->sns = NULL;
}

struct api_sns_topic *api_sns_find(const struct account *account, const char *arn)
{
    return account->sns == NULL ? NULL : registry_get(&account->sns->topic_arns, arn);
}

bool api_sns_is_number(const char *number)
{
    number += *number == '+';
    const size_t length = strlen(number);
    return *number != '0' && length >= 2 && length <= 15 && strspn(number, "0123456789") == length;
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

bool api_sns_need(struct request *request, const char *key, const char **value)
{
    if (!request_text(request->params, key, value, &request->error))
        return false;
    return *value != NULL ||
           request_fail(&request->error, REQUEST_MISSING_PARAMETER,
                        "1 validation error detected: Value null at '%s' failed to satisfy "
                        "constraint: Member must not be null",
                        key);
}

struct api_sns_topic *api_sns_topic_of(struct request *request, const char *key)
{
    const char *arn;
    if (!api_sns_need(request, key, &arn))
        return NULL;
    if (!api_sns_judge_arn(key, arn, &request->error))
        return NULL;
    if (strncmp(arn, "arn:aws:sns:" ACCOUNT_REGION ":",
                strlen("arn:aws:sns:" ACCOUNT_REGION ":")) != 0) {
        request_fail(&request->error, REQUEST_BAD_VALUE, "Invalid parameter: %s", key);
        return NULL;
    }
    struct api_sns_topic *topic = api_sns_find(request->account, arn);
    if (topic == NULL) /* SNS-2 */
        request_fail(&request->error, REQUEST_NO_TOPIC, "Topic does not exist");
    return topic;
}

bool api_sns_bad_value(const char *name, const char *reason, struct request_error *error)
{
    return request_fail(error, REQUEST_BAD_VALUE, "Invalid parameter: %.100s Reason: %s", name,
                        reason);
}
