// SPDX-License-Identifier: GPL-3.0-or-later
/* One row of "expect" is either a comparison (metric, stat, is, value or vs) or an order
 * (receivedOrder).  What it names must exist: its component in the variants that it is judged in,
 * its variants, its sweep points. */
#include "scenario/bind_expect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "scenario/bind.h"

/* --- types: the field is the whole struct scenario_expect --- */

static bool read_value(struct param_reader *reader, const struct param *row, void *field,
                       const struct json *node)
{
    struct scenario_expect *expect = field;
    expect->has_value = true;
    return param_number.read(reader, row, &expect->value, node);
}

static void write_value(struct json_writer *w, const struct param *row, const void *field)
{
    const struct scenario_expect *expect = field;
    if (expect->has_value)
        json_write_double(w, expect->value);
    else
        json_write_null(w);
    (void)row;
}

static void schema_value(struct json_writer *w, const struct param *row)
{
    param_number.schema(w, row);
}

static const struct param_type value_param = {
    .word = "number",
    .read = read_value,
    .write = write_value,
    .schema = schema_value,
};

/* A number, or a percentage such as "5%". */
static bool read_tolerance(struct param_reader *reader, const struct param *row, void *field,
                           const struct json *node)
{
    struct scenario_expect *expect = field;
    if (json_kind(node) != JSON_TEXT)
        return param_number.read(reader, row, &expect->tolerance, node);
    const char *text = json_text(node);
    char *end = NULL;
    const double percent =
        strspn(text, "0123456789.") == strlen(text) - 1 ? strtod(text, &end) : -1.0;
    if (percent < 0.0 || end == text || strcmp(end, "%") != 0) {
        param_error(reader, node,
                    "\"%s\" is no tolerance: write a number or a text such as \"5%%\"", text);
        return false;
    }
    expect->tolerance = percent / 100.0;
    expect->relative = true;
    return true;
}

static void write_tolerance(struct json_writer *w, const struct param *row, const void *field)
{
    const struct scenario_expect *expect = field;
    char number[32], text[40];
    if (!expect->relative) {
        json_write_double(w, expect->tolerance);
    } else {
        snprintf(text, sizeof text, "%s%%", json_format_double(number, expect->tolerance * 100.0));
        json_write_text(w, text);
    }
    (void)row;
}

static void schema_tolerance(struct json_writer *w, const struct param *row)
{
    param_schema_text(w, row, "number", "^[0-9.]+%$");
}

static const struct param_type tolerance_param = {
    .word = "number or percentage",
    .read = read_tolerance,
    .write = write_tolerance,
    .schema = schema_tolerance,
};

static bool read_received(struct param_reader *reader, const struct param *row, void *field,
                          const struct json *node)
{
    struct scenario_expect *expect = field;
    bool fine = param_expect(reader, node, JSON_ARRAY);
    const char **texts = arena_alloc(reader->arena, (json_count(node) + 1) * sizeof *texts);
    size_t count = 0;
    for (const struct json *item = fine ? json_first(node) : NULL; item != NULL;
         item = json_next(item)) {
        char index[24];
        snprintf(index, sizeof index, "%zu", count);
        const size_t length = param_enter(reader, index);
        fine = param_text.read(reader, row, &texts[count++], item) && fine;
        param_leave(reader, length);
    }
    expect->received = texts;
    expect->received_count = count;
    return fine;
}

static void write_received(struct json_writer *w, const struct param *row, const void *field)
{
    const struct scenario_expect *expect = field;
    json_write_open(w, '[');
    for (size_t i = 0; i < expect->received_count; i++)
        json_write_text(w, expect->received[i]);
    json_write_close(w, ']');
    (void)row;
}

static void schema_received(struct json_writer *w, const struct param *row)
{
    param_schema_keyword(w, "type", "array");
    json_write_key(w, "items");
    json_write_open(w, '{');
    param_text.schema(w, row);
    json_write_close(w, '}');
}

static const struct param_type received_param = {
    .word = "list of texts",
    .read = read_received,
    .write = write_received,
    .schema = schema_received,
};

/* --- rows --- */

#define EXPECT(member) offsetof(struct scenario_expect, member)

/* In the order of enum expect_is. */
static const char *const is_words[] = {"==", "!=", "<", "<=", ">", ">=", "within", NULL};

// clang-format off
const struct param bind_expect_rows[] = {
    { "entity", &param_text, EXPECT(entity), NULL, 1, 0, NULL, NULL, PARAM_REQUIRED, NULL,
      "The component whose metric it is, or \"scenario\"." },
    { "metric", &param_text, EXPECT(metric), NULL, 1, 0, NULL, NULL, 0, NULL,
      "The metric's name; `queuelab run --verbose` prints all." },
    { "stat", &param_text, EXPECT(stat), NULL, 1, 0, NULL, NULL, 0, NULL,
      "Which number of the metric: count, rate, mean, p50, p99, max, end ..." },
    { "is", &param_word, EXPECT(is), NULL, 1, 0, NULL, is_words, 0, NULL,
      "The comparison; == must hold in every replication, the others of the mean." },
    { "value", &value_param, 0, NULL, 1, 0, NULL, NULL, 0, NULL, "What it is compared with." },
    { "tolerance", &tolerance_param, 0, NULL, 0, 1e300, NULL, NULL, 0, NULL,
      "How far off it may be with \"within\": a number, or a percentage of the value." },
    { "variant", &param_text, EXPECT(variant), NULL, 1, 0, NULL, NULL, 0, NULL,
      "The variant it is judged in; by default all." },
    { "vs", &param_text, EXPECT(vs), NULL, 1, 0, NULL, NULL, 0, NULL,
      "The variant to compare with, instead of a value." },
    { "point", &param_node, EXPECT(point), NULL, 1, 0, NULL, NULL, 0, NULL,
      "The sweep points it is judged at, as pointers and values; by default all." },
    { "receivedOrder", &received_param, 0, NULL, 1, 0, NULL, NULL, 0, NULL,
      "The bodies in the order in which they must be received." },
    PARAM_END
};
// clang-format on

/* --- what is named --- */

static bool is_variant(const struct scenario_file *file, const char *name)
{
    for (size_t i = 0; i < file->variant_count; i++) {
        if (strcmp(file->variants[i], name) == 0)
            return true;
    }
    return false;
}

static void check_variant(struct bind *bind, const struct json *node, const char *key,
                          const char *name)
{
    const struct scenario_file *file = bind->file;
    if (name == NULL || (*name != '\0' && is_variant(file, name)))
        return;
    struct text hint = {0};
    if (file->variants[0][0] != '\0')
        text_hint(&hint, name, file->variants, file->variant_count);
    bind_member_error(&bind->reader, node, key, "there is no variant \"%s\"%s", name,
                      text_of(&hint));
    text_free(&hint);
}

/* True if the file knows a component of that name in some variant, though not in this one. */
static bool is_elsewhere(const struct bind *bind, const char *name)
{
    const struct json *variants = json_get(json_root(bind->file->doc), "variants");
    struct param_reader walk = {0};
    bool found = false;
    for (size_t i = 0; !found; i++) {
        const char *section = i == 0 ? "queues" : actor_kinds[i - 1]->section;
        param_enter(&walk, section);
        param_enter(&walk, name);
        found = json_find(bind->file->doc, text_of(&walk.pointer)) != NULL;
        for (const struct json *v = variants != NULL ? json_first(variants) : NULL; v != NULL;
             v = json_next(v))
            found = found || json_get(v, text_of(&walk.pointer)) != NULL;
        param_leave(&walk, 0);
        if (actor_kinds[i] == NULL)
            break;
    }
    text_free(&walk.pointer);
    return found;
}

static void check_entity(struct bind *bind, const struct json *node,
                         const struct scenario_expect *expect)
{
    const char *name = expect->entity, *here = bind->file->variants[bind->variant];
    uint32_t id;
    const bool is_judged = expect->variant == NULL || strcmp(expect->variant, here) == 0 ||
                           (expect->vs != NULL && strcmp(expect->vs, here) == 0);
    if (!is_judged || strcmp(name, "scenario") == 0 || map_get_text(bind->names, name, &id))
        return;
    if (*here != '\0' && is_elsewhere(bind, name))
        bind_member_error(
            &bind->reader, node, "entity",
            "there is no \"%s\" in the variant \"%s\": say which \"variant\" is meant", name, here);
    else
        bind_member_error(&bind->reader, node, "entity", "there is no \"%s\"%s", name,
                          bind_hint(&bind->scenario->arena, bind->names, name));
}

/* True if value is one of the axis' values; an axis that the command line replaced has any. */
static bool is_on_axis(const struct scenario_file *file, size_t axis, const struct json *value)
{
    char *wanted = json_print(value);
    bool found = file->axis_set[axis];
    for (size_t point = 0; point < file->point_count && !found; point++) {
        char *text = json_print(file->axis_values[point][axis]);
        found = strcmp(text, wanted) == 0;
        free(text);
    }
    free(wanted);
    return found;
}

static void check_coordinate(struct bind *bind, const struct json *point, const struct json *member)
{
    const struct scenario_file *file = bind->file;
    const char *key = json_key(member);
    size_t axis = 0;
    while (axis < file->axis_count && strcmp(file->axes[axis], key) != 0)
        axis++;
    if (axis == file->axis_count) {
        const char *near = text_nearest(key, file->axes, file->axis_count);
        if (near != NULL)
            bind_member_error(&bind->reader, point, key,
                              "\"%s\" is not swept, did you mean \"%s\"?", key, near);
        else
            bind_member_error(&bind->reader, point, key, "\"%s\" is not swept", key);
    } else if (!is_on_axis(file, axis, member)) {
        char *text = json_print(member);
        bind_member_error(&bind->reader, point, key, "%s is not among the values of \"%s\"", text,
                          key);
        free(text);
    }
}

static void check_point(struct bind *bind, const struct json *point)
{
    if (point == NULL)
        return;
    const size_t length = param_enter(&bind->reader, "point");
    if (param_expect(&bind->reader, point, JSON_OBJECT)) {
        for (const struct json *m = json_first(point); m != NULL; m = json_next(m))
            check_coordinate(bind, point, m);
    }
    param_leave(&bind->reader, length);
}

/* --- one expectation --- */

/* A comparison has what it needs and no more. */
static void check_comparison(struct bind *bind, const struct json *node,
                             const struct scenario_expect *expect)
{
    static const char *const needed[] = {"metric", "stat", "is"};
    const bool is_within = expect->is == EXPECT_WITHIN;
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        if (json_get(node, needed[i]) == NULL)
            param_error(&bind->reader, node, "\"%s\" is required", needed[i]);
    }
    if (expect->has_value == (expect->vs != NULL))
        param_error(&bind->reader, node, "give one of \"value\" and \"vs\"");
    if (is_within && json_get(node, "tolerance") == NULL)
        param_error(&bind->reader, node, "\"within\" needs a \"tolerance\"");
    if (!is_within && json_get(node, "tolerance") != NULL)
        bind_member_error(&bind->reader, node, "tolerance",
                          "a tolerance goes with \"within\" alone");
    if (expect->vs != NULL && expect->variant != NULL && strcmp(expect->vs, expect->variant) == 0)
        bind_member_error(&bind->reader, node, "vs", "a variant is not compared with itself");
}

static void check_order(struct bind *bind, const struct json *node)
{
    static const char *const barred[] = {"metric", "stat", "is", "value", "vs", "tolerance"};
    for (size_t i = 0; i < sizeof barred / sizeof *barred; i++) {
        if (json_get(node, barred[i]) != NULL)
            bind_member_error(&bind->reader, node, barred[i],
                              "\"receivedOrder\" goes without \"%s\"", barred[i]);
    }
}

static void bind_one(struct bind *bind, const struct json *node, struct scenario_expect *expect)
{
    expect->at = node;
    if (!param_bind(&bind->reader, bind_expect_rows, expect, node, NULL))
        return;
    if (json_get(node, "receivedOrder") != NULL)
        check_order(bind, node);
    else
        check_comparison(bind, node, expect);
    check_variant(bind, node, "variant", expect->variant);
    check_variant(bind, node, "vs", expect->vs);
    check_entity(bind, node, expect);
    check_point(bind, expect->point);
}

void bind_expect(struct bind *bind)
{
    struct scenario *scenario = bind->scenario;
    const struct json *section = json_get(json_root(scenario->doc), "expect");
    if (section == NULL)
        return;
    const size_t outer = param_enter(&bind->reader, "expect");
    if (param_expect(&bind->reader, section, JSON_ARRAY)) {
        scenario->expects =
            arena_alloc(&scenario->arena, (json_count(section) + 1) * sizeof *scenario->expects);
        for (const struct json *node = json_first(section); node != NULL; node = json_next(node)) {
            char index[24];
            snprintf(index, sizeof index, "%zu", scenario->expect_count);
            const size_t length = param_enter(&bind->reader, index);
            bind_one(bind, node, &scenario->expects[scenario->expect_count++]);
            param_leave(&bind->reader, length);
        }
    }
    param_leave(&bind->reader, outer);
}
