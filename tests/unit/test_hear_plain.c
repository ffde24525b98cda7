// SPDX-License-Identifier: GPL-3.0-or-later
/* The straight way and the general one come to the same end: two worlds are told one random history
 * of both kinds of queues, and in the second no fact is taken for plain. */
#include "observe/hear.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "base/units.h"
#include "observe/metric.h"
#include "tools/facts.h"

enum { SLOTS = 40, STEPS = 12000, ROWS = 2000, WORKERS = 6 };
enum state { FREE, DELAYED, VISIBLE, IN_FLIGHT };

struct slot {
    enum state state;
    uint16_t queue;
    uint32_t group, receives;
    uint64_t number;
    int64_t due_ns; /* DELAYED, IN_FLIGHT: until */
};

/* What a worker does: the message may have gone on without it. */
struct work {
    uint32_t slot;
    uint64_t number;
    uint16_t queue;
    bool is_on;
};

struct history {
    struct facts plain, general;
    struct slot slots[SLOTS];
    struct work works[WORKERS];
    int64_t now_ns;
    uint64_t number, random;
};

static uint32_t draw(struct history *history, uint32_t below)
{
    history->random = history->random * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (uint32_t)((history->random >> 33) % below);
}

/* As a rule of a third of what is one request. */
static uint32_t draw_bytes(struct history *history)
{
    return draw(history, 20) > 0 ? 20000 : draw(history, 200000);
}

static void tell(struct history *history, struct fact fact, uint64_t number)
{
    fact.root = probe_root(WEB, number);
    history->plain.now_ns = history->general.now_ns = history->now_ns;
    facts_tell(&history->plain, fact);
    facts_tell(&history->general, fact);
}

static void say(struct history *history, enum probe_kind kind, uint32_t i)
{
    const struct slot *slot = &history->slots[i];
    tell(history,
         (struct fact){.kind = (uint16_t)kind,
                       .node = slot->queue,
                       .peer = WORKER,
                       .n = (uint16_t)draw(history, 2),
                       .message = i,
                       .delivery = slot->receives},
         slot->number);
}

/* Delays and deadlines that end up to then, in order. */
static void pass(struct history *history, int64_t then_ns)
{
    for (;;) {
        uint32_t first = SLOTS;
        for (uint32_t i = 0; i < SLOTS; i++) {
            const struct slot *slot = &history->slots[i];
            const bool waits = slot->state == DELAYED || slot->state == IN_FLIGHT;
            if (waits && slot->due_ns <= then_ns &&
                (first == SLOTS || slot->due_ns < history->slots[first].due_ns))
                first = i;
        }
        if (first == SLOTS)
            break;
        struct slot *slot = &history->slots[first];
        history->now_ns = slot->due_ns;
        say(history, slot->state == DELAYED ? PROBE_DELAYED_OVER : PROBE_HIDDEN_OVER, first);
        slot->state = VISIBLE;
    }
    history->now_ns = then_ns;
}

static void send(struct history *history, uint32_t i)
{
    struct slot *slot = &history->slots[i];
    const bool is_delayed = draw(history, 10) == 0, is_late = draw(history, 10) == 0;
    *slot = (struct slot){.queue = draw(history, 2) == 0 ? JOBS : LINE,
                          .group = draw(history, 5),
                          .number = history->number++,
                          .due_ns = history->now_ns + (is_delayed ? SEC : 0)};
    slot->state = is_delayed ? DELAYED : VISIBLE;
    if (slot->queue == JOBS && draw(history, 10) > 0)
        slot->group = UINT32_MAX;
    tell(history,
         (struct fact){.kind = PROBE_ACCEPTED,
                       .node = slot->queue,
                       .peer = WEB,
                       .n = (uint16_t)draw(history, 2),
                       .message = i,
                       .group = slot->group,
                       .bytes = draw_bytes(history),
                       .value = history->now_ns - (is_late ? MSEC : 0),
                       .other = slot->due_ns},
         slot->number);
    tell(history, (struct fact){.kind = PROBE_ANSWERED, .node = WEB, .value = history->now_ns - i},
         slot->number);
}

static bool is_blocked(const struct history *history, const struct slot *slot)
{
    for (uint32_t i = 0; slot->queue == LINE && i < SLOTS; i++) {
        const struct slot *other = &history->slots[i];
        if (other->state != FREE && other->queue == LINE && other->group == slot->group &&
            other->number < slot->number)
            return true;
    }
    return false;
}

static void receive(struct history *history, uint32_t i, struct work *work, uint32_t worker)
{
    struct slot *slot = &history->slots[i];
    if (slot->receives == (slot->queue == JOBS ? 3 : 2)) {
        say(history, PROBE_PURGED, i);
        slot->state = FREE;
        return;
    }
    slot->receives++;
    slot->state = IN_FLIGHT;
    slot->due_ns = history->now_ns + (1 + draw(history, 8)) * SEC;
    tell(history,
         (struct fact){.kind = PROBE_DELIVERED,
                       .node = slot->queue,
                       .peer = WORKER,
                       .n = draw(history, 4) == 0,
                       .message = i,
                       .delivery = slot->receives,
                       .group = slot->group,
                       .bytes = draw_bytes(history),
                       .value = slot->due_ns},
         slot->number);
    *work = (struct work){i, slot->number, slot->queue, true};
    tell(history,
         (struct fact){.kind = PROBE_STARTED,
                       .node = WORKER,
                       .peer = slot->queue,
                       .message = i,
                       .bytes = worker},
         slot->number);
}

static void end_work(struct history *history, struct work *work, uint32_t worker)
{
    struct slot *slot = &history->slots[work->slot];
    const bool ended_well = draw(history, 8) > 0;
    const bool is_there = slot->state != FREE && slot->number == work->number;
    work->is_on = false;
    tell(history,
         (struct fact){.kind = ended_well ? PROBE_SUCCEEDED : PROBE_FAILED,
                       .node = WORKER,
                       .peer = work->queue,
                       .message = work->slot,
                       .bytes = worker,
                       .value = SEC},
         work->number);
    /* A standard queue's message is deleted by an old handle too. */
    if (ended_well && is_there && (slot->state == IN_FLIGHT || slot->queue == JOBS)) {
        say(history, PROBE_DELETED, work->slot);
        slot->state = FREE;
    }
}

/* The first that can be received in three of four cases, so that most come in order; else any. */
static uint32_t choose(struct history *history)
{
    uint32_t chosen = draw(history, SLOTS);
    if (draw(history, 4) == 0)
        return chosen;
    for (uint32_t i = 0; i < SLOTS; i++) {
        const struct slot *slot = &history->slots[i], *best = &history->slots[chosen];
        if (slot->state == VISIBLE && !is_blocked(history, slot) &&
            (best->state != VISIBLE || slot->number < best->number))
            chosen = i;
    }
    return chosen;
}

static void step(struct history *history)
{
    const uint32_t i = choose(history), worker = draw(history, WORKERS);
    struct slot *slot = &history->slots[i];
    struct work *work = &history->works[worker];
    pass(history, history->now_ns + draw(history, 150) * MSEC);
    if (work->is_on)
        end_work(history, work, worker);
    else if (slot->state == FREE)
        send(history, i);
    else if (slot->state == VISIBLE && !is_blocked(history, slot))
        receive(history, i, work, worker);
}

struct rows {
    size_t count;
    double values[ROWS];
};

static void keep(void *context, uint16_t node, const char *metric, const char *stat,
                 const char *unit, double value)
{
    struct rows *rows = context;
    (void)node, (void)metric, (void)stat, (void)unit;
    assert_true(rows->count < ROWS);
    rows->values[rows->count++] = value;
}

static void keep_series(void *context, uint16_t node, const char *metric, double divisor,
                        const struct series *series)
{
    (void)divisor;
    for (size_t i = 0; i < series->clock->count; i += 97) {
        const struct series_point point = series_at(series, i);
        keep(context, node, metric, "", "", point.mean + point.min + point.max);
    }
}

static void expect_same(const struct history *history)
{
    struct rows rows[2] = {{.count = 0}, {.count = 0}};
    observe_rows(history->plain.observe, keep, &rows[0]);
    observe_rows(history->general.observe, keep, &rows[1]);
    observe_series(history->plain.observe, keep_series, &rows[0]);
    observe_series(history->general.observe, keep_series, &rows[1]);
    assert_true(rows[0].count > 200 && rows[0].count == rows[1].count);
    for (size_t i = 0; i < rows[0].count; i++) {
        const double a = rows[0].values[i], b = rows[1].values[i];
        if (!(a == b || (isnan(a) && isnan(b))))
            print_error("row %zu: %.17g is not %.17g\n", i, a, b);
        assert_true(a == b || (isnan(a) && isnan(b)));
    }
}

static void test_both_ways(void **state)
{
    (void)state;
    const struct observe_prices prices = {
        .standard = {{1e9, 3}}, .fifo = {{1e9, 7}}, .group_usd_per_million = 1};
    const struct observe_setting setting = {.from_ns = 50 * SEC,
                                            .until_ns = 800 * SEC,
                                            .metrics = true,
                                            .invariants = true,
                                            .prices = &prices};
    account_hear *hear[PROBE_KIND_COUNT];
    memcpy(hear, observe_sink_table(true), sizeof hear);
    hear[PROBE_ACCEPTED] = hear_accepted;
    hear[PROBE_DELIVERED] = hear_delivered;
    hear[PROBE_SUCCEEDED] = metric_worker_ended;
    hear[PROBE_DELETED] = hear_deleted;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        static struct history history;
        history = (struct history){.random = seed};
        facts_open(&history.plain, &setting);
        facts_open(&history.general, &setting);
        memcpy(history.general.observe->ear.hear, hear, sizeof hear);
        for (int i = 0; i < STEPS; i++)
            step(&history);
        for (uint16_t node = JOBS; node <= LINE; node += LINE - JOBS) {
            /* Most deliveries were plain, and only in one of the worlds. */
            const uint64_t plain = hist_total(&history.plain.observe->queues[node]->plain_waiting);
            assert_true(plain > 500);
            assert_true(hist_total(&history.plain.observe->queues[node]->visit_waiting) < plain);
            assert_int_equal(hist_total(&history.general.observe->queues[node]->plain_waiting), 0);
        }
        history.plain.now_ns = history.general.now_ns = history.now_ns;
        facts_finish(&history.plain);
        facts_finish(&history.general);
        expect_same(&history);
        facts_close(&history.plain);
        facts_close(&history.general);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_both_ways)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
