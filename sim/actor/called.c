// SPDX-License-Identifier: GPL-3.0-or-later
/* Which instance takes a call, and what instances that come and go mean for calls. */
#include "actor/called.h"

#include "base/must.h"
#include "core/rng.h"
#include "actor/consumer.h"

enum { STATUS_FAILED = 500 };

static bool takes_calls(const struct called *called, uint32_t instance)
{
    return called->consumer->instances[instance].state == INSTANCE_UP;
}

/* Those that leave have as many servers as they are still at work with. */
static void count_servers(struct called *called)
{
    const struct consumer *consumer = called->consumer;
    int64_t servers = 0;
    bool is_closed = true;
    for (uint32_t i = 0; i < consumer->instance_count; i++) {
        servers += takes_calls(called, i) ? consumer->cfg->concurrency : called->busy[i];
        is_closed = is_closed && !takes_calls(called, i);
    }
    called->serving.servers = servers;
    called->serving.is_closed = is_closed;
}

/* In turn, so that each has its share; there is one with a worker free. */
static uint32_t pick(struct called *called)
{
    const struct consumer *consumer = called->consumer;
    for (uint32_t i = 0;; i++) {
        MUST(i < consumer->instance_count);
        const uint32_t instance = (called->next + i) % consumer->instance_count;
        if (!takes_calls(called, instance) || called->busy[instance] >= consumer->cfg->concurrency)
            continue;
        called->next = (instance + 1) % consumer->instance_count;
        return instance;
    }
}

static int64_t begin(struct serving *serving, struct serving_request *request)
{
    struct called *called = EVENT_OWNER(serving, struct called, serving);
    const struct consumer *consumer = called->consumer;
    const struct consumer_failure_cfg *failure = &consumer->cfg->failure;
    const uint64_t again = request->again;
    const int64_t service_ns =
        dist_draw_keyed_ns(&consumer->cfg->service, consumer->service, request->key, again);
    request->instance = pick(called);
    called->busy[request->instance]++;
    request->status =
        serving_status(request, consumer->failure, failure->probability, STATUS_FAILED);
    if (request->status == STATUS_OK || failure->mode != FAILURE_CRASH)
        return service_ns;
    /* A crash falls at a uniform point of the work. */
    const uint64_t word = rng_keyed_word(consumer->failure, request->key, UINT64_MAX / 2 + again);
    request->fells = true;
    return (int64_t)((double)service_ns * rng_unit(word));
}

static void end(struct serving *serving, const struct serving_request *request, int64_t now_ns)
{
    struct called *called = EVENT_OWNER(serving, struct called, serving);
    struct consumer *consumer = called->consumer;
    const uint32_t instance = request->instance;
    if (request->fells) {
        consumer_crash(consumer, instance, now_ns);
        return;
    }
    called->busy[instance]--;
    if (consumer_lets_go(consumer, instance, now_ns))
        count_servers(called);
}

struct called *called_new(struct consumer *consumer)
{
    struct arena *arena = consumer->actor->world->arena;
    struct called *called = arena_alloc(arena, sizeof *called);
    called->consumer = consumer;
    called->busy = arena_alloc(arena, consumer->instance_count * sizeof *called->busy);
    serving_init(&called->serving, consumer->actor);
    called->serving.has_line = true;
    called->serving.begin = begin;
    called->serving.end = end;
    return called;
}

void called_start(struct called *called)
{
    serving_start(&called->serving);
    called->serving.servers = 0;
    called->serving.is_closed = true;
    called->next = 0;
    for (uint32_t i = 0; i < called->consumer->instance_count; i++)
        called->busy[i] = 0;
}

void called_open(struct called *called, int64_t now_ns)
{
    count_servers(called);
    serving_fill(&called->serving, now_ns);
}

/* Who waits in vain is told so. */
static void close_if_alone(struct called *called, int64_t now_ns)
{
    count_servers(called);
    if (called->serving.is_closed)
        serving_clear_line(&called->serving, now_ns);
}

uint32_t called_leave(struct called *called, uint32_t instance, int64_t now_ns)
{
    close_if_alone(called, now_ns);
    return called->busy[instance];
}

void called_fell(struct called *called, uint32_t instance, int64_t now_ns)
{
    called->busy[instance] = 0;
    serving_fell(&called->serving, instance, now_ns);
    close_if_alone(called, now_ns);
}
