// SPDX-License-Identifier: GPL-3.0-or-later
/* Knobs: values by hand, and that no order of holding and giving back shows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <math.h>
#include <string.h>
#include <cmocka.h>

#include "core/knob.h"
#include "core/rng.h"

static void test_values(void **state)
{
    struct arena arena;
    struct knob knob;
    (void)state;
    arena_init(&arena);
    knob_init(&knob, KNOB_FACTOR, 3, &arena);
    assert_true(knob_value(&knob) == 1.0);
    knob_hold(&knob, 2.0);
    knob_hold(&knob, 0.25);
    assert_true(knob_value(&knob) == 0.5);
    knob_init(&knob, KNOB_CHANCE, 3, &arena);
    assert_true(knob_value(&knob) == 0.0);
    knob_hold(&knob, 0.1);
    assert_true(knob_value(&knob) == 0.1);
    knob_hold(&knob, 0.5);
    /* 1 - 0.9 x 0.5 */
    assert_true(fabs(knob_value(&knob) - 0.55) < 1e-15);
    knob_init(&knob, KNOB_SUM, 3, &arena);
    knob_hold(&knob, 5.0);
    knob_hold(&knob, 7.0);
    assert_true(knob_value(&knob) == 12.0);
    knob_give_back(&knob, 5.0);
    assert_true(knob_value(&knob) == 7.0);
    knob_init(&knob, KNOB_LEAST, 3, &arena);
    assert_true(isinf(knob_value(&knob)));
    knob_hold(&knob, 7.0);
    knob_hold(&knob, 5.0);
    assert_true(knob_value(&knob) == 5.0);
    arena_free(&arena);
}

/* Five values, held in any order after others came and went: the same bits. */
static void test_no_order_shows(void **state)
{
    static const double values[] = {0.1, 0.7, 0.3, 0.3, 0.013};
    struct arena arena;
    struct rng rng;
    double first[4];
    (void)state;
    arena_init(&arena);
    rng_init(&rng, 5);
    for (size_t way = 0; way < 4; way++) {
        for (size_t round = 0; round < 200; round++) {
            struct knob knob;
            double left[5];
            knob_init(&knob, (enum knob_way)way, 7, &arena);
            memcpy(left, values, sizeof left);
            knob_hold(&knob, 0.9);
            knob_hold(&knob, 0.2);
            for (size_t n = 5; n > 0; n--) {
                const size_t pick = (size_t)rng_below(&rng, n);
                knob_hold(&knob, left[pick]);
                left[pick] = left[n - 1];
                if (n == 3)
                    knob_give_back(&knob, 0.9);
            }
            knob_give_back(&knob, 0.2);
            const double value = knob_value(&knob);
            if (round == 0)
                first[way] = value;
            assert_true(memcmp(&value, &first[way], sizeof value) == 0);
        }
    }
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_no_order_shows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
