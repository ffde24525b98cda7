// SPDX-License-Identifier: GPL-3.0-or-later
/* Pairs replications and takes their differences.  Which cells stand side by side is decided once;
 * the rest does not know whether they are variants or results. */
#include "experiment/compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/text.h"
#include "experiment/compare_say.h"

/* --- one difference --- */

/* The values of a row in a cell's replications; to be freed. */
static double *values_of(const struct cell *cell, const struct cell_row *row)
{
    double *values = must_alloc((cell->replication_count + 1) * sizeof *values);
    for (size_t i = 0; i < cell->replication_count; i++)
        values[i] = cell_value(cell, (size_t)(row - cell->rows), i);
    return values;
}

/* First minus second.  Of cells with unequally many replications those are paired that both have.
 */
static struct estimate difference_of(const struct compare *compare, const struct cell *first,
                                     const struct cell_row *first_row, const struct cell *second,
                                     const struct cell_row *second_row, double level)
{
    const size_t a_count = first->replication_count, b_count = second->replication_count;
    const size_t pairs = a_count < b_count ? a_count : b_count;
    double *a = values_of(first, first_row), *b = values_of(second, second_row);
    struct estimate estimate;
    if (compare->is_paired) {
        for (size_t i = 0; i < pairs; i++)
            a[i] -= b[i];
        estimate = estimate_mean(a, pairs, level);
    } else {
        estimate = estimate_welch(a, a_count, b, b_count, level);
    }
    free(a);
    free(b);
    return estimate;
}

/* Relative to what differs, less is left of rounding alone. */
static const double noise = 1e-12;

/* Without an interval nothing is known to differ. */
static bool excludes_zero(const struct estimate *estimate, double size)
{
    return (estimate->low > 0.0 || estimate->high < 0.0) && fabs(estimate->mean) > noise * size;
}

/* --- all of a metric --- */

static struct compare_difference *at(const struct compare *compare, size_t metric, size_t place,
                                     size_t arm)
{
    return &compare
                ->differences[(metric * compare->place_count + place) * compare->arm_count + arm];
}

static const struct cell *cell_at(const struct compare *compare, size_t place, size_t arm)
{
    return compare->cells[place * compare->arm_count + arm];
}

/* Found once for all: the value of each difference. */
static const struct cell_row *row_at(const struct compare *compare, size_t metric, size_t place,
                                     size_t arm)
{
    return at(compare, metric, place, arm)->value;
}

static const struct estimate not_available = {
    .mean = (double)NAN, .low = (double)NAN, .high = (double)NAN};

/* Arm minus other, at that level; not available unless both have the metric. */
static struct estimate between(const struct compare *compare, size_t metric, size_t place,
                               size_t arm, size_t other, double level)
{
    const struct cell_row *row = row_at(compare, metric, place, arm);
    const struct cell_row *other_row = row_at(compare, metric, place, other);
    if (row == NULL || other_row == NULL)
        return not_available;
    return difference_of(compare, cell_at(compare, place, arm), row, cell_at(compare, place, other),
                         other_row, level);
}

/* The magnitude of what the arm has. */
static double size_of(const struct compare *compare, size_t metric, size_t place, size_t arm)
{
    const struct cell_row *row = row_at(compare, metric, place, arm);
    return row != NULL ? fabs(row->estimate.mean) : 0.0;
}

static void fill_one(struct compare *compare, size_t metric, size_t place, size_t arm)
{
    struct compare_difference *difference = at(compare, metric, place, arm);
    const struct cell_row *base = row_at(compare, metric, place, compare->base);
    difference->of_base = difference->joint = not_available;
    difference->relative = (double)NAN;
    if (arm == compare->base)
        return;
    difference->of_base = between(compare, metric, place, arm, compare->base, ESTIMATE_LEVEL);
    difference->differs = excludes_zero(&difference->of_base, size_of(compare, metric, place, arm));
    if (base != NULL && base->estimate.mean != 0.0)
        difference->relative = difference->of_base.mean / fabs(base->estimate.mean);
    compare->counts[metric] += isnan(difference->of_base.low) ? 0 : 1;
}

/* Bonferroni: of m intervals each may miss with a chance of (1 - level) / m. */
static double joint_level(size_t count)
{
    return 1.0 - (1.0 - ESTIMATE_LEVEL) / (double)(count > 0 ? count : 1);
}

static void judge_jointly(struct compare *compare, size_t metric)
{
    const double level = joint_level(compare->counts[metric]);
    for (size_t place = 0; place < compare->place_count; place++) {
        for (size_t arm = 0; arm < compare->arm_count; arm++) {
            struct compare_difference *difference = at(compare, metric, place, arm);
            if (arm == compare->base)
                continue;
            difference->joint = between(compare, metric, place, arm, compare->base, level);
            difference->differs_jointly =
                excludes_zero(&difference->joint, size_of(compare, metric, place, arm));
        }
    }
}

/* --- best against rest --- */

/* The arm with the best mean; arm_count where one is not available. */
static size_t best_arm(const struct compare *compare, size_t metric, size_t place)
{
    const int sense = compare->metrics[metric].sense;
    size_t best = 0;
    double best_mean = (double)NAN;
    for (size_t arm = 0; arm < compare->arm_count; arm++) {
        const struct cell_row *row = row_at(compare, metric, place, arm);
        if (row == NULL || isnan(row->estimate.mean))
            return compare->arm_count;
        if (arm > 0 && !(sense * row->estimate.mean > sense * best_mean))
            continue;
        best = arm;
        best_mean = row->estimate.mean;
    }
    return best;
}

/* The best mean against each of the others, at a joint level over those.  That the best was chosen
 * by the same data does no harm: a wrong verdict needs the interval between it and the truly best
 * one to miss, which is one of arms - 1 that are fixed beforehand. */
static void judge_best(struct compare *compare, size_t metric, size_t place)
{
    const size_t best = best_arm(compare, metric, place);
    const double level = joint_level(compare->arm_count - 1);
    size_t as_good = 0;
    if (compare->metrics[metric].sense == 0 || best == compare->arm_count)
        return;
    for (size_t arm = 0; arm < compare->arm_count; arm++) {
        const struct estimate lead = between(compare, metric, place, best, arm, level);
        at(compare, metric, place, arm)->is_best =
            arm == best || !excludes_zero(&lead, size_of(compare, metric, place, arm));
        as_good += at(compare, metric, place, arm)->is_best;
    }
    for (size_t arm = 0; as_good == compare->arm_count && arm < compare->arm_count; arm++)
        at(compare, metric, place, arm)->is_best = false;
}

static void find_rows(struct compare *compare, size_t metric)
{
    for (size_t i = 0; i < compare->place_count * compare->arm_count; i++) {
        const size_t place = i / compare->arm_count, arm = i % compare->arm_count;
        const struct cell *cell = cell_at(compare, place, arm);
        if (cell != NULL)
            at(compare, metric, place, arm)->value =
                compare_metric_row(&compare->metrics[metric], cell);
    }
}

static void fill(struct compare *compare)
{
    const size_t places = compare->place_count, arms = compare->arm_count;
    compare->differences = arena_alloc(&compare->arena, compare->metric_count * places * arms *
                                                            sizeof *compare->differences);
    compare->counts =
        arena_alloc(&compare->arena, (compare->metric_count + 1) * sizeof *compare->counts);
    for (size_t metric = 0; metric < compare->metric_count; metric++) {
        find_rows(compare, metric);
        for (size_t i = 0; i < places * arms; i++)
            fill_one(compare, metric, i / arms, i % arms);
        judge_jointly(compare, metric);
        for (size_t place = 0; place < places; place++)
            judge_best(compare, metric, place);
    }
    compare->sentences = arena_alloc(&compare->arena, arms * sizeof *compare->sentences);
    for (size_t arm = 0; arm < arms; arm++)
        compare->sentences[arm] =
            arm != compare->base ? compare_say(&compare->arena, compare, arm) : "";
}

/* --- what is compared --- */

static struct compare *start(size_t arms, size_t places)
{
    struct compare *compare = must_alloc(sizeof *compare);
    *compare = (struct compare){.arm_count = arms};
    arena_init(&compare->arena);
    compare->arms = arena_alloc(&compare->arena, arms * sizeof *compare->arms);
    compare->places = arena_alloc(&compare->arena, (places + 1) * sizeof *compare->places);
    compare->cells = arena_alloc(&compare->arena, (places + 1) * arms * sizeof *compare->cells);
    return compare;
}

static bool choose_metrics(struct compare *compare, const struct result *const *results,
                           size_t count, const struct compare_choice *choice, struct text *error)
{
    if (choice->metric_count == 0)
        compare->metric_count =
            compare_metric_defaults(&compare->arena, results, count, compare->metrics);
    for (size_t i = 0; i < choice->metric_count; i++) {
        const char *nearest = NULL;
        if (i == COMPARE_METRICS) {
            text_printf(error, "more than %d metrics were asked for", COMPARE_METRICS);
            return false;
        }
        if (!compare_metric_read(&compare->arena, results, count, choice->metrics[i],
                                 &compare->metrics[i], &nearest)) {
            text_printf(error, "nobody measures \"%s\"", choice->metrics[i]);
            if (nearest != NULL)
                text_printf(error, ", did you mean \"%s\"?", nearest);
            return false;
        }
        compare->metric_count++;
    }
    return compare->metric_count > 0;
}

static struct compare *finish(struct compare *compare, const struct result *const *results,
                              size_t count, const struct compare_choice *choice, struct text *error)
{
    static const struct compare_choice none = {.base = NULL};
    if (choose_metrics(compare, results, count, choice != NULL ? choice : &none, error)) {
        fill(compare);
        return compare;
    }
    compare_free(compare);
    return NULL;
}

static bool find_base(struct compare *compare, const char *name, struct text *error)
{
    while (name != NULL && compare->base < compare->arm_count &&
           strcmp(compare->arms[compare->base], name) != 0)
        compare->base++;
    if (compare->base < compare->arm_count)
        return true;
    text_printf(error, "there is no variant \"%s\" to compare with", name);
    for (size_t arm = 0; arm < compare->arm_count; arm++)
        text_printf(error, "%s\"%s\"", arm == 0 ? "; there are " : ", ", compare->arms[arm]);
    return false;
}

struct compare *compare_variants(const struct result *result, const struct compare_choice *choice,
                                 struct text *error)
{
    const size_t arms = result_variants(result), places = result_points(result);
    if (arms < 2)
        return NULL;
    struct compare *compare = start(arms, places);
    compare->is_paired = true;
    compare->place_count = places;
    for (size_t arm = 0; arm < arms; arm++)
        compare->arms[arm] = result_cell(result, arm, 0)->variant;
    for (size_t place = 0; place < places; place++) {
        compare->places[place] = result_point_label(&compare->arena, result, place);
        for (size_t arm = 0; arm < arms; arm++)
            compare->cells[place * arms + arm] = result_cell(result, arm, place);
    }
    if (find_base(compare, choice != NULL ? choice->base : NULL, error))
        return finish(compare, &result, 1, choice, error);
    compare_free(compare);
    return NULL;
}

/* The cell of the same variant at the same point; two results of one cell each need no names. */
static const struct cell *counterpart(const struct result *other, const struct result *base,
                                      const struct cell *cell)
{
    if (base->cell_count == 1 && other->cell_count == 1)
        return &other->cells[0];
    for (size_t i = 0; i < other->cell_count; i++) {
        if (strcmp(other->cells[i].variant, cell->variant) == 0 &&
            strcmp(other->cells[i].point, cell->point) == 0)
            return &other->cells[i];
    }
    return NULL;
}

struct compare *compare_results(const struct result *base, const struct result *other,
                                const char *const names[2], const struct compare_choice *choice,
                                struct text *error)
{
    struct compare *compare = start(2, base->cell_count);
    const struct result *const results[2] = {base, other};
    compare->is_paired = result_seed(base) == result_seed(other);
    compare->arms[0] = arena_copy_text(&compare->arena, names[0]);
    compare->arms[1] = arena_copy_text(&compare->arena, names[1]);
    for (size_t i = 0; i < base->cell_count; i++) {
        const struct cell *cell = &base->cells[i], *of_other = counterpart(other, base, cell);
        if (of_other == NULL)
            continue;
        const size_t place = compare->place_count++;
        compare->places[place] = result_label(&compare->arena, base, cell);
        compare->cells[2 * place] = cell;
        compare->cells[2 * place + 1] = of_other;
    }
    if (compare->place_count > 0)
        return finish(compare, results, 2, choice, error);
    text_add(error, "they have no variant at the same sweep point in common");
    compare_free(compare);
    return NULL;
}

void compare_free(struct compare *compare)
{
    if (compare == NULL)
        return;
    arena_free(&compare->arena);
    free(compare);
}

const struct compare_difference *compare_at(const struct compare *compare, size_t metric,
                                            size_t place, size_t arm)
{
    return at(compare, metric, place, arm);
}

bool compare_any(const struct compare *compare, size_t metric)
{
    for (size_t i = 0; i < compare->place_count * compare->arm_count; i++) {
        const struct compare_difference *difference =
            at(compare, metric, i / compare->arm_count, i % compare->arm_count);
        if (difference->differs || difference->differs_jointly)
            return true;
    }
    return false;
}
