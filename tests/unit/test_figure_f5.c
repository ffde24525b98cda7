// SPDX-License-Identifier: GPL-3.0-or-later
/* F5, the age of the oldest message, where it is known by hand. */
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
    figure_lab_rows(&figure_f5, scenario, wanted);
}

static void expect_refusal(const char *scenario, const char *wanted)
{
    figure_lab_refusal(&figure_f5, scenario, wanted);
}

#define WAITING(consumers)                                                                         \
    "{\"version\": 1, \"experiment\": {\"duration\": \"5s\", \"sampleEvery\": \"1s\", "            \
    "\"replications\": 1},"                                                                        \
    " \"queues\": {\"jobs\": {\"VisibilityTimeout\": 1, \"preload\": {\"messages\": "              \
    "1}}}" consumers "}"

/* A message that nobody takes ages by a second per second; the mean of a bucket is in its middle.
 */
static void test_it_rises_with_the_clock(void **state)
{
    (void)state;
    expect_csv(WAITING(""), "0,test,,,jobs,0.5,0.5,,,0,0\n"
                            "0,test,,,jobs,1.5,1.5,,,0,0\n"
                            "0,test,,,jobs,2.5,2.5,,,0,0\n"
                            "0,test,,,jobs,3.5,3.5,,,0,0\n"
                            "0,test,,,jobs,4.5,4.5,,,0,0\n");
}

/* EVIDENCE-OF: CW-4
 * It is received at 0, 1, 2 and 3 s; received more than three times it has no age any more. */
static void test_poison_is_left_out(void **state)
{
    (void)state;
    expect_csv(WAITING(", \"consumers\": {\"c\": {\"from\": \"jobs\", \"WaitTimeSeconds\": 20, "
                       "\"service\": 0.1, "
                       "\"failure\": {\"probability\": 1}}}"),
               "0,test,,,jobs,0.5,0.5,,,0,0\n"
               "0,test,,,jobs,1.5,1.5,,,0,0\n"
               "0,test,,,jobs,2.5,2.5,,,0,0\n"
               "0,test,,,jobs,3.5,0,,,0,0\n"
               "0,test,,,jobs,4.5,0,,,0,0\n");
}

/* Of two replications the least and greatest age within a bucket are those at its ends; the footer
 * speaks of no intervals. */
static void test_replications_have_a_range(void **state)
{
    (void)state;
    struct results results = results_run(
        "{\"version\": 1, \"experiment\": {\"duration\": \"2s\", \"sampleEvery\": \"1s\", "
        "\"replications\": 2}, \"queues\": {\"jobs\": {\"preload\": {\"messages\": 1}}}}",
        1);
    struct figure figure;
    figure_init(&figure, &figure_f5, results.result);
    assert_string_equal(text_of(&figure.csv) + strlen(figure.kind->header) + 1,
                        "0,test,,,jobs,0.5,0.5,0,1,0,0\n"
                        "0,test,,,jobs,1.5,1.5,1,2,0,0\n");
    assert_string_equal(figure_footer(&figure), "test: 2 replications, seed 1, aws-2026-11");
    figure_free(&figure);
    results_free(&results);
}

/* A crash at 1 s is over at once, but its consumer is up again only at 3 s: until then the queue
 * has nobody, and is shaded. */
static void test_a_crash_lasts_until_the_restart(void **state)
{
    (void)state;
    expect_csv(WAITING(", \"consumers\": {\"c\": {\"from\": \"jobs\", \"WaitTimeSeconds\": 20, "
                       "\"service\": 10, "
                       "\"failure\": {\"restart\": 2}}}, "
                       "\"faults\": [{\"kind\": \"crash\", \"targets\": [\"c\"], \"at\": 1}]"),
               "0,test,,,jobs,0.5,0.5,,,0,0\n"
               "0,test,,,jobs,1.5,1.5,,,1,0\n"
               "0,test,,,jobs,2.5,2.5,,,1,0\n"
               "0,test,,,jobs,3.5,3.5,,,0,0\n"
               "0,test,,,jobs,4.5,4.5,,,0,0\n");
}

static void test_an_empty_queue_has_none(void **state)
{
    (void)state;
    expect_refusal(
        "{\"version\": 1, \"experiment\": {\"duration\": \"5s\", \"replications\": 1}, \"queues\": "
        "{\"jobs\": {}}}",
        "no message was ever waiting");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_rises_with_the_clock),
        cmocka_unit_test(test_poison_is_left_out),
        cmocka_unit_test(test_replications_have_a_range),
        cmocka_unit_test(test_a_crash_lasts_until_the_restart),
        cmocka_unit_test(test_an_empty_queue_has_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
