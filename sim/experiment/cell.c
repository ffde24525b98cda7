// SPDX-License-Identifier: GPL-3.0-or-later
/* Names are looked up in a map only where replications disagree on the order of their rows. */
#include "experiment/cell.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/map.h"
#include "base/must.h"
#include "base/text.h"
#include "experiment/merge.h"

void cell_init(struct cell *cell, const struct scenario *scenario, const char *variant,
               const char *point)
{
    *cell = (struct cell){.scenario = scenario, .variant = variant, .point = point};
    arena_init(&cell->arena);
    cell->row_index = map_new();
}

void cell_free(struct cell *cell)
{
    for (size_t i = 0; i < cell->replication_count; i++)
        free(cell->replications[i].values);
    merge_free(cell);
    map_free(cell->row_index);
    free(cell->rows);
    free(cell->replications);
    arena_free(&cell->arena);
}

static bool same_row(const struct cell_row *row, const struct sample_row *said)
{
    return strcmp(row->metric, said->metric) == 0 && strcmp(row->stat, said->stat) == 0 &&
           strcmp(row->entity, said->entity) == 0;
}

static void row_key(struct text *key, const char *entity, const char *metric, const char *stat)
{
    text_clear(key);
    text_printf(key, "%s\n%s\n%s", entity, metric, stat);
}

/* Adds a row to the catalogue, under its own name and, if it is the metric's first, under that of
 * none. */
static uint32_t add_row(struct cell *cell, const struct sample_row *said, struct text *key)
{
    if (cell->row_count == cell->row_capacity) {
        cell->row_capacity = cell->row_capacity > 0 ? 2 * cell->row_capacity : 128;
        cell->rows = must_grow(cell->rows, cell->row_capacity * sizeof *cell->rows);
    }
    const uint32_t index = (uint32_t)cell->row_count++;
    cell->rows[index] = (struct cell_row){
        .entity = arena_copy_text(&cell->arena, said->entity),
        .metric = arena_copy_text(&cell->arena, said->metric),
        .stat = arena_copy_text(&cell->arena, said->stat),
        .unit = arena_copy_text(&cell->arena, said->unit),
    };
    uint32_t other;
    row_key(key, said->entity, said->metric, said->stat);
    map_put_text(cell->row_index, text_of(key), index);
    row_key(key, said->entity, said->metric, "");
    if (!map_get_text(cell->row_index, text_of(key), &other))
        map_put_text(cell->row_index, text_of(key), index);
    return index;
}

void cell_add_row(struct cell *cell, const struct cell_row *row)
{
    const struct sample_row said = {row->entity, row->metric, row->stat, row->unit, 0.0};
    struct text key = {.length = 0};
    add_row(cell, &said, &key);
    text_free(&key);
}

/* Replications say their rows in the same order, so the guess is nearly always right. */
static uint32_t row_of(struct cell *cell, const struct sample_row *said, uint32_t guess,
                       struct text *key)
{
    uint32_t index;
    if (guess < cell->row_count && same_row(&cell->rows[guess], said))
        return guess;
    row_key(key, said->entity, said->metric, said->stat);
    if (map_get_text(cell->row_index, text_of(key), &index))
        return index;
    return add_row(cell, said, key);
}

static void add_values(struct cell *cell, struct cell_replication *replication,
                       const struct sample *sample)
{
    struct text key = {.length = 0};
    double *values = must_alloc((cell->row_count + sample->row_count + 1) * sizeof *values);
    for (size_t i = 0; i < cell->row_count + sample->row_count; i++)
        values[i] = (double)NAN;
    for (size_t i = 0; i < sample->row_count; i++)
        values[row_of(cell, &sample->rows[i], (uint32_t)i, &key)] = sample->rows[i].value;
    replication->values = must_grow(values, (cell->row_count + 1) * sizeof *values);
    replication->value_count = cell->row_count;
    text_free(&key);
}

static void keep_received(struct cell *cell, const struct sample *sample)
{
    const size_t count = cell->scenario->expect_count;
    cell->received = arena_alloc(&cell->arena, count * sizeof *cell->received);
    for (size_t i = 0; i < count; i++) {
        const struct sample_received *from = &sample->received[i];
        cell->received[i].count = from->count;
        cell->received[i].bodies = arena_alloc(&cell->arena, from->count * sizeof *from->bodies);
        for (size_t j = 0; j < from->count; j++)
            cell->received[i].bodies[j] = arena_copy_text(&cell->arena, from->bodies[j]);
    }
}

static void keep_orders(struct cell *cell, const struct sample *sample)
{
    const size_t bytes = cell->scenario->queue_count * sizeof *cell->orders;
    cell->orders = arena_alloc(&cell->arena, bytes);
    memcpy(cell->orders, sample->orders, bytes);
}

uint64_t cell_mix(uint64_t fingerprint, uint64_t next)
{
    const uint64_t turned = (fingerprint << 29) | (fingerprint >> 35);
    return (turned * 5 + next) * UINT64_C(0x9E3779B97F4A7C15);
}

void cell_add(struct cell *cell, const struct sample *sample)
{
    if (cell->replication_count == cell->replication_capacity) {
        cell->replication_capacity =
            cell->replication_capacity > 0 ? 2 * cell->replication_capacity : 32;
        cell->replications =
            must_grow(cell->replications, cell->replication_capacity * sizeof *cell->replications);
    }
    struct cell_replication *replication = &cell->replications[cell->replication_count++];
    *replication = (struct cell_replication){
        .fingerprint = sample->fingerprint,
        .event_count = sample->event_count,
        .end = sample->end,
        .end_ns = sample->end_ns,
    };
    add_values(cell, replication, sample);
    merge_add(cell, sample);
    if (sample->received != NULL && cell->received == NULL)
        keep_received(cell, sample);
    if (sample->orders != NULL && cell->orders == NULL)
        keep_orders(cell, sample);
    cell->fingerprint = cell_mix(cell->fingerprint, sample->fingerprint);
}

double cell_value(const struct cell *cell, size_t row, size_t replication)
{
    const struct cell_replication *of = &cell->replications[replication];
    return row < of->value_count ? of->values[row] : (double)NAN;
}

/* Below so many counted events in all, a normal approximation of their rate is poor. */
enum { RARE = 10 };

static double sum_of(const struct cell *cell, const struct cell_row *row)
{
    double sum = 0.0;
    for (size_t i = 0; i < cell->replication_count; i++)
        sum += cell_value(cell, (size_t)(row - cell->rows), i);
    return sum;
}

/* How many messages there were to which it could have happened: those sent or published; where none
 * was (dead letters, preloaded ones), at least those that were there at once. */
static double trials_of(const struct cell *cell, const char *entity)
{
    static const char *const rows[][2] = {{"NumberOfMessagesSent", "count"},
                                          {"NumberOfMessagesPublished", "count"},
                                          {"ApproximateNumberOfMessagesVisible", "max"}};
    double count = 0.0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows && !(count > 0.0); i++) {
        const struct cell_row *row = cell_find(cell, entity, rows[i][0], rows[i][1]);
        count = row != NULL ? sum_of(cell, row) : 0.0;
    }
    return count;
}

/* True if a rate is zero or so rare that its t interval would say nothing. */
static bool is_rare(const struct cell *cell, const struct cell_row *row, struct estimate *wilson)
{
    if (strcmp(row->stat, "rate") != 0)
        return false;
    const struct cell_row *events = cell_find(cell, row->entity, row->metric, "count");
    const double event_count = events != NULL ? sum_of(cell, events) : (double)RARE;
    if (!(event_count < RARE))
        return false;
    const double trial_count = trials_of(cell, row->entity);
    if (!(trial_count > event_count))
        return false;
    *wilson = estimate_wilson(event_count, trial_count, ESTIMATE_LEVEL);
    return true;
}

struct estimate cell_estimate(const struct cell *cell, const struct cell_row *row)
{
    double *values = must_alloc((cell->replication_count + 1) * sizeof *values);
    for (size_t i = 0; i < cell->replication_count; i++)
        values[i] = cell_value(cell, (size_t)(row - cell->rows), i);
    struct estimate estimate = estimate_mean(values, cell->replication_count, ESTIMATE_LEVEL);
    free(values);
    struct estimate wilson;
    if (!isnan(estimate.mean) && is_rare(cell, row, &wilson)) {
        estimate.low = wilson.low;
        estimate.high = wilson.high;
        estimate.is_wilson = true;
    }
    return estimate;
}

void cell_finish(struct cell *cell)
{
    for (size_t row = 0; row < cell->row_count; row++)
        cell->rows[row].estimate = cell_estimate(cell, &cell->rows[row]);
}

const struct cell_row *cell_find(const struct cell *cell, const char *entity, const char *metric,
                                 const char *stat)
{
    struct text key = {.length = 0};
    uint32_t index;
    row_key(&key, entity, metric, stat != NULL ? stat : "");
    const bool found = map_get_text(cell->row_index, text_of(&key), &index);
    text_free(&key);
    return found ? &cell->rows[index] : NULL;
}

double cell_mean(const struct cell *cell, const char *entity, const char *metric, const char *stat)
{
    const struct cell_row *row = cell_find(cell, entity, metric, stat);
    return row != NULL ? row->estimate.mean : (double)NAN;
}

const struct cell_hist *cell_hist_find(const struct cell *cell, const char *entity,
                                       const char *metric)
{
    for (size_t i = 0; i < cell->hist_count; i++) {
        if (strcmp(cell->hists[i].entity, entity) == 0 &&
            strcmp(cell->hists[i].metric, metric) == 0)
            return &cell->hists[i];
    }
    return NULL;
}

const struct cell_series *cell_series_find(const struct cell *cell, const char *entity,
                                           const char *metric)
{
    for (size_t i = 0; i < cell->series_count; i++) {
        if (strcmp(cell->series[i].entity, entity) == 0 &&
            strcmp(cell->series[i].metric, metric) == 0)
            return &cell->series[i];
    }
    return NULL;
}
