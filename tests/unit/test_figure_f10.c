// SPDX-License-Identifier: GPL-3.0-or-later
/* F10, autoscaling, where every value is known by hand. */
#include "experiment/figure.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "tools/results.h"

#define HEAD                                                                                       \
    "{\"version\": 1, \"experiment\": {\"duration\": \"5m\", \"sampleEvery\": \"1m\", "            \
    "\"replications\": 1}, \"queues\": {\"jobs\": {\"VisibilityTimeout\": 43200, \"preload\": "    \
    "{\"messages\": 22}}}, \"consumers\": {\"small\": {\"from\": \"jobs\", \"WaitTimeSeconds\": "  \
    "20, \"start\": \"4m\", \"service\": \"20h\"}"

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
                        "0,test,,,fleet,30.000000000000004,20,10,6,2,0,0\n"
                        "0,test,,,fleet,90,20,10,6,2,0,0\n"
                        "0,test,,,fleet,150,20,10,6,2,0,0\n"
                        "0,test,,,fleet,210,18,4.5,6,4,0,0\n"
                        "0,test,,,fleet,270,17,4.25,6,4,0,0\n");
    figure_free(&figure);
    results_free(&results);
}

static void test_without_autoscaling(void **state)
{
    struct figure figure;
    (void)state;
    struct results results = results_run(HEAD "}}", 1);
    figure_init(&figure, &figure_f10, results.result);
    assert_string_equal(figure.refusal, "no consumer has autoscaling");
    figure_free(&figure);
    results_free(&results);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_hand),
        cmocka_unit_test(test_without_autoscaling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
