// SPDX-License-Identifier: GPL-3.0-or-later
/* Message move tasks: started, listed and cancelled (MOVE-*). */
#include "api/api_sqs_move.h"

#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "model/move_task.h"
#include "api/api_sqs.h"
#include "api/handle.h"
#include "api/texts.h"

enum { LISTED_MOST = 10, ACTIVE_MOST = 100 }; /* MOVE-3 */

struct move {
    struct move_task task; /* its source is valid while the move is kept */
    struct move *older;
    uint64_t number;   /* becomes the task's UUID */
    char *destination; /* as given; NULL: each to its own source */
    int64_t rate;      /* as given; 0: not */
};

struct api_sqs_moves {
    struct move *newest;
    uint64_t count; /* ever started */
};

static void free_move(struct move *move)
{
    move_task_free(&move->task);
    free(move->destination);
    free(move);
}

void api_sqs_move_forget(struct account *account, struct queue *queue)
{
    if (account->moves == NULL)
        return;
    for (struct move **link = &account->moves->newest; *link != NULL;) {
        struct move *move = *link;
        if (queue != NULL)
            move_task_lose(&move->task, queue);
        if (queue == NULL || move->task.cfg.source == queue) {
            *link = move->older;
            free_move(move);
        } else {
            link = &move->older;
        }
    }
    if (queue == NULL) {
        free(account->moves);
        account->moves = NULL;
    }
}

static struct queue *queue_by_id(void *context, uint16_t id)
{
    struct account_queue *entry = account_by_id(context, id);
    return entry == NULL ? NULL : &entry->queue;
}

/* The existing queue that an ARN names. */
static struct account_queue *need_arn(struct account *account, const char *arn,
                                      struct request_error *error)
{
    struct account_queue *entry = account_find_arn(account, arn);
    if (entry == NULL)
        request_fail(error, REQUEST_NO_RESOURCE,
                     "The resource that you specified for the SourceArn or DestinationArn "
                     "parameter doesn't exist.");
    return entry;
}

static bool judge_source(const struct account *account, const struct account_queue *source,
                         struct request_error *error)
{
    uint32_t active = 0;
    const struct move *move = account->moves == NULL ? NULL : account->moves->newest;
    if (source->sources == NULL) /* MOVE-1 */
        return request_fail(error, REQUEST_BAD_VALUE,
                            "Source queue must be configured as a Dead Letter Queue.");
    for (; move != NULL; move = move->older) {
        if (!move_task_is_active(&move->task))
            continue;
        if (move->task.cfg.source == &source->queue) /* MOVE-3 */
            return request_fail(error, REQUEST_BAD_VALUE,
                                "There is already a task running. Only one active task is allowed "
                                "for a source queue arn at a given time.");
        active++;
    }
    return active < ACTIVE_MOST ||
           request_fail(error, REQUEST_OVER_LIMIT,
                        "An account has at most %d active message movement tasks.", ACTIVE_MOST);
}

static void write_handle(struct json_writer *w, const struct move *move)
{
    struct text json = {0}, handle = {0};
    char uuid[HANDLE_UUID_BYTES];
    handle_uuid(uuid, ~move->number);
    text_printf(&json, "{\"taskId\":\"%s\",\"sourceArn\":\"" ACCOUNT_ARN "%s\"}", uuid,
                move->task.cfg.source->service.node.name);
    base64_encode(&handle, text_of(&json), json.length);
    json_write_key(w, "TaskHandle");
    json_write_text(w, text_of(&handle));
    text_free(&json);
    text_free(&handle);
}

/* MOVE-3: what will be listed no more is kept no more.  None is active: a new one is about to
 * start.
 */
static void forget_oldest(struct api_sqs_moves *moves, const struct queue *source)
{
    int count = 0;
    for (struct move **link = &moves->newest; *link != NULL;) {
        struct move *move = *link;
        count += move->task.cfg.source == source;
        if (move->task.cfg.source == source && count >= LISTED_MOST) {
            *link = move->older;
            free_move(move);
        } else {
            link = &move->older;
        }
    }
}

static struct move *start(struct account *account, struct account_queue *source,
                          struct account_queue *destination, const char *arn, int64_t rate)
{
    struct move *move = must_alloc(sizeof *move);
    if (account->moves == NULL) {
        account->moves = must_alloc(sizeof *account->moves);
        *account->moves = (struct api_sqs_moves){0};
    }
    memset(move, 0, sizeof *move);
    move->number = ++account->moves->count;
    move->destination = texts_keep(arn);
    move->rate = rate;
    forget_oldest(account->moves, &source->queue);
    move->older = account->moves->newest;
    account->moves->newest = move;
    const struct move_task_cfg cfg = {.source = &source->queue,
                                      .destination =
                                          destination == NULL ? NULL : &destination->queue,
                                      .rate_per_s = (double)rate,
                                      .queue_by_id = queue_by_id,
                                      .context = account};
    move_task_start(&move->task, &cfg, account_now(account));
    return move;
}

static bool start_move_task(struct request *request)
{
    struct account *account = request->account;
    struct request_error *error = &request->error;
    const char *source_arn, *arn = NULL;
    struct account_queue *destination = NULL;
    int64_t rate = 0;
    if (!request_need_text(request->params, "SourceArn", &source_arn, error) ||
        !request_text(request->params, "DestinationArn", &arn, error) ||
        !request_int(request->params, "MaxNumberOfMessagesPerSecond", 1, 500, &rate, error))
        return false;
    struct account_queue *source = need_arn(account, source_arn, error);
    if (source == NULL || !judge_source(account, source, error))
        return false;
    if (arn != NULL && (destination = need_arn(account, arn, error)) == NULL)
        return false;
    if (destination == source)
        return request_fail(error, REQUEST_BAD_VALUE,
                            "Source queue arn and destination queue arn cannot be the same.");
    if (destination != NULL && destination->queue.is_fifo != source->queue.is_fifo)
        return request_fail(error, REQUEST_BAD_VALUE,
                            "The destination queue must be of the same type as the source.");
    write_handle(request->w, start(account, source, destination, arn, rate));
    return true;
}

static void write_task(struct json_writer *w, const struct move *move)
{
    static const char *const words[] = {[MOVE_RUNNING] = "RUNNING",
                                        [MOVE_COMPLETED] = "COMPLETED",
                                        [MOVE_CANCELLING] = "CANCELLING",
                                        [MOVE_CANCELLED] = "CANCELLED",
                                        [MOVE_FAILED] = "FAILED"};
    const struct move_task *task = &move->task;
    struct text arn = {0};
    json_write_open(w, '{');
    if (task->status == MOVE_RUNNING) /* MOVE-5 */
        write_handle(w, move);
    json_write_key(w, "Status");
    json_write_text(w, words[task->status]);
    text_printf(&arn, ACCOUNT_ARN "%s", task->cfg.source->service.node.name);
    json_write_key(w, "SourceArn");
    json_write_text(w, text_of(&arn));
    text_free(&arn);
    if (move->destination != NULL) {
        json_write_key(w, "DestinationArn");
        json_write_text(w, move->destination);
    }
    if (move->rate > 0) {
        json_write_key(w, "MaxNumberOfMessagesPerSecond");
        json_write_int(w, move->rate);
    }
    json_write_key(w, "ApproximateNumberOfMessagesMoved");
    json_write_int(w, (int64_t)task->moved);
    json_write_key(w, "ApproximateNumberOfMessagesToMove");
    json_write_int(w, (int64_t)task->to_move);
    if (task->failure != NULL) {
        json_write_key(w, "FailureReason");
        json_write_text(w, task->failure);
    }
    json_write_key(w, "StartedTimestamp");
    json_write_int(w, account_epoch_ms(task->started_ns));
    json_write_close(w, '}');
}

static bool list_move_tasks(struct request *request)
{
    const char *arn;
    int64_t most = 1, count = 0;
    if (!request_need_text(request->params, "SourceArn", &arn, &request->error) ||
        !request_int(request->params, "MaxResults", 1, LISTED_MOST, &most, &request->error))
        return false;
    const struct account_queue *source = need_arn(request->account, arn, &request->error);
    if (source == NULL)
        return false;
    const struct api_sqs_moves *moves = request->account->moves;
    json_write_key(request->w, "Results");
    json_write_open(request->w, '[');
    for (const struct move *move = moves == NULL ? NULL : moves->newest;
         move != NULL && count < most; move = move->older) {
        if (move->task.cfg.source != &source->queue)
            continue;
        write_task(request->w, move);
        count++;
    }
    json_write_close(request->w, ']');
    return true;
}

/* The parts of a task's handle; false: it is none. */
static bool read_handle(const char *text, char uuid[HANDLE_UUID_BYTES], struct text *source)
{
    unsigned char *bytes = must_alloc(strlen(text) / 4 * 3 + 1);
    const size_t length = base64_decode(bytes, text);
    bool is_good = false;
    if (length != BASE64_BAD) {
        bytes[length] = '\0'; /* after what was decoded there is room for one */
        struct json_doc *doc = request_parse((const char *)bytes);
        const struct json *id = doc == NULL ? NULL : json_find(doc, "/taskId"),
                          *arn = doc == NULL ? NULL : json_find(doc, "/sourceArn");
        is_good = id != NULL && arn != NULL && json_kind(id) == JSON_TEXT &&
                  json_kind(arn) == JSON_TEXT && strlen(json_text(id)) < HANDLE_UUID_BYTES;
        if (is_good) {
            memcpy(uuid, json_text(id), strlen(json_text(id)) + 1);
            text_add(source, json_text(arn));
        }
        json_free(doc);
    }
    free(bytes);
    return is_good;
}

static struct move *find_move(const struct account *account, const char *uuid,
                              const struct account_queue *source)
{
    char own[HANDLE_UUID_BYTES];
    struct move *move = account->moves == NULL ? NULL : account->moves->newest;
    for (; move != NULL; move = move->older) {
        handle_uuid(own, ~move->number);
        if (strcmp(own, uuid) == 0 && move->task.cfg.source == &source->queue)
            return move;
    }
    return NULL;
}

/* MOVE-5 */
static bool cancel(struct request *request, const char *uuid, const char *source_arn)
{
    struct request_error *error = &request->error;
    const struct account_queue *source = account_find_arn(request->account, source_arn);
    struct move *move = source == NULL ? NULL : find_move(request->account, uuid, source);
    if (move == NULL)
        return request_fail(error, REQUEST_NO_RESOURCE, "Task does not exist.");
    if (move->task.status != MOVE_RUNNING)
        return request_fail(error, REQUEST_BAD_VALUE, "Only active tasks can be cancelled.");
    json_write_key(request->w, "ApproximateNumberOfMessagesMoved");
    json_write_int(request->w, (int64_t)move_task_cancel(&move->task));
    return true;
}

static bool cancel_move_task(struct request *request)
{
    const char *handle;
    char uuid[HANDLE_UUID_BYTES];
    struct text source = {0};
    if (!request_need_text(request->params, "TaskHandle", &handle, &request->error))
        return false;
    const bool is_good = read_handle(handle, uuid, &source)
                             ? cancel(request, uuid, text_of(&source))
                             : request_fail(&request->error, REQUEST_BAD_VALUE,
                                            "Value for parameter TaskHandle is invalid.");
    text_free(&source);
    return is_good;
}

const struct request_action api_sqs_move_actions[] = {
    {"sqs", "StartMessageMoveTask", start_move_task},
    {"sqs", "ListMessageMoveTasks", list_move_tasks},
    {"sqs", "CancelMessageMoveTask", cancel_move_task},
    {NULL, NULL, NULL},
};
