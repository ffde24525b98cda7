// SPDX-License-Identifier: GPL-3.0-or-later
/* Running moments against sums by hand. */
#include "core/stat.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static struct stat_moments of(const double *values, size_t count)
{
    struct stat_moments stat;
    stat_init(&stat);
    for (size_t i = 0; i < count; i++)
        stat_add(&stat, values[i]);
    return stat;
}

static void test_none_and_one(void **state)
{
    (void)state;
    struct stat_moments stat = of(NULL, 0);
    assert_true(isnan(stat_variance(&stat)));
    assert_true(stat.mean == 0.0);
    assert_true(stat.min > stat.max);
    stat_add(&stat, -3.0);
    assert_true(stat.mean == -3.0 && stat.min == -3.0 && stat.max == -3.0);
    assert_true(isnan(stat_variance(&stat)));
}

/* 2 4 4 4 5 5 7 9: mean 40 / 8 = 5, squares about it 9 + 1 + 1 + 1 + 0 + 0 + 4 + 16 = 32, over 7.
 */
static void test_moments(void **state)
{
    (void)state;
    const double values[] = {2, 4, 4, 4, 5, 5, 7, 9};
    const struct stat_moments stat = of(values, 8);
    assert_true(fabs(stat.mean - 5.0) < 1e-15);
    assert_true(fabs(stat_variance(&stat) - 32.0 / 7.0) < 1e-14);
    assert_true(stat.min == 2.0 && stat.max == 9.0);
    assert_int_equal(stat.count, 8);
}

/* The deviations of 4, 7, 13, 16 about 10 are 6, 3, 3, 6: variance 90 / 3 = 30, whatever is added
 * to all; sums of squares would lose it at 1e9. */
static void test_far_from_zero(void **state)
{
    (void)state;
    const double values[] = {1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16};
    const struct stat_moments stat = of(values, 4);
    assert_true(fabs(stat_variance(&stat) - 30.0) < 1e-6);
    assert_true(fabs(stat.mean - (1e9 + 10)) < 1e-6);
}

static void test_merging_is_adding(void **state)
{
    (void)state;
    const double values[] = {2, 4, 4, 4, 5, 5, 7, 9};
    for (size_t split = 0; split <= 8; split++) {
        struct stat_moments left = of(values, split);
        const struct stat_moments right = of(values + split, 8 - split);
        stat_merge(&left, &right);
        assert_int_equal(left.count, 8);
        assert_true(fabs(left.mean - 5.0) < 1e-14);
        assert_true(fabs(stat_variance(&left) - 32.0 / 7.0) < 1e-13);
        assert_true(left.min == 2.0 && left.max == 9.0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_none_and_one),
        cmocka_unit_test(test_moments),
        cmocka_unit_test(test_far_from_zero),
        cmocka_unit_test(test_merging_is_adding),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
