// SPDX-License-Identifier: GPL-3.0-or-later
/* Gauges and rates over time.  Expected numbers are areas under step functions, worked out beside
 * each test; a naive integration stands against random histories. */
#include "core/series.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "base/units.h"
#include "core/series_clock.h"

static bool is_near(double a, double b)
{
    return fabs(a - b) <= 1e-9 * fmax(1.0, fabs(b));
}

/* 0 until 1 s, 2 until 3 s, 5 until 4 s: area 0 + 4 + 5 = 9 over 4 s. */
static void test_gauge(void **state)
{
    (void)state;
    struct series series;
    struct series_clock clock;
    series_clock_init(&clock, SEC, 0, FOREVER);
    series_init(&series, &clock, SERIES_GAUGE);
    series_add(&series, 1 * SEC, 2);
    series_add(&series, 3 * SEC, 3);
    series_clock_finish(&clock, 4 * SEC);
    assert_true(is_near(series_mean(&series), 9.0 / 4.0));
    assert_true(series_max(&series) == 5.0);
    assert_true(series_end(&series) == 5.0);
    assert_int_equal(clock.count, 4);
    const double means[] = {0, 2, 2, 5};
    for (size_t i = 0; i < 4; i++) {
        assert_true(is_near(series_at(&series, i).mean, means[i]));
        assert_true(is_near(series_at(&series, i).time_s, (double)i + 0.5));
    }
    series_clock_free(&clock);
}

/* One bucket of 10 s: 4 from 2 s to 7 s, 1 after: area 20 + 3. */
static void test_bucket_extremes(void **state)
{
    (void)state;
    struct series series;
    struct series_clock clock;
    series_clock_init(&clock, 10 * SEC, 0, FOREVER);
    series_init(&series, &clock, SERIES_GAUGE);
    series_add(&series, 2 * SEC, 4);
    series_add(&series, 7 * SEC, -3);
    series_add(&series, 15 * SEC, 8);
    series_clock_finish(&clock, 20 * SEC);
    const struct series_point first = series_at(&series, 0), second = series_at(&series, 1);
    assert_true(first.min == 0.0 && first.max == 4.0);
    assert_true(is_near(first.mean, 2.3));
    assert_true(second.min == 1.0 && second.max == 9.0);
    assert_true(is_near(second.mean, 5.0));
    series_clock_free(&clock);
}

/* The last bucket is as long as the time that it saw: 6 over 2.5 s in buckets of 2 s. */
static void test_short_last_bucket(void **state)
{
    (void)state;
    struct series series;
    struct series_clock clock;
    series_clock_init(&clock, 2 * SEC, 0, FOREVER);
    series_init(&series, &clock, SERIES_GAUGE);
    series_add(&series, 0, 6);
    series_clock_finish(&clock, 2500 * MSEC);
    assert_int_equal(clock.count, 2);
    assert_true(is_near(series_at(&series, 1).mean, 6.0));
    assert_true(is_near(series_at(&series, 1).time_s, 2.25));
    series_clock_free(&clock);
}

/* 100 at the start, 10 from 5 s, 1 from 15 s, 50 from 25 s.  In [10 s, 20 s): 10 for 5 s and 1 for
 * 5 s. */
static void test_window_clips(void **state)
{
    (void)state;
    struct series series;
    struct series_clock clock;
    series_clock_init(&clock, 7 * SEC, 10 * SEC, 20 * SEC);
    series_init(&series, &clock, SERIES_GAUGE);
    series_add(&series, 0, 100);
    series_add(&series, 5 * SEC, -90);
    series_add(&series, 15 * SEC, -9);
    series_add(&series, 25 * SEC, 49);
    series_clock_finish(&clock, 30 * SEC);
    assert_true(is_near(series_mean(&series), 5.5));
    assert_true(series_max(&series) == 10.0);
    assert_true(series_end(&series) == 50.0);
    series_clock_free(&clock);
}

/* A run that ends at 12 s closes the window [10 s, 20 s) there. */
static void test_end_before_until(void **state)
{
    (void)state;
    struct series series;
    struct series_clock clock;
    series_clock_init(&clock, SEC, 10 * SEC, 20 * SEC);
    series_init(&series, &clock, SERIES_GAUGE);
    series_add(&series, 11 * SEC, 6);
    series_clock_finish(&clock, 12 * SEC);
    assert_true(is_near(series_mean(&series), 3.0));
    series_clock_free(&clock);
}

static void test_window_not_reached(void **state)
{
    (void)state;
    struct series series;
    struct series_clock clock;
    series_clock_init(&clock, SEC, 10 * SEC, 20 * SEC);
    series_init(&series, &clock, SERIES_GAUGE);
    series_add(&series, SEC, 3);
    series_clock_finish(&clock, 5 * SEC);
    assert_true(isnan(series_mean(&series)));
    assert_true(isnan(series_max(&series)));
    assert_true(series_end(&series) == 3.0);
    series_clock_free(&clock);
}

/* A change at until itself is outside, whether the run goes on or not. */
static void test_window_is_half_open(void **state)
{
    (void)state;
    for (int64_t end_ns = 20 * SEC; end_ns <= 30 * SEC; end_ns += 10 * SEC) {
        struct series gauge, rate;
        struct series_clock clock;
        series_clock_init(&clock, 7 * SEC, 10 * SEC, 20 * SEC);
        series_init(&gauge, &clock, SERIES_GAUGE);
        series_init(&rate, &clock, SERIES_RATE);
        series_count(&rate, 10 * SEC - 1, 1000);
        series_count(&rate, 10 * SEC, 30);
        series_count(&rate, 20 * SEC, 5000);
        series_add(&gauge, 20 * SEC, 99);
        series_clock_finish(&clock, end_ns);
        assert_true(series_max(&gauge) == 0.0);
        assert_true(is_near(series_mean(&rate), 3.0));
        series_clock_free(&clock);
    }
}

/* What happens at the last instant of a run belongs to the last bucket. */
static void test_count_at_the_very_end(void **state)
{
    (void)state;
    struct series rate;
    struct series_clock clock;
    series_clock_init(&clock, 5 * SEC, 0, FOREVER);
    series_init(&rate, &clock, SERIES_RATE);
    series_count(&rate, 10 * SEC, 4);
    series_clock_finish(&clock, 10 * SEC);
    assert_int_equal(clock.count, 2);
    assert_true(is_near(series_at(&rate, 1).mean, 0.8));
    assert_true(is_near(series_mean(&rate), 0.4));
    assert_true(series_late(&rate) == 4.0);
    series_clock_free(&clock);
}

/* 3 in [0, 2 s), 5 in [2 s, 4 s), 1 in the last second: rates 1.5, 2.5, 1; in all 9 / 5. */
static void test_rate(void **state)
{
    (void)state;
    struct series rate;
    struct series_clock clock;
    series_clock_init(&clock, 2 * SEC, 0, FOREVER);
    series_init(&rate, &clock, SERIES_RATE);
    series_count(&rate, 500 * MSEC, 1);
    series_count(&rate, 1999 * MSEC, 2);
    series_count(&rate, 2 * SEC, 5);
    series_count(&rate, 4500 * MSEC, 1);
    series_clock_finish(&clock, 5 * SEC);
    assert_int_equal(clock.count, 3);
    const double rates[] = {1.5, 2.5, 1.0};
    for (size_t i = 0; i < 3; i++) {
        const struct series_point point = series_at(&rate, i);
        assert_true(is_near(point.mean, rates[i]));
        assert_true(point.min == point.mean && point.max == point.mean);
    }
    assert_true(is_near(series_mean(&rate), 1.8));
    assert_true(is_near(series_max(&rate), 2.5));
    assert_true(is_near(series_end(&rate), 1.0));
    assert_true(series_late(&rate) == 0.0);
    series_clock_free(&clock);
}

/* By ones, told how far into the piece they fall: as series_add has it. */
static void test_up_and_down(void **state)
{
    (void)state;
    struct series one, other;
    struct series_clock clock;
    series_clock_init(&clock, 3 * SEC, 2 * SEC, 50 * SEC);
    series_init(&one, &clock, SERIES_GAUGE);
    series_init(&other, &clock, SERIES_GAUGE);
    for (int64_t i = 0; i < 200; i++) {
        const int64_t now_ns = i * 777 * MSEC / 2;
        const bool is_up = i % 5 < 3;
        series_add(&one, now_ns, is_up ? 1 : -1);
        if (is_up)
            series_up(&other, now_ns - clock.start_ns);
        else
            series_down(&other, now_ns - clock.start_ns);
    }
    series_clock_finish(&clock, 80 * SEC);
    assert_true(series_mean(&one) == series_mean(&other));
    assert_true(series_max(&one) == series_max(&other));
    assert_true(series_end(&one) == 40.0 && series_end(&other) == 40.0);
    for (size_t i = 0; i < clock.count; i++) {
        const struct series_point a = series_at(&one, i), b = series_at(&other, i);
        assert_true(a.mean == b.mean && a.min == b.min && a.max == b.max);
    }
    series_clock_free(&clock);
}

/* 4 x 10^9 from the first nanosecond of a bucket of 10^12 ns to its last but one: the area of
 * 4 x 10^21 is beyond 64 bits, and so are the moments of the two changes together. */
static void test_area_beyond_64_bits(void **state)
{
    (void)state;
    struct series series;
    struct series_clock clock;
    series_clock_init(&clock, 1000 * SEC, 0, FOREVER);
    series_init(&series, &clock, SERIES_GAUGE);
    series_add(&series, 1, 4000000000);
    series_add(&series, 999999999999, -4000000000);
    series_clock_finish(&clock, 1000 * SEC);
    assert_true(is_near(series_mean(&series), 4e9 * (1.0 - 2e-12)));
    assert_true(series_max(&series) == 4e9);
    series_clock_free(&clock);
}

/* The other way about, 4 x 10^9 but for an hour of which it is 3: what is left of large numbers is
 * exact. */
static void test_little_of_much(void **state)
{
    (void)state;
    struct series series;
    struct series_clock clock;
    series_clock_init(&clock, HOUR, 0, FOREVER);
    series_init(&series, &clock, SERIES_GAUGE);
    series_add(&series, 0, 3);
    series_add(&series, HOUR - 7, 4000000000);
    series_clock_finish(&clock, HOUR);
    assert_true(clock.lanes[SERIES_GAUGE].buckets[0].area == 3.0 * 3600e9 + 7.0 * 4e9);
    series_clock_free(&clock);
}

/* 10^4 ones from 4.0 x 10^15 ns to 4.5 x 10^15 ns: 4 x 10^19 ns of times of rises, and more of
 * falls, are beyond 64 bits, and so is the greatest value times the length. */
static void test_ones_beyond_64_bits(void **state)
{
    (void)state;
    struct series series;
    struct series_clock clock;
    series_clock_init(&clock, 4600000 * SEC, 0, FOREVER);
    series_init(&series, &clock, SERIES_GAUGE);
    for (int i = 0; i < 10000; i++)
        series_up(&series, 4000000 * SEC);
    for (int i = 0; i < 10000; i++)
        series_down(&series, 4500000 * SEC);
    series_clock_finish(&clock, 4600000 * SEC);
    assert_true(clock.lanes[SERIES_GAUGE].buckets[0].area == 5e18);
    series_clock_free(&clock);
}

/* 0 but for the last nanosecond, when it is 4 x 10^9: of 4 x 10^21, that is left. */
static void test_late_rise(void **state)
{
    (void)state;
    struct series series;
    struct series_clock clock;
    series_clock_init(&clock, 1000 * SEC, 0, FOREVER);
    series_init(&series, &clock, SERIES_GAUGE);
    series_add(&series, 999999999999, 4000000000);
    series_clock_finish(&clock, 1000 * SEC);
    assert_true(clock.lanes[SERIES_GAUGE].buckets[0].area == 4e9);
    series_clock_free(&clock);
}

/* From 1 s to 4 s it rises from 0, then stays at 10 s for a second, then rises from 2 s for two:
 * 4.5 + 10 + 6 s^2 over 7 s; buckets of 2 s. */
static void test_ramp(void **state)
{
    (void)state;
    struct series ramp;
    struct series_clock clock;
    series_clock_init(&clock, 2 * SEC, 0, FOREVER);
    series_init(&ramp, &clock, SERIES_RAMP);
    series_set(&ramp, 1 * SEC, 0, true);
    series_set(&ramp, 4 * SEC, 10 * SEC, false);
    series_set(&ramp, 5 * SEC, 2 * SEC, true);
    series_clock_finish(&clock, 7 * SEC);
    assert_true(is_near(series_mean(&ramp), 20.5e9 / 7.0));
    assert_true(series_max(&ramp) == 10e9);
    assert_true(series_end(&ramp) == 4e9);
    assert_int_equal(clock.count, 4);
    const struct series_point wanted[] = {{1.0, 0, 0.25e9, 1e9},
                                          {3.0, 1e9, 2e9, 3e9},
                                          {5.0, 2e9, 6.25e9, 10e9},
                                          {6.5, 3e9, 3.5e9, 4e9}};
    for (size_t i = 0; i < 4; i++) {
        const struct series_point seen = series_at(&ramp, i);
        assert_true(is_near(seen.time_s, wanted[i].time_s) && is_near(seen.mean, wanted[i].mean));
        assert_true(seen.min == wanted[i].min && seen.max == wanted[i].max);
    }
    series_clock_free(&clock);
}

static uint64_t next(uint64_t *x)
{
    *x = *x * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *x >> 33;
}

/* Random steps at random times against sums taken change by change. */
static void test_against_naive(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        uint64_t x = seed;
        const int64_t from_ns = (int64_t)(next(&x) % 1000) * SEC;
        const int64_t until_ns = from_ns + (int64_t)(1 + next(&x) % 4000) * SEC;
        const int64_t width_ns = (int64_t)(next(&x) % 3) * 700 * MSEC;
        struct series gauge, rate;
        struct series_clock clock;
        series_clock_init(&clock, width_ns, from_ns, until_ns);
        series_init(&gauge, &clock, SERIES_GAUGE);
        series_init(&rate, &clock, SERIES_RATE);
        double area = 0.0, max = -1e300, all = 0.0, count = 0.0;
        int64_t now_ns = 0, value = 0;
        for (int i = 0; i < 500; i++) {
            const int64_t then_ns = now_ns + (int64_t)(next(&x) % 20000) * MSEC;
            const int64_t low = now_ns > from_ns ? now_ns : from_ns;
            const int64_t high = then_ns < until_ns ? then_ns : until_ns;
            if (high > low) {
                area += (double)value * (double)(high - low);
                max = fmax(max, (double)value);
            }
            all += (double)value * (double)(then_ns - now_ns);
            now_ns = then_ns;
            const int64_t delta = (int64_t)(next(&x) % 21) - 10;
            value += delta;
            if (now_ns >= from_ns && now_ns < until_ns) {
                count += 3.0;
                max = fmax(max, (double)value);
            }
            series_add(&gauge, now_ns, delta);
            series_count(&rate, now_ns, 3);
        }
        series_clock_finish(&clock, now_ns);
        const double length_ns = (double)((now_ns < until_ns ? now_ns : until_ns) - from_ns);
        assert_true(is_near(series_mean(&gauge), area / length_ns));
        assert_true(is_near(series_mean(&rate), count / length_ns * 1e9));
        assert_true(series_max(&gauge) == max);
        double areas = 0.0, counts = 0.0;
        for (size_t i = 0; i < clock.count; i++) {
            areas += clock.lanes[SERIES_GAUGE].buckets[i].area;
            counts += clock.lanes[SERIES_RATE].buckets[i].area;
            const struct series_point point = series_at(&gauge, i);
            assert_true(point.min <= point.mean + 1e-9 && point.mean <= point.max + 1e-9);
        }
        assert_true(is_near(areas, all));
        assert_true(is_near(counts, 1500.0));
        series_clock_free(&clock);
    }
}

/* The very doubles that so many seconds are written as: 0.15, not 0.15000000000000002 as a product
 * with 1e-9 has it; and 3 in 0.3 s are 10 a second, not 9.999999999999998. */
static void test_decimals(void **state)
{
    (void)state;
    struct series series;
    struct series_clock clock;
    series_clock_init(&clock, 300 * MSEC, 0, FOREVER);
    series_init(&series, &clock, SERIES_RATE);
    for (int64_t at_ns = 100 * MSEC; at_ns < 3 * SEC; at_ns += 300 * MSEC)
        series_count(&series, at_ns, 3);
    series_clock_finish(&clock, 3 * SEC);
    assert_true(series_at(&series, 0).time_s == 0.15);
    for (size_t i = 0; i < 10; i++)
        assert_true(series_at(&series, i).mean == 10.0);
    assert_true(series_mean(&series) == 10.0);
    series_clock_free(&clock);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gauge),
        cmocka_unit_test(test_bucket_extremes),
        cmocka_unit_test(test_short_last_bucket),
        cmocka_unit_test(test_window_clips),
        cmocka_unit_test(test_end_before_until),
        cmocka_unit_test(test_window_not_reached),
        cmocka_unit_test(test_window_is_half_open),
        cmocka_unit_test(test_count_at_the_very_end),
        cmocka_unit_test(test_rate),
        cmocka_unit_test(test_up_and_down),
        cmocka_unit_test(test_area_beyond_64_bits),
        cmocka_unit_test(test_little_of_much),
        cmocka_unit_test(test_ones_beyond_64_bits),
        cmocka_unit_test(test_late_rise),
        cmocka_unit_test(test_ramp),
        cmocka_unit_test(test_against_naive),
        cmocka_unit_test(test_decimals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
