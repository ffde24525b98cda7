// SPDX-License-Identifier: GPL-3.0-or-later
/* Copies what was observed, so that the world can run the next replication. */
#include "experiment/sample.h"

#include <stdlib.h>
#include <string.h>
#include "base/units.h"
#include "core/series_clock.h"

struct taking {
    struct sample *sample;
    const struct scenario *scenario;
};

/* Makes room for one item more. */
static void *grown(void *items, size_t count, size_t *capacity, size_t item_bytes)
{
    if (count < *capacity)
        return items;
    *capacity = *capacity > 0 ? 2 * *capacity : 64;
    return must_grow(items, *capacity * item_bytes);
}

static void take_row(void *context, uint16_t node, const char *metric, const char *stat,
                     const char *unit, double value)
{
    const struct taking *taking = context;
    struct sample *sample = taking->sample;
    sample->rows =
        grown(sample->rows, sample->row_count, &sample->row_capacity, sizeof *sample->rows);
    sample->rows[sample->row_count++] = (struct sample_row){
        .entity = scenario_node_name(taking->scenario, node),
        .metric = metric,
        .stat = stat,
        .unit = unit,
        .value = value,
    };
}

static void take_hist(void *context, uint16_t node, const char *metric, const struct hist *hist)
{
    const struct taking *taking = context;
    struct sample *sample = taking->sample;
    sample->hists =
        grown(sample->hists, sample->hist_count, &sample->hist_capacity, sizeof *sample->hists);
    struct sample_hist *taken = &sample->hists[sample->hist_count++];
    taken->entity = scenario_node_name(taking->scenario, node);
    taken->metric = metric;
    hist_init(&taken->hist);
    hist_merge(&taken->hist, hist);
}

static struct series_point level(double time_s, double value)
{
    return (struct series_point){.time_s = time_s, .min = value, .mean = value, .max = value};
}

static void fill_buckets(struct sample_series *taken, const struct series *series, double divisor,
                         bool ended_by_itself)
{
    const struct series_clock *clock = series->clock;
    const int64_t width_ns = clock->width_ns;
    const bool is_rate = series->kind == SERIES_RATE;
    const double late_rate = series_late(series) / units_s(width_ns) / divisor;
    buckets_init(&taken->buckets, width_ns, clock->end_ns);
    for (size_t i = 0; i < clock->count; i++) {
        const struct series_point point = series_at(series, i);
        taken->buckets.points[i] = (struct series_point){point.time_s, point.min / divisor,
                                                         point.mean / divisor, point.max / divisor};
    }
    if (late_rate > 0.0 && clock->count > 0) {
        struct series_point *last = &taken->buckets.points[clock->count - 1];
        *last = level(last->time_s, last->mean - late_rate);
    }
    taken->after = is_rate ? 0.0 : (double)series->value / divisor;
    const struct series_point rest = level(0.0, is_rate ? late_rate : taken->after);
    if (ended_by_itself)
        buckets_extend(&taken->buckets, (clock->end_ns / width_ns + 1) * width_ns, &rest);
}

static void take_series(void *context, uint16_t node, const char *metric, double divisor,
                        const struct series *series)
{
    const struct taking *taking = context;
    struct sample *sample = taking->sample;
    sample->series = grown(sample->series, sample->series_count, &sample->series_capacity,
                           sizeof *sample->series);
    struct sample_series *taken = &sample->series[sample->series_count++];
    taken->entity = scenario_node_name(taking->scenario, node);
    taken->metric = metric;
    fill_buckets(taken, series, divisor, sample->end == WORLD_DONE);
}

static uint16_t node_named(const struct scenario *scenario, const char *name)
{
    for (size_t i = 0; i < scenario_node_count(scenario); i++) {
        if (name != NULL && strcmp(scenario_node_name(scenario, (uint16_t)i), name) == 0)
            return (uint16_t)i;
    }
    return NODE_NONE;
}

static void take_received(struct sample *sample, const struct scenario *scenario,
                          const struct world *world, size_t expect)
{
    const uint16_t node = node_named(scenario, scenario->expects[expect].entity);
    struct sample_received *received = &sample->received[expect];
    if (node == NODE_NONE)
        return;
    const uint64_t *roots = observe_received(world_observe(world), node, &received->count);
    received->bodies = arena_alloc(&sample->arena, received->count * sizeof *received->bodies);
    for (size_t i = 0; i < received->count; i++) {
        const char *body = world_body(world, roots[i]);
        received->bodies[i] = arena_copy_text(&sample->arena, body != NULL ? body : "");
    }
}

/* With so many receives nobody reads their order. */
enum { FEW = 500 };

static void take_order(struct sample_order *order, const struct world *world, uint16_t queue)
{
    size_t count;
    const uint64_t *roots = observe_received(world_observe(world), queue, &count);
    if (count > FEW)
        return;
    for (size_t i = 0; i < count; i++) {
        if (probe_root_origin(roots[i]) != probe_root_origin(roots[0]))
            return;
    }
    order->count = count < SAMPLE_ORDER ? count : SAMPLE_ORDER;
    order->has_more = count > SAMPLE_ORDER;
    for (size_t i = 0; i < order->count; i++)
        order->numbers[i] = probe_root_number(roots[i]);
}

static void take_receives(struct sample *sample, const struct scenario *scenario,
                          const struct world *world)
{
    sample->received =
        arena_alloc(&sample->arena, scenario->expect_count * sizeof *sample->received);
    sample->orders = arena_alloc(&sample->arena, scenario->queue_count * sizeof *sample->orders);
    for (size_t i = 0; i < scenario->expect_count; i++) {
        if (scenario->expects[i].received_count > 0)
            take_received(sample, scenario, world, i);
    }
    for (size_t i = 0; i < scenario->queue_count; i++)
        take_order(&sample->orders[i], world, (uint16_t)i);
}

void sample_init(struct sample *sample, const struct scenario *scenario, const struct world *world,
                 bool with_received)
{
    *sample = (struct sample){
        .fingerprint = world_fingerprint(world),
        .event_count = world_event_count(world),
        .end = world_end(world),
        .end_ns = world_end_ns(world),
    };
    arena_init(&sample->arena);
    struct taking taking = {sample, scenario};
    observe_rows(world_observe(world), take_row, &taking);
    if (scenario->experiment.warmup_ns == SCENARIO_WARMUP_AUTO)
        take_row(&taking, NODE_NONE, "warmup", "end", "s",
                 units_s(scenario->experiment.found_warmup_ns));
    observe_histograms(world_observe(world), take_hist, &taking);
    observe_series(world_observe(world), take_series, &taking);
    if (with_received)
        take_receives(sample, scenario, world);
}

void sample_free(struct sample *sample)
{
    for (size_t i = 0; i < sample->hist_count; i++)
        hist_free(&sample->hists[i].hist);
    for (size_t i = 0; i < sample->series_count; i++)
        buckets_free(&sample->series[i].buckets);
    free(sample->rows);
    free(sample->hists);
    free(sample->series);
    arena_free(&sample->arena);
}
