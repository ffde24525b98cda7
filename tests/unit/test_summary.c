// SPDX-License-Identifier: GPL-3.0-or-later
/* What a person sees first. */
#include "experiment/summary.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "base/text.h"
#include "tools/results.h"

static const char text[] =
    "{\"version\": 1, \"experiment\": {\"duration\": \"10m\", \"replications\": 3},"
    " \"queues\": {\"dead\": {}, \"q\": {\"VisibilityTimeout\": 600, "
    "\"ReceiveMessageWaitTimeSeconds\": 20,"
    "   \"RedrivePolicy\": {\"deadLetterTargetArn\": \"dead\", \"maxReceiveCount\": 3}}},"
    " \"producers\": {\"p\": {\"to\": \"q\", \"arrivals\": {\"process\": \"poisson\", \"rate\": "
    "5}}},"
    " \"consumers\": {\"c\": {\"from\": \"q\", \"service\": \"100ms\"}}}";

struct seen {
    bool received, throughput, duplicates, dead, lost, latency;
};

static void look(void *context, const struct summary_item *item)
{
    struct seen *seen = context;
    seen->throughput = seen->throughput || strcmp(item->words, "throughput") == 0;
    seen->lost = seen->lost || strcmp(item->words, "lost at retention") == 0;
    seen->dead = seen->dead || strcmp(item->entity, "dead") == 0;
    if (strcmp(item->words, "received once") == 0) {
        seen->received = true;
        assert_string_equal(item->entity, "q");
        /* All of about 3,000 but those on the way at the end of the window. */
        assert_true(item->of > 2500.0 && item->values[0]->mean > item->of - 10.0);
    }
    if (strcmp(item->words, "duplicates") == 0) {
        seen->duplicates = true;
        assert_true(item->values[0]->mean == 0.0 && item->share->is_wilson);
        /* Of the messages of 3 replications. */
        assert_true(item->trials > 7500.0);
    }
    if (strcmp(item->words, "latency") == 0) {
        seen->latency = true;
        assert_int_equal(item->value_count, 3);
        assert_string_equal(item->stats[1], "p95");
        assert_true(item->values[0]->mean <= item->values[1]->mean);
    }
}

/* Nothing died and nothing was lost: neither is a headline.  That nothing was delivered twice is.
 */
static void test_headlines_are_news(void **state)
{
    (void)state;
    struct results results = results_run(text, 2);
    struct seen seen = {.throughput = false};
    summary_each(&results.result->cells[0], look, &seen);
    assert_true(seen.received && seen.throughput && seen.duplicates && seen.latency);
    assert_false(seen.dead || seen.lost);
    results_free(&results);
}

static void look_for_order(void *context, const struct summary_item *item)
{
    if (item->order != NULL)
        *(const struct sample_order **)context = item->order;
}

/* Four messages in FIFO order; of 3,000 (above) nobody reads it. */
static void test_the_order_of_few(void **state)
{
    (void)state;
    static const char few[] =
        "{\"version\": 1, \"experiment\": {\"drain\": true, \"replications\": 2},"
        " \"queues\": {\"q.fifo\": {\"FifoQueue\": true, \"ReceiveMessageWaitTimeSeconds\": 20}},"
        " \"producers\": {\"p\": {\"to\": \"q.fifo\", \"messages\": 4,"
        "   \"message\": {\"group\": \"g\"}, \"arrivals\": {\"process\": \"paced\", \"rate\": 1}}},"
        " \"consumers\": {\"c\": {\"from\": \"q.fifo\", \"service\": 0}}}";
    const struct sample_order *order = NULL;
    struct results results = results_run(few, 1);
    summary_each(&results.result->cells[0], look_for_order, &order);
    assert_non_null(order);
    assert_int_equal(order->count, 4);
    assert_false(order->has_more);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(order->numbers[i], i);
    results_free(&results);
    order = NULL;
    results = results_run(text, 1);
    summary_each(&results.result->cells[0], look_for_order, &order);
    assert_null(order);
    results_free(&results);
}

/* Columns say something: nobody died, so that there is none of dead letters, and the 99th
 * percentile is known, so that there is none of the 95th. */
static void test_columns_are_news(void **state)
{
    (void)state;
    struct results results = results_run(text, 2);
    size_t columns[SUMMARY_RESPONSES];
    const size_t count = summary_columns(results.result, columns);
    struct text words = {.length = 0};
    for (size_t i = 0; i < count; i++)
        text_printf(&words, "%s, ", summary_response(&results.result->cells[0], columns[i]).words);
    assert_string_equal(text_of(&words), "throughput, p50, p99, backlog, duplicates/message, ");
    text_free(&words);
    results_free(&results);
}

/* L = lambda W to the edges of the window: 10 minutes against a stay of 0.15 s. */
static void test_littles_law(void **state)
{
    (void)state;
    struct results results = results_run(text, 2);
    struct summary_little little;
    assert_true(summary_little(&results.result->cells[0], 0, &little));
    assert_string_equal(little.entity, "q");
    assert_true(little.off < 0.01);
    assert_true(little.length > 0.5 && little.length < 1.0);
    assert_false(summary_little(&results.result->cells[0], 1, &little));
    results_free(&results);
}

static void test_responses_are_of_the_busiest_queue(void **state)
{
    (void)state;
    struct results results = results_run(text, 2);
    const struct summary_response response = summary_response(&results.result->cells[0], 0);
    assert_string_equal(response.row->entity, "q");
    assert_true(fabs(response.row->estimate.mean - 5.0) < 0.5);
    assert_true(summary_is_conserved(&results.result->cells[0]));
    assert_true(summary_simulated_s(&results.result->cells[0]) == 600.0);
    assert_true(summary_events(&results.result->cells[0]) > 3000.0);
    results_free(&results);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_headlines_are_news),
        cmocka_unit_test(test_the_order_of_few),
        cmocka_unit_test(test_columns_are_news),
        cmocka_unit_test(test_littles_law),
        cmocka_unit_test(test_responses_are_of_the_busiest_queue),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
