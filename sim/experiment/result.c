// SPDX-License-Identifier: GPL-3.0-or-later
/* Loads the cells of a result, finishes them, and answers what reports ask about all of them. */
#include "experiment/result.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/map.h"
#include "base/text.h"
#include "experiment/advice.h"
#include "experiment/compare.h"
#include "experiment/expect.h"

static const char *keep(struct arena *arena, struct text *words)
{
    const char *kept = arena_copy_text(arena, text_of(words));
    text_free(words);
    return kept;
}

/* Loads everything before anything runs: a mistake at the last sweep point is said at once. */
static void load_cells(struct result *result, struct diag *diag)
{
    const struct scenario_file *file = result->file;
    const size_t points = result_points(result);
    result->cell_count = result_variants(result) * points;
    result->cells = arena_alloc(&result->arena, result->cell_count * sizeof *result->cells);
    result->scenarios = arena_alloc(&result->arena, result->cell_count * sizeof *result->scenarios);
    for (size_t i = 0; i < result->cell_count; i++) {
        result->scenarios[i] = scenario_load(file, i / points, i % points, diag);
        cell_init(&result->cells[i], result->scenarios[i], file->variants[i / points],
                  file->points[i % points]);
    }
}

static void add_value(struct text *out, const struct json *value)
{
    char *shown = json_kind(value) == JSON_TEXT ? NULL : json_print(value);
    text_add(out, shown != NULL ? shown : json_text(value));
    free(shown);
}

/* How many points the first axes tell apart. */
static size_t count_distinct(const struct scenario_file *file, size_t axis_count)
{
    struct map *seen = map_new();
    struct text values = {.length = 0};
    for (size_t point = 0; point < file->point_count; point++) {
        text_clear(&values);
        for (size_t axis = 0; axis < axis_count; axis++) {
            add_value(&values, file->axis_values[point][axis]);
            text_add(&values, "\n");
        }
        map_put_text(seen, text_of(&values), 0);
    }
    const size_t count = map_count(seen);
    text_free(&values);
    map_free(seen);
    return count;
}

/* Axes that move together, or stand still, are not all needed to name a point. */
static void judge_axes(struct result *result)
{
    const struct scenario_file *file = result->file;
    bool *tells = arena_alloc(&result->arena, (file->axis_count + 1) * sizeof *tells);
    size_t before = 1;
    for (size_t axis = 0; axis < file->axis_count; axis++) {
        const size_t with = count_distinct(file, axis + 1);
        tells[axis] = with > before;
        before = with;
    }
    result->axis_tells = tells;
}

struct result *result_new(const struct scenario_file *file, struct diag *diag)
{
    struct result *result = must_alloc(sizeof *result);
    *result = (struct result){.file = file, .comparison_error = ""};
    arena_init(&result->arena);
    const size_t mistakes = diag_count(diag);
    load_cells(result, diag);
    judge_axes(result);
    if (diag_count(diag) == mistakes)
        return result;
    result_free(result);
    return NULL;
}

void result_free(struct result *result)
{
    for (size_t i = 0; i < result->cell_count; i++) {
        cell_free(&result->cells[i]);
        if (result->scenarios[i] != NULL)
            scenario_free(result->scenarios[i]);
    }
    compare_free(result->comparison);
    arena_free(&result->arena);
    free(result);
}

void result_compare(struct result *result)
{
    struct text error = {.length = 0};
    compare_free(result->comparison);
    result->comparison = compare_variants(result, result->choice, &error);
    result->comparison_error = keep(&result->arena, &error);
}

void result_finish(struct result *result)
{
    result->fingerprint = 0;
    for (size_t i = 0; i < result->cell_count; i++) {
        cell_finish(&result->cells[i]);
        result->fingerprint = cell_mix(result->fingerprint, result->cells[i].fingerprint);
    }
    expect_judge(result);
    advice_judge(result);
    result_compare(result);
}

/* --- cells --- */

size_t result_variants(const struct result *result)
{
    return result->file->variant_count;
}

size_t result_points(const struct result *result)
{
    return result->file->point_count;
}

struct cell *result_cell(const struct result *result, size_t variant, size_t point)
{
    return &result->cells[variant * result_points(result) + point];
}

size_t result_point_of(const struct result *result, const struct cell *cell)
{
    return (size_t)(cell - result->cells) % result_points(result);
}

const struct cell *result_cell_beside(const struct result *result, const struct cell *cell,
                                      const char *variant)
{
    for (size_t i = 0; i < result_variants(result); i++) {
        const struct cell *other = result_cell(result, i, result_point_of(result, cell));
        if (strcmp(other->variant, variant) == 0)
            return other;
    }
    return NULL;
}

bool result_has_variants(const struct result *result)
{
    return result_variants(result) > 1 || result->file->variants[0][0] != '\0';
}

bool result_axis_was_set(const struct result *result)
{
    for (size_t axis = 0; axis < result->file->axis_count; axis++) {
        if (result->file->axis_set[axis])
            return true;
    }
    return false;
}

/* "VisibilityTimeout" of "/queues/orders/VisibilityTimeout"; a count says of what: "worker count".
 */
static void add_axis(struct text *label, const char *pointer)
{
    const char *last = strrchr(pointer, '/'), *before = last;
    if (last != NULL && strcmp(last, "/count") == 0) {
        while (before > pointer && before[-1] != '/')
            before--;
        text_append(label, before, (size_t)(last - before));
        text_add(label, before < last ? " " : "");
    }
    text_add(label, last != NULL ? last + 1 : pointer);
}

/* Appends what tells the point from the others: "VisibilityTimeout 60". */
static void add_point(struct text *label, const struct result *result, size_t point)
{
    const struct scenario_file *file = result->file;
    for (size_t axis = 0; axis < file->axis_count; axis++) {
        if (!result->axis_tells[axis])
            continue;
        text_add(label, label->length > 0 ? ", " : "");
        add_axis(label, file->axes[axis]);
        text_add(label, " ");
        add_value(label, file->axis_values[point][axis]);
    }
}

const char *result_label(struct arena *arena, const struct result *result, const struct cell *cell)
{
    struct text label = {.length = 0};
    text_add(&label, result_has_variants(result) ? cell->variant : "");
    add_point(&label, result, result_point_of(result, cell));
    return keep(arena, &label);
}

const char *result_point_label(struct arena *arena, const struct result *result, size_t point)
{
    struct text label = {.length = 0};
    add_point(&label, result, point);
    return keep(arena, &label);
}

/* --- what all cells have in common --- */

const char *result_name(const struct result *result)
{
    return result->file->name;
}

const char *result_title(const struct result *result)
{
    const char *title = result->scenarios[0]->title;
    return title != NULL ? title : result->file->name;
}

const char *result_source(const struct result *result)
{
    const struct json *lecture = result->scenarios[0]->lecture;
    const struct json *source = lecture != NULL ? json_get(lecture, "source") : NULL;
    return source != NULL && json_kind(source) == JSON_TEXT ? json_text(source) : "";
}

const char *result_sha256(const struct result *result)
{
    return result->file->sha256;
}

uint64_t result_seed(const struct result *result)
{
    return result->scenarios[0]->experiment.seed;
}

const char *result_profile(const struct result *result)
{
    return result->scenarios[0]->profile->name;
}

size_t result_replications(const struct result *result)
{
    size_t most = 0;
    for (size_t i = 0; i < result->cell_count; i++) {
        const size_t count = result->cells[i].replication_count;
        most = count > most ? count : most;
    }
    return most;
}

const char *result_format_replications(char buffer[64], const struct result *result)
{
    const size_t most = result_replications(result);
    size_t least = most;
    int length = 0;
    for (size_t i = 0; i < result->cell_count; i++) {
        const size_t count = result->cells[i].replication_count;
        least = count < least ? count : least;
    }
    if (least < most)
        length = snprintf(buffer, 64, "%zu to ", least);
    snprintf(buffer + length, 64 - (size_t)length, "%zu replication%s", most, most == 1 ? "" : "s");
    return buffer;
}

size_t result_figure_count(const struct result *result)
{
    const struct json *figures = result->scenarios[0]->figures;
    return figures != NULL ? json_count(figures) : 0;
}

const char *result_figure(const struct result *result, size_t index)
{
    const struct json *figure = json_first(result->scenarios[0]->figures);
    for (size_t i = 0; i < index; i++)
        figure = json_next(figure);
    return json_kind(figure) == JSON_TEXT ? json_text(figure) : "";
}

/* Numbers in JSON are doubles, whose whole numbers are exact to 2^53. */
bool result_seed_is_exact(uint64_t seed)
{
    return seed <= UINT64_C(1) << 53;
}

const char *result_format_seed(char buffer[32], uint64_t seed)
{
    snprintf(buffer, 32, result_seed_is_exact(seed) ? "%" PRIu64 : "0x%" PRIx64, seed);
    return buffer;
}

static void write_member(struct json_writer *w, const struct json *root, const char *key)
{
    const struct json *node = json_get(root, key);
    if (node == NULL)
        return;
    json_write_key(w, key);
    json_write_node(w, node);
}

void result_write_scenario(struct json_writer *w, const struct result *result)
{
    const struct json *root = json_root(result->file->doc);
    json_write_open(w, '{');
    write_member(w, root, "variants");
    write_member(w, root, "sweep");
    json_write_key(w, "resolved");
    scenario_write(w, result->scenarios[0]);
    json_write_close(w, '}');
}

void result_write_point(struct json_writer *w, const struct result *result, const struct cell *cell)
{
    const struct scenario_file *file = result->file;
    const size_t point = result_point_of(result, cell);
    json_write_open(w, '{');
    for (size_t axis = 0; axis < file->axis_count; axis++) {
        json_write_key(w, file->axes[axis]);
        json_write_node(w, file->axis_values[point][axis]);
    }
    json_write_close(w, '}');
}

const char *result_end_word(enum world_end end)
{
    switch (end) {
    case WORLD_AT_END:
        return "atEnd";
    case WORLD_DONE:
        return "done";
    case WORLD_SATURATED:
        return "saturated";
    }
    return "";
}
