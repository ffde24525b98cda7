// SPDX-License-Identifier: GPL-3.0-or-later
/* Each warning is given where it should be, and not where it should not. */
#include "experiment/advice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "tools/results.h"

static bool warns(const char *experiment, const char *queue, const char *consumer, double rate,
                  const char *code)
{
    char text[2048];
    snprintf(text, sizeof text,
             "{\"version\": 1, \"experiment\": {\"replications\": 4%s},"
             " \"queues\": {\"q\": {\"ReceiveMessageWaitTimeSeconds\": 20%s}, \"dead\": {}},"
             " \"producers\": {\"p\": {\"to\": \"q\", \"arrivals\": {\"process\": \"poisson\","
             " \"rate\": %g}}},"
             " \"consumers\": {\"c\": {\"from\": \"q\","
             " \"service\": {\"dist\": \"exponential\", \"mean\": \"1s\"}%s}}}",
             experiment, queue, rate, consumer);
    struct results results = results_run(text, 2);
    bool found = false;
    for (size_t i = 0; i < results.result->advice_count; i++)
        found = found || strcmp(results.result->advices[i].code, code) == 0;
    results_free(&results);
    return found;
}

#define HOUR_LONG ", \"duration\": \"1h\""

static void test_unstable(void **state)
{
    (void)state;
    assert_true(warns(HOUR_LONG, "", "", 1.2, "unstable"));
    assert_false(warns(HOUR_LONG, "", "", 0.7, "unstable"));
}

static void test_saturated(void **state)
{
    (void)state;
    assert_true(warns(HOUR_LONG ", \"maxMessages\": 100", "", "", 3, "saturated"));
    assert_false(warns(HOUR_LONG ", \"maxMessages\": 100", "", "", 0.2, "saturated"));
}

static void test_in_flight_limit(void **state)
{
    (void)state;
    assert_true(warns(HOUR_LONG, ", \"inFlightLimit\": 2", ", \"count\": 4", 1.5, "inFlightLimit"));
    assert_false(warns(HOUR_LONG, "", ", \"count\": 4", 1.5, "inFlightLimit"));
}

#define REDRIVE ", \"RedrivePolicy\": {\"deadLetterTargetArn\": \"dead\", \"maxReceiveCount\": 1}"

static void test_unread_dead_letters(void **state)
{
    (void)state;
    assert_true(warns(HOUR_LONG, REDRIVE ", \"VisibilityTimeout\": 1", ", \"count\": 4", 0.5,
                      "unreadDeadLetters"));
    assert_false(warns(HOUR_LONG, "", "", 0.5, "unreadDeadLetters"));
}

/* P(S > 4 s) = exp(-4) = 1.8 %, P(S > 5 s) = 0.67 %: a hundredth lies between. */
static void test_late_work(void **state)
{
    (void)state;
    assert_true(warns(HOUR_LONG, ", \"VisibilityTimeout\": 4", "", 0.2, "lateWork"));
    assert_false(warns(HOUR_LONG, ", \"VisibilityTimeout\": 5", "", 0.2, "lateWork"));
}

static void test_wide_interval(void **state)
{
    (void)state;
    assert_true(warns(", \"duration\": \"2m\"", "", "", 0.9, "wideInterval"));
    assert_false(warns(", \"duration\": \"50h\"", "", "", 0.2, "wideInterval"));
}

/* Work on a message is sent on to its own queue: each goes round until the limit. */
static void test_hop_limit(void **state)
{
    (void)state;
    assert_true(
        warns(HOUR_LONG, "", ", \"maxHops\": 3, \"then\": [{\"to\": \"q\"}]", 0.1, "hopLimit"));
    assert_false(
        warns(HOUR_LONG, "", ", \"maxHops\": 3, \"then\": [{\"to\": \"dead\"}]", 0.1, "hopLimit"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unstable),        cmocka_unit_test(test_saturated),
        cmocka_unit_test(test_in_flight_limit), cmocka_unit_test(test_unread_dead_letters),
        cmocka_unit_test(test_late_work),       cmocka_unit_test(test_wide_interval),
        cmocka_unit_test(test_hop_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
