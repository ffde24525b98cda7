// SPDX-License-Identifier: GPL-3.0-or-later
/* The types of parameter that hold others: objects, lists, choices, and nodes kept as they are; and
 * pointers into them. */
#include "base/param.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"

/* --- node --- */

static bool node_read(struct param_reader *reader, const struct param *row, void *field,
                      const struct json *node)
{
    (void)reader;
    (void)row;
    *(const struct json **)field = node;
    return true;
}

static void node_write(struct json_writer *w, const struct param *row, const void *field)
{
    (void)row;
    json_write_node(w, *(const struct json *const *)field);
}

static void node_schema(struct json_writer *w, const struct param *row)
{
    (void)w;
    (void)row;
}

const struct param_type param_node = {
    .word = "any value",
    .read = node_read,
    .write = node_write,
    .schema = node_schema,
};

/* --- object --- */

static bool object_read(struct param_reader *reader, const struct param *row, void *field,
                        const struct json *node)
{
    return param_bind(reader, row->extra, field, node, NULL);
}

static void object_write(struct json_writer *w, const struct param *row, const void *field)
{
    json_write_open(w, '{');
    param_write(w, row->extra, field);
    json_write_close(w, '}');
}

static void object_schema(struct json_writer *w, const struct param *row)
{
    param_schema(w, row->extra);
}

const struct param_type param_object = {
    .word = "object",
    .read = object_read,
    .write = object_write,
    .schema = object_schema,
};

/* --- list --- */

static bool list_read(struct param_reader *reader, const struct param *row, void *field,
                      const struct json *node)
{
    const struct param_list_of *of = row->extra;
    if (!param_expect(reader, node, JSON_ARRAY)) {
        return false;
    }
    size_t count = json_count(node);
    char *items = count == 0 ? NULL : arena_alloc(reader->arena, count * of->item_bytes);
    bool fine = true;
    size_t index = 0;
    for (const struct json *item = json_first(node); item != NULL; item = json_next(item)) {
        char name[24];
        snprintf(name, sizeof name, "%zu", index);
        size_t length = param_enter(reader, name);
        fine = param_bind(reader, of->rows, items + index * of->item_bytes, item, NULL) && fine;
        param_leave(reader, length);
        index++;
    }
    *(struct param_items *)field = (struct param_items){.count = count, .items = items};
    return fine;
}

static void list_write(struct json_writer *w, const struct param *row, const void *field)
{
    const struct param_list_of *of = row->extra;
    const struct param_items *list = field;
    json_write_open(w, '[');
    for (size_t i = 0; i < list->count; i++) {
        json_write_open(w, '{');
        param_write(w, of->rows, (const char *)list->items + i * of->item_bytes);
        json_write_close(w, '}');
    }
    json_write_close(w, ']');
}

static void list_schema(struct json_writer *w, const struct param *row)
{
    const struct param_list_of *of = row->extra;
    json_write_key(w, "type");
    json_write_text(w, "array");
    json_write_key(w, "items");
    json_write_open(w, '{');
    param_schema(w, of->rows);
    json_write_close(w, '}');
}

const struct param_type param_list = {
    .word = "list",
    .read = list_read,
    .write = list_write,
    .schema = list_schema,
};

/* --- choice --- */

static size_t count_kinds(const struct param_tag *of)
{
    size_t count = 0;
    while (of->kinds[count] != NULL) {
        count++;
    }
    return count;
}

/* Appends the kinds' names: "poisson, paced". */
static void list_kinds(struct text *list, const struct param_tag *of)
{
    for (size_t i = 0; of->kinds[i] != NULL; i++) {
        text_printf(list, "%s%s", i > 0 ? ", " : "", of->kinds[i]->name);
    }
}

static void report_kind(struct param_reader *reader, const struct param_tag *of,
                        const struct json *name)
{
    size_t count = count_kinds(of);
    const char **names = must_alloc(count * sizeof *names);
    for (size_t i = 0; i < count; i++) {
        names[i] = of->kinds[i]->name;
    }
    const char *near = text_nearest(json_text(name), names, count);
    free(names);
    if (near != NULL) {
        param_error(reader, name, "unknown %s \"%s\", did you mean \"%s\"?", of->tag,
                    json_text(name), near);
        return;
    }
    struct text list = {0};
    list_kinds(&list, of);
    param_error(reader, name, "unknown %s \"%s\" (one of %s)", of->tag, json_text(name),
                text_of(&list));
    text_free(&list);
}

/* The kind that the object names, or NULL after saying why there is none. */
static const struct param_kind *find_kind(struct param_reader *reader, const struct param_tag *of,
                                          const struct json *object)
{
    const struct json *name = json_get(object, of->tag);
    if (name == NULL) {
        struct text list = {0};
        list_kinds(&list, of);
        param_error(reader, object, "\"%s\" is required (one of %s)", of->tag, text_of(&list));
        text_free(&list);
        return NULL;
    }
    size_t length = param_enter(reader, of->tag);
    const struct param_kind *found = NULL;
    if (param_expect(reader, name, JSON_TEXT)) {
        for (size_t i = 0; of->kinds[i] != NULL && found == NULL; i++) {
            found = strcmp(of->kinds[i]->name, json_text(name)) == 0 ? of->kinds[i] : NULL;
        }
        if (found == NULL) {
            report_kind(reader, of, name);
        }
    }
    param_leave(reader, length);
    return found;
}

static const struct param no_rows[] = {PARAM_END};

static const struct param *rows_of(const struct param_kind *kind)
{
    return kind->rows != NULL ? kind->rows : no_rows;
}

static bool tagged_read(struct param_reader *reader, const struct param *row, void *field,
                        const struct json *node)
{
    const struct param_tag *of = row->extra;
    if (json_kind(node) != JSON_OBJECT && of->shorthand != NULL) {
        return of->shorthand(reader, row, field, node);
    }
    if (!param_expect(reader, node, JSON_OBJECT)) {
        return false;
    }
    const struct param_kind *kind = find_kind(reader, of, node);
    if (kind == NULL) {
        return false;
    }
    struct param_choice *choice = field;
    choice->kind = kind;
    choice->cfg = arena_alloc(reader->arena, kind->cfg_bytes);
    const char *const skip[] = {of->tag, NULL};
    return param_bind(reader, rows_of(kind), choice->cfg, node, skip);
}

static void tagged_write(struct json_writer *w, const struct param *row, const void *field)
{
    const struct param_tag *of = row->extra;
    const struct param_choice *choice = field;
    if (choice->kind == NULL) {
        json_write_null(w);
        return;
    }
    json_write_open(w, '{');
    json_write_key(w, of->tag);
    json_write_text(w, choice->kind->name);
    param_write(w, rows_of(choice->kind), choice->cfg);
    json_write_close(w, '}');
}

static void tagged_schema(struct json_writer *w, const struct param *row)
{
    const struct param_tag *of = row->extra;
    json_write_key(w, "anyOf");
    json_write_open(w, '[');
    for (size_t i = 0; of->kinds[i] != NULL; i++) {
        json_write_open(w, '{');
        param_schema_kind(w, of->tag, of->kinds[i]);
        json_write_close(w, '}');
    }
    if (of->shorthand != NULL) {
        json_write_open(w, '{');
        json_write_key(w, "type");
        json_write_open(w, '[');
        json_write_text(w, "number");
        json_write_text(w, "string");
        json_write_close(w, ']');
        json_write_close(w, '}');
    }
    json_write_close(w, ']');
}

const struct param_type param_tagged = {
    .word = "choice",
    .read = tagged_read,
    .write = tagged_write,
    .schema = tagged_schema,
};

/* --- pointers --- */

static bool is_scalar(const struct param_type *type)
{
    static const struct param_type *const scalars[] = {
        &param_seconds, &param_duration, &param_rate,        &param_size,
        &param_int,     &param_number,   &param_bool,        &param_text,
        &param_word,    &param_seed,     &param_probability,
    };
    for (size_t i = 0; i < sizeof scalars / sizeof scalars[0]; i++) {
        if (scalars[i] == type) {
            return true;
        }
    }
    return false;
}

/* True if the token that [token, end) holds, escaped as in a pointer, is name. */
static bool is_token(const char *token, const char *end, const char *name)
{
    for (; token < end; token++, name++) {
        char c = *token;
        if (c == '~' && token + 1 < end) {
            token++;
            c = *token == '0' ? '~' : '/';
        }
        if (c != *name) {
            return false;
        }
    }
    return *name == '\0';
}

/* Takes an index, or "-" for the place after the last, off the pointer's tail. */
static const char *after_index(const char *tail)
{
    size_t length = tail[1] == '-' ? 1 : strspn(tail + 1, "0123456789");
    const char *rest = tail + 1 + length;
    return *tail == '/' && length > 0 && (*rest == '/' || *rest == '\0') ? rest : NULL;
}

static bool knows_kind(const struct param_tag *of, const char *tail)
{
    const char *end = strchr(tail + 1, '/');
    if (end == NULL && is_token(tail + 1, tail + strlen(tail), of->tag)) {
        return true;
    }
    for (size_t i = 0; of->kinds[i] != NULL; i++) {
        if (param_knows(rows_of(of->kinds[i]), tail)) {
            return true;
        }
    }
    return false;
}

static bool knows_inside(const struct param *row, const char *tail)
{
    if (*tail == '\0') {
        return true;
    }
    if (row->type == &param_object) {
        return param_knows(row->extra, tail);
    }
    if (row->type == &param_list) {
        const struct param_list_of *of = row->extra;
        const char *rest = after_index(tail);
        return rest != NULL && param_knows(of->rows, rest);
    }
    if (row->type == &param_tagged) {
        return knows_kind(row->extra, tail);
    }
    return !is_scalar(row->type);
}

bool param_knows(const struct param *rows, const char *tail)
{
    if (*tail == '\0') {
        return true;
    }
    if (*tail != '/') {
        return false;
    }
    const char *token = tail + 1, *end = strchr(token, '/');
    if (end == NULL) {
        end = token + strlen(token);
    }
    for (const struct param *row = rows; row->name != NULL; row++) {
        if (is_token(token, end, row->name)) {
            return knows_inside(row, end);
        }
    }
    return false;
}
