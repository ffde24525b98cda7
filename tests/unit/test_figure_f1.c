// SPDX-License-Identifier: GPL-3.0-or-later
/* F1, latency, of what is split up and joined: one message of which every time is known. */
#include "experiment/figure.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "tools/results.h"

static void expect_sentence(const char *join, const char *wanted)
{
    struct text scenario = {.length = 0};
    text_printf(
        &scenario,
        "{\"version\": 1, \"experiment\": {\"drain\": true, \"replications\": 1}, "
        "\"queues\": {\"asked\": {}, \"parts\": {}}, \"producers\": {\"p\": {\"to\": "
        "\"asked\", \"messages\": 1, \"arrivals\": {\"process\": \"paced\", \"rate\": 1}}}, "
        "\"consumers\": {\"split\": {\"from\": \"asked\", \"WaitTimeSeconds\": 20, "
        "\"service\": 1, \"then\": [{\"to\": \"parts\", \"count\": 2}]}, \"gather\": "
        "{\"from\": \"parts\", \"WaitTimeSeconds\": 20, \"service\": 2%s}}}",
        join);
    struct results results = results_run(text_of(&scenario), 1);
    struct figure figure;
    figure_init(&figure, &figure_f1, results.result);
    assert_string_equal(text_of(&figure.sentence), wanted);
    figure_free(&figure);
    results_free(&results);
    text_free(&scenario);
}

/* Split after a second, its two parts are worked on one after the other for 2 s each: the first is
 * done at 3 s, which answers where one part is enough, and all work at 5 s. */
static void test_joined(void **state)
{
    (void)state;
    expect_sentence(", \"join\": {\"of\": 1}",
                    "Latency distribution. test: half of the messages are "
                    "joined within 3 s, 95 % of them 3 s.");
}

static void test_not_joined(void **state)
{
    (void)state;
    expect_sentence("", "Latency distribution. test: half of the messages take at most 5 s, "
                        "95 % of them 5 s.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_joined),
        cmocka_unit_test(test_not_joined),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
