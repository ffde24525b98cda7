// SPDX-License-Identifier: GPL-3.0-or-later
/* Histograms and series of several replications. */
#include "experiment/merge.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "base/units.h"
#include "core/series_clock.h"
#include "experiment/cell.h"
#include "tools/results.h"

static const struct scenario nothing_expected;

/* A gauge that is 0 and then, from at_s on, value; observed until end_s. */
static void add_series(struct cell *cell, int64_t width_ns, int64_t at_s, int64_t value,
                       int64_t end_s)
{
    struct sample sample;
    struct series series;
    results_sample(&sample, 1);
    struct series_clock clock;
    series_clock_init(&clock, width_ns, 0, FOREVER);
    series_init(&series, &clock, SERIES_GAUGE);
    series_add(&series, at_s * SEC, value);
    series_clock_finish(&clock, end_s * SEC);
    sample.series = must_alloc(sizeof *sample.series);
    sample.series_count = 1;
    sample.series[0] =
        (struct sample_series){.entity = "orders", .metric = "depth", .after = (double)value};
    struct buckets *buckets = &sample.series[0].buckets;
    buckets_init(buckets, width_ns, end_s * SEC);
    for (size_t i = 0; i < clock.count; i++)
        buckets->points[i] = series_at(&series, i);
    series_clock_free(&clock);
    cell_add(cell, &sample);
    sample_free(&sample);
}

/* Buckets of 1 s: 0 0 4 4 and 0 8 8 8: means 0 4 6 6, extremes 0-0, 0-8, 4-8, 4-8. */
static void test_buckets_are_averaged(void **state)
{
    (void)state;
    struct cell cell;
    cell_init(&cell, &nothing_expected, "", "");
    add_series(&cell, SEC, 2, 4, 4);
    add_series(&cell, SEC, 1, 8, 4);
    const struct cell_series *series = cell_series_find(&cell, "orders", "depth");
    const double means[] = {0, 4, 6, 6};
    assert_int_equal(series->mean.count, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_true(series->mean.points[i].mean == means[i]);
        assert_true(series->mean.points[i].time_s == (double)i + 0.5);
    }
    assert_true(series->mean.points[3].min == 4.0 && series->mean.points[3].max == 8.0);
    assert_int_equal(series->first.count, 4);
    assert_true(series->first.points[3].mean == 4.0);
    cell_free(&cell);
}

/* 4 4 and 8 8 8: the first ended with 4, which it has from then on: 6 6 6, whichever ended first.
 * The last value counts, not the last bucket's mean: 0 | 0 2 ended with 2, so that with 6 6 6 6 the
 * fourth bucket has the mean 4. */
static void test_who_has_ended_counts_with_its_last_value(void **state)
{
    (void)state;
    for (int longer_first = 0; longer_first < 2; longer_first++) {
        struct cell cell;
        cell_init(&cell, &nothing_expected, "", "");
        add_series(&cell, SEC, 0, longer_first ? 8 : 4, longer_first ? 3 : 2);
        add_series(&cell, SEC, 0, longer_first ? 4 : 8, longer_first ? 2 : 3);
        const struct cell_series *series = cell_series_find(&cell, "orders", "depth");
        assert_int_equal(series->mean.count, 3);
        for (size_t i = 0; i < 3; i++)
            assert_true(series->mean.points[i].mean == 6.0);
        assert_true(series->mean.points[2].min == 4.0 && series->mean.points[2].max == 8.0);
        cell_free(&cell);
    }
    struct cell cell;
    cell_init(&cell, &nothing_expected, "", "");
    add_series(&cell, 2 * SEC, 3, 2, 4);
    add_series(&cell, 2 * SEC, 0, 6, 8);
    const struct cell_series *series = cell_series_find(&cell, "orders", "depth");
    assert_true(series->mean.points[1].mean == 3.5 && series->mean.points[3].mean == 4.0);
    cell_free(&cell);
}

/* In buckets of 2 s, 0 0 4 4 is 0 4, whichever replication is the finer one. */
static void test_widths_meet_at_the_widest(void **state)
{
    (void)state;
    for (int finer_first = 0; finer_first < 2; finer_first++) {
        struct cell cell;
        cell_init(&cell, &nothing_expected, "", "");
        add_series(&cell, finer_first ? SEC : 2 * SEC, 2, 4, 4);
        add_series(&cell, finer_first ? 2 * SEC : SEC, 2, 4, 4);
        const struct cell_series *series = cell_series_find(&cell, "orders", "depth");
        assert_int_equal(series->mean.count, 2);
        assert_true(series->mean.width_ns == 2 * SEC);
        assert_true(series->mean.points[0].mean == 0.0 && series->mean.points[1].mean == 4.0);
        assert_true(series->mean.points[0].time_s == 1.0 && series->mean.points[1].time_s == 3.0);
        cell_free(&cell);
    }
}

/* Five buckets at most two: in pairs three, then two. */
static void test_thinning(void **state)
{
    (void)state;
    struct cell cell;
    cell_init(&cell, &nothing_expected, "", "");
    add_series(&cell, SEC, 4, 8, 5);
    merge_thin(&cell, 2);
    const struct cell_series *series = cell_series_find(&cell, "orders", "depth");
    assert_int_equal(series->mean.count, 2);
    assert_int_equal(series->first.count, 2);
    assert_true(series->mean.points[0].mean == 0.0 && series->mean.points[1].mean == 8.0);
    assert_true(series->mean.points[0].time_s == 2.0);
    cell_free(&cell);
}

static void add_hist(struct cell *cell, int64_t value)
{
    struct sample sample;
    results_sample(&sample, 1);
    sample.hists = must_alloc(sizeof *sample.hists);
    sample.hist_count = 1;
    sample.hists[0].entity = "orders";
    sample.hists[0].metric = "waiting";
    hist_init(&sample.hists[0].hist);
    hist_add(&sample.hists[0].hist, value);
    cell_add(cell, &sample);
    sample_free(&sample);
}

static void test_histograms_add_up(void **state)
{
    (void)state;
    struct cell cell;
    cell_init(&cell, &nothing_expected, "", "");
    add_hist(&cell, 3);
    add_hist(&cell, 5);
    const struct cell_hist *hist = cell_hist_find(&cell, "orders", "waiting");
    assert_int_equal(hist_total(&hist->hist), 2);
    assert_true(hist_mean(&hist->hist) == 4.0);
    assert_null(cell_hist_find(&cell, "orders", "sojourn"));
    cell_free(&cell);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_buckets_are_averaged),
        cmocka_unit_test(test_who_has_ended_counts_with_its_last_value),
        cmocka_unit_test(test_widths_meet_at_the_widest),
        cmocka_unit_test(test_thinning),
        cmocka_unit_test(test_histograms_add_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
