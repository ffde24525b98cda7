// SPDX-License-Identifier: GPL-3.0-or-later
/* What a person sees first. */
#include "experiment/summary.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
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
    bool throughput, dead, lost;
};

static void look(void *context, const struct summary_item *item)
{
    struct seen *seen = context;
    seen->throughput = seen->throughput || strcmp(item->words, "throughput") == 0;
    seen->lost = seen->lost || strcmp(item->words, "lost at retention") == 0;
    seen->dead = seen->dead || strcmp(item->entity, "dead") == 0;
}

/* Nothing died and nothing was lost: neither is a headline. */
static void test_headlines_are_news(void **state)
{
    (void)state;
    struct results results = results_run(text, 2);
    struct seen seen = {.throughput = false};
    summary_each(&results.result->cells[0], look, &seen);
    assert_true(seen.throughput);
    assert_false(seen.dead || seen.lost);
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
        cmocka_unit_test(test_littles_law),
        cmocka_unit_test(test_responses_are_of_the_busiest_queue),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
