// SPDX-License-Identifier: GPL-3.0-or-later
/* Opening, clearing and closing the accounts of all nodes. */
#include "observe/account.h"

#include <stdlib.h>
#include "base/arena.h"
#include "observe/metric_chain.h"
#include "observe/metric_alarm.h"
#include "observe/metric_endpoint.h"
#include "observe/metric_fair.h"
#include "observe/topics.h"

static void forget_queue(struct queue_account *queue)
{
    queue->traits = (struct queue_traits){.is_ideal = true,
                                          .retention_ns = INT64_MAX,
                                          .delay_ns = -1,
                                          .new_delay_ns = -1,
                                          .receives_limit = UINT32_MAX,
                                          .dead_letter = -1};
    queue->counts = queue->base = (struct queue_counts){.accepted = 0};
    queue->cohort = (struct queue_cohort){.inversions = 0};
    queue->closed_entered = 0;
    queue->has_age = false;
    queue->call = queue->furthest = queue->received_count = 0;
}

static struct queue_account *open_queue(struct observe *observe, const struct node *node)
{
    struct queue_account *queue = must_alloc_lines(sizeof *queue);
    queue->node = node;
    forget_queue(queue);
    groups_init(&queue->groups);
    for (int state = LEDGER_GONE + 1; state < LEDGER_STATES; state++)
        series_init(&queue->depth[state], &observe->clock, SERIES_GAUGE);
    series_init(&queue->age, &observe->clock, SERIES_RAMP);
    series_init(&queue->arrivals, &observe->clock, SERIES_RATE);
    series_init(&queue->throughput, &observe->clock, SERIES_RATE);
    hist_init(&queue->plain_waiting);
    hist_init(&queue->visit_waiting);
    hist_init(&queue->waiting);
    hist_init(&queue->sojourn);
    line_init(&queue->line, node->id);
    queue->received = must_alloc(OBSERVE_RECEIVED * sizeof *queue->received);
    return queue;
}

static struct producer_account *open_producer(void)
{
    struct producer_account *producer = must_alloc_lines(sizeof *producer);
    hist_init(&producer->latency);
    hist_init(&producer->message_latency);
    return producer;
}

static struct consumer_account *open_consumer(struct observe *observe, size_t node)
{
    struct consumer_account *consumer = must_alloc_lines(sizeof *consumer);
    series_init(&consumer->busy, &observe->clock, SERIES_GAUGE);
    series_init(&consumer->workers, &observe->clock, SERIES_GAUGE);
    series_init(&consumer->instances, &observe->clock, SERIES_GAUGE);
    if (observe->setting.forwards != NULL)
        metric_chain_open(consumer, observe->setting.forwards[node]);
    return consumer;
}

static struct function_account *open_function(struct observe *observe)
{
    struct function_account *function = must_alloc_lines(sizeof *function);
    series_init(&function->concurrency, &observe->clock, SERIES_GAUGE);
    hist_init(&function->duration);
    hist_init(&function->batch);
    roots_init(&function->groups);
    return function;
}

static struct endpoint_account *open_endpoint(struct observe *observe, bool has_line)
{
    struct endpoint_account *endpoint = metric_endpoint_open(has_line);
    series_init(&endpoint->busy, &observe->clock, SERIES_GAUGE);
    series_init(&endpoint->arrivals, &observe->clock, SERIES_RATE);
    series_init(&endpoint->answers, &observe->clock, SERIES_RATE);
    if (has_line)
        series_init(&endpoint->line, &observe->clock, SERIES_GAUGE);
    observe->has_endpoints = true;
    return endpoint;
}

static struct alarm_account *open_alarm(struct observe *observe)
{
    struct alarm_account *alarm = metric_alarm_open();
    series_init(&alarm->in_alarm, &observe->clock, SERIES_GAUGE);
    return alarm;
}

void account_open_all(struct observe *observe)
{
    const struct observe_setting *setting = &observe->setting;
    series_clock_init(&observe->clock, setting->bucket_ns, setting->from_ns, setting->until_ns);
    observe->queues = must_alloc_lines(setting->node_count * sizeof *observe->queues);
    observe->producers = must_alloc_lines(setting->node_count * sizeof *observe->producers);
    observe->consumers = must_alloc_lines(setting->node_count * sizeof *observe->consumers);
    observe->functions = must_alloc_lines(setting->node_count * sizeof *observe->functions);
    observe->endpoints = must_alloc_lines(setting->node_count * sizeof *observe->endpoints);
    observe->alarms = must_alloc_lines(setting->node_count * sizeof *observe->alarms);
    if (!setting->metrics && !setting->invariants)
        return;
    for (size_t i = 0; i < setting->node_count; i++) {
        const struct node *node = setting->nodes[i];
        if (node == NULL)
            continue;
        if (node->kind == NODE_QUEUE)
            observe->queues[i] = open_queue(observe, node);
        const bool is_consumer = node->kind == NODE_CONSUMER || node->kind == NODE_FUNCTION;
        if (node->kind == NODE_PRODUCER || is_consumer)
            observe->producers[i] = open_producer();
        if (is_consumer)
            observe->consumers[i] = open_consumer(observe, i);
        if (node->kind == NODE_FUNCTION)
            observe->functions[i] = open_function(observe);
        const bool is_called = setting->is_called != NULL && setting->is_called[i];
        if (node->kind == NODE_ENDPOINT || node->kind == NODE_DOWNSTREAM || is_called)
            observe->endpoints[i] = open_endpoint(observe, node->kind != NODE_ENDPOINT);
        if (is_called)
            observe->endpoints[i]->consumer = observe->consumers[i];
        if (node->kind == NODE_ALARM)
            observe->alarms[i] = open_alarm(observe);
    }
    topics_open(observe);
    if (setting->has_faults)
        series_init(&observe->faults, &observe->clock, SERIES_GAUGE);
}

static void free_dedup(const struct observe *observe, struct queue_account *queue)
{
    for (size_t i = 0; queue->dedup != NULL && i < observe->setting.node_count; i++)
        free(queue->dedup[i].stamps);
    free(queue->dedup);
}

static void free_queue(const struct observe *observe, struct queue_account *queue)
{
    hist_free(&queue->plain_waiting);
    hist_free(&queue->visit_waiting);
    hist_free(&queue->waiting);
    hist_free(&queue->sojourn);
    line_free(&queue->line);
    groups_free(&queue->groups);
    free_dedup(observe, queue);
    metric_fair_free(queue);
    free(queue->received);
    free(queue);
}

static void free_producer(struct producer_account *producer)
{
    hist_free(&producer->latency);
    hist_free(&producer->message_latency);
    free(producer);
}

static void free_consumer(struct consumer_account *consumer)
{
    free(consumer->is_busy);
    key_table_free(&consumer->promised_ns);
    metric_chain_free(consumer);
    free(consumer);
}

static void free_function(struct function_account *function)
{
    hist_free(&function->duration);
    hist_free(&function->batch);
    roots_free(&function->groups);
    free(function->lanes);
    free(function->invoked);
    free(function);
}

void account_free_all(struct observe *observe)
{
    series_clock_free(&observe->clock);
    for (size_t i = 0; i < observe->setting.node_count; i++) {
        if (observe->queues[i] != NULL)
            free_queue(observe, observe->queues[i]);
        if (observe->producers[i] != NULL)
            free_producer(observe->producers[i]);
        if (observe->consumers[i] != NULL)
            free_consumer(observe->consumers[i]);
        if (observe->functions[i] != NULL)
            free_function(observe->functions[i]);
        if (observe->endpoints[i] != NULL)
            metric_endpoint_free(observe->endpoints[i]);
        free(observe->alarms[i]);
    }
    free(observe->queues);
    free(observe->producers);
    free(observe->consumers);
    free(observe->functions);
    topics_free(observe);
    free(observe->endpoints);
    free(observe->alarms);
}

static void clear_queue(const struct observe *observe, struct queue_account *queue)
{
    forget_queue(queue);
    groups_clear(&queue->groups);
    for (size_t i = 0; queue->dedup != NULL && i < observe->setting.node_count; i++)
        queue->dedup[i].next = 0;
    hist_clear(&queue->plain_waiting);
    hist_clear(&queue->visit_waiting);
    hist_clear(&queue->waiting);
    hist_clear(&queue->sojourn);
    line_clear(&queue->line);
    metric_fair_clear(queue);
}

static void clear_producer(struct producer_account *producer)
{
    producer->counts = producer->base = (struct producer_counts){.sent = 0};
    hist_clear(&producer->latency);
    hist_clear(&producer->message_latency);
}

static void clear_consumer(struct consumer_account *consumer)
{
    consumer->counts = consumer->base = (struct consumer_counts){.processed = 0};
    for (uint32_t i = 0; i < consumer->worker_capacity; i++)
        consumer->is_busy[i] = false;
    consumer->tells_effects = false;
    key_table_clear(&consumer->promised_ns);
    metric_chain_clear(consumer);
}

static void clear_function(struct function_account *function)
{
    function->counts = function->base = (struct function_counts){.invocations = 0};
    hist_clear(&function->duration);
    hist_clear(&function->batch);
    roots_clear(&function->groups);
    for (uint32_t i = 0; i < function->lane_capacity; i++)
        function->lanes[i] = (struct function_lane_account){.is_running = false};
    for (uint32_t i = 0; i < function->slot_capacity; i++)
        function->invoked[i] = (struct function_invoked){.delivery = 0};
}

void account_clear_all(struct observe *observe)
{
    series_clock_clear(&observe->clock);
    for (size_t i = 0; i < observe->setting.node_count; i++) {
        if (observe->queues[i] != NULL)
            clear_queue(observe, observe->queues[i]);
        if (observe->producers[i] != NULL)
            clear_producer(observe->producers[i]);
        if (observe->consumers[i] != NULL)
            clear_consumer(observe->consumers[i]);
        if (observe->functions[i] != NULL)
            clear_function(observe->functions[i]);
        if (observe->endpoints[i] != NULL)
            metric_endpoint_clear(observe->endpoints[i]);
        if (observe->alarms[i] != NULL)
            metric_alarm_clear(observe->alarms[i]);
    }
    topics_clear(observe);
}

static void begin_consumer(struct consumer_account *consumer)
{
    consumer->base = consumer->counts;
    if (consumer->chain != NULL)
        consumer->chain->base = consumer->chain->counts;
}

void account_begin_window(struct observe *observe)
{
    for (size_t i = 0; i < observe->setting.node_count; i++) {
        if (observe->queues[i] != NULL)
            observe->queues[i]->base = observe->queues[i]->counts;
        if (observe->producers[i] != NULL)
            observe->producers[i]->base = observe->producers[i]->counts;
        if (observe->consumers[i] != NULL)
            begin_consumer(observe->consumers[i]);
        if (observe->functions[i] != NULL)
            observe->functions[i]->base = observe->functions[i]->counts;
        if (observe->endpoints[i] != NULL)
            observe->endpoints[i]->base = observe->endpoints[i]->counts;
        if (observe->alarms[i] != NULL)
            observe->alarms[i]->base = observe->alarms[i]->alarms;
    }
    topics_begin_window(observe);
}

void account_end_window(struct observe *observe)
{
    for (size_t i = 0; i < observe->setting.node_count; i++) {
        struct queue_account *queue = observe->queues[i];
        if (queue != NULL)
            queue->closed_entered = account_entered(&queue->counts);
    }
}

static void tell_queue_rates(struct queue_account *queue)
{
    const struct queue_counts *counts = &queue->counts;
    series_tell(&queue->arrivals, account_entered(counts));
    series_tell(&queue->throughput, counts->deleted - counts->deleted_again);
}

static void tell_rates(struct observe *observe)
{
    for (size_t i = 0; i < observe->setting.node_count; i++) {
        struct endpoint_account *endpoint = observe->endpoints[i];
        if (observe->queues[i] != NULL)
            tell_queue_rates(observe->queues[i]);
        if (endpoint == NULL)
            continue;
        series_tell(&endpoint->arrivals, endpoint->counts.requests);
        series_tell(&endpoint->answers, endpoint->counts.served);
    }
}

void account_roll(struct observe *observe, int64_t now_ns)
{
    if (now_ns < observe->clock.stop_ns)
        return;
    tell_rates(observe);
    series_clock_roll(&observe->clock, now_ns);
}

static void settle_waiting(struct queue_account *queue)
{
    hist_merge(&queue->waiting, &queue->plain_waiting);
    hist_merge(&queue->visit_waiting, &queue->plain_waiting);
}

void account_finish_all(struct observe *observe, int64_t end_ns)
{
    account_roll(observe, end_ns);
    tell_rates(observe);
    series_clock_finish(&observe->clock, end_ns);
    for (size_t i = 0; i < observe->setting.node_count; i++) {
        if (observe->queues[i] != NULL)
            settle_waiting(observe->queues[i]);
    }
    topics_finish(observe);
}

void account_widen(struct consumer_account *consumer, uint32_t worker)
{
    uint32_t capacity = consumer->worker_capacity > 0 ? consumer->worker_capacity : 16;
    MUST(worker < UINT32_C(1) << 28);
    while (capacity <= worker)
        capacity *= 2;
    consumer->is_busy = must_grow(consumer->is_busy, capacity * sizeof *consumer->is_busy);
    for (uint32_t i = consumer->worker_capacity; i < capacity; i++)
        consumer->is_busy[i] = false;
    consumer->worker_capacity = capacity;
}
