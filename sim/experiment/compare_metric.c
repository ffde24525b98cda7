// SPDX-License-Identifier: GPL-3.0-or-later
/* The summary's responses, the scenarios' own expectations, and how a metric is named by hand. */
#include "experiment/compare_metric.h"

#include <math.h>
#include <string.h>
#include "base/map.h"
#include "base/text.h"
#include "experiment/figure.h"
#include "experiment/phrase.h"
#include "experiment/summary.h"

// clang-format off
static const struct sense {
    const char *metric;
    int sense;
} senses[] = {
    {"throughput", 1}, {"processed", 1}, {"NumberOfMessagesDeleted", 1},
    {"NumberOfNotificationsDelivered", 1},
    {"waiting", -1}, {"visitWaiting", -1}, {"sojourn", -1}, {"dwell", -1}, {"latency", -1},
    {"messageLatency", -1}, {"deliveryLatency", -1},
    {"ApproximateNumberOfMessagesVisible", -1}, {"ApproximateAgeOfOldestMessage", -1},
    {"NumberOfEmptyReceives", -1}, {"NumberOfNotificationsFailed", -1}, {"notificationsLost", -1},
    {"outOfOrder", -1}, {"duplicates", -1}, {"receives", -1}, {"deadLettered", -1}, {"lost", -1},
    {"throttled", -1}, {"rejected", -1}, {"failed", -1}, {"retries", -1}, {"failures", -1},
    {"crashes", -1}, {"duplicateWork", -1}, {"wastedTime", -1}, {"doubleEffects", -1},
    {"requests", -1}, {"cost", -1}, {"errors", -1}, {"throttles", -1},
};
// clang-format on

static int sense_of(const char *metric)
{
    for (size_t i = 0; i < sizeof senses / sizeof *senses; i++) {
        if (strcmp(senses[i].metric, metric) == 0)
            return senses[i].sense;
    }
    return 0;
}

static bool has_results(const struct cell *cell)
{
    return cell->replication_count > 0;
}

static bool is_busiest(const struct cell *cell, const char *entity)
{
    const char *queue = figure_queue(cell);
    return queue != NULL && strcmp(queue, entity) == 0;
}

const struct cell_row *compare_metric_row(const struct compare_metric *metric,
                                          const struct cell *cell)
{
    if (!has_results(cell))
        return NULL;
    const char *entity = metric->entity != NULL ? metric->entity : figure_queue(cell);
    return entity != NULL ? cell_find(cell, entity, metric->metric, metric->stat) : NULL;
}

/* "web failed count"; of a summary's response its own words. */
static const char *words_of(struct arena *arena, const char *entity, const struct cell_row *row)
{
    return arena_printf(arena, "%s%s%s %s", entity != NULL ? entity : "", entity != NULL ? " " : "",
                        row->metric, row->stat);
}

bool compare_metric_has_words(const struct compare_metric *metric)
{
    return strstr(metric->words, metric->metric) == NULL;
}

const char *compare_metric_phrase(struct arena *arena, const struct compare_metric *metric)
{
    struct text phrase = {.length = 0};
    phrase_add(&phrase, metric->metric, metric->stat, metric->unit);
    if (metric->entity != NULL)
        text_printf(&phrase, " (%s)", metric->entity);
    for (size_t i = 0; i < phrase.length; i++)
        phrase.bytes[i] = phrase.bytes[i] == ',' ? ';' : phrase.bytes[i];
    const char *kept = arena_copy_text(arena, text_of(&phrase));
    text_free(&phrase);
    return kept;
}

static struct compare_metric metric_of(struct arena *arena, const char *entity,
                                       const struct cell_row *row, const char *words)
{
    return (struct compare_metric){
        .entity = entity != NULL ? arena_copy_text(arena, entity) : NULL,
        .metric = arena_copy_text(arena, row->metric),
        .stat = arena_copy_text(arena, row->stat),
        .unit = arena_copy_text(arena, row->unit),
        .words = words != NULL ? words : words_of(arena, entity, row),
        .sense = sense_of(row->metric),
    };
}

/* --- defaults --- */

struct chosen {
    struct arena *arena;
    struct compare_metric *metrics;
    size_t count;
    struct map *known; /* what was expected already, by its name */
};

static bool is_same_name(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static void choose(struct chosen *chosen, const char *entity, const struct cell_row *row,
                   const char *words)
{
    for (size_t i = 0; i < chosen->count; i++) {
        const struct compare_metric *known = &chosen->metrics[i];
        if (is_same_name(known->entity, entity) && strcmp(known->metric, row->metric) == 0 &&
            strcmp(known->stat, row->stat) == 0)
            return;
    }
    if (chosen->count < COMPARE_METRICS)
        chosen->metrics[chosen->count++] = metric_of(chosen->arena, entity, row, words);
}

static void choose_response(struct chosen *chosen, const struct result *result, size_t response)
{
    for (size_t i = 0; i < result->cell_count; i++) {
        const struct summary_response of = summary_response(&result->cells[i], response);
        if (of.row == NULL)
            continue;
        choose(chosen, of.entity, of.row, of.words);
        return;
    }
}

/* A queue that is the busiest in some variant plays that part in all of them. */
static bool plays_part(const struct result *result, const char *entity)
{
    for (size_t i = 0; i < result->cell_count; i++) {
        if (has_results(&result->cells[i]) && is_busiest(&result->cells[i], entity))
            return true;
    }
    return false;
}

/* Most expectations are about few rows, in many cells. */
static bool is_known(struct chosen *chosen, const struct cell_row *row)
{
    struct text name = {.length = 0};
    uint32_t unused;
    text_printf(&name, "%s\n%s\n%s", row->entity, row->metric, row->stat);
    const bool is = map_get_text(chosen->known, text_of(&name), &unused);
    if (!is)
        map_put_text(chosen->known, text_of(&name), 0);
    text_free(&name);
    return is;
}

/* In which cells an expectation is judged does not matter: what it is about does. */
static void choose_expected(struct chosen *chosen, const struct result *result,
                            const struct cell *cell, const struct scenario_expect *expect)
{
    if (expect->metric == NULL || expect->entity == NULL || strcmp(expect->entity, "scenario") == 0)
        return;
    const struct cell_row *row = cell_find(cell, expect->entity, expect->metric, expect->stat);
    if (row == NULL || isnan(row->estimate.mean) || is_known(chosen, row))
        return;
    choose(chosen, plays_part(result, expect->entity) ? NULL : expect->entity, row, NULL);
}

static void choose_all_expected(struct chosen *chosen, const struct result *result)
{
    chosen->known = map_new();
    for (size_t i = 0; i < result->cell_count; i++) {
        const struct cell *cell = &result->cells[i];
        for (size_t j = 0; has_results(cell) && j < cell->scenario->expect_count; j++)
            choose_expected(chosen, result, cell, &cell->scenario->expects[j]);
    }
    map_free(chosen->known);
}

size_t compare_metric_defaults(struct arena *arena, const struct result *const *results,
                               size_t count, struct compare_metric metrics[COMPARE_METRICS])
{
    struct chosen chosen = {.arena = arena, .metrics = metrics};
    for (size_t i = 0; i < count; i++) {
        size_t columns[SUMMARY_RESPONSES];
        const size_t column_count = summary_columns(results[i], columns);
        for (size_t j = 0; j < column_count; j++)
            choose_response(&chosen, results[i], columns[j]);
    }
    for (size_t i = 0; i < count; i++)
        choose_all_expected(&chosen, results[i]);
    return chosen.count;
}

/* --- by hand --- */

/* What was asked, in its parts; NULL: any. */
struct asked {
    const char *entity, *metric, *stat;
};

static bool fits(const char *wanted, const char *seen)
{
    return wanted == NULL || strcmp(wanted, seen) == 0;
}

/* A row of some cell: of the busiest queue, if it has such a one; else the first. */
static const struct cell_row *find_row(const struct result *const *results, size_t count,
                                       const struct asked *asked, bool *is_of_busiest)
{
    const struct cell_row *first = NULL;
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < results[i]->cell_count; j++) {
            const struct cell *cell = &results[i]->cells[j];
            for (size_t row = 0; has_results(cell) && row < cell->row_count; row++) {
                const struct cell_row *of = &cell->rows[row];
                if (!fits(asked->metric, of->metric) || !fits(asked->stat, of->stat) ||
                    !fits(asked->entity, of->entity))
                    continue;
                *is_of_busiest = is_busiest(cell, of->entity);
                if (asked->entity != NULL || *is_of_busiest)
                    return of;
                first = first != NULL ? first : of;
            }
        }
    }
    *is_of_busiest = false;
    return first;
}

static bool take(struct arena *arena, const struct result *const *results, size_t count,
                 const struct asked *asked, struct compare_metric *metric)
{
    bool is_of_busiest;
    const struct cell_row *row = find_row(results, count, asked, &is_of_busiest);
    if (row != NULL)
        *metric = metric_of(arena, is_of_busiest ? NULL : row->entity, row, NULL);
    return row != NULL;
}

static bool take_word(struct arena *arena, const struct result *const *results, size_t count,
                      const char *word, struct compare_metric *metric)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < results[i]->cell_count * SUMMARY_RESPONSES; j++) {
            const struct summary_response of =
                summary_response(&results[i]->cells[j / SUMMARY_RESPONSES], j % SUMMARY_RESPONSES);
            if (of.row == NULL || strcmp(of.words, word) != 0)
                continue;
            *metric = metric_of(arena, of.entity, of.row, of.words);
            return true;
        }
    }
    return false;
}

enum { NAMES = 256 };

static const char *nearest_metric(const struct result *const *results, size_t count,
                                  const char *word)
{
    const char *names[NAMES];
    size_t name_count = 0;
    for (size_t i = 0; i < count; i++) {
        const struct cell *cell = &results[i]->cells[0];
        for (size_t row = 0; row < cell->row_count && name_count < NAMES; row++)
            names[name_count++] = cell->rows[row].metric;
    }
    return text_nearest(word, names, name_count);
}

bool compare_metric_read(struct arena *arena, const struct result *const *results, size_t count,
                         const char *asked, struct compare_metric *metric, const char **nearest)
{
    char *parts[3] = {arena_copy_text(arena, asked), NULL, NULL};
    size_t last = 0;
    for (char *slash; last < 2 && (slash = strchr(parts[last], '/')) != NULL;) {
        *slash = '\0';
        parts[++last] = slash + 1;
    }
    const struct asked whole = {parts[0], parts[1], parts[2]};
    const struct asked with_stat = {NULL, parts[0], parts[1]};
    *nearest = NULL;
    if ((last < 2 && take(arena, results, count, &with_stat, metric)) ||
        (last > 0 && take(arena, results, count, &whole, metric)) ||
        take_word(arena, results, count, asked, metric))
        return true;
    *nearest = nearest_metric(results, count, last < 2 ? parts[0] : parts[1]);
    if (*nearest == NULL && last == 1)
        *nearest = nearest_metric(results, count, parts[1]);
    return false;
}

const char *compare_metric_choose(struct arena *arena, const struct result *result,
                                  struct compare_metric *metric)
{
    struct compare_metric metrics[COMPARE_METRICS];
    struct chosen chosen = {.arena = arena, .metrics = metrics};
    const char *nearest;
    if (result->sweep_metric != NULL) {
        if (compare_metric_read(arena, &result, 1, result->sweep_metric, metric, &nearest))
            return NULL;
        return arena_printf(arena, "nobody measures \"%s\"%s%s%s", result->sweep_metric,
                            nearest != NULL ? ", did you mean \"" : "",
                            nearest != NULL ? nearest : "", nearest != NULL ? "\"?" : "");
    }
    choose_all_expected(&chosen, result);
    if (chosen.count == 0)
        chosen.count = compare_metric_defaults(arena, &result, 1, metrics);
    if (chosen.count == 0)
        return "nothing was measured";
    *metric = metrics[0];
    return NULL;
}
