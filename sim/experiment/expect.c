// SPDX-License-Identifier: GPL-3.0-or-later
/* Finds what an expectation is about, checks that it exists, and compares.  Whatever is judged is
 * also said in a sentence with both numbers. */
#include "experiment/expect.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/json_write.h"
#include "base/text.h"

bool expect_holds(const struct scenario_expect *expect, double seen, double wanted)
{
    if (isnan(seen) || isnan(wanted))
        return false;
    const double tolerance =
        expect->relative ? expect->tolerance * fabs(wanted) : expect->tolerance;
    switch ((enum expect_is)expect->is) {
    case EXPECT_EQ:
        return seen == wanted;
    case EXPECT_NE:
        return seen != wanted;
    case EXPECT_LT:
        return seen < wanted;
    case EXPECT_LE:
        return seen <= wanted;
    case EXPECT_GT:
        return seen > wanted;
    case EXPECT_GE:
        return seen >= wanted;
    case EXPECT_WITHIN:
        return fabs(seen - wanted) <= tolerance;
    }
    return false;
}

const char *expect_is_word(int is)
{
    static const char *const words[] = {"==", "!=", "<", "<=", ">", ">=", "within"};
    return words[is];
}

/* --- which expectations concern which cells --- */

static bool same_value(const struct json *a, const struct json *b)
{
    char *first = json_print(a), *second = json_print(b);
    const bool same = strcmp(first, second) == 0;
    free(first);
    free(second);
    return same;
}

/* Every pointer that the expectation names must have the cell's value. */
static bool point_concerns(const struct result *result, const struct json *wanted,
                           const struct cell *cell)
{
    const struct scenario_file *file = result->file;
    const size_t point = result_point_of(result, cell);
    for (const struct json *want = json_first(wanted); want != NULL; want = json_next(want)) {
        for (size_t axis = 0; axis < file->axis_count; axis++) {
            if (strcmp(file->axes[axis], json_key(want)) == 0 &&
                !same_value(file->axis_values[point][axis], want))
                return false;
        }
    }
    return true;
}

static bool concerns(const struct result *result, const struct scenario_expect *expect,
                     const struct cell *cell)
{
    if (expect->variant != NULL && strcmp(expect->variant, cell->variant) != 0)
        return false;
    if (expect->vs != NULL && strcmp(expect->vs, cell->variant) == 0)
        return false;
    return expect->point == NULL || point_concerns(result, expect->point, cell);
}

/* --- names --- */

typedef const char *name_of(const struct cell_row *row);

static const char *entity_of(const struct cell_row *row)
{
    return row->entity;
}
static const char *metric_of(const struct cell_row *row)
{
    return row->metric;
}
static const char *stat_of(const struct cell_row *row)
{
    return row->stat;
}

/* The names that rows have which agree with the entity and the metric (NULL: any), each once. */
static size_t list_names(const struct cell *cell, const char *entity, const char *metric,
                         name_of *name, const char **names)
{
    size_t count = 0;
    for (size_t i = 0; i < cell->row_count; i++) {
        const struct cell_row *row = &cell->rows[i];
        if ((entity != NULL && strcmp(row->entity, entity) != 0) ||
            (metric != NULL && strcmp(row->metric, metric) != 0))
            continue;
        bool is_new = true;
        for (size_t j = 0; j < count && is_new; j++)
            is_new = strcmp(names[j], name(row)) != 0;
        if (is_new)
            names[count++] = name(row);
    }
    return count;
}

enum { NAMES_SHOWN = 40 };

/* A row that somebody asked for, where. */
struct asked {
    const char *entity, *metric, *stat;
    const char *section;
    const struct json *at;
};

static void refuse(const struct cell *cell, const struct asked *asked, struct diag *diag,
                   const char *what, const char *wrong, const char *const *names, size_t count)
{
    struct text sentence = {.length = 0};
    const char *nearest = text_nearest(wrong, names, count);
    text_printf(&sentence, "no %s \"%s\"", what, wrong);
    if (nearest != NULL) {
        text_printf(&sentence, ", did you mean \"%s\"?", nearest);
    } else {
        for (size_t i = 0; i < count && i < NAMES_SHOWN; i++)
            text_printf(&sentence, "%s %s", i == 0 ? "; there are" : ",", names[i]);
    }
    diag_error(diag, json_place(cell->scenario->doc, asked->at, NULL), "%s: %s", asked->section,
               text_of(&sentence));
    text_free(&sentence);
}

/* A metric of NULL: the entity is enough. */
static void check_one(const struct cell *cell, const struct asked *asked, struct diag *diag)
{
    const char **names = must_alloc((cell->row_count + 1) * sizeof *names);
    const char *metric = asked->metric;
    size_t count = list_names(cell, asked->entity, NULL, metric_of, names);
    if (count == 0) {
        count = list_names(cell, NULL, NULL, entity_of, names);
        refuse(cell, asked, diag, "entity with results is named", asked->entity, names, count);
    } else if (metric != NULL && cell_find(cell, asked->entity, metric, NULL) == NULL) {
        refuse(cell, asked, diag, "metric of this entity is named", metric, names, count);
    } else if (metric != NULL && cell_find(cell, asked->entity, metric, asked->stat) == NULL) {
        count = list_names(cell, asked->entity, metric, stat_of, names);
        refuse(cell, asked, diag, "stat of this metric is named", asked->stat, names, count);
    }
    free(names);
}

static void check_expectation(const struct cell *cell, const struct scenario_expect *expect,
                              struct diag *diag)
{
    const char *metric = expect->metric != NULL ? expect->metric : "";
    const struct asked asked = {expect->entity, expect->received_count == 0 ? metric : NULL,
                                expect->stat, "expect", expect->at};
    check_one(cell, &asked, diag);
}

static void check_precision(const struct cell *cell, struct diag *diag)
{
    const struct param_items *all = &cell->scenario->experiment.precision_of;
    const struct scenario_precise *of = all->items;
    const struct json *at = json_find(cell->scenario->doc, "/experiment/precisionOf");
    for (size_t i = 0; i < all->count; i++) {
        const struct asked asked = {of[i].entity, of[i].metric, of[i].stat, "precisionOf", at};
        check_one(cell, &asked, diag);
    }
}

void expect_names(const struct result *result, const struct cell *cell, struct diag *diag)
{
    for (size_t i = 0; i < cell->scenario->expect_count; i++) {
        if (concerns(result, &cell->scenario->expects[i], cell))
            check_expectation(cell, &cell->scenario->expects[i], diag);
    }
    check_precision(cell, diag);
}

/* --- judging --- */

static bool holds_in_every(const struct cell *cell, const struct cell_row *row,
                           const struct cell *other, const struct cell_row *other_row,
                           const struct scenario_expect *expect)
{
    for (size_t i = 0; i < cell->replication_count; i++) {
        const double seen = cell_value(cell, (size_t)(row - cell->rows), i);
        double wanted = expect->value;
        if (other != NULL) {
            wanted = i < other->replication_count
                         ? cell_value(other, (size_t)(other_row - other->rows), i)
                         : (double)NAN;
        }
        if (!expect_holds(expect, seen, wanted))
            return false;
    }
    return true;
}

/* At least six digits, and as many more as bring the text within slack of the value. */
static const char *number(char buffer[32], double value, double slack)
{
    const double size = fabs(value);
    if (isnan(value))
        return "n/a";
    if (size >= 1e15 || (size < 1e-9 && size > 0.0))
        return json_format_double(buffer, value);
    const int whole = size >= 1.0 ? (int)floor(log10(size)) + 1 : (int)ceil(log10(size + DBL_MIN));
    for (int digits = 6; digits <= DBL_DECIMAL_DIG; digits++) {
        const int decimals = digits > whole ? digits - whole : 0;
        snprintf(buffer, 32, "%.*f", size > 0.0 ? decimals : 0, value);
        if (fabs(strtod(buffer, NULL) - value) <= slack)
            break;
    }
    if (strchr(buffer, '.') != NULL) {
        char *last = buffer + strlen(buffer) - 1;
        while (*last == '0')
            *last-- = '\0';
        if (*last == '.')
            *last = '\0';
    }
    return buffer;
}

/* What was never seen is not impossible. */
static void add_never(struct text *sentence, const struct cell_row *row)
{
    if (row != NULL && row->estimate.is_wilson && row->estimate.mean == 0.0)
        text_printf(sentence, " (95 %%: below %.2g %%)", 100.0 * row->estimate.high);
}

static void say(struct verdict *verdict, struct result *result)
{
    const struct scenario_expect *expect = verdict->expect;
    const struct cell_row *row =
        cell_find(verdict->cell, expect->entity, expect->metric, expect->stat);
    const char *label = result_label(&result->arena, result, verdict->cell);
    const bool is_within = expect->is == EXPECT_WITHIN;
    /* A hundredth of the difference shows it; where there is none, six digits are enough. */
    const double apart = fabs(verdict->seen - verdict->wanted);
    const double slack = apart > 0.0 ? apart / 100.0 : HUGE_VAL;
    char seen[32], wanted[32], tolerance[32];
    struct text sentence = {.length = 0};
    if (label[0] != '\0')
        text_printf(&sentence, "%s: ", label);
    text_printf(&sentence, "%s %s %s is %s", expect->entity, expect->metric,
                row != NULL ? row->stat : "", number(seen, verdict->seen, slack));
    add_never(&sentence, row);
    text_printf(&sentence, ", expected %s%s%s", is_within ? "" : expect_is_word(expect->is),
                is_within ? "" : " ",
                number(wanted, verdict->wanted, expect->vs != NULL ? slack : 0.0));
    if (is_within) {
        const double shown = expect->relative ? 100.0 * expect->tolerance : expect->tolerance;
        text_printf(&sentence, " to within %s%s", number(tolerance, shown, 1e-9 * shown),
                    expect->relative ? " %" : "");
    }
    if (expect->vs != NULL)
        text_printf(&sentence, " (%s)", expect->vs);
    if (expect->is == EXPECT_EQ && !verdict->holds && verdict->cell->replication_count > 1)
        text_add(&sentence, " in every replication");
    verdict->sentence = arena_copy_text(&result->arena, text_of(&sentence));
    text_free(&sentence);
}

static void judge_number(struct verdict *verdict, struct result *result)
{
    const struct scenario_expect *expect = verdict->expect;
    const struct cell *cell = verdict->cell, *other = NULL;
    const struct cell_row *row = cell_find(cell, expect->entity, expect->metric, expect->stat);
    const struct cell_row *other_row = NULL;
    verdict->seen = row != NULL ? row->estimate.mean : (double)NAN;
    verdict->wanted = expect->value;
    if (expect->vs != NULL) {
        other = verdict->other = result_cell_beside(result, cell, expect->vs);
        if (other != NULL)
            other_row = cell_find(other, expect->entity, expect->metric, expect->stat);
        verdict->wanted = other_row != NULL ? other_row->estimate.mean : (double)NAN;
    }
    verdict->holds = expect_holds(expect, verdict->seen, verdict->wanted);
    /* Values that differ may have the mean that is wanted: here every one of them decides. */
    if (expect->is == EXPECT_EQ && row != NULL && (expect->vs == NULL || other_row != NULL))
        verdict->holds = holds_in_every(cell, row, other, other_row, expect);
    say(verdict, result);
}

static void add_bodies(struct text *sentence, const char *const *bodies, size_t count, size_t from)
{
    for (size_t i = from; i < count && i < from + 5; i++)
        text_printf(sentence, " %s", bodies[i]);
    text_add(sentence, count > from + 5 ? " ..." : "");
    text_add(sentence, count <= from ? " nothing more" : "");
}

static void judge_order(struct verdict *verdict, struct result *result, size_t index)
{
    const struct scenario_expect *expect = verdict->expect;
    const struct sample_received *received = &verdict->cell->received[index];
    size_t same = 0;
    while (same < received->count && same < expect->received_count &&
           strcmp(received->bodies[same], expect->received[same]) == 0)
        same++;
    verdict->holds = same == expect->received_count && same == received->count;
    verdict->seen = verdict->wanted = (double)NAN;
    struct text sentence = {.length = 0};
    text_printf(&sentence, "%s received in the order expected", expect->entity);
    if (!verdict->holds) {
        text_clear(&sentence);
        text_printf(&sentence, "%s: from receive %zu on it saw", expect->entity, same + 1);
        add_bodies(&sentence, received->bodies, received->count, same);
        text_add(&sentence, ", expected");
        add_bodies(&sentence, expect->received, expect->received_count, same);
    }
    verdict->sentence = arena_copy_text(&result->arena, text_of(&sentence));
    text_free(&sentence);
}

static size_t count_verdicts(const struct result *result)
{
    size_t count = 0;
    for (size_t i = 0; i < result->cell_count; i++)
        count += result->scenarios[i]->expect_count;
    return count;
}

void expect_judge(struct result *result)
{
    result->verdict_count = 0;
    result->verdicts =
        arena_alloc(&result->arena, count_verdicts(result) * sizeof *result->verdicts);
    for (size_t i = 0; i < result->cell_count; i++) {
        const struct cell *cell = &result->cells[i];
        for (size_t j = 0; j < cell->scenario->expect_count; j++) {
            const struct scenario_expect *expect = &cell->scenario->expects[j];
            if (cell->replication_count == 0 || !concerns(result, expect, cell))
                continue;
            struct verdict *verdict = &result->verdicts[result->verdict_count++];
            *verdict = (struct verdict){.expect = expect, .cell = cell};
            if (expect->received_count > 0)
                judge_order(verdict, result, j);
            else
                judge_number(verdict, result);
        }
    }
}

size_t expect_failures(const struct result *result)
{
    size_t count = 0;
    for (size_t i = 0; i < result->verdict_count; i++)
        count += !result->verdicts[i].holds;
    return count;
}

const char *expect_entity(const struct verdict *verdict)
{
    return verdict->expect->entity;
}

const char *expect_metric(const struct verdict *verdict)
{
    return verdict->expect->received_count > 0 ? "receivedOrder" : verdict->expect->metric;
}

const char *expect_stat(const struct verdict *verdict)
{
    return verdict->expect->stat;
}

const char *expect_word(const struct verdict *verdict)
{
    return expect_is_word(verdict->expect->received_count > 0 ? EXPECT_EQ : verdict->expect->is);
}

const char *expect_versus(const struct verdict *verdict)
{
    return verdict->expect->vs;
}
