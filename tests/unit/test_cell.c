// SPDX-License-Identifier: GPL-3.0-or-later
/* Samples put together into a cell. */
#include "experiment/cell.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "tools/results.h"

/* A cell needs a scenario only for what it expects. */
static const struct scenario nothing_expected;

static void add(struct cell *cell, const char *const *names, const double *values, size_t count,
                uint64_t fingerprint)
{
    struct sample sample;
    results_sample(&sample, fingerprint);
    for (size_t i = 0; i < count; i++)
        results_row(&sample, "orders", names[i], "mean", "s", values[i]);
    cell_add(cell, &sample);
    sample_free(&sample);
}

static void test_rows_are_matched_by_name(void **state)
{
    (void)state;
    struct cell cell;
    cell_init(&cell, &nothing_expected, "", "");
    add(&cell, (const char *[]){"a", "b"}, (double[]){1, 10}, 2, 1);
    add(&cell, (const char *[]){"b", "a"}, (double[]){20, 3}, 2, 2);
    cell_finish(&cell);
    assert_int_equal(cell.row_count, 2);
    assert_true(cell_mean(&cell, "orders", "a", "mean") == 2.0);
    assert_true(cell_mean(&cell, "orders", "b", NULL) == 15.0);
    assert_true(isnan(cell_mean(&cell, "orders", "c", NULL)));
    assert_null(cell_find(&cell, "orders", "a", "p50"));
    cell_free(&cell);
}

/* A row that one replication did not say is not available in the mean. */
static void test_rows_that_come_and_go(void **state)
{
    (void)state;
    struct cell cell;
    cell_init(&cell, &nothing_expected, "", "");
    add(&cell, (const char *[]){"a"}, (double[]){1}, 1, 1);
    add(&cell, (const char *[]){"a", "late"}, (double[]){1, 5}, 2, 2);
    add(&cell, (const char *[]){"late"}, (double[]){6}, 1, 3);
    cell_finish(&cell);
    assert_int_equal(cell.row_count, 2);
    assert_true(isnan(cell_mean(&cell, "orders", "late", NULL)));
    assert_int_equal(cell_find(&cell, "orders", "late", NULL)->estimate.n, 2);
    assert_int_equal(cell_find(&cell, "orders", "a", NULL)->estimate.n, 2);
    assert_true(isnan(cell_value(&cell, 1, 0)) && cell_value(&cell, 1, 2) == 6.0);
    cell_free(&cell);
}

static void add_rate(struct cell *cell, double count, double of)
{
    struct sample sample;
    results_sample(&sample, 1);
    results_row(&sample, "orders", "NumberOfMessagesSent", "count", "1", of);
    results_row(&sample, "orders", "duplicates", "count", "1", count);
    results_row(&sample, "orders", "duplicates", "rate", "1", count / of);
    cell_add(cell, &sample);
    sample_free(&sample);
}

/* 0 of twice 500: below 3.841459 / 1003.841459 (test_estimate.c).  With 50 events Student's t
 * serves. */
static void test_rare_events_have_wilsons_interval(void **state)
{
    (void)state;
    struct cell rare, common;
    cell_init(&rare, &nothing_expected, "", "");
    cell_init(&common, &nothing_expected, "", "");
    for (int i = 0; i < 2; i++) {
        add_rate(&rare, 0, 500);
        add_rate(&common, 25, 500);
    }
    cell_finish(&rare);
    cell_finish(&common);
    const struct cell_row *row = cell_find(&rare, "orders", "duplicates", "rate");
    assert_true(row->estimate.mean == 0.0 && row->estimate.is_wilson);
    assert_true(fabs(row->estimate.high - 3.841459 / 1003.841459) < 1e-8);
    assert_false(cell_find(&common, "orders", "duplicates", "rate")->estimate.is_wilson);
    cell_free(&rare);
    cell_free(&common);
}

/* Into a dead-letter queue nothing is sent: the trials are at least the 400 + 600 that lay there.
 */
static void test_trials_without_a_send(void **state)
{
    (void)state;
    struct cell cell;
    cell_init(&cell, &nothing_expected, "", "");
    for (int i = 0; i < 2; i++) {
        struct sample sample;
        results_sample(&sample, 1);
        results_row(&sample, "dead", "NumberOfMessagesSent", "count", "1", 0);
        results_row(&sample, "dead", "ApproximateNumberOfMessagesVisible", "max", "1",
                    400 + 200 * i);
        results_row(&sample, "dead", "lost", "count", "1", 0);
        results_row(&sample, "dead", "lost", "rate", "1", 0);
        cell_add(&cell, &sample);
        sample_free(&sample);
    }
    cell_finish(&cell);
    const struct cell_row *row = cell_find(&cell, "dead", "lost", "rate");
    assert_true(row->estimate.is_wilson);
    assert_true(fabs(row->estimate.high - 3.841459 / 1003.841459) < 1e-8);
    cell_free(&cell);
}

static void test_the_order_of_replications_is_in_the_fingerprint(void **state)
{
    (void)state;
    struct cell one, other;
    cell_init(&one, &nothing_expected, "", "");
    cell_init(&other, &nothing_expected, "", "");
    add(&one, NULL, NULL, 0, 1);
    add(&one, NULL, NULL, 0, 2);
    add(&other, NULL, NULL, 0, 2);
    add(&other, NULL, NULL, 0, 1);
    assert_true(one.fingerprint != other.fingerprint);
    assert_true(one.fingerprint == cell_mix(cell_mix(0, 1), 2));
    cell_free(&one);
    cell_free(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_are_matched_by_name),
        cmocka_unit_test(test_rows_that_come_and_go),
        cmocka_unit_test(test_rare_events_have_wilsons_interval),
        cmocka_unit_test(test_trials_without_a_send),
        cmocka_unit_test(test_the_order_of_replications_is_in_the_fingerprint),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
