// SPDX-License-Identifier: GPL-3.0-or-later
/* Parameter rows and types that all queue kinds share. */
#include "model/queue_rows.h"

#include <string.h>

static bool read_limit(struct param_reader *reader, const struct param *row, void *field,
                       const struct json *node)
{
    int64_t *limit = field;
    if (json_kind(node) == JSON_NULL)
        *limit = QUEUE_LIMIT_NONE;
    else if (json_kind(node) == JSON_TEXT && strcmp(json_text(node), "profile") == 0)
        *limit = QUEUE_LIMIT_OF_PROFILE;
    else
        return param_int.read(reader, row, field, node);
    return true;
}

static void write_limit(struct json_writer *w, const struct param *row, const void *field)
{
    const int64_t *limit = field;
    (void)row;
    if (*limit == QUEUE_LIMIT_OF_PROFILE)
        json_write_text(w, "profile");
    else if (*limit == QUEUE_LIMIT_NONE)
        json_write_null(w);
    else
        json_write_int(w, *limit);
}

static void write_limit_schema(struct json_writer *w, const struct param *row)
{
    (void)row;
    json_write_key(w, "type");
    json_write_open(w, '[');
    json_write_text(w, "integer");
    json_write_text(w, "null");
    json_write_close(w, ']');
    json_write_key(w, "minimum");
    json_write_int(w, 1);
}

const struct param_type queue_limit_param = {"a number or null", read_limit, write_limit,
                                             write_limit_schema};

static const unsigned to_queue = NODE_REF_TO(NODE_QUEUE);

#define REDRIVE(member) offsetof(struct queue_redrive_cfg, member)
#define PRELOAD(member) offsetof(struct queue_preload_cfg, member)

// clang-format off
const struct param queue_redrive_rows[] = {
    { "deadLetterTargetArn", &node_ref_param, REDRIVE(dead_letter), NULL, 1, 0, NULL, &to_queue,
      PARAM_REQUIRED, "DLQ-6", "The dead-letter queue, by name or ARN." },
    { "maxReceiveCount", &param_int, REDRIVE(max_receives), NULL, 1, 1000, NULL, NULL,
      PARAM_REQUIRED, "DLQ-6",
      "How often a message is received before it moves at the next receive." },
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
