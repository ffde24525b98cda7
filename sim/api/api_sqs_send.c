// SPDX-License-Identifier: GPL-3.0-or-later
/* SendMessage and SendMessageBatch: a request becomes an entry of queue_send and a content. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "base/units.h"
#include "api/account.h"
#include "api/api_sqs.h"
#include "api/attribute.h"
#include "api/batch.h"
#include "api/handle.h"

/* What one entry brings besides its struct send. */
struct parcel {
    struct content content;
    char sha256[65];
    char trace_md5[33];
};

static bool read_body(const struct json *params, struct content *content,
                      struct request_error *error)
{
    /* SND-5: an empty body is a missing one. */
    const char *body;
    if (!request_need_text(params, "MessageBody", &body, error))
        return false;
    content->body = body;
    content->body_bytes = strlen(body);
    if (!attribute_text_is_allowed(content->body))
        return request_fail(error, REQUEST_BAD_CONTENTS,
                            "Invalid characters found. Valid unicode characters are #x9 | #xA | "
                            "#xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF.");
    return true;
}

/* SND-13: AWSTraceHeader is the one system attribute; it has no weight (SND-1). */
static bool read_trace(const struct json *params, struct parcel *parcel, struct arena *scratch,
                       struct request_error *error)
{
    const struct json *all;
    if (!request_object(params, "MessageSystemAttributes", &all, error))
        return false;
    if (all == NULL || json_count(all) == 0)
        return true;
    const struct json *value = json_get(all, "AWSTraceHeader");
    if (json_count(all) > 1 || value == NULL || json_kind(value) != JSON_OBJECT)
        return request_fail(error, REQUEST_BAD_VALUE,
                            "AWSTraceHeader is the only message system attribute.");
    const char *type = NULL, *text = NULL;
    if (!request_text(value, "DataType", &type, error) ||
        !request_text(value, "StringValue", &text, error))
        return false;
    if (type == NULL || strcmp(type, "String") != 0 || text == NULL || *text == '\0')
        return request_fail(error, REQUEST_BAD_VALUE,
                            "The message system attribute AWSTraceHeader must be a non-empty "
                            "String.");
    struct content_attribute *trace = arena_alloc(scratch, sizeof *trace);
    *trace = (struct content_attribute){.name = "AWSTraceHeader", .type = "String", .text = text};
    const struct content only = {.attribute_count = 1, .attributes = trace};
    content_md5_of_attributes(parcel->trace_md5, &only, 1);
    parcel->content.trace = text;
    return true;
}

/* SND-9 */
static bool read_id(const struct json *params, const char *key, const char **id,
                    struct request_error *error)
{
    if (!request_text(params, key, id, error))
        return false;
    if (*id != NULL && !attribute_id_is_allowed(*id))
        return request_fail(error, REQUEST_BAD_VALUE,
                            "Value for parameter %s is invalid. Reason: it can only include 1 to "
                            "128 alphanumeric and punctuation characters.",
                            key);
    return true;
}

/* An id that is given, well formed or not, is not missing (SND-11). */
static bool read_ids(struct account *account, const struct queue *queue, const struct json *params,
                     struct parcel *parcel, struct send *send, struct request_error *error)
{
    struct content *content = &parcel->content;
    const bool has_group = read_id(params, "MessageGroupId", &content->group, error);
    const bool has_dedup = read_id(params, "MessageDeduplicationId", &content->dedup, error);
    if (!has_group)
        send->group = 0;
    else if (content->group != NULL)
        send->group = account_group(account, content->group);
    if (!has_dedup) {
        send->dedup = 1;
    } else if (content->dedup != NULL) {
        send->dedup = api_sqs_id_number(content->dedup);
    } else if (queue->is_fifo && queue->cfg->content_dedup) {
        /* FIFO-7: the hash of the body alone, in the same space as explicit ids. */
        digest_sha256(parcel->sha256, content->body, content->body_bytes);
        content->dedup = parcel->sha256;
        send->dedup = api_sqs_id_number(parcel->sha256);
        send->flags |= SEND_DEDUP_IS_CONTENT;
    }
    return has_group && has_dedup;
}

/* Fills send as far as it can be read, so that the whole of a batch can be judged. */
static bool read_entry(struct request *request, const struct queue *queue,
                       const struct json *params, struct parcel *parcel, struct send *send,
                       struct request_error *error)
{
    struct account *account = request->account;
    struct request_error id_error;
    int64_t delay_s = -1;
    *parcel = (struct parcel){.content.body = ""};
    *send = (struct send){.root = account->next_root++,
                          .called_ns = account_now(account),
                          .group = MESSAGE_NO_GROUP,
                          .producer = NODE_NONE};
    const bool is_good = read_body(params, &parcel->content, error) &&
                         attribute_read_all(params, CONTENT_ATTRIBUTES, &parcel->content,
                                            &request->scratch, error) &&
                         read_trace(params, parcel, &request->scratch, error) &&
                         request_int(params, "DelaySeconds", 0, 900, &delay_s, error);
    const bool has_ids = read_ids(account, queue, params, parcel, send, &id_error);
    if (is_good && !has_ids)
        *error = id_error;
    /* What is too long for 32 bits is too long for any queue. */
    const size_t bytes = attribute_total_bytes(&parcel->content);
    send->bytes = bytes > UINT32_MAX ? UINT32_MAX : (uint32_t)bytes;
    send->delay_ns = delay_s < 0 ? -1 : delay_s * SEC;
    return is_good && has_ids;
}

/* What the model refused, in AWS's words; the code for a single send (SND-10, SND-11). */
static bool refuse(const struct queue *queue, enum send_status status, bool is_batch,
                   struct request_error *error)
{
    switch (status) {
    case SEND_TOO_LONG:
        return request_fail(error, REQUEST_BAD_VALUE,
                            "One or more parameters are invalid. Reason: Message must be shorter "
                            "than %lld bytes.",
                            (long long)queue->max_bytes);
    case SEND_NEEDS_GROUP:
        return request_fail(error, is_batch ? REQUEST_BAD_VALUE : REQUEST_MISSING_PARAMETER,
                            "The request must contain the parameter MessageGroupId.");
    case SEND_NEEDS_DEDUP:
        return request_fail(error, REQUEST_BAD_VALUE,
                            "The queue should either have ContentBasedDeduplication enabled or "
                            "MessageDeduplicationId provided explicitly.");
    case SEND_BAD_DELAY:
        return request_fail(error, REQUEST_BAD_VALUE,
                            "DelaySeconds is invalid. Reason: The request includes a parameter "
                            "that is not valid for this queue type.");
    case SEND_HAS_DEDUP:
        return request_fail(error, REQUEST_BAD_VALUE,
                            "MessageDeduplicationId is invalid. Reason: The request includes a "
                            "parameter that is not valid for this queue type.");
    case SEND_THROTTLED:
        return request_fail(error, REQUEST_THROTTLED, "Rate exceeded");
    default:
        MUST(status == SEND_BATCH_TOO_LONG);
        return request_fail(error, REQUEST_BATCH_TOO_LONG,
                            "Batch requests cannot be longer than %lld bytes.",
                            (long long)queue->limits->batch_bytes);
    }
}

/* Keeps what the model will carry along as the body. */
static void keep(struct account *account, struct parcel *parcel, struct send *send)
{
    digest_md5(parcel->content.md5, parcel->content.body, parcel->content.body_bytes);
    parcel->content.id = send->root;
    send->body = content_keep(&account->contents, &parcel->content);
}

/* Drops it again if nothing was enqueued. */
static void settle(struct account *account, const struct send *send, const struct sent *reply)
{
    if (reply->status != SEND_OK)
        content_drop(&account->contents, send->body);
}

static void write_sent(struct json_writer *w, const struct queue *queue,
                       const struct parcel *parcel, const struct sent *reply)
{
    char text[HANDLE_UUID_BYTES];
    const struct content *content = &parcel->content;
    json_write_key(w, "MD5OfMessageBody");
    json_write_text(w, content->md5);
    if (content->attribute_count > 0) {
        char md5[33];
        content_md5_of_attributes(md5, content, UINT_MAX);
        json_write_key(w, "MD5OfMessageAttributes");
        json_write_text(w, md5);
    }
    if (content->trace != NULL) {
        json_write_key(w, "MD5OfMessageSystemAttributes");
        json_write_text(w, parcel->trace_md5);
    }
    /* FIFO-8: of a duplicate, the original's. */
    handle_uuid(text, reply->root);
    json_write_key(w, "MessageId");
    json_write_text(w, text);
    if (queue->is_fifo) {
        json_write_key(w, "SequenceNumber");
        api_sqs_write_number(w, reply->number);
    }
}

void api_sqs_write_number(struct json_writer *w, uint64_t number)
{
    /* SND-14: 20 digits, growing, not consecutive. */
    char text[24];
    snprintf(text, sizeof text, "18%018llu", (unsigned long long)(number * 256));
    json_write_text(w, text);
}

uint64_t api_sqs_id_number(const char *id)
{
    char hex[33];
    uint64_t number = 0;
    digest_md5(hex, id, strlen(id));
    for (int i = 0; i < 16; i++)
        number = number << 4 | (uint64_t)(hex[i] <= '9' ? hex[i] - '0' : hex[i] - 'a' + 10);
    return number | 1;
}

static bool send_message(struct request *request)
{
    struct parcel parcel;
    struct send send;
    struct sent reply = {0};
    struct account_queue *entry = account_queue_of(request);
    if (entry == NULL)
        return false;
    struct queue *queue = &entry->queue;
    if (!read_entry(request, queue, request->params, &parcel, &send, &request->error))
        return false;
    keep(request->account, &parcel, &send);
    const enum send_status status =
        queue_send(&queue->service, &send, 1, &reply, account_now(request->account));
    reply.status = status == SEND_OK ? reply.status : status;
    settle(request->account, &send, &reply);
    if (reply.status != SEND_OK && reply.status != SEND_DEDUPLICATED)
        return refuse(queue, reply.status, false, &request->error);
    write_sent(request->w, queue, &parcel, &reply);
    return true;
}

struct sending {
    const struct queue *queue;
    struct batch batch;
    struct parcel parcels[BATCH_MOST];
    struct send sends[BATCH_MOST];
    struct sent replies[BATCH_MOST];
};

static void write_entry(void *context, struct json_writer *w, size_t i)
{
    const struct sending *sending = context;
    write_sent(w, sending->queue, &sending->parcels[i], &sending->replies[i]);
}

/* SND-2, SND-11: what fails the call as a whole comes before any entry, malformed ones included. */
static bool check_whole(struct sending *sending, struct request_error *error)
{
    const enum send_status status =
        queue_check_batch(sending->queue, sending->sends, sending->batch.count);
    return status == SEND_OK || refuse(sending->queue, status, true, error);
}

/* Sends the entries that are well formed, in one call. */
static enum send_status send_good(struct account *account, struct queue *queue,
                                  struct sending *sending)
{
    struct send good[BATCH_MOST];
    struct sent replies[BATCH_MOST];
    size_t places[BATCH_MOST], count = 0;
    for (size_t i = 0; i < sending->batch.count; i++) {
        if (sending->batch.entries[i].error.code != REQUEST_OK)
            continue;
        keep(account, &sending->parcels[i], &sending->sends[i]);
        good[count] = sending->sends[i];
        places[count++] = i;
    }
    if (count == 0)
        return SEND_OK;
    const enum send_status status =
        queue_send(&queue->service, good, count, replies, account_now(account));
    for (size_t at = 0; at < count; at++) {
        replies[at].status = status == SEND_OK ? replies[at].status : status;
        sending->replies[places[at]] = replies[at];
        settle(account, &good[at], &replies[at]);
    }
    return status;
}

static bool send_message_batch(struct request *request)
{
    struct sending sending = {0};
    struct account_queue *entry = account_queue_of(request);
    struct batch *batch = &sending.batch;
    if (entry == NULL || !batch_open(request, batch))
        return false;
    sending.queue = &entry->queue;
    for (size_t i = 0; i < batch->count; i++)
        read_entry(request, &entry->queue, batch->entries[i].params, &sending.parcels[i],
                   &sending.sends[i], &batch->entries[i].error);
    if (!check_whole(&sending, &request->error))
        return false;
    const enum send_status status = send_good(request->account, &entry->queue, &sending);
    if (status != SEND_OK)
        return refuse(&entry->queue, status, true, &request->error);
    for (size_t i = 0; i < batch->count; i++) {
        const enum send_status one = sending.replies[i].status;
        if (batch->entries[i].error.code == REQUEST_OK && one != SEND_OK &&
            one != SEND_DEDUPLICATED)
            refuse(&entry->queue, one, true, &batch->entries[i].error);
    }
    batch_reply(request, batch, write_entry, &sending);
    return true;
}

const struct request_action api_sqs_send_actions[] = {
    {"sqs", "SendMessage", send_message},
    {"sqs", "SendMessageBatch", send_message_batch},
    {NULL, NULL, NULL},
};
