// SPDX-License-Identifier: GPL-3.0-or-later
/* F10, autoscaling, where every value is known by hand. */
#include "experiment/figure.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "tools/figure_lab.h"
#include "tools/results.h"

#define HEAD                                                                                       \
    "{\"version\": 1, \"experiment\": {\"duration\": \"5m\", \"sampleEvery\": \"1m\", "            \
    "\"replications\": 1}, \"queues\": {\"jobs\": {\"VisibilityTimeout\": 43200, \"preload\": "    \
    "{\"messages\": 22}}}, \"consumers\": {\"small\": {\"from\": \"jobs\", \"WaitTimeSeconds\": "  \
    "20, \"start\": \"4m\", \"service\": \"20h\"}"

#define GROWS(settings)                                                                            \
    "{\"version\": 1, \"experiment\": {\"duration\": \"1m\", \"sampleEvery\": \"1s\", "            \
    "\"replications\": 1}, \"queues\": {\"jobs\": {\"VisibilityTimeout\": 43200, \"preload\": "    \
    "{\"messages\": 22}}}, \"functions\": {\"f\": {\"from\": \"jobs\", \"Timeout\": 900, "         \
    "\"service\": \"5m\", " settings "}}}"
static const char NOTHING[] = "no consumer has autoscaling, and no function grows with a queue";

/* 22 messages, of which each instance takes one for ever: 20 wait for two of them, and 10 for each
 * is above the target of 6.  After three datapoints, at 180 s, 20 / 6 asks for 4 instances, so that
 * 18 wait; at 240 s a consumer without autoscaling takes one more. */
static void test_by_hand(void **state)
{
    struct figure figure;
    (void)state;
    struct results results = results_run(
        HEAD ", \"fleet\": {\"from\": \"jobs\", \"WaitTimeSeconds\": 20, \"service\": \"20h\", "
             "\"count\": 2, \"autoscaling\": {\"max\": 9, \"target\": 6}}}}",
        1);
    figure_init(&figure, &figure_f10, results.result);
    assert_null(figure.refusal);
    assert_string_equal(text_of(&figure.csv) + strlen(figure.kind->header) + 1,
                        "0,test,,,fleet,30,20,10,6,2,0,0,instances\n"
                        "0,test,,,fleet,90,20,10,6,2,0,0,instances\n"
                        "0,test,,,fleet,150,20,10,6,2,0,0,instances\n"
                        "0,test,,,fleet,210,18,4.5,6,4,0,0,instances\n"
                        "0,test,,,fleet,270,17,4.25,6,4,0,0,instances\n");
    figure_free(&figure);
    results_free(&results);
}

/* A mapping begins with 5 invocations at a time and may have 5 a second more; each takes one of the
 * 22 messages for 5 minutes, so that all are at work after 5 s (LAM-3).  One that is limited does
 * not grow, and has no figure. */
static void test_a_function_grows(void **state)
{
    struct figure figure;
    (void)state;
    struct results results = results_run(GROWS("\"BatchSize\": 1"), 1);
    figure_init(&figure, &figure_f10, results.result);
    assert_null(figure.refusal);
    assert_non_null(strstr(text_of(&figure.csv), "\n0,test,,,f,10.5,0,0,,22,0,0,invocations\n"));
    assert_non_null(strstr(text_of(&figure.sentence), "f has up to 22 invocations."));
    figure_free(&figure);
    results_free(&results);
    figure_lab_refusal(&figure_f10, GROWS("\"ReservedConcurrentExecutions\": 2"), NOTHING);
    figure_lab_refusal(&figure_f10, GROWS("\"ScalingConfig\": {\"MaximumConcurrency\": 2}"),
                       NOTHING);
}

/* The same where every queue is somebody's dead-letter queue, so that none has a time plot. */
static void test_a_function_grows_with_dead_letters(void **state)
{
    struct figure figure;
    (void)state;
    struct results results = results_run(
        "{\"version\": 1, \"experiment\": {\"duration\": \"1m\", \"sampleEvery\": \"1s\", "
        "\"replications\": 1}, \"queues\": {\"jobs\": {\"VisibilityTimeout\": 43200, "
        "\"preload\": {\"messages\": 22}}}, \"topics\": {\"news\": {\"subscriptions\": "
        "[{\"Protocol\": \"lambda\", \"Endpoint\": \"f\", \"RedrivePolicy\": "
        "{\"deadLetterTargetArn\": \"jobs\"}}]}}, \"functions\": {\"f\": {\"from\": \"jobs\", "
        "\"Timeout\": 900, \"service\": \"5m\", \"BatchSize\": 1}}}",
        1);
    figure_init(&figure, &figure_f10, results.result);
    assert_null(figure.refusal);
    assert_non_null(strstr(text_of(&figure.csv), "\n0,test,,,f,10.5,0,0,,22,0,0,invocations\n"));
    figure_free(&figure);
    results_free(&results);
}

static void test_without_autoscaling(void **state)
{
    struct figure figure;
    (void)state;
    struct results results = results_run(HEAD "}}", 1);
    figure_init(&figure, &figure_f10, results.result);
    assert_string_equal(figure.refusal, NOTHING);
    figure_free(&figure);
    results_free(&results);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_hand),
        cmocka_unit_test(test_a_function_grows),
        cmocka_unit_test(test_a_function_grows_with_dead_letters),
        cmocka_unit_test(test_without_autoscaling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
