// SPDX-License-Identifier: GPL-3.0-or-later
/* F8, duplicates: deliveries of a message after its first against the visibility timeout in mean
 * service times, a line for each variant, with the formula that applies: all workers are rarely
 * busy, work is exponential. */
#include <math.h>
#include <string.h>
#include "base/units.h"
#include "experiment/figure.h"
#include "experiment/theory.h"

enum { THEORY_POINTS = 200 };

struct plot {
    struct figure *figure;
    size_t series;
    bool varies;            /* some variant has several timeouts */
    double most_duplicates; /* of the variant at hand */
};

static void add_row(struct plot *plot, const char *kind, const char *label, const char *variant,
                    double ratio, double mean, double low, double high, double of)
{
    figure_number(plot->figure, (double)plot->series);
    figure_word(plot->figure, kind);
    figure_word(plot->figure, label);
    figure_word(plot->figure, variant);
    figure_number(plot->figure, ratio);
    figure_number(plot->figure, mean);
    figure_number(plot->figure, low);
    figure_number(plot->figure, high);
    figure_number(plot->figure, of);
    figure_end_row(plot->figure);
}

/* Whether the formula speaks of this cell; stale says which formula.  The curve is that of
 * exponential work. */
static bool has_theory(struct plot *plot, const struct cell *cell, const char *queue, int *stale)
{
    struct formula_station system;
    formula_station(&system, cell->scenario, FORMULA_QUEUE, queue, &plot->figure->arena);
    *stale = system.stale_delete;
    return formula_find(&system, "duplicates", "rate", &plot->figure->arena) != NULL &&
           strcmp(system.service.distribution, "exponential") == 0;
}

static void add_theory(struct plot *plot, double least, double most, int stale, size_t of)
{
    const bool any = stale == STALE_DELETE_DELETES;
    const char *label =
        any ? "theory: any handle deletes" : "theory: q/(1-q), q = exp(-timeout/mean)";
    plot->series++;
    for (int i = 0; i < THEORY_POINTS; i++) {
        const double ratio = least + (most - least) * (double)i / (THEORY_POINTS - 1);
        add_row(plot, "theory", label, "", ratio, theory_duplicates(ratio, 1.0, any), (double)NAN,
                (double)NAN, (double)of);
    }
}

static void add_sentence(struct plot *plot, const char *name, double least, double most)
{
    char duplicates[32];
    text_printf(
        &plot->figure->sentence,
        "%s %s: up to %s per message, with visibility timeouts of %.3g to %.3g mean service times.",
        plot->series > 0 ? "" : "Duplicates.", name,
        units_format_number(duplicates, plot->most_duplicates), least, most);
    plot->most_duplicates = 0.0;
}

static bool add_cell(struct plot *plot, const struct cell *cell, const char *name, double *ratio)
{
    const char *queue = figure_has(cell) ? figure_queue(cell) : NULL;
    struct setting_service service;
    if (queue == NULL ||
        !setting_service_of(cell->scenario, queue, &plot->figure->arena, &service) ||
        !(service.service_s > 0.0) || !isfinite(service.service_s))
        return false;
    const struct cell_row *row = cell_find(cell, queue, "duplicates", "rate");
    if (row == NULL)
        return false;
    *ratio = units_s(setting_queue(cell->scenario, queue)->cfg.visibility_ns) / service.service_s;
    add_row(plot, "measured", name, name, *ratio, row->estimate.mean, row->estimate.low,
            row->estimate.high, -1.0);
    plot->most_duplicates = fmax(plot->most_duplicates, row->estimate.mean);
    return true;
}

static void add_variant(struct plot *plot, size_t variant)
{
    struct figure *figure = plot->figure;
    const char *name = figure_variant(figure, result_cell(figure->result, variant, 0));
    double least = HUGE_VAL, most = -HUGE_VAL, ratio;
    bool applies = true;
    int stale = 0;
    for (size_t i = 0; i < result_points(figure->result); i++) {
        const struct cell *cell = result_cell(figure->result, variant, i);
        if (!add_cell(plot, cell, name, &ratio))
            continue;
        applies = applies && has_theory(plot, cell, figure_queue(cell), &stale);
        least = fmin(least, ratio);
        most = fmax(most, ratio);
    }
    if (least > most)
        return;
    add_sentence(plot, name, least, most);
    plot->varies = plot->varies || least < most;
    if (applies && least < most)
        add_theory(plot, least, most, stale, plot->series);
    plot->series++;
}

static void fill(struct figure *figure)
{
    struct plot plot = {.figure = figure};
    for (size_t i = 0; i < result_variants(figure->result); i++)
        add_variant(&plot, i);
    if (!plot.varies)
        figure_refuse(figure, plot.series > 0 ? "the visibility timeout is not swept"
                                              : "the service time is not known beforehand");
}

const struct figure_kind figure_f8 = {
    .id = "F8",
    .words = "duplicates against the visibility timeout",
    .header = "series,kind,label,variant,ratio,duplicates,low,high,of",
    .is_along_a_sweep = true,
    .fill = fill,
};
