// SPDX-License-Identifier: GPL-3.0-or-later
/* Swept values as numbers, and names for people. */
#include "experiment/axis.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "tools/results.h"

static const char text[] =
    "{\"version\": 1, \"experiment\": {\"duration\": \"1s\", \"replications\": 1},"
    " \"queues\": {\"q\": {}},"
    " \"producers\": {\"p\": {\"to\": \"q\", \"arrivals\": {\"process\": \"poisson\", \"rate\": "
    "2}}},"
    " \"consumers\": {\"c\": {\"from\": \"q\", \"pollInterval\": \"1s\", \"service\": \"1s\"}},"
    " \"sweep\": {\"zip\": true, \"/producers/p/arrivals/rate\": [\"2/s\", \"90/min\", \"1/s\"],"
    "   \"/consumers/c/service\": [\"250ms\", \"2s\", \"1m\"],"
    "   \"/consumers/c/count\": [1, 4, 9], \"/consumers/c/pollInterval\": [\"1s\", 2, \"1m\"],"
    "   \"/experiment/drain\": [true, false, true],"
    "   \"/queues/q/VisibilityTimeout\": [30, 30, 30]}}";

static void test_numbers(void **state)
{
    (void)state;
    struct results results = results_load(text);
    const struct result *result = results.result;
    const char *unit;
    assert_true(axis_is_numeric(result, 0, &unit));
    assert_string_equal(unit, "1/s");
    assert_true(axis_at(result, 0, 1) == 1.5);
    assert_true(axis_is_numeric(result, 1, &unit));
    assert_string_equal(unit, "s");
    assert_true(axis_at(result, 1, 0) == 0.25 && axis_at(result, 1, 2) == 60.0);
    assert_true(axis_is_numeric(result, 2, &unit));
    assert_string_equal(unit, "");
    /* Two units, no number, and always the same one. */
    assert_false(axis_is_numeric(result, 3, &unit));
    assert_false(axis_is_numeric(result, 4, &unit));
    assert_true(isnan(axis_at(result, 4, 0)));
    assert_false(axis_is_numeric(result, 5, &unit));
    results_free(&results);
}

static void test_names(void **state)
{
    (void)state;
    struct results results = results_load(text);
    struct arena arena;
    arena_init(&arena);
    assert_int_equal(axis_find(results.result, "/consumers/c/count"), 2);
    assert_int_equal(axis_find(results.result, "/consumers/c"), 6);
    assert_string_equal(axis_name(&arena, "/producers/p/arrivals/rate"), "p arrivals rate");
    assert_string_equal(axis_name(&arena, "/profile"), "profile");
    assert_string_equal(axis_text(&arena, results.result, 0, 1), "90/min");
    assert_string_equal(axis_text(&arena, results.result, 4, 0), "true");
    arena_free(&arena);
    results_free(&results);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
