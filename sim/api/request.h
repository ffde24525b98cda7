// SPDX-License-Identifier: GPL-3.0-or-later
/* One request: its parameters, the reply being written, and what is wrong with it.
 *
 * An action reads parameters through request_*, each of which returns false after noting the error;
 * the action then returns false at once, and what it wrote is dropped. */
#ifndef QUEUELAB_API_REQUEST_H
#define QUEUELAB_API_REQUEST_H

#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/json.h"
#include "base/json_write.h"

struct account;

/* AWS's error codes: what SQS calls a mistake, and what SNS does. */
// clang-format off
#define REQUEST_CODES(X) \
    X(BAD_JSON,            "SerializationException",   "SerializationException") \
    X(BAD_ACTION,          "InvalidAction",            "InvalidAction") \
    X(MISSING_ACTION,      "MissingAction",            "MissingAction") \
    X(MISSING_PARAMETER,   "MissingParameter",         "ValidationError") /* ERR-9 */ \
    X(BAD_VALUE,           "InvalidParameterValue",    "InvalidParameter") /* ERR-8 */ \
    X(BAD_MESSAGE_ATTRIBUTE, "InvalidParameterValue",  "ParameterValueInvalid") /* SND-6, SNS-2 */ \
    X(BAD_ATTRIBUTE_NAME,  "InvalidAttributeName",     "InvalidParameter") /* ERR-6 */ \
    X(BAD_ATTRIBUTE_VALUE, "InvalidAttributeValue",    "InvalidParameter") /* ERR-7 */ \
    X(BAD_CONTENTS,        "InvalidMessageContents",   "InvalidParameter") \
    X(BAD_HANDLE,          "ReceiptHandleIsInvalid",   "") \
    X(NO_TOPIC,            "",                         "NotFound") /* SNS-2 */ \
    X(NO_QUEUE,            REQUEST_SQS "NonExistentQueue", "") /* ERR-4 */ \
    X(QUEUE_EXISTS,        "QueueAlreadyExists",       "") /* ERR-10 */ \
    X(DELETED_RECENTLY,    REQUEST_SQS "QueueDeletedRecently", "") \
    X(PURGE_IN_PROGRESS,   REQUEST_SQS "PurgeQueueInProgress", "") /* ERR-5 */ \
    X(EMPTY_BATCH,         REQUEST_SQS "EmptyBatchRequest", "EmptyBatchRequest") \
    X(TOO_MANY_ENTRIES,    REQUEST_SQS "TooManyEntriesInBatchRequest", \
                           "TooManyEntriesInBatchRequest") /* ERR-3 */ \
    X(IDS_NOT_DISTINCT,    REQUEST_SQS "BatchEntryIdsNotDistinct", "BatchEntryIdsNotDistinct") \
    X(BAD_ENTRY_ID,        REQUEST_SQS "InvalidBatchEntryId", "InvalidBatchEntryId") /* ERR-2 */ \
    X(BATCH_TOO_LONG,      REQUEST_SQS "BatchRequestTooLong", "BatchRequestTooLong") /* ERR-1 */ \
    X(NO_RESOURCE,         "ResourceNotFoundException", "ResourceNotFound") /* ERR-11 */ \
    X(OVER_LIMIT,          "OverLimit",                "InvalidParameter") \
    X(SUBSCRIPTION_LIMIT,  "",                         "SubscriptionLimitExceeded") /* LIM-7 */ \
    X(FILTER_LIMIT,        "",                         "FilterPolicyLimitExceeded") /* LIM-7 */ \
    X(TAG_LIMIT,           "InvalidParameterValue",    "TagLimitExceeded") \
    X(THROTTLED,           "ThrottlingException",      "Throttled")
#define REQUEST_SQS "AWS.SimpleQueueService."
// clang-format on

enum request_code {
    REQUEST_OK,
#define REQUEST_ENUM(name, sqs, sns) REQUEST_##name,
    REQUEST_CODES(REQUEST_ENUM)
#undef REQUEST_ENUM
};

const char *request_code_text(enum request_code code, bool is_sns);

enum { REQUEST_MESSAGE_BYTES = 400 };

struct request_error {
    enum request_code code;
    char message[REQUEST_MESSAGE_BYTES]; /* UTF-8 */
};

struct request {
    struct account *account;
    bool is_sns;               /* else SQS */
    const struct json *params; /* an object; NULL: none given */
    struct json_writer *w;     /* in the open Result */
    struct arena scratch;      /* for what lives as long as the request */
    struct request_error error;
};

/* Notes an error; always returns false. */
bool request_fail(struct request_error *error, enum request_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Writes an error as the members of the object that is open. */
void request_write_error(struct json_writer *w, const struct request_error *error, bool is_sns);

/* Writes a member of the object that is open. */
void request_write_text(struct json_writer *w, const char *key, const char *value);
/* JSON in a text, whatever is wrong with it if it is none: then NULL. */
struct json_doc *request_parse(const char *text);

/* Members of params (or of an entry of a batch).  A member of another kind is an error, one that is
 * absent or null is not: the value is then NULL. */
bool request_text(const struct json *params, const char *key, const char **value,
                  struct request_error *error);
bool request_list(const struct json *params, const char *key, const struct json **value,
                  struct request_error *error);
bool request_object(const struct json *params, const char *key, const struct json **value,
                    struct request_error *error);
/* A text that must be given and not be empty: else MissingParameter. */
bool request_need_text(const struct json *params, const char *key, const char **value,
                       struct request_error *error);
/* A whole number within [low, high]; *value keeps what it was when it is absent. */
bool request_int(const struct json *params, const char *key, int64_t low, int64_t high,
                 int64_t *value, struct request_error *error);

/* The place in a list at which a page begins: 0, or what NextToken says, which is base64 of a
 * number.  False: it is none that request_write_token wrote. */
bool request_page(const struct json *params, size_t *from, struct request_error *error);
/* Writes the member NextToken for a page that begins at next. */
void request_write_token(struct json_writer *w, size_t next);

/* One API action: a row. */
struct request_action {
    const char *service; /* "sqs" */
    const char *name;
    bool (*act)(struct request *request); /* writes into Result, or returns false */
};

#endif
