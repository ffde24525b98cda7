// SPDX-License-Identifier: GPL-3.0-or-later
/* F10, autoscaling: the backlog, the backlog for each instance with the target that is tracked, and
 * the instances, over time; or, without such a fleet, the invocations of a function whose mapping
 * grows by itself. */
#include <math.h>
#include <string.h>
#include "base/units.h"
#include "experiment/figure.h"
#include "experiment/gauges.h"

enum { LINES = 4 };

/* What is scaled and whose queue is shown: of several, that of the most instances. */
struct scaled {
    const char *consumer, *queue, *what; /* "instances", "invocations" */
    size_t of;                           /* how many there are */
    const struct buckets *backlog, *instances;
    double target; /* NAN: steps */
};

static double member_number(const struct json *object, const char *key)
{
    const struct json *node = object != NULL ? json_get(object, key) : NULL;
    return node != NULL && json_kind(node) == JSON_NUMBER ? json_number(node) : (double)NAN;
}

/* A function that a limit holds at a few invocations does not grow. */
static bool grows(const struct json *function)
{
    return isnan(member_number(function, "ReservedConcurrentExecutions")) &&
           isnan(member_number(json_get(function, "ScalingConfig"), "MaximumConcurrency"));
}

static void consider(struct scaled *scaled, const struct cell *cell, const char *name,
                     const struct json *at, double *most)
{
    const bool is_fleet = strcmp(scaled->what, "instances") == 0;
    const struct json *from = json_get(at, "from"), *scaling = json_get(at, "autoscaling");
    const char *count = is_fleet ? "instances" : "concurrency";
    if (from == NULL || (is_fleet ? scaling == NULL : !grows(at)))
        return;
    const char *queue = node_name_in(json_text(from));
    const struct cell_series *backlog =
        cell_series_find(cell, queue, "ApproximateNumberOfMessagesVisible");
    const struct cell_series *instances = cell_series_find(cell, name, count);
    const double here = cell_mean(cell, name, count, "max");
    if (backlog == NULL || instances == NULL)
        return;
    scaled->of++;
    if (!(here > *most))
        return;
    const double target = member_number(scaling, "target");
    *most = here;
    scaled->consumer = name;
    scaled->queue = queue;
    scaled->backlog = &backlog->mean;
    scaled->instances = &instances->mean;
    scaled->target = target > 0.0 ? target : (double)NAN;
}

static bool scaled_of(struct scaled *scaled, const struct cell *cell)
{
    static const enum node_kind nodes[] = {NODE_CONSUMER, NODE_FUNCTION};
    for (size_t turn = 0; figure_has(cell) && turn < 2; turn++) {
        double most = -1.0;
        *scaled = (struct scaled){.what = turn == 0 ? "instances" : "invocations"};
        for (size_t i = 0; i < cell->scenario->actor_count; i++) {
            const struct scenario_actor *actor = &cell->scenario->actors[i];
            if (actor->kind->node == nodes[turn])
                consider(scaled, cell, actor->name, actor->at, &most);
        }
        if (scaled->consumer != NULL)
            return true;
    }
    return false;
}

static bool fits(const struct cell *cell, const void *context)
{
    struct scaled scaled;
    (void)context;
    return scaled_of(&scaled, cell);
}

static void add_rows(struct figure *figure, const struct cell *cell, const struct scaled *scaled,
                     size_t series, const char *label)
{
    struct gauges gauges;
    gauges_of(&gauges, cell);
    for (size_t i = 0; i < scaled->backlog->count; i++) {
        const double time_s = scaled->backlog->points[i].time_s;
        const double backlog = scaled->backlog->points[i].mean;
        const double instances = gauges_mean(scaled->instances, i);
        figure_number(figure, (double)series);
        figure_word(figure, label);
        figure_word(figure, cell->variant);
        figure_word(figure, cell->point);
        figure_word(figure, scaled->consumer);
        figure_number(figure, time_s);
        figure_number(figure, backlog);
        figure_number(figure, backlog / fmax(1.0, instances)); /* ASG-4 */
        figure_number(figure, scaled->target);
        figure_number(figure, instances);
        figure_number(figure, gauges_struck(&gauges, i));
        figure_number(figure, gauges_in_alarm(&gauges, i) ? 1.0 : 0.0);
        figure_word(figure, scaled->what);
        figure_end_row(figure);
    }
}

static void add_sentence(struct figure *figure, const struct scaled *scaled, const char *label)
{
    double waits = 0.0, fleet = 0.0;
    char most[32], grew[32];
    for (size_t i = 0; i < scaled->backlog->count; i++) {
        waits = fmax(waits, scaled->backlog->points[i].mean);
        fleet = fmax(fleet, gauges_mean(scaled->instances, i));
    }
    text_printf(&figure->sentence, "%s %s: at most %s messages wait in %s; %s has up to %s %s.",
                figure->sentence.length > 0 ? "" : "Autoscaling.", label,
                units_format_number(most, waits), scaled->queue, scaled->consumer,
                units_format_number(grew, fleet), scaled->what);
}

static void fill(struct figure *figure)
{
    const struct cell *cells[LINES];
    const size_t count = figure_cells(figure, fits, NULL, cells, LINES);
    if (count == 0)
        figure_refuse(figure, "no consumer has autoscaling, and no function grows with a queue");
    for (size_t i = 0; i < count; i++) {
        struct scaled scaled;
        scaled_of(&scaled, cells[i]);
        const char *label = figure_label(figure, cells[i]);
        if (scaled.of > 1)
            label = arena_printf(&figure->arena, "%s: %s", label, scaled.consumer);
        add_rows(figure, cells[i], &scaled, i, label);
        add_sentence(figure, &scaled, label);
    }
}

const struct figure_kind figure_f10 = {
    .id = "F10",
    .words = "autoscaling",
    .header = "series,label,variant,point,entity,time_s,backlog,per_instance,target,instances,"
              "spike,alarm,what",
    .fill = fill,
};
