// SPDX-License-Identifier: GPL-3.0-or-later
/* Knobs of topics, endpoints and functions: what their components do while they are turned, counted
 * as in test_fault.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <cmocka.h>

#include "tools/count.h"

#define HEAD "{`version`: 1, `title`: `t`, `experiment`: {`seed`: 6, `drain`: true}, "

/* n of `of` trials, each with chance p. */
static void expect_share(double n, double of, double p)
{
    assert_true(fabs(n - of * p) <= 4.9 * sqrt(of * p * (1.0 - p)) + 1e-9);
}

static double of(const struct count *count, enum probe_kind kind)
{
    return (double)count->of[kind];
}

/* Of the calls to a topic 0.25 are refused. */
static void test_throttled_topic(void **state)
{
    (void)state;
    const struct count count = count_run(
        HEAD "`queues`: {`q`: {}}, `topics`: {`t`: {`subscriptions`: [{`Protocol`: `sqs`, "
             "`Endpoint`: `q`}]}}, `producers`: {`p`: {`to`: `t`, `messages`: 4000, `arrivals`: "
             "{`process`: `poisson`, `rate`: 50}, `retry`: {`attempts`: 1}}}, `faults`: "
             "[{`kind`: `throttle`, `share`: 0.25, `targets`: [`t`], `start`: 0}]}",
        0, 0);
    assert_int_equal(count.of[PROBE_PUBLISHED] + count.of[PROBE_GAVE_UP], 4000);
    assert_int_equal(count.of[PROBE_ACCEPTED], count.of[PROBE_PUBLISHED]);
    expect_share(of(&count, PROBE_GAVE_UP), 4000, 0.25);
}

/* An endpoint that is out refuses everything, and a topic tries again: what the policy's three
 * tries (20 s apart) span is delivered after all, the rest is lost.  What was begun ends. */
static void test_endpoint_out(void **state)
{
    (void)state;
    static const char text[] =
        HEAD "`topics`: {`t`: {`subscriptions`: [{`Protocol`: `https`, `Endpoint`: `e`}]}}, "
             "`endpoints`: {`e`: {`latency`: `50ms`}}, `producers`: {`p`: {`to`: `t`, `messages`: "
             "200, `arrivals`: {`process`: `paced`, `rate`: 1}}}, `faults`: [{`kind`: `outage`, "
             "`targets`: [`e`], `start`: 50.01, `duration`: 100}]}";
    const struct count within = count_run(text, 50.01, 150.01), all = count_run(text, 0, 0);
    assert_int_equal(within.of[PROBE_REQUESTED], 0);
    assert_int_equal(within.of[PROBE_RESPONDED], 1);
    /* Published at 51 .. 150 s and tried 20, 40 and 60 s later: all four fall into the outage for
     * 51 .. 90. */
    assert_int_equal(all.of[PROBE_NOTIFY_LOST], 40);
    assert_int_equal(all.of[PROBE_NOTIFIED], 160);
}

/* Every second try to invoke is throttled and comes again: all is worked on.  The same work takes
 * three times as long. */
static void test_functions(void **state)
{
#define FUNCTION                                                                                   \
    HEAD "`queues`: {`q`: {`VisibilityTimeout`: 300}}, `producers`: {`p`: {`to`: `q`, "            \
         "`messages`: 1000, `arrivals`: {`process`: `poisson`, `rate`: 5}}}, `functions`: {`f`: "  \
         "{`from`: `q`, `BatchSize`: 1, `Timeout`: 50, `service`: {`dist`: `exponential`, "        \
         "`mean`: `100ms`}}}, "
    (void)state;
    const struct count plain = count_run(FUNCTION "`faults`: []}", 0, 0);
    const struct count refused = count_run(
        FUNCTION "`faults`: [{`kind`: `throttle`, `share`: 0.5, `targets`: [`f`], `start`: 0}]}", 0,
        0);
    assert_int_equal(refused.of[PROBE_DELETED], 1000);
    expect_share(of(&refused, PROBE_INVOKE_THROTTLED),
                 of(&refused, PROBE_INVOKE_THROTTLED) + of(&refused, PROBE_INVOKED), 0.5);
    const struct count slow = count_run(
        FUNCTION "`faults`: [{`kind`: `slow`, `factor`: 3, `targets`: [`f`], `start`: 0}]}", 0, 0);
    assert_int_equal(slow.of[PROBE_STARTED], 1000);
    assert_true(fabs(slow.value_sum[PROBE_STARTED] - 3.0 * plain.value_sum[PROBE_STARTED]) < 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_throttled_topic),
        cmocka_unit_test(test_endpoint_out),
        cmocka_unit_test(test_functions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
