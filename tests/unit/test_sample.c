// SPDX-License-Identifier: GPL-3.0-or-later
/* What a replication leaves of its series at its end. */
#include "experiment/sample.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "base/units.h"
#include "tools/results.h"

/* The series of the queue "q" in replication 1 of the only cell. */
static const struct buckets *first_of(const struct results *results, const char *metric)
{
    const struct cell_series *series = cell_series_find(&results->result->cells[0], "q", metric);
    assert_non_null(series);
    return &series->first;
}

static double sum_of(const struct buckets *buckets)
{
    double sum = 0.0;
    for (size_t i = 0; i < buckets->count; i++)
        sum += buckets->points[i].mean;
    return sum;
}

/* One message a second from 1 s on, five of them, each deleted at once: the run is over at 5 s
 * sharp.  Buckets of 1 s: the fifth deletion is not in the fifth bucket, which has the one at 4 s,
 * but in a sixth, whole one; none is seen twice or lost. */
static void test_an_event_at_the_end_opens_a_bucket(void **state)
{
    (void)state;
    static const char text[] =
        "{\"version\": 1, \"experiment\": {\"drain\": true, \"sampleEvery\": \"1s\"},"
        " \"queues\": {\"q\": {\"ReceiveMessageWaitTimeSeconds\": 20}},"
        " \"producers\": {\"p\": {\"to\": \"q\", \"messages\": 5,"
        "   \"arrivals\": {\"process\": \"paced\", \"rate\": \"1/s\"}}},"
        " \"consumers\": {\"c\": {\"from\": \"q\", \"service\": \"0s\"}}}";
    struct results results = results_run(text, 1);
    const struct buckets *served = first_of(&results, "throughput");
    const struct cell *cell = &results.result->cells[0];
    assert_int_equal(cell->replications[0].end, WORLD_DONE);
    assert_true(cell->replications[0].end_ns % SEC == 0);
    const size_t last = (size_t)(cell->replications[0].end_ns / SEC);
    assert_int_equal(served->count, last + 1);
    for (size_t i = 0; i < served->count; i++)
        assert_true(served->points[i].mean <= 1.0);
    assert_true(served->points[last].mean == 1.0);
    assert_true(sum_of(served) == 5.0);
    assert_int_equal(first_of(&results, "ApproximateNumberOfMessagesVisible")->count, last + 1);
    results_free(&results);
}

/* The work of the only message ends at 1.001 s: one deletion in a bucket of 1 s is 1/s, not 1,000/s
 * over the millisecond that it lasted. */
static void test_a_run_that_ends_by_itself_fills_its_last_bucket(void **state)
{
    (void)state;
    static const char text[] =
        "{\"version\": 1, \"experiment\": {\"drain\": true, \"sampleEvery\": \"1s\"},"
        " \"queues\": {\"q\": {\"ReceiveMessageWaitTimeSeconds\": 20, \"preload\": {\"messages\": "
        "1}}},"
        " \"consumers\": {\"c\": {\"from\": \"q\", \"service\": \"1001ms\"}}}";
    struct results results = results_run(text, 1);
    const struct buckets *served = first_of(&results, "throughput");
    assert_int_equal(served->count, 2);
    assert_true(fabs(served->points[1].mean - 1.0) < 1e-12);
    assert_true(served->points[1].time_s == 1.5);
    /* In flight for a millisecond of that second. */
    const struct buckets *in_flight = first_of(&results, "ApproximateNumberOfMessagesNotVisible");
    assert_true(fabs(in_flight->points[1].mean - 0.001) < 1e-12);
    results_free(&results);
}

/* A run of a given duration ends with it: 2.5 s are two buckets and a half. */
static void test_a_run_that_is_cut_ends_there(void **state)
{
    (void)state;
    static const char text[] =
        "{\"version\": 1, \"experiment\": {\"duration\": \"2500ms\", \"sampleEvery\": \"1s\","
        "   \"warmup\": 0, \"replications\": 1},"
        " \"queues\": {\"q\": {\"ReceiveMessageWaitTimeSeconds\": 20, \"preload\": {\"messages\": "
        "3}}}}";
    struct results results = results_run(text, 1);
    const struct buckets *waiting = first_of(&results, "ApproximateNumberOfMessagesVisible");
    assert_int_equal(waiting->count, 3);
    assert_true(waiting->points[2].mean == 3.0 && waiting->points[2].time_s == 2.25);
    results_free(&results);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_event_at_the_end_opens_a_bucket),
        cmocka_unit_test(test_a_run_that_ends_by_itself_fills_its_last_bucket),
        cmocka_unit_test(test_a_run_that_is_cut_ends_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
