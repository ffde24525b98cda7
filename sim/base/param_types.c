// SPDX-License-Identifier: GPL-3.0-or-later
/* The types of parameter that are one value without a unit: numbers, words, seeds.
 *
 * Each reads back what it wrote. */
#include "base/param.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- int, number, probability --- */

static void int_write(struct json_writer *w, const struct param *row, const void *field)
{
    (void)row;
    json_write_int(w, *(const int64_t *)field);
}

static void number_write(struct json_writer *w, const struct param *row, const void *field)
{
    (void)row;
    json_write_double(w, *(const double *)field);
}

static bool int_read(struct param_reader *reader, const struct param *row, void *field,
                     const struct json *node)
{
    if (!param_expect(reader, node, JSON_NUMBER) ||
        !param_whole(reader, node, json_number(node), NULL) ||
        !param_in_range(reader, row, node, json_number(node))) {
        return false;
    }
    *(int64_t *)field = (int64_t)json_number(node);
    return true;
}

static void int_schema(struct json_writer *w, const struct param *row)
{
    param_schema_keyword(w, "type", "integer");
    param_schema_limits(w, row);
}

const struct param_type param_int = {
    .word = "integer",
    .read = int_read,
    .write = int_write,
    .schema = int_schema,
};

static bool number_read(struct param_reader *reader, const struct param *row, void *field,
                        const struct json *node)
{
    if (!param_expect(reader, node, JSON_NUMBER) ||
        !param_in_range(reader, row, node, json_number(node))) {
        return false;
    }
    *(double *)field = json_number(node);
    return true;
}

static void number_schema(struct json_writer *w, const struct param *row)
{
    param_schema_keyword(w, "type", "number");
    param_schema_limits(w, row);
}

const struct param_type param_number = {
    .word = "number",
    .read = number_read,
    .write = number_write,
    .schema = number_schema,
};

/* The row with the range that a probability has, unless the row has a narrower one. */
static struct param within_one(const struct param *row)
{
    struct param bounded = *row;
    bool none = row->low > row->high;
    bounded.low = none || row->low < 0 ? 0 : row->low;
    bounded.high = none || row->high > 1 ? 1 : row->high;
    return bounded;
}

static bool probability_read(struct param_reader *reader, const struct param *row, void *field,
                             const struct json *node)
{
    struct param bounded = within_one(row);
    return number_read(reader, &bounded, field, node);
}

static void probability_schema(struct json_writer *w, const struct param *row)
{
    struct param bounded = within_one(row);
    number_schema(w, &bounded);
}

const struct param_type param_probability = {
    .word = "probability",
    .read = probability_read,
    .write = number_write,
    .schema = probability_schema,
};

/* --- bool, text, word --- */

static bool bool_read(struct param_reader *reader, const struct param *row, void *field,
                      const struct json *node)
{
    (void)row;
    if (!param_expect(reader, node, JSON_BOOL)) {
        return false;
    }
    *(bool *)field = json_bool(node);
    return true;
}

static void bool_write(struct json_writer *w, const struct param *row, const void *field)
{
    (void)row;
    json_write_bool(w, *(const bool *)field);
}

static void bool_schema(struct json_writer *w, const struct param *row)
{
    (void)row;
    param_schema_keyword(w, "type", "boolean");
}

const struct param_type param_bool = {
    .word = "true or false",
    .read = bool_read,
    .write = bool_write,
    .schema = bool_schema,
};

static bool text_read(struct param_reader *reader, const struct param *row, void *field,
                      const struct json *node)
{
    (void)row;
    if (!param_expect(reader, node, JSON_TEXT)) {
        return false;
    }
    *(const char **)field = arena_copy_text(reader->arena, json_text(node));
    return true;
}

static void text_write(struct json_writer *w, const struct param *row, const void *field)
{
    (void)row;
    json_write_text(w, *(const char *const *)field);
}

static void text_schema(struct json_writer *w, const struct param *row)
{
    (void)row;
    param_schema_keyword(w, "type", "string");
}

const struct param_type param_text = {
    .word = "text",
    .read = text_read,
    .write = text_write,
    .schema = text_schema,
};

static void report_word(struct param_reader *reader, const struct json *node,
                        const char *const *words, size_t count)
{
    const char *near = text_nearest(json_text(node), words, count);
    struct text list = {0};
    for (size_t i = 0; i < count; i++) {
        text_printf(&list, "%s%s", i > 0 ? ", " : "", words[i]);
    }
    param_error(reader, node, "\"%s\" is not one of %s%s%s%s", json_text(node), text_of(&list),
                near != NULL ? ": did you mean \"" : "", near != NULL ? near : "",
                near != NULL ? "\"?" : "");
    text_free(&list);
}

static bool word_read(struct param_reader *reader, const struct param *row, void *field,
                      const struct json *node)
{
    const char *const *words = row->extra;
    if (!param_expect(reader, node, JSON_TEXT)) {
        return false;
    }
    size_t count = 0;
    for (; words[count] != NULL; count++) {
        if (strcmp(words[count], json_text(node)) == 0) {
            *(int *)field = (int)count;
            return true;
        }
    }
    report_word(reader, node, words, count);
    return false;
}

static void word_write(struct json_writer *w, const struct param *row, const void *field)
{
    const char *const *words = row->extra;
    json_write_text(w, words[*(const int *)field]);
}

static void word_schema(struct json_writer *w, const struct param *row)
{
    json_write_key(w, "enum");
    json_write_open(w, '[');
    for (const char *const *word = row->extra; *word != NULL; word++) {
        json_write_text(w, *word);
    }
    json_write_close(w, ']');
}

const struct param_type param_word = {
    .word = "word",
    .read = word_read,
    .write = word_write,
    .schema = word_schema,
};

/* --- seed --- */

/* Reads "0x" and up to 16 hexadecimal digits. */
static bool parse_hex(const char *text, uint64_t *value)
{
    size_t digits = strlen(text) > 2 ? strlen(text) - 2 : 0;
    if (strncmp(text, "0x", 2) != 0 || digits == 0 || digits > 16 ||
        strspn(text + 2, "0123456789abcdefABCDEF") != digits) {
        return false;
    }
    *value = strtoull(text + 2, NULL, 16);
    return true;
}

static bool seed_read(struct param_reader *reader, const struct param *row, void *field,
                      const struct json *node)
{
    (void)row;
    if (json_kind(node) == JSON_NUMBER) {
        double value = json_number(node);
        if (value >= 0 && value <= PARAM_WHOLE_MAX && value == round(value)) {
            *(uint64_t *)field = (uint64_t)value;
            return true;
        }
    } else if (json_kind(node) == JSON_TEXT && parse_hex(json_text(node), field)) {
        return true;
    }
    param_error(reader, node,
                "a seed is a whole number from 0 to 2^53, or a text such as "
                "\"0x9e3779b97f4a7c15\"");
    return false;
}

static void seed_write(struct json_writer *w, const struct param *row, const void *field)
{
    (void)row;
    uint64_t seed = *(const uint64_t *)field;
    if (seed <= (uint64_t)1 << 53) {
        json_write_int(w, (int64_t)seed);
        return;
    }
    char buffer[24];
    snprintf(buffer, sizeof buffer, "0x%" PRIx64, seed);
    json_write_text(w, buffer);
}

static void seed_schema(struct json_writer *w, const struct param *row)
{
    (void)row;
    const struct param range = {.low = 0, .high = PARAM_WHOLE_MAX};
    param_schema_text(w, &range, "integer", "^0x[0-9a-fA-F]{1,16}$");
}

const struct param_type param_seed = {
    .word = "seed",
    .read = seed_read,
    .write = seed_write,
    .schema = seed_schema,
};
