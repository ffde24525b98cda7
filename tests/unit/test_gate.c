// SPDX-License-Identifier: GPL-3.0-or-later
/* Gates: how many calls pass, by counting and within what a binomial allows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <cmocka.h>

#include "base/units.h"
#include "model/gate.h"

static void test_open_and_closed(void **state)
{
    struct gate gate;
    (void)state;
    gate_init(&gate, 1);
    assert_false(gate_judges(&gate));
    assert_true(gate_pass(&gate, 0));
    gate_set(&gate, 1.0, HUGE_VAL, 0);
    assert_true(gate_judges(&gate) && gate_is_closed(&gate));
    assert_false(gate_pass(&gate, 5));
    gate_set(&gate, 0.0, HUGE_VAL, 9);
    assert_false(gate_judges(&gate));
    assert_true(gate_pass(&gate, 9));
}

/* 100,000 calls, each refused with 0.3: 4.9 standard deviations of sqrt(0.3 x 0.7 x 100000) = 145
 * are an error of 1e-6. */
static void test_share(void **state)
{
    struct gate gate;
    int passed = 0;
    (void)state;
    gate_init(&gate, 2);
    gate_set(&gate, 0.3, HUGE_VAL, 0);
    for (int i = 0; i < 100000; i++)
        passed += gate_pass(&gate, i);
    assert_true(fabs(passed - 70000.0) < 4.9 * 145);
}

/* A call every millisecond for ten seconds, five of which pass in each: the bucket is empty at
 * first, so that the first passes after 0.2 s.  Another limit goes on with what is in the bucket.
 */
static void test_rate(void **state)
{
    struct gate gate;
    int passed = 0;
    int64_t first_ns = -1;
    (void)state;
    gate_init(&gate, 3);
    gate_set(&gate, 0.0, 5.0, 0);
    for (int64_t at_ns = 0; at_ns <= 10 * SEC; at_ns += SEC / 1000) {
        const bool passes = gate_pass(&gate, at_ns);
        if (passes && first_ns < 0)
            first_ns = at_ns;
        passed += passes;
    }
    assert_int_equal(first_ns, SEC / 5);
    assert_int_equal(passed, 50);
    gate_set(&gate, 0.0, 2.0, 10 * SEC);
    assert_false(gate_pass(&gate, 10 * SEC));
    /* A second's calls are saved up at most: 2. */
    assert_true(gate_pass(&gate, 60 * SEC));
    assert_true(gate_pass(&gate, 60 * SEC));
    assert_false(gate_pass(&gate, 60 * SEC));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_open_and_closed),
        cmocka_unit_test(test_share),
        cmocka_unit_test(test_rate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
