// SPDX-License-Identifier: GPL-3.0-or-later
/* Metrics as a slide says them. */
#include "experiment/phrase.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void says(const char *metric, const char *stat, const char *unit, const char *wanted)
{
    struct text out = {.length = 0};
    phrase_add(&out, metric, stat, unit);
    assert_string_equal(text_of(&out), wanted);
    text_free(&out);
}

static void test_what_a_statistic_adds(void **state)
{
    (void)state;
    says("sojourn", "mean", "s", "mean time in queue");
    says("sojourn", "p95", "s", "p95 of time in queue");
    says("ApproximateNumberOfMessagesVisible", "max", "1", "greatest backlog");
    says("waitingRequests", "max", "1", "most requests in line");
    says("instances", "max", "1", "most instances");
    says("waitingQuiet", "max", "s", "greatest quiet tenants' wait");
    says("instances", "end", "1", "instances at the end");
    says("deadLettered", "count", "1", "dead letters");
    says("duplicates", "rate", "1", "duplicates per message");
    says("throughput", "rate", "1/s", "throughput");
    says("cost", "usdPerMillion", "USD", "cost of a million messages");
    says("conserved", "end", "1", "messages accounted for");
}

static void test_a_metric_without_words_bears_its_name(void **state)
{
    (void)state;
    says("hopLimits", "count", "1", "hopLimits");
    says("hopLimits", "", "1", "hopLimits");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_a_statistic_adds),
        cmocka_unit_test(test_a_metric_without_words_bears_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
