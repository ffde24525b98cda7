// SPDX-License-Identifier: GPL-3.0-or-later
/* DeleteMessage and ChangeMessageVisibility, single and in batches. */
#include "base/units.h"
#include "api/account.h"
#include "api/api_sqs.h"
#include "api/batch.h"
#include "api/handle.h"

static bool read_handle(const struct account *account, const struct queue *queue,
                        const struct json *params, struct delivery *handle,
                        struct request_error *error)
{
    const char *text;
    if (!request_need_text(params, "ReceiptHandle", &text, error))
        return false;
    if (!handle_read(account, queue->service.node.id, text, handle)) /* DEL-4 */
        return request_fail(error, REQUEST_BAD_HANDLE,
                            "The input receipt handle \"%.200s\" is not a valid receipt handle.",
                            text);
    return true;
}

static bool read_timeout(const struct json *params, int64_t *timeout_ns,
                         struct request_error *error)
{
    int64_t timeout_s = -1;
    if (!request_int(params, "VisibilityTimeout", 0, 43200, &timeout_s, error))
        return false;
    if (timeout_s < 0)
        return request_fail(error, REQUEST_MISSING_PARAMETER,
                            "The request must contain the parameter VisibilityTimeout.");
    *timeout_ns = timeout_s * SEC;
    return true;
}

static bool judge_delete(enum delete_status status, struct request_error *error)
{
    if (status == DELETE_EXPIRED) /* DEL-5 */
        return request_fail(error, REQUEST_BAD_VALUE,
                            "Value for parameter ReceiptHandle is invalid. Reason: The receipt "
                            "handle has expired.");
    return true;
}

static bool judge_visibility(enum visibility_status status, struct request_error *error)
{
    switch (status) {
    case VISIBILITY_GONE: /* VIS-3 */
        return request_fail(error, REQUEST_BAD_VALUE,
                            "Value for parameter ReceiptHandle is invalid. Reason: Message does "
                            "not exist or is not available for visibility timeout change.");
    case VISIBILITY_EXPIRED: /* VIS-4 */
        return request_fail(error, REQUEST_BAD_VALUE,
                            "Value for parameter ReceiptHandle is invalid. Reason: The receipt "
                            "handle has expired.");
    case VISIBILITY_TOO_LONG: /* VIS-6 */
        return request_fail(error, REQUEST_BAD_VALUE,
                            "Value for parameter VisibilityTimeout is invalid. Reason: Total "
                            "VisibilityTimeout for the message is beyond the limit [43200 "
                            "seconds].");
    default:
        return true;
    }
}

static bool throttled(struct request *request)
{
    return request_fail(&request->error, REQUEST_THROTTLED, "Rate exceeded");
}

static bool delete_message(struct request *request)
{
    struct delivery handle;
    struct account_queue *entry = account_queue_of(request);
    if (entry == NULL ||
        !read_handle(request->account, &entry->queue, request->params, &handle, &request->error))
        return false;
    const enum delete_status status =
        queue_delete(&entry->queue, &handle, 1, NULL, NODE_NONE, account_now(request->account));
    return status == DELETE_THROTTLED ? throttled(request) : judge_delete(status, &request->error);
}

/* The entries of a batch whose handle and time-out can be read, and where they stand in it. */
struct handles {
    size_t count;
    struct delivery at[BATCH_MOST];
    int64_t timeouts_ns[BATCH_MOST];
    size_t places[BATCH_MOST];
};

static void read_handles(struct request *request, const struct queue *queue, struct batch *batch,
                         bool with_timeout, struct handles *handles)
{
    handles->count = 0;
    for (size_t i = 0; i < batch->count; i++) {
        const struct json *params = batch->entries[i].params;
        struct request_error *error = &batch->entries[i].error;
        if (!read_handle(request->account, queue, params, &handles->at[handles->count], error))
            continue;
        if (with_timeout && !read_timeout(params, &handles->timeouts_ns[handles->count], error))
            continue;
        handles->places[handles->count++] = i;
    }
}

static bool delete_message_batch(struct request *request)
{
    struct batch batch;
    struct handles handles;
    enum delete_status results[BATCH_MOST];
    struct account_queue *entry = account_queue_of(request);
    if (entry == NULL || !batch_open(request, &batch))
        return false;
    read_handles(request, &entry->queue, &batch, false, &handles);
    if (handles.count > 0 &&
        queue_delete(&entry->queue, handles.at, handles.count, results, NODE_NONE,
                     account_now(request->account)) == DELETE_THROTTLED)
        return throttled(request);
    for (size_t i = 0; i < handles.count; i++)
        judge_delete(results[i], &batch.entries[handles.places[i]].error);
    batch_reply(request, &batch, NULL, NULL);
    return true;
}

static bool change_message_visibility(struct request *request)
{
    struct delivery handle;
    int64_t timeout_ns;
    struct account_queue *entry = account_queue_of(request);
    if (entry == NULL ||
        !read_handle(request->account, &entry->queue, request->params, &handle, &request->error) ||
        !read_timeout(request->params, &timeout_ns, &request->error))
        return false;
    const enum visibility_status status = queue_change_visibility(
        &entry->queue, &handle, &timeout_ns, 1, NULL, NODE_NONE, account_now(request->account));
    return status == VISIBILITY_THROTTLED ? throttled(request)
                                          : judge_visibility(status, &request->error);
}

static bool change_message_visibility_batch(struct request *request)
{
    struct batch batch;
    struct handles handles;
    enum visibility_status results[BATCH_MOST];
    struct account_queue *entry = account_queue_of(request);
    if (entry == NULL || !batch_open(request, &batch))
        return false;
    read_handles(request, &entry->queue, &batch, true, &handles);
    if (handles.count > 0 &&
        queue_change_visibility(&entry->queue, handles.at, handles.timeouts_ns, handles.count,
                                results, NODE_NONE,
                                account_now(request->account)) == VISIBILITY_THROTTLED)
        return throttled(request);
    for (size_t i = 0; i < handles.count; i++)
        judge_visibility(results[i], &batch.entries[handles.places[i]].error);
    batch_reply(request, &batch, NULL, NULL);
    return true;
}

const struct request_action api_sqs_delete_actions[] = {
    {"sqs", "DeleteMessage", delete_message},
    {"sqs", "DeleteMessageBatch", delete_message_batch},
    {"sqs", "ChangeMessageVisibility", change_message_visibility},
    {"sqs", "ChangeMessageVisibilityBatch", change_message_visibility_batch},
    {NULL, NULL, NULL},
};
