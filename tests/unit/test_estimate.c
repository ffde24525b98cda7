// SPDX-License-Identifier: GPL-3.0-or-later
/* Intervals against tables and worked examples. */
#include "experiment/estimate.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void near(double seen, double wanted, double tolerance)
{
    if (!(fabs(seen - wanted) <= tolerance))
        fail_msg("saw %.12g, wanted %.12g", seen, wanted);
}

/* 1 .. 5: mean 3, standard deviation sqrt(10 / 4); t(0.975, 4) = 2.776445 (any table of Student's
 * t), so the half-width is 2.776445 sqrt(2.5 / 5) = 1.963243. */
static void test_student(void **state)
{
    (void)state;
    const double values[] = {1, 2, 3, 4, 5};
    const struct estimate estimate = estimate_mean(values, 5, 0.95);
    near(estimate.mean, 3.0, 1e-15);
    near(estimate.high, 3.0 + 1.963243, 1e-6);
    near(estimate.low, 3.0 - 1.963243, 1e-6);
    assert_int_equal(estimate.n, 5);
    near(estimate_relative_half_width(&estimate), 1.963243 / 3.0, 1e-6);
}

/* t(0.995, 9) = 3.249836 (table): values 0 and 1 five times each have deviation sqrt(2.5 / 9). */
static void test_level(void **state)
{
    (void)state;
    const double values[] = {0, 1, 0, 1, 0, 1, 0, 1, 0, 1};
    const struct estimate estimate = estimate_mean(values, 10, 0.99);
    near(estimate.high - 0.5, 3.249836 * sqrt(2.5 / 9.0 / 10.0), 1e-6);
}

static void test_one_value_has_no_interval(void **state)
{
    (void)state;
    const double values[] = {7};
    const struct estimate one = estimate_mean(values, 1, 0.95),
                          none = estimate_mean(values, 0, 0.95);
    assert_true(one.mean == 7.0 && isnan(one.low) && isnan(one.high) && one.n == 1);
    assert_true(isnan(none.mean) && none.n == 0);
    assert_true(isnan(estimate_relative_half_width(&one)));
}

static void test_equal_values_have_an_interval_of_no_width(void **state)
{
    (void)state;
    const double values[] = {4, 4, 4};
    const struct estimate estimate = estimate_mean(values, 3, 0.95);
    assert_true(estimate.low == 4.0 && estimate.high == 4.0);
    assert_true(estimate_relative_half_width(&estimate) == 0.0);
    /* 0.1 + 0.1 + ... ten times is not 1. */
    const double tenths[] = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1};
    const struct estimate exact = estimate_mean(tenths, 10, 0.95);
    assert_true(exact.mean == 0.1 && exact.low == 0.1 && exact.high == 0.1);
}

/* A mean over the replications that have a value would be one over a selection. */
static void test_a_missing_value_spoils_the_mean(void **state)
{
    (void)state;
    const double values[] = {1, (double)NAN, 3};
    const struct estimate estimate = estimate_mean(values, 3, 0.95);
    assert_true(isnan(estimate.mean) && isnan(estimate.low) && isnan(estimate.high));
    assert_int_equal(estimate.n, 2);
}

/* 1 .. 5 against 4 .. 8: both have a variance of 2.5, so that the degrees of freedom are 8, and
 * t(0.975, 8) = 2.306004 (table) times sqrt(2.5 / 5 + 2.5 / 5) = 1.  Against 7, 7, 7, which do not
 * vary, they are 4: t(0.975, 4) = 2.776445 times sqrt(0.5). */
static void test_welch(void **state)
{
    (void)state;
    const double a[] = {1, 2, 3, 4, 5}, b[] = {4, 5, 6, 7, 8}, c[] = {7, 7, 7};
    const struct estimate shifted = estimate_welch(a, 5, b, 5, 0.95);
    near(shifted.mean, -3.0, 1e-15);
    near(shifted.low, -3.0 - 2.306004, 1e-6);
    near(shifted.high, -3.0 + 2.306004, 1e-6);
    const struct estimate constant = estimate_welch(a, 5, c, 3, 0.95);
    near(constant.mean, -4.0, 1e-15);
    near(constant.high, -4.0 + 2.776445 * sqrt(0.5), 1e-6);
    assert_int_equal(constant.n, 3);
    const struct estimate same = estimate_welch(c, 3, c, 2, 0.95);
    assert_true(same.low == 0.0 && same.high == 0.0);
    const struct estimate one = estimate_welch(a, 5, c, 1, 0.95);
    assert_true(one.mean == -4.0 && isnan(one.low));
}

/* 0 of 1,000: the upper end is z^2 / (n + z^2) with z = 1.959964, 3.841459 / 1003.841459. */
static void test_wilson_of_nothing(void **state)
{
    (void)state;
    const struct estimate estimate = estimate_wilson(0, 1000, 0.95);
    assert_true(estimate.mean == 0.0 && estimate.low == 0.0);
    near(estimate.high, 3.841459 / 1003.841459, 1e-8);
    const struct estimate all = estimate_wilson(1000, 1000, 0.95);
    assert_true(all.high == 1.0);
    near(all.low, 1.0 - 3.841459 / 1003.841459, 1e-8);
}

/* R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3 (Wilson's score
 * without continuity correction): 81 of 263 is 0.2553 to 0.3662, 15 of 148 is 0.0624 to 0.1605, 1
 * of 29 is 0.0061 to 0.1718. */
static void test_wilson_published(void **state)
{
    (void)state;
    static const struct {
        double successes, trials, low, high;
    } rows[] = {{81, 263, 0.2553, 0.3662}, {15, 148, 0.0624, 0.1605}, {1, 29, 0.0061, 0.1718}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct estimate seen = estimate_wilson(rows[i].successes, rows[i].trials, 0.95);
        near(seen.low, rows[i].low, 0.00005);
        near(seen.high, rows[i].high, 0.00005);
    }
    assert_true(isnan(estimate_wilson(0, 0, 0.95).mean));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_student),
        cmocka_unit_test(test_level),
        cmocka_unit_test(test_one_value_has_no_interval),
        cmocka_unit_test(test_equal_values_have_an_interval_of_no_width),
        cmocka_unit_test(test_a_missing_value_spoils_the_mean),
        cmocka_unit_test(test_welch),
        cmocka_unit_test(test_wilson_of_nothing),
        cmocka_unit_test(test_wilson_published),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
