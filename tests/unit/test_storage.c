// SPDX-License-Identifier: GPL-3.0-or-later
/* The imperfect store: what a short poll sees, and how far order is kept.
 *
 * Chances are compared with their formulas: a count of n trials with chance p lies within 4.9
 * standard deviations sqrt(n p (1 - p)) with an error of 1e-6. */
#include "tools/queue_rig.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/units.h"

static struct queue_rig rig;

static int set_up(void **state)
{
    (void)state;
    queue_rig_init(&rig, &queue_sqs_standard);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    queue_rig_close(&rig);
    return 0;
}

static void open_with(int64_t servers, int64_t asked, int64_t window)
{
    rig.cfg.storage.servers = servers;
    rig.cfg.storage.short_poll_servers = asked;
    rig.cfg.storage.reorder_window = window;
    queue_rig_open(&rig);
}

static void within(double count, double trials, double p)
{
    const double expected = trials * p, deviation = sqrt(trials * p * (1.0 - p));
    if (fabs(count - expected) > 4.9 * deviation)
        fail_msg("%.0f of %.0f, expected %.1f", count, trials, expected);
}

/* EVIDENCE-OF: RCV-5
 * One message on one of 10 servers of which a short poll asks 3: it is found with chance 0.3. */
static void test_a_short_poll_asks_a_sample(void **state)
{
    enum { TRIALS = 20000 };
    double found = 0;
    (void)state;
    open_with(10, 3, 0);
    queue_rig_send(&rig, 1);
    for (int i = 0; i < TRIALS; i++) {
        queue_rig_receive(&rig, &rig.queue, 10, 0);
        assert_int_equal(rig.status, rig.out_count > 0 ? RECEIVE_MESSAGES : RECEIVE_EMPTY);
        found += rig.out_count;
    }
    within(found, TRIALS, 0.3);
}

/* EVIDENCE-OF: RCV-5
 * Of many messages a poll sees those on the servers that it asks, in order; over many messages
 * that is the share asked, each server holding its share. */
static void test_a_sample_of_many(void **state)
{
    enum { TRIALS = 300 };
    double received = 0;
    (void)state;
    open_with(4, 2, 0);
    for (uint32_t i = 0; i < 9; i++)
        queue_rig_send(&rig, i);
    for (int i = 0; i < TRIALS; i++) {
        queue_rig_receive(&rig, &rig.queue, 10, 0);
        received += rig.out_count;
        for (uint32_t at = 1; at < rig.out_count && i == 0; at++)
            assert_true(probe_root_number(rig.out[at - 1].root) <
                        probe_root_number(rig.out[at].root));
    }
    /* The placement is fixed, so a poll's count is the sum over its 2 of 4 servers: its mean is 9/2
     * whatever the placement, its deviation at most 9/2, if all lie on one server. */
    assert_true(fabs(received / TRIALS - 4.5) < 4.9 * 4.5 / sqrt(TRIALS));
}

/* EVIDENCE-OF: RCV-5
 * A long poll asks all servers, and repeated short polls see every message in the end. */
static void test_a_long_poll_asks_all(void **state)
{
    (void)state;
    open_with(64, 1, 0);
    for (uint32_t i = 0; i < 10; i++)
        queue_rig_send(&rig, i);
    assert_string_equal(queue_rig_poll(&rig, 0, 10, 5), "0 1 2 3 4 5 6 7 8 9");
    queue_rig_at(&rig, 31);
    uint32_t seen = 0;
    for (int i = 0; i < 3000; i++) {
        queue_rig_receive(&rig, &rig.queue, 10, -1);
        seen += rig.out_count;
    }
    /* Each of 3,000 polls misses a message with chance 63/64: all are seen but for 3e-20. */
    assert_int_equal(seen, 10);
}

/* As many servers asked as there are: nothing is missed. */
static void test_all_servers_asked(void **state)
{
    (void)state;
    open_with(5, 5, 0);
    for (uint32_t i = 0; i < 8; i++)
        queue_rig_send(&rig, i);
    assert_string_equal(queue_rig_receive(&rig, &rig.queue, 10, -1), "0 1 2 3 4 5 6 7");
}

/* EVIDENCE-OF: RCV-10
 * With a window of 4 a receive takes any of the first five alike: never one further back, and each
 * place with chance 1/5. */
static void test_the_reorder_window(void **state)
{
    enum { TRIALS = 20000, WINDOW = 4 };
    double taken[WINDOW + 1] = {0};
    (void)state;
    open_with(1, 0, WINDOW);
    for (uint32_t i = 0; i < 20; i++)
        queue_rig_send(&rig, i);
    for (int i = 0; i < TRIALS; i++) {
        queue_rig_receive(&rig, &rig.queue, 1, 60);
        assert_int_equal(rig.out_count, 1);
        const uint32_t number = (uint32_t)probe_root_number(rig.out[0].root);
        assert_true(number <= WINDOW);
        taken[number]++;
        queue_empty(&rig.queue, rig.now_ns);
        for (uint32_t sent = 0; sent < 8; sent++)
            queue_rig_send(&rig, sent);
    }
    for (size_t i = 0; i <= WINDOW; i++)
        within(taken[i], TRIALS, 1.0 / (WINDOW + 1));
}

/* EVIDENCE-OF: RCV-10
 * A window takes no message away: every one is received once, also those that were returned, and
 * never more than the window early. */
static void test_a_window_loses_nothing(void **state)
{
    enum { MESSAGES = 1000, WINDOW = 16 };
    uint8_t seen[MESSAGES] = {0};
    (void)state;
    open_with(1, 0, WINDOW);
    for (uint32_t i = 0; i < MESSAGES; i++)
        queue_rig_send(&rig, i);
    for (int i = 0; i < 50; i++)
        queue_rig_receive(&rig, &rig.queue, 10, 1);
    queue_rig_at(&rig, 2);
    for (uint32_t got = 0; got < MESSAGES; got++) {
        queue_rig_receive(&rig, &rig.queue, 1, 100);
        assert_int_equal(rig.out_count, 1);
        const uint64_t number = probe_root_number(rig.out[0].root);
        assert_int_equal(seen[number]++, 0);
        assert_true(number <= got + WINDOW);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(test_a_short_poll_asks_a_sample), TEST(test_a_sample_of_many),
        TEST(test_a_long_poll_asks_all),       TEST(test_all_servers_asked),
        TEST(test_the_reorder_window),         TEST(test_a_window_loses_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
