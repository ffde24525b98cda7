// SPDX-License-Identifier: GPL-3.0-or-later
/* Points that have all axes but one in common, and those that go with it, are a group, whose points
 * are looked at together. */
#include "experiment/along.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/json.h"
#include "base/map.h"
#include "base/text.h"

struct walk {
    struct figure *figure;
    const struct result *result;
    size_t point_count;
    double *x;        /* [variant][point] */
    uint32_t *values; /* [axis][point]: equal numbers are equal values */
    uint32_t *groups; /* [axis][point]: in the order in which they come first */
};

/* Numbers a text as it comes first. */
static uint32_t number_of(struct map *seen, const char *text)
{
    uint32_t number = (uint32_t)map_count(seen);
    if (!map_get_text(seen, text, &number))
        map_put_text(seen, text, number);
    return number;
}

static void number_values(struct walk *walk, size_t axis)
{
    struct map *seen = map_new();
    for (size_t point = 0; point < walk->point_count; point++) {
        char *value = json_print(walk->result->file->axis_values[point][axis]);
        walk->values[axis * walk->point_count + point] = number_of(seen, value);
        free(value);
    }
    map_free(seen);
}

/* True if points of the same value of one axis have the same of the other: it says nothing more. */
static bool is_told_by(const struct walk *walk, size_t other, size_t axis)
{
    const uint32_t *told = walk->values + other * walk->point_count;
    const uint32_t *by = walk->values + axis * walk->point_count;
    struct map *seen = map_new();
    bool is = true;
    for (size_t point = 0; is && point < walk->point_count; point++) {
        uint32_t before = told[point];
        if (!map_get(seen, by[point], &before))
            map_put(seen, by[point], told[point]);
        is = before == told[point];
    }
    map_free(seen);
    return is;
}

/* Points that have all axes in common but this one and those that go with it. */
static void number_groups(struct walk *walk, size_t axis)
{
    const size_t axes = walk->result->file->axis_count, points = walk->point_count;
    bool *is_apart = arena_alloc(&walk->figure->arena, axes * sizeof *is_apart);
    struct map *seen = map_new();
    for (size_t other = 0; other < axes; other++)
        is_apart[other] = !is_told_by(walk, other, axis);
    for (size_t point = 0; point < points; point++) {
        struct text key = {.length = 0};
        for (size_t other = 0; other < axes; other++) {
            if (is_apart[other])
                text_printf(&key, "%u ", (unsigned)walk->values[other * points + point]);
        }
        walk->groups[axis * points + point] = number_of(seen, text_of(&key));
        text_free(&key);
    }
    map_free(seen);
}

static double x_of(const struct walk *walk, size_t variant, size_t point)
{
    return walk->x[variant * walk->point_count + point];
}

static int by_x(const void *a, const void *b)
{
    const struct along_dot *first = a, *second = b;
    return (first->x > second->x) - (first->x < second->x);
}

/* What the x of a group's points are. */
struct span {
    double least, most;
    size_t count;
};

/* The groups of an axis in a variant; returns how many points are in groups whose x varies. */
static size_t measure(const struct walk *walk, size_t axis, size_t variant, struct span *spans)
{
    const uint32_t *groups = walk->groups + axis * walk->point_count;
    size_t count = 0;
    for (size_t i = 0; i < walk->point_count; i++)
        spans[i] = (struct span){.least = HUGE_VAL, .most = -HUGE_VAL};
    for (size_t point = 0; point < walk->point_count; point++) {
        struct span *span = &spans[groups[point]];
        const double x = x_of(walk, variant, point);
        span->least = fmin(span->least, x);
        span->most = fmax(span->most, x);
        span->count += isnan(x) ? 0 : 1;
    }
    for (size_t i = 0; i < walk->point_count; i++)
        count += spans[i].least < spans[i].most ? spans[i].count : 0;
    return count;
}

/* The dots of a group, in order of x. */
static void fill_line(const struct walk *walk, size_t axis, size_t variant, size_t group,
                      struct along_line *line)
{
    const uint32_t *groups = walk->groups + axis * walk->point_count;
    for (size_t point = 0; point < walk->point_count; point++) {
        const double x = x_of(walk, variant, point);
        if (groups[point] == group && !isnan(x))
            line->dots[line->dot_count++] =
                (struct along_dot){x, result_cell(walk->result, variant, point)};
    }
    qsort(line->dots, line->dot_count, sizeof *line->dots, by_x);
}

/* The axis with most dots, the first of several. */
static size_t best_axis(const struct walk *walk, struct span *spans)
{
    size_t best = 0, most = 0;
    for (size_t axis = 0; axis < walk->result->file->axis_count; axis++) {
        size_t count = 0;
        for (size_t variant = 0; variant < result_variants(walk->result); variant++)
            count += measure(walk, axis, variant, spans);
        if (count > most)
            best = axis;
        most = count > most ? count : most;
    }
    return best;
}

/* "VisibilityTimeout 60": the axes that stand still. */
static void add_rest(struct text *label, const struct walk *walk, size_t along, size_t point)
{
    const struct scenario_file *file = walk->result->file;
    for (size_t axis = 0; axis < file->axis_count; axis++) {
        const char *last = strrchr(file->axes[axis], '/');
        const struct json *value = file->axis_values[point][axis];
        if (is_told_by(walk, axis, along))
            continue;
        char *shown = json_kind(value) == JSON_TEXT ? NULL : json_print(value);
        text_printf(label, "%s%s %s", label->length > 0 ? ", " : "",
                    last != NULL ? last + 1 : file->axes[axis],
                    shown != NULL ? shown : json_text(value));
        free(shown);
    }
}

static void name_line(const struct walk *walk, struct along_line *line, size_t along,
                      bool has_others)
{
    struct text label = {.length = 0};
    const struct cell *cell = line->dots[0].cell;
    line->variant = figure_variant(walk->figure, cell);
    if (result_has_variants(walk->result))
        text_add(&label, cell->variant);
    if (has_others)
        add_rest(&label, walk, along, result_point_of(walk->result, cell));
    line->label =
        label.length > 0 ? arena_copy_text(&walk->figure->arena, text_of(&label)) : line->variant;
    text_free(&label);
}

static void prepare(struct walk *walk, along_x *x)
{
    const size_t variants = result_variants(walk->result), points = walk->point_count;
    const size_t axes = walk->result->file->axis_count;
    walk->x = arena_alloc(&walk->figure->arena, variants * points * sizeof *walk->x);
    for (size_t i = 0; i < variants * points; i++) {
        const struct cell *cell = result_cell(walk->result, i / points, i % points);
        walk->x[i] = figure_has(cell) ? x(walk->figure, cell) : (double)NAN;
    }
    walk->values = arena_alloc(&walk->figure->arena, axes * points * sizeof *walk->values);
    walk->groups = arena_alloc(&walk->figure->arena, axes * points * sizeof *walk->groups);
    for (size_t axis = 0; axis < axes; axis++)
        number_values(walk, axis);
    for (size_t axis = 0; axis < axes; axis++)
        number_groups(walk, axis);
}

size_t along_lines(struct figure *figure, along_x *x, struct along_line lines[ALONG_LINES])
{
    struct walk walk = {
        .figure = figure, .result = figure->result, .point_count = result_points(figure->result)};
    size_t count = 0;
    if (walk.result->file->axis_count == 0)
        return 0;
    prepare(&walk, x);
    struct span *spans = arena_alloc(&figure->arena, walk.point_count * sizeof *spans);
    const size_t axis = best_axis(&walk, spans);
    for (size_t variant = 0; variant < result_variants(walk.result); variant++) {
        const size_t before = count;
        measure(&walk, axis, variant, spans);
        for (size_t group = 0; group < walk.point_count && count < ALONG_LINES; group++) {
            if (!(spans[group].least < spans[group].most))
                continue;
            struct along_line *line = &lines[count++];
            *line = (struct along_line){.dot_count = 0};
            line->dots = arena_alloc(&figure->arena, spans[group].count * sizeof *line->dots);
            fill_line(&walk, axis, variant, group, line);
        }
        for (size_t i = before; i < count; i++)
            name_line(&walk, &lines[i], axis, count - before > 1);
    }
    return count;
}
