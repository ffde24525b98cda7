// SPDX-License-Identifier: GPL-3.0-or-later
/* A rule looks at one entity of one cell and says what it saw, or nothing.  The rest is a table. */
#include "experiment/advice.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/text.h"
#include "base/units.h"
#include "experiment/setting.h"

/* Appends what was seen of the entity: a queue, an actor or "scenario", the whole cell; nothing
 * appended: nothing wrong. */
typedef void advice_look(const struct cell *cell, const char *entity, struct text *seen);

static const double busy = 0.98;          /* a utilisation that leaves no room */
static const double wide = 0.10;          /* a relative half-width that is worth a warning */
static const double late_share = 0.01;    /* of the work that outlasts the visibility timeout */
static const double least_backlog = 20.0; /* below it a growing backlog is noise */

static double visible(const struct cell *cell, const char *entity, const char *stat)
{
    return cell_mean(cell, entity, "ApproximateNumberOfMessagesVisible", stat);
}

/* A backlog that grows at a constant rate ends at twice its mean. */
static void look_unstable(const struct cell *cell, const char *entity, struct text *seen)
{
    struct arena arena;
    struct setting_service service;
    char shown[32];
    arena_init(&arena);
    setting_service_of(cell->scenario, entity, &arena, &service);
    if (service.consumer_count > 0) {
        const double utilisation = cell_mean(cell, service.consumer, "utilisation", NULL);
        const double mean = visible(cell, entity, "mean"), end = visible(cell, entity, "end");
        if (utilisation >= busy && end >= 1.5 * mean && end >= least_backlog)
            text_printf(seen,
                        "utilisation %.2f, and %s messages wait at the end: the backlog grows",
                        utilisation, units_format_number(shown, end));
    }
    arena_free(&arena);
}

static void look_saturated(const struct cell *cell, const char *entity, struct text *seen)
{
    size_t count = 0;
    for (size_t i = 0; i < cell->replication_count; i++)
        count += cell->replications[i].end == WORLD_SATURATED;
    (void)entity;
    if (count > 0)
        text_printf(seen, "%zu of %zu replications stopped when maxMessages were stored at once",
                    count, cell->replication_count);
}

static double in_flight_limit(const struct scenario *scenario, const struct scenario_queue *queue)
{
    const int64_t limit = queue->cfg.in_flight_limit;
    if (limit == QUEUE_LIMIT_NONE)
        return HUGE_VAL;
    if (limit != QUEUE_LIMIT_OF_PROFILE)
        return (double)limit;
    return (double)(queue->cfg.fifo ? scenario->profile->limits.in_flight_fifo
                                    : scenario->profile->limits.in_flight_standard);
}

static void look_in_flight(const struct cell *cell, const char *entity, struct text *seen)
{
    const struct scenario_queue *queue = setting_queue(cell->scenario, entity);
    char shown[32];
    const double limit = in_flight_limit(cell->scenario, queue);
    if (cell_mean(cell, entity, "ApproximateNumberOfMessagesNotVisible", "max") >= limit)
        text_printf(seen, "the limit of %s messages in flight was reached",
                    units_format_number(shown, limit));
}

static void look_unread(const struct cell *cell, const char *entity, struct text *seen)
{
    struct arena arena;
    struct setting_service service;
    char shown[32];
    if (!setting_is_dead_letter(cell->scenario, entity))
        return;
    const double end = visible(cell, entity, "end");
    arena_init(&arena);
    setting_service_of(cell->scenario, entity, &arena, &service);
    if (service.consumer_count == 0 && end > 0.0)
        text_printf(seen, "%s messages lie in a dead-letter queue that nobody reads",
                    units_format_number(shown, end));
    arena_free(&arena);
}

static void look_late(const struct cell *cell, const char *entity, struct text *seen)
{
    const struct scenario_queue *queue = setting_queue(cell->scenario, entity);
    struct arena arena;
    struct setting_service service;
    arena_init(&arena);
    if (setting_service_of(cell->scenario, entity, &arena, &service) && service.is_plain) {
        const double late = 1.0 - dist_cdf(&service.service, units_s(queue->cfg.visibility_ns));
        if (late > late_share)
            text_printf(seen, "%.3g %% of the work takes longer than the visibility timeout",
                        100.0 * late);
    }
    arena_free(&arena);
}

static void look_wide(const struct cell *cell, const char *entity, struct text *seen)
{
    const struct cell_row *row = cell_find(cell, entity, "sojourn", "mean");
    if (row == NULL || row->estimate.n < 2)
        return;
    const double half = estimate_relative_half_width(&row->estimate);
    if (half > wide) {
        const double needed = ceil((double)row->estimate.n * (half / wide) * (half / wide));
        text_printf(seen,
                    "the interval of the mean time in the queue is +-%.0f %% of it;"
                    " about %.0f replications would make it %.0f %%",
                    100.0 * half, needed, 100.0 * wide);
    }
}

/* Of a consumer or function. */
static double max_hops(const struct scenario *scenario, const char *name)
{
    char pointer[300];
    for (size_t i = 0; i < scenario->actor_count; i++) {
        const struct scenario_actor *actor = &scenario->actors[i];
        if (strcmp(actor->name, name) != 0)
            continue;
        snprintf(pointer, sizeof pointer, "/%s/%s/maxHops", actor->kind->section, name);
        return setting_number(scenario, pointer, 100.0);
    }
    return 100.0;
}

/* Only where there are chains is there such a row. */
static void look_hops(const struct cell *cell, const char *entity, struct text *seen)
{
    char shown[32], hops[32];
    const struct cell_row *row = cell_find(cell, entity, "hopLimits", "count");
    if (row == NULL || !(row->estimate.mean > 0.0))
        return;
    text_printf(
        seen,
        "%s messages came through more than %s consumers and were not sent on: the pipeline "
        "has a cycle",
        units_format_number(shown, row->estimate.mean),
        units_format_number(hops, max_hops(cell->scenario, entity)));
}

enum about { ABOUT_ALL, ABOUT_QUEUES, ABOUT_ACTORS };

struct rule {
    const char *code;
    advice_look *look;
    enum about about;
    const char *why, *todo;
};

// clang-format off
static const struct rule rules[] = {
    {"saturated", look_saturated, ABOUT_ALL,
     "What is shown is the run up to that instant: more comes in than can ever go out.",
     "Lower the rate, add consumers, or raise experiment.maxMessages."},
    {"unstable", look_unstable, ABOUT_QUEUES,
     "There is no steady state: the mean depends on how long you ran.",
     "Lower the rate, add consumers, or ask for time-to-drain instead."},
    {"inFlightLimit", look_in_flight, ABOUT_QUEUES,
     "Receives get nothing more until messages are deleted or their timeouts run out.",
     "Delete sooner, receive smaller batches, or shorten the visibility timeout."},
    {"unreadDeadLetters", look_unread, ABOUT_QUEUES,
     "Dead letters are kept until their retention ends, and then they are gone.",
     "Give it a consumer, an alarm or a redrive."},
    {"lateWork", look_late, ABOUT_QUEUES,
     "Such a message comes back while it is still worked on: it is delivered twice.",
     "Raise VisibilityTimeout above the 99th percentile of the service time, or add a heartbeat."},
    {"wideInterval", look_wide, ABOUT_QUEUES,
     "A difference smaller than the interval is not seen.",
     "Raise --replications or the duration."},
    {"hopLimit", look_hops, ABOUT_ACTORS,
     "A message in a cycle lives for ever but for the limit, and each round is work and cost.",
     "Break the cycle: send on to another queue, only on failure, or lower maxHops."},
};
// clang-format on

enum { RULES = sizeof rules / sizeof *rules };

/* The warning that this rule gave about this entity before, in another cell. */
static struct advice *given(struct result *result, const char *code, const char *entity)
{
    for (size_t i = 0; i < result->advice_count; i++) {
        struct advice *advice = &result->advices[i];
        if (strcmp(advice->code, code) == 0 && strcmp(advice->entity, entity) == 0)
            return advice;
    }
    return NULL;
}

static void look(struct result *result, const struct cell *cell, const struct rule *rule,
                 const char *entity)
{
    struct text seen = {.length = 0};
    rule->look(cell, entity, &seen);
    struct advice *advice = seen.length > 0 ? given(result, rule->code, entity) : NULL;
    if (advice != NULL) {
        advice->cell_count++;
    } else if (seen.length > 0) {
        result->advices[result->advice_count++] = (struct advice){
            .code = rule->code,
            .label = result_label(&result->arena, result, cell),
            .entity = entity,
            .seen = arena_copy_text(&result->arena, text_of(&seen)),
            .why = rule->why,
            .todo = rule->todo,
            .cell_count = 1,
        };
    }
    text_free(&seen);
}

static void judge_cell(struct result *result, const struct cell *cell, const struct rule *rule)
{
    const struct scenario *scenario = cell->scenario;
    if (rule->about == ABOUT_ALL)
        look(result, cell, rule, "scenario");
    for (size_t i = 0; rule->about == ABOUT_QUEUES && i < scenario->queue_count; i++)
        look(result, cell, rule, scenario->queues[i].name);
    for (size_t i = 0; rule->about == ABOUT_ACTORS && i < scenario->actor_count; i++)
        look(result, cell, rule, scenario->actors[i].name);
}

void advice_judge(struct result *result)
{
    size_t most = RULES;
    for (size_t i = 0; i < result->cell_count; i++)
        most += RULES * (result->scenarios[i]->queue_count + result->scenarios[i]->actor_count);
    result->advice_count = 0;
    result->advices = arena_alloc(&result->arena, most * sizeof *result->advices);
    for (size_t rule = 0; rule < RULES; rule++) {
        for (size_t i = 0; i < result->cell_count; i++) {
            if (result->cells[i].replication_count > 0)
                judge_cell(result, &result->cells[i], &rules[rule]);
        }
    }
}
