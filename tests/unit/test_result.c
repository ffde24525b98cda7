// SPDX-License-Identifier: GPL-3.0-or-later
/* What reports ask of all cells. */
#include "experiment/result.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>
#include "tools/results.h"

static struct results load(const char *rest)
{
    char text[2048];
    snprintf(text, sizeof text,
             "{\"version\": 1, \"experiment\": {\"duration\": \"1s\"},"
             " \"queues\": {\"q\": {\"preload\": {\"messages\": 1}}}%s}",
             rest);
    return results_load(text);
}

static void label_is(const char *rest, size_t cell, const char *wanted)
{
    struct results results = load(rest);
    struct arena arena;
    arena_init(&arena);
    assert_string_equal(result_label(&arena, results.result, &results.result->cells[cell]), wanted);
    arena_free(&arena);
    results_free(&results);
}

#define VARIANTS ", \"variants\": {\"a\": {}, \"b\": {}}"
#define VT       "\"/queues/q/VisibilityTimeout\": "
#define DELAY    "\"/queues/q/DelaySeconds\": "

static void test_labels_tell_cells_apart(void **state)
{
    (void)state;
    label_is("", 0, "");
    label_is(VARIANTS, 1, "b");
    label_is(", \"sweep\": {" VT "[30, 60]}", 1, "VisibilityTimeout 60");
    label_is(VARIANTS ", \"sweep\": {" VT "[30, 60], " DELAY "[1, 2]}", 6,
             "b, VisibilityTimeout 60, DelaySeconds 1");
}

/* An axis of one value tells nothing, nor does one that moves with another. */
static void test_labels_leave_out_what_tells_nothing(void **state)
{
    (void)state;
    label_is(", \"sweep\": {" VT "[30], " DELAY "[1, 2]}", 1, "DelaySeconds 2");
    label_is(", \"sweep\": {" VT "[30], " DELAY "[1]}", 0, "");
    label_is(", \"sweep\": {\"zip\": true, " VT "[30, 60], " DELAY "[1, 2]}", 1,
             "VisibilityTimeout 60");
    /* The first axis alone leaves two points with 30. */
    label_is(", \"sweep\": {\"zip\": true, " VT "[30, 30, 60], " DELAY "[1, 2, 1]}", 1,
             "VisibilityTimeout 30, DelaySeconds 2");
}

/* The cells of a variant follow each other. */
static void test_cells(void **state)
{
    (void)state;
    struct results results = load(VARIANTS ", \"sweep\": {" VT "[30, 60, 90]}");
    const struct result *result = results.result;
    assert_int_equal(result_variants(result), 2);
    assert_int_equal(result_points(result), 3);
    assert_ptr_equal(result_cell(result, 1, 2), &result->cells[5]);
    assert_int_equal(result_point_of(result, &result->cells[5]), 2);
    assert_string_equal(result->cells[5].variant, "b");
    assert_string_equal(result->cells[5].point, "/queues/q/VisibilityTimeout=90");
    assert_false(result_axis_was_set(result));
    results_free(&results);
}

/* A double holds every whole number to 2^53 = 9007199254740992. */
static void test_seeds(void **state)
{
    (void)state;
    char shown[32];
    assert_string_equal(result_format_seed(shown, 1), "1");
    assert_string_equal(result_format_seed(shown, UINT64_C(9007199254740992)), "9007199254740992");
    assert_string_equal(result_format_seed(shown, UINT64_C(9007199254740993)), "0x20000000000001");
    assert_true(result_seed_is_exact(UINT64_C(9007199254740992)));
    assert_false(result_seed_is_exact(UINT64_MAX));
}

static void test_the_source_of_a_lecture(void **state)
{
    (void)state;
    struct results results = load(", \"lecture\": {\"source\": \"module slides\"}");
    assert_string_equal(result_source(results.result), "module slides");
    results_free(&results);
    results = load("");
    assert_string_equal(result_source(results.result), "");
    results_free(&results);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_labels_tell_cells_apart),
        cmocka_unit_test(test_labels_leave_out_what_tells_nothing),
        cmocka_unit_test(test_cells),
        cmocka_unit_test(test_seeds),
        cmocka_unit_test(test_the_source_of_a_lecture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
