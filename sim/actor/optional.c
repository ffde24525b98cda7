// SPDX-License-Identifier: GPL-3.0-or-later
/* Optional times: null stands for "not given". */
#include "actor/optional.h"

static bool read_optional(const struct param_type *type, struct param_reader *reader,
                          const struct param *row, void *field, const struct json *node)
{
    if (json_kind(node) != JSON_NULL)
        return type->read(reader, row, field, node);
    *(int64_t *)field = -1;
    return true;
}

static void write_optional(const struct param_type *type, struct json_writer *w,
                           const struct param *row, const void *field)
{
    if (*(const int64_t *)field < 0)
        json_write_null(w);
    else
        type->write(w, row, field);
}

static bool read_seconds(struct param_reader *reader, const struct param *row, void *field,
                         const struct json *node)
{
    return read_optional(&param_seconds, reader, row, field, node);
}

static void write_seconds(struct json_writer *w, const struct param *row, const void *field)
{
    write_optional(&param_seconds, w, row, field);
}

static bool read_duration(struct param_reader *reader, const struct param *row, void *field,
                          const struct json *node)
{
    return read_optional(&param_duration, reader, row, field, node);
}

static void write_duration(struct json_writer *w, const struct param *row, const void *field)
{
    write_optional(&param_duration, w, row, field);
}

static void write_schema(struct json_writer *w, const struct param *row)
{
    (void)row;
    json_write_key(w, "type");
    json_write_open(w, '[');
    json_write_text(w, "number");
    json_write_text(w, "string");
    json_write_text(w, "null");
    json_write_close(w, ']');
}

const struct param_type optional_seconds_param = {"seconds or null", read_seconds, write_seconds,
                                                  write_schema};
const struct param_type optional_duration_param = {"a duration or null", read_duration,
                                                   write_duration, write_schema};
