// SPDX-License-Identifier: GPL-3.0-or-later
/* ReceiveMessage: a poll whose wait moves the clock. */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "api/account.h"
#include "api/api_sqs.h"
#include "api/attribute.h"
#include "api/handle.h"

/* What AWS says of who sent a message; everybody is one user here. */
#define SENDER_ID "AIDAQUEUELABSENDER000"

// clang-format off
#define SYSTEM_ATTRIBUTES(X)           \
    X(SENT, "SentTimestamp")           \
    X(RECEIVES, "ApproximateReceiveCount") \
    X(FIRST, "ApproximateFirstReceiveTimestamp") \
    X(SENDER, "SenderId")              \
    X(TRACE, "AWSTraceHeader")         \
    X(GROUP, "MessageGroupId")         \
    X(DEDUP, "MessageDeduplicationId") \
    X(NUMBER, "SequenceNumber")        \
    X(SOURCE, "DeadLetterQueueSourceArn")
// clang-format on

enum {
#define SYSTEM_ENUM(name, text) SYSTEM_##name,
    SYSTEM_ATTRIBUTES(SYSTEM_ENUM)
#undef SYSTEM_ENUM
        SYSTEM_COUNT
};

static const char *const system_names[] = {
#define SYSTEM_NAME(name, text) text,
    SYSTEM_ATTRIBUTES(SYSTEM_NAME)
#undef SYSTEM_NAME
};

struct receiving {
    struct poll poll; /* first: on_answer casts back */
    struct delivery out[10];
    struct engine *engine;
    unsigned system;             /* bits: which system attributes are asked for */
    const struct json *patterns; /* of message attributes; NULL: none */
};

static void on_answer(struct poll *poll, int64_t now_ns)
{
    struct receiving *receiving = (struct receiving *)poll;
    (void)now_ns;
    engine_stop(receiving->engine);
}

static bool read_system_names(const struct json *list, unsigned *system,
                              struct request_error *error)
{
    for (const struct json *node = list == NULL ? NULL : json_first(list); node != NULL;
         node = json_next(node)) {
        const char *name = json_kind(node) == JSON_TEXT ? json_text(node) : "";
        unsigned found = strcmp(name, "All") == 0 ? UINT_MAX : 0;
        for (unsigned i = 0; i < SYSTEM_COUNT; i++)
            if (strcmp(system_names[i], name) == 0)
                found |= 1u << i;
        if (found == 0)
            return request_fail(error, REQUEST_BAD_ATTRIBUTE_NAME, "Unknown Attribute %.200s.",
                                name);
        *system |= found;
    }
    return true;
}

static bool read(struct request *request, struct receiving *receiving, const char **attempt)
{
    const struct json *params = request->params, *old_names, *names;
    struct request_error *error = &request->error;
    int64_t max = 1, wait_s = -1, visibility_s = -1;
    /* RCV-1 */
    if (!request_int(params, "MaxNumberOfMessages", 1, 10, &max, error) ||
        !request_int(params, "WaitTimeSeconds", 0, 20, &wait_s, error) ||
        !request_int(params, "VisibilityTimeout", 0, 43200, &visibility_s, error) ||
        !request_list(params, "AttributeNames", &old_names, error) ||
        !request_list(params, "MessageSystemAttributeNames", &names, error) ||
        !request_list(params, "MessageAttributeNames", &receiving->patterns, error) ||
        !request_text(params, "ReceiveRequestAttemptId", attempt, error) ||
        !read_system_names(old_names, &receiving->system, error) ||
        !read_system_names(names, &receiving->system, error))
        return false;
    if (*attempt != NULL && !attribute_id_is_allowed(*attempt))
        return request_fail(error, REQUEST_BAD_VALUE,
                            "Value for parameter ReceiveRequestAttemptId is invalid. Reason: it "
                            "can only include 1 to 128 alphanumeric and punctuation characters.");
    receiving->poll = (struct poll){.out = receiving->out,
                                    .on_answer = on_answer,
                                    .wait_ns = wait_s < 0 ? -1 : wait_s * SEC,
                                    .visibility_ns = visibility_s < 0 ? -1 : visibility_s * SEC,
                                    .max = (uint32_t)max,
                                    .caller = NODE_NONE};
    return true;
}

/* RCV-8: bit i says that attribute i is asked for. */
static unsigned choose(const struct receiving *receiving, const struct content *content)
{
    unsigned chosen = 0;
    if (receiving->patterns == NULL)
        return 0;
    for (const struct json *node = json_first(receiving->patterns); node != NULL;
         node = json_next(node))
        for (uint32_t i = 0; json_kind(node) == JSON_TEXT && i < content->attribute_count; i++)
            if (attribute_is_asked(json_text(node), content->attributes[i].name))
                chosen |= 1u << i;
    return chosen;
}

static void write_count(struct json_writer *w, int64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, value);
    json_write_text(w, text);
}

/* What a system attribute says of a message, or false if the message has none such (RCV-7). */
struct system_value {
    const char *text;
    int64_t count;      /* if text is NULL */
    uint64_t number;    /* a sequence number, if not 0 */
    const char *source; /* a queue's name, to be written as its ARN */
    char id[HANDLE_UUID_BYTES];
};

static bool read_system_value(const struct account *account, const struct queue *queue,
                              const struct delivery *d, unsigned which, struct system_value *value)
{
    const struct message_side *side = &account->messages.side;
    const struct content *content = content_at(&account->contents, side->body[d->slot]);
    const uint16_t source = side->source[d->slot];
    *value = (struct system_value){0};
    switch (which) {
    case SYSTEM_SENT:
        value->count = account_epoch_ms(d->sent_ns);
        return true;
    case SYSTEM_RECEIVES:
        value->count = d->receives;
        return true;
    case SYSTEM_FIRST:
        value->count = account_epoch_ms(side->first_received_ns[d->slot]);
        return true;
    case SYSTEM_SENDER:
        value->text = SENDER_ID;
        return true;
    case SYSTEM_TRACE:
        return (value->text = content->trace) != NULL;
    case SYSTEM_GROUP:
        return (value->text = content->group) != NULL;
    case SYSTEM_DEDUP:
        value->text = content->dedup;
        if (content->dedup_id != 0) { /* DLQ-5 */
            handle_uuid(value->id, content->dedup_id);
            value->text = value->id;
        }
        return queue->is_fifo && value->text != NULL;
    case SYSTEM_NUMBER:
        return (value->number = side->number[d->slot]) != 0;
    default:
        /* DLQ-2 */
        if (source != NODE_NONE)
            value->source = account->queues[source]->name;
        return source != NODE_NONE;
    }
}

static void write_system(struct json_writer *w, const struct account *account,
                         const struct queue *queue, const struct delivery *d, unsigned system)
{
    struct system_value value;
    bool is_open = false;
    for (unsigned i = 0; i < SYSTEM_COUNT; i++) {
        if ((system >> i & 1) == 0 || !read_system_value(account, queue, d, i, &value))
            continue;
        if (!is_open) {
            json_write_key(w, "Attributes");
            json_write_open(w, '{');
            is_open = true;
        }
        json_write_key(w, system_names[i]);
        if (value.source != NULL) {
            struct text arn = {0};
            text_printf(&arn, ACCOUNT_ARN "%s", value.source);
            json_write_text(w, text_of(&arn));
            text_free(&arn);
        } else if (value.number != 0) {
            api_sqs_write_number(w, value.number);
        } else if (value.text != NULL) {
            json_write_text(w, value.text);
        } else {
            write_count(w, value.count);
        }
    }
    if (is_open)
        json_write_close(w, '}');
}

static void write_message(struct request *request, const struct queue *queue,
                          const struct receiving *receiving, const struct delivery *d)
{
    const struct account *account = request->account;
    struct json_writer *w = request->w;
    const struct content *content =
        content_at(&account->contents, account->messages.side.body[d->slot]);
    const unsigned chosen = choose(receiving, content);
    char text[HANDLE_UUID_BYTES];
    struct text handle = {0};
    handle_uuid(text, content->id);
    handle_write(&handle, account, queue->service.node.id, d);
    json_write_open(w, '{');
    json_write_key(w, "MessageId");
    json_write_text(w, text);
    json_write_key(w, "ReceiptHandle");
    json_write_text(w, text_of(&handle));
    json_write_key(w, "MD5OfBody");
    json_write_text(w, content->md5);
    json_write_key(w, "Body");
    json_write_text(w, content->body);
    write_system(w, account, queue, d, receiving->system);
    if (chosen != 0) {
        char md5[33];
        content_md5_of_attributes(md5, content, chosen);
        json_write_key(w, "MD5OfMessageAttributes");
        json_write_text(w, md5);
        attribute_write(w, content, chosen);
    }
    json_write_close(w, '}');
    text_free(&handle);
}

/* Nothing but this wait and AdvanceTime moves the clock. */
static void wait_for(struct account *account, struct receiving *receiving)
{
    const int64_t ends_ns = receiving->poll.ends_ns;
    account_advance(account, ends_ns);
    MUST(receiving->poll.next == NULL && receiving->poll.status != RECEIVE_WAITS);
}

static void receive(struct account *account, struct queue *queue, struct receiving *receiving,
                    uint64_t attempt)
{
    struct poll *poll = &receiving->poll;
    const int64_t called_ns = account_now(account);
    receiving->engine = &account->engine;
    /* RCV-12 */
    if (attempt != 0 && queue_receive_again(queue, poll, attempt, called_ns))
        return;
    if (queue_receive(queue, poll, called_ns) == RECEIVE_WAITS)
        wait_for(account, receiving);
    if (attempt != 0 && poll->status == RECEIVE_MESSAGES)
        queue_remember_attempt(queue, poll, attempt, called_ns);
}

static bool receive_message(struct request *request)
{
    struct receiving receiving = {0};
    const char *attempt = NULL;
    struct account_queue *entry = account_queue_of(request);
    if (entry == NULL || !read(request, &receiving, &attempt))
        return false;
    struct queue *queue = &entry->queue;
    const bool has_attempt = queue->is_fifo && attempt != NULL;
    receive(request->account, queue, &receiving, has_attempt ? api_sqs_id_number(attempt) : 0);
    if (receiving.poll.status == RECEIVE_OVER_LIMIT)
        return request_fail(&request->error, REQUEST_OVER_LIMIT,
                            "Too many messages in flight; delete messages or wait.");
    if (receiving.poll.status == RECEIVE_THROTTLED)
        return request_fail(&request->error, REQUEST_THROTTLED, "Rate exceeded");
    if (receiving.poll.count == 0)
        return true;
    json_write_key(request->w, "Messages");
    json_write_open(request->w, '[');
    for (uint32_t i = 0; i < receiving.poll.count; i++)
        write_message(request, queue, &receiving, &receiving.out[i]);
    json_write_close(request->w, ']');
    return true;
}

const struct request_action api_sqs_receive_actions[] = {
    {"sqs", "ReceiveMessage", receive_message},
    {NULL, NULL, NULL},
};
