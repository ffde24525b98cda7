// SPDX-License-Identifier: GPL-3.0-or-later
/* Thresholds are where a warning begins to help more people than it bothers; each has a test on
 * both of its sides. */
#include "experiment/advice_look.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/units.h"
#include "experiment/precision.h"
#include "experiment/setting.h"

static const double busy = 0.98;          /* a utilisation that leaves no room */
static const double wide = 0.10;          /* a relative half-width that is worth a warning */
static const double late_share = 0.01;    /* of the work that outlasts the visibility timeout */
static const double least_backlog = 20.0; /* below it a growing backlog is noise */
static const double least_window = 20.0;  /* times in the queue that a window should hold */
static const double least_tail = 100.0;   /* observations beyond a percentile */

static double mean_of(const struct advice_view *view, const char *metric, const char *stat)
{
    return cell_mean(view->cell, view->entity, metric, stat);
}

static double visible(const struct advice_view *view, const char *stat)
{
    return mean_of(view, "ApproximateNumberOfMessagesVisible", stat);
}

/* "1 message", "1,200 messages", "83.1 messages". */
static void add_messages(struct text *out, double count)
{
    char shown[32];
    units_format_number(shown, count);
    text_printf(out, "%s message%s", shown, strcmp(shown, "1") == 0 ? "" : "s");
}

/* --- of the whole cell --- */

/* Says how many replications ended so, and why that was not asked for; none: nothing. */
static void add_ended(struct text *seen, const struct cell *cell, enum world_end end,
                      const char *why)
{
    size_t count = 0;
    for (size_t i = 0; i < cell->replication_count; i++)
        count += cell->replications[i].end == end;
    if (count > 0)
        text_printf(seen, "%zu of %zu replication%s stopped %s", count, cell->replication_count,
                    cell->replication_count == 1 ? "" : "s", why);
}

void advice_look_saturated(const struct advice_view *view, struct text *seen)
{
    add_ended(seen, view->cell, WORLD_SATURATED, "when maxMessages were stored at once");
}

/* A run without a duration, or that drains, ends when all is done. */
void advice_look_cut_off(const struct advice_view *view, struct text *seen)
{
    const struct scenario_experiment *experiment = &view->cell->scenario->experiment;
    char most[32], why[80];
    if (experiment->duration_ns > 0 && !experiment->drain)
        return;
    snprintf(why, sizeof why, "at maxDuration, %s, with work left",
             units_format_seconds(most, units_s(experiment->max_duration_ns)));
    add_ended(seen, view->cell, WORLD_AT_END, why);
}

void advice_look_long_warmup(const struct advice_view *view, struct text *seen)
{
    const struct scenario_experiment *experiment = &view->cell->scenario->experiment;
    char warmup[32], run[32];
    if (experiment->warmup_ns == SCENARIO_WARMUP_AUTO && experiment->is_warmup_late)
        text_printf(seen,
                    "MSER-5 would cut off more than the half of the run, %s, that is not counted",
                    units_format_seconds(warmup, units_s(experiment->found_warmup_ns)));
    else if (experiment->duration_ns > 0 && experiment->warmup_ns > experiment->duration_ns / 2)
        text_printf(seen, "the warm-up of %s is more than half of the run of %s",
                    units_format_seconds(warmup, units_s(experiment->warmup_ns)),
                    units_format_seconds(run, units_s(experiment->duration_ns)));
}

void advice_look_precision(const struct advice_view *view, struct text *seen)
{
    const struct cell *cell = view->cell;
    const double wanted = cell->scenario->experiment.precision;
    struct precision_row worst;
    if (!(wanted > 0.0) || cell->replication_count < precision_most(cell->scenario) ||
        !precision_worst(cell, &worst) || worst.half <= wanted)
        return;
    const double times = worst.half / wanted;
    text_printf(seen,
                "after maxReplications, %zu, the interval of %s %s %s is +-%.2g %%, not %.2g %%; "
                "about %.0f would do",
                cell->replication_count, worst.entity, worst.metric, worst.stat, 100.0 * worst.half,
                100.0 * wanted, ceil((double)cell->replication_count * times * times));
}

/* True if the row was other than 0 (or, with any, changed) in some replication of some cell. */
static bool moved(const struct result *result, const struct scenario_precise *of, bool any)
{
    double first = 0.0;
    bool has_first = !any;
    for (size_t c = 0; c < result->cell_count; c++) {
        const struct cell *cell = &result->cells[c];
        const struct cell_row *row = cell_find(cell, of->entity, of->metric, of->stat);
        for (size_t i = 0; row != NULL && i < cell->replication_count; i++) {
            const double value = cell_value(cell, (size_t)(row - cell->rows), i);
            if (!has_first)
                first = value;
            has_first = true;
            if (!(value == first)) /* what is not available is no constant */
                return true;
        }
    }
    return false;
}

static void add_still(struct text *seen, const struct scenario_precise *of, const char *why)
{
    text_printf(seen, "%s%s %s %s %s", seen->length > 0 ? "; " : "", of->entity, of->metric,
                of->stat, why);
}

/* An upper bound is kept by what cannot happen; an equality was meant. */
void advice_look_never_moved(const struct advice_view *view, struct text *seen)
{
    const struct scenario *scenario = view->cell->scenario;
    const struct param_items *precise = &scenario->experiment.precision_of;
    const struct scenario_precise *named = precise->items;
    for (size_t i = 0; i < scenario->expect_count; i++) {
        const struct scenario_expect *expect = &scenario->expects[i];
        const struct scenario_precise of = {expect->entity, expect->metric, expect->stat};
        if (expect->metric != NULL && expect->vs == NULL &&
            (expect->is == EXPECT_LT || expect->is == EXPECT_LE) &&
            !moved(view->result, &of, false))
            add_still(seen, &of, "is expected to be small and never left 0");
    }
    for (size_t i = 0; scenario->experiment.precision > 0.0 && i < precise->count; i++) {
        if (!moved(view->result, &named[i], true))
            add_still(seen, &named[i], "is to be precise and never changed");
    }
}

/* 0.99 of "p99", 0.999 of "p999"; 0: not a percentile. */
static double quantile_of(const char *stat)
{
    char *end;
    if (stat == NULL || stat[0] != 'p' || stat[1] < '0' || stat[1] > '9')
        return 0.0;
    const double digits = strtod(stat + 1, &end);
    return *end == '\0' ? digits / pow(10.0, (double)(end - stat - 1)) : 0.0;
}

static void look_at_tail(const struct advice_view *view, const char *entity, const char *metric,
                         const char *stat, struct text *seen)
{
    char all[32];
    const double quantile = quantile_of(stat);
    const struct cell_hist *hist =
        quantile > 0.0 ? cell_hist_find(view->cell, entity, metric) : NULL;
    if (hist == NULL || isnan(cell_mean(view->cell, entity, metric, stat)))
        return;
    const double count = (double)hist_total(&hist->hist), tail = count * (1.0 - quantile);
    if (quantile > 0.5 && tail < least_tail)
        text_printf(seen, "%s%s %s %s rests on %.0f of %s observations",
                    seen->length > 0 ? "; " : "", entity, metric, stat, tail,
                    units_format_number(all, count));
}

/* Only where somebody relies on it. */
void advice_look_few_tail(const struct advice_view *view, struct text *seen)
{
    const struct scenario *scenario = view->cell->scenario;
    const struct param_items *precise = &scenario->experiment.precision_of;
    const struct scenario_precise *named = precise->items;
    for (size_t i = 0; i < scenario->expect_count; i++) {
        const struct scenario_expect *expect = &scenario->expects[i];
        if (expect->metric != NULL &&
            (expect->variant == NULL || strcmp(expect->variant, view->cell->variant) == 0))
            look_at_tail(view, expect->entity, expect->metric, expect->stat, seen);
    }
    for (size_t i = 0; scenario->experiment.precision > 0.0 && i < precise->count; i++)
        look_at_tail(view, named[i].entity, named[i].metric, named[i].stat, seen);
}

/* --- of a queue --- */

/* Of the only consumer of a queue; NAN where there is none. */
static double utilisation_of(const struct advice_view *view)
{
    struct arena arena;
    struct setting_service service;
    arena_init(&arena);
    setting_service_of(view->cell->scenario, view->entity, &arena, &service);
    const double utilisation = service.consumer_count > 0
                                   ? cell_mean(view->cell, service.consumer, "utilisation", NULL)
                                   : (double)NAN;
    arena_free(&arena);
    return utilisation;
}

static int64_t warmup_ns(const struct scenario_experiment *experiment)
{
    return experiment->warmup_ns >= 0 ? experiment->warmup_ns : experiment->found_warmup_ns;
}

/* A backlog that grows at a constant rate ends at twice its mean, and at less if the mean begins
 * later: half of the way there is far from a steady one. */
static bool is_growing(const struct advice_view *view, double utilisation)
{
    const struct scenario_experiment *experiment = &view->cell->scenario->experiment;
    const double end = visible(view, "end");
    double start = 0.0; /* of the mean, as a share of the run */
    if (experiment->duration_ns > 0)
        start = (double)warmup_ns(experiment) / (double)experiment->duration_ns;
    const double growth = (1.0 + 2.0 / (1.0 + start)) / 2.0;
    return utilisation >= busy && end >= growth * visible(view, "mean") && end >= least_backlog;
}

void advice_look_unstable(const struct advice_view *view, struct text *seen)
{
    const double utilisation = utilisation_of(view);
    if (!is_growing(view, utilisation))
        return;
    text_printf(seen, "utilisation %.2f, and the backlog grows: at the end it is ", utilisation);
    add_messages(seen, visible(view, "end"));
}

/* A course of events is as long as it is; the long run must be long. */
void advice_look_short(const struct advice_view *view, struct text *seen)
{
    const struct scenario_experiment *experiment = &view->cell->scenario->experiment;
    char window[32], stay[32];
    if (experiment->horizon != HORIZON_STEADY || experiment->duration_ns == 0 ||
        is_growing(view, utilisation_of(view)))
        return;
    const double stay_s = mean_of(view, "sojourn", "mean");
    const double window_s = units_s(experiment->duration_ns - warmup_ns(experiment));
    if (window_s < least_window * stay_s)
        text_printf(seen, "the %s measured are %.1f times the mean time in the queue, %s",
                    units_format_seconds(window, window_s), window_s / stay_s,
                    units_format_seconds(stay, stay_s));
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

void advice_look_in_flight(const struct advice_view *view, struct text *seen)
{
    const struct scenario *scenario = view->cell->scenario;
    const double limit = in_flight_limit(scenario, setting_queue(scenario, view->entity));
    if (!(mean_of(view, "ApproximateNumberOfMessagesNotVisible", "max") >= limit))
        return;
    text_add(seen, "the limit in flight was reached: ");
    add_messages(seen, limit);
}

void advice_look_rejected(const struct advice_view *view, struct text *seen)
{
    const double rejected = mean_of(view, "rejected", "count");
    char number[32];
    if (rejected > 0.0 && mean_of(view, "NumberOfMessagesSent", "count") == 0.0)
        text_printf(seen, "it refused all that was sent to it, %s times",
                    units_format_number(number, rejected));
}

void advice_look_unread(const struct advice_view *view, struct text *seen)
{
    const struct scenario *scenario = view->cell->scenario;
    const double end = visible(view, "end");
    if (!setting_is_dead_letter(scenario, view->entity) || !(end > 0.0) ||
        setting_is_tended(scenario, view->entity) || mean_of(view, "movedOut", "count") > 0.0)
        return;
    text_add(seen, "nobody reads this dead-letter queue, which at the end holds ");
    add_messages(seen, end);
}

/* How long what the consumer receives stays hidden. */
static double hidden_s(const struct scenario *scenario, const char *queue, const char *consumer)
{
    char pointer[300];
    snprintf(pointer, sizeof pointer, "/consumers/%s/VisibilityTimeout", consumer);
    return setting_duration_s(scenario, pointer,
                              units_s(setting_queue(scenario, queue)->cfg.visibility_ns));
}

static void judge_work(const struct advice_view *view, const struct setting_service *service,
                       double timeout_s, struct text *seen)
{
    char full[32], timeout[32];
    const double late = 1.0 - dist_cdf(&service->service, timeout_s);
    const double batch_s = service->batch * service->service_s;
    if (late > late_share)
        text_printf(seen, "%.3g %% of the work takes longer than the visibility timeout",
                    100.0 * late);
    else if (service->batch > 1.0 && batch_s > timeout_s &&
             mean_of(view, "duplicates", "count") > 0.0)
        text_printf(seen,
                    "a worker is done with a batch of %.0f messages after %s, and the visibility "
                    "timeout of all of them is %s",
                    service->batch, units_format_seconds(full, batch_s),
                    units_format_seconds(timeout, timeout_s));
}

void advice_look_late(const struct advice_view *view, struct text *seen)
{
    const struct scenario *scenario = view->cell->scenario;
    struct arena arena;
    struct setting_service service;
    arena_init(&arena);
    if (setting_service_of(scenario, view->entity, &arena, &service) && service.is_hidden)
        judge_work(view, &service, hidden_s(scenario, view->entity, service.consumer), seen);
    arena_free(&arena);
}

void advice_look_wide(const struct advice_view *view, struct text *seen)
{
    const struct cell_row *row = cell_find(view->cell, view->entity, "sojourn", "mean");
    if (row == NULL || row->estimate.n < 2)
        return;
    const double half = estimate_relative_half_width(&row->estimate);
    if (half > wide) {
        const double needed = ceil((double)row->estimate.n * (half / wide) * (half / wide));
        text_printf(seen,
                    "the interval of the mean time in the queue is +-%.3g %% of it;"
                    " about %.0f replications would make it %.0f %%",
                    100.0 * half, needed, 100.0 * wide);
    }
}

/* --- of an actor --- */

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
void advice_look_hops(const struct advice_view *view, struct text *seen)
{
    const struct cell_row *row = cell_find(view->cell, view->entity, "hopLimits", "count");
    char hops[32];
    if (row == NULL || !(row->estimate.mean > 0.0))
        return;
    add_messages(seen, row->estimate.mean);
    text_printf(seen,
                " came through more than %s consumers and not further: the pipeline has a cycle",
                units_format_number(hops, max_hops(view->cell->scenario, view->entity)));
}
