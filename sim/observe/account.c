// SPDX-License-Identifier: GPL-3.0-or-later
/* Opening, clearing and closing the accounts of all nodes. */
#include "observe/account.h"

#include <stdlib.h>
#include <string.h>
#include "base/arena.h"

static void *zeroed(size_t bytes)
{
    void *block = must_alloc(bytes > 0 ? bytes : 1);
    memset(block, 0, bytes);
    return block;
}

/* One way to name all series of an account; the count is the same for every account of a kind. */
enum { QUEUE_GAUGES = 5, QUEUE_RATES = 2, QUEUE_SERIES = QUEUE_GAUGES + QUEUE_RATES };
enum { CONSUMER_SERIES = 3 };

static void queue_series(struct queue_account *queue, struct series *all[QUEUE_SERIES])
{
    all[0] = &queue->depth[LEDGER_DELAYED];
    all[1] = &queue->depth[LEDGER_VISIBLE];
    all[2] = &queue->depth[LEDGER_IN_FLIGHT];
    all[3] = &queue->age;
    all[4] = &queue->groups_in_flight;
    all[QUEUE_GAUGES] = &queue->arrivals;
    all[QUEUE_GAUGES + 1] = &queue->throughput;
}

static void consumer_series(struct consumer_account *consumer, struct series *all[CONSUMER_SERIES])
{
    all[0] = &consumer->busy;
    all[1] = &consumer->workers;
    all[2] = &consumer->instances;
}

static void open_series(struct series *series, bool is_rate, const struct observe_setting *setting)
{
    series_init(series, is_rate, setting->bucket_ns, setting->from_ns, setting->until_ns);
}

static void forget_queue(struct queue_account *queue)
{
    queue->traits = (struct queue_traits){.is_ideal = true,
                                          .retention_ns = INT64_MAX,
                                          .delay_ns = -1,
                                          .receives_limit = UINT32_MAX,
                                          .dead_letter = -1};
    queue->counts = queue->base = (struct queue_counts){.accepted = 0};
    queue->cohort = (struct queue_cohort){.entered = 0};
    queue->oldest_ns = -1;
    queue->aged_ns = 0;
    queue->call = queue->furthest = queue->received_count = 0;
}

static struct queue_account *open_queue(const struct observe *observe, const struct node *node)
{
    const struct observe_setting *setting = &observe->setting;
    struct queue_account *queue = zeroed(sizeof *queue);
    struct series *all[QUEUE_SERIES];
    queue->node = node;
    forget_queue(queue);
    groups_init(&queue->groups);
    if (!setting->metrics)
        return queue;
    queue_series(queue, all);
    for (int i = 0; i < QUEUE_SERIES; i++)
        open_series(all[i], i >= QUEUE_GAUGES, setting);
    hist_init(&queue->visit_waiting);
    hist_init(&queue->waiting);
    hist_init(&queue->sojourn);
    line_init(&queue->line);
    queue->received = must_alloc(OBSERVE_RECEIVED * sizeof *queue->received);
    return queue;
}

static struct producer_account *open_producer(void)
{
    struct producer_account *producer = zeroed(sizeof *producer);
    hist_init(&producer->latency);
    hist_init(&producer->message_latency);
    return producer;
}

static struct consumer_account *open_consumer(const struct observe_setting *setting)
{
    struct consumer_account *consumer = zeroed(sizeof *consumer);
    struct series *all[CONSUMER_SERIES];
    consumer_series(consumer, all);
    for (int i = 0; i < CONSUMER_SERIES; i++)
        open_series(all[i], false, setting);
    return consumer;
}

void account_open_all(struct observe *observe)
{
    const struct observe_setting *setting = &observe->setting;
    observe->queues = zeroed(setting->node_count * sizeof *observe->queues);
    observe->producers = zeroed(setting->node_count * sizeof *observe->producers);
    observe->consumers = zeroed(setting->node_count * sizeof *observe->consumers);
    for (size_t i = 0; i < setting->node_count; i++) {
        const struct node *node = setting->nodes[i];
        if (node == NULL)
            continue;
        if (node->kind == NODE_QUEUE)
            observe->queues[i] = open_queue(observe, node);
        if (!setting->metrics)
            continue;
        if (node->kind == NODE_PRODUCER || node->kind == NODE_CONSUMER)
            observe->producers[i] = open_producer();
        if (node->kind == NODE_CONSUMER)
            observe->consumers[i] = open_consumer(setting);
    }
}

static void free_dedup(const struct observe *observe, struct queue_account *queue)
{
    for (size_t i = 0; queue->dedup != NULL && i < observe->setting.node_count; i++)
        free(queue->dedup[i].stamps);
    free(queue->dedup);
}

static void free_queue(const struct observe *observe, struct queue_account *queue)
{
    struct series *all[QUEUE_SERIES];
    queue_series(queue, all);
    for (int i = 0; i < QUEUE_SERIES; i++)
        series_free(all[i]);
    hist_free(&queue->visit_waiting);
    hist_free(&queue->waiting);
    hist_free(&queue->sojourn);
    line_free(&queue->line);
    groups_free(&queue->groups);
    free_dedup(observe, queue);
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
    struct series *all[CONSUMER_SERIES];
    consumer_series(consumer, all);
    for (int i = 0; i < CONSUMER_SERIES; i++)
        series_free(all[i]);
    free(consumer->is_busy);
    free(consumer);
}

void account_free_all(struct observe *observe)
{
    for (size_t i = 0; i < observe->setting.node_count; i++) {
        if (observe->queues[i] != NULL)
            free_queue(observe, observe->queues[i]);
        if (observe->producers[i] != NULL)
            free_producer(observe->producers[i]);
        if (observe->consumers[i] != NULL)
            free_consumer(observe->consumers[i]);
    }
    free(observe->queues);
    free(observe->producers);
    free(observe->consumers);
}

static void clear_queue(const struct observe *observe, struct queue_account *queue)
{
    struct series *all[QUEUE_SERIES];
    forget_queue(queue);
    groups_clear(&queue->groups);
    for (size_t i = 0; queue->dedup != NULL && i < observe->setting.node_count; i++)
        queue->dedup[i].next = 0;
    if (!observe->setting.metrics)
        return;
    queue_series(queue, all);
    for (int i = 0; i < QUEUE_SERIES; i++)
        series_clear(all[i]);
    hist_clear(&queue->visit_waiting);
    hist_clear(&queue->waiting);
    hist_clear(&queue->sojourn);
    line_clear(&queue->line);
}

static void clear_producer(struct producer_account *producer)
{
    producer->counts = producer->base = (struct producer_counts){.sent = 0};
    hist_clear(&producer->latency);
    hist_clear(&producer->message_latency);
}

static void clear_consumer(struct consumer_account *consumer)
{
    struct series *all[CONSUMER_SERIES];
    consumer->counts = consumer->base = (struct consumer_counts){.processed = 0};
    consumer_series(consumer, all);
    for (int i = 0; i < CONSUMER_SERIES; i++)
        series_clear(all[i]);
    for (uint32_t i = 0; i < consumer->worker_capacity; i++)
        consumer->is_busy[i] = false;
}

void account_clear_all(struct observe *observe)
{
    for (size_t i = 0; i < observe->setting.node_count; i++) {
        if (observe->queues[i] != NULL)
            clear_queue(observe, observe->queues[i]);
        if (observe->producers[i] != NULL)
            clear_producer(observe->producers[i]);
        if (observe->consumers[i] != NULL)
            clear_consumer(observe->consumers[i]);
    }
}

void account_begin_window(struct observe *observe)
{
    for (size_t i = 0; i < observe->setting.node_count; i++) {
        if (observe->queues[i] != NULL)
            observe->queues[i]->base = observe->queues[i]->counts;
        if (observe->producers[i] != NULL)
            observe->producers[i]->base = observe->producers[i]->counts;
        if (observe->consumers[i] != NULL)
            observe->consumers[i]->base = observe->consumers[i]->counts;
    }
}

void account_finish_all(struct observe *observe, int64_t end_ns)
{
    struct series *all[QUEUE_SERIES];
    for (size_t i = 0; i < observe->setting.node_count; i++) {
        if (observe->queues[i] != NULL && observe->setting.metrics) {
            queue_series(observe->queues[i], all);
            for (int j = 0; j < QUEUE_SERIES; j++)
                series_finish(all[j], end_ns);
        }
        if (observe->consumers[i] != NULL) {
            consumer_series(observe->consumers[i], all);
            for (int j = 0; j < CONSUMER_SERIES; j++)
                series_finish(all[j], end_ns);
        }
    }
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
