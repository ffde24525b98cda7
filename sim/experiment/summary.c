// SPDX-License-Identifier: GPL-3.0-or-later
/* The headlines are a table; the rest is arithmetic on rows. */
#include "experiment/summary.h"

#include <math.h>
#include <string.h>
#include "base/units.h"
#include "experiment/figure.h"

/* A headline; an event that happened in no replication is no news unless it always is. */
struct headline {
    const char *metric, *stat, *words;
    bool is_shown_if_zero;
};

// clang-format off
static const struct headline headlines[] = {
    {"sent",                               "count", "sent",                        true},
    {"failed",                             "count", "sends failed for good",       false},
    {"retries",                            "count", "sends tried again",           false},
    {"messageLatency",                     "mean",  "latency, mean",               true},
    {"messageLatency",                     "p50",   "latency, p50",                true},
    {"messageLatency",                     "p95",   "latency, p95",                true},
    {"messageLatency",                     "p99",   "latency, p99",                true},
    {"NumberOfMessagesSent",               "count", "messages sent",               true},
    {"NumberOfMessagesDeleted",            "count", "messages deleted",            true},
    {"throughput",                         "rate",  "throughput",                  true},
    {"ApproximateNumberOfMessagesVisible", "mean",  "backlog, mean",               true},
    {"ApproximateNumberOfMessagesVisible", "max",   "backlog, greatest",           false},
    {"ApproximateAgeOfOldestMessage",      "max",   "oldest message, greatest",    false},
    {"waiting",                            "mean",  "time to first receive, mean", true},
    {"sojourn",                            "mean",  "time in queue, mean",         true},
    {"sojourn",                            "p50",   "time in queue, p50",          true},
    {"sojourn",                            "p95",   "time in queue, p95",          true},
    {"sojourn",                            "p99",   "time in queue, p99",          true},
    {"duplicates",                         "count", "duplicates",                  false},
    {"duplicates",                         "rate",  "duplicates per message",      true},
    {"outOfOrder",                         "count", "out of order",                false},
    {"deadLettered",                       "count", "dead-lettered",               false},
    {"deadLettered",                       "rate",  "dead-lettered per message",   false},
    {"lost",                               "count", "lost at retention",           false},
    {"throttled",                          "count", "throttled calls",             false},
    {"rejected",                           "count", "rejected sends",              false},
    {"deduplicated",                       "count", "deduplicated",                false},
    {"NumberOfEmptyReceives",              "count", "empty receives",              false},
    {"processed",                          "count", "processed",                   true},
    {"failures",                           "count", "failures",                    false},
    {"crashes",                            "count", "crashes",                     false},
    {"duplicateWork",                      "count", "work done again",             false},
    {"utilisation",                        NULL,    "utilisation",                 true},
};
// clang-format on

static const struct headline *headline_of(const struct cell_row *row)
{
    for (size_t i = 0; i < sizeof headlines / sizeof *headlines; i++) {
        const struct headline *headline = &headlines[i];
        if (strcmp(headline->metric, row->metric) == 0 &&
            (headline->stat == NULL || strcmp(headline->stat, row->stat) == 0))
            return headline;
    }
    return NULL;
}

static double trials_of(const struct cell *cell, const struct cell_row *row)
{
    const struct cell_row *sent = cell_find(cell, row->entity, "NumberOfMessagesSent", "count");
    return row->estimate.is_wilson && sent != NULL
               ? sent->estimate.mean * (double)cell->replication_count
               : 0.0;
}

/* A component that nothing reached has no headlines. */
static bool is_idle(const struct cell *cell, const char *entity)
{
    const double sent = cell_mean(cell, entity, "NumberOfMessagesSent", "count");
    const double received = cell_mean(cell, entity, "NumberOfMessagesReceived", "count");
    const double visible = cell_mean(cell, entity, "ApproximateNumberOfMessagesVisible", "max");
    return sent == 0.0 && !(received > 0.0) && !(visible > 0.0);
}

/* In a queue that nobody sends to (a dead-letter queue), nothing is news by being zero. */
static bool is_news(const struct cell *cell, const struct cell_row *row,
                    const struct headline *headline)
{
    if (row->estimate.mean != 0.0)
        return true;
    return headline->is_shown_if_zero &&
           cell_mean(cell, row->entity, "NumberOfMessagesSent", "count") != 0.0;
}

void summary_each(const struct cell *cell, summary_visit *visit, void *context)
{
    for (size_t i = 0; i < cell->row_count; i++) {
        const struct cell_row *row = &cell->rows[i];
        const struct headline *headline = headline_of(row);
        if (headline == NULL || isnan(row->estimate.mean) || is_idle(cell, row->entity) ||
            !is_news(cell, row, headline))
            continue;
        visit(context, &(struct summary_item){.entity = row->entity,
                                              .words = headline->words,
                                              .unit = row->unit,
                                              .row = row,
                                              .trials = trials_of(cell, row)});
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
        *little =
            (struct summary_little){queue, length, rate_times, fabs(length - rate_times) / length};
        return true;
    }
    return false;
}

struct summary_response summary_response(const struct cell *cell, size_t i)
{
    static const struct {
        const char *metric, *stat, *words, *unit;
    } responses[SUMMARY_RESPONSES] = {
        {"throughput", "rate", "throughput", "1/s"},
        {"sojourn", "p50", "p50", "s"},
        {"sojourn", "p99", "p99", "s"},
        {"ApproximateNumberOfMessagesVisible", "mean", "backlog", "1"},
        {"duplicates", "rate", "duplicates/message", "1"},
        {"deadLettered", "count", "dead-lettered", "1"},
    };
    const char *queue = cell->replication_count > 0 ? figure_queue(cell) : NULL;
    return (struct summary_response){
        .words = responses[i].words,
        .unit = responses[i].unit,
        .row =
            queue != NULL ? cell_find(cell, queue, responses[i].metric, responses[i].stat) : NULL,
    };
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
