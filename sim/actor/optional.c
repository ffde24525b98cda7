// SPDX-License-Identifier: GPL-3.0-or-later
/* Optional times and numbers: null stands for "not given". */
#include "actor/optional.h"

#include "base/units.h"

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

static bool read_interval(struct param_reader *reader, const struct param *row, void *field,
                          const struct json *node)
{
    struct param unlimited = *row;
    char given[32], least[32];
    unlimited.low = 1.0;
    unlimited.high = 0.0;
    if (!read_duration(reader, &unlimited, field, node))
        return false;
    const int64_t ns = *(const int64_t *)field;
    if (ns < 0)
        return true;
    if (ns >= units_ns(row->low))
        return param_in_range(reader, row, node, units_s(ns));
    param_error(reader, node,
                "%s is below the minimum %s: a run would go in such steps and never come to its "
                "end",
                units_format_seconds(given, units_s(ns)), units_format_seconds(least, row->low));
    return false;
}

static void write_duration(struct json_writer *w, const struct param *row, const void *field)
{
    write_optional(&param_duration, w, row, field);
}

static void schema_optional(const struct param_type *type, struct json_writer *w,
                            const struct param *row)
{
    json_write_key(w, "anyOf");
    json_write_open(w, '[');
    json_write_open(w, '{');
    type->schema(w, row);
    json_write_close(w, '}');
    json_write_open(w, '{');
    param_schema_keyword(w, "type", "null");
    json_write_close(w, '}');
    json_write_close(w, ']');
}

static void schema_seconds(struct json_writer *w, const struct param *row)
{
    schema_optional(&param_seconds, w, row);
}

static void schema_duration(struct json_writer *w, const struct param *row)
{
    schema_optional(&param_duration, w, row);
}

static bool read_int(struct param_reader *reader, const struct param *row, void *field,
                     const struct json *node)
{
    return read_optional(&param_int, reader, row, field, node);
}

static void write_int(struct json_writer *w, const struct param *row, const void *field)
{
    write_optional(&param_int, w, row, field);
}

static void schema_int(struct json_writer *w, const struct param *row)
{
    schema_optional(&param_int, w, row);
}

const struct param_type optional_seconds_param = {"seconds or null", read_seconds, write_seconds,
                                                  schema_seconds};
const struct param_type optional_duration_param = {"a duration or null", read_duration,
                                                   write_duration, schema_duration};
const struct param_type optional_interval_param = {"a duration or null", read_interval,
                                                   write_duration, schema_duration};
const struct param_type optional_int_param = {"integer or null", read_int, write_int, schema_int};
