// SPDX-License-Identifier: GPL-3.0-or-later
/* What was heard, in a fixed order: rows, histograms and series of each node by id, then the
 * scenario's. */
#include "observe/observe.h"

#include <math.h>
#include "observe/account.h"
#include "observe/metric.h"
#include "observe/metric_alarm.h"
#include "observe/metric_chain.h"
#include "observe/metric_endpoint.h"
#include "observe/metric_fair.h"
#include "observe/topics.h"

static void queue_rows(const struct observe *observe, const struct queue_account *queue,
                       const struct metric_cost *cost, const struct metric_rows *rows)
{
    metric_throughput_rows(queue, rows);
    metric_depth_rows(queue, rows);
    metric_age_rows(queue, rows);
    metric_fair_rows(queue, rows);
    metric_latency_rows(queue, rows);
    metric_duplicates_rows(queue, rows);
    metric_order_rows(queue, rows);
    metric_dlq_rows(queue, rows);
    if (observe->setting.has_moves)
        metric_moves_rows(queue, rows);
    metric_calls_rows(queue, rows);
    metric_cost_rows(queue, cost, rows);
}

static void consumer_rows(const struct observe *observe, const struct consumer_account *consumer,
                          const struct metric_rows *rows)
{
    metric_worker_rows(consumer, rows);
    metric_effects_rows(observe, consumer, rows);
    metric_chain_rows(consumer, rows);
}

/* Does this consumer send on? */
static bool is_forwarder(const struct observe *observe, size_t node)
{
    return observe->setting.forwards != NULL &&
           (observe->setting.forwards[node] & OBSERVE_FORWARDS) != 0;
}

static bool is_origin(const struct observe *observe, size_t node)
{
    return observe->setting.nodes[node]->kind == NODE_PRODUCER ||
           (observe->setting.forwards != NULL &&
            (observe->setting.forwards[node] & OBSERVE_FORWARDS_ANEW) != 0);
}

/* Can topics deliver to it, and are there any? */
static bool is_subscriber(const struct observe *observe, size_t node)
{
    const enum node_kind kind = observe->setting.nodes[node]->kind;
    return observe->topics != NULL &&
           (kind == NODE_QUEUE || kind == NODE_FUNCTION || kind == NODE_ENDPOINT);
}

static void scenario_rows(const struct observe *observe, const struct metric_rows *rows)
{
    const bool is_judged = observe->setting.metrics || observe->setting.invariants;
    const double conserved = observe->is_conserved ? 1.0 : 0.0;
    uint64_t messages = observe->message_count;
    for (size_t i = 0; i < observe->setting.node_count; i++) {
        if (observe->queues[i] != NULL)
            messages += observe->queues[i]->counts.accepted + observe->queues[i]->counts.preloaded;
    }
    metric_put(rows, "conserved", "end", "1", is_judged ? conserved : (double)NAN);
    metric_put(rows, "simulatedTime", "end", "s", (double)observe->end_ns / 1e9);
    metric_put(rows, "messages", "count", "1", (double)messages);
    metric_put(rows, "events", "count", "1", (double)observe->event_count);
}

void observe_rows(const struct observe *observe, observe_row *row, void *context)
{
    MUST(observe->end_ns >= 0);
    const struct metric_cost cost = metric_cost_of(observe);
    for (size_t i = 0; observe->setting.metrics && i < observe->setting.node_count; i++) {
        const struct metric_rows rows = {row, context, (uint16_t)i};
        if (observe->queues[i] != NULL)
            queue_rows(observe, observe->queues[i], &cost, &rows);
        if (observe->consumers[i] != NULL)
            consumer_rows(observe, observe->consumers[i], &rows);
        if (observe->endpoints[i] != NULL)
            metric_endpoint_rows(observe->endpoints[i], &rows);
        if (observe->alarms[i] != NULL)
            metric_alarm_rows(observe, observe->alarms[i], &rows);
        if (observe->functions[i] != NULL) {
            metric_function_rows(observe->functions[i], &rows);
            metric_cost_function_rows(observe->functions[i], observe->consumers[i], &cost, &rows);
        }
        if (observe->producers[i] != NULL && (is_origin(observe, i) || is_forwarder(observe, i)))
            metric_producer_rows(observe->producers[i], is_origin(observe, i), &rows);
        else if (observe->setting.calls != NULL && observe->setting.calls[i])
            metric_producer_call_rows(observe->producers[i], &rows);
        if (account_topic(observe, (uint16_t)i) != NULL)
            metric_topic_rows(observe, observe->topics[i], &rows);
        else if (is_subscriber(observe, i))
            metric_subscriber_rows(&observe->subscribers[i], &rows);
    }
    const struct metric_rows rows = {row, context, NODE_NONE};
    scenario_rows(observe, &rows);
    if (observe->setting.metrics)
        metric_cost_scenario_rows(&cost, &rows);
}

void observe_histograms(const struct observe *observe, observe_histogram *visit, void *context)
{
    for (size_t i = 0; observe->setting.metrics && i < observe->setting.node_count; i++) {
        const uint16_t node = (uint16_t)i;
        const struct queue_account *queue = observe->queues[i];
        const struct producer_account *producer = observe->producers[i];
        if (queue != NULL) {
            visit(context, node, "visitWaiting", &queue->visit_waiting);
            visit(context, node, "waiting", &queue->waiting);
            visit(context, node, "sojourn", &queue->sojourn);
        }
        if (queue != NULL && queue->traits.is_fair) {
            visit(context, node, "waitingQuiet", &queue->fair->waiting_quiet);
            visit(context, node, "waitingNoisy", &queue->fair->waiting_noisy);
        }
        if (observe->functions[i] != NULL)
            visit(context, node, "duration", &observe->functions[i]->duration);
        if (account_topic(observe, node) != NULL)
            visit(context, node, "deliveryLatency", &observe->topics[i]->latency);
        if (observe->endpoints[i] != NULL)
            visit(context, node, "latency", &observe->endpoints[i]->latency);
        if (observe->endpoints[i] != NULL && observe->endpoints[i]->has_line)
            visit(context, node, "waiting", &observe->endpoints[i]->waiting);
        if (producer != NULL && (is_origin(observe, i) || is_forwarder(observe, i)))
            visit(context, node, "latency", &producer->latency);
        if (producer != NULL && is_origin(observe, i))
            visit(context, node, "messageLatency", &producer->message_latency);
        if (observe->consumers[i] != NULL)
            metric_chain_histograms(observe->consumers[i], node, visit, context);
    }
}

static void fair_series(const struct fair_account *fair, uint16_t node, observe_one_series *visit,
                        void *context)
{
    visit(context, node, "ApproximateNumberOfNoisyGroups", 1.0, &fair->noisy_groups);
    visit(context, node, "ApproximateNumberOfMessagesVisibleInQuietGroups", 1.0,
          &fair->quiet[LEDGER_VISIBLE]);
    visit(context, node, "ApproximateNumberOfMessagesNotVisibleInQuietGroups", 1.0,
          &fair->quiet[LEDGER_IN_FLIGHT]);
    visit(context, node, "ApproximateNumberOfMessagesDelayedInQuietGroups", 1.0,
          &fair->quiet[LEDGER_DELAYED]);
    visit(context, node, "ApproximateAgeOfOldestMessageInQuietGroups", 1e9, &fair->age);
}

static void queue_series(const struct queue_account *queue, uint16_t node,
                         observe_one_series *visit, void *context)
{
    visit(context, node, "ApproximateNumberOfMessagesVisible", 1.0, &queue->depth[LEDGER_VISIBLE]);
    visit(context, node, "ApproximateNumberOfMessagesNotVisible", 1.0,
          &queue->depth[LEDGER_IN_FLIGHT]);
    visit(context, node, "ApproximateNumberOfMessagesDelayed", 1.0, &queue->depth[LEDGER_DELAYED]);
    visit(context, node, "ApproximateAgeOfOldestMessage", 1e9, &queue->age);
    if (queue->traits.is_fifo)
        visit(context, node, "ApproximateNumberOfGroupsWithInflightMessages", 1.0,
              &queue->groups_in_flight);
    if (queue->traits.is_fair)
        fair_series(queue->fair, node, visit, context);
    visit(context, node, "arrivals", 1.0, &queue->arrivals);
    visit(context, node, "throughput", 1.0, &queue->throughput);
}

static void endpoint_series(const struct endpoint_account *endpoint, uint16_t node,
                            observe_one_series *visit, void *context)
{
    visit(context, node, "busyRequests", 1.0, &endpoint->busy);
    visit(context, node, "requests", 1.0, &endpoint->arrivals);
    visit(context, node, "answers", 1.0, &endpoint->answers);
    if (endpoint->has_line)
        visit(context, node, "waitingRequests", 1.0, &endpoint->line);
}

void observe_series(const struct observe *observe, observe_one_series *visit, void *context)
{
    MUST(observe->end_ns >= 0);
    for (size_t i = 0; observe->setting.metrics && i < observe->setting.node_count; i++) {
        const struct consumer_account *consumer = observe->consumers[i];
        if (observe->queues[i] != NULL)
            queue_series(observe->queues[i], (uint16_t)i, visit, context);
        if (consumer != NULL) {
            visit(context, (uint16_t)i, "busyWorkers", 1.0, &consumer->busy);
            visit(context, (uint16_t)i, "workers", 1.0, &consumer->workers);
            visit(context, (uint16_t)i, "instances", 1.0, &consumer->instances);
        }
        if (observe->functions[i] != NULL)
            visit(context, (uint16_t)i, "concurrency", 1.0, &observe->functions[i]->concurrency);
        if (observe->alarms[i] != NULL)
            visit(context, (uint16_t)i, "alarm", 1.0, &observe->alarms[i]->in_alarm);
        if (observe->endpoints[i] != NULL)
            endpoint_series(observe->endpoints[i], (uint16_t)i, visit, context);
    }
    if (observe->setting.metrics && observe->setting.has_faults)
        visit(context, NODE_NONE, "faults", 1.0, &observe->faults);
}

const uint64_t *observe_received(const struct observe *observe, uint16_t node, size_t *count)
{
    const bool is_queue = node < observe->setting.node_count && observe->queues[node] != NULL;
    *count = is_queue ? observe->queues[node]->received_count : 0;
    return is_queue ? observe->queues[node]->received : NULL;
}
