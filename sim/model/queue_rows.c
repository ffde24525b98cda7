// SPDX-License-Identifier: GPL-3.0-or-later
/* Parameter rows and types that all queue kinds share. */
#include "model/queue_rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"

static bool read_count_or_none(struct param_reader *reader, const struct param *row, void *field,
                               const struct json *node)
{
    if (json_kind(node) != JSON_NULL)
        return param_int.read(reader, row, field, node);
    *(int64_t *)field = QUEUE_LIMIT_NONE;
    return true;
}

static void write_count_or_none(struct json_writer *w, const struct param *row, const void *field)
{
    (void)row;
    if (*(const int64_t *)field == QUEUE_LIMIT_NONE)
        json_write_null(w);
    else
        json_write_int(w, *(const int64_t *)field);
}

/* Two members of an "anyOf": the type's own schema, or null. */
static void write_or_null_members(struct json_writer *w, const struct param *row,
                                  const struct param_type *type)
{
    json_write_open(w, '{');
    type->schema(w, row);
    json_write_close(w, '}');
    json_write_open(w, '{');
    param_schema_keyword(w, "type", "null");
    json_write_close(w, '}');
}

static void write_count_or_none_schema(struct json_writer *w, const struct param *row)
{
    json_write_key(w, "anyOf");
    json_write_open(w, '[');
    write_or_null_members(w, row, &param_int);
    json_write_close(w, ']');
}

const struct param_type queue_count_or_none_param = {
    "a number or null", read_count_or_none, write_count_or_none, write_count_or_none_schema};

static bool read_limit(struct param_reader *reader, const struct param *row, void *field,
                       const struct json *node)
{
    if (json_kind(node) != JSON_TEXT || strcmp(json_text(node), "profile") != 0)
        return read_count_or_none(reader, row, field, node);
    *(int64_t *)field = QUEUE_LIMIT_OF_PROFILE;
    return true;
}

static void write_limit(struct json_writer *w, const struct param *row, const void *field)
{
    if (*(const int64_t *)field == QUEUE_LIMIT_OF_PROFILE)
        json_write_text(w, "profile");
    else
        write_count_or_none(w, row, field);
}

static void write_limit_schema(struct json_writer *w, const struct param *row)
{
    json_write_key(w, "anyOf");
    json_write_open(w, '[');
    write_or_null_members(w, row, &param_int);
    json_write_open(w, '{');
    param_schema_keyword(w, "const", "profile");
    json_write_close(w, '}');
    json_write_close(w, ']');
}

const struct param_type queue_limit_param = {"a number or null", read_limit, write_limit,
                                             write_limit_schema};

static bool read_delay(struct param_reader *reader, const struct param *row, void *field,
                       const struct json *node)
{
    int64_t *delay_ns = field;
    *delay_ns = FOREVER;
    return json_kind(node) == JSON_NULL || param_duration.read(reader, row, field, node);
}

static void write_delay(struct json_writer *w, const struct param *row, const void *field)
{
    param_duration.write(w, row, field); /* FOREVER as null */
}

static void write_delay_schema(struct json_writer *w, const struct param *row)
{
    json_write_key(w, "anyOf");
    json_write_open(w, '[');
    write_or_null_members(w, row, &param_duration);
    json_write_close(w, ']');
}

const struct param_type queue_delay_param = {"duration or null", read_delay, write_delay,
                                             write_delay_schema};

/* DLQ-6: AWS takes the number as a text, too. */
static bool read_count(struct param_reader *reader, const struct param *row, void *field,
                       const struct json *node)
{
    if (json_kind(node) != JSON_TEXT)
        return param_int.read(reader, row, field, node);
    char *end = NULL;
    const double value = strtod(json_text(node), &end);
    if (end == json_text(node) || *end != '\0' || value != floor(value)) {
        param_error(reader, node, "\"%s\" is not a whole number", json_text(node));
        return false;
    }
    *(int64_t *)field = (int64_t)value;
    return param_in_range(reader, row, node, value);
}

static void write_count(struct json_writer *w, const struct param *row, const void *field)
{
    param_int.write(w, row, field);
}

static void write_count_schema(struct json_writer *w, const struct param *row)
{
    json_write_key(w, "anyOf");
    json_write_open(w, '[');
    json_write_open(w, '{');
    param_int.schema(w, row);
    json_write_close(w, '}');
    json_write_open(w, '{');
    param_schema_keyword(w, "type", "string");
    param_schema_keyword(w, "pattern", "^[0-9]+$");
    json_write_close(w, '}');
    json_write_close(w, ']');
}

static const struct param_type count_param = {"integer", read_count, write_count,
                                              write_count_schema};

static const unsigned to_queue = NODE_REF_TO(NODE_QUEUE);

#define REDRIVE(member) offsetof(struct queue_redrive_cfg, member)
#define ALLOW(member)   offsetof(struct queue_redrive_allow_cfg, member)
#define MOVE(member)    offsetof(struct queue_move_cfg, member)
#define PRELOAD(member) offsetof(struct queue_preload_cfg, member)

/* In the order of enum queue_redrive_permission. */
static const char *const permission_words[] = {"allowAll", "denyAll", "byQueue", NULL};

// clang-format off
const struct param queue_redrive_rows[] = {
    { "deadLetterTargetArn", &node_ref_param, REDRIVE(dead_letter), NULL, 1, 0, NULL, &to_queue,
      PARAM_REQUIRED, "DLQ-6", "The dead-letter queue, by name or ARN." },
    { "maxReceiveCount", &count_param, REDRIVE(max_receives), NULL, 1, 1000, NULL, NULL,
      PARAM_REQUIRED, "DLQ-6",
      "How often a message is received before it moves at the next receive." },
    PARAM_END
};

const struct param queue_redrive_allow_rows[] = {
    { "redrivePermission", &param_word, ALLOW(permission), "\"allowAll\"", 1, 0, NULL,
      permission_words, 0, "DLQ-8",
      "All queues, none, or those in sourceQueueArns." },
    { "sourceQueueArns", &node_refs_param, ALLOW(sources), NULL, 0, 10, "queues", &to_queue, 0,
      "DLQ-8", "Queues by name or ARN, where the permission is byQueue." },
    PARAM_END
};

static const struct param move_rows[] = {
    { "at", &param_duration, MOVE(at_ns), NULL, 1, 0, NULL, NULL, PARAM_REQUIRED, NULL,
      "When it is started; not while another of this queue is under way." },
    { "DestinationArn", &node_ref_param, MOVE(destination), NULL, 1, 0, NULL, &to_queue, 0,
      "MOVE-2", "The queue they go to; by default each goes back to where it came from." },
    { "MaxNumberOfMessagesPerSecond", &param_int, MOVE(rate_per_s), "500", 1, 500, NULL, NULL, 0,
      "MOVE-4", "How many move per second." },
    PARAM_END
};

const struct param queue_preload_rows[] = {
    { "messages", &param_int, PRELOAD(messages), "0", 0, 1e9, NULL, NULL, 0, NULL,
      "How many messages wait at time 0." },
    { "group", &choice_group_param, PRELOAD(group), NULL, 1, 0, NULL, NULL, 0, NULL,
      "Their message groups, as in a producer's message." },
    PARAM_END
};
// clang-format on

const struct param_list_of queue_move_list = {sizeof(struct queue_move_cfg), move_rows};
