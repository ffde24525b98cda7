// SPDX-License-Identifier: GPL-3.0-or-later
/* Closed forms against values that can be computed by hand, and against each other where one is a
 * case of the other. */
#include "experiment/theory.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void near(double seen, double wanted)
{
    if (!(fabs(seen - wanted) <= 1e-12 * fabs(wanted)))
        fail_msg("saw %.15g, wanted %.15g", seen, wanted);
}

/* rho = 0.8, service 0.1 s: 0.1 / 0.2 = 0.5 s. */
static void test_mm1(void **state)
{
    (void)state;
    near(theory_mm1_sojourn_s(8, 0.1), 0.5);
    assert_true(isinf(theory_mm1_sojourn_s(10, 0.1)));
    /* The median of an exponential of mean 0.5 s is 0.5 ln 2. */
    near(theory_mm1_sojourn_cdf(8, 0.1, 0.5 * log(2.0)), 0.5);
    assert_true(theory_mm1_sojourn_cdf(8, 0.1, 0.0) == 0.0);
}

/* From C = (a^c/c!) c/(c-a) / (sum_{k<c} a^k/k! + the same): a = 1, c = 2: 1 / (2 + 1) = 1/3; a =
 * 2, c = 3: 4 / (5 + 4) = 4/9; a = 4, c = 5: (1024/120) 5 / (1 + 4 + 8 + 32/3 + 32/3 + 128/3) =
 * 128/231; a server alone waits with probability rho. */
static void test_erlang_c(void **state)
{
    (void)state;
    near(theory_erlang_c(1, 0.7), 0.7);
    near(theory_erlang_c(2, 1.0), 1.0 / 3.0);
    near(theory_erlang_c(3, 2.0), 4.0 / 9.0);
    near(theory_erlang_c(5, 4.0), 128.0 / 231.0);
    assert_true(theory_erlang_c(3, 3.0) == 1.0);
    /* A thousand servers overflow a^c / c!, but not the recursion. */
    assert_true(theory_erlang_c(1000, 900.0) > 0.0 && theory_erlang_c(1000, 900.0) < 0.01);
}

/* c = 3, a = 2, service 1 s: W = (4/9) / (3 - 2) = 0.444 s, and 1 s of service. */
static void test_mmc(void **state)
{
    (void)state;
    near(theory_mmc_waiting_s(3, 2, 1), 4.0 / 9.0);
    near(theory_mmc_sojourn_s(3, 2, 1), 13.0 / 9.0);
    near(theory_mmc_sojourn_s(1, 8, 0.1), theory_mm1_sojourn_s(8, 0.1));
    assert_true(isinf(theory_mmc_waiting_s(3, 3, 1)));
}

/* An exponential service of mean m has variance m^2; a constant one waits half as long. */
static void test_mg1(void **state)
{
    (void)state;
    near(theory_mg1_sojourn_s(8, 0.1, 0.01), theory_mm1_sojourn_s(8, 0.1));
    near(theory_md1_sojourn_s(8, 0.1), 0.1 + 0.5 * theory_mg1_waiting_s(8, 0.1, 0.01));
    /* rho = 0.5, service 1 s or 3 s with probability 1/2: E S^2 = 5, lambda = 1/4: 5/4 / (2 1/2).
     */
    near(theory_mg1_waiting_s(0.25, 2.0, 1.0), 1.25);
    assert_true(isinf(theory_mg1_waiting_s(1, 1, 0)));
}

/* VT = m ln 2 makes q = 1/2: q / (1 - q) = 1; any handle: 1/2 + 1/8 + 1/64 + 1/1024 + 1/32768 + ...
 */
static void test_duplicates(void **state)
{
    (void)state;
    const double visibility_s = 20.0 * log(2.0);
    near(theory_duplicates(visibility_s, 20.0, false), 1.0);
    double sum = 0.0;
    for (int k = 1; k < 12; k++)
        sum += pow(0.5, k * (k + 1) / 2.0);
    near(theory_duplicates(visibility_s, 20.0, true), sum);
    assert_true(theory_duplicates(1e9, 1.0, false) == 0.0);
    assert_true(theory_duplicates(1e9, 1.0, true) == 0.0);
    assert_true(isinf(theory_duplicates(0, 1, false)) && isinf(theory_duplicates(0, 1, true)));
}

/* The mean of the slowest of n exponential times of mean 1 is H(n) = 1 + 1/2 + ... + 1/n (Ross,
 * Introduction to Probability Models, 5.2.3): of three 11/6.  Summed here as the area above the
 * curve. */
static void test_slowest(void **state)
{
    (void)state;
    static const double alike[] = {1.0, 1.0, 1.0}, differ[] = {1.0, 0.5};
    near(theory_slowest_cdf(alike, 3, log(2.0)), 0.125);
    near(theory_slowest_cdf(differ, 2, log(2.0)), 0.5 * 0.75);
    assert_true(theory_slowest_cdf(alike, 3, 0.0) == 0.0);
    double mean = 0.0;
    for (double t = 0.0005; t < 40.0; t += 0.001)
        mean += 0.001 * (1.0 - theory_slowest_cdf(alike, 3, t));
    assert_true(fabs(mean - 11.0 / 6.0) < 1e-6);
}

/* lambda W = ln 2: every second poll ends in vain, so that there are two a message; a long wait
 * makes one a message, a short one 1/W a second. */
static void test_polls(void **state)
{
    (void)state;
    near(theory_polls_per_s(0.1, 10.0 * log(2.0)), 0.2);
    near(theory_polls_per_s(3.0, 1000.0), 3.0);
    assert_true(fabs(theory_polls_per_s(1e-6, 20.0) * 20.0 - 1.0) < 1e-4);
}

/* rho = 1/2, K = 2: p = 4/7, 2/7, 1/7; L = 4/7, and 6/7 of 1/2 a second are let in.  At rho = 1 all
 * states are equally likely; with much room it is M/M/1. */
static void test_mm1k(void **state)
{
    (void)state;
    near(theory_mm1k_refused_p(2, 0.5, 1), 1.0 / 7.0);
    near(theory_mm1k_sojourn_s(2, 0.5, 1), (4.0 / 7.0) / (3.0 / 7.0));
    near(theory_mm1k_refused_p(4, 1, 1), 0.2);
    near(theory_mm1k_sojourn_s(1000, 8, 0.1), 0.5);
}

/* Exact for M/G/1, nothing where nothing varies. */
static void test_kingman(void **state)
{
    (void)state;
    near(theory_gg1_waiting_s(8, 0.1, 1.0, 1.0), 0.4);
    near(theory_gg1_waiting_s(8, 0.1, 1.0, 0.5), theory_mg1_waiting_s(8, 0.1, 0.005));
    assert_true(theory_gg1_waiting_s(8, 0.1, 0.0, 0.0) == 0.0);
    assert_true(isinf(theory_gg1_waiting_s(10, 0.1, 1.0, 1.0)));
}

static double exponential_longer_p(const void *context, double timeouts)
{
    return exp(-timeouts * *(const double *)context);
}

/* The general form is the exponential one's where work is exponential. */
static void test_duplicates_of_any_work(void **state)
{
    (void)state;
    const double ratio = 0.7;
    near(theory_duplicates_of(exponential_longer_p, &ratio, false),
         theory_duplicates(0.7, 1.0, false));
    near(theory_duplicates_of(exponential_longer_p, &ratio, true),
         theory_duplicates(0.7, 1.0, true));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mm1k),
        cmocka_unit_test(test_kingman),
        cmocka_unit_test(test_duplicates_of_any_work),
        cmocka_unit_test(test_mm1),
        cmocka_unit_test(test_erlang_c),
        cmocka_unit_test(test_mmc),
        cmocka_unit_test(test_mg1),
        cmocka_unit_test(test_duplicates),
        cmocka_unit_test(test_slowest),
        cmocka_unit_test(test_polls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
