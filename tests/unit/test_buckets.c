// SPDX-License-Identifier: GPL-3.0-or-later
/* Means are weighted by time: expected numbers are areas over lengths, worked out beside each test.
 */
#include "experiment/buckets.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "base/units.h"

/* Buckets of 1 s that hold these levels, to end_ms. */
static struct buckets levels(const double *values, int64_t end_ms)
{
    struct buckets buckets;
    buckets_init(&buckets, SEC, end_ms * MSEC);
    for (size_t i = 0; i < buckets.count; i++) {
        struct series_point *point = &buckets.points[i];
        point->min = point->mean = point->max = values[i];
    }
    return buckets;
}

static bool is_near(double seen, double wanted)
{
    return fabs(seen - wanted) < 1e-12;
}

/* 2 for 1 s and 8 for half a second are 6 / 1.5 = 4; their middle is at 2.75 s. */
static void test_a_short_last_bucket_weighs_less(void **state)
{
    (void)state;
    struct buckets buckets = levels((const double[]){1, 3, 2, 8}, 3500);
    buckets_widen(&buckets);
    assert_int_equal(buckets.count, 2);
    assert_true(is_near(buckets.points[0].mean, 2.0) && is_near(buckets.points[1].mean, 4.0));
    assert_true(buckets.points[1].min == 2.0 && buckets.points[1].max == 8.0);
    assert_true(is_near(buckets.points[0].time_s, 1.0) && is_near(buckets.points[1].time_s, 2.75));
    buckets_widen(&buckets);
    assert_int_equal(buckets.count, 1);
    /* (1 + 3 + 2 + 4) / 3.5 */
    assert_true(is_near(buckets.points[0].mean, 10.0 / 3.5));
    buckets_free(&buckets);
}

/* 0.15 is written so, and not 0.15000000000000002. */
static void test_decimals(void **state)
{
    (void)state;
    struct buckets buckets;
    buckets_init(&buckets, 300 * MSEC, 600 * MSEC);
    assert_true(buckets.points[0].time_s == 0.15 && buckets.points[1].time_s == 0.45);
    buckets_free(&buckets);
}

/* An odd bucket stays alone, and keeps its length. */
static void test_an_odd_bucket_stays(void **state)
{
    (void)state;
    struct buckets buckets = levels((const double[]){1, 3, 7}, 3000);
    buckets_widen(&buckets);
    assert_int_equal(buckets.count, 2);
    assert_true(is_near(buckets.points[1].mean, 7.0) && is_near(buckets.points[1].time_s, 2.5));
    buckets_free(&buckets);
}

/* 8 for half a second and 2 for the other half are 5; then 2. */
static void test_what_is_added_fills_the_last_bucket_first(void **state)
{
    (void)state;
    const struct series_point after = {.min = 2, .mean = 2, .max = 2};
    struct buckets buckets = levels((const double[]){1, 8}, 1500);
    buckets_extend(&buckets, 1200 * MSEC, &after);
    assert_true(buckets.end_ns == 1500 * MSEC);
    buckets_extend(&buckets, 2500 * MSEC, &after);
    assert_int_equal(buckets.count, 3);
    assert_true(is_near(buckets.points[1].mean, 5.0) && buckets.points[1].min == 2.0);
    assert_true(buckets.points[2].mean == 2.0 && is_near(buckets.points[2].time_s, 2.25));
    buckets_free(&buckets);
    buckets_init(&buckets, SEC, 0);
    buckets_extend(&buckets, SEC, &after);
    assert_int_equal(buckets.count, 1);
    assert_true(buckets.points[0].mean == 2.0);
    buckets_free(&buckets);
}

static void test_averages(void **state)
{
    (void)state;
    struct buckets mean = levels((const double[]){1, 4}, 2000);
    struct buckets second = levels((const double[]){3, 0}, 2000), third;
    buckets_copy(&third, &second);
    buckets_average(&mean, &second, 2);
    buckets_average(&mean, &third, 3);
    assert_true(is_near(mean.points[0].mean, 7.0 / 3.0) && is_near(mean.points[1].mean, 4.0 / 3.0));
    assert_true(mean.points[1].min == 0.0 && mean.points[1].max == 4.0);
    buckets_free(&mean);
    buckets_free(&second);
    buckets_free(&third);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_short_last_bucket_weighs_less),
        cmocka_unit_test(test_an_odd_bucket_stays),
        cmocka_unit_test(test_decimals),
        cmocka_unit_test(test_what_is_added_fills_the_last_bucket_first),
        cmocka_unit_test(test_averages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
