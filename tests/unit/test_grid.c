// SPDX-License-Identifier: GPL-3.0-or-later
/* Cells under each other: the numbers are worked out by hand from paced arrivals and constant
 * work. */
#include "report/grid.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "tools/results.h"

/* 60 messages, one a second, each worked on for 100 ms, by c or by nobody; q2 has none. */
#define WORLD(variants, more)                                                                      \
    "{\"version\": 1, \"title\": \"t\", \"experiment\": {\"duration\": \"1m\", \"replications\": " \
    "2},"                                                                                          \
    " \"queues\": {\"q\": {\"ReceiveMessageWaitTimeSeconds\": 20}, \"q2\": {}},"                   \
    " \"producers\": {\"p\": {\"to\": \"q\", \"arrivals\": {\"process\": \"paced\", \"rate\": "    \
    "1}}},"                                                                                        \
    " \"consumers\": {\"c\": {\"from\": \"q\", \"service\": \"100ms\"}},"                          \
    " \"variants\": {" variants "}" more "}"

static void expect_grid(const char *text, const char *expected)
{
    struct results results = results_run(text, 1);
    struct text out = {.length = 0};
    assert_non_null(results.result);
    grid_add(&out, results.result);
    assert_string_equal(text_of(&out), expected);
    text_free(&out);
    results_free(&results);
}

/* The head names the busiest queue.  59 come before the end at 60 s, all are deleted: 59 / 60 s.
 * 0 of 2 x 59 is below 3.841 / (118 + 3.841) = 3.15 %. */
static void test_the_queue_is_named(void **state)
{
    (void)state;
    expect_grid(WORLD("\"a\": {}, \"b\": {}", ""),
                "  q  throughput    p50    p95  duplicates/message\n"
                "  a     0.983/s  0.1 s  0.1 s          0 (<3.2 %)\n"
                "  b     0.983/s  0.1 s  0.1 s          0 (<3.2 %)\n");
}

/* What is expected and differs has a column behind the others, its head in lines; what does not
 * differ, or has a column already, has none.  59 x 0.1 s of 60 s are 0.0983, with 200 ms in b
 * 0.197, of the worker's time and of messages in flight. */
static void test_what_is_expected_is_shown(void **state)
{
    (void)state;
    expect_grid(
        WORLD("\"a\": {}, \"b\": {\"/consumers/c/service\": \"200ms\"}",
              ", \"expect\": ["
              "{\"entity\": \"q\", \"metric\": \"duplicates\", \"stat\": \"count\", \"is\": "
              "\"==\", \"value\": 0},"
              "{\"entity\": \"q\", \"metric\": \"lost\", \"stat\": \"count\", \"is\": \"==\", "
              "\"value\": 0},"
              "{\"entity\": \"c\", \"metric\": \"utilisation\", \"stat\": \"mean\", \"is\": \"<\", "
              "\"value\": 1},"
              "{\"entity\": \"q\", \"metric\": \"ApproximateNumberOfMessagesNotVisible\", "
              "\"stat\": \"mean\", \"is\": \"<\", \"value\": 1}]"),
        "                                                   mean utilisation  mean messages in\n"
        "  q  throughput    p50    p95  duplicates/message               (c)            flight\n"
        "  a     0.983/s  0.1 s  0.1 s          0 (<3.2 %)            0.0983            0.0983\n"
        "  b     0.983/s  0.2 s  0.2 s          0 (<3.2 %)             0.197             0.197\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_queue_is_named),
        cmocka_unit_test(test_what_is_expected_is_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
