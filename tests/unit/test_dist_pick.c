// SPDX-License-Identifier: GPL-3.0-or-later
/* Picks by weight: each index as often as its weight says, and the same for the same name. */
#include "core/dist_pick.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { PICKS = 50000 };

/* A count of n picks with chance p lies within 4.9 standard deviations sqrt(n p (1 - p)), an error
 * of 1e-6. */
static void check_weights(const double *weights, size_t count)
{
    size_t counts[8] = {0};
    double sum = 0.0;
    struct dist_pick *pick = dist_pick_new(weights, count);
    for (size_t i = 0; i < count; i++)
        sum += weights[i];
    for (uint64_t number = 0; number < PICKS; number++) {
        const size_t index = dist_pick_keyed(pick, 99, number);
        assert_true(index < count);
        counts[index]++;
    }
    for (size_t i = 0; i < count; i++) {
        const double p = weights[i] / sum;
        const double half = 4.9 * sqrt(PICKS * p * (1.0 - p));
        assert_true(fabs((double)counts[i] - PICKS * p) <= half);
    }
    dist_pick_free(pick);
}

static void test_weights(void **state)
{
    static const double some[] = {0.1, 3.0, 0.0, 1.9, 5.0}, equal[] = {2, 2, 2}, one[] = {7};
    (void)state;
    check_weights(some, 5);
    check_weights(equal, 3);
    check_weights(one, 1);
}

static void test_names(void **state)
{
    static const double weights[] = {1, 1, 1, 1};
    struct dist_pick *pick = dist_pick_new(weights, 4);
    size_t differences = 0;
    (void)state;
    for (uint64_t number = 0; number < 1000; number++) {
        assert_int_equal(dist_pick_keyed(pick, 5, number), dist_pick_keyed(pick, 5, number));
        differences += dist_pick_keyed(pick, 5, number) != dist_pick_keyed(pick, 6, number);
    }
    /* Two independent picks of four differ with chance 3/4: 750, 4.9 x 13.7 = 67. */
    assert_in_range(differences, 750 - 67, 750 + 67);
    dist_pick_free(pick);
    dist_pick_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_weights),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
