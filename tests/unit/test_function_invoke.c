// SPDX-License-Identifier: GPL-3.0-or-later
/* When there is room for an invocation, and what becomes of those for which there is none. */
#include "actor/function_invoke.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tools/function_lab.h"

#define JOBS(messages) "`jobs`: {`VisibilityTimeout`: 30, `preload`: {`messages`: " messages "}}"
#define FROM           "`from`: `jobs`, `Timeout`: 30, "

/* EVIDENCE-OF: LAM-4
 * MaximumConcurrency bounds what is read at once, so that nothing is throttled: 2 batches of 10 are
 * in flight, and no more. */
static void test_maximum_concurrency(void **state)
{
    struct world_lab lab;
    (void)state;
    function_lab_open(&lab, JOBS("100"), "",
                      FROM "`service`: 1, `ScalingConfig`: {`MaximumConcurrency`: 2}", 100);
    world_lab_run(&lab, 1);
    assert_true(world_lab_value(&lab, "f", "concurrency", "max") == 2.0);
    assert_true(world_lab_value(&lab, "f", "throttles", "count") == 0.0);
    assert_true(world_lab_value(&lab, "jobs", "ApproximateNumberOfMessagesNotVisible", "max") ==
                20.0);
    assert_true(world_lab_value(&lab, "f", "processed", "count") == 100.0);
    world_lab_close(&lab);
}

/* EVIDENCE-OF: LAM-4
 * Reserved concurrency bounds invocations only: 5 batches are read, one at a time runs. */
static void test_reserved_concurrency(void **state)
{
    struct world_lab lab;
    (void)state;
    function_lab_open(&lab, JOBS("50"), "",
                      FROM "`service`: `100ms`, `ReservedConcurrentExecutions`: 1", 29);
    world_lab_run(&lab, 1);
    assert_true(world_lab_value(&lab, "f", "concurrency", "max") == 1.0);
    assert_true(world_lab_value(&lab, "f", "throttles", "count") >= 4.0);
    assert_true(world_lab_value(&lab, "jobs", "ApproximateNumberOfMessagesNotVisible", "max") ==
                50.0);
    world_lab_close(&lab);
}

/* EVIDENCE-OF: LAM-4
 * Functions without a share of their own divide what the account has left: 4 of which 1 is g's. */
static void test_the_account(void **state)
{
    struct world_lab lab;
    (void)state;
    world_lab_open(
        &lab, "{`version`: 1, `title`: `account`, `experiment`: {`duration`: 20, "
              "`accountConcurrency`: 102}, `queues`: {`a`: {`preload`: {`messages`: 3000}}, `b`: "
              "{`preload`: {`messages`: 3000}}}, `functions`: {`f`: {`from`: `a`, `Timeout`: 30, "
              "`service`: 25, `BatchSize`: 1}, `g`: {`from`: `b`, `Timeout`: 30, `service`: 25, "
              "`BatchSize`: 1, `ReservedConcurrentExecutions`: 1}, `h`: {`from`: `a`, "
              "`Timeout`: 30, `service`: 25, `BatchSize`: 1}}}");
    world_lab_run(&lab, 1);
    const double f = world_lab_value(&lab, "f", "concurrency", "max");
    const double h = world_lab_value(&lab, "h", "concurrency", "max");
    assert_true(world_lab_value(&lab, "g", "concurrency", "max") == 1.0);
    /* Each has 5 + 5 a second while it is not throttled: 101 after 10 s. */
    assert_true(f + h == 101.0);
    world_lab_close(&lab);
}

/* EVIDENCE-OF: LAM-8
 * Nothing can run: the invocation is tried until the message's time-out ends, and then left.  Each
 * receive counts, so the third moves a healthy message. */
static void test_throttled_to_death(void **state)
{
    struct world_lab lab;
    const char queues[] = "`dead`: {}, `jobs`: {`VisibilityTimeout`: 10, `RedrivePolicy`: "
                          "{`deadLetterTargetArn`: `dead`, `maxReceiveCount`: 2}, `preload`: "
                          "{`messages`: 1}}";
    const char function[] = "`from`: `jobs`, `service`: 1, `ReservedConcurrentExecutions`: 0, "
                            "`throttleRetry`: {`backoff`: 4, `maxBackoff`: 4, `jitter`: `none`}";
    (void)state;
    function_lab_tell(
        queues, "", function, 50, "DELIVERED INVOKED INVOKE_THROTTLED SKIPPED DEAD_LETTERED",
        "0 DELIVERED 0; 0 INVOKE_THROTTLED 0; 4 INVOKE_THROTTLED 0; 8 INVOKE_THROTTLED 0; "
        "10 DELIVERED 0; 10 INVOKE_THROTTLED 0; 10 SKIPPED 0; 14 INVOKE_THROTTLED 0; "
        "18 INVOKE_THROTTLED 0; 20 DEAD_LETTERED 0; 20 SKIPPED 0");
    function_lab_open(&lab, queues, "", function, 50);
    world_lab_run(&lab, 1);
    assert_true(world_lab_value(&lab, "f", "throttles", "count") == 6.0);
    assert_true(world_lab_value(&lab, "f", "invocations", "count") == 0.0);
    assert_true(world_lab_value(&lab, "jobs", "deadLettered", "count") == 1.0);
    world_lab_close(&lab);
}

/* EVIDENCE-OF: LAM-7
 * A FIFO queue whose visibility timeout was set to 0 gives its message back at once, which is no
 * reason to ask again at once.  One of two pollers has failed at 2 s and waits 8 s from now on, the
 * other 4 s and then 8. */
static void test_no_time_at_all(void **state)
{
    (void)state;
    function_lab_tell("`jobs.fifo`: {`FifoQueue`: true, `VisibilityTimeout`: 30, `preload`: "
                      "{`messages`: 1, `group`: `g`}}",
                      "`faults`: [{`kind`: `attributeChange`, `targets`: [`jobs.fifo`], `at`: 1, "
                      "`attributes`: {`VisibilityTimeout`: 0}}], ",
                      "`from`: `jobs.fifo`, `Timeout`: 30, `service`: 2, `ScalingConfig`: "
                      "{`MaximumConcurrency`: 2}, `failure`: {`probability`:"
                      " 1}, `errorBackoff`: {`backoff`: 4, `maxBackoff`: 8, `jitter`: `none`}",
                      50, "DELIVERED INVOKED SKIPPED",
                      "0 DELIVERED 0; 0 INVOKED 0; 30 DELIVERED 0; 30 DELIVERED 0; 30 SKIPPED 0; "
                      "30 SKIPPED 0; 34 DELIVERED 0; 34 SKIPPED 0; 38 DELIVERED 0; 38 SKIPPED 0; "
                      "42 DELIVERED 0; 42 SKIPPED 0; 46 DELIVERED 0; 46 SKIPPED 0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_maximum_concurrency), cmocka_unit_test(test_reserved_concurrency),
        cmocka_unit_test(test_the_account),         cmocka_unit_test(test_throttled_to_death),
        cmocka_unit_test(test_no_time_at_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
