// SPDX-License-Identifier: GPL-3.0-or-later
/* The age of the oldest message: areas of triangles under it. */
#include "tools/facts.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "base/units.h"
#include "core/series_clock.h"

static const char *const metric = "ApproximateAgeOfOldestMessage";

static void expect_near(const struct facts *facts, uint16_t queue, const char *stat, double wanted)
{
    const double seen = facts_value(facts, queue, metric, stat);
    if (fabs(seen - wanted) > 1e-12)
        print_error("%s: %.9g, wanted %.9g\n", stat, seen, wanted);
    assert_true(fabs(seen - wanted) <= 1e-12);
}

/* EVIDENCE-OF: CW-2
 * In flight a message ages on.  A from 1 s to 5 s, B from 2 s to 9 s: the age is t - 1 up to 5 s,
 * then t - 2 up to 9 s, then 0. */
static void test_sawtooth(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, NULL);
    facts_at(&facts, 1);
    facts_accept(&facts, JOBS, 0);
    facts_at(&facts, 2);
    facts_accept(&facts, JOBS, 1);
    facts_at(&facts, 3);
    facts_deliver(&facts, JOBS, 0, 1, 30);
    facts_deliver(&facts, JOBS, 1, 1, 30);
    facts_at(&facts, 5);
    facts_say(&facts, PROBE_DELETED, JOBS, 0);
    facts_at(&facts, 9);
    facts_say(&facts, PROBE_DELETED, JOBS, 1);
    facts_at(&facts, 20);
    facts_finish(&facts);
    /* 4 x 4 / 2 from 1 to 5 s, (3 + 7) / 2 x 4 from 5 to 9 s. */
    expect_near(&facts, JOBS, "mean", (8 + 20) / 20.0);
    expect_near(&facts, JOBS, "max", 7);
    expect_near(&facts, JOBS, "end", 0);
    facts_close(&facts);
}

/* Messages A of 0 s and B of 10 s; A is received at 0, 10 .. 40 s.  How old is the oldest at 45 s?
 */
static double age_at_45(uint16_t queue, int64_t most)
{
    struct facts facts;
    facts_open(&facts, NULL);
    facts_change(&facts, queue, QUEUE_FACT_MAX_RECEIVES, 10);
    facts_change(&facts, queue, QUEUE_FACT_AGE_RECEIVES, most);
    facts_accept(&facts, queue, 0);
    for (uint32_t i = 0; i < 5; i++) {
        facts_at(&facts, 10.0 * i);
        if (i == 1)
            facts_accept_group(&facts, queue, 1, 1);
        if (i > 0)
            facts_say(&facts, PROBE_HIDDEN_OVER, queue, 0);
        facts_deliver(&facts, queue, 0, i + 1, 10);
    }
    facts_at(&facts, 45);
    facts_finish(&facts);
    const double age_s = facts_value(&facts, queue, metric, "end");
    facts_close(&facts);
    return age_s;
}

/* EVIDENCE-OF: CW-4
 * Received five times: more than one or four times, not more than five; in a FIFO queue nothing is
 * left out, and nor is anything where that is switched off. */
static void test_poison_is_a_parameter(void **state)
{
    (void)state;
    assert_true(age_at_45(JOBS, 1) == 35);
    assert_true(age_at_45(JOBS, 4) == 35);
    assert_true(age_at_45(JOBS, 5) == 45);
    assert_true(age_at_45(JOBS, -1) == 45);
    assert_true(age_at_45(LINE, -1) == 45);
}

/* What is waiting is judged anew when the limit changes: A was received twice, B never. */
static void test_poison_is_changed(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, NULL);
    facts_accept(&facts, JOBS, 0);
    facts_deliver(&facts, JOBS, 0, 1, 2);
    facts_at(&facts, 2);
    facts_say(&facts, PROBE_HIDDEN_OVER, JOBS, 0);
    facts_deliver(&facts, JOBS, 0, 2, 30);
    facts_accept(&facts, JOBS, 1);
    facts_at(&facts, 10);
    facts_change(&facts, JOBS, QUEUE_FACT_AGE_RECEIVES, 1);
    facts_finish(&facts);
    expect_near(&facts, JOBS, "max", 10);
    expect_near(&facts, JOBS, "end", 8);
    facts_close(&facts);
}

/* EVIDENCE-OF: CW-4
 * A of 0 s is left out at its fourth receive, at 30 s; then B of 10 s is the oldest. */
static void test_poison_is_left_out(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, NULL);
    facts_change(&facts, JOBS, QUEUE_FACT_MAX_RECEIVES, 10);
    facts_accept(&facts, JOBS, 0);
    for (uint32_t i = 0; i < 4; i++) {
        facts_at(&facts, 10.0 * i);
        if (i == 1)
            facts_accept(&facts, JOBS, 1);
        if (i > 0)
            facts_say(&facts, PROBE_HIDDEN_OVER, JOBS, 0);
        facts_deliver(&facts, JOBS, 0, i + 1, 10);
    }
    facts_at(&facts, 40);
    facts_say(&facts, PROBE_HIDDEN_OVER, JOBS, 0);
    facts_deliver(&facts, JOBS, 0, 5, 10);
    facts_at(&facts, 50);
    facts_say(&facts, PROBE_DELETED, JOBS, 0);
    facts_finish(&facts);
    /* 30 x 30 / 2, then from 20 to 40 over 20 s. */
    expect_near(&facts, JOBS, "mean", (450 + 600) / 50.0);
    expect_near(&facts, JOBS, "max", 40);
    expect_near(&facts, JOBS, "end", 40);
    facts_close(&facts);
}

/* EVIDENCE-OF: DLQ-4 CW-5
 * From the move at 4 s, although the clock of retention runs from 0 s. */
static void test_from_the_move(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, NULL);
    facts_change(&facts, JOBS, QUEUE_FACT_MAX_RECEIVES, 1);
    facts_accept(&facts, JOBS, 0);
    facts_deliver(&facts, JOBS, 0, 1, 4);
    facts_at(&facts, 4);
    facts_say(&facts, PROBE_HIDDEN_OVER, JOBS, 0);
    facts_tell(&facts, (struct fact){.kind = PROBE_DEAD_LETTERED,
                                     .node = JOBS,
                                     .peer = JOBS_DLQ,
                                     .delivery = 1,
                                     .value = 1});
    facts_at(&facts, 10);
    facts_finish(&facts);
    expect_near(&facts, JOBS_DLQ, "end", 6);
    expect_near(&facts, JOBS_DLQ, "mean", 18 / 10.0);
    expect_near(&facts, JOBS, "max", 4);
    facts_close(&facts);
}

/* MOVE-7: a moved message is new.  Sent at 0 s, dead-lettered at 4 s and moved back at 10 s, it is
 * as old as the move, in front of one sent at 12 s. */
static void test_from_a_move_task(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, NULL);
    facts_change(&facts, JOBS, QUEUE_FACT_MAX_RECEIVES, 1);
    facts_accept(&facts, JOBS, 0);
    facts_deliver(&facts, JOBS, 0, 1, 4);
    facts_at(&facts, 4);
    facts_say(&facts, PROBE_HIDDEN_OVER, JOBS, 0);
    facts_tell(&facts, (struct fact){.kind = PROBE_DEAD_LETTERED,
                                     .node = JOBS,
                                     .peer = JOBS_DLQ,
                                     .delivery = 1,
                                     .value = 1});
    facts_at(&facts, 10);
    facts_tell(&facts, (struct fact){.kind = PROBE_MOVED,
                                     .node = JOBS_DLQ,
                                     .peer = JOBS,
                                     .delivery = 1,
                                     .value = 10 * SEC,
                                     .other = 15 * SEC});
    facts_at(&facts, 12);
    facts_accept(&facts, JOBS, 1);
    facts_at(&facts, 15);
    facts_say(&facts, PROBE_DELAYED_OVER, JOBS, 0);
    facts_at(&facts, 20);
    facts_finish(&facts);
    expect_near(&facts, JOBS_DLQ, "end", 0);
    expect_near(&facts, JOBS_DLQ, "max", 6);
    expect_near(&facts, JOBS, "end", 10);
    /* 4 x 4 / 2 up to 4 s, 10 x 10 / 2 from 10 s on. */
    expect_near(&facts, JOBS, "mean", (8 + 50) / 20.0);
    facts_close(&facts);
}

struct buckets {
    size_t count;
    struct series_point points[16];
};

static void keep(void *context, uint16_t node, const char *name, double divisor,
                 const struct series *series)
{
    struct buckets *buckets = context;
    if (node != JOBS || strcmp(name, metric) != 0)
        return;
    assert_true(divisor == 1e9);
    buckets->count = series->clock->count;
    for (size_t i = 0; i < series->clock->count; i++)
        buckets->points[i] = series_at(series, i);
}

/* Nothing happens for 10 s while the age rises: each bucket of 2 s shows its own stretch. */
static void test_series_rises_between_changes(void **state)
{
    (void)state;
    const struct observe_setting setting = {
        .until_ns = FOREVER, .bucket_ns = 2 * SEC, .metrics = true, .invariants = true};
    struct facts facts;
    struct buckets buckets = {.count = 0};
    facts_open(&facts, &setting);
    facts_accept(&facts, JOBS, 0);
    facts_at(&facts, 10);
    facts_finish(&facts);
    observe_series(facts.observe, keep, &buckets);
    assert_int_equal(buckets.count, 5);
    for (size_t i = 0; i < 5; i++) {
        const double low_ns = 2e9 * (double)i;
        assert_true(buckets.points[i].min == low_ns);
        assert_true(buckets.points[i].mean == low_ns + 1e9);
        assert_true(buckets.points[i].max == low_ns + 2e9);
    }
    facts_close(&facts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sawtooth),
        cmocka_unit_test(test_poison_is_left_out),
        cmocka_unit_test(test_poison_is_a_parameter),
        cmocka_unit_test(test_poison_is_changed),
        cmocka_unit_test(test_from_the_move),
        cmocka_unit_test(test_from_a_move_task),
        cmocka_unit_test(test_series_rises_between_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
