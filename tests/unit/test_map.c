// SPDX-License-Identifier: GPL-3.0-or-later
/* Maps keep what was put, and the order in which it was. */
#include "base/map.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/text.h"

static void note(void *context, const char *text, uint64_t key, uint32_t value)
{
    if (text != NULL) {
        text_printf(context, "%s=%u ", text, value);
    } else {
        text_printf(context, "%llu=%u ", (unsigned long long)key, value);
    }
}

static void assert_order(const struct map *map, const char *expected)
{
    struct text seen = {0};
    map_each(map, note, &seen);
    assert_string_equal(text_of(&seen), expected);
    text_free(&seen);
}

static void test_texts_are_keys(void **state)
{
    (void)state;
    struct map *map = map_new();
    uint32_t value = 99;
    assert_false(map_get_text(map, "a", &value));
    assert_int_equal(value, 99);
    char key[] = "zebra";
    map_put_text(map, key, 1);
    key[0] = '?'; /* the key was copied */
    map_put_text(map, "apple", 2);
    map_put_text(map, "", 3);
    assert_true(map_get_text(map, "zebra", &value));
    assert_int_equal(value, 1);
    assert_true(map_get_text(map, "", &value));
    assert_int_equal(value, 3);
    assert_false(map_get_text(map, "Zebra", &value));
    assert_false(map_get_text(map, "zebr", &value));
    assert_int_equal(map_count(map), 3);
    assert_order(map, "zebra=1 apple=2 =3 ");
    map_free(map);
}

static void test_replacing_keeps_the_place_and_removing_loses_it(void **state)
{
    (void)state;
    struct map *map = map_new();
    map_put_text(map, "a", 1);
    map_put_text(map, "b", 2);
    map_put_text(map, "c", 3);
    map_put_text(map, "a", 4);
    assert_order(map, "a=4 b=2 c=3 ");
    assert_true(map_remove_text(map, "a"));
    assert_false(map_remove_text(map, "a"));
    map_put_text(map, "a", 5);
    assert_order(map, "b=2 c=3 a=5 ");
    assert_int_equal(map_count(map), 3);
    map_free(map);
}

/* Keys that go up and down by a multiplier odd and so invertible mod 2^64: all differ. */
static void test_numbers_are_keys_in_order_of_insertion(void **state)
{
    (void)state;
    enum { COUNT = 5000 };
    struct map *map = map_new();
    for (uint32_t i = 0; i < COUNT; i++) {
        map_put(map, i * UINT64_C(0x9e3779b97f4a7c15), i);
    }
    assert_int_equal(map_count(map), COUNT);
    for (uint32_t i = 0; i < COUNT; i += 2) {
        assert_true(map_remove(map, i * UINT64_C(0x9e3779b97f4a7c15)));
    }
    for (uint32_t i = 0; i < COUNT; i++) {
        uint32_t value = COUNT;
        bool found = map_get(map, i * UINT64_C(0x9e3779b97f4a7c15), &value);
        assert_int_equal(found, i % 2 == 1);
        assert_int_equal(value, found ? i : COUNT);
    }
    assert_int_equal(map_count(map), COUNT / 2);
    map_free(map);
    map = map_new();
    map_put(map, 9, 1);
    map_put(map, 0, 2);
    map_put(map, UINT64_MAX, 3);
    map_put(map, 5, 4);
    map_remove(map, 0);
    assert_order(map, "9=1 18446744073709551615=3 5=4 ");
    map_free(map);
}

static void test_empty_maps_answer(void **state)
{
    (void)state;
    struct map *map = map_new();
    uint32_t value;
    assert_int_equal(map_count(map), 0);
    assert_false(map_get(map, 0, &value));
    assert_false(map_remove(map, 0));
    assert_false(map_remove_text(map, "a"));
    assert_order(map, "");
    map_free(map);
    map_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts_are_keys),
        cmocka_unit_test(test_replacing_keeps_the_place_and_removing_loses_it),
        cmocka_unit_test(test_numbers_are_keys_in_order_of_insertion),
        cmocka_unit_test(test_empty_maps_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
