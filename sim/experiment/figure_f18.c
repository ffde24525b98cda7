// SPDX-License-Identifier: GPL-3.0-or-later
/* F18, the hockey stick: the mean time in the queue against the load of a worker, a line for each
 * variant, with the queueing formula whose assumptions all its points meet. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/units.h"
#include "experiment/figure.h"
#include "experiment/formula.h"

enum { THEORY_POINTS = 200 };

static const double load_from = 0.02, load_to = 0.97;

struct dot {
    double load;
    const struct estimate *time;
};

struct plot {
    struct figure *figure;
    size_t series;
    bool varies; /* some variant has several loads */
    /* Of the variant at hand: what its points have in common. */
    struct formula_station system;
    const struct formula *formula; /* NULL: none */
    size_t dot_count;
    struct dot *dots;
};

static void add_row(struct plot *plot, const char *kind, const char *label, const char *variant,
                    const struct dot *dot, double of)
{
    figure_number(plot->figure, (double)plot->series);
    figure_word(plot->figure, kind);
    figure_word(plot->figure, label);
    figure_word(plot->figure, variant);
    figure_number(plot->figure, dot->load);
    figure_number(plot->figure, dot->time->mean);
    figure_number(plot->figure, dot->time->low);
    figure_number(plot->figure, dot->time->high);
    figure_number(plot->figure, of);
    figure_end_row(plot->figure);
}

static bool same_system(const struct formula_station *a, const struct formula_station *b)
{
    return a->service.workers == b->service.workers &&
           a->service.service_s == b->service.service_s &&
           strcmp(a->service.distribution, b->service.distribution) == 0;
}

static void add_cell(struct plot *plot, const struct cell *cell)
{
    const char *queue = figure_has(cell) ? figure_queue(cell) : NULL;
    const struct cell_row *row = queue != NULL ? cell_find(cell, queue, "sojourn", "mean") : NULL;
    struct formula_station system;
    if (row == NULL)
        return;
    formula_station(&system, cell->scenario, FORMULA_QUEUE, queue, &plot->figure->arena);
    if (!(system.load > 0.0) || !isfinite(system.load))
        return;
    const struct formula *formula = formula_find(&system, "sojourn", "mean", &plot->figure->arena);
    const bool is_first = plot->dot_count == 0;
    if (is_first || formula != plot->formula || !same_system(&plot->system, &system))
        plot->formula = is_first ? formula : NULL;
    plot->system = system;
    plot->dots[plot->dot_count++] = (struct dot){system.load, &row->estimate};
}

static void add_theory(struct plot *plot, const char *name)
{
    const size_t of = plot->series - 1;
    if (plot->formula == NULL)
        return;
    const char *label =
        arena_printf(&plot->figure->arena, "theory %s",
                     formula_title(plot->formula, &plot->system, &plot->figure->arena));
    for (int i = 0; i < THEORY_POINTS; i++) {
        const double load = load_from + (load_to - load_from) * (double)i / (THEORY_POINTS - 1);
        const struct estimate time = {.mean = formula_at_load(plot->formula, &plot->system, load),
                                      .low = (double)NAN,
                                      .high = (double)NAN};
        add_row(plot, "theory", label, name, &(struct dot){load, &time}, (double)of);
    }
    plot->series++;
}

static int by_load(const void *a, const void *b)
{
    const struct dot *first = a, *second = b;
    return (first->load > second->load) - (first->load < second->load);
}

static void add_variant(struct plot *plot, size_t variant)
{
    struct figure *figure = plot->figure;
    const size_t points = result_points(figure->result);
    const char *name = figure_variant(figure, result_cell(figure->result, variant, 0));
    plot->formula = NULL;
    plot->dot_count = 0;
    plot->dots = arena_alloc(&figure->arena, points * sizeof *plot->dots);
    for (size_t i = 0; i < points; i++)
        add_cell(plot, result_cell(figure->result, variant, i));
    if (plot->dot_count == 0)
        return;
    qsort(plot->dots, plot->dot_count, sizeof *plot->dots, by_load);
    for (size_t i = 0; i < plot->dot_count; i++)
        add_row(plot, "measured", name, name, &plot->dots[i], -1.0);
    const struct dot *last = &plot->dots[plot->dot_count - 1];
    plot->varies = plot->varies || last->load > plot->dots[0].load;
    char shown[32];
    text_printf(&figure->sentence, "%s %s: %s in the queue at a load of %.2f.",
                plot->series > 0 ? "" : "Time against load.", name,
                units_format_seconds(shown, last->time->mean), last->load);
    plot->series++;
    add_theory(plot, name);
}

static void fill(struct figure *figure)
{
    struct plot plot = {.figure = figure};
    for (size_t i = 0; i < result_variants(figure->result); i++)
        add_variant(&plot, i);
    if (!plot.varies)
        figure_refuse(figure, plot.series > 0 ? "the load is not swept"
                                              : "the load is not known beforehand");
}

const struct figure_kind figure_f18 = {
    .id = "F18",
    .words = "time in the queue against load",
    .header = "series,kind,label,variant,rho,time_s,low_s,high_s,of",
    .is_along_a_sweep = true,
    .fill = fill,
};
