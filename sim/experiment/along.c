// SPDX-License-Identifier: GPL-3.0-or-later
/* Points that have all axes but one in common are a group; its points are looked at together. */
#include "experiment/along.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/json.h"
#include "base/text.h"

struct walk {
    struct figure *figure;
    const struct result *result;
    size_t point_count;
    double *x;          /* [variant][point] */
    const char **rests; /* [axis][point]: the values of all axes but that; "" for axis_count */
};

static bool is_fixed(const struct walk *walk, size_t axis, size_t point, size_t other)
{
    const char *const *rests = walk->rests + axis * walk->point_count;
    return strcmp(rests[point], rests[other]) == 0;
}

/* All values of a point but that of an axis. */
static const char *rest_of(const struct walk *walk, size_t without, size_t point)
{
    const struct scenario_file *file = walk->result->file;
    struct text rest = {.length = 0};
    for (size_t axis = 0; without < file->axis_count && axis < file->axis_count; axis++) {
        if (axis == without)
            continue;
        char *value = json_print(file->axis_values[point][axis]);
        text_printf(&rest, "%s\n", value);
        free(value);
    }
    const char *kept = arena_copy_text(&walk->figure->arena, text_of(&rest));
    text_free(&rest);
    return kept;
}

static double x_of(const struct walk *walk, size_t variant, size_t point)
{
    return walk->x[variant * walk->point_count + point];
}

/* True for the first of a group's points. */
static bool is_first(const struct walk *walk, size_t axis, size_t point)
{
    for (size_t before = 0; before < point; before++) {
        if (is_fixed(walk, axis, before, point))
            return false;
    }
    return true;
}

static int by_x(const void *a, const void *b)
{
    const struct along_dot *first = a, *second = b;
    return (first->x > second->x) - (first->x < second->x);
}

/* The dots of a group, in order of x; returns how many, 0 unless x varies. */
static size_t group_dots(const struct walk *walk, size_t axis, size_t variant, size_t first,
                         struct along_dot *dots)
{
    size_t count = 0;
    for (size_t point = first; point < walk->point_count; point++) {
        if (is_fixed(walk, axis, first, point) && !isnan(x_of(walk, variant, point)))
            dots[count++] = (struct along_dot){x_of(walk, variant, point),
                                               result_cell(walk->result, variant, point)};
    }
    qsort(dots, count, sizeof *dots, by_x);
    return count > 1 && dots[count - 1].x > dots[0].x ? count : 0;
}

static size_t dots_along(const struct walk *walk, size_t axis, struct along_dot *dots)
{
    size_t count = 0;
    for (size_t variant = 0; variant < result_variants(walk->result); variant++) {
        for (size_t point = 0; point < walk->point_count; point++) {
            if (is_first(walk, axis, point))
                count += group_dots(walk, axis, variant, point, dots);
        }
    }
    return count;
}

/* The axis with most dots, the first of several; axis_count, all points in one group, if x moves
 * along none. */
static size_t best_axis(const struct walk *walk, struct along_dot *dots)
{
    const size_t axes = walk->result->file->axis_count;
    size_t best = axes, most = 0;
    for (size_t axis = 0; axis < axes; axis++) {
        const size_t count = dots_along(walk, axis, dots);
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
        if (axis == along || !walk->result->axis_tells[axis])
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
    walk->rests = arena_alloc(&walk->figure->arena, (axes + 1) * points * sizeof *walk->rests);
    for (size_t i = 0; i < (axes + 1) * points; i++)
        walk->rests[i] = rest_of(walk, i / points, i % points);
}

size_t along_lines(struct figure *figure, along_x *x, struct along_line lines[ALONG_LINES])
{
    struct walk walk = {
        .figure = figure, .result = figure->result, .point_count = result_points(figure->result)};
    size_t count = 0;
    prepare(&walk, x);
    struct along_dot *dots = arena_alloc(&figure->arena, walk.point_count * sizeof *dots);
    const size_t axis = best_axis(&walk, dots);
    for (size_t variant = 0; variant < result_variants(walk.result); variant++) {
        const size_t before = count;
        for (size_t point = 0; point < walk.point_count && count < ALONG_LINES; point++) {
            const size_t dot_count =
                is_first(&walk, axis, point) ? group_dots(&walk, axis, variant, point, dots) : 0;
            if (dot_count == 0)
                continue;
            struct along_line *line = &lines[count++];
            line->dot_count = dot_count;
            line->dots = arena_alloc(&figure->arena, dot_count * sizeof *dots);
            memcpy(line->dots, dots, dot_count * sizeof *dots);
        }
        for (size_t i = before; i < count; i++)
            name_line(&walk, &lines[i], axis, count - before > 1);
    }
    return count;
}
