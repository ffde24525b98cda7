// SPDX-License-Identifier: GPL-3.0-or-later
/* Batches: the shape of the call is judged first, as a whole. */
#include "api/batch.h"

#include <ctype.h>
#include <string.h>

static bool id_is_allowed(const char *id)
{
    const size_t length = strlen(id);
    for (size_t i = 0; i < length; i++)
        if (!isalnum((unsigned char)id[i]) && strchr("-_", id[i]) == NULL)
            return false;
    return length >= 1 && length <= 80;
}

static bool read_id(struct batch *batch, size_t i, struct request_error *error)
{
    const struct json *params = batch->entries[i].params;
    const char *id = NULL;
    if (json_kind(params) != JSON_OBJECT)
        return request_fail(error, REQUEST_BAD_JSON, "Entries: expected objects");
    if (!request_text(params, "Id", &id, error))
        return false;
    if (id == NULL || !id_is_allowed(id))
        return request_fail(error, REQUEST_BAD_ENTRY_ID,
                            "A batch entry id can only contain alphanumeric characters, hyphens "
                            "and underscores. It can be at most 80 letters long.");
    for (size_t other = 0; other < i; other++)
        if (strcmp(batch->entries[other].id, id) == 0)
            return request_fail(error, REQUEST_IDS_NOT_DISTINCT, "Id %s repeated.", id);
    batch->entries[i].id = id;
    return true;
}

bool batch_open(struct request *request, struct batch *batch)
{
    const struct json *list;
    struct request_error *error = &request->error;
    if (!request_list(request->params, request->is_sns ? "PublishBatchRequestEntries" : "Entries",
                      &list, error))
        return false;
    batch->count = list == NULL ? 0 : json_count(list);
    if (batch->count == 0)
        return request_fail(error, REQUEST_EMPTY_BATCH,
                            "There should be at least one entry in the request.");
    if (batch->count > BATCH_MOST)
        return request_fail(error, REQUEST_TOO_MANY_ENTRIES,
                            "Maximum number of entries per request are %d. You have sent %zu.",
                            BATCH_MOST, batch->count);
    const struct json *params = json_first(list);
    for (size_t i = 0; i < batch->count; i++, params = json_next(params)) {
        batch->entries[i].params = params;
        batch->entries[i].error.code = REQUEST_OK;
        if (!read_id(batch, i, error))
            return false;
    }
    return true;
}

static void write_failed(struct json_writer *w, const struct batch *batch, size_t i, bool is_sns)
{
    json_write_open(w, '{');
    json_write_key(w, "Id");
    json_write_text(w, batch->entries[i].id);
    json_write_key(w, "SenderFault");
    json_write_bool(w, true);
    request_write_error(w, &batch->entries[i].error, is_sns);
    json_write_close(w, '}');
}

/* SQS leaves out an empty list, SNS does not. */
static void write_list(const struct request *request, const struct batch *batch, bool failed,
                       void (*write)(void *context, struct json_writer *w, size_t i), void *context)
{
    struct json_writer *w = request->w;
    bool is_open = request->is_sns;
    if (is_open) {
        json_write_key(w, failed ? "Failed" : "Successful");
        json_write_open(w, '[');
    }
    for (size_t i = 0; i < batch->count; i++) {
        if ((batch->entries[i].error.code != REQUEST_OK) != failed)
            continue;
        if (!is_open) {
            json_write_key(w, failed ? "Failed" : "Successful");
            json_write_open(w, '[');
            is_open = true;
        }
        if (failed) {
            write_failed(w, batch, i, request->is_sns);
            continue;
        }
        json_write_open(w, '{');
        json_write_key(w, "Id");
        json_write_text(w, batch->entries[i].id);
        if (write != NULL)
            write(context, w, i);
        json_write_close(w, '}');
    }
    if (is_open)
        json_write_close(w, ']');
}

void batch_reply(struct request *request, const struct batch *batch,
                 void (*write)(void *context, struct json_writer *w, size_t i), void *context)
{
    write_list(request, batch, false, write, context);
    write_list(request, batch, true, NULL, NULL);
}
