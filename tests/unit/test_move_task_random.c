// SPDX-License-Identifier: GPL-3.0-or-later
/* Random histories of two queues, their dead-letter queue and move tasks out of it, with all
 * invariants listening: messages are sent (some by hand into the dead-letter queue), received for
 * random times, deleted or left to be dead-lettered, moved back to their own queues or to one.
 *
 * At the end every queue is conserved by the observers' account, and the three hold what was sent
 * and not deleted or expired by the test's own. */
#include "model/move_task.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/units.h"
#include "core/rng.h"
#include "observe/observe.h"

enum { JOBS, MORE, DEAD, QUEUES, WEB = QUEUES, WORKER, NODES };
enum { STEPS = 4000, HISTORIES = 12, GROUPS = 3, HANDLES = 64 };

struct town {
    struct engine engine;
    struct messages messages;
    struct probe probe;
    struct queue_limits limits;
    struct queue queues[QUEUES];
    struct node nodes[NODES];
    const struct node *node_list[NODES];
    struct observe *observe;
    struct rng rng;
    struct move_task task;
    bool has_task;
    int64_t now_ns;
    uint64_t sent, deleted, expired, moved, cancelled, completed;
    struct delivery handles[HANDLES]; /* the latest, in a ring */
    uint16_t givers[HANDLES];
    uint32_t handle_count;
};

static void hear(void *context, const struct fact *fact)
{
    struct town *town = context;
    town->moved += fact->kind == PROBE_MOVED;
    town->expired += fact->kind == PROBE_RETENTION_OVER;
    town->deleted += fact->kind == PROBE_DELETED;
    observe_sink(town->observe, fact);
}

static struct queue *queue_by_id(void *context, uint16_t id)
{
    struct town *town = context;
    assert_true(id < DEAD);
    return &town->queues[id];
}

static void open_queues(struct town *town, const struct queue_kind *kind)
{
    static const char *const names[NODES] = {"jobs", "more", "dead", "web", "worker"};
    const struct queue_setting setting = {.engine = &town->engine,
                                          .messages = &town->messages,
                                          .probe = &town->probe,
                                          .limits = &town->limits,
                                          .seed = 1,
                                          .replication = 1,
                                          .stored_limit = UINT64_MAX};
    for (uint16_t i = 0; i < NODES; i++) {
        const enum node_kind what = i < QUEUES ? NODE_QUEUE
                                    : i == WEB ? NODE_PRODUCER
                                               : NODE_CONSUMER;
        town->nodes[i] = (struct node){names[i], what, i};
        town->node_list[i] = &town->nodes[i];
    }
    for (uint16_t i = 0; i < QUEUES; i++) {
        const struct queue_cfg cfg = {
            .visibility_ns = 5 * SEC,
            .retention_ns = (i == DEAD ? 300 : 120) * SEC,
            .delay_ns = i == MORE ? 3 * SEC : 0,
            .redrive = {.max_receives = i == DEAD ? 0 : i + 1},
            .fifo = kind == &queue_sqs_fifo,
            .storage = {.servers = 1},
            .poison_receives = 3,
            .poison_age_receives = 3,
            .fair = {.noisy_share = 0.1, .noisy_minimum = 3, .window_ns = 300 * SEC},
            .in_flight_limit = QUEUE_LIMIT_OF_PROFILE};
        queue_init(&town->queues[i], kind, &cfg, names[i], i, &setting);
    }
    town->queues[JOBS].dead_letter = town->queues[MORE].dead_letter = &town->queues[DEAD];
}

static void open_town(struct town *town, const struct queue_kind *kind, uint64_t seed)
{
    *town = (struct town){.limits = {.max_bytes = MIB,
                                     .batch_bytes = MIB,
                                     .in_flight_standard = 120000,
                                     .in_flight_fifo = 120000,
                                     .fifo_look_back = 20}};
    engine_init(&town->engine);
    rng_init(&town->rng, rng_name(seed, 1, "town", "steps"));
    messages_init(&town->messages,
                  kind->wants | MESSAGE_WANT_GROUP | MESSAGE_WANT_SOURCE | MESSAGE_WANT_RECEIVED,
                  1);
    open_queues(town, kind);
    const struct observe_setting setting = {.nodes = town->node_list,
                                            .node_count = NODES,
                                            .until_ns = INT64_MAX,
                                            .metrics = true,
                                            .invariants = true};
    town->observe = observe_new(&setting);
    town->probe = (struct probe){.sink = hear, .context = town};
    for (size_t i = 0; i < QUEUES; i++)
        queue_announce(&town->queues[i], 0);
}

static uint64_t below(struct town *town, uint64_t limit)
{
    return rng_below(&town->rng, limit);
}

/* One in ten by hand, into the dead-letter queue. */
static void send(struct town *town)
{
    const bool is_fifo = town->queues[DEAD].is_fifo;
    const uint64_t number = town->sent++;
    struct queue *to = &town->queues[below(town, 10) == 0 ? DEAD : below(town, 2)];
    const struct send send = {
        .root = probe_root(WEB, number),
        .called_ns = town->now_ns,
        .dedup = is_fifo ? number + 1 : 0,
        .delay_ns = -1,
        .group = is_fifo || below(town, 3) == 0 ? (uint32_t)below(town, GROUPS) : MESSAGE_NO_GROUP,
        .bytes = 1,
        .producer = WEB};
    struct sent reply;
    assert_int_equal(queue_send(&to->service, &send, 1, &reply, town->now_ns), SEND_OK);
    assert_int_equal(reply.status, SEND_OK);
}

static void receive(struct town *town)
{
    struct delivery out[10];
    const uint16_t from = (uint16_t)below(town, QUEUES);
    struct poll poll = {.max = 1 + (uint32_t)below(town, 10),
                        .caller = WORKER,
                        .visibility_ns = below(town, 4) == 0 ? 0 : (int64_t)below(town, 20) * SEC,
                        .out = out};
    queue_receive(&town->queues[from], &poll, town->now_ns);
    for (uint32_t i = 0; i < poll.count; i++) {
        const uint32_t place = town->handle_count++ % HANDLES;
        town->handles[place] = out[i];
        town->givers[place] = from;
    }
}

/* By any of the latest handles, good or not. */
static void delete_one(struct town *town)
{
    if (town->handle_count == 0)
        return;
    const uint32_t known = town->handle_count < HANDLES ? town->handle_count : HANDLES;
    const uint32_t place = (uint32_t)below(town, known);
    queue_delete(&town->queues[town->givers[place]], &town->handles[place], 1, NULL, WORKER,
                 town->now_ns);
}

static void use_task(struct town *town)
{
    const struct move_task_cfg cfg = {.source = &town->queues[DEAD],
                                      .destination =
                                          below(town, 3) == 0 ? &town->queues[MORE] : NULL,
                                      .rate_per_s = 1.0 + (double)below(town, 3),
                                      .queue_by_id = queue_by_id,
                                      .context = town};
    if (town->has_task && move_task_is_active(&town->task)) {
        if (below(town, 4) == 0)
            move_task_cancel(&town->task);
        return;
    }
    town->cancelled += town->has_task && town->task.status == MOVE_CANCELLED;
    town->completed +=
        town->has_task && town->task.status == MOVE_COMPLETED && town->task.moved > 0;
    assert_true(!town->has_task || town->task.moved <= town->task.to_move);
    move_task_start(&town->task, &cfg, town->now_ns);
    town->has_task = true;
}

static void step(struct town *town)
{
    const uint64_t what = below(town, 100);
    if (what < 30)
        send(town);
    else if (what < 70)
        receive(town);
    else if (what < 80)
        delete_one(town);
    else if (what < 85)
        use_task(town);
    else
        town->now_ns += (int64_t)below(town, 3 * SEC);
    engine_run(&town->engine, town->now_ns);
}

static void close_town(struct town *town)
{
    uint64_t there = 0;
    move_task_free(&town->task);
    assert_int_equal(town->engine.holds, 0);
    for (size_t i = 0; i < QUEUES; i++) {
        const struct queue *queue = &town->queues[i];
        there += (uint64_t)queue->visible + queue->in_flight + queue->delayed;
    }
    assert_int_equal(there, town->messages.live);
    assert_int_equal(there, town->sent - town->deleted - town->expired);
    observe_finish(town->observe, town->now_ns, town->engine.event_count);
    observe_free(town->observe);
    for (size_t i = 0; i < QUEUES; i++)
        queue_free(&town->queues[i]);
    messages_free(&town->messages);
}

/* EVIDENCE-OF: MOVE-7
 * Everything that is random must have happened, or the test would show little. */
static void live(const struct queue_kind *kind)
{
    static struct town town;
    uint64_t moved = 0, cancelled = 0, completed = 0, expired = 0, deleted = 0;
    for (uint64_t seed = 1; seed <= HISTORIES; seed++) {
        open_town(&town, kind, seed);
        for (int i = 0; i < STEPS; i++)
            step(&town);
        moved += town.moved;
        cancelled += town.cancelled;
        completed += town.completed;
        expired += town.expired;
        deleted += town.deleted;
        close_town(&town);
    }
    assert_true(moved > 1000);
    assert_true(cancelled > 10);
    assert_true(completed > 10);
    assert_true(expired > 100);
    assert_true(deleted > 100);
}

static void test_standard(void **state)
{
    (void)state;
    live(&queue_sqs_standard);
}

static void test_fifo(void **state)
{
    (void)state;
    live(&queue_sqs_fifo);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_standard),
        cmocka_unit_test(test_fifo),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
