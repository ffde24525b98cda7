// SPDX-License-Identifier: GPL-3.0-or-later
/* Where MSER-5 cuts, and that a run is counted from there. */
#include "experiment/warmup.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "tools/results.h"

enum { COUNT = 200 };

/* Values 10 for a while, then 1 and 3 in turn of batches: mean 2, so that every batch but the
 * first ones lies at distance 1 of it. */
static void fill(double values[COUNT], size_t transient)
{
    for (size_t i = 0; i < COUNT; i++)
        values[i] = i < transient ? 10.0 : (i / WARMUP_BATCH) % 2 == 0 ? 1.0 : 3.0;
}

static size_t cut(const double *values, size_t count, bool expected_late)
{
    bool is_late = !expected_late;
    const size_t result = warmup_truncation(values, count, &is_late);
    assert_true(is_late == expected_late);
    return result;
}

static void test_a_transient_is_cut_off(void **state)
{
    double values[COUNT];
    (void)state;
    fill(values, 0);
    assert_int_equal(cut(values, COUNT, false), 0);
    fill(values, 40);
    assert_int_equal(cut(values, COUNT, false), 40);
    /* Of a batch that begins in the transient, all is cut off. */
    fill(values, 42);
    assert_int_equal(cut(values, COUNT, false), 45);
    fill(values, 100);
    assert_int_equal(cut(values, COUNT, false), 100);
}

/* Of a transient beyond the half, half is cut off, and it is said. */
static void test_a_long_transient(void **state)
{
    double values[COUNT];
    (void)state;
    fill(values, 130);
    assert_int_equal(cut(values, COUNT, true), 100);
}

/* Along a line m batches have the squares (m^3 - m) / 12, and over m^2 that falls as m does: with a
 * quarter of the batches it is half of what it is with half of them. */
static void test_a_line_has_no_steady_state(void **state)
{
    double values[COUNT];
    (void)state;
    for (size_t i = 0; i < COUNT; i++)
        values[i] = (double)i;
    assert_int_equal(cut(values, COUNT, true), COUNT / 2);
}

static void test_nothing_is_cut_off_of_nothing(void **state)
{
    double values[COUNT];
    (void)state;
    for (size_t i = 0; i < COUNT; i++)
        values[i] = 7.0;
    assert_int_equal(cut(values, COUNT, false), 0);
    fill(values, 20);
    assert_int_equal(cut(values, 49, false), 0); /* nine batches */
    assert_int_equal(cut(values, 54, false), 20);
    assert_int_equal(cut(NULL, 0, false), 0);
}

/* --- whole runs --- */

/* A backlog of 3,000 is worked off at 10/s against arrivals of 5/s: gone after 600 s. */
static const char backlog[] =
    "{\"version\": 1, \"experiment\": {\"duration\": \"%s\", \"replications\": 8, %s},"
    " \"queues\": {\"q\": {\"ReceiveMessageWaitTimeSeconds\": 20, %s}, \"unread\": {}},"
    " \"producers\": {\"p\": {\"to\": \"q\", \"arrivals\": {\"process\": \"poisson\","
    " \"rate\": %g}}, \"other\": {\"to\": \"unread\", \"arrivals\": {\"process\": \"poisson\","
    " \"rate\": 1}}},"
    " \"consumers\": {\"c\": {\"from\": \"q\", \"service\": {\"dist\": \"exponential\", \"mean\":"
    " \"100ms\"}}}}";

#define PRELOAD "\"preload\": {\"messages\": 3000}"
#define STEADY  "\"horizon\": \"steady\""

static struct results run(const char *duration, const char *experiment, double rate,
                          unsigned threads)
{
    char text[1024];
    snprintf(text, sizeof text, backlog, duration, experiment, PRELOAD, rate);
    return results_run(text, threads);
}

/* The mean number waiting after that is that of an M/M/1 at 0.5: 0.25 / 0.5 = 0.5, against 50 over
 * all of the five hours (3,000 x 600 s / 2 of 18,000 s).  The mean over a time T has about the
 * variance 2 rho (1 + rho) / (mu (1 - rho)^4 T), and so here a standard deviation of 0.0042: 0.05
 * is far beyond an error rate of 1e-6. */
static void test_the_steady_state_alone_is_counted(void **state)
{
    (void)state;
    struct results all = run("5h", STEADY ", \"warmup\": 0", 5, 2);
    struct results steady = run("5h", STEADY, 5, 2);
    const char *visible = "ApproximateNumberOfMessagesVisible";
    const double warmup_s = cell_mean(steady.result->cells, "scenario", "warmup", NULL);
    assert_true(cell_mean(all.result->cells, "q", visible, "mean") > 40.0);
    assert_true(fabs(cell_mean(steady.result->cells, "q", visible, "mean") - 0.5) < 0.05);
    assert_true(warmup_s >= 540.0 && warmup_s <= 1200.0);
    assert_null(cell_find(all.result->cells, "scenario", "warmup", NULL));
    /* What happens is the same; what is counted is not. */
    assert_true(all.result->fingerprint == steady.result->fingerprint);
    assert_true(cell_mean(steady.result->cells, "q", "NumberOfMessagesSent", "count") <
                cell_mean(all.result->cells, "q", "NumberOfMessagesSent", "count"));
    results_free(&all);
    results_free(&steady);
}

/* At 12/s against 10/s there is no steady state: half of the run is counted, and it is said. */
static void test_no_more_than_half_is_cut_off(void **state)
{
    (void)state;
    struct results results = run("1h", STEADY, 12, 2);
    assert_true(cell_mean(results.result->cells, "scenario", "warmup", NULL) == 1800.0);
    assert_true(results.result->scenarios[0]->experiment.is_warmup_late);
    results_free(&results);
}

static void test_threads_are_not_seen(void **state)
{
    (void)state;
    struct results one = run("1h", STEADY, 5, 1), three = run("1h", STEADY, 5, 3);
    const struct cell *a = one.result->cells, *b = three.result->cells;
    assert_int_equal(a->row_count, b->row_count);
    for (size_t i = 0; i < a->row_count; i++)
        assert_memory_equal(&a->rows[i].estimate.mean, &b->rows[i].estimate.mean, sizeof(double));
    results_free(&one);
    results_free(&three);
}

/* How time plots are drawn is not what is measured. */
static void test_coarse_plots_are_not_seen(void **state)
{
    (void)state;
    struct results fine = run("1h", STEADY, 5, 2);
    struct results coarse = run("1h", STEADY ", \"sampleEvery\": \"20m\"", 5, 2);
    const double warmup_s = cell_mean(fine.result->cells, "scenario", "warmup", NULL);
    assert_true(warmup_s > 0.0);
    assert_true(cell_mean(coarse.result->cells, "scenario", "warmup", NULL) == warmup_s);
    assert_true(cell_series_find(coarse.result->cells, "q", "ApproximateNumberOfMessagesVisible")
                    ->mean.width_ns == 1200 * INT64_C(1000000000));
    results_free(&fine);
    results_free(&coarse);
}

/* The pilot of a file that asks for fewer replications is smaller, and so may be what it finds; by
 * itself it finds what the run does. */
static void test_the_pilot_by_itself(void **state)
{
    char text[1024];
    (void)state;
    snprintf(text, sizeof text, backlog, "1h", STEADY, PRELOAD, 5.0);
    struct results whole = results_run(text, 2), alone = results_load(text);
    struct scenario *scenario = alone.result->scenarios[0];
    const struct run_options options = {.threads = 1};
    assert_true(warmup_is_auto(scenario));
    assert_true(run_pilot(scenario, &options));
    assert_true(scenario->experiment.found_warmup_ns > 0);
    assert_true(scenario->experiment.found_warmup_ns ==
                whole.result->scenarios[0]->experiment.found_warmup_ns);
    assert_int_equal(alone.result->cells[0].replication_count, 0);
    results_free(&alone);
    results_free(&whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_transient_is_cut_off),
        cmocka_unit_test(test_a_long_transient),
        cmocka_unit_test(test_a_line_has_no_steady_state),
        cmocka_unit_test(test_nothing_is_cut_off_of_nothing),
        cmocka_unit_test(test_the_steady_state_alone_is_counted),
        cmocka_unit_test(test_no_more_than_half_is_cut_off),
        cmocka_unit_test(test_threads_are_not_seen),
        cmocka_unit_test(test_coarse_plots_are_not_seen),
        cmocka_unit_test(test_the_pilot_by_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
