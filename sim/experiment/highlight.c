// SPDX-License-Identifier: GPL-3.0-or-later
/* Chosen one after the other: each time the one that tells most that is not told yet. */
#include "experiment/highlight.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>
#include "experiment/expect.h"
#include "experiment/summary.h"

struct picking {
    const struct result *result;
    struct highlight *highlights;
    size_t count;
};

static bool is_chosen(const struct picking *picking, const struct cell_row *row)
{
    for (size_t i = 0; i < picking->count; i++) {
        if (picking->highlights[i].row == row)
            return true;
    }
    return false;
}

/* A mean and a maximum are two numbers, a count and its rate are one. */
static bool is_same_number(const struct cell_row *a, const struct cell_row *b)
{
    const bool is_count = strcmp(a->stat, "count") == 0 || strcmp(a->stat, "rate") == 0;
    return strcmp(a->metric, b->metric) == 0 && (is_count || strcmp(a->stat, b->stat) == 0);
}

/* What a number would add to those chosen: how many aspects of it none of them has.  Variants are
 * compared at one point, and one variant at several. */
static int novelty(const struct picking *picking, const struct cell *cell,
                   const struct cell_row *row)
{
    bool variant = true, metric = true, entity = true, point = true;
    for (size_t i = 0; i < picking->count; i++) {
        const struct highlight *told = &picking->highlights[i];
        variant = variant && strcmp(told->cell->variant, cell->variant) != 0;
        point = point && strcmp(told->cell->point, cell->point) != 0;
        entity = entity && strcmp(told->row->entity, row->entity) != 0;
        metric = metric && !is_same_number(told->row, row);
    }
    const bool is_apt = picking->count == 0 || point != variant;
    return 40 * variant + 30 * metric + 20 * entity + 10 * is_apt;
}

/* What most expectations are about is the lesson; that something stays 0 is its frame. */
static int weight(const struct result *result, const struct cell_row *row)
{
    int mentions = 0;
    for (size_t i = 0; i < result->verdict_count && mentions < 10; i++)
        mentions += strcmp(expect_metric(&result->verdicts[i]), row->metric) == 0;
    return mentions - 60 * (row->estimate.mean == 0.0);
}

static const struct cell_row *row_of(const struct verdict *verdict, const struct cell *cell)
{
    const struct scenario_expect *expect = verdict->expect;
    /* That no message vanished is so in every run. */
    if (cell == NULL || expect->metric == NULL || strcmp(expect->metric, "conserved") == 0)
        return NULL;
    const struct cell_row *row = cell_find(cell, expect->entity, expect->metric, expect->stat);
    return row != NULL && !isnan(row->estimate.mean) ? row : NULL;
}

/* Verdicts come by cell; the scenario lists what it expects in an order of its own. */
static ptrdiff_t place_of(const struct verdict *verdict)
{
    return verdict->expect - verdict->cell->scenario->expects;
}

static bool pick_verdict(struct picking *picking)
{
    const struct result *result = picking->result;
    const struct verdict *best = NULL;
    int best_score = 0;
    for (size_t i = 0; i < result->verdict_count; i++) {
        const struct verdict *verdict = &result->verdicts[i];
        const struct cell_row *row = row_of(verdict, verdict->cell);
        if (row == NULL || is_chosen(picking, row))
            continue;
        const int score = novelty(picking, verdict->cell, row) + weight(result, row);
        if (best == NULL || score > best_score ||
            (score == best_score && place_of(verdict) < place_of(best))) {
            best = verdict;
            best_score = score;
        }
    }
    if (best == NULL)
        return false;
    picking->highlights[picking->count++] = (struct highlight){
        .cell = best->cell,
        .row = row_of(best, best->cell),
        .versus = row_of(best, best->other) != NULL ? best->other : NULL,
        .versus_row = row_of(best, best->other),
    };
    return true;
}

static void pick_responses(struct picking *picking, size_t most)
{
    const struct cell *cell = &picking->result->cells[0];
    size_t columns[SUMMARY_RESPONSES];
    const size_t count = summary_columns(picking->result, columns);
    for (size_t i = 0; i < count && picking->count < most; i++) {
        const struct cell_row *row = summary_response(cell, columns[i]).row;
        if (row != NULL && !isnan(row->estimate.mean) && !is_chosen(picking, row))
            picking->highlights[picking->count++] = (struct highlight){.cell = cell, .row = row};
    }
}

size_t highlight_pick(const struct result *result, struct highlight *highlights, size_t most)
{
    struct picking picking = {.result = result, .highlights = highlights};
    while (picking.count < most && pick_verdict(&picking))
        continue;
    pick_responses(&picking, most);
    return picking.count;
}
