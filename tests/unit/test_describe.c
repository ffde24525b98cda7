// SPDX-License-Identifier: GPL-3.0-or-later
/* What a scenario's components say together.  The worlds are minimal: a topic, its queues, and who
 * reads them. */
#include "scenario/describe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>
#include "tools/world.h"

/* May a message be stored twice where two queues a and b, each with the dead-letter queue d, hear
 * of the topic t, and a consumer reads one queue? */
static bool may_repeat_moved(const char *subscriptions, const char *read, const char *more,
                             const char *redrive)
{
    char text[2048];
    struct world_lab lab;
    snprintf(text, sizeof text,
             "{`version`: 1, `queues`: {`d`: {%s},"
             " `a`: {`RedrivePolicy`: {`deadLetterTargetArn`: `d`, `maxReceiveCount`: 3}},"
             " `b`: {`RedrivePolicy`: {`deadLetterTargetArn`: `d`, `maxReceiveCount`: 3}}},"
             " `topics`: {`t`: {`subscriptions`: [%s]}},"
             " `consumers`: {`c`: {`from`: `%s`, `service`: 1, `WaitTimeSeconds`: 20}}%s}",
             redrive, subscriptions, read, more);
    world_lab_open(&lab, text);
    const bool may = describe_may_repeat(lab.scenario);
    world_lab_close(&lab);
    return may;
}

static bool may_repeat(const char *subscriptions, const char *read, const char *more)
{
    return may_repeat_moved(subscriptions, read, more, "");
}

#define TO(queue) "{`Protocol`: `sqs`, `Endpoint`: `" queue "`}"

static void test_a_copy_for_each_queue(void **state)
{
    (void)state;
    assert_false(may_repeat(TO("a") ", " TO("b"), "a", ""));
    assert_false(may_repeat("", "a", ""));
}

/* The dead-letter queue that both share may hold both copies. */
static void test_dead_letters_meet(void **state)
{
    (void)state;
    assert_true(may_repeat(TO("a") ", " TO("b"), "d", ""));
    assert_false(may_repeat(TO("a"), "d", ""));
    assert_true(may_repeat(TO("a") ", {`Protocol`: `sqs`, `Endpoint`: `b`,"
                                   " `RedrivePolicy`: {`deadLetterTargetArn`: `a`}}",
                           "a", ""));
}

static void test_two_topics_meet(void **state)
{
    (void)state;
    assert_true(may_repeat(TO("a") "]}, `u`: {`subscriptions`: [" TO("a"), "a", ""));
}

/* Where others than queues take part, or something may go wrong on the way. */
static void test_other_ways(void **state)
{
    (void)state;
    assert_true(may_repeat(TO("a") ", {`Protocol`: `https`, `Endpoint`: `site`}", "a",
                           ", `endpoints`: {`site`: {`latency`: 0}}"));
    assert_true(may_repeat(TO("a"), "a", ", `network`: {`request`: `1ms`}"));
    assert_true(may_repeat(TO("a"), "a",
                           ", `faults`: [{`kind`: `slow`, `targets`: [`c`],"
                           " `start`: 1, `duration`: 1, `factor`: 2}]"));
    assert_true(may_repeat_moved(TO("a"), "a", "", "`redrive`: [{`at`: 1}]"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_copy_for_each_queue),
        cmocka_unit_test(test_dead_letters_meet),
        cmocka_unit_test(test_two_topics_meet),
        cmocka_unit_test(test_other_ways),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
