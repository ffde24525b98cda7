// SPDX-License-Identifier: GPL-3.0-or-later
/* The types of parameter that have a unit: AWS's whole seconds, durations, rates, sizes.
 *
 * Each reads back what it wrote.  Here a scenario's seconds become nanoseconds; a text without its
 * unit is never guessed at. */
#include "base/param.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "base/units.h"

static const char *show(char buffer[32], double value)
{
    return json_format_double(buffer, value);
}

static bool is_bare_number(const char *text)
{
    char *end;
    return strcspn(text, "0123456789") < strlen(text) && isfinite(strtod(text, &end)) &&
           *end == '\0';
}

/* A quantity that may bear a unit, for messages. */
struct quantity {
    bool (*parse)(const char *text, double *value);
    const char *what, *unit, *example, *units;
};

/* Reads a number or a text with a unit. */
static bool read_with_unit(struct param_reader *reader, const struct param *row,
                           const struct json *node, const struct quantity *quantity, double *value)
{
    const char *what = quantity->what;
    char number[32];
    if (json_kind(node) == JSON_NUMBER) {
        *value = json_number(node);
    } else if (json_kind(node) != JSON_TEXT) {
        param_error(reader, node, "expected %s (a number or a text such as \"%s\"), found %s", what,
                    quantity->example, json_kind_word(json_kind(node)));
        return false;
    } else if (!quantity->parse(json_text(node), value)) {
        const char *text = json_text(node);
        if (is_bare_number(text) && *text != '-') {
            param_error(reader, node, "%s needs a unit: write \"%s%s\" or the number %s", what,
                        text, quantity->unit, show(number, strtod(text, NULL)));
        } else {
            param_error(reader, node, "\"%s\" is not %s: write one such as \"%s\" (%s)", text, what,
                        quantity->example, quantity->units);
        }
        return false;
    }
    if (*value < 0) {
        param_error(reader, node, "%s cannot be negative (%s)", what, show(number, *value));
        return false;
    }
    return param_in_range(reader, row, node, *value);
}

/* Seconds to the field's nanoseconds. */
static bool store_ns(struct param_reader *reader, const struct json *node, double seconds,
                     int64_t *field)
{
    int64_t ns = units_ns(seconds);
    if (ns == FOREVER || ns == INT64_MIN) {
        char number[32];
        param_error(reader, node, "%s s is beyond the 292 years that a run can reach",
                    show(number, seconds));
        return false;
    }
    *field = ns;
    return true;
}

/* --- seconds, as AWS writes them --- */

static bool seconds_read(struct param_reader *reader, const struct param *row, void *field,
                         const struct json *node)
{
    if (json_kind(node) == JSON_TEXT) {
        char number[32];
        double seconds;
        if (units_parse_duration(json_text(node), &seconds)) {
            param_error(reader, node,
                        "expected a number, found a text: AWS counts whole seconds, "
                        "write %s",
                        show(number, seconds));
            return false;
        }
    }
    if (!param_expect(reader, node, JSON_NUMBER)) {
        return false;
    }
    double seconds = json_number(node);
    return param_whole(reader, node, seconds, "seconds") &&
           param_in_range(reader, row, node, seconds) && store_ns(reader, node, seconds, field);
}

static void seconds_write(struct json_writer *w, const struct param *row, const void *field)
{
    (void)row;
    int64_t ns = *(const int64_t *)field;
    if (ns % SEC == 0) {
        json_write_int(w, ns / SEC);
    } else if (ns == FOREVER) {
        json_write_null(w);
    } else {
        json_write_double(w, units_s(ns));
    }
}

static void seconds_schema(struct json_writer *w, const struct param *row)
{
    param_schema_keyword(w, "type", "integer");
    param_schema_limits(w, row);
}

const struct param_type param_seconds = {
    .word = "seconds",
    .read = seconds_read,
    .write = seconds_write,
    .schema = seconds_schema,
};

/* --- duration --- */

static bool duration_read(struct param_reader *reader, const struct param *row, void *field,
                          const struct json *node)
{
    static const struct quantity duration = {units_parse_duration, "a duration", "s", "250ms",
                                             "ns, us, ms, s, m, h, d"};
    double seconds;
    return read_with_unit(reader, row, node, &duration, &seconds) &&
           store_ns(reader, node, seconds, field);
}

/* Writes count of the unit's base units with as many decimals as it takes. */
static void format_decimal(char buffer[48], int64_t ns, int64_t unit_ns, const char *unit)
{
    int length = snprintf(buffer, 48, "%" PRId64, ns / unit_ns);
    int64_t rest = ns % unit_ns;
    if (rest > 0) {
        buffer[length++] = '.';
        for (int64_t place = unit_ns / 10; rest > 0; place /= 10) {
            buffer[length++] = (char)('0' + rest / place);
            rest %= place;
        }
    }
    snprintf(buffer + length, 48 - (size_t)length, "%s", unit);
}

/* The shortest text that reads back as ns, of two as short that of the larger unit: "90m", "1.5s",
 * "250ms". */
static void format_duration(char shortest[48], int64_t ns)
{
    // clang-format off
    static const struct { int64_t ns; const char *name; bool decimal; } units[] = {
        {USEC,   "us", true},  {MSEC, "ms", true},  {SEC, "s", true},
        {MINUTE, "m",  false}, {HOUR, "h",  false}, {DAY, "d", false},
    };
    // clang-format on
    snprintf(shortest, 48, "%" PRId64 "ns", ns);
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        char buffer[48];
        if (units[i].decimal ? ns < units[i].ns : ns % units[i].ns != 0) {
            continue;
        }
        format_decimal(buffer, ns, units[i].ns, units[i].name);
        if (strlen(buffer) <= strlen(shortest)) {
            memcpy(shortest, buffer, sizeof buffer);
        }
    }
}

static void duration_write(struct json_writer *w, const struct param *row, const void *field)
{
    (void)row;
    int64_t ns = *(const int64_t *)field;
    char buffer[48];
    if (ns == FOREVER) {
        json_write_null(w);
        return;
    }
    MUST(ns >= 0);
    if (ns == 0) {
        json_write_text(w, "0s");
        return;
    }
    format_duration(buffer, ns);
    json_write_text(w, buffer);
}

static void duration_schema(struct json_writer *w, const struct param *row)
{
    param_schema_text(w, row, "number", "^([0-9]+(\\.[0-9]+)?(ns|us|ms|s|m|h|d))+$");
}

const struct param_type param_duration = {
    .word = "duration",
    .read = duration_read,
    .write = duration_write,
    .schema = duration_schema,
};

/* --- rate --- */

static bool rate_read(struct param_reader *reader, const struct param *row, void *field,
                      const struct json *node)
{
    static const struct quantity rate = {units_parse_rate, "a rate", "/s", "2/s",
                                         "/ms, /s, /min, /h, /d"};
    return read_with_unit(reader, row, node, &rate, field);
}

static void rate_write(struct json_writer *w, const struct param *row, const void *field)
{
    (void)row;
    json_write_double(w, *(const double *)field);
}

static void rate_schema(struct json_writer *w, const struct param *row)
{
    param_schema_text(w, row, "number", "^[0-9]+(\\.[0-9]+)?/(ms|s|m|min|h|d)$");
}

const struct param_type param_rate = {
    .word = "rate",
    .read = rate_read,
    .write = rate_write,
    .schema = rate_schema,
};

/* --- size --- */

static bool size_read(struct param_reader *reader, const struct param *row, void *field,
                      const struct json *node)
{
    static const struct quantity size = {units_parse_size, "a size", "B", "64KiB",
                                         "B, kB, MB, GB, KiB, MiB, GiB"};
    double bytes;
    if (!read_with_unit(reader, row, node, &size, &bytes) ||
        !param_whole(reader, node, bytes, "bytes")) {
        return false;
    }
    *(int64_t *)field = (int64_t)bytes;
    return true;
}

static void size_write(struct json_writer *w, const struct param *row, const void *field)
{
    (void)row;
    json_write_int(w, *(const int64_t *)field);
}

static void size_schema(struct json_writer *w, const struct param *row)
{
    param_schema_text(w, row, "integer", "^[0-9]+(\\.[0-9]+)?(B|kB|MB|GB|KiB|MiB|GiB)$");
}

const struct param_type param_size = {
    .word = "size",
    .read = size_read,
    .write = size_write,
    .schema = size_schema,
};
