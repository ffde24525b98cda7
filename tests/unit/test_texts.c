// SPDX-License-Identifier: GPL-3.0-or-later
/* Texts by key: each key once, in order, whatever is put, taken away and copied. */
#include "api/texts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

static void assert_keys(const struct texts *texts, const char *expected)
{
    char keys[32] = "";
    size_t length = 0;
    for (size_t i = 0; i < texts->count; i++)
        length += (size_t)snprintf(keys + length, sizeof keys - length, "%s=%s ", texts->at[i].key,
                                   texts->at[i].value);
    assert_string_equal(keys, expected);
}

static void test_a_key_is_there_once_and_in_its_place(void **state)
{
    (void)state;
    struct texts texts = {0};
    assert_null(texts_get(&texts, "b"));
    texts_put(&texts, "b", "1");
    texts_put(&texts, "c", "2");
    texts_put(&texts, "a", "3");
    assert_keys(&texts, "a=3 b=1 c=2 ");
    texts_put(&texts, "b", "4");
    assert_keys(&texts, "a=3 b=4 c=2 ");
    assert_string_equal(texts_get(&texts, "b"), "4");
    assert_null(texts_get(&texts, "bb"));
    texts_free(&texts);
    assert_int_equal(texts.count, 0);
}

static void test_null_takes_away_and_empty_does_not(void **state)
{
    (void)state;
    struct texts texts = {0};
    texts_put(&texts, "never", NULL);
    assert_int_equal(texts.count, 0);
    texts_put(&texts, "a", "1");
    texts_put(&texts, "b", "2");
    texts_put(&texts, "c", "3");
    texts_put(&texts, "a", NULL);
    assert_keys(&texts, "b=2 c=3 ");
    texts_put(&texts, "c", NULL);
    texts_put(&texts, "b", "");
    assert_keys(&texts, "b= ");
    texts_free(&texts);
}

/* The value put may be the one that is there. */
static void test_a_value_may_replace_itself(void **state)
{
    (void)state;
    struct texts texts = {0};
    texts_put(&texts, "a", "1");
    texts_put(&texts, "a", texts_get(&texts, "a"));
    assert_keys(&texts, "a=1 ");
    texts_free(&texts);
}

static void test_copies_are_equal_and_apart(void **state)
{
    (void)state;
    struct texts one = {0}, other = {0};
    assert_true(texts_are_equal(&one, &other));
    texts_put(&one, "a", "1");
    texts_put(&other, "z", "gone");
    assert_false(texts_are_equal(&one, &other));
    texts_copy(&other, &one);
    assert_true(texts_are_equal(&one, &other));
    texts_put(&one, "a", "2");
    assert_keys(&other, "a=1 ");
    assert_false(texts_are_equal(&one, &other));
    texts_put(&other, "a", NULL);
    assert_false(texts_are_equal(&one, &other));
    texts_free(&one);
    texts_free(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_key_is_there_once_and_in_its_place),
        cmocka_unit_test(test_null_takes_away_and_empty_does_not),
        cmocka_unit_test(test_a_value_may_replace_itself),
        cmocka_unit_test(test_copies_are_equal_and_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
