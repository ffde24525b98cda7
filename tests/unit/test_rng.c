// SPDX-License-Identifier: GPL-3.0-or-later
/* Streams: the generators against their authors' output, names, keyed draws, the GSL door, and the
 * ziggurat's tables against their recurrence.  Limits of statistical tests are chosen at an error
 * rate of 1e-6, and seeds are fixed. */
#include "core/rng.h"

#include <gsl/gsl_randist.h>
#include <limits.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

/* P(|Z| > 4.8916) = 1e-6 for a standard normal Z. */
static const double z_limit = 4.8916;

/* The first outputs of xoshiro256++ by its authors' program (prng.di.unimi.it/xoshiro256plusplus.c)
 * from the state {1, 2, 3, 4}. */
static void test_generator_is_the_authors(void **state)
{
    (void)state;
    static const uint64_t expected[] = {
        UINT64_C(41943041),
        UINT64_C(58720359),
        UINT64_C(3588806011781223),
        UINT64_C(3591011842654386),
        UINT64_C(9228616714210784205),
        UINT64_C(9973669472204895162),
        UINT64_C(14011001112246962877),
        UINT64_C(12406186145184390807),
        UINT64_C(15849039046786891736),
        UINT64_C(10450023813501588000),
    };
    struct rng rng = {.s = {1, 2, 3, 4}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        assert_int_equal(rng_u64(&rng), expected[i]);
}

/* The state is SplitMix64's output: its first five from 1234567 by its author's program
 * (prng.di.unimi.it/splitmix64.c). */
static void test_seeding_is_splitmix(void **state)
{
    (void)state;
    static const uint64_t expected[] = {
        UINT64_C(6457827717110365317),  UINT64_C(3203168211198807973),
        UINT64_C(9817491932198370423),  UINT64_C(4593380528125082431),
        UINT64_C(16408922859458223821),
    };
    struct rng rng;
    rng_init(&rng, 1234567);
    for (int i = 0; i < 4; i++)
        assert_int_equal(rng.s[i], expected[i]);
    assert_int_equal(rng_mix(1234567 + 5 * UINT64_C(0x9E3779B97F4A7C15)), expected[4]);
}

/* Any change in any part of a name is another stream. */
static void test_names_differ(void **state)
{
    (void)state;
    const uint64_t names[] = {
        rng_name(1, 1, "web", "arrivals"),
        rng_name(2, 1, "web", "arrivals"),
        rng_name(1, 2, "web", "arrivals"),
        rng_name(2, 2, "web", "arrivals"),
        rng_name(1, 1, "wea", "arrivals"),
        rng_name(1, 1, "web", "sizes"),
        rng_name(1, 1, "weba", "rrivals"),
        rng_name(1, 1, "arrivals", "web"),
        rng_name(0, 0, "", ""),
        rng_name(0, 1, "", ""),
        rng_name(1, 0, "", ""),
        rng_name(1, 1, "webarrivals", ""),
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        for (size_t j = 0; j < i; j++)
            assert_int_not_equal(names[i], names[j]);
    }
}

/* A stream's numbers are part of every result: released values must not move.  From this
 * implementation. */
static void test_released_values_stay(void **state)
{
    (void)state;
    struct rng rng;
    rng_init(&rng, rng_name(1, 1, "orders", "arrivals"));
    const uint64_t first = rng_u64(&rng);
    rng_init(&rng, rng_name(1, 1, "orders", "arrivals"));
    assert_int_equal(rng_u64(&rng), first);
    assert_int_equal(first, UINT64_C(3514836296971848053));
    assert_int_equal(rng_keyed_word(1, 2, 3), UINT64_C(12918191221454121869));
}

/* Replications 1, 2, 3, ... of one stream are as good as independent: the first draws of 100,000
 * neighbours have the mean and variance of a uniform (1/2, 1/12) and no correlation (lag 1,
 * standard error 1 / sqrt n). */
static void test_neighbours_are_unrelated(void **state)
{
    (void)state;
    enum { N = 100000 };
    double sum = 0.0, squares = 0.0, products = 0.0, before = 0.0;
    for (uint64_t i = 0; i < N; i++) {
        struct rng rng;
        rng_init(&rng, rng_name(7, i, "web", "arrivals"));
        const double u = rng_uniform(&rng) - 0.5;
        sum += u;
        squares += u * u;
        products += u * before;
        before = u;
    }
    /* Var U = 1/12; Var (U - 1/2)^2 = 1/80 - 1/144 = 1/180; Var of a product = 1/144. */
    assert_true(fabs(sum / N) < z_limit * sqrt(1.0 / 12.0 / N));
    assert_true(fabs(squares / N - 1.0 / 12.0) < z_limit * sqrt(1.0 / 180.0 / N));
    assert_true(fabs(products / N) < z_limit * sqrt(1.0 / 144.0 / N));
}

/* Keyed words of consecutive messages and attempts: uniform and unrelated, by the same limits. */
static void test_keyed_words_are_uniform(void **state)
{
    (void)state;
    enum { MESSAGES = 50000, N = 2 * MESSAGES };
    const uint64_t name = rng_name(1, 1, "worker", "service");
    double sum = 0.0, products = 0.0;
    for (uint64_t number = 0; number < MESSAGES; number++) {
        const double first = rng_unit(rng_keyed_word(name, number, 1)) - 0.5;
        const double second = rng_unit(rng_keyed_word(name, number, 2)) - 0.5;
        sum += first + second;
        products += first * second;
    }
    assert_true(fabs(sum / N) < z_limit * sqrt(1.0 / 12.0 / N));
    assert_true(fabs(products / MESSAGES) < z_limit * sqrt(1.0 / 144.0 / MESSAGES));
}

static void test_keyed_generators_differ(void **state)
{
    (void)state;
    struct rng a, b;
    rng_init_keyed(&a, 5, 17, 1);
    rng_init_keyed(&b, 5, 17, 1);
    assert_int_equal(rng_u64(&a), rng_u64(&b));
    rng_init_keyed(&b, 5, 17, 2);
    assert_int_not_equal(rng_u64(&a), rng_u64(&b));
    rng_init_keyed(&a, 5, 18, 1);
    assert_int_not_equal(rng_u64(&a), rng_u64(&b));
}

static void test_gsl_sees_the_same_numbers(void **state)
{
    (void)state;
    struct rng ours, theirs;
    rng_init(&ours, 99);
    rng_init(&theirs, 99);
    assert_int_equal(gsl_rng_min(&theirs.gsl), 0);
    assert_int_equal(gsl_rng_max(&theirs.gsl), ULONG_MAX);
    for (int i = 0; i < 100; i++) {
        const unsigned spare_bits = 64 - (unsigned)(sizeof(unsigned long) * CHAR_BIT);
        assert_int_equal(gsl_rng_get(&theirs.gsl), rng_u64(&ours) >> spare_bits);
        assert_true(gsl_rng_uniform(&theirs.gsl) == rng_uniform(&ours));
    }
    gsl_rng_set(&theirs.gsl, 99);
    rng_init(&ours, 99);
    assert_true(gsl_rng_uniform(&theirs.gsl) == rng_uniform(&ours));
}

/* GSL's normal sampler (which takes words apart) on our words: mean 0, variance 1 (the variance of
 * Z^2 is 2). */
static void test_gsl_samples_from_it(void **state)
{
    (void)state;
    enum { N = 200000 };
    struct rng rng;
    rng_init(&rng, 3);
    double sum = 0.0, squares = 0.0;
    for (int i = 0; i < N; i++) {
        const double z = gsl_ran_gaussian_ziggurat(&rng.gsl, 1.0);
        sum += z;
        squares += z * z;
    }
    assert_true(fabs(sum / N) < z_limit / sqrt(N));
    assert_true(fabs(squares / N - 1.0) < z_limit * sqrt(2.0 / N));
}

static void test_unit_is_half_open(void **state)
{
    (void)state;
    assert_true(rng_unit(0) == 0.0);
    assert_true(rng_unit(UINT64_MAX) < 1.0);
    assert_true(rng_unit(UINT64_MAX) == 1.0 - 0x1p-53);
}

/* Chi-square of 7 cells: 6 degrees of freedom, P(X > 38.26) = 1e-6: the tail is
 * exp(-x/2) (1 + x/2 + (x/2)^2 / 2), checked here. */
static void test_below_is_even(void **state)
{
    (void)state;
    enum { CELLS = 7, N = 70000 };
    const double limit = 38.26, h = limit / 2.0;
    assert_true(fabs(exp(-h) * (1.0 + h + h * h / 2.0) - 1e-6) < 1e-8);
    struct rng rng;
    rng_init(&rng, 12);
    int counts[CELLS] = {0};
    for (int i = 0; i < N; i++)
        counts[rng_below(&rng,
                         CELLS)]++; /* a value of CELLS or more would be caught by the sanitizer */
    double chi = 0.0;
    for (int i = 0; i < CELLS; i++)
        chi += pow(counts[i] - N / CELLS, 2.0) / (N / CELLS);
    assert_true(chi < limit);
    assert_int_equal(rng_below(&rng, 1), 0);
}

static void test_chance_at_its_ends(void **state)
{
    (void)state;
    struct rng rng;
    rng_init(&rng, 1);
    for (int i = 0; i < 1000; i++) {
        assert_false(rng_chance(&rng, 0.0));
        assert_true(rng_chance(&rng, 1.0));
    }
}

/* Marsaglia and Tsang (2000), section 2 and table of constants for 256 rectangles: R
 * = 7.69711747013104972, area v = 0.0039496598225815571993. */
static void test_ziggurat_tables(void **state)
{
    (void)state;
    const long double r = 7.69711747013104972L, v = 0.0039496598225815571993L;
    long double x = v / expl(-r), next = r;
    for (int i = 0; i < 256; i++) {
        assert_true(fabsl((long double)rng_zig_width[i] * 0x1p56L / x - 1.0L) < 1e-12L);
        assert_true(fabsl((long double)rng_zig_accept[i] * 0x1p-56L - next / x) < 1e-12L);
        x = next;
        next = i < 254 ? -logl(v / x + expl(-x)) : 0.0L;
    }
}

static int by_value(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* Kolmogorov-Smirnov against 1 - exp(-x); the limit sqrt(ln(2 / 1e-6) / 2 / n) is Massart's (1990).
 * The third moment about 0 is 6 and its estimate's variance (6! - 6^2) / n: the tail is seen by it.
 */
static void test_exponential(void **state)
{
    (void)state;
    enum { N = 200000 };
    double *sample = malloc(N * sizeof *sample);
    assert_non_null(sample);
    struct rng rng;
    rng_init(&rng, 4);
    double cubes = 0.0;
    for (int i = 0; i < N; i++) {
        sample[i] = rng_exponential(&rng);
        assert_true(sample[i] >= 0.0);
        cubes += pow(sample[i], 3.0);
    }
    qsort(sample, N, sizeof *sample, by_value);
    double furthest = 0.0;
    for (int i = 0; i < N; i++) {
        const double p = -expm1(-sample[i]);
        furthest = fmax(furthest, fmax(fabs(p - (double)i / N), fabs(p - (double)(i + 1) / N)));
    }
    assert_true(furthest < sqrt(log(2e6) / 2.0 / N));
    free(sample);
    assert_true(fabs(cubes / N - 6.0) < z_limit * sqrt((720.0 - 36.0) / N));
}

/* A point x of a wedge is taken with the probability (exp(-x) - f) / (f' - f), f and f' being the
 * density at the layer's two edges; what is not taken is drawn anew and is not x.  Binomial limits.
 */
static void test_exponential_wedges(void **state)
{
    (void)state;
    enum { N = 20000 };
    struct rng rng;
    rng_init(&rng, 6);
    for (unsigned layer = 1; layer < 255; layer += 23) {
        const uint64_t j = rng_zig_accept[layer] / 2 + (UINT64_C(1) << 55);
        const uint64_t word = j << 8 | layer;
        const double x = (double)j * rng_zig_width[layer];
        const double low = exp(-rng_zig_width[layer] * 0x1p56);
        const double high = exp(-rng_zig_width[layer + 1] * 0x1p56);
        const double p = (exp(-x) - low) / (high - low);
        int taken = 0;
        for (int i = 0; i < N; i++)
            taken += rng_exponential_slow(&rng, word) == x;
        assert_true(fabs(taken - N * p) < z_limit * sqrt(N * p * (1.0 - p)));
    }
}

/* In the tail the law repeats itself: P(X > R + 1) = exp(-R - 1), one in 5,985; binomial limits. */
static void test_exponential_tail(void **state)
{
    (void)state;
    enum { N = 2000000 };
    const double p = exp(-8.69711747013104972);
    struct rng rng;
    rng_init(&rng, 5);
    int beyond = 0;
    for (int i = 0; i < N; i++)
        beyond += rng_exponential(&rng) > 8.69711747013104972;
    assert_true(fabs(beyond - N * p) < z_limit * sqrt(N * p));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_generator_is_the_authors),
        cmocka_unit_test(test_seeding_is_splitmix),
        cmocka_unit_test(test_names_differ),
        cmocka_unit_test(test_released_values_stay),
        cmocka_unit_test(test_neighbours_are_unrelated),
        cmocka_unit_test(test_keyed_words_are_uniform),
        cmocka_unit_test(test_keyed_generators_differ),
        cmocka_unit_test(test_gsl_sees_the_same_numbers),
        cmocka_unit_test(test_gsl_samples_from_it),
        cmocka_unit_test(test_unit_is_half_open),
        cmocka_unit_test(test_below_is_even),
        cmocka_unit_test(test_chance_at_its_ends),
        cmocka_unit_test(test_ziggurat_tables),
        cmocka_unit_test(test_exponential),
        cmocka_unit_test(test_exponential_wedges),
        cmocka_unit_test(test_exponential_tail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
