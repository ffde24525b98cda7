// SPDX-License-Identifier: GPL-3.0-or-later
/* Tags and permissions: what the account's owner notes about a queue. */
#include "api/api_sqs_tag.h"

#include <stdlib.h>
#include <string.h>

#include "api/account.h"
#include "api/api_sqs.h"
#include "api/policy.h"

enum { TAG_MOST = 50, KEY_MOST = 128, VALUE_MOST = 256 };

static bool judge_tag(const struct json *tag, struct request_error *error)
{
    const size_t key = strlen(json_key(tag));
    if (json_kind(tag) != JSON_TEXT)
        return request_fail(error, REQUEST_BAD_JSON, "Tags: expected texts");
    if (key < 1 || key > KEY_MOST || strlen(json_text(tag)) > VALUE_MOST)
        return request_fail(error, REQUEST_BAD_VALUE,
                            "A tag's key has 1 to %d characters, its value at most %d.", KEY_MOST,
                            VALUE_MOST);
    return true;
}

bool api_sqs_tag_read(struct api_sqs_settings *settings, const struct json *tags,
                      struct request_error *error)
{
    size_t count = settings->tags.count;
    const struct json *first = tags == NULL ? NULL : json_first(tags);
    for (const struct json *tag = first; tag != NULL; tag = json_next(tag)) {
        if (!judge_tag(tag, error))
            return false;
        count += texts_get(&settings->tags, json_key(tag)) == NULL;
    }
    if (count > TAG_MOST) /* ATT-13 */
        return request_fail(error, REQUEST_BAD_VALUE, "Too many tags: a queue has at most %d.",
                            TAG_MOST);
    for (const struct json *tag = first; tag != NULL; tag = json_next(tag))
        texts_put(&settings->tags, json_key(tag), json_text(tag));
    return true;
}

static bool tag_queue(struct request *request)
{
    const struct json *tags;
    struct account_queue *entry = account_queue_of(request);
    if (entry == NULL || !request_object(request->params, "Tags", &tags, &request->error))
        return false;
    if (tags == NULL)
        return request_fail(&request->error, REQUEST_MISSING_PARAMETER,
                            "The request must contain the parameter Tags.");
    return api_sqs_tag_read(entry->settings, tags, &request->error);
}

static bool untag_queue(struct request *request)
{
    const struct json *keys;
    struct account_queue *entry = account_queue_of(request);
    if (entry == NULL || !request_list(request->params, "TagKeys", &keys, &request->error))
        return false;
    if (keys == NULL)
        return request_fail(&request->error, REQUEST_MISSING_PARAMETER,
                            "The request must contain the parameter TagKeys.");
    for (const struct json *key = json_first(keys); key != NULL; key = json_next(key))
        if (json_kind(key) == JSON_TEXT)
            texts_put(&entry->settings->tags, json_text(key), NULL);
    return true;
}

static bool list_queue_tags(struct request *request)
{
    struct json_writer *w = request->w;
    const struct account_queue *entry = account_queue_of(request);
    if (entry == NULL)
        return false;
    if (entry->settings->tags.count == 0)
        return true;
    json_write_key(w, "Tags");
    json_write_open(w, '{');
    for (size_t i = 0; i < entry->settings->tags.count; i++) {
        json_write_key(w, entry->settings->tags.at[i].key);
        json_write_text(w, entry->settings->tags.at[i].value);
    }
    json_write_close(w, '}');
    return true;
}

/* --- permissions --- */

static const char *const actions[] = {"*",
                                      "SendMessage",
                                      "ReceiveMessage",
                                      "DeleteMessage",
                                      "ChangeMessageVisibility",
                                      "GetQueueAttributes",
                                      "GetQueueUrl",
                                      "ListDeadLetterSourceQueues",
                                      "PurgeQueue",
                                      NULL};

static bool change_permission(struct request *request,
                              bool (*change)(struct request *request, const struct policy *policy))
{
    struct text arn = {0}, fresh = {0};
    struct account_queue *entry = account_queue_of(request);
    if (entry == NULL)
        return false;
    text_printf(&arn, ACCOUNT_ARN "%s", entry->name);
    text_printf(&fresh,
                "{\"Version\":\"2008-10-17\",\"Id\":\"%s/SQSDefaultPolicy\",\"Statement\":[]}",
                text_of(&arn));
    const struct policy policy = {.place = &entry->settings->policy,
                                  .arn = text_of(&arn),
                                  .fresh = text_of(&fresh),
                                  .prefix = "SQS:",
                                  .actions = actions,
                                  .accounts_key = "AWSAccountIds",
                                  .actions_key = "Actions"};
    const bool is_good = change(request, &policy);
    text_free(&arn);
    text_free(&fresh);
    return is_good;
}

static bool add_permission(struct request *request)
{
    return change_permission(request, policy_add);
}

static bool remove_permission(struct request *request)
{
    return change_permission(request, policy_remove);
}

const struct request_action api_sqs_tag_actions[] = {
    {"sqs", "TagQueue", tag_queue},
    {"sqs", "UntagQueue", untag_queue},
    {"sqs", "ListQueueTags", list_queue_tags},
    {"sqs", "AddPermission", add_permission},
    {"sqs", "RemovePermission", remove_permission},
    {NULL, NULL, NULL},
};
