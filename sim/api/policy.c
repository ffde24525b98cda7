// SPDX-License-Identifier: GPL-3.0-or-later
/* Policies are JSON texts, parsed when they are asked about. */
#include "api/policy.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "base/text.h"
#include "api/account.h"
#include "api/api_sqs_settings.h"

enum { LABEL_MOST = 80, ACTIONS_MOST = 7 };

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

/* A policy may have one statement for a list of them, or none: then it gets a list. */
static void make_list(struct json_doc *policy)
{
    const struct json *statement = json_find(policy, "/Statement");
    if (statements_of(policy) != NULL)
        return;
    struct json_doc *list = request_parse("[]");
    if (statement != NULL)
        json_patch(list, "/-", policy, statement);
    json_patch(policy, "/Statement", list, json_root(list));
    json_free(list);
}

/* The policy, or a fresh one; its statements are a list. */
static struct json_doc *open_policy(const struct policy *policy)
{
    struct json_doc *doc = request_parse(*policy->place != NULL ? *policy->place : policy->fresh);
    make_list(doc);
    return doc;
}

/* False, and nothing changes, if the policy would be longer or deeper than one may be. */
static bool keep(const struct policy *policy, const struct json_doc *doc,
                 struct request_error *error)
{
    char *text = json_print(json_root(doc));
    struct json_doc *again = strlen(text) <= POLICY_MOST_BYTES ? request_parse(text) : NULL;
    if (again != NULL)
        api_sqs_settings_put(policy->place, json_count(statements_of(doc)) == 0 ? NULL : text);
    json_free(again);
    free(text);
    return again != NULL || request_fail(error, REQUEST_OVER_LIMIT,
                                         "A policy has at most %d bytes.", POLICY_MOST_BYTES);
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

static bool action_is_known(const struct policy *policy, const char *action)
{
    for (size_t i = 0; policy->actions[i] != NULL; i++)
        if (strcmp(policy->actions[i], action) == 0)
            return true;
    return false;
}

static bool account_is_known(const struct policy *policy, const char *id)
{
    (void)policy;
    return strlen(id) == 12 && strspn(id, "0123456789") == 12;
}

/* A list that must be given, of texts that are all as they should be. */
static bool read_texts(const struct json *params, const struct policy *policy, const char *key,
                       bool (*is_good)(const struct policy *policy, const char *text),
                       const struct json **list, struct request_error *error)
{
    if (!request_list(params, key, list, error))
        return false;
    if (*list == NULL || json_count(*list) == 0)
        return request_fail(error, REQUEST_MISSING_PARAMETER,
                            "The request must contain the parameter %s.", key);
    for (const struct json *node = json_first(*list); node != NULL; node = json_next(node))
        if (json_kind(node) != JSON_TEXT || !is_good(policy, json_text(node)))
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

static void write_statement(struct text *out, const struct policy *policy, const char *label,
                            const struct json *accounts, const struct json *actions)
{
    struct json_writer w;
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
    write_texts(&w, actions, policy->prefix, "");
    json_write_key(&w, "Resource");
    json_write_text(&w, policy->arn);
    json_write_close(&w, '}');
}

static bool append_statement(const struct policy *policy, const char *label,
                             const struct json *accounts, const struct json *actions,
                             struct request_error *error)
{
    struct json_doc *doc = open_policy(policy);
    bool is_good = find_label(doc, label) < 0 ||
                   request_fail(error, REQUEST_BAD_VALUE,
                                "Value %.100s for parameter Label is invalid. Reason: Already "
                                "exists.",
                                label);
    if (is_good) {
        struct text text = {0};
        write_statement(&text, policy, label, accounts, actions);
        struct json_doc *statement = request_parse(text_of(&text));
        MUST(json_patch(doc, "/Statement/-", statement, json_root(statement)));
        is_good = keep(policy, doc, error);
        json_free(statement);
        text_free(&text);
    }
    json_free(doc);
    return is_good;
}

bool policy_add(struct request *request, const struct policy *policy)
{
    const struct json *params = request->params, *accounts, *actions;
    struct request_error *error = &request->error;
    const char *label;
    if (!read_label(params, &label, error) ||
        !read_texts(params, policy, policy->accounts_key, account_is_known, &accounts, error) ||
        !read_texts(params, policy, policy->actions_key, action_is_known, &actions, error))
        return false;
    if (!request->is_sns && json_count(actions) > ACTIONS_MOST)
        return request_fail(error, REQUEST_OVER_LIMIT,
                            "%zu Actions were found, maximum allowed is %d.", json_count(actions),
                            ACTIONS_MOST);
    return append_statement(policy, label, accounts, actions, error);
}

bool policy_remove(struct request *request, const struct policy *policy)
{
    const char *label;
    char pointer[40];
    if (!read_label(request->params, &label, &request->error))
        return false;
    struct json_doc *doc = open_policy(policy);
    const int place = find_label(doc, label);
    bool is_good = place >= 0 ||
                   request_fail(&request->error, REQUEST_BAD_VALUE,
                                "Value %.100s for parameter Label is invalid. Reason: can't find "
                                "label.",
                                label);
    if (is_good) {
        snprintf(pointer, sizeof pointer, "/Statement/%d", place);
        json_patch(doc, pointer, doc, NULL);
        is_good = keep(policy, doc, &request->error);
    }
    json_free(doc);
    return is_good;
}

/* --- what a policy admits --- */

static bool is_same(char one, char other, bool any_case)
{
    return one == other ||
           (any_case && tolower((unsigned char)one) == tolower((unsigned char)other));
}

/* With * for any characters and ? for one. */
static bool matches(const char *pattern, const char *text, bool any_case)
{
    const char *star = NULL, *from = NULL; /* the latest *, and what it has not taken yet */
    while (*text != '\0') {
        if (*pattern == '*') {
            star = ++pattern;
            from = text;
        } else if (*pattern != '\0' && (*pattern == '?' || is_same(*pattern, *text, any_case))) {
            pattern++;
            text++;
        } else if (star != NULL) {
            pattern = star;
            text = ++from;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0';
}

/* How a text of a policy is compared. */
enum compared { AS_IT_IS, BY_PATTERN, BY_PATTERN_ANY_CASE };

static bool one_matches(const struct json *node, const char *text, enum compared how)
{
    if (json_kind(node) != JSON_TEXT)
        return false;
    return how == AS_IT_IS ? strcmp(json_text(node), text) == 0
                           : matches(json_text(node), text, how == BY_PATTERN_ANY_CASE);
}

/* A text, or a list of texts of which one matches. */
static bool any_matches(const struct json *node, const char *text, enum compared how)
{
    if (node == NULL || json_kind(node) != JSON_ARRAY)
        return node != NULL && one_matches(node, text, how);
    for (const struct json *one = json_first(node); one != NULL; one = json_next(one))
        if (one_matches(one, text, how))
            return true;
    return false;
}

static bool is_about_sns(const struct json *principal)
{
    if (principal == NULL || json_kind(principal) != JSON_OBJECT)
        return principal != NULL && any_matches(principal, "*", AS_IT_IS);
    return any_matches(json_get(principal, "Service"), "sns.amazonaws.com", BY_PATTERN) ||
           any_matches(json_get(principal, "AWS"), "*", AS_IT_IS);
}

/* What a condition's key says of a delivery of a topic; NULL: it is not known here. */
static const char *fact_of(const char *key, const char *topic_arn)
{
    if (matches("aws:SourceArn", key, true))
        return topic_arn;
    return matches("aws:SourceAccount", key, true) || matches("aws:SourceOwner", key, true)
               ? ACCOUNT_ID
               : NULL;
}

/* StringEquals compares as it is, ArnEquals and all others by patterns; ...Not... wants none. */
static bool test_holds(const struct json *test, const char *topic_arn)
{
    const char *word = json_key(test);
    const bool is_not = strstr(word, "Not") != NULL;
    const enum compared how =
        strncmp(word, "String", 6) == 0 && strstr(word, "Like") == NULL ? AS_IT_IS : BY_PATTERN;
    for (const struct json *key = json_first(test); key != NULL; key = json_next(key)) {
        const char *fact = fact_of(json_key(key), topic_arn);
        if (fact != NULL && any_matches(key, fact, how) == is_not)
            return false;
    }
    return true;
}

/* Conditions on the source are judged; others are taken as met. */
static bool condition_holds(const struct json *condition, const char *topic_arn)
{
    const bool is_object = condition != NULL && json_kind(condition) == JSON_OBJECT;
    for (const struct json *test = is_object ? json_first(condition) : NULL; test != NULL;
         test = json_next(test))
        if (json_kind(test) == JSON_OBJECT && !test_holds(test, topic_arn))
            return false;
    return true;
}

static bool is_about(const struct json *statement, const char *topic_arn, const char *queue_arn)
{
    return is_about_sns(json_get(statement, "Principal")) &&
           any_matches(json_get(statement, "Action"), "SQS:SendMessage", BY_PATTERN_ANY_CASE) &&
           any_matches(json_get(statement, "Resource"), queue_arn, BY_PATTERN) &&
           condition_holds(json_get(statement, "Condition"), topic_arn);
}

bool policy_admits(const char *text, const char *topic_arn, const char *queue_arn)
{
    struct json_doc *doc = request_parse(text);
    bool is_allowed = false, is_denied = false;
    make_list(doc);
    const struct json *statement = json_first(statements_of(doc));
    for (; statement != NULL; statement = json_next(statement)) {
        const struct json *effect =
            json_kind(statement) == JSON_OBJECT ? json_get(statement, "Effect") : NULL;
        if (effect == NULL || !is_about(statement, topic_arn, queue_arn))
            continue;
        is_allowed = is_allowed || any_matches(effect, "Allow", AS_IT_IS);
        is_denied = is_denied || any_matches(effect, "Deny", AS_IT_IS);
    }
    json_free(doc);
    return is_allowed && !is_denied;
}

bool policy_is_sound(const char *text)
{
    struct json_doc *doc = strlen(text) <= POLICY_MOST_BYTES ? request_parse(text) : NULL;
    const bool is_object = doc != NULL && json_kind(json_root(doc)) == JSON_OBJECT;
    json_free(doc);
    return is_object;
}
