// SPDX-License-Identifier: GPL-3.0-or-later
/* Tags and permissions of topics. */
#include "api/api_sns_tag.h"

#include <stdlib.h>
#include <string.h>

#include "api/api_sns.h"
#include "api/api_sns_policy.h"
#include "api/policy.h"

enum { TAG_MOST = 50, KEY_MOST = 128, VALUE_MOST = 256 };

static bool read_tag(const struct json *tag, struct texts *tags, struct request_error *error)
{
    const char *key, *value = NULL;
    if (json_kind(tag) != JSON_OBJECT)
        return request_fail(error, REQUEST_BAD_JSON, "Tags: expected objects");
    if (!request_need_text(tag, "Key", &key, error) || !request_text(tag, "Value", &value, error))
        return false;
    if (strlen(key) > KEY_MOST || (value != NULL && strlen(value) > VALUE_MOST))
        return request_fail(error, REQUEST_BAD_VALUE,
                            "Invalid parameter: Tags Reason: a key has at most %d characters, a "
                            "value %d",
                            KEY_MOST, VALUE_MOST);
    texts_put(tags, key, value == NULL ? "" : value);
    return true;
}

/* A key comes once in a request. */
static bool has_repeated_key(const struct json *list)
{
    for (const struct json *a = json_first(list); a != NULL; a = json_next(a)) {
        const struct json *key = json_get(a, "Key");
        for (const struct json *b = json_next(a); key != NULL && b != NULL; b = json_next(b)) {
            const struct json *other = json_get(b, "Key");
            if (other != NULL && json_kind(key) == JSON_TEXT && json_kind(other) == JSON_TEXT &&
                strcmp(json_text(key), json_text(other)) == 0)
                return true;
        }
    }
    return false;
}

bool api_sns_tag_read(struct request *request, struct texts *tags)
{
    const struct json *list;
    struct request_error *error = &request->error;
    if (!request_list(request->params, "Tags", &list, error))
        return false;
    const bool are_too_many = list != NULL && json_count(list) > TAG_MOST;
    const struct json *first = list == NULL || are_too_many ? NULL : json_first(list);
    for (const struct json *tag = first; tag != NULL; tag = json_next(tag))
        if (!read_tag(tag, tags, error))
            return false;
    if (first != NULL && has_repeated_key(list))
        return request_fail(error, REQUEST_BAD_VALUE,
                            "Invalid parameter: Duplicated keys are not allowed.");
    return (!are_too_many && tags->count <= TAG_MOST) ||
           request_fail(error, REQUEST_TAG_LIMIT,
                        "Could not complete request: tag quota of per resource exceeded");
}

/* The topic of a ResourceArn. */
static struct api_sns_topic *resource_of(struct request *request)
{
    const char *arn;
    if (!request_need_text(request->params, "ResourceArn", &arn, &request->error))
        return NULL;
    struct api_sns_topic *topic = api_sns_find(request->account, arn);
    if (topic == NULL)
        request_fail(&request->error, REQUEST_NO_RESOURCE, "Resource does not exist");
    return topic;
}

static bool tag_resource(struct request *request)
{
    struct texts tags = {0};
    struct api_sns_topic *topic = resource_of(request);
    if (topic == NULL)
        return false;
    texts_copy(&tags, &topic->tags);
    const bool is_good = api_sns_tag_read(request, &tags);
    if (is_good)
        texts_copy(&topic->tags, &tags);
    texts_free(&tags);
    return is_good;
}

static bool untag_resource(struct request *request)
{
    const struct json *keys;
    struct api_sns_topic *topic = resource_of(request);
    if (topic == NULL || !request_list(request->params, "TagKeys", &keys, &request->error))
        return false;
    for (const struct json *key = keys == NULL ? NULL : json_first(keys); key != NULL;
         key = json_next(key))
        if (json_kind(key) == JSON_TEXT)
            texts_put(&topic->tags, json_text(key), NULL);
    return true;
}

static bool list_tags(struct request *request)
{
    struct json_writer *w = request->w;
    const struct api_sns_topic *topic = resource_of(request);
    if (topic == NULL)
        return false;
    json_write_key(w, "Tags");
    json_write_open(w, '[');
    for (size_t i = 0; i < topic->tags.count; i++) {
        json_write_open(w, '{');
        json_write_key(w, "Key");
        json_write_text(w, topic->tags.at[i].key);
        json_write_key(w, "Value");
        json_write_text(w, topic->tags.at[i].value);
        json_write_close(w, '}');
    }
    json_write_close(w, ']');
    return true;
}

/* --- permissions --- */

static const char *const actions[] = {"GetTopicAttributes",
                                      "SetTopicAttributes",
                                      "AddPermission",
                                      "RemovePermission",
                                      "DeleteTopic",
                                      "Subscribe",
                                      "ListSubscriptionsByTopic",
                                      "Publish",
                                      "Receive",
                                      NULL};

static bool change_permission(struct request *request,
                              bool (*change)(struct request *request, const struct policy *policy))
{
    struct text fresh = {0};
    struct api_sns_topic *topic = api_sns_topic_of(request, "TopicArn");
    if (topic == NULL)
        return false;
    const char *present = texts_get(&topic->attributes, "Policy");
    char *place = NULL;
    api_sns_policy_default(&fresh, topic->arn);
    const struct policy policy = {.place = &place,
                                  .arn = topic->arn,
                                  .fresh = present != NULL ? present : text_of(&fresh),
                                  .prefix = "SNS:",
                                  .actions = actions,
                                  .accounts_key = "AWSAccountId",
                                  .actions_key = "ActionName"};
    const bool is_good = change(request, &policy);
    if (is_good)
        texts_put(&topic->attributes, "Policy", place);
    free(place);
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

const struct request_action api_sns_tag_actions[] = {
    {"sns", "TagResource", tag_resource},           {"sns", "UntagResource", untag_resource},
    {"sns", "ListTagsForResource", list_tags},      {"sns", "AddPermission", add_permission},
    {"sns", "RemovePermission", remove_permission}, {NULL, NULL, NULL},
};
