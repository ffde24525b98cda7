// SPDX-License-Identifier: GPL-3.0-or-later
/* The histogram: exact where it says so, within its bound elsewhere, merging as adding.  Expected
 * numbers follow from the definition in the header unless a comment says more. */
#include "core/hist.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static int set_up(void **state)
{
    static struct hist hist;
    hist_init(&hist);
    *state = &hist;
    return 0;
}

static int tear_down(void **state)
{
    hist_free(*state);
    return 0;
}

static void test_empty(void **state)
{
    struct hist *hist = *state;
    assert_true(isnan(hist_quantile(hist, 0.5)));
    assert_true(isnan(hist_mean(hist)));
    assert_true(isnan(hist_max(hist)));
    assert_int_equal(hist_total(hist), 0);
}

/* Values below 64 have a bin each. */
static void test_small_values_are_exact(void **state)
{
    struct hist *hist = *state;
    for (int64_t v = 0; v < 64; v++)
        hist_add(hist, v);
    for (int64_t v = 0; v < 64; v++)
        assert_true(hist_quantile(hist, (double)(v + 1) / 64.0) == (double)v);
    assert_true(hist_mean(hist) == 31.5);
    assert_true(hist_max(hist) == 63.0);
}

/* Rank ceil(q n): of 10, 20, 30, 40 the quarter is 10, just above it 20; 0 gives the first, 1 the
 * last. */
static void test_quantile_ranks(void **state)
{
    struct hist *hist = *state;
    for (int64_t v = 10; v <= 40; v += 10)
        hist_add(hist, v);
    assert_true(hist_quantile(hist, 0.0) == 10.0);
    assert_true(hist_quantile(hist, 0.25) == 10.0);
    assert_true(hist_quantile(hist, 0.2500001) == 20.0);
    assert_true(hist_quantile(hist, 0.5) == 20.0);
    assert_true(hist_quantile(hist, 0.99) == 40.0);
    assert_true(hist_quantile(hist, 1.0) == 40.0);
}

/* 0.07 x 100 is 7.000000000000001 in doubles; the rank is 7 nevertheless. */
static void test_rank_survives_rounding(void **state)
{
    struct hist *hist = *state;
    for (int64_t v = 1; v <= 50; v++)
        hist_add(hist, v), hist_add(hist, v);
    assert_true(0.07 * 100.0 > 7.0);
    assert_true(hist_quantile(hist, 0.07) == 4.0);
    for (int percent = 2; percent <= 100; percent += 2)
        assert_true(hist_quantile(hist, percent / 100.0) == percent / 2.0);
}

/* A bin is at most 1/64 of its least value wide, so its middle is within 1/128 of any value in it.
 */
static void test_relative_error_on_all_magnitudes(void **state)
{
    struct hist *hist = *state;
    for (int64_t power = 1; power < INT64_MAX / 7; power *= 7) {
        for (int64_t v = power; v < 7 * power && v > 0; v += power / 3 + 1) {
            hist_clear(hist);
            hist_add(hist, v);
            hist_add(hist, INT64_MAX); /* so that the bin's middle is seen, not the maximum */
            assert_true(fabs(hist_quantile(hist, 0.5) - (double)v) <= (double)v / 128.0);
        }
    }
}

static void test_quantile_never_above_max(void **state)
{
    struct hist *hist = *state;
    hist_add(hist, 1000000);
    assert_true(hist_quantile(hist, 1.0) <= 1000000.0);
    assert_true(hist_quantile(hist, 1.0) > 1000000.0 * 127.0 / 128.0);
}

static void test_greatest_value_fits(void **state)
{
    struct hist *hist = *state;
    hist_add(hist, INT64_MAX);
    hist_add(hist, 0);
    assert_true(hist_max(hist) == 0x1p63); /* 2^63 - 1 in doubles */
    assert_true(hist_quantile(hist, 1.0) > 0x1p63 * 127.0 / 128.0);
    assert_int_equal(hist->room, HIST_OCTAVES * HIST_BINS);
    assert_int_equal(hist->bins[HIST_OCTAVES * HIST_BINS - 1], 1);
}

/* 2^63 - 1 four times and 6: the sum is 2^65 + 2, and the mean a fifth of it. */
static void test_sum_beyond_64_bits(void **state)
{
    struct hist *hist = *state;
    for (int i = 0; i < 4; i++)
        hist_add(hist, INT64_MAX);
    hist_add(hist, 6);
    assert_int_equal(hist->carries, 2);
    assert_int_equal(hist->sum, 2);
    assert_true(hist_mean(hist) == 0x1p65 / 5.0);
}

struct walk {
    int64_t low, high; /* of the bin before */
    uint64_t count, bins;
};

static void check_bin(void *context, int64_t low, int64_t high, uint64_t count)
{
    struct walk *walk = context;
    assert_true(low < high);
    assert_int_equal(low, walk->high);
    assert_true(high - low == 1 || (high - low) * 64 <= low);
    *walk = (struct walk){low, high, walk->count + count, walk->bins + 1};
}

/* With a value in every bin the bins' ranges follow each other without a gap from 0 to INT64_MAX.
 */
static void test_bins_are_contiguous(void **state)
{
    struct hist *hist = *state;
    for (int64_t v = 0; v < 64; v++)
        hist_add(hist, v);
    for (int octave = 1; octave < HIST_OCTAVES; octave++) {
        for (int64_t bin = 64; bin < 128; bin++)
            hist_add(hist, bin << (octave - 1));
    }
    struct walk walk = {0};
    hist_each(hist, check_bin, &walk);
    assert_int_equal(walk.bins, 64 * 58);
    assert_int_equal(walk.count, hist_total(hist));
    assert_true(walk.high == INT64_MAX);
}

/* A bin's last value is in the bin, the next value in the next: around every power of two. */
static void test_values_fall_into_their_bins(void **state)
{
    struct hist *hist = *state;
    for (int power = 0; power < 63; power++) {
        for (int64_t off = -1; off <= 1; off++) {
            const int64_t v = ((int64_t)1 << power) + off;
            hist_clear(hist);
            hist_add(hist, v);
            const double middle = hist_quantile(hist, 0.5);
            assert_true(v < 128 ? middle == (double)v
                                : fabs(middle - (double)v) <= (double)v / 128.0);
        }
    }
}

struct sums {
    uint64_t hash;
};

static void add_bin(void *context, int64_t low, int64_t high, uint64_t count)
{
    struct sums *sums = context;
    sums->hash = (sums->hash ^ (uint64_t)low) * 31 + (uint64_t)high * 17 + count;
}

static uint64_t fingerprint(const struct hist *hist)
{
    struct sums sums = {0};
    hist_each(hist, add_bin, &sums);
    return sums.hash;
}

static void test_merging_is_adding(void **state)
{
    struct hist *whole = *state;
    struct hist part[2];
    hist_init(&part[0]);
    hist_init(&part[1]);
    uint64_t x = 1;
    for (int i = 0; i < 10000; i++) {
        x = x * UINT64_C(6364136223846793005) + 1442695040888963407;
        const int64_t v = (int64_t)(x >> (1 + i % 60));
        hist_add(whole, v);
        hist_add(&part[i % 3 == 0], v);
    }
    hist_merge(&part[0], &part[1]);
    assert_int_equal(hist_total(&part[0]), hist_total(whole));
    assert_int_equal(part[0].top, whole->top);
    assert_int_equal(fingerprint(&part[0]), fingerprint(whole));
    /* 10,000 values up to 2^63 need more than 64 bits. */
    assert_true(whole->carries > 0);
    assert_int_equal(part[0].sum, whole->sum);
    assert_int_equal(part[0].carries, whole->carries);
    hist_free(&part[0]);
    hist_free(&part[1]);
}

static void test_clear_keeps_memory(void **state)
{
    struct hist *hist = *state;
    hist_add(hist, 5);
    hist_add(hist, 5000);
    uint64_t *const kept = hist->bins;
    hist_clear(hist);
    assert_ptr_equal(hist->bins, kept);
    assert_true(isnan(hist_quantile(hist, 0.5)));
    hist_add(hist, 7);
    assert_true(hist_quantile(hist, 1.0) == 7.0);
    assert_true(hist_max(hist) == 7.0);
    assert_int_equal(hist->bins[5], 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_empty),
        TEST(test_small_values_are_exact),
        TEST(test_quantile_ranks),
        TEST(test_rank_survives_rounding),
        TEST(test_relative_error_on_all_magnitudes),
        TEST(test_quantile_never_above_max),
        TEST(test_greatest_value_fits),
        TEST(test_sum_beyond_64_bits),
        TEST(test_bins_are_contiguous),
        TEST(test_values_fall_into_their_bins),
        TEST(test_merging_is_adding),
        TEST(test_clear_keeps_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
