// SPDX-License-Identifier: GPL-3.0-or-later
/* Keys and their numbers, through growth and clearing. */
#include "core/key_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void test_put_and_find(void **state)
{
    struct key_table table = {0};
    (void)state;
    assert_null(key_table_find(&table, 0));
    assert_true(key_table_put(&table, 0, 5));
    assert_true(key_table_put(&table, UINT64_MAX, -1));
    assert_false(key_table_put(&table, 0, 6));
    assert_int_equal(*key_table_find(&table, 0), 6);
    assert_int_equal(*key_table_find(&table, UINT64_MAX), -1);
    assert_null(key_table_find(&table, 1));
    key_table_free(&table);
}

/* Keys that differ in their low or high bits alone; every one is found again. */
static void test_many(void **state)
{
    struct key_table table = {0};
    (void)state;
    for (uint64_t i = 0; i < 20000; i++)
        assert_true(key_table_put(&table, i % 2 == 0 ? i : i << 44, (int64_t)i));
    for (uint64_t i = 0; i < 20000; i++)
        assert_int_equal(*key_table_find(&table, i % 2 == 0 ? i : i << 44), i);
    assert_int_equal(table.count, 20000);
    assert_null(key_table_find(&table, 20001));
    assert_true(2 * table.count <= table.places);
    key_table_clear(&table);
    assert_null(key_table_find(&table, 2));
    assert_true(key_table_put(&table, 2, 0));
    key_table_free(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_put_and_find),
        cmocka_unit_test(test_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
