// SPDX-License-Identifier: GPL-3.0-or-later
/* Rows at work: an object is bound to a struct by its rows, written back, described and looked up.
 *
 * A default goes through the same reader as the user's value; one that cannot be read is our
 * mistake.  What a type of parameter means is in base/param_types and, for types that hold rows, in
 * base/param_nested; the JSON Schema is in base/param_schema. */
#include "base/param.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"

static char *field_of(const struct param *row, void *cfg)
{
    return (char *)cfg + row->offset;
}

static const char *const_field_of(const struct param *row, const void *cfg)
{
    return (const char *)cfg + row->offset;
}

size_t param_enter(struct param_reader *reader, const char *name)
{
    size_t length = reader->pointer.length;
    text_add(&reader->pointer, "/");
    for (const char *c = name; *c != '\0'; c++) {
        if (*c == '~' || *c == '/') {
            text_add(&reader->pointer, *c == '~' ? "~0" : "~1");
        } else {
            text_append(&reader->pointer, c, 1);
        }
    }
    return length;
}

void param_leave(struct param_reader *reader, size_t length)
{
    text_cut(&reader->pointer, length);
}

void param_error(struct param_reader *reader, const struct json *node, const char *format, ...)
{
    struct text sentence = {0};
    va_list values;
    va_start(values, format);
    text_vprintf(&sentence, format, values);
    va_end(values);
    struct diag_place place = json_place(reader->doc, node, text_of(&reader->pointer));
    diag_error(reader->diag, place, "%s", text_of(&sentence));
    text_free(&sentence);
}

/* What a text was meant as, if it has the form of what is wanted. */
static void add_meant(struct text *hint, const struct json *node, enum json_kind kind)
{
    const char *text = json_kind(node) == JSON_TEXT ? json_text(node) : "";
    const bool is_structure = text[0] == '{' || text[0] == '[';
    char number[32], *end = NULL;
    double value = 0.0;
    if (kind == JSON_NUMBER && strspn(text, "+-.0123456789") > 0) {
        value = strtod(text, &end);
    }
    if (end != NULL && end != text && isfinite(value)) {
        const char *unit = end + strspn(end, " ");
        if (*unit == '\0') {
            text_printf(hint, ": write %s, without quotes", json_format_double(number, value));
        } else if (strcmp(unit, "%") == 0) {
            text_printf(hint, ": write %s", json_format_double(number, value / 100.0));
        }
    } else if (is_structure && (kind == JSON_OBJECT || kind == JSON_ARRAY)) {
        text_add(hint, ": write it without quotes around it");
    }
}

bool param_expect(struct param_reader *reader, const struct json *node, enum json_kind kind)
{
    struct text hint = {0};
    if (json_kind(node) == kind) {
        return true;
    }
    add_meant(&hint, node, kind);
    param_error(reader, node, "expected %s, found %s%s", json_kind_word(kind),
                json_kind_word(json_kind(node)), text_of(&hint));
    text_free(&hint);
    return false;
}

bool param_in_range(struct param_reader *reader, const struct param *row, const struct json *node,
                    double value)
{
    char number[32], limit[32];
    json_format_double(number, value);
    if (row->low > row->high) {
        return true;
    }
    if (value < row->low) {
        param_error(reader, node, "%s is below the minimum %s", number,
                    json_format_double(limit, row->low));
        return false;
    }
    if (value > row->high) {
        bool hinted = row->range_hint != NULL;
        param_error(reader, node, "%s is above the maximum %s%s%s%s", number,
                    json_format_double(limit, row->high), hinted ? " (" : "",
                    hinted ? row->range_hint : "", hinted ? ")" : "");
        return false;
    }
    return true;
}

bool param_whole(struct param_reader *reader, const struct json *node, double value,
                 const char *what)
{
    char number[32];
    json_format_double(number, value);
    if (value != round(value)) {
        param_error(reader, node, "%s is not a whole number%s%s", number,
                    what != NULL ? " of " : "", what != NULL ? what : "");
        return false;
    }
    if (fabs(value) > PARAM_WHOLE_MAX) {
        param_error(reader, node, "%s is too large: whole numbers go to 2^53", number);
        return false;
    }
    return true;
}

static const struct param *find_row(const struct param *rows, const char *name, size_t length)
{
    for (const struct param *row = rows; row->name != NULL; row++) {
        if (strlen(row->name) == length && memcmp(row->name, name, length) == 0) {
            return row;
        }
    }
    return NULL;
}

static size_t count_words(const char *const *words)
{
    size_t count = 0;
    while (words != NULL && words[count] != NULL) {
        count++;
    }
    return count;
}

static bool is_among(const char *word, const char *const *words)
{
    for (size_t i = 0; i < count_words(words); i++) {
        if (strcmp(word, words[i]) == 0) {
            return true;
        }
    }
    return false;
}

static void report_unknown(struct param_reader *reader, const struct param *rows,
                           const struct json *member, const char *const *skip)
{
    size_t count = 0, skipped = count_words(skip);
    while (rows[count].name != NULL) {
        count++;
    }
    const char **names = must_alloc((count + skipped) * sizeof *names);
    for (size_t i = 0; i < count; i++) {
        names[i] = rows[i].name;
    }
    for (size_t i = 0; i < skipped; i++) {
        names[count + i] = skip[i];
    }
    const char *key = json_key(member);
    struct diag_place place = json_key_place(reader->doc, member, text_of(&reader->pointer));
    struct text hint = {0};
    text_hint(&hint, key, names, count + skipped);
    diag_error(reader->diag, place, "unknown key \"%s\"%s", key, text_of(&hint));
    text_free(&hint);
    free(names);
}

/* Reads the row's default as if the user had written it.  The value is copied into the arena, so
 * that a type may keep it. */
static void read_default(struct param_reader *reader, const struct param *row, void *field)
{
    struct param_reader inner = *reader;
    inner.diag = diag_new();
    inner.pointer = (struct text){0};
    struct json_doc *doc =
        json_parse(row->name, row->fallback, strlen(row->fallback), false, inner.diag);
    inner.doc = doc;
    if (doc == NULL ||
        !row->type->read(&inner, row, field, json_keep(reader->arena, json_root(doc)))) {
        diag_print(inner.diag, stderr);
        must_fail(__FILE__, __LINE__, "a row's default can be read");
    }
    text_free(&inner.pointer);
    diag_free(inner.diag);
    json_free(doc);
}

static bool bind_absent(struct param_reader *reader, const struct param *row, void *cfg,
                        const struct json *object)
{
    if (object != NULL && (row->flags & PARAM_REQUIRED) != 0) {
        param_error(reader, object, "\"%s\" is required", row->name);
        return false;
    }
    if (row->fallback != NULL) {
        read_default(reader, row, field_of(row, cfg));
        return true;
    }
    /* Without a value of its own a struct inside has the defaults of its rows. */
    return row->type != &param_object ||
           param_bind(reader, row->extra, field_of(row, cfg), NULL, NULL);
}

static bool find_unknown(struct param_reader *reader, const struct param *rows,
                         const struct json *object, const char *const *skip)
{
    bool fine = true;
    for (const struct json *member = json_first(object); member != NULL;
         member = json_next(member)) {
        const char *key = json_key(member);
        if (strncmp(key, "x-", 2) != 0 && find_row(rows, key, strlen(key)) == NULL &&
            !is_among(key, skip)) {
            report_unknown(reader, rows, member, skip);
            fine = false;
        }
    }
    return fine;
}

bool param_bind(struct param_reader *reader, const struct param *rows, void *cfg,
                const struct json *object, const char *const *skip)
{
    if (object != NULL && !param_expect(reader, object, JSON_OBJECT)) {
        return false;
    }
    bool fine = object == NULL || find_unknown(reader, rows, object, skip);
    for (const struct param *row = rows; row->name != NULL; row++) {
        const struct json *node = object != NULL ? json_get(object, row->name) : NULL;
        if (node == NULL) {
            fine = bind_absent(reader, row, cfg, object) && fine;
            continue;
        }
        size_t length = param_enter(reader, row->name);
        fine = row->type->read(reader, row, field_of(row, cfg), node) && fine;
        param_leave(reader, length);
    }
    return fine;
}

static bool is_absent(const struct param *row, const void *field)
{
    if (row->type == &param_text) {
        return *(const char *const *)field == NULL;
    }
    if (row->type == &param_node) {
        return *(const struct json *const *)field == NULL;
    }
    return row->type == &param_tagged && ((const struct param_choice *)field)->kind == NULL;
}

void param_write(struct json_writer *w, const struct param *rows, const void *cfg)
{
    for (const struct param *row = rows; row->name != NULL; row++) {
        const void *field = const_field_of(row, cfg);
        if (!is_absent(row, field)) {
            json_write_key(w, row->name);
            row->type->write(w, row, field);
        }
    }
}
