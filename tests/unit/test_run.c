// SPDX-License-Identifier: GPL-3.0-or-later
/* Whole runs of small files: nothing but seed and scenario is seen in the result. */
#include "experiment/run.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "base/text.h"
#include "experiment/expect.h"
#include "tools/results.h"

#define QUEUE "\"queues\": {\"q\": {\"ReceiveMessageWaitTimeSeconds\": 20}},"
#define PRODUCER                                                                                   \
    "\"producers\": {\"p\": {\"to\": \"q\", \"arrivals\": {\"process\": \"poisson\", \"rate\": "   \
    "5}}},"
#define CONSUMER                                                                                   \
    "\"consumers\": {\"c\": {\"from\": \"q\", \"service\": {\"dist\": \"exponential\", \"mean\": " \
    "\"100ms\"}}}"

static const char plain[] =
    "{\"version\": 1, \"experiment\": {\"duration\": \"1m\", \"replications\": 6}," QUEUE PRODUCER
        CONSUMER ", \"variants\": {\"one\": {}, \"two\": {\"/consumers/c/count\": 2}},"
    " \"sweep\": {\"/producers/p/arrivals/rate\": [2, 8]},"
    " \"expect\": [{\"entity\": \"q\", \"metric\": \"sojourn\", \"stat\": \"mean\","
    " \"variant\": \"two\", \"is\": \"<\", \"vs\": \"one\"}]}";

static void test_threads_are_not_seen(void **state)
{
    (void)state;
    struct results one = results_run(plain, 1), four = results_run(plain, 4);
    assert_true(one.result->fingerprint == four.result->fingerprint);
    assert_int_equal(one.result->cell_count, 4);
    for (size_t c = 0; c < 4; c++) {
        const struct cell *a = &one.result->cells[c], *b = &four.result->cells[c];
        assert_int_equal(a->replication_count, 6);
        assert_int_equal(a->row_count, b->row_count);
        for (size_t i = 0; i < a->row_count; i++)
            assert_memory_equal(&a->rows[i].estimate.mean, &b->rows[i].estimate.mean,
                                sizeof(double));
    }
    results_free(&one);
    results_free(&four);
}

static void test_cells_are_variants_by_points(void **state)
{
    (void)state;
    struct results results = results_run(plain, 2);
    struct arena arena;
    arena_init(&arena);
    const char *wanted[] = {"one, rate 2", "one, rate 8", "two, rate 2", "two, rate 8"};
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(result_label(&arena, results.result, &results.result->cells[i]),
                            wanted[i]);
    /* More is offered at the second point, and two workers are faster than one. */
    assert_true(cell_mean(&results.result->cells[1], "q", "arrivals", "rate") >
                3 * cell_mean(&results.result->cells[0], "q", "arrivals", "rate"));
    assert_int_equal(results.result->verdict_count, 2);
    assert_true(results.result->verdicts[0].holds && results.result->verdicts[1].holds);
    arena_free(&arena);
    results_free(&results);
}

static void test_bodies_in_order(void **state)
{
    (void)state;
    static const char text[] =
        "{\"version\": 1, \"experiment\": {\"replications\": 2, \"drain\": true},"
        " \"queues\": {\"q.fifo\": {\"FifoQueue\": true, \"ReceiveMessageWaitTimeSeconds\": 20}},"
        " \"producers\": {\"p\": {\"to\": \"q.fifo\", \"messages\": 2,"
        " \"arrivals\": {\"process\": \"paced\", \"rate\": 1},"
        " \"message\": {\"group\": \"g\", \"body\": {\"sequence\": [\"5\", \"8\"]}}}},"
        " \"consumers\": {\"c\": {\"from\": \"q.fifo\", \"service\": \"1s\"}},"
        " \"expect\": [{\"entity\": \"q.fifo\", \"receivedOrder\": [\"5\", \"8\"]},"
        " {\"entity\": \"q.fifo\", \"receivedOrder\": [\"8\", \"5\"]},"
        " {\"entity\": \"q.fifo\", \"receivedOrder\": [\"5\"]}]}";
    struct results results = results_run(text, 1);
    assert_int_equal(results.result->verdict_count, 3);
    assert_true(results.result->verdicts[0].holds);
    assert_false(results.result->verdicts[1].holds);
    assert_false(results.result->verdicts[2].holds);
    assert_non_null(
        strstr(results.result->verdicts[1].sentence, "from receive 1 on it saw 5 8, expected 8 5"));
    results_free(&results);
}

static void test_an_unknown_metric_ends_the_run(void **state)
{
    (void)state;
    static const char text[] =
        "{\"version\": 1, \"experiment\": {\"duration\": \"1m\"}," QUEUE PRODUCER CONSUMER
        ", \"expect\": [{\"entity\": \"q\", \"metric\": \"sojurn\", \"stat\": \"mean\", \"is\": "
        "\"<\","
        " \"value\": 1}]}";
    struct results results = results_run(text, 2);
    assert_null(results.result);
    assert_int_equal(diag_count(results.diag), 1);
    results_free(&results);
}

/* Rows that are alike in every replication are precise at once: 10 replications, and 5 further. */
static void test_precision_stops_early(void **state)
{
    (void)state;
    static const char text[] =
        "{\"version\": 1, \"experiment\": {\"duration\": \"1m\", \"precision\": 0.05}," QUEUE
        "\"producers\": {\"p\": {\"to\": \"q\", \"arrivals\": {\"process\": \"paced\", \"rate\": "
        "5}}}," CONSUMER ", \"expect\": [{\"entity\": \"q\", \"metric\": \"NumberOfMessagesSent\", "
        "\"stat\": \"count\", \"is\": \">\","
        " \"value\": 1}]}";
    struct results results = results_run(text, 2);
    assert_int_equal(result_replications(results.result), 15);
    results_free(&results);
}

static void test_a_stop_keeps_what_is_there(void **state)
{
    (void)state;
    struct results results = results_load(plain);
    const volatile bool stop = true;
    const struct run_options options = {.threads = 2, .stop = &stop};
    assert_true(run_result(results.result, &options, results.diag));
    assert_true(results.result->interrupted);
    assert_int_equal(result_replications(results.result), 0);
    assert_int_equal(results.result->verdict_count, 0);
    results_free(&results);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_threads_are_not_seen),
        cmocka_unit_test(test_cells_are_variants_by_points),
        cmocka_unit_test(test_bodies_in_order),
        cmocka_unit_test(test_an_unknown_metric_ends_the_run),
        cmocka_unit_test(test_precision_stops_early),
        cmocka_unit_test(test_a_stop_keeps_what_is_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
