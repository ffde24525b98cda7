// SPDX-License-Identifier: GPL-3.0-or-later
/* Delivery policies are read by the model's own rows, so that their ranges stand in one place. */
#include "api/api_sns_policy.h"

#include <inttypes.h>
#include <string.h>

#include "base/param.h"
#include "base/units.h"
#include "api/account.h"

/* What AWS knows besides and no delivery feels here: removed before the rows are asked. */
static void set_aside(struct json_doc *doc)
{
    static const char *const pointers[] = {"/http/defaultRequestPolicy",
                                           "/http/defaultSicklyRetryPolicy",
                                           "/http/guaranteed",
                                           "/requestPolicy",
                                           "/sicklyRetryPolicy",
                                           "/guaranteed",
                                           NULL};
    for (size_t i = 0; pointers[i] != NULL; i++)
        if (json_find(doc, pointers[i]) != NULL)
            json_patch(doc, pointers[i], doc, NULL);
}

static bool bind(const char *text, const struct param *rows, struct delivery_cfg *cfg,
                 struct request_error *error)
{
    struct diag *diag = diag_new();
    struct diag_place place;
    struct arena arena;
    arena_init(&arena);
    struct json_doc *doc = *text == '\0' ? NULL : json_parse("", text, strlen(text), false, diag);
    if (doc != NULL)
        set_aside(doc);
    const struct json *root = doc == NULL ? NULL : json_root(doc);
    struct param_reader reader = {.doc = doc, .diag = diag, .arena = &arena, .folder = ""};
    *cfg = (struct delivery_cfg){0};
    if (root != NULL && json_kind(root) != JSON_OBJECT)
        diag_error(diag, (struct diag_place){0}, "the policy is no JSON object");
    else if (diag_count(diag) == 0)
        param_bind(&reader, rows, cfg, root, NULL);
    const bool is_good = diag_count(diag) == 0;
    if (!is_good)
        request_fail(error, REQUEST_BAD_VALUE, "Invalid parameter: DeliveryPolicy: %s",
                     diag_first(diag, &place));
    text_free(&reader.pointer);
    json_free(doc);
    arena_free(&arena);
    diag_free(diag);
    return is_good;
}

bool api_sns_policy_read(const char *text, bool of_topic, struct delivery_cfg *cfg,
                         struct request_error *error)
{
    if (!bind(text, of_topic ? delivery_topic_rows : delivery_subscription_rows, cfg, error))
        return false;
    const char *mistake = delivery_mistake(&cfg->retry);
    return mistake == NULL ||
           request_fail(error, REQUEST_BAD_VALUE, "Invalid parameter: DeliveryPolicy: %s", mistake);
}

/* The policy's own content type, or AWS's. */
static void write_request_policy(struct text *out, const char *given)
{
    struct json_writer w;
    struct json_doc *doc = given == NULL ? NULL : request_parse(given);
    const struct json *type =
        doc == NULL ? NULL : json_find(doc, "/http/defaultRequestPolicy/headerContentType");
    struct text name = {0};
    json_write_init(&w, &name, true);
    json_write_text(&w, type != NULL && json_kind(type) == JSON_TEXT ? json_text(type)
                                                                     : "text/plain; charset=UTF-8");
    text_printf(out, ",\"defaultRequestPolicy\":{\"headerContentType\":%s}}}", text_of(&name));
    text_free(&name);
    json_free(doc);
}

void api_sns_policy_effective(struct text *out, const struct delivery_cfg *cfg, const char *given)
{
    static const char *const words[] = {"linear", "arithmetic", "geometric", "exponential"};
    const struct delivery_cfg none = {.retry = {.retries = -1}};
    const struct delivery_policy p = delivery_policy_of(cfg, &none);
    text_printf(out,
                "{\"http\":{\"defaultHealthyRetryPolicy\":{\"minDelayTarget\":%" PRId64
                ",\"maxDelayTarget\":%" PRId64 ",\"numRetries\":%" PRId64
                ",\"numMaxDelayRetries\":%" PRId64 ",\"numNoDelayRetries\":%" PRId64
                ",\"numMinDelayRetries\":%" PRId64 ",\"backoffFunction\":\"%s\"},"
                "\"disableSubscriptionOverrides\":%s",
                p.min_ns / SEC, p.max_ns / SEC, p.immediate + p.at_min + p.backing_off + p.at_max,
                p.at_max, p.immediate, p.at_min, words[p.backoff],
                cfg->disable_overrides ? "true" : "false");
    if (cfg->throttle.max_receives_per_s > 0)
        text_printf(out, ",\"defaultThrottlePolicy\":{\"maxReceivesPerSecond\":%" PRId64 "}",
                    cfg->throttle.max_receives_per_s);
    write_request_policy(out, given);
}

void api_sns_policy_default(struct text *out, const char *topic_arn)
{
    text_printf(out,
                "{\"Version\":\"2008-10-17\",\"Id\":\"__default_policy_ID\",\"Statement\":[{"
                "\"Sid\":\"__default_statement_ID\",\"Effect\":\"Allow\",\"Principal\":{\"AWS\":"
                "\"*\"},\"Action\":[\"SNS:GetTopicAttributes\",\"SNS:SetTopicAttributes\","
                "\"SNS:AddPermission\",\"SNS:RemovePermission\",\"SNS:DeleteTopic\","
                "\"SNS:Subscribe\",\"SNS:ListSubscriptionsByTopic\",\"SNS:Publish\"],"
                "\"Resource\":\"%s\",\"Condition\":{\"StringEquals\":{\"AWS:SourceOwner\":"
                "\"" ACCOUNT_ID "\"}}}]}",
                topic_arn);
}
