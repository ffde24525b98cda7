// SPDX-License-Identifier: GPL-3.0-or-later
/* Short forms are replaced where they stand, in texts of JSON as well. */
#include "tools/shorthand.h"

#include <stdbool.h>
#include <string.h>

#define SQS_ARN "arn:aws:sqs:us-east-1:123456789012:"
#define SNS_ARN "arn:aws:sns:us-east-1:123456789012:"

/* The end of sqs(q) at text, or NULL. */
static const char *arn_end(const char *text)
{
    if (strncmp(text, "sqs(", 4) != 0 && strncmp(text, "sns(", 4) != 0)
        return NULL;
    const char *end = text + 4 + strcspn(text + 4, ") \"");
    return *end == ')' ? end : NULL;
}

void shorthand_expand(const char *line, struct text *out)
{
    bool is_quoted = false;
    for (const char *at = line; *at != '\0'; at++) {
        const char *end = arn_end(at);
        if (end != NULL) {
            text_add(out, at[1] == 'q' ? SQS_ARN : SNS_ARN);
            text_append(out, at + 4, (size_t)(end - at - 4));
            at = end;
        } else if (*at == '`' && at[1] == '`') { /* one that is meant */
            text_add(out, "`");
            at++;
        } else if (*at == '`') {
            is_quoted = !is_quoted;
            text_add(out, "\"");
        } else {
            if (is_quoted && (*at == '"' || *at == '\\'))
                text_add(out, "\\");
            text_append(out, at, 1);
        }
    }
}

static const struct {
    const char *action;
    const char *member[2], *prefix[2];
} members[] = {
    {"CreateQueue", {"QueueName"}, {""}},
    {"GetQueueUrl", {"QueueName"}, {""}},
    {"AdvanceTime", {"Seconds"}, {""}},
    {"sns:CreateTopic", {"Name"}, {""}},
    {"sns:Subscribe", {"TopicArn", "Endpoint"}, {SNS_ARN, SQS_ARN}},
    {"sns:Unsubscribe", {"SubscriptionArn"}, {""}},
    {"sns:GetSubscriptionAttributes", {"SubscriptionArn"}, {""}},
    {"sns:SetSubscriptionAttributes", {"SubscriptionArn"}, {""}},
    {"sns:TagResource", {"ResourceArn"}, {SNS_ARN}},
    {"sns:UntagResource", {"ResourceArn"}, {SNS_ARN}},
    {"sns:ListTagsForResource", {"ResourceArn"}, {SNS_ARN}},
    {"sns:PutDataProtectionPolicy", {"ResourceArn"}, {SNS_ARN}},
    {"sns:GetDataProtectionPolicy", {"ResourceArn"}, {SNS_ARN}},
};

const char *shorthand_member(const char *action, size_t length, int place, const char **prefix)
{
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        if (strlen(members[i].action) != length || memcmp(members[i].action, action, length) != 0)
            continue;
        const int known = place > 0 && members[i].member[1] != NULL;
        *prefix = members[i].prefix[known];
        return members[i].member[known];
    }
    const bool is_sns = length > 4 && memcmp(action, "sns:", 4) == 0;
    *prefix = is_sns ? SNS_ARN : "";
    return is_sns ? "TopicArn" : "QueueUrl";
}
