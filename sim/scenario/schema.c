// SPDX-License-Identifier: GPL-3.0-or-later
/* What the loader takes, section by section, said as one schema.
 *
 * Keys, ranges and sentences come from the rows; only the shape of a section that has none (names
 * of components, pointers, figures) is written here.  What rows cannot say is left to the loader:
 * names that resolve, rules between keys, files that only their variants make whole. */
#include "scenario/schema.h"

#include <stdio.h>
#include <string.h>
#include "base/must.h"
#include "core/dist.h"
#include "fault/fault_cfg.h"
#include "scenario/bind.h"
#include "scenario/bind_expect.h"

enum { FIGURE_COUNT = 24 };

/* --- pieces --- */

static void open_member(struct json_writer *w, const char *key, char bracket)
{
    json_write_key(w, key);
    json_write_open(w, bracket);
}

static void write_whole(struct json_writer *w, const char *key, int value)
{
    json_write_key(w, key);
    json_write_int(w, value);
}

/* Writes the rule of a name: a pattern or, where that is NULL, that it is not empty. */
static void write_name(struct json_writer *w, const char *pattern)
{
    if (pattern != NULL)
        param_schema_keyword(w, "pattern", pattern);
    else
        write_whole(w, "minLength", 1);
}

static void write_names(struct json_writer *w, const char *pattern)
{
    open_member(w, "propertyNames", '{');
    write_name(w, pattern);
    json_write_close(w, '}');
}

static void write_ignored(struct json_writer *w)
{
    open_member(w, "^x-", '{');
    json_write_close(w, '}');
}

/* --- components by name --- */

struct components {
    const char *name_pattern; /* NULL: any name */
    const char *doc;          /* of one component */
    const struct param *rows;
};

/* ATT-2; what is ignored may be called anything. */
#define TOPIC_NAME "^(x-.*|[A-Za-z0-9_-]{1,256}|[A-Za-z0-9_-]{1,251}\\.fifo)$"
#define QUEUE_NAME "^(x-.*|[A-Za-z0-9_-]{1,80}|[A-Za-z0-9_-]{1,75}\\.fifo)$"

static void components_schema(struct json_writer *w, const struct param *row)
{
    const struct components *components = row->extra;
    param_schema_keyword(w, "type", "object");
    open_member(w, "propertyNames", '{');
    write_name(w, components->name_pattern);
    open_member(w, "not", '{');
    param_schema_keyword(w, "const", "scenario"); /* the name of the whole */
    json_write_close(w, '}');
    json_write_close(w, '}');
    open_member(w, "patternProperties", '{');
    write_ignored(w);
    json_write_close(w, '}');
    open_member(w, "additionalProperties", '{');
    param_schema_keyword(w, "description", components->doc);
    param_schema(w, components->rows);
    json_write_close(w, '}');
}

/* --- other sections --- */

static void object_schema(struct json_writer *w, const struct param *row)
{
    param_schema(w, row->extra);
}

static void list_schema(struct json_writer *w, const struct param *row)
{
    param_schema_keyword(w, "type", "array");
    open_member(w, "items", '{');
    param_schema(w, row->extra);
    json_write_close(w, '}');
}

/* A newer minor version is read, a newer major one is not. */
static void version_schema(struct json_writer *w, const struct param *row)
{
    (void)row;
    param_schema_keyword(w, "type", "number");
    write_whole(w, "minimum", 1);
    write_whole(w, "exclusiveMaximum", 2);
}

static void variants_schema(struct json_writer *w, const struct param *row)
{
    (void)row;
    param_schema_keyword(w, "type", "object");
    write_names(w, NULL);
    open_member(w, "patternProperties", '{');
    write_ignored(w);
    json_write_close(w, '}');
    open_member(w, "additionalProperties", '{');
    param_schema_keyword(w, "description",
                         "What this variant changes: values by JSON pointer, such as "
                         "\"/queues/orders/VisibilityTimeout\"; null removes a key.");
    param_schema_keyword(w, "type", "object");
    write_names(w, "^(/|x-)");
    json_write_close(w, '}');
}

static void sweep_schema(struct json_writer *w, const struct param *row)
{
    (void)row;
    param_schema_keyword(w, "type", "object");
    open_member(w, "properties", '{');
    open_member(w, "zip", '{');
    param_schema_keyword(w, "description",
                         "Walk all lists together, instead of every value with every other.");
    param_schema_keyword(w, "type", "boolean");
    json_write_key(w, "default");
    json_write_bool(w, false);
    json_write_close(w, '}');
    json_write_close(w, '}');
    open_member(w, "patternProperties", '{');
    open_member(w, "^/", '{');
    param_schema_keyword(w, "description",
                         "The values that this pointer takes, one after another.");
    param_schema_keyword(w, "type", "array");
    write_whole(w, "minItems", 1);
    json_write_close(w, '}');
    write_ignored(w);
    json_write_close(w, '}');
    json_write_key(w, "additionalProperties");
    json_write_bool(w, false);
}

static void figures_schema(struct json_writer *w, const struct param *row)
{
    (void)row;
    param_schema_keyword(w, "type", "array");
    open_member(w, "items", '{');
    open_member(w, "enum", '[');
    for (int i = 1; i <= FIGURE_COUNT; i++) {
        char id[16];
        snprintf(id, sizeof id, "F%d", i);
        json_write_text(w, id);
    }
    json_write_text(w, "sweep");
    json_write_close(w, ']');
    json_write_close(w, '}');
}

/* --- the top level --- */

static const struct param_type object_type = {.word = "object", .schema = object_schema};
static const struct param_type list_type = {.word = "list of objects", .schema = list_schema};
static const struct param_type components_type = {.word = "objects by name",
                                                  .schema = components_schema};
static const struct param_type version_type = {.word = "number", .schema = version_schema};
static const struct param_type variants_type = {.word = "overrides by name",
                                                .schema = variants_schema};
static const struct param_type sweep_type = {.word = "lists of values by pointer",
                                             .schema = sweep_schema};
static const struct param_type figures_type = {.word = "list of figures, F1 to F24 or sweep",
                                               .schema = figures_schema};

// clang-format off
static const struct section {
    const char *name;
    const struct param_type *type;
    const struct param *rows;
} sections[] = {
    { "version",    &version_type,  NULL },
    { "lecture",    &object_type,   bind_lecture_rows },
    { "experiment", &object_type,   bind_experiment_rows },
    { "network",    &object_type,   link_rows },
    { "variants",   &variants_type, NULL },
    { "sweep",      &sweep_type,    NULL },
    { "expect",     &list_type,     bind_expect_rows },
    { "figures",    &figures_type,  NULL },
};
// clang-format on

static const struct section *find_section(const char *name)
{
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
        if (strcmp(sections[i].name, name) == 0)
            return &sections[i];
    }
    return NULL;
}

static const struct components *components_new(struct arena *arena, const char *name_pattern,
                                               const char *doc, const struct param *rows)
{
    struct components *components = arena_alloc(arena, sizeof *components);
    *components = (struct components){name_pattern, doc, rows};
    return components;
}

/* "sqs_standard: at least once; sqs_fifo: in order" */
static const char *describe_queues(struct arena *arena)
{
    const char *doc = "";
    for (size_t i = 0; queue_kinds[i] != NULL; i++)
        doc = arena_printf(arena, "%s%s%s: %s", doc, i > 0 ? "; " : "", queue_kinds[i]->name,
                           queue_kinds[i]->doc);
    return doc;
}

/* --- faults --- */

static size_t count_rows(const struct param *rows)
{
    size_t count = 0;
    while (rows[count].name != NULL)
        count++;
    return count;
}

static void take_fault_row(struct arena *arena, struct param *rows, const struct param *row,
                           bool is_own, const char *kind)
{
    while (rows->name != NULL && strcmp(rows->name, row->name) != 0)
        rows++;
    const bool is_new = rows->name == NULL;
    if (is_new)
        *rows = *row;
    if (!is_own)
        return;
    rows->flags &= ~PARAM_REQUIRED;
    rows->doc = is_new ? arena_printf(arena, "%s: %s", kind, row->doc)
                       : arena_printf(arena, "%s %s: %s", rows->doc, kind, row->doc);
}

/* Those of all kinds in one object, so that what they share is written once: which kind a key is
 * for, its sentence says. */
static const struct param *fault_rows(struct arena *arena)
{
    size_t kinds = 0, most = 1;
    while (fault_kinds[kinds] != NULL)
        most += count_rows(fault_cfg_rows(fault_kinds[kinds++], arena));
    const char **words = arena_alloc(arena, (kinds + 1) * sizeof *words);
    /* Zeroed, so that the rows end wherever they end. */
    struct param *rows = arena_alloc(arena, (most + 1) * sizeof *rows);
    rows[0] = (struct param){.name = "kind",
                             .type = &param_word,
                             PARAM_NO_RANGE,
                             .extra = words,
                             .flags = PARAM_REQUIRED,
                             .doc = "What goes wrong."};
    for (size_t i = 0; i < kinds; i++) {
        const struct param *all = fault_cfg_rows(fault_kinds[i], arena);
        words[i] = fault_kinds[i]->name;
        for (size_t n = 0; all[n].name != NULL; n++)
            take_fault_row(arena, rows, &all[n], all[n].offset >= sizeof(struct fault_cfg),
                           words[i]);
    }
    return rows;
}

/* Gives the row of a section the type that knows what is in it. */
static void type_section(struct arena *arena, struct param *row)
{
    const struct section *section = find_section(row->name);
    const struct actor_kind *actor = bind_actor_kind(row->name);
    if (section != NULL) {
        row->type = section->type;
        row->extra = section->rows;
    } else if (actor != NULL) {
        row->type = &components_type;
        row->extra = components_new(arena, NULL, actor->doc, actor->params);
    } else if (strcmp(row->name, "queues") == 0) {
        row->type = &components_type;
        row->extra =
            components_new(arena, QUEUE_NAME, describe_queues(arena), schema_queue_rows(arena));
    } else if (strcmp(row->name, "topics") == 0) {
        row->type = &components_type;
        row->extra =
            components_new(arena, TOPIC_NAME, bind_topic_kind()->doc, bind_topic_kind()->params);
    } else if (strcmp(row->name, "faults") == 0) {
        row->type = &list_type;
        row->extra = fault_rows(arena);
    } else {
        MUST(row->type != &param_node && "each section has a schema");
    }
}

const struct param *schema_top_rows(struct arena *arena)
{
    const size_t count = count_rows(bind_top_rows);
    struct param *rows = arena_alloc(arena, (count + 1) * sizeof *rows);
    memcpy(rows, bind_top_rows, (count + 1) * sizeof *rows);
    for (size_t i = 0; i < count; i++)
        type_section(arena, &rows[i]);
    return rows;
}

/* --- queues --- */

static bool has_row(const struct param *rows, const char *name)
{
    for (; rows->name != NULL; rows++) {
        if (strcmp(rows->name, name) == 0)
            return true;
    }
    return false;
}

/* Says in a row's sentence which kinds have it, unless all have. */
static void tell_kinds(struct arena *arena, struct param *row)
{
    const char *names = "";
    size_t count = 0, all = 0;
    for (; queue_kinds[all] != NULL; all++) {
        if (has_row(queue_kinds[all]->params, row->name))
            names = arena_printf(arena, "%s%s%s", names, count++ > 0 ? ", " : "",
                                 queue_kinds[all]->name);
    }
    if (count < all) {
        row->flags &= ~PARAM_REQUIRED;
        row->doc = arena_printf(arena, "%s For %s only.", row->doc, names);
    }
}

const struct param *schema_queue_rows(struct arena *arena)
{
    size_t most = 0, count = 0;
    for (size_t i = 0; queue_kinds[i] != NULL; i++)
        most += count_rows(queue_kinds[i]->params);
    /* Zeroed, so that the rows end wherever they end. */
    struct param *rows = arena_alloc(arena, (most + 1) * sizeof *rows);
    for (size_t i = 0; queue_kinds[i] != NULL; i++) {
        for (const struct param *row = queue_kinds[i]->params; row->name != NULL; row++) {
            if (has_row(rows, row->name))
                continue;
            rows[count] = *row;
            tell_kinds(arena, &rows[count++]);
        }
    }
    return rows;
}

/* --- the whole --- */

void schema_write(struct json_writer *w)
{
    struct arena arena;
    arena_init(&arena);
    json_write_open(w, '{');
    param_schema_keyword(w, "$schema", "http://json-schema.org/draft-07/schema#");
    param_schema_keyword(w, "title", "A scenario of queuelab");
    param_schema_keyword(w, "description",
                         "Queues, what sends to them and what reads from them, how often it is run "
                         "and what must come out.");
    open_member(w, "definitions", '{');
    dist_schema_definitions(w);
    json_write_close(w, '}');
    param_schema(w, schema_top_rows(&arena));
    json_write_close(w, '}');
    arena_free(&arena);
}
