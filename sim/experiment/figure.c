// SPDX-License-Identifier: GPL-3.0-or-later
/* What all figures share: the table's cells, which cells of a result to show, and what keeps a
 * formula off. */
#include "experiment/figure.h"

#include <math.h>
#include <string.h>
#include "base/must.h"
#include "base/units.h"
#include "experiment/csv_write.h"

// clang-format off
#define FIGURE_ADDRESS(kind) &figure_##kind,
const struct figure_kind *const figure_kinds[] = {FIGURES(FIGURE_ADDRESS) NULL};
// clang-format on

const struct figure_kind *figure_find(const char *id)
{
    for (size_t i = 0; figure_kinds[i] != NULL; i++) {
        if (strcmp(figure_kinds[i]->id, id) == 0)
            return figure_kinds[i];
    }
    return NULL;
}

bool figure_is_named(const struct figure *figure)
{
    for (size_t i = 0; i < result_figure_count(figure->result); i++) {
        if (strcmp(result_figure(figure->result, i), figure->kind->id) == 0)
            return true;
    }
    return false;
}

static void prepare(struct figure *figure)
{
    arena_init(&figure->arena);
    text_printf(&figure->csv, "%s\n", figure->kind->header);
    if (figure->kind->is_of_trace && !figure->is_of_root && !figure_is_named(figure))
        figure_refuse(figure, "it is drawn from a trace, and the scenario does not list it");
    else
        figure->kind->fill(figure);
    if (figure->at != NULL && figure->sentence.length > 0)
        text_printf(&figure->sentence, " All at %s.", figure->at);
    MUST((figure->row_count > 0) != (figure->refusal != NULL));
}

void figure_init(struct figure *figure, const struct figure_kind *kind, const struct result *result)
{
    *figure = (struct figure){.kind = kind, .result = result};
    prepare(figure);
}

void figure_init_life(struct figure *figure, const struct result *result, const struct cell *cell,
                      uint64_t root)
{
    *figure = (struct figure){
        .kind = &figure_f11, .result = result, .cell = cell, .is_of_root = true, .root = root};
    prepare(figure);
}

void figure_free(struct figure *figure)
{
    text_free(&figure->csv);
    text_free(&figure->sentence);
    arena_free(&figure->arena);
}

/* Of a trace: which cell, and that it is one replication. */
static void add_replayed(struct figure *figure, struct text *footer)
{
    char seed[32];
    const char *label = result_label(&figure->arena, figure->result,
                                     figure->cell != NULL ? figure->cell : figure->result->cells);
    text_printf(footer, "%s%s%s: replication 1, seed %s", result_name(figure->result),
                label[0] != '\0' ? ", " : "", label,
                result_format_seed(seed, result_seed(figure->result)));
}

const char *figure_footer(struct figure *figure)
{
    char replications[64], seed[32];
    struct text footer = {.length = 0};
    if (figure->kind->is_of_trace) {
        add_replayed(figure, &footer);
    } else {
        text_printf(&footer, "%s: %s, seed %s", result_name(figure->result),
                    result_format_replications(replications, figure->result),
                    result_format_seed(seed, result_seed(figure->result)));
        if (result_replications(figure->result) > 1 &&
            strstr(figure->kind->header, "low") != NULL && !figure->has_range)
            text_add(&footer, ", 95 % intervals");
        if (figure->at != NULL)
            text_printf(&footer, ", %s", figure->at);
    }
    text_printf(&footer, ", %s", result_profile(figure->result));
    const char *kept = arena_copy_text(&figure->arena, text_of(&footer));
    text_free(&footer);
    return kept;
}

static void separate(struct figure *figure)
{
    if (figure->row_is_open)
        text_add(&figure->csv, ",");
    figure->row_is_open = true;
}

void figure_number(struct figure *figure, double value)
{
    separate(figure);
    csv_write_number(&figure->csv, value);
}

void figure_range(struct figure *figure, const struct cell *cell, const struct series_point *point)
{
    const bool is_replicated = cell->replication_count > 1;
    figure->has_range = true;
    figure_number(figure, is_replicated ? point->min : (double)NAN);
    figure_number(figure, is_replicated ? point->max : (double)NAN);
}

/* gnuplot knows no doubled quotes in a field and would lose the rest of the row: they become single
 * ones. */
void figure_word(struct figure *figure, const char *word)
{
    struct text plain = {.length = 0};
    text_add(&plain, word);
    for (size_t i = 0; i < plain.length; i++)
        plain.bytes[i] = plain.bytes[i] == '"' ? '\'' : plain.bytes[i];
    separate(figure);
    csv_write_word(&figure->csv, text_of(&plain));
    text_free(&plain);
}

void figure_end_row(struct figure *figure)
{
    text_add(&figure->csv, "\n");
    figure->row_is_open = false;
    figure->row_count++;
}

void figure_refuse(struct figure *figure, const char *why)
{
    text_cut(&figure->csv, strlen(figure->kind->header) + 1);
    text_clear(&figure->sentence);
    figure->at = NULL;
    figure->row_count = 0;
    figure->refusal = why;
}

bool figure_has(const struct cell *cell)
{
    return cell->replication_count > 0;
}

/* --- cells to show --- */

/* The cells that fit, as a table of variants by points. */
struct fitting {
    const struct result *result;
    figure_fits *fits;
    const void *context;
};

static bool has(const struct fitting *of, size_t variant, size_t point)
{
    const struct cell *cell = result_cell(of->result, variant, point);
    return figure_has(cell) && of->fits(cell, of->context);
}

static size_t list_variants(const struct fitting *of, size_t *variants)
{
    size_t count = 0;
    for (size_t i = 0; i < result_variants(of->result); i++) {
        size_t point = 0;
        while (point < result_points(of->result) && !has(of, i, point))
            point++;
        if (point < result_points(of->result))
            variants[count++] = i;
    }
    return count;
}

/* The points at which all these variants fit. */
static size_t list_points(const struct fitting *of, const size_t *variants, size_t variant_count,
                          size_t *points)
{
    size_t count = 0;
    for (size_t i = 0; i < result_points(of->result); i++) {
        size_t with = 0;
        while (with < variant_count && has(of, variants[with], i))
            with++;
        if (with == variant_count)
            points[count++] = i;
    }
    return count;
}

/* The first, the last and those evenly between; of two the middle instead of the first, and one is
 * the last: a sweep goes towards what it wants to show. */
static size_t keep_some(size_t *items, size_t count, size_t wanted)
{
    if (count <= wanted)
        return count;
    for (size_t i = 0; i < wanted; i++) {
        const size_t steps = wanted > 2 ? wanted - 1 : wanted;
        const size_t step = wanted > 2 ? i : i + 1;
        items[i] = items[step * (count - 1) / steps];
    }
    return wanted;
}

size_t figure_cells(struct figure *figure, figure_fits *fits, const void *context,
                    const struct cell **cells, size_t most)
{
    const struct result *result = figure->result;
    const struct fitting of = {result, fits, context};
    size_t *variants = arena_alloc(&figure->arena, result_variants(result) * sizeof *variants);
    size_t *points = arena_alloc(&figure->arena, result_points(result) * sizeof *points);
    size_t variant_count = list_variants(&of, variants);
    variant_count = variant_count < most ? variant_count : most;
    if (variant_count == 0)
        return 0;
    /* Where they have no point in common (a run was interrupted), the last ones stay out. */
    size_t point_count = list_points(&of, variants, variant_count, points);
    while (point_count == 0)
        point_count = list_points(&of, variants, --variant_count, points);
    /* Variants are to be told apart: their points leave half of the room free. */
    const size_t room = variant_count > 1 ? most / 2 / variant_count : most;
    point_count = keep_some(points, point_count, room > 0 ? room : 1);
    if (variant_count > 1 && point_count == 1) {
        const char *at = result_point_label(&figure->arena, result, points[0]);
        figure->at = at[0] != '\0' ? at : NULL;
    }
    size_t count = 0;
    for (size_t i = 0; i < point_count; i++) {
        for (size_t j = 0; j < variant_count; j++)
            cells[count++] = result_cell(result, variants[j], points[i]);
    }
    return count;
}

const char *figure_queue(const struct cell *cell)
{
    const char *busiest = NULL;
    double most = -1.0;
    for (size_t i = 0; i < cell->scenario->queue_count; i++) {
        const char *name = cell->scenario->queues[i].name;
        const double sent = cell_mean(cell, name, "NumberOfMessagesSent", "count");
        if (!setting_is_dead_letter(cell->scenario, name) && sent > most) {
            busiest = name;
            most = sent;
        }
    }
    return busiest;
}

const char *figure_label(struct figure *figure, const struct cell *cell)
{
    if (figure->at != NULL)
        return cell->variant;
    const char *label = result_label(&figure->arena, figure->result, cell);
    return label[0] != '\0' ? label : result_name(figure->result);
}

const char *figure_variant(const struct figure *figure, const struct cell *cell)
{
    return cell->variant[0] != '\0' ? cell->variant : result_name(figure->result);
}
