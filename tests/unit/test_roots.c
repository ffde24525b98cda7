// SPDX-License-Identifier: GPL-3.0-or-later
/* The table of roots, against an array by number. */
#include "observe/roots.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

enum { NUMBERS = 500, STEPS = 50000 };

static void test_against_array(void **state)
{
    (void)state;
    struct roots roots;
    static int64_t wanted[NUMBERS][2]; /* by number and queue; 0: absent */
    uint64_t random = 7;
    uint32_t count = 0;
    roots_init(&roots);
    for (int64_t step = 1; step <= STEPS; step++) {
        random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        const uint32_t number = (uint32_t)((random >> 33) % NUMBERS);
        const uint16_t queue = (uint16_t)(random >> 63);
        const uint64_t root = (uint64_t)5 << 48 | number;
        struct root_entry *entry = roots_find(&roots, root, queue);
        assert_int_equal(entry != NULL ? entry->called_ns : 0, wanted[number][queue]);
        if (entry != NULL) {
            roots_remove(&roots, entry);
            wanted[number][queue] = 0;
            count--;
        } else {
            roots_add(&roots, root, queue)->called_ns = step;
            wanted[number][queue] = step;
            count++;
        }
        assert_int_equal(roots.count, count);
    }
    assert_true(count > 0);
    roots_clear(&roots);
    for (uint32_t number = 0; number < NUMBERS; number++)
        assert_null(roots_find(&roots, (uint64_t)5 << 48 | number, 0));
    roots_free(&roots);
}

static void test_new_entry(void **state)
{
    (void)state;
    struct roots roots;
    roots_init(&roots);
    assert_null(roots_find(&roots, 1, 2));
    const struct root_entry *entry = roots_add(&roots, 1, 2);
    assert_int_equal(entry->open, 1);
    assert_false(entry->is_finished || entry->is_gone);
    assert_null(roots_find(&roots, 1, 3));
    roots_free(&roots);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_against_array),
        cmocka_unit_test(test_new_entry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
