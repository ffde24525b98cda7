// SPDX-License-Identifier: GPL-3.0-or-later
/* Policies are judged when they are set; the dead-letter queue must exist then. */
#include "api/api_sqs_redrive.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool bad_policy(const char *name, const char *text, const char *reason,
                       struct request_error *error)
{
    return request_fail(error, REQUEST_BAD_VALUE,
                        "Value %.200s for parameter %s is invalid. Reason: %s.", text, name,
                        reason);
}

/* Parses a text that must be a JSON object; NULL if it is none. */
static struct json_doc *parse_object(const char *text)
{
    struct json_doc *doc = request_parse(text);
    if (doc != NULL && json_kind(json_root(doc)) != JSON_OBJECT) {
        json_free(doc);
        doc = NULL;
    }
    return doc;
}

/* DLQ-6: a whole number or the text of one, 1 to 1,000. */
static bool read_count(const struct json *node, int64_t *count)
{
    double value = (double)NAN;
    char *end = NULL;
    if (json_kind(node) == JSON_NUMBER) {
        value = json_number(node);
    } else if (json_kind(node) == JSON_TEXT && *json_text(node) >= '0' && *json_text(node) <= '9') {
        value = strtod(json_text(node), &end);
        value = *end == '\0' ? value : (double)NAN;
    }
    if (!(value >= 1 && value <= 1000) || value != floor(value))
        return false;
    *count = (int64_t)value;
    return true;
}

/* DLQ-6: a malformed ARN is refused before it is looked up. */
static bool arn_is_well_formed(const char *arn)
{
    return strncmp(arn, ACCOUNT_ARN, sizeof ACCOUNT_ARN - 1) == 0 &&
           arn[sizeof ACCOUNT_ARN - 1] != '\0';
}

/* In the order of enum queue_redrive_permission. */
static const char *const permissions[] = {"allowAll", "denyAll", "byQueue"};

enum { SOURCES_MOST = 10 };

/* What is wrong with a RedriveAllowPolicy (DLQ-8); else NULL, and the policy is in *allow, whose
 * names live as long as the document. at has room for SOURCES_MOST. */
static const char *read_allow(const struct json *policy, struct queue_redrive_allow_cfg *allow,
                              struct node_ref *at)
{
    const struct json *word = json_get(policy, "redrivePermission"),
                      *list = json_get(policy, "sourceQueueArns");
    const size_t count = list == NULL ? 0 : json_count(list);
    *allow = (struct queue_redrive_allow_cfg){.permission = -1, .sources = {count, at}};
    for (int i = 0; word != NULL && json_kind(word) == JSON_TEXT && i < 3; i++)
        if (strcmp(permissions[i], json_text(word)) == 0)
            allow->permission = i;
    if (allow->permission < 0)
        return "redrivePermission must be allowAll, denyAll or byQueue";
    if ((allow->permission == REDRIVE_BY_QUEUE) != (count > 0) || count > SOURCES_MOST)
        return "byQueue, and nothing else, goes with 1 to 10 sourceQueueArns";
    const struct json *node = count > 0 ? json_first(list) : NULL;
    for (size_t i = 0; node != NULL; i++, node = json_next(node)) {
        if (json_kind(node) != JSON_TEXT || !arn_is_well_formed(json_text(node)))
            return "sourceQueueArns must be ARNs of queues in this account and region";
        at[i] = (struct node_ref){.name = json_text(node), .id = NODE_NONE};
    }
    return NULL;
}

/* DLQ-8 */
static bool admits(const struct account_queue *target, const char *source)
{
    struct node_ref at[SOURCES_MOST];
    struct queue_cfg cfg = target->cfg;
    if (target->settings->redrive_allow == NULL)
        return true;
    struct json_doc *doc = parse_object(target->settings->redrive_allow);
    const bool is_read = doc != NULL && read_allow(json_root(doc), &cfg.redrive_allow, at) == NULL;
    const bool is_admitted = is_read && queue_allows_redrive(&cfg, source);
    json_free(doc);
    return is_admitted;
}

bool api_sqs_redrive_read_allow(struct api_sqs_draft *draft, const char *text,
                                struct request_error *error)
{
    struct node_ref at[SOURCES_MOST];
    struct queue_redrive_allow_cfg allow;
    const char *reason = "Redrive allow policy is not valid JSON";
    if (*text == '\0') {
        api_sqs_settings_put(&draft->settings->redrive_allow, NULL);
        return true;
    }
    struct json_doc *doc = parse_object(text);
    if (doc != NULL)
        reason = read_allow(json_root(doc), &allow, at);
    if (reason == NULL) {
        char *kept = json_print(json_root(doc));
        api_sqs_settings_put(&draft->settings->redrive_allow, kept);
        free(kept);
    }
    json_free(doc);
    return reason == NULL || bad_policy("RedriveAllowPolicy", text, reason, error);
}

/* What is wrong with a dead-letter queue for this source; NULL: nothing. */
static const char *judge_target(const struct api_sqs_draft *draft,
                                const struct account_queue *target)
{
    if (target == NULL)
        return "Dead letter target does not exist";
    /* A receive would move its messages for ever. */
    if (strcmp(target->name, draft->name) == 0)
        return "A queue cannot be its own dead-letter queue";
    if (target->queue.is_fifo != draft->is_fifo) /* DLQ-7 */
        return "Dead-letter queue must be same type of queue as the source";
    if (!admits(target, draft->name)) /* DLQ-8 */
        return "The dead-letter queue's RedriveAllowPolicy does not admit this source";
    return NULL;
}

static const char *read_policy(struct api_sqs_draft *draft, const struct json *policy)
{
    const struct json *arn = json_get(policy, "deadLetterTargetArn"),
                      *count = json_get(policy, "maxReceiveCount");
    if (arn == NULL || json_kind(arn) != JSON_TEXT)
        return "Redrive policy does not contain mandatory attribute: deadLetterTargetArn";
    if (count == NULL)
        return "Redrive policy does not contain mandatory attribute: maxReceiveCount";
    if (!read_count(count, &draft->cfg.redrive.max_receives))
        return "maxReceiveCount must be a whole number from 1 to 1000";
    if (!arn_is_well_formed(json_text(arn)))
        return "deadLetterTargetArn is no ARN of a queue in this account and region";
    const struct account_queue *target = account_find_arn(draft->account, json_text(arn));
    const char *reason = judge_target(draft, target);
    if (reason == NULL)
        draft->cfg.redrive.dead_letter.name = target->name;
    return reason;
}

bool api_sqs_redrive_read(struct api_sqs_draft *draft, const char *text,
                          struct request_error *error)
{
    const char *reason = "Redrive policy is not valid JSON";
    draft->cfg.redrive = (struct queue_redrive_cfg){.dead_letter = {.id = NODE_NONE}};
    if (*text == '\0')
        return true;
    struct json_doc *doc = parse_object(text);
    if (doc != NULL)
        reason = read_policy(draft, json_root(doc));
    json_free(doc);
    return reason == NULL || bad_policy("RedrivePolicy", text, reason, error);
}

void api_sqs_redrive_show(const struct api_sqs_draft *draft, struct text *out)
{
    const struct queue_redrive_cfg *redrive = &draft->cfg.redrive;
    if (redrive->dead_letter.name != NULL)
        text_printf(
            out, "{\"deadLetterTargetArn\":\"" ACCOUNT_ARN "%s\",\"maxReceiveCount\":%" PRId64 "}",
            redrive->dead_letter.name, redrive->max_receives);
}

void api_sqs_redrive_connect(struct account *account, struct account_queue *entry)
{
    const struct queue_redrive_cfg *redrive = &entry->cfg.redrive;
    struct account_queue *target =
        redrive->dead_letter.name == NULL ? NULL : account_find(account, redrive->dead_letter.name);
    queue_set_dead_letter(&entry->queue, target == NULL ? NULL : &target->queue,
                          target == NULL ? 0 : redrive->max_receives, account_now(account));
}
