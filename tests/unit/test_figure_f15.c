// SPDX-License-Identifier: GPL-3.0-or-later
/* F15, what guarantees cost: two messages, worked on for a second each, and failed at. */
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
    figure_lab_rows(&figure_f15, scenario, wanted);
}

static void expect_refusal(const char *scenario, const char *wanted)
{
    figure_lab_refusal(&figure_f15, scenario, wanted);
}

#define TWO(more)                                                                                  \
    "{\"version\": 1, \"experiment\": {\"drain\": true, \"replications\": 2}, \"queues\": "        \
    "{\"jobs\": {}}, "                                                                             \
    "\"producers\": {\"p\": {\"to\": \"jobs\", \"messages\": 2, \"arrivals\": {\"process\": "      \
    "\"paced\", "                                                                                  \
    "\"rate\": 0.1}}}, \"consumers\": {\"c\": {\"from\": \"jobs\", \"WaitTimeSeconds\": 20, "      \
    "\"service\": 1"                                                                               \
    "}}" more "}"

static const char REFUSAL[] =
    "there are no variants to compare, or a consumer sends on, or a topic filters";

/* Deleted before a work that fails, a message is lost; either way it is sent, received and deleted
 * in three requests.  What was not seen with 4 messages ends, by Wilson's interval with z
 * = 1.959964, at z^2 / (4 + z^2) = 0.48989. */
static void test_values(void **state)
{
    (void)state;
    expect_csv(TWO(", \"variants\": {\"well\": {}, \"ill\": {\"/consumers/c/acknowledge\": "
                   "\"beforeWork\", "
                   "\"/consumers/c/failure\": {\"probability\": 1}}}"),
               "0,well,well,,0,lost,share,0,0,0.4898908364545972\n"
               "0,well,well,,1,duplicated,share,0,0,0.4898908364545972\n"
               "0,well,well,,2,extra effects,share,0,0,0.4898908364545972\n"
               "0,well,well,,3,latency,s,1,1,1\n"
               "0,well,well,,4,requests,1,3,3,3\n"
               "1,ill,ill,,0,lost,share,1,1,1\n"
               "1,ill,ill,,1,duplicated,share,0,0,0.4898908364545972\n"
               "1,ill,ill,,2,extra effects,share,0,0,0.4898908364545972\n"
               "1,ill,ill,,3,latency,s,,,\n"
               "1,ill,ill,,4,requests,1,3,3,3\n");
}

/* A function that nobody calls misses nothing. */
static void test_idle_functions_lose_nothing(void **state)
{
    (void)state;
    struct results results =
        results_run(TWO(", \"functions\": {\"idle\": {\"service\": 1}}, "
                        "\"variants\": {\"short\": {}, \"long\": {\"/consumers/c/service\": 2}}"),
                    1);
    struct figure figure;
    figure_init(&figure, &figure_f15, results.result);
    assert_string_equal(text_of(&figure.sentence),
                        "Guarantees, per message. "
                        "short: latency 1 s, requests 3. long: latency 2 s, requests 3. "
                        "None seen: lost, duplicated, extra effects.");
    assert_string_equal(figure_footer(&figure),
                        "test: 2 replications, seed 1, 95 % intervals, aws-2026-11");
    figure_free(&figure);
    results_free(&results);
}

static void test_there_must_be_two(void **state)
{
    (void)state;
    expect_refusal(TWO(""), REFUSAL);
}

/* What a filter kept away would be called lost. */
static void test_filters_lose_nothing(void **state)
{
    (void)state;
    expect_refusal(
        TWO(", \"topics\": {\"t\": {\"subscriptions\": [{\"Protocol\": \"sqs\", \"Endpoint\": "
            "\"jobs\", \"FilterPolicy\": {\"a\": [\"b\"]}}]}}, "
            "\"variants\": {\"short\": {}, \"long\": {\"/consumers/c/service\": 2}}"),
        REFUSAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_idle_functions_lose_nothing),
        cmocka_unit_test(test_there_must_be_two),
        cmocka_unit_test(test_filters_lose_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
