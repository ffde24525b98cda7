// SPDX-License-Identifier: GPL-3.0-or-later
/* Pauses before a try, by the four kinds of jitter.  The forms are those of the AWS Architecture
 * Blog, "Exponential Backoff And Jitter" (2015): with v = min(cap, base 2^(n-1)) before try n + 1,
 * none is v, full is uniform in [0, v], equal is v/2 + uniform in [0, v/2], decorrelated is
 * min(cap, uniform in [base, 3 x the pause before]). */
#include "actor/retry.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/units.h"

enum { DRAWS = 20000 };

static const struct retry_cfg base = {
    .attempts = 10, .backoff_ns = 100 * MSEC, .max_backoff_ns = 20 * SEC, .jitter = RETRY_NONE};

static void test_without_jitter(void **state)
{
    struct rng rng;
    int64_t expected_ns = 100 * MSEC;
    (void)state;
    rng_init(&rng, 1);
    for (uint32_t tries = 1; tries <= 8; tries++) {
        assert_int_equal(retry_pause_ns(&base, tries, 0, &rng), expected_ns);
        expected_ns *= 2;
    }
    /* 100 ms x 2^8 = 25.6 s is above the cap. */
    assert_int_equal(retry_pause_ns(&base, 9, 0, &rng), 20 * SEC);
    assert_int_equal(retry_pause_ns(&base, 1000, 0, &rng), 20 * SEC);
}

static void test_extremes(void **state)
{
    struct rng rng;
    struct retry_cfg cfg = base;
    (void)state;
    rng_init(&rng, 1);
    cfg.backoff_ns = 0;
    assert_int_equal(retry_pause_ns(&cfg, 50, 0, &rng), 0);
    cfg = base;
    cfg.max_backoff_ns = 10 * MSEC; /* below the first pause */
    assert_int_equal(retry_pause_ns(&cfg, 1, 0, &rng), 10 * MSEC);
    cfg.max_backoff_ns = 1000000 * SEC; /* the largest that the row allows */
    cfg.backoff_ns = 1000000 * SEC;
    for (int jitter = RETRY_FULL; jitter <= RETRY_NONE; jitter++) {
        cfg.jitter = jitter;
        assert_in_range(retry_pause_ns(&cfg, 1000, cfg.max_backoff_ns, &rng), 0,
                        (uint64_t)cfg.max_backoff_ns);
    }
}

/* Pauses lie in [low, high] and fill it: their mean is within 4.9 standard deviations
 * (high - low) / sqrt(12 n) of the middle, an error of 1e-6. */
static void check_uniform(int jitter, uint32_t tries, int64_t previous_ns, int64_t low_ns,
                          int64_t high_ns)
{
    struct rng rng;
    struct retry_cfg cfg = base;
    double sum = 0.0;
    cfg.jitter = jitter;
    rng_init(&rng, rng_name(1, 1, "test", "retry"));
    for (int i = 0; i < DRAWS; i++) {
        const int64_t pause_ns = retry_pause_ns(&cfg, tries, previous_ns, &rng);
        assert_true(pause_ns >= low_ns && pause_ns <= high_ns);
        sum += (double)pause_ns;
    }
    const double middle = 0.5 * (double)(low_ns + high_ns);
    const double deviation = (double)(high_ns - low_ns) / sqrt(12.0 * DRAWS);
    assert_true(fabs(sum / DRAWS - middle) < 4.9 * deviation);
}

static void test_full(void **state)
{
    (void)state;
    check_uniform(RETRY_FULL, 1, 0, 0, 100 * MSEC);
    check_uniform(RETRY_FULL, 4, 0, 0, 800 * MSEC);
    check_uniform(RETRY_FULL, 30, 0, 0, 20 * SEC);
}
static void test_equal(void **state)
{
    (void)state;
    check_uniform(RETRY_EQUAL, 1, 0, 50 * MSEC, 100 * MSEC);
    check_uniform(RETRY_EQUAL, 30, 0, 10 * SEC, 20 * SEC);
}
static void test_decorrelated(void **state)
{
    (void)state;
    check_uniform(RETRY_DECORRELATED, 1, 0, 100 * MSEC, 300 * MSEC);
    check_uniform(RETRY_DECORRELATED, 2, 200 * MSEC, 100 * MSEC, 600 * MSEC);
}

/* Near the cap a decorrelated pause is cut: uniform in [0.1 s, 45 s] is above 20 s with chance
 * 25/44.9 = 0.5568; 20,000 draws: within 4.9 x 70.3 = 344 of 11,136. */
static void test_decorrelated_at_the_cap(void **state)
{
    struct rng rng;
    struct retry_cfg cfg = base;
    size_t cut = 0;
    (void)state;
    cfg.jitter = RETRY_DECORRELATED;
    rng_init(&rng, rng_name(1, 1, "test", "retry"));
    for (int i = 0; i < DRAWS; i++) {
        const int64_t pause_ns = retry_pause_ns(&cfg, 5, 15 * SEC, &rng);
        assert_true(pause_ns >= 100 * MSEC && pause_ns <= 20 * SEC);
        cut += pause_ns == 20 * SEC;
    }
    assert_in_range(cut, 11136 - 344, 11136 + 344);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_without_jitter), cmocka_unit_test(test_extremes),
        cmocka_unit_test(test_full),           cmocka_unit_test(test_equal),
        cmocka_unit_test(test_decorrelated),   cmocka_unit_test(test_decorrelated_at_the_cap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
