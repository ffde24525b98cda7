// SPDX-License-Identifier: GPL-3.0-or-later
/* When enough has been replicated. */
#include "experiment/precision.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "tools/results.h"

/* --- the rule, on values written by hand --- */

static struct scenario_precise named = {"q", "m", "mean"};

static struct scenario with_precision(double precision)
{
    return (struct scenario){.experiment = {.replications = 20,
                                            .precision = precision,
                                            .precision_of = {1, &named},
                                            .max_replications = 40}};
}

/* How many replications with these values are enough; the last value stays. */
static size_t enough(const struct scenario *scenario, const double *values, size_t count)
{
    struct cell cell;
    size_t met = 0, taken = 0;
    cell_init(&cell, scenario, "", "");
    do {
        struct sample sample;
        results_sample(&sample, 1);
        results_row(&sample, "q", "m", "mean", "s", values[taken < count ? taken : count - 1]);
        cell_add(&cell, &sample);
        sample_free(&sample);
        taken++;
    } while (!precision_is_enough(&cell, &met));
    cell_free(&cell);
    return taken;
}

static void test_the_number_given_without_a_precision(void **state)
{
    const struct scenario scenario = with_precision(0.0);
    (void)state;
    assert_int_equal(precision_most(&scenario), 20);
    assert_int_equal(enough(&scenario, (double[]){1, 9}, 2), 20);
}

static void test_ten_and_five_further(void **state)
{
    const struct scenario scenario = with_precision(0.05);
    (void)state;
    assert_int_equal(precision_most(&scenario), 40);
    assert_int_equal(enough(&scenario, (double[]){3}, 1), 15);
}

/* Values 1 but for one 2: mean (n + 1)/n and variance 1/n, so that the half-width is t(n - 1)/(n +
 * 1) of the mean, which is 2.228139/12 = 0.186 at n = 11, and below 0.1 first at n =
 * 20: 2.093024/21 = 0.09967; five further are 25. */
static void test_what_is_lost_while_looking_further_counts_anew(void **state)
{
    const struct scenario scenario = with_precision(0.1);
    (void)state;
    assert_int_equal(enough(&scenario, (double[]){1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 1}, 12), 25);
    /* At n = 15, the last to be looked at, it is 2.144787/16 = 0.134. */
    assert_int_equal(
        enough(&scenario, (double[]){1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 1}, 16), 25);
}

/* 1 and 5 in turn: a half-width of 2 sqrt(n/(n - 1)) t/sqrt(n) of the mean 3, which is 0.216 at n =
 * 40. */
static void test_the_cap(void **state)
{
    double values[40];
    (void)state;
    for (size_t i = 0; i < 40; i++)
        values[i] = i % 2 == 0 ? 1.0 : 5.0;
    const struct scenario scenario = with_precision(0.1), loose = with_precision(0.25);
    assert_int_equal(enough(&scenario, values, 40), 40);
    assert_true(enough(&loose, values, 40) < 40);
}

/* What cannot become precise holds nobody up: it is 0, or not available. */
static void test_what_has_no_half_width(void **state)
{
    const struct scenario scenario = with_precision(0.1);
    (void)state;
    assert_int_equal(enough(&scenario, (double[]){0}, 1), 15);
    assert_int_equal(enough(&scenario, (double[]){(double)NAN}, 1), 15);
}

/* --- which rows are watched --- */

static const char text[] =
    "{\"version\": 1, \"experiment\": {\"duration\": \"2m\", \"precision\": %s},"
    " \"queues\": {\"q\": {\"ReceiveMessageWaitTimeSeconds\": 20, \"RedrivePolicy\":"
    " {\"deadLetterTargetArn\": \"dead\", \"maxReceiveCount\": 5}}, \"dead\": {}},"
    " \"producers\": {\"p\": {\"to\": \"q\", \"arrivals\": {\"process\": \"paced\", \"rate\": 4}}},"
    " \"consumers\": {\"c\": {\"from\": \"q\", \"service\": {\"dist\": \"exponential\", \"mean\":"
    " \"100ms\"}}}%s}";

#define EXPECT(metric, stat)                                                                       \
    ", \"expect\": [{\"entity\": \"q\", \"metric\": \"" metric "\", \"stat\": \"" stat             \
    "\", \"is\": \">\", \"value\": 0}]"

static struct results run(const char *precision, const char *expect, unsigned threads)
{
    char whole[2048];
    snprintf(whole, sizeof whole, text, precision, expect);
    return results_run(whole, threads);
}

static size_t replications_of(const char *precision, const char *expect)
{
    struct results results = run(precision, expect, 2);
    const size_t count = result_replications(results.result);
    results_free(&results);
    return count;
}

#define OF(metric, stat)                                                                           \
    ", \"precisionOf\": [{\"entity\": \"q\", \"metric\": \"" metric "\", \"stat\": \"" stat "\"}]"

/* The number of paced sends is the same in all; the time of the work is not. */
static void test_what_is_watched(void **state)
{
    (void)state;
    const char *sent = EXPECT("NumberOfMessagesSent", "count"), *time = EXPECT("sojourn", "mean");
    assert_int_equal(replications_of("0.02", sent), 15);
    assert_true(replications_of("0.02", time) > 20);
    assert_true(replications_of("0.02", "") > 20); /* the mean time in the busiest queue */
    assert_int_equal(replications_of("0.02" OF("NumberOfMessagesSent", "count"), time), 15);
    assert_true(replications_of("0.02" OF("sojourn", "mean"), sent) > 20);
    assert_int_equal(replications_of("0.0001, \"maxReplications\": 12", ""), 12);
}

static void test_the_promise_is_kept(void **state)
{
    (void)state;
    struct results results = run("0.02" OF("sojourn", "mean"), "", 2);
    const struct cell_row *row = cell_find(results.result->cells, "q", "sojourn", "mean");
    struct precision_row worst;
    assert_true(estimate_relative_half_width(&row->estimate) <= 0.02);
    assert_true(precision_worst(results.result->cells, &worst));
    assert_string_equal(worst.entity, "q");
    assert_string_equal(worst.metric, "sojourn");
    assert_true(worst.half == estimate_relative_half_width(&row->estimate));
    results_free(&results);
}

static void test_threads_are_not_seen(void **state)
{
    (void)state;
    struct results one = run("0.05", "", 1), four = run("0.05", "", 4);
    assert_int_equal(result_replications(one.result), result_replications(four.result));
    assert_true(one.result->fingerprint == four.result->fingerprint);
    results_free(&one);
    results_free(&four);
}

static void test_a_name_that_is_not_there(void **state)
{
    (void)state;
    struct results results = run("0.05" OF("sojurn", "mean"), "", 2);
    struct diag_place place;
    assert_null(results.result);
    assert_int_equal(diag_count(results.diag), 1);
    assert_string_equal(diag_first(results.diag, &place),
                        "precisionOf: no metric of this entity is named \"sojurn\", did you mean "
                        "\"sojourn\"?");
    assert_int_equal(place.line, 1);
    results_free(&results);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_number_given_without_a_precision),
        cmocka_unit_test(test_ten_and_five_further),
        cmocka_unit_test(test_what_is_lost_while_looking_further_counts_anew),
        cmocka_unit_test(test_the_cap),
        cmocka_unit_test(test_what_has_no_half_width),
        cmocka_unit_test(test_what_is_watched),
        cmocka_unit_test(test_the_promise_is_kept),
        cmocka_unit_test(test_threads_are_not_seen),
        cmocka_unit_test(test_a_name_that_is_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
