// SPDX-License-Identifier: GPL-3.0-or-later
/* Writes calls as request lines of the API protocol. */
#include "property/oracle/script.h"

#include <string.h>

#include "base/digest.h"
#include "base/must.h"

// clang-format off
const struct script_attributes script_no_attributes = {
    ABSENT, ABSENT, ABSENT, ABSENT, ABSENT, ABSENT, ABSENT, ABSENT, ABSENT
};
// clang-format on

enum { LONG_BODY_BYTES = 1024 };

static const char *const actions[SCRIPT_ACTIONS] = {
    [SCRIPT_CREATE_QUEUE] = "CreateQueue",
    [SCRIPT_DELETE_QUEUE] = "DeleteQueue",
    [SCRIPT_PURGE_QUEUE] = "PurgeQueue",
    [SCRIPT_SET_ATTRIBUTES] = "SetQueueAttributes",
    [SCRIPT_GET_ATTRIBUTES] = "GetQueueAttributes",
    [SCRIPT_SEND] = "SendMessage",
    [SCRIPT_RECEIVE] = "ReceiveMessage",
    [SCRIPT_DELETE] = "DeleteMessage",
    [SCRIPT_CHANGE_VISIBILITY] = "ChangeMessageVisibility",
    [SCRIPT_START_TASK] = "StartMessageMoveTask",
    [SCRIPT_LIST_TASKS] = "ListMessageMoveTasks",
    [SCRIPT_CANCEL_TASK] = "CancelMessageMoveTask",
    [SCRIPT_ADVANCE_TIME] = "AdvanceTime",
};

/* --- the texts behind the numbers --- */

void script_add_queue(struct text *out, int queue, bool fifo)
{
    text_printf(out, "%c%s", 'a' + queue, fifo ? ".fifo" : "");
}

void script_add_arn(struct text *out, int queue, bool fifo)
{
    text_add(out, "arn:aws:sqs:us-east-1:123456789012:");
    script_add_queue(out, queue, fifo);
}

size_t script_body_bytes(int body)
{
    switch (body) {
    case SCRIPT_BODY_LONG:
        return LONG_BODY_BYTES;
    case SCRIPT_BODY_TOO_LONG:
        return LONG_BODY_BYTES + 1;
    case SCRIPT_BODY_EMPTY:
        return 0;
    default:
        return 1;
    }
}

void script_add_body(struct text *out, int body)
{
    const size_t bytes = script_body_bytes(body);
    if (body < SCRIPT_BODY_LONG)
        text_printf(out, "%c", 'p' + body);
    else if (body == SCRIPT_BODY_BAD)
        text_add(out, "\x01");
    else
        for (size_t i = 0; i < bytes; i++)
            text_add(out, "x");
}

void script_add_group(struct text *out, int group)
{
    text_printf(out, "g%d", group);
}

static void add_digest(struct text *out, int body, bool md5)
{
    struct text plain = {0};
    char hex[65];
    script_add_body(&plain, body);
    if (md5)
        digest_md5(hex, text_of(&plain), plain.length);
    else
        digest_sha256(hex, text_of(&plain), plain.length);
    text_add(out, hex);
    text_free(&plain);
}

void script_add_dedup(struct text *out, int dedup)
{
    if (dedup < SCRIPT_DEDUP_OF_BODY)
        text_printf(out, "d%d", dedup);
    else
        add_digest(out, dedup - SCRIPT_DEDUP_OF_BODY, false);
}

void script_add_id(struct text *out, int id)
{
    if (id == SCRIPT_ID_BAD)
        text_add(out, "no good id");
    else if (id != SCRIPT_ID_EMPTY)
        text_printf(out, "e%d", id);
}

void script_add_body_md5(struct text *out, int body)
{
    add_digest(out, body, true);
}

/* Name, type and value, each behind its length in four bytes; a 1 before a value that is text. */
void script_add_attribute_md5(struct text *out, int attribute)
{
    char bytes[] = "\0\0\0\1k\0\0\0\6String\1\0\0\0\2v0", hex[33];
    bytes[sizeof bytes - 2] = (char)('0' + attribute);
    digest_md5(hex, bytes, sizeof bytes - 1);
    text_add(out, hex);
}

/* --- parameters --- */

static void add_number(struct text *out, const char *key, int value)
{
    if (value != ABSENT)
        text_printf(out, ",\"%s\":%d", key, value);
}

static void add_attribute(struct text *out, const char *key, int value, size_t *count)
{
    if (value != ABSENT)
        text_printf(out, "%s\"%s\":\"%d\"", (*count)++ > 0 ? "," : "", key, value);
}

static void add_redrive(struct text *out, const struct script_attributes *a, bool fifo,
                        size_t *count)
{
    if (a->target == ABSENT)
        return;
    text_printf(out, "%s\"RedrivePolicy\":\"", (*count)++ > 0 ? "," : "");
    if (a->target != CLEARED) {
        text_add(out, "{\\\"deadLetterTargetArn\\\":\\\"");
        script_add_arn(out, a->target, fifo);
        text_printf(out, "\\\",\\\"maxReceiveCount\\\":%d}", a->receives);
    }
    text_add(out, "\"");
}

static void add_attributes(struct text *out, const struct script_call *call, bool fifo)
{
    const struct script_attributes *a = &call->attributes;
    size_t count = 0;
    text_add(out, ",\"Attributes\":{");
    if (fifo && call->action == SCRIPT_CREATE_QUEUE)
        text_printf(out, "%s\"FifoQueue\":\"true\"", count++ > 0 ? "," : "");
    add_attribute(out, "VisibilityTimeout", a->visibility_s, &count);
    add_attribute(out, "MessageRetentionPeriod", a->retention_s, &count);
    add_attribute(out, "DelaySeconds", a->delay_s, &count);
    add_attribute(out, "ReceiveMessageWaitTimeSeconds", a->wait_s, &count);
    add_attribute(out, "MaximumMessageSize", a->size_bytes, &count);
    if (a->by_content != ABSENT)
        text_printf(out, "%s\"ContentBasedDeduplication\":\"%s\"", count++ > 0 ? "," : "",
                    a->by_content ? "true" : "false");
    if (a->by_group != ABSENT)
        text_printf(out, "%s\"DeduplicationScope\":\"%s\"", count++ > 0 ? "," : "",
                    a->by_group ? "messageGroup" : "queue");
    add_redrive(out, a, fifo, &count);
    text_add(out, "}");
}

static void add_names_of_attributes(struct text *out, bool fifo)
{
    text_add(out, ",\"AttributeNames\":[\"ApproximateNumberOfMessages\","
                  "\"ApproximateNumberOfMessagesNotVisible\","
                  "\"ApproximateNumberOfMessagesDelayed\",\"VisibilityTimeout\","
                  "\"MessageRetentionPeriod\",\"DelaySeconds\","
                  "\"ReceiveMessageWaitTimeSeconds\",\"MaximumMessageSize\",\"RedrivePolicy\","
                  "\"QueueArn\",\"CreatedTimestamp\",\"LastModifiedTimestamp\"");
    if (fifo)
        text_add(out, ",\"FifoQueue\",\"ContentBasedDeduplication\",\"DeduplicationScope\"");
    text_add(out, "]");
}

static void add_message(struct text *out, const struct script_entry *e)
{
    text_add(out, ",\"MessageBody\":\"");
    if (e->body == SCRIPT_BODY_BAD)
        text_add(out, "\\u0001");
    else
        script_add_body(out, e->body);
    text_add(out, "\"");
    if (e->group != ABSENT) {
        text_add(out, ",\"MessageGroupId\":\"");
        script_add_group(out, e->group);
        text_add(out, "\"");
    }
    if (e->dedup != ABSENT) {
        text_add(out, ",\"MessageDeduplicationId\":\"");
        script_add_dedup(out, e->dedup);
        text_add(out, "\"");
    }
    add_number(out, "DelaySeconds", e->delay_s);
    if (e->attribute != ABSENT)
        text_printf(out,
                    ",\"MessageAttributes\":{\"k\":{\"DataType\":\"String\","
                    "\"StringValue\":\"v%d\"}}",
                    e->attribute);
}

static void add_entry(struct text *out, const struct script_call *call, size_t at,
                      const struct script_speller *speller)
{
    const struct script_entry *e = &call->entries[at];
    if (call->action == SCRIPT_SEND) {
        add_message(out, e);
        return;
    }
    text_printf(out, ",\"ReceiptHandle\":\"%s\"", speller->handle(speller->context, e->handle));
    if (call->action == SCRIPT_CHANGE_VISIBILITY)
        add_number(out, "VisibilityTimeout", e->visibility_s);
}

static void add_entries(struct text *out, const struct script_call *call,
                        const struct script_speller *speller)
{
    if (!call->batch) {
        add_entry(out, call, 0, speller);
        return;
    }
    text_add(out, ",\"Entries\":[");
    for (size_t i = 0; i < (size_t)call->count; i++) {
        text_printf(out, "%s{\"Id\":\"", i > 0 ? "," : "");
        script_add_id(out, call->entries[i].id);
        text_add(out, "\"");
        add_entry(out, call, i, speller);
        text_add(out, "}");
    }
    text_add(out, "]");
}

static void add_receive(struct text *out, const struct script_call *call)
{
    add_number(out, "MaxNumberOfMessages", call->most);
    add_number(out, "VisibilityTimeout", call->visibility_s);
    add_number(out, "WaitTimeSeconds", call->wait_s);
    if (call->attempt != ABSENT)
        text_printf(out, ",\"ReceiveRequestAttemptId\":\"try%d\"", call->attempt);
    text_add(out, ",\"MessageSystemAttributeNames\":[\"All\"],\"MessageAttributeNames\":[\"All\"]");
}

static void add_task(struct text *out, const struct script_call *call, bool fifo,
                     const struct script_speller *speller)
{
    if (call->action == SCRIPT_CANCEL_TASK) {
        text_printf(out, "\"TaskHandle\":\"%s\"", speller->task(speller->context, call->task));
        return;
    }
    text_add(out, "\"SourceArn\":\"");
    script_add_arn(out, call->queue, fifo);
    text_add(out, "\"");
    if (call->action == SCRIPT_LIST_TASKS) {
        add_number(out, "MaxResults", call->most);
        return;
    }
    if (call->destination != ABSENT) {
        text_add(out, ",\"DestinationArn\":\"");
        script_add_arn(out, call->destination, fifo);
        text_add(out, "\"");
    }
    add_number(out, "MaxNumberOfMessagesPerSecond", call->per_s);
}

void script_request(struct text *out, const struct script_call *call, bool fifo,
                    const struct script_speller *speller)
{
    const enum script_action action = call->action;
    if (action == SCRIPT_ADVANCE_TIME) {
        text_printf(out, "{\"Control\":\"AdvanceTime\",\"Params\":{\"Seconds\":%lld.%03lld}}",
                    (long long)(call->step_ms / 1000), (long long)(call->step_ms % 1000));
        return;
    }
    text_printf(out, "{\"Service\":\"sqs\",\"Action\":\"%s%s\",\"Params\":{", actions[action],
                call->batch ? "Batch" : "");
    if (action >= SCRIPT_START_TASK) {
        add_task(out, call, fifo, speller);
    } else {
        text_add(out, action == SCRIPT_CREATE_QUEUE ? "\"QueueName\":\"" : "\"QueueUrl\":\"");
        script_add_queue(out, call->queue, fifo);
        text_add(out, "\"");
    }
    if (action == SCRIPT_CREATE_QUEUE || action == SCRIPT_SET_ATTRIBUTES)
        add_attributes(out, call, fifo);
    else if (action == SCRIPT_GET_ATTRIBUTES)
        add_names_of_attributes(out, fifo);
    else if (action == SCRIPT_RECEIVE)
        add_receive(out, call);
    else if (action == SCRIPT_SEND || action == SCRIPT_DELETE || action == SCRIPT_CHANGE_VISIBILITY)
        add_entries(out, call, speller);
    text_add(out, "}}");
}
