// SPDX-License-Identifier: GPL-3.0-or-later
/* F9, dead letters over time and against maxReceiveCount. */
#include "experiment/figure.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "tools/figure_lab.h"
#include "tools/results.h"

static void expect_csv(const char *scenario, const char *wanted)
{
    figure_lab_rows(&figure_f9, scenario, wanted);
}

static void expect_refusal(const char *scenario, const char *wanted)
{
    figure_lab_refusal(&figure_f9, scenario, wanted);
}

/* Two messages wait for two workers that fail; at 1 s, just after the second bucket began with
 * none, both are back and die. */
#define JOBS(p, more)                                                                              \
    "{\"version\": 1, \"experiment\": {\"duration\": \"3s\", \"sampleEvery\": \"1s\", "            \
    "\"replications\": 1},"                                                                        \
    " \"queues\": {\"jobs\": {\"VisibilityTimeout\": 1, \"preload\": {\"messages\": 2}, "          \
    "\"RedrivePolicy\": "                                                                          \
    "{\"deadLetterTargetArn\": \"dlq\", \"maxReceiveCount\": 1}}, \"dlq\": {}}, \"consumers\": "   \
    "{\"c\": "                                                                                     \
    "{\"from\": \"jobs\", \"count\": 2, \"WaitTimeSeconds\": 20, \"service\": 0.1, \"failure\": "  \
    "{\"probability\": " p "}}}" more "}"

static void test_growth(void **state)
{
    (void)state;
    expect_csv(JOBS("1", ""), "0,growth,test,,,0.5,0,0,0,-1\n"
                              "0,growth,test,,,1.5,2,0,2,-1\n"
                              "0,growth,test,,,2.5,2,2,2,-1\n");
    expect_refusal(JOBS("0", ""), "no message came to a dead-letter queue");
}

#define SWEPT ", \"sweep\": {\"/queues/jobs/RedrivePolicy/maxReceiveCount\": [1, 2]}"

/* p^n, where bad luck is all that can happen: 0.5 and 0.25. */
static void test_share(void **state)
{
    (void)state;
    struct results results = results_run(JOBS("0.5", SWEPT), 1);
    struct figure figure;
    figure_init(&figure, &figure_f9, results.result);
    assert_int_equal(figure.row_count, 2 + 50);
    assert_non_null(strstr(text_of(&figure.csv), "\n1,theory,theory: p^n,,,1,0.5,,,0\n"));
    assert_non_null(strstr(text_of(&figure.csv), "\n1,theory,theory: p^n,,,2,0.25,,,0\n"));
    figure_free(&figure);
    results_free(&results);
}

/* Of a fault the formula knows nothing. */
static void test_share_without_theory(void **state)
{
    (void)state;
    struct results results =
        results_run(JOBS("0.5", SWEPT ", \"faults\": [{\"kind\": \"slow\", \"targets\": [\"c\"], "
                                      "\"start\": 0, \"factor\": 2}]"),
                    1);
    struct figure figure;
    figure_init(&figure, &figure_f9, results.result);
    assert_int_equal(figure.row_count, 2);
    assert_null(strstr(text_of(&figure.csv), "theory"));
    figure_free(&figure);
    results_free(&results);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_growth),
        cmocka_unit_test(test_share),
        cmocka_unit_test(test_share_without_theory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
