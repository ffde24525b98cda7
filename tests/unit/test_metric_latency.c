// SPDX-License-Identifier: GPL-3.0-or-later
/* Waiting, sojourn and dwell of hand-made histories; times are differences that can be read off. */
#include "tools/facts.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "base/units.h"

/* Accepted at 1 s, received at 3 s, back at 13 s, received at 20 s, deleted at 26 s. */
static void test_one_message(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, NULL);
    facts_at(&facts, 1);
    facts_accept(&facts, JOBS, 0);
    facts_at(&facts, 3);
    facts_deliver(&facts, JOBS, 0, 1, 10);
    facts_at(&facts, 13);
    facts_say(&facts, PROBE_HIDDEN_OVER, JOBS, 0);
    facts_at(&facts, 20);
    facts_deliver(&facts, JOBS, 0, 2, 10);
    facts_at(&facts, 26);
    facts_say(&facts, PROBE_DELETED, JOBS, 0);
    facts_finish(&facts);
    facts_expect(&facts, JOBS, "visitWaiting", "mean", (2.0 + 7.0) / 2.0);
    facts_expect(&facts, JOBS, "visitWaiting", "max", 7.0);
    facts_expect(&facts, JOBS, "waiting", "mean", 2.0);
    facts_expect(&facts, JOBS, "sojourn", "mean", 25.0);
    facts_expect(&facts, JOBS, "dwell", "mean", 25.0);
    facts_expect(&facts, JOBS, "sojourn", "p99", (double)NAN);
    facts_expect(&facts, JOBS_DLQ, "sojourn", "mean", (double)NAN);
    facts_expect(&facts, JOBS_DLQ, "sojourn", "max", (double)NAN);
    facts_expect(&facts, JOBS_DLQ, "dwell", "mean", (double)NAN);
    facts_close(&facts);
}

/* A delayed message waits from its acceptance, its visit from becoming visible. */
static void test_delay(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, NULL);
    facts.roots[0] = probe_root(WEB, 0);
    facts_tell(&facts, (struct fact){.kind = PROBE_ACCEPTED, .node = JOBS, .other = 5 * SEC});
    facts_at(&facts, 5);
    facts_say(&facts, PROBE_DELAYED_OVER, JOBS, 0);
    facts_at(&facts, 6);
    facts_deliver(&facts, JOBS, 0, 1, 10);
    facts_finish(&facts);
    facts_expect(&facts, JOBS, "waiting", "mean", 6.0);
    facts_expect(&facts, JOBS, "visitWaiting", "mean", 1.0);
    facts_close(&facts);
}

/* DLQ-4: after the move at 10 s times count from it; the source's dwell ends with it. */
static void test_dead_letter_queue_counts_from_the_move(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, NULL);
    facts_change(&facts, JOBS, QUEUE_FACT_MAX_RECEIVES, 1);
    facts_at(&facts, 1);
    facts_accept(&facts, JOBS, 0);
    facts_deliver(&facts, JOBS, 0, 1, 2);
    facts_at(&facts, 3);
    facts_say(&facts, PROBE_HIDDEN_OVER, JOBS, 0);
    facts_at(&facts, 10);
    facts_tell(&facts, (struct fact){.kind = PROBE_DEAD_LETTERED,
                                     .node = JOBS,
                                     .peer = JOBS_DLQ,
                                     .delivery = 1,
                                     .value = 1,
                                     .other = 1 * SEC});
    facts_at(&facts, 14);
    facts_deliver(&facts, JOBS_DLQ, 0, 2, 30);
    facts_at(&facts, 15);
    facts_say(&facts, PROBE_DELETED, JOBS_DLQ, 0);
    facts_finish(&facts);
    facts_expect(&facts, JOBS, "dwell", "mean", 9.0);
    facts_expect(&facts, JOBS, "sojourn", "mean", (double)NAN);
    facts_expect(&facts, JOBS_DLQ, "waiting", "mean", 4.0);
    facts_expect(&facts, JOBS_DLQ, "visitWaiting", "mean", 4.0);
    facts_expect(&facts, JOBS_DLQ, "sojourn", "mean", 5.0);
    facts_close(&facts);
}

/* MOVE-7: what a move task moves at 10 s enters its queue anew, delayed up to 12 s: received there
 * at 13 s, deleted at 15 s.  It left the dead-letter queue undeleted after 7 s. */
static void test_moved_counts_from_the_move(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, NULL);
    facts_at(&facts, 3);
    facts_accept(&facts, JOBS_DLQ, 0);
    facts_at(&facts, 10);
    facts_tell(&facts, (struct fact){.kind = PROBE_MOVED,
                                     .node = JOBS_DLQ,
                                     .peer = JOBS,
                                     .value = 10 * SEC,
                                     .other = 12 * SEC});
    facts_at(&facts, 12);
    facts_say(&facts, PROBE_DELAYED_OVER, JOBS, 0);
    facts_at(&facts, 13);
    facts_deliver(&facts, JOBS, 0, 1, 30);
    facts_at(&facts, 15);
    facts_say(&facts, PROBE_DELETED, JOBS, 0);
    facts_finish(&facts);
    facts_expect(&facts, JOBS_DLQ, "dwell", "mean", 7.0);
    facts_expect(&facts, JOBS_DLQ, "sojourn", "mean", (double)NAN);
    facts_expect(&facts, JOBS, "waiting", "mean", 3.0);
    facts_expect(&facts, JOBS, "visitWaiting", "mean", 1.0);
    facts_expect(&facts, JOBS, "sojourn", "mean", 5.0);
    facts_close(&facts);
}

/* A copy that comes back after the delete is deleted again: one sojourn, one dwell. */
static void test_resurrected_counts_once(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, NULL);
    facts_change(&facts, JOBS, QUEUE_FACT_STORE_IS_IDEAL, 0);
    facts_accept(&facts, JOBS, 0);
    facts_deliver(&facts, JOBS, 0, 1, 30);
    facts_at(&facts, 4);
    facts_say(&facts, PROBE_DELETED, JOBS, 0);
    facts_say(&facts, PROBE_RESURRECTED, JOBS, 0);
    facts_at(&facts, 5);
    facts_deliver(&facts, JOBS, 0, 2, 30);
    facts_at(&facts, 8);
    facts_say(&facts, PROBE_DELETED, JOBS, 0);
    facts_finish(&facts);
    facts_expect(&facts, JOBS, "sojourn", "max", 4.0);
    facts_expect(&facts, JOBS, "dwell", "mean", 4.0);
    facts_expect(&facts, JOBS, "visitWaiting", "max", 1.0);
    facts_close(&facts);
}

/* No p99 below 100 observations, no p999 below 1,000; message i waits i ms, so that the q-quantile
 * is near q N ms, within the histogram's 0.8 %. */
static void expect_quantiles(uint32_t count, bool has_p99, bool has_p999)
{
    struct facts facts;
    facts_open(&facts, NULL);
    for (uint32_t i = 1; i <= count; i++)
        facts_accept(&facts, JOBS, i);
    for (uint32_t i = 1; i <= count; i++) {
        facts_at(&facts, 0.001 * i);
        facts_deliver(&facts, JOBS, i, 1, 300);
    }
    facts_finish(&facts);
    const double p50 = facts_value(&facts, JOBS, "waiting", "p50");
    const double p99 = facts_value(&facts, JOBS, "waiting", "p99");
    const double p999 = facts_value(&facts, JOBS, "waiting", "p999");
    assert_true(fabs(p50 / (0.0005 * count) - 1.0) < 0.03);
    assert_true(has_p99 ? fabs(p99 / (0.00099 * count) - 1.0) < 0.02 : isnan(p99));
    assert_true(has_p999 ? fabs(p999 / (0.000999 * count) - 1.0) < 0.02 : isnan(p999));
    facts_close(&facts);
}

static void test_small_samples_have_no_tail(void **state)
{
    (void)state;
    expect_quantiles(99, false, false);
    expect_quantiles(100, true, false);
    expect_quantiles(999, true, false);
    expect_quantiles(1000, true, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_message),
        cmocka_unit_test(test_delay),
        cmocka_unit_test(test_dead_letter_queue_counts_from_the_move),
        cmocka_unit_test(test_moved_counts_from_the_move),
        cmocka_unit_test(test_resurrected_counts_once),
        cmocka_unit_test(test_small_samples_have_no_tail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
