// SPDX-License-Identifier: GPL-3.0-or-later
/* Series in step: widths, gaps, who comes late, and beginning anew.  Expected numbers are worked
 * out beside each test, or are those of another series of the same history. */
#include "core/series_clock.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "base/units.h"

static bool is_near(double a, double b)
{
    return fabs(a - b) <= 1e-9 * fmax(1.0, fabs(b));
}

static bool is_same(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

/* To the last bit. */
static void assert_same(const struct series *one, const struct series *other)
{
    assert_int_equal(one->clock->count, other->clock->count);
    assert_int_equal(one->clock->width_ns, other->clock->width_ns);
    assert_true(is_same(series_mean(one), series_mean(other)));
    assert_true(is_same(series_max(one), series_max(other)));
    assert_true(is_same(series_end(one), series_end(other)));
    assert_true(series_late(one) == series_late(other));
    for (size_t i = 0; i < one->clock->count; i++) {
        const struct series_point a = series_at(one, i), b = series_at(other, i);
        assert_true(a.time_s == b.time_s && a.mean == b.mean);
        assert_true(a.min == b.min && a.max == b.max);
    }
}

/* Series of each kind, by kind. */
static void open_all(struct series series[], struct series_clock *clock)
{
    for (int kind = 0; kind < SERIES_KINDS; kind++)
        series_init(&series[kind], clock, (enum series_kind)kind);
}

static void change(struct series series[], int64_t s)
{
    series_add(&series[SERIES_GAUGE], s * SEC, s % 3 - 1);
    series_count(&series[SERIES_RATE], s * SEC, s % 4);
    series_set(&series[SERIES_RAMP], s * SEC, s % 9 * SEC, s % 2 == 0);
}

/* A saw-tooth of 0 and 1, changing each second, for longer than 2,000 buckets: means stay 1/2, and
 * the width is the least doubling of 100 ms that needs no more than 2,000. */
static void test_width_doubles(void **state)
{
    (void)state;
    struct series series;
    struct series_clock clock;
    series_clock_init(&clock, 0, 0, FOREVER);
    series_init(&series, &clock, SERIES_GAUGE);
    for (int64_t s = 1; s < 4000; s++)
        series_add(&series, s * SEC, s % 2 == 1 ? 1 : -1);
    series_clock_finish(&clock, 4000 * SEC);
    assert_int_equal(clock.width_ns, 3200 * MSEC);
    assert_int_equal(clock.count, 1250);
    assert_true(is_near(series_mean(&series), 0.5));
    double area = 0.0;
    for (size_t i = 0; i < clock.count; i++) {
        const struct series_point point = series_at(&series, i);
        area += point.mean * 3.2;
        assert_true(point.min == 0.0 && point.max == 1.0);
    }
    assert_true(is_near(area, 2000.0));
    series_clock_free(&clock);
}

/* With a width of 1/2000 of the horizon nothing doubles; one bucket more, and all do. */
static void test_given_width_is_kept(void **state)
{
    (void)state;
    for (int64_t more = 0; more <= 1; more++) {
        struct series series;
        struct series_clock clock;
        series_clock_init(&clock, SEC, 0, FOREVER);
        series_init(&series, &clock, SERIES_GAUGE);
        series_add(&series, 0, 1);
        series_clock_finish(&clock, (SERIES_BUCKETS + more) * SEC);
        assert_int_equal(clock.width_ns, (1 + more) * SEC);
        assert_int_equal(clock.count, more ? 1001 : 2000);
        assert_true(is_near(series_at(&series, clock.count - 1).mean, 1.0));
        series_clock_free(&clock);
    }
}

/* The same changes give the same buckets whatever gaps they come in: after a gap of 14 days from
 * 100 ms. */
static void test_long_gap(void **state)
{
    (void)state;
    struct series series;
    struct series_clock clock;
    series_clock_init(&clock, 0, 0, FOREVER);
    series_init(&series, &clock, SERIES_GAUGE);
    series_add(&series, 50 * MSEC, 8);
    series_add(&series, 14 * DAY, -8);
    series_clock_finish(&clock, 15 * DAY);
    assert_true(clock.count <= SERIES_BUCKETS);
    assert_true(clock.count > SERIES_BUCKETS / 2);
    /* 8 held for 14 of 15 days, less 50 ms. */
    assert_true(is_near(series_mean(&series), 8.0 * (14.0 * 86400.0 - 0.05) / (15.0 * 86400.0)));
    assert_true(series_at(&series, 0).min == 0.0);
    assert_true(series_at(&series, 1).min == 8.0);
    assert_true(series_at(&series, clock.count - 1).max == 0.0);
    series_clock_free(&clock);
}

/* Series in step end as each alone would, doublings and the window's edges included. */
static void test_in_step(void **state)
{
    (void)state;
    struct series together[SERIES_KINDS], alone[SERIES_KINDS];
    struct series_clock clock, clocks[SERIES_KINDS];
    series_clock_init(&clock, 0, 123 * SEC, 4567 * SEC);
    for (int i = 0; i < SERIES_KINDS; i++) {
        series_clock_init(&clocks[i], 0, 123 * SEC, 4567 * SEC);
        series_init(&together[i], &clock, (enum series_kind)i);
        series_init(&alone[i], &clocks[i], (enum series_kind)i);
    }
    for (int64_t s = 1; s < 5000; s += 1 + s % 7 + s % 1000 / 990 * 500) {
        change(together, s);
        change(alone, s);
    }
    series_clock_finish(&clock, 5001 * SEC);
    for (int i = 0; i < SERIES_KINDS; i++) {
        series_clock_finish(&clocks[i], 5001 * SEC);
        assert_same(&together[i], &alone[i]);
        series_clock_free(&clocks[i]);
    }
    series_clock_free(&clock);
}

/* One clock whose series are all there from the start, and one to which some come late. */
struct pair {
    struct series_clock clocks[2];
    struct series early[2][SERIES_KINDS], late[2][SERIES_KINDS];
};

static void open_pair(struct pair *pair, int64_t joins_ns)
{
    struct series_clock *clocks = pair->clocks;
    for (int i = 0; i < 2; i++)
        series_clock_init(&clocks[i], 0, 2 * SEC, 1300 * SEC);
    open_all(pair->early[0], &clocks[0]);
    open_all(pair->late[0], &clocks[0]);
    series_init(&pair->early[1][SERIES_GAUGE], &clocks[1], SERIES_GAUGE);
    series_init(&pair->early[1][SERIES_RAMP], &clocks[1], SERIES_RAMP);
    for (int i = 0; i < 2; i++) {
        series_add(&pair->early[i][SERIES_GAUGE], 0, 5);
        for (int64_t now_ns = 0; now_ns <= joins_ns; now_ns += 10 * MSEC)
            series_clock_roll(&clocks[i], now_ns);
    }
    series_init(&pair->early[1][SERIES_RATE], &clocks[1], SERIES_RATE);
    open_all(pair->late[1], &clocks[1]);
}

static void run_pair(struct pair *pair, int64_t from_s)
{
    for (int i = 0; i < 2; i++) {
        for (int64_t s = from_s; s < 3100; s += 1 + s % 5) {
            change(pair->early[i], s);
            change(pair->late[i], s + 1);
        }
        series_clock_finish(&pair->clocks[i], 3200 * SEC);
    }
    for (int kind = 0; kind < SERIES_KINDS; kind++) {
        assert_same(&pair->early[0][kind], &pair->early[1][kind]);
        assert_same(&pair->late[0][kind], &pair->late[1][kind]);
    }
}

/* Who comes late is as if it had been 0 all the time: in the first bucket and at its end, before,
 * at and after the window's edges, where 2,000 buckets are just full or a little over, and after
 * doublings.  After a clear all are there from the start. */
static void test_late_joiner(void **state)
{
    (void)state;
    static const int64_t when_ms[] = {0,      30,     100,    1230,    2000,    2050,   9000,
                                      200000, 200010, 200100, 1234560, 1300000, 1310050};
    for (size_t i = 0; i < sizeof when_ms / sizeof *when_ms; i++) {
        struct pair pair;
        open_pair(&pair, when_ms[i] * MSEC);
        run_pair(&pair, when_ms[i] / 1000 + 1);
        for (int j = 0; j < 2; j++)
            series_clock_clear(&pair.clocks[j]);
        run_pair(&pair, 1);
        for (int j = 0; j < 2; j++)
            series_clock_free(&pair.clocks[j]);
    }
}

/* A window without length has no greatest value, also for who comes when it is over. */
static void test_late_without_window(void **state)
{
    (void)state;
    struct series early, late;
    struct series_clock clock;
    series_clock_init(&clock, SEC, 5 * SEC, 5 * SEC);
    series_init(&early, &clock, SERIES_GAUGE);
    series_clock_roll(&clock, 7 * SEC);
    series_init(&late, &clock, SERIES_GAUGE);
    series_clock_finish(&clock, 9 * SEC);
    assert_true(isnan(series_max(&early)) && isnan(series_max(&late)));
    series_clock_free(&clock);
}

/* 3 from 0 s to 1500 s, in a bucket of 1 s each, while its neighbours change: 3 without a flaw,
 * and so is 7 from then on; from 3 back to 3 within a bucket is a change. */
static void test_unchanged(void **state)
{
    (void)state;
    struct series still, before[SERIES_KINDS], after[SERIES_KINDS];
    struct series_clock clock;
    series_clock_init(&clock, SEC, 10 * SEC, 1400 * SEC);
    open_all(before, &clock);
    series_init(&still, &clock, SERIES_GAUGE);
    open_all(after, &clock);
    series_add(&still, 0, 3);
    for (int64_t s = 0; s < 2000; s++) {
        change(before, s);
        change(after, s);
        if (s == 1500)
            series_add(&still, s * SEC, 4);
        if (s == 700 || s == 800)
            series_add(&still, s * SEC + 250 * MSEC, s == 700 ? -1 : 1);
        if (s == 700 || s == 800)
            series_add(&still, s * SEC + 500 * MSEC, s == 700 ? 1 : -1);
    }
    series_clock_finish(&clock, 2000 * SEC);
    for (size_t i = 1; i < 2000; i++) {
        const struct series_point point = series_at(&still, i);
        const double value = i < 1500 ? 3.0 : 7.0;
        assert_true(point.min == (i == 700 ? 2.0 : i == 1500 ? 3.0 : value));
        assert_true(point.max == (i == 800 ? 4.0 : value));
        assert_true(point.mean == (i == 700 ? 2.75 : i == 800 ? 3.25 : value));
    }
    /* A quarter of a second one less and one more. */
    assert_true(series_mean(&still) == 3.0 && series_max(&still) == 4.0);
    series_clock_free(&clock);
}

/* Told how many there were in all when a piece is over: as if each had been counted at its time. */
static void test_tell(void **state)
{
    (void)state;
    struct series counted, told;
    struct series_clock clock;
    series_clock_init(&clock, 7 * SEC, 12 * SEC, 90 * SEC);
    series_init(&counted, &clock, SERIES_RATE);
    series_init(&told, &clock, SERIES_RATE);
    uint64_t count = 0;
    for (int64_t s = 0; s <= 140; s++) {
        if (s * SEC >= clock.stop_ns)
            series_tell(&told, count);
        series_count(&counted, s * SEC, s % 6);
        count += (uint64_t)(s % 6);
    }
    series_tell(&told, count);
    series_clock_finish(&clock, 140 * SEC);
    assert_same(&counted, &told);
    /* The 141st, at 140 s, falls after the last bucket's time. */
    assert_true(series_late(&told) == 140 % 6);
    /* From 12 s to 89 s there are 13 times 15. */
    assert_true(is_near(series_mean(&told), 13.0 * 15.0 / 78.0));
    series_clock_free(&clock);
}

/* After a clear the series is as new, doubled width and all. */
static void test_clear(void **state)
{
    (void)state;
    struct series series;
    struct series_clock clock;
    series_clock_init(&clock, SEC, 0, FOREVER);
    series_init(&series, &clock, SERIES_GAUGE);
    series_add(&series, 5000 * SEC, 7);
    series_clock_finish(&clock, 6000 * SEC);
    series_clock_clear(&clock);
    series_add(&series, 1 * SEC, 2);
    series_clock_finish(&clock, 2 * SEC);
    assert_int_equal(clock.width_ns, SEC);
    assert_int_equal(clock.count, 2);
    assert_true(is_near(series_mean(&series), 1.0));
    assert_true(series_max(&series) == 2.0);
    series_clock_free(&clock);
}

/* The same history once more gives the same, doubled widths, the open bucket and the window
 * included. */
static void test_clear_and_run_again(void **state)
{
    (void)state;
    struct series once[SERIES_KINDS], again[SERIES_KINDS];
    struct series_clock clocks[2];
    for (int i = 0; i < 2; i++)
        series_clock_init(&clocks[i], 0, 5 * SEC, 900 * SEC);
    open_all(once, &clocks[0]);
    open_all(again, &clocks[1]);
    for (int64_t s = 0; s < 1777; s++)
        change(again, s);
    series_clock_finish(&clocks[1], 1777 * SEC + 1);
    series_clock_clear(&clocks[1]);
    for (int64_t s = 3; s < 1000; s += 2) {
        change(once, s);
        change(again, s);
    }
    for (int i = 0; i < 2; i++)
        series_clock_finish(&clocks[i], 1001 * SEC);
    for (int kind = 0; kind < SERIES_KINDS; kind++)
        assert_same(&once[kind], &again[kind]);
    for (int i = 0; i < 2; i++)
        series_clock_free(&clocks[i]);
}

static void test_nothing_happened(void **state)
{
    (void)state;
    struct series gauge, rate;
    struct series_clock clock;
    series_clock_init(&clock, SEC, 0, FOREVER);
    series_init(&gauge, &clock, SERIES_GAUGE);
    series_init(&rate, &clock, SERIES_RATE);
    series_clock_finish(&clock, 0);
    assert_int_equal(clock.count, 0);
    assert_true(isnan(series_mean(&gauge)));
    assert_true(isnan(series_max(&rate)));
    assert_true(isnan(series_end(&rate)));
    series_clock_free(&clock);
}

/* A clock without series ends its pieces all the same. */
static void test_no_series(void **state)
{
    (void)state;
    struct series_clock clock;
    series_clock_init(&clock, 0, 0, FOREVER);
    series_clock_roll(&clock, 3000 * SEC);
    assert_int_equal(clock.width_ns, 1600 * MSEC);
    assert_int_equal(clock.start_ns, 3000 * SEC);
    series_clock_finish(&clock, 3000 * SEC);
    assert_int_equal(clock.count, 1875);
    series_clock_free(&clock);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_width_doubles),
        cmocka_unit_test(test_given_width_is_kept),
        cmocka_unit_test(test_long_gap),
        cmocka_unit_test(test_in_step),
        cmocka_unit_test(test_late_joiner),
        cmocka_unit_test(test_late_without_window),
        cmocka_unit_test(test_unchanged),
        cmocka_unit_test(test_tell),
        cmocka_unit_test(test_clear),
        cmocka_unit_test(test_clear_and_run_again),
        cmocka_unit_test(test_nothing_happened),
        cmocka_unit_test(test_no_series),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
