// SPDX-License-Identifier: GPL-3.0-or-later
/* The headlines are a table; the rest is arithmetic on rows. */
#include "experiment/summary.h"

#include <math.h>
#include <string.h>
#include "base/units.h"
#include "experiment/figure.h"

/* A condition on an entity under which a headline says something. */
typedef bool headline_when(const struct cell *cell, const char *entity);

struct headline {
    const char *metric, *words;
    const char *stats[SUMMARY_VALUES]; /* NULL: the first that the metric has */
    bool is_shown_if_zero;             /* else what never happened is no news */
    const char *note;
    headline_when *when; /* NULL: always */
};

/* The messages that were received at all, of those that entered in the window. */
static double received_of(const struct cell *cell, const char *entity)
{
    return cell_mean(cell, entity, "receives", "count") -
           cell_mean(cell, entity, "duplicates", "count");
}

/* Else as many are deleted as are received, save some on the way at the edges of the window. */
static bool when_some_stay(const struct cell *cell, const char *entity)
{
    const double received = received_of(cell, entity);
    return fabs(cell_mean(cell, entity, "NumberOfMessagesDeleted", "count") - received) >
           0.01 * received;
}

static bool when_none_is_deleted(const struct cell *cell, const char *entity)
{
    return isnan(cell_mean(cell, entity, "sojourn", "mean")) &&
           !isnan(cell_mean(cell, entity, "NumberOfMessagesSent", "count"));
}

static bool when_called(const struct cell *cell, const char *entity)
{
    return !isnan(cell_mean(cell, entity, "busyRequests", "mean"));
}

// clang-format off
static const struct headline headlines[] = {
    {"NumberOfMessagesDeleted", "deleted",           {"count"}, true, NULL, when_some_stay},
    {"throughput",              "throughput",        {"rate"}, true, NULL, NULL},
    {"ApproximateNumberOfMessagesVisible", "backlog", {"mean", "max"}, true, NULL, NULL},
    {"waiting", "time to first receive, mean",       {"mean"}, true, NULL, when_none_is_deleted},
    {"sojourn",                 "time in queue, mean", {"mean"}, true, NULL, NULL},
    {"sojourn",                 "time in queue",     {"p50", "p95", "p99"}, true, NULL, NULL},
    {"outOfOrder",              "out of order",      {"count"}, true, "inversions", NULL},
    {"duplicates",              "duplicates",        {"count"}, true, NULL, NULL},
    {"deadLettered",            "dead-lettered",     {"count"}, false, NULL, NULL},
    {"lost",                    "lost at retention", {"count"}, false, NULL, NULL},
    {"throttled",               "throttled calls",   {"count"}, false, NULL, NULL},
    {"rejected",                "rejected sends",    {"count"}, false, NULL, NULL},
    {"deduplicated",            "deduplicated",      {"count"}, false, NULL, NULL},
    {"NumberOfEmptyReceives",   "empty receives",    {"count"}, false, NULL, NULL},
    {"NumberOfMessagesPublished", "published",       {"count"}, true, NULL, NULL},
    {"NumberOfNotificationsDelivered", "delivered",  {"count"}, true, NULL, NULL},
    {"NumberOfNotificationsFilteredOut", "filtered out", {"count"}, false, NULL, NULL},
    {"NumberOfNotificationsFailed", "failed deliveries", {"count"}, false, NULL, NULL},
    {"NumberOfNotificationsRedrivenToDlq", "to dead-letter queues", {"count"}, false, NULL, NULL},
    {"notificationsLost",       "deliveries lost",   {"count"}, false, NULL, NULL},
    {"deliveryLatency",         "time to delivery",  {"p50", "p95", "p99"}, false, NULL, NULL},
    {"requests",                "requests",          {"count"}, true, NULL, when_called},
    {"errors",                  "answered with errors", {"count"}, false, NULL, when_called},
    {"unheard",                 "answered too late", {"count"}, false, NULL, when_called},
    {"waiting",             "time in line", {"p50", "p95", "p99"}, true, NULL, when_called},
    {"sent",                    "sent",              {"count"}, true, NULL, NULL},
    {"failed",                  "sends failed for good", {"count"}, false, NULL, NULL},
    {"retries",                 "sends tried again", {"count"}, false, NULL, NULL},
    {"shortCircuited",          "short-circuited calls", {"count"}, false, NULL, NULL},
    {"messageLatency",          "latency",           {"p50", "p95", "p99"}, true, NULL, NULL},
    {"processed",               "processed",         {"count"}, true, NULL, NULL},
    {"failures",                "failures",          {"count"}, false, NULL, NULL},
    {"crashes",                 "crashes",           {"count"}, false, NULL, NULL},
    {"duplicateWork",           "work done again",   {"count"}, false, NULL, NULL},
    {"utilisation",             "utilisation",       {NULL}, true, NULL, NULL},
};
// clang-format on

/* A component that nothing reached has no headlines. */
static bool is_idle(const struct cell *cell, const char *entity)
{
    const double sent = cell_mean(cell, entity, "NumberOfMessagesSent", "count");
    const double received = cell_mean(cell, entity, "NumberOfMessagesReceived", "count");
    const double visible = cell_mean(cell, entity, "ApproximateNumberOfMessagesVisible", "max");
    const double rejected = cell_mean(cell, entity, "rejected", "count");
    return sent == 0.0 && !(received > 0.0) && !(visible > 0.0) && !(rejected > 0.0);
}

static void fill_values(const struct cell *cell, const struct headline *headline,
                        struct summary_item *item)
{
    for (size_t i = 0; i < SUMMARY_VALUES && (i == 0 || headline->stats[i] != NULL); i++) {
        const struct cell_row *row =
            cell_find(cell, item->entity, headline->metric, headline->stats[i]);
        if (row == NULL || isnan(row->estimate.mean))
            continue;
        item->unit = row->unit;
        item->stats[item->value_count] = row->stat;
        item->values[item->value_count++] = &row->estimate;
    }
}

/* Events are counted, and related to how often they could have happened. */
static void fill_share(const struct cell *cell, const struct headline *headline,
                       struct summary_item *item)
{
    const struct cell_row *rate = cell_find(cell, item->entity, headline->metric, "rate");
    if (rate == NULL || isnan(rate->estimate.mean) || strcmp(item->stats[0], "count") != 0)
        return;
    item->share = &rate->estimate;
    if (rate->estimate.is_wilson)
        item->trials = cell_mean(cell, item->entity, "NumberOfMessagesSent", "count") *
                       (double)cell->replication_count;
}

/* In a queue that nobody sends to (a dead-letter queue), nothing is news by being zero. */
static bool is_news(const struct cell *cell, const struct headline *headline,
                    const struct summary_item *item)
{
    for (size_t i = 0; i < item->value_count; i++) {
        if (item->values[i]->mean != 0.0)
            return true;
    }
    return item->value_count > 0 && headline->is_shown_if_zero &&
           cell_mean(cell, item->entity, "NumberOfMessagesSent", "count") != 0.0;
}

static void visit_headline(const struct cell *cell, const char *entity,
                           const struct headline *headline, summary_visit *visit, void *context)
{
    struct summary_item item = {.entity = entity, .words = headline->words, .note = headline->note};
    if (headline->when != NULL && !headline->when(cell, entity))
        return;
    fill_values(cell, headline, &item);
    if (!is_news(cell, headline, &item))
        return;
    fill_share(cell, headline, &item);
    visit(context, &item);
}

static void visit_received(const struct cell *cell, const char *entity, summary_visit *visit,
                           void *context)
{
    const struct estimate received = {
        .mean = received_of(cell, entity), .low = (double)NAN, .high = (double)NAN};
    const bool once = cell_mean(cell, entity, "duplicates", "count") == 0.0;
    const double sent = cell_mean(cell, entity, "NumberOfMessagesSent", "count");
    if (isnan(received.mean) || (received.mean == 0.0 && sent == 0.0))
        return;
    visit(context, &(struct summary_item){
                       .entity = entity,
                       .words = once ? "received once" : "received",
                       .unit = "1",
                       .value_count = 1,
                       .values = {&received},
                       .stats = {"count"},
                       .of = sent,
                   });
}

/* The order is worth a line where few messages of one producer were received. */
static void visit_order(const struct cell *cell, const char *entity, summary_visit *visit,
                        void *context)
{
    for (size_t i = 0; cell->orders != NULL && i < cell->scenario->queue_count; i++) {
        const struct sample_order *order = &cell->orders[i];
        if (order->count > 1 && strcmp(cell->scenario->queues[i].name, entity) == 0)
            visit(context,
                  &(struct summary_item){.entity = entity, .words = "receive", .order = order});
    }
}

/* Rows that only a later replication said stand at the end, away from their entity's others. */
static bool is_first_of_entity(const struct cell *cell, size_t row)
{
    const char *entity = cell->rows[row].entity;
    for (size_t before = row; before-- > 0;) {
        if (strcmp(cell->rows[before].entity, entity) == 0)
            return false;
    }
    return true;
}

void summary_each(const struct cell *cell, summary_visit *visit, void *context)
{
    for (size_t i = 0; i < cell->row_count; i++) {
        const char *entity = cell->rows[i].entity;
        if (!is_first_of_entity(cell, i) || is_idle(cell, entity))
            continue;
        visit_received(cell, entity, visit, context);
        for (size_t j = 0; j < sizeof headlines / sizeof *headlines; j++)
            visit_headline(cell, entity, &headlines[j], visit, context);
        visit_order(cell, entity, visit, context);
    }
}

bool summary_little(const struct cell *cell, size_t index, struct summary_little *little)
{
    for (size_t i = 0; i < cell->scenario->queue_count; i++) {
        const char *queue = cell->scenario->queues[i].name;
        const double length =
            cell_mean(cell, queue, "ApproximateNumberOfMessagesVisible", "mean") +
            cell_mean(cell, queue, "ApproximateNumberOfMessagesNotVisible", "mean") +
            cell_mean(cell, queue, "ApproximateNumberOfMessagesDelayed", "mean");
        const double rate_times =
            cell_mean(cell, queue, "arrivals", "rate") * cell_mean(cell, queue, "dwell", "mean");
        if (isnan(length) || isnan(rate_times) || length <= 0.0 || index-- > 0)
            continue;
        const double off = fabs(length - rate_times) / length;
        *little = (struct summary_little){queue, length, rate_times, off};
        return true;
    }
    return false;
}

bool summary_alarm(const struct cell *cell, size_t index, struct summary_alarm *alarm)
{
    for (size_t i = 0; i < cell->scenario->actor_count; i++) {
        const struct scenario_actor *actor = &cell->scenario->actors[i];
        if (actor->kind->node != NODE_ALARM || index-- > 0)
            continue;
        *alarm = (struct summary_alarm){
            .name = actor->name,
            .entity = json_get_text(actor->at, "entity"),
            .metric = json_get_text(actor->at, "metric"),
            .alarms = cell_mean(cell, actor->name, "alarms", "count"),
            .time_s = cell_mean(cell, actor->name, "timeInAlarm", "sum"),
            .first_s = cell_mean(cell, actor->name, "firstAlarm", "at"),
        };
        return true;
    }
    return false;
}

struct response {
    const char *metric, *stat, *words, *unit;
    bool is_shown_if_zero;
    bool is_of_producer; /* of the first; else of the busiest queue */
};

// clang-format off
static const struct response responses[SUMMARY_RESPONSES] = {
    {"throughput",   "rate",  "throughput",         "1/s", true,  false},
    {"sojourn",      "p50",   "p50",                "s",   true,  false},
    {"sojourn",      "p95",   "p95",                "s",   true,  false},
    {"sojourn",      "p99",   "p99",                "s",   true,  false},
    {"ApproximateNumberOfMessagesVisible", "mean", "backlog", "1", false, false},
    {"outOfOrder",   "count", "out of order",       "1",   false, false},
    {"duplicates",   "rate",  "duplicates/message", "1",   true,  false},
    {"deadLettered", "count", "dead-lettered",      "1",   false, false},
    {"failed",       "count", "failed sends",       "1",   false, true},
};
// clang-format on

static const char *first_producer(const struct scenario *scenario)
{
    for (size_t i = 0; i < scenario->actor_count; i++) {
        if (scenario->actors[i].kind == &producer_kind)
            return scenario->actors[i].name;
    }
    return NULL;
}

struct summary_response summary_response(const struct cell *cell, size_t i)
{
    const struct response *of = &responses[i];
    const char *entity = cell->replication_count == 0 ? NULL
                         : of->is_of_producer         ? first_producer(cell->scenario)
                                                      : figure_queue(cell);
    return (struct summary_response){
        .words = of->words,
        .unit = of->unit,
        .entity = of->is_of_producer ? entity : NULL,
        .row = entity != NULL ? cell_find(cell, entity, of->metric, of->stat) : NULL,
    };
}

/* What a scenario expects of a metric is news even if it is 0. */
static bool is_expected(const struct scenario *scenario, const char *metric)
{
    for (size_t i = 0; i < scenario->expect_count; i++) {
        const char *expected = scenario->expects[i].metric;
        if (expected != NULL && strcmp(expected, metric) == 0)
            return true;
    }
    return false;
}

static bool is_said(const struct result *result, size_t response)
{
    const struct response *of = &responses[response];
    const bool zero_too = of->is_shown_if_zero ||
                          (!of->is_of_producer && is_expected(result->scenarios[0], of->metric));
    for (size_t i = 0; i < result->cell_count; i++) {
        const struct cell_row *row = summary_response(&result->cells[i], response).row;
        if (row != NULL && !isnan(row->estimate.mean) && (zero_too || row->estimate.mean != 0.0))
            return true;
    }
    return false;
}

/* Of the 95th and the 99th percentile the greater is shown that is known. */
size_t summary_columns(const struct result *result, size_t columns[SUMMARY_RESPONSES])
{
    size_t count = 0;
    for (size_t i = 0; i < SUMMARY_RESPONSES; i++) {
        const bool has_greater = strcmp(responses[i].stat, "p95") == 0 && is_said(result, i + 1);
        if (is_said(result, i) && !has_greater)
            columns[count++] = i;
    }
    return count;
}

/* --- what is expected --- */

static bool same_number(const struct scenario_expect *a, const struct scenario_expect *b)
{
    return strcmp(a->entity, b->entity) == 0 && strcmp(a->metric, b->metric) == 0 &&
           strcmp(a->stat, b->stat) == 0;
}

/* A count and its rate say the same. */
static bool is_of_kind(const char *stat, const char *other)
{
    const bool counts = strcmp(stat, "count") == 0 || strcmp(stat, "rate") == 0;
    const bool others = strcmp(other, "count") == 0 || strcmp(other, "rate") == 0;
    return strcmp(stat, other) == 0 || (counts && others);
}

static bool is_a_column(const struct result *result, const struct scenario_expect *expect)
{
    size_t columns[SUMMARY_RESPONSES];
    const size_t count = summary_columns(result, columns);
    for (size_t i = 0; i < count; i++) {
        const struct response *of = &responses[columns[i]];
        const struct cell_row *row = summary_response(&result->cells[0], columns[i]).row;
        if (row != NULL && strcmp(row->entity, expect->entity) == 0 &&
            strcmp(of->metric, expect->metric) == 0 && is_of_kind(of->stat, expect->stat))
            return true;
    }
    return false;
}

/* By more than a hundredth, which two draws of the same might. */
static bool cells_differ(const struct result *result, const struct scenario_expect *expect)
{
    double least = HUGE_VAL, most = -HUGE_VAL;
    for (size_t i = 0; i < result->cell_count; i++) {
        const double mean =
            cell_mean(&result->cells[i], expect->entity, expect->metric, expect->stat);
        least = fmin(least, mean);
        most = fmax(most, mean);
    }
    return most - least > 0.01 * fmax(fabs(least), fabs(most));
}

static int mentions_of(const struct scenario *scenario, const struct scenario_expect *expect)
{
    int mentions = 0;
    for (size_t i = 0; i < scenario->expect_count; i++)
        mentions +=
            scenario->expects[i].metric != NULL && same_number(&scenario->expects[i], expect);
    return mentions;
}

size_t summary_expected(const struct result *result,
                        const struct scenario_expect *expected[SUMMARY_EXPECTED])
{
    const struct scenario *scenario = result->scenarios[0];
    size_t count = 0;
    while (count < SUMMARY_EXPECTED) {
        const struct scenario_expect *best = NULL;
        int most = 0;
        for (size_t i = 0; i < scenario->expect_count; i++) {
            const struct scenario_expect *expect = &scenario->expects[i];
            if (expect->metric == NULL || (count > 0 && same_number(expect, expected[0])) ||
                is_a_column(result, expect) || !cells_differ(result, expect))
                continue;
            const int mentions = mentions_of(scenario, expect);
            best = mentions > most ? expect : best;
            most = mentions > most ? mentions : most;
        }
        if (best == NULL)
            break;
        expected[count++] = best;
    }
    return count;
}

const char *summary_queue(const struct result *result)
{
    const char *queue = NULL;
    for (size_t i = 0; i < result->cell_count; i++) {
        const struct cell *cell = &result->cells[i];
        const char *here = cell->replication_count > 0 ? figure_queue(cell) : NULL;
        if (here == NULL)
            continue;
        if (queue != NULL && strcmp(queue, here) != 0)
            return NULL;
        queue = here;
    }
    return queue;
}

bool summary_is_conserved(const struct cell *cell)
{
    const struct cell_row *row = cell_find(cell, "scenario", "conserved", NULL);
    return row != NULL && row->estimate.mean == 1.0;
}

double summary_simulated_s(const struct cell *cell)
{
    double sum = 0.0;
    for (size_t i = 0; i < cell->replication_count; i++)
        sum += units_s(cell->replications[i].end_ns);
    return cell->replication_count > 0 ? sum / (double)cell->replication_count : 0.0;
}

double summary_events(const struct cell *cell)
{
    double sum = 0.0;
    for (size_t i = 0; i < cell->replication_count; i++)
        sum += (double)cell->replications[i].event_count;
    return sum;
}
