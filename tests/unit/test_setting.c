// SPDX-License-Identifier: GPL-3.0-or-later
/* What can be read from a scenario beforehand. */
#include "experiment/setting.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "tools/results.h"

static const char text[] =
    "{\"version\": 1, \"experiment\": {\"duration\": \"1m\"},"
    " \"queues\": {\"q\": {\"ReceiveMessageWaitTimeSeconds\": 20, \"RedrivePolicy\":"
    "   {\"deadLetterTargetArn\": \"dead\", \"maxReceiveCount\": 3}}, \"dead\": {}, \"idle\": {}},"
    " \"producers\": {\"a\": {\"to\": \"q\", \"count\": 2, \"arrivals\": {\"process\": "
    "\"poisson\", \"rate\": \"60/min\"}},"
    "   \"b\": {\"to\": \"q\", \"batch\": {\"size\": 5}, \"arrivals\": {\"process\": \"paced\", "
    "\"rate\": 3}},"
    "   \"s\": {\"to\": \"idle\", \"arrivals\": {\"process\": \"schedule\", \"schedule\":"
    "     [{\"at\": \"0s\", \"rate\": 1}, {\"at\": \"20s\", \"rate\": 9}, {\"at\": \"30s\", "
    "\"rate\": 1}]}}},"
    " \"consumers\": {\"c\": {\"from\": \"q\", \"count\": 2, \"concurrency\": 3, "
    "\"MaxNumberOfMessages\": 10,"
    "   \"service\": {\"dist\": \"erlang\", \"mean\": \"2s\", \"k\": 4}}}}";

static void test_arrivals_add_up(void **state)
{
    (void)state;
    struct results results = results_load(text);
    const struct setting_arrivals arrivals = setting_arrivals_of(results.result->scenarios[0], "q");
    /* Two instances of one a second, and three a second. */
    assert_true(fabs(arrivals.rate_per_s - 5.0) < 1e-12);
    assert_int_equal(arrivals.producer_count, 2);
    assert_false(arrivals.is_poisson);
    assert_true(setting_arrivals_of(results.result->scenarios[0], "idle").rate_per_s == 0.0);
    results_free(&results);
}

static void test_service(void **state)
{
    (void)state;
    struct results results = results_load(text);
    struct arena arena;
    struct setting_service service;
    arena_init(&arena);
    assert_true(setting_service_of(results.result->scenarios[0], "q", &arena, &service));
    assert_string_equal(service.consumer, "c");
    assert_string_equal(service.distribution, "erlang");
    assert_true(service.workers == 6.0 && service.batch == 10.0 && !service.is_plain);
    /* An Erlang distribution's variance is mean^2 / k. */
    assert_true(fabs(service.service_s - 2.0) < 1e-12);
    assert_true(fabs(service.service_variance_s2 - 1.0) < 1e-12);
    assert_false(setting_service_of(results.result->scenarios[0], "dead", &arena, &service));
    assert_int_equal(service.consumer_count, 0);
    arena_free(&arena);
    results_free(&results);
}

static void test_spikes_and_dead_letters(void **state)
{
    (void)state;
    struct results results = results_load(text);
    const struct scenario *scenario = results.result->scenarios[0];
    assert_false(setting_is_spike(scenario, 0) || setting_is_spike(scenario, 19.9));
    assert_true(setting_is_spike(scenario, 20) && setting_is_spike(scenario, 29.9));
    assert_false(setting_is_spike(scenario, 30));
    assert_true(setting_is_dead_letter(scenario, "dead"));
    assert_false(setting_is_dead_letter(scenario, "q") || setting_is_dead_letter(scenario, "none"));
    results_free(&results);
}

/* That of a subscription is one, too. */
static void test_dead_letters_of_topics(void **state)
{
    (void)state;
    struct results results =
        results_load("{\"title\": \"t\", \"experiment\": {\"duration\": 1, \"replications\": 1}, "
                     "\"queues\": {\"a\": {}, \"b\": "
                     "{}}, \"topics\": {\"t\": {\"subscriptions\": [{\"Protocol\": \"sqs\", "
                     "\"Endpoint\": \"a\", "
                     "\"RedrivePolicy\": {\"deadLetterTargetArn\": \"b\"}}]}}}");
    const struct scenario *scenario = results.result->scenarios[0];
    assert_false(setting_is_dead_letter(scenario, "a"));
    assert_true(setting_is_dead_letter(scenario, "b"));
    results_free(&results);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arrivals_add_up),
        cmocka_unit_test(test_service),
        cmocka_unit_test(test_spikes_and_dead_letters),
        cmocka_unit_test(test_dead_letters_of_topics),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
