// SPDX-License-Identifier: GPL-3.0-or-later
/* A key that comes again is told, by comparing a few or by looking up many. */
#include "base/json_keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* Asks for a key that is written without escapes; returns the line of the first, 0: it is new. */
static uint32_t ask(struct json_keys *keys, const char *key, int line)
{
    struct text word = {0};
    uint32_t first = 0;
    text_add(&word, key);
    const bool had = json_keys_has(keys, key, strlen(key), &word, line, &first);
    text_free(&word);
    return had ? first : 0;
}

static void test_the_first_line_is_told(void **state)
{
    (void)state;
    struct json_keys keys;
    json_keys_init(&keys);
    assert_int_equal(ask(&keys, "a", 3), 0);
    assert_int_equal(ask(&keys, "", 4), 0);
    assert_int_equal(ask(&keys, "A", 5), 0);
    assert_int_equal(ask(&keys, "aa", 6), 0);
    assert_int_equal(ask(&keys, "a", 7), 3);
    assert_int_equal(ask(&keys, "", 8), 4);
    assert_int_equal(ask(&keys, "a", 9), 3);
    assert_null(keys.many);
    json_keys_free(&keys);
}

static void test_many_are_looked_up(void **state)
{
    (void)state;
    static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g", "h",
                                        "i", "j", "k", "l", "m", "n", "o", "p"};
    struct json_keys keys;
    json_keys_init(&keys);
    for (int i = 0; i < 16; i++) {
        assert_int_equal(ask(&keys, names[i], 10 + i), 0);
        assert_int_equal(keys.many != NULL, i >= JSON_KEYS_FEW);
    }
    for (int i = 15; i >= 0; i--)
        assert_int_equal(ask(&keys, names[i], 99), 10 + i);
    assert_int_equal(ask(&keys, "q", 99), 0);
    json_keys_free(&keys);
}

/* "a" written as \u0061 is the same key, before and after it was met plain. */
static void test_an_escaped_key_is_what_it_means(void **state)
{
    (void)state;
    struct json_keys keys;
    struct text word = {0};
    uint32_t first = 0;
    text_add(&word, "a");
    json_keys_init(&keys);
    assert_int_equal(ask(&keys, "b", 1), 0);
    assert_int_equal(ask(&keys, "a", 2), 0);
    assert_true(json_keys_has(&keys, "\\u0061", 6, &word, 3, &first));
    assert_int_equal(first, 2);
    json_keys_free(&keys);
    json_keys_init(&keys);
    assert_false(json_keys_has(&keys, "\\u0061", 6, &word, 4, &first));
    assert_int_equal(ask(&keys, "\\u0061", 5), 0);
    assert_int_equal(ask(&keys, "a", 6), 4);
    json_keys_free(&keys);
    text_free(&word);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_first_line_is_told),
        cmocka_unit_test(test_many_are_looked_up),
        cmocka_unit_test(test_an_escaped_key_is_what_it_means),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
