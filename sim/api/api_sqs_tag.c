// SPDX-License-Identifier: GPL-3.0-or-later
/* Tags and permissions: what the account's owner notes about a queue. */
#include "api/api_sqs_tag.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "api/account.h"
#include "api/api_sqs.h"

enum { TAG_MOST = 50, KEY_MOST = 128, VALUE_MOST = 256 };
enum { LABEL_MOST = 80, ACTIONS_MOST = 7 };

static bool has_tag(const struct api_sqs_settings *settings, const char *key)
{
    for (size_t i = 0; i < settings->tag_count; i++)
        if (strcmp(settings->tags[i].key, key) == 0)
            return true;
    return false;
}

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
    size_t count = settings->tag_count;
    const struct json *first = tags == NULL ? NULL : json_first(tags);
    for (const struct json *tag = first; tag != NULL; tag = json_next(tag)) {
        if (!judge_tag(tag, error))
            return false;
        count += !has_tag(settings, json_key(tag));
    }
    if (count > TAG_MOST) /* ATT-13 */
        return request_fail(error, REQUEST_BAD_VALUE, "Too many tags: a queue has at most %d.",
                            TAG_MOST);
    for (const struct json *tag = first; tag != NULL; tag = json_next(tag))
        api_sqs_settings_tag(settings, json_key(tag), json_text(tag));
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
            api_sqs_settings_tag(entry->settings, json_text(key), NULL);
    return true;
}

static bool list_queue_tags(struct request *request)
{
    struct json_writer *w = request->w;
    const struct account_queue *entry = account_queue_of(request);
    if (entry == NULL)
        return false;
    if (entry->settings->tag_count == 0)
        return true;
    json_write_key(w, "Tags");
    json_write_open(w, '{');
    for (size_t i = 0; i < entry->settings->tag_count; i++) {
        json_write_key(w, entry->settings->tags[i].key);
        json_write_text(w, entry->settings->tags[i].value);
    }
    json_write_close(w, '}');
    return true;
}

/* --- permissions: statements of the queue's policy --- */

/* The statements of a policy, or NULL. */
static const struct json *statements_of(const struct json_doc *policy)
{
    const struct json *list = json_find(policy, "/Statement");
    return list != NULL && json_kind(list) == JSON_ARRAY ? list : NULL;
}

/* The place of the statement with a label, or -1. */
static int find_label(const struct json_doc *policy, const char *label)
{
    const struct json *list = statements_of(policy);
    int place = 0;
    for (const struct json *node = list == NULL ? NULL : json_first(list); node != NULL;
         node = json_next(node), place++) {
        const struct json *sid = json_get(node, "Sid");
        if (sid != NULL && json_kind(sid) == JSON_TEXT && strcmp(json_text(sid), label) == 0)
            return place;
    }
    return -1;
}

/* NULL: the text is not JSON. */
static struct json_doc *parse(const char *text)
{
    struct diag *diag = diag_new();
    struct json_doc *doc = json_parse("", text, strlen(text), false, diag);
    diag_free(diag);
    return doc;
}

/* A policy may have one statement for a list of them, or none: then it gets a list. */
static void make_list(struct json_doc *policy)
{
    const struct json *statement = json_find(policy, "/Statement");
    if (statements_of(policy) != NULL)
        return;
    struct json_doc *list = parse("[]");
    if (statement != NULL)
        json_patch(list, "/-", policy, statement);
    json_patch(policy, "/Statement", list, json_root(list));
    json_free(list);
}

/* The queue's policy, or a new one that admits nothing yet; its statements are a list. */
static struct json_doc *policy_of(const struct account_queue *entry)
{
    const char *present = entry->settings->policy;
    struct text fresh = {0};
    text_printf(&fresh,
                "{\"Version\":\"2008-10-17\",\"Id\":\"" ACCOUNT_ARN
                "%s/SQSDefaultPolicy\",\"Statement\":[]}",
                entry->name);
    struct json_doc *doc = parse(present != NULL ? present : text_of(&fresh));
    text_free(&fresh);
    make_list(doc);
    return doc;
}

/* False, and nothing changes, if the policy would be longer or deeper than one may be. */
static bool keep_policy(struct account_queue *entry, const struct json_doc *policy,
                        struct request_error *error)
{
    char *text = json_print(json_root(policy));
    struct json_doc *again = strlen(text) <= API_SQS_POLICY_BYTES ? parse(text) : NULL;
    if (again != NULL)
        api_sqs_settings_put(&entry->settings->policy,
                             json_count(statements_of(policy)) == 0 ? NULL : text);
    json_free(again);
    free(text);
    return again != NULL || request_fail(error, REQUEST_OVER_LIMIT,
                                         "A policy has at most %d bytes.", API_SQS_POLICY_BYTES);
}

static bool read_label(const struct json *params, const char **label, struct request_error *error)
{
    if (!request_need_text(params, "Label", label, error))
        return false;
    bool is_good = strlen(*label) <= LABEL_MOST;
    for (const char *c = *label; *c != '\0'; c++)
        is_good = is_good && (isalnum((unsigned char)*c) || strchr("-_", *c) != NULL);
    return is_good || request_fail(error, REQUEST_BAD_VALUE,
                                   "Value %.100s for parameter Label is invalid. Reason: Must be "
                                   "at most 80 alphanumeric characters, hyphens or underscores.",
                                   *label);
}

static bool action_is_known(const char *action)
{
    static const char *const known[] = {"*",
                                        "SendMessage",
                                        "ReceiveMessage",
                                        "DeleteMessage",
                                        "ChangeMessageVisibility",
                                        "GetQueueAttributes",
                                        "GetQueueUrl",
                                        "ListDeadLetterSourceQueues",
                                        "PurgeQueue"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i], action) == 0)
            return true;
    return false;
}

static bool account_is_known(const char *id)
{
    return strlen(id) == 12 && strspn(id, "0123456789") == 12;
}

/* A list that must be given, of texts that are all as they should be. */
static bool read_texts(const struct json *params, const char *key, bool (*is_good)(const char *),
                       const struct json **list, struct request_error *error)
{
    if (!request_list(params, key, list, error))
        return false;
    if (*list == NULL || json_count(*list) == 0)
        return request_fail(error, REQUEST_MISSING_PARAMETER,
                            "The request must contain the parameter %s.", key);
    for (const struct json *node = json_first(*list); node != NULL; node = json_next(node))
        if (json_kind(node) != JSON_TEXT || !is_good(json_text(node)))
            return request_fail(error, REQUEST_BAD_VALUE,
                                "Value %.100s for parameter %s is invalid.",
                                json_kind(node) == JSON_TEXT ? json_text(node) : "", key);
    return true;
}

/* One text, or a list of several, each after a prefix and before a suffix. */
static void write_texts(struct json_writer *w, const struct json *list, const char *prefix,
                        const char *suffix)
{
    struct text text = {0};
    if (json_count(list) > 1)
        json_write_open(w, '[');
    for (const struct json *node = json_first(list); node != NULL; node = json_next(node)) {
        text_clear(&text);
        text_printf(&text, "%s%s%s", prefix, json_text(node), suffix);
        json_write_text(w, text_of(&text));
    }
    if (json_count(list) > 1)
        json_write_close(w, ']');
    text_free(&text);
}

static void write_statement(struct text *out, const char *name, const char *label,
                            const struct json *accounts, const struct json *actions)
{
    struct json_writer w;
    struct text arn = {0};
    json_write_init(&w, out, true);
    json_write_open(&w, '{');
    json_write_key(&w, "Sid");
    json_write_text(&w, label);
    json_write_key(&w, "Effect");
    json_write_text(&w, "Allow");
    json_write_key(&w, "Principal");
    json_write_open(&w, '{');
    json_write_key(&w, "AWS");
    write_texts(&w, accounts, "arn:aws:iam::", ":root");
    json_write_close(&w, '}');
    json_write_key(&w, "Action");
    write_texts(&w, actions, "SQS:", "");
    json_write_key(&w, "Resource");
    text_printf(&arn, ACCOUNT_ARN "%s", name);
    json_write_text(&w, text_of(&arn));
    json_write_close(&w, '}');
    text_free(&arn);
}

static bool append_statement(struct account_queue *entry, const char *label,
                             const struct json *accounts, const struct json *actions,
                             struct request_error *error)
{
    struct json_doc *policy = policy_of(entry);
    bool is_good = find_label(policy, label) < 0 ||
                   request_fail(error, REQUEST_BAD_VALUE,
                                "Value %.100s for parameter Label is invalid. Reason: Already "
                                "exists.",
                                label);
    if (is_good) {
        struct text text = {0};
        write_statement(&text, entry->name, label, accounts, actions);
        struct json_doc *statement = parse(text_of(&text));
        MUST(json_patch(policy, "/Statement/-", statement, json_root(statement)));
        is_good = keep_policy(entry, policy, error);
        json_free(statement);
        text_free(&text);
    }
    json_free(policy);
    return is_good;
}

static bool add_permission(struct request *request)
{
    const struct json *params = request->params, *accounts, *actions;
    struct request_error *error = &request->error;
    const char *label;
    struct account_queue *entry = account_queue_of(request);
    if (entry == NULL || !read_label(params, &label, error) ||
        !read_texts(params, "AWSAccountIds", account_is_known, &accounts, error) ||
        !read_texts(params, "Actions", action_is_known, &actions, error))
        return false;
    if (json_count(actions) > ACTIONS_MOST)
        return request_fail(error, REQUEST_OVER_LIMIT,
                            "%zu Actions were found, maximum allowed is %d.", json_count(actions),
                            ACTIONS_MOST);
    return append_statement(entry, label, accounts, actions, error);
}

static bool remove_permission(struct request *request)
{
    const char *label;
    char pointer[40];
    struct account_queue *entry = account_queue_of(request);
    if (entry == NULL || !read_label(request->params, &label, &request->error))
        return false;
    struct json_doc *policy = policy_of(entry);
    const int place = find_label(policy, label);
    bool is_good = place >= 0 ||
                   request_fail(&request->error, REQUEST_BAD_VALUE,
                                "Value %.100s for parameter Label is invalid. Reason: can't find "
                                "label.",
                                label);
    if (is_good) {
        snprintf(pointer, sizeof pointer, "/Statement/%d", place);
        json_patch(policy, pointer, policy, NULL);
        is_good = keep_policy(entry, policy, &request->error);
    }
    json_free(policy);
    return is_good;
}

const struct request_action api_sqs_tag_actions[] = {
    {"sqs", "TagQueue", tag_queue},
    {"sqs", "UntagQueue", untag_queue},
    {"sqs", "ListQueueTags", list_queue_tags},
    {"sqs", "AddPermission", add_permission},
    {"sqs", "RemovePermission", remove_permission},
    {NULL, NULL, NULL},
};
