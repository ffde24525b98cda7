// SPDX-License-Identifier: GPL-3.0-or-later
/* The layer's face: the window, the next replication, the order of rows, what is switched off. */
#include "observe/observe.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "base/units.h"
#include "observe/observer.h"
#include "tools/facts.h"

/* A message accepted at start, received a second later, deleted after one more. */
static void live(struct facts *facts, double start, uint32_t slot)
{
    facts_at(facts, start);
    facts_accept(facts, JOBS, slot);
    facts_tell(facts,
               (struct fact){
                   .kind = PROBE_ANSWERED, .node = WEB, .message = slot, .value = facts->now_ns});
    facts_at(facts, start + 1);
    facts_deliver(facts, JOBS, slot, 1, 30);
    facts_at(facts, start + 2);
    facts_work(facts, PROBE_SUCCEEDED, JOBS, slot, 1);
    facts_say(facts, PROBE_DELETED, JOBS, slot);
}

/* The window is [10 s, 20 s]; of five lives one lies before it, one reaches into it, one begins at
 * its start, one reaches out of it, and one lies after it. */
static void tell_lives(struct facts *facts)
{
    live(facts, 1, 0);
    facts_at(facts, 8);
    facts_accept(facts, JOBS, 1);
    facts_at(facts, 9);
    facts_deliver(facts, JOBS, 1, 1, 30);
    facts_at(facts, 10);
    facts_accept(facts, JOBS, 2);
    facts_at(facts, 11);
    facts_say(facts, PROBE_DELETED, JOBS, 1);
    facts_deliver(facts, JOBS, 2, 1, 30);
    facts_at(facts, 12);
    facts_say(facts, PROBE_DELETED, JOBS, 2);
    live(facts, 19, 3);
    live(facts, 25, 4);
    facts_at(facts, 30);
    facts_finish(facts);
}

static void expect_lives(const struct facts *facts)
{
    /* Counters: from 10 s to the end. */
    facts_expect(facts, JOBS, "NumberOfMessagesSent", "count", 3);
    facts_expect(facts, JOBS, "NumberOfMessagesDeleted", "count", 4);
    facts_expect(facts, JOBS, "NumberOfMessagesReceived", "count", 3);
    facts_expect(facts, WEB, "sent", "count", 2);
    facts_expect(facts, WORKER, "processed", "count", 2);
    /* Rates and gauges: over the window; two deletes within it, those at 11 s and 12 s. */
    facts_expect(facts, JOBS, "arrivals", "rate", 2 / 10.0);
    facts_expect(facts, JOBS, "throughput", "rate", 2 / 10.0);
    facts_expect(facts, JOBS, "ApproximateNumberOfMessagesVisible", "mean", 2 / 10.0);
    /* Message figures: of those accepted within it, the drain included. */
    facts_expect(facts, JOBS, "receives", "count", 2);
    facts_expect(facts, JOBS, "receives", "rate", 1);
    facts_expect(facts, JOBS, "sojourn", "max", 2);
    facts_expect(facts, WEB, "latency", "max", 0);
    facts_expect(facts, WEB, "messageLatency", "mean", 2);
    /* The scenario's: of the whole run. */
    facts_expect(facts, NODE_NONE, "messages", "count", 5);
    facts_expect(facts, NODE_NONE, "simulatedTime", "end", 30);
    facts_expect(facts, NODE_NONE, "events", "count", 77);
    facts_expect(facts, NODE_NONE, "conserved", "end", 1);
}

static const struct observe_setting window = {
    .from_ns = 10 * SEC, .until_ns = 20 * SEC, .metrics = true, .invariants = true};

static void test_window(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, &window);
    tell_lives(&facts);
    expect_lives(&facts);
    facts_close(&facts);
}

/* What is left in the queues at the end of a replication is forgotten, and the next one says the
 * same. */
static void test_clear(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, &window);
    for (uint32_t slot = 0; slot < 300; slot++) {
        facts_accept_group(&facts, LINE, slot, slot % 7);
        if (slot < 7)
            facts_deliver(&facts, LINE, slot, 1, 30);
    }
    facts_tell(&facts, (struct fact){.kind = PROBE_STARTED, .node = WORKER, .message = 0});
    facts_finish(&facts);
    observe_clear(facts.observe);
    facts_announce(&facts);
    facts.number = 0;
    tell_lives(&facts);
    expect_lives(&facts);
    facts_expect(&facts, LINE, "ApproximateNumberOfMessagesVisible", "max", 0);
    facts_expect(&facts, LINE, "NumberOfMessagesSent", "count", 0);
    facts_expect(&facts, WORKER, "busyWorkers", "max", 0);
    facts_close(&facts);
}

/* The run ends within the warm-up: nothing counts, and rates have no length. */
static void test_ends_in_warm_up(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, &window);
    live(&facts, 1, 0);
    facts_finish(&facts);
    facts_expect(&facts, JOBS, "NumberOfMessagesSent", "count", 0);
    facts_expect(&facts, JOBS, "throughput", "rate", (double)NAN);
    facts_expect(&facts, JOBS, "receives", "rate", (double)NAN);
    facts_expect(&facts, JOBS, "sojourn", "mean", (double)NAN);
    facts_close(&facts);
}

struct order {
    uint16_t last;
    size_t rows, scenario_rows;
};

static void check_order(void *context, uint16_t node, const char *metric, const char *stat,
                        const char *unit, double value)
{
    struct order *order = context;
    (void)value;
    assert_true(node >= order->last);
    assert_true(strlen(metric) > 0 && strlen(stat) > 0 && strlen(unit) > 0);
    order->last = node;
    order->rows++;
    order->scenario_rows += node == NODE_NONE;
}

static void count_series(void *context, uint16_t node, const char *metric, double divisor,
                         const struct series *series)
{
    (void)node;
    (void)metric;
    assert_true(divisor > 0.0 && series != NULL);
    ++*(size_t *)context;
}

static void count_histogram(void *context, uint16_t node, const char *metric,
                            const struct hist *hist)
{
    if (node == JOBS && strcmp(metric, "sojourn") == 0)
        assert_int_equal(hist_total(hist), 2);
    ++*(size_t *)context;
}

static void test_order_of_rows(void **state)
{
    (void)state;
    struct facts facts;
    struct order order = {0, 0, 0};
    size_t series = 0, histograms = 0;
    facts_open(&facts, &window);
    tell_lives(&facts);
    observe_rows(facts.observe, check_order, &order);
    assert_int_equal(order.scenario_rows, 6); /* conserved, time, messages, events; cost twice */
    assert_int_equal(order.last, NODE_NONE);
    observe_series(facts.observe, count_series, &series);
    /* Six of each queue and one more of the FIFO ones; three of each consumer; of the
     * function those and one; three of the endpoint. */
    assert_int_equal(series, 4 * 6 + 2 + 2 * 3 + 4 + 3);
    observe_histograms(facts.observe, count_histogram, &histograms);
    assert_int_equal(histograms,
                     4 * 3 + 2 + 1 + 1 + 1); /* the last are the topic's and the endpoint's */
    facts_close(&facts);
}

/* With both off the messages are counted, and nothing else is known or judged. */
static void test_all_off(void **state)
{
    (void)state;
    const struct observe_setting nothing = {.until_ns = FOREVER};
    struct facts facts;
    struct order order = {0, 0, 0};
    facts_open(&facts, &nothing);
    tell_lives(&facts);
    observe_rows(facts.observe, check_order, &order);
    assert_int_equal(order.rows, 4);
    facts_expect(&facts, NODE_NONE, "messages", "count", 5);
    facts_expect(&facts, NODE_NONE, "simulatedTime", "end", 30);
    facts_expect(&facts, NODE_NONE, "conserved", "end", (double)NAN);
    observe_clear(facts.observe);
    facts.now_ns = 0;
    facts_deliver(&facts, JOBS, 3, 2, 30);
    facts_finish(&facts);
    facts_expect(&facts, NODE_NONE, "messages", "count", 0);
    facts_close(&facts);
}

/* Without metrics the scenario's rows are all, and without invariants a breach is only counted. */
static void test_switched_off(void **state)
{
    (void)state;
    const struct observe_setting no_metrics = {.until_ns = FOREVER, .invariants = true};
    const struct observe_setting no_invariants = {.until_ns = FOREVER, .metrics = true};
    struct facts facts;
    struct order order = {0, 0, 0};
    facts_open(&facts, &no_metrics);
    tell_lives(&facts);
    observe_rows(facts.observe, check_order, &order);
    assert_int_equal(order.rows, 4);
    facts_close(&facts);

    facts_open(&facts, &no_invariants);
    facts_accept(&facts, JOBS, 0);
    facts_deliver(&facts, JOBS, 0, 1, 30);
    facts_deliver(&facts, JOBS, 0, 2, 30);
    facts_finish(&facts);
    facts_expect(&facts, JOBS, "duplicates", "count", 1);
    facts_expect(&facts, JOBS, "visitWaiting", "max", 0);
    facts_close(&facts);
}

static void count_facts(void *context, const struct fact *fact)
{
    assert_true(fact->kind < PROBE_KIND_COUNT);
    ++*(size_t *)context;
}

static void test_observers(void **state)
{
    (void)state;
    struct facts facts;
    size_t first = 0, second = 0;
    facts_open(&facts, NULL);
    observer_attach(facts.observe, (struct observer){count_facts, &first});
    facts_accept(&facts, JOBS, 0);
    observer_attach(facts.observe, (struct observer){count_facts, &second});
    facts_deliver(&facts, JOBS, 0, 1, 30);
    facts_finish(&facts);
    assert_int_equal(first, 2);
    assert_int_equal(second, 1);
    facts_expect(&facts, JOBS, "receives", "count", 1);
    facts_close(&facts);
}

static void test_invariants_are_listed(void **state)
{
    (void)state;
    size_t count = 0;
    while (observe_invariants[count].name != NULL) {
        assert_true(strlen(observe_invariants[count].sentence) > 20);
        count++;
    }
    assert_int_equal(count, 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_window),          cmocka_unit_test(test_clear),
        cmocka_unit_test(test_ends_in_warm_up), cmocka_unit_test(test_order_of_rows),
        cmocka_unit_test(test_all_off),         cmocka_unit_test(test_switched_off),
        cmocka_unit_test(test_observers),       cmocka_unit_test(test_invariants_are_listed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
