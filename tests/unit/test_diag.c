// SPDX-License-Identifier: GPL-3.0-or-later
/* Mistakes are sorted, told once, and counted beyond the twentieth. */
#include "base/diag.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tools/said.h"

static struct diag_place at(const char *file, int line, int column, const char *pointer)
{
    return (struct diag_place){file, line, column, pointer};
}

static void test_mistakes_come_in_the_order_of_the_file(void **state)
{
    (void)state;
    struct diag *diag = diag_new();
    diag_error(diag, at("b.json", 1, 1, NULL), "last");
    diag_error(diag, at("a.json", 14, 27, "/queues/orders"), "%d is above", 50000);
    diag_error(diag, at("a.json", 14, 3, ""), "before it");
    diag_error(diag, at("a.json", 2, 99, NULL), "first of lines");
    diag_error(diag, at("a.json", 0, 0, NULL), "of the whole file");
    diag_error(diag, at("a.json", 14, 27, "/queues/orders"), "a second one");
    diag_error(diag, at(NULL, 0, 0, "/x"), "of no file");
    assert_int_equal(diag_count(diag), 7);
    char *text = said_printed(diag);
    assert_string_equal(text, "/x: of no file\n"
                              "a.json: of the whole file\n"
                              "a.json:2:99: first of lines\n"
                              "a.json:14:3: before it\n"
                              "a.json:14:27: /queues/orders: 50000 is above\n"
                              "a.json:14:27: /queues/orders: a second one\n"
                              "b.json:1:1: last\n");
    free(text);
    diag_free(diag);
}

static void test_the_same_mistake_is_kept_once(void **state)
{
    (void)state;
    struct diag *diag = diag_new();
    for (int i = 0; i < 3; i++) {
        diag_error(diag, at("a.json", 1, 2, "/p"), "wrong %s", "thing");
    }
    assert_int_equal(diag_count(diag), 1);
    diag_error(diag, at("a.json", 1, 3, "/p"), "wrong thing");
    diag_error(diag, at("a.json", 1, 2, "/q"), "wrong thing");
    diag_error(diag, at("a.json", 1, 2, NULL), "wrong thing");
    diag_error(diag, at("b.json", 1, 2, "/p"), "wrong thing");
    diag_error(diag, at("a.json", 1, 2, "/p"), "wrong word");
    assert_int_equal(diag_count(diag), 6);
    diag_free(diag);
}

/* A thousand are kept, in which the same is looked for; all are counted, and the first in place is
 * among those kept. */
static void test_beyond_a_thousand_they_are_only_counted(void **state)
{
    (void)state;
    struct diag *diag = diag_new();
    struct diag_place place;
    for (int line = 2000; line > 0; line--) {
        diag_error(diag, at("a.json", line, 1, NULL), "wrong in line %d", line);
    }
    assert_int_equal(diag_count(diag), 2000);
    assert_string_equal(diag_first(diag, &place), "wrong in line 1001");
    assert_int_equal(place.line, 1001);
    diag_free(diag);
}

static void test_texts_are_copied(void **state)
{
    (void)state;
    struct diag *diag = diag_new();
    char file[] = "a.json", pointer[] = "/p", word[] = "word";
    diag_error(diag, at(file, 1, 2, pointer), "%s", word);
    file[0] = pointer[0] = word[0] = '#';
    char *text = said_printed(diag);
    assert_string_equal(text, "a.json:1:2: /p: word\n");
    free(text);
    diag_free(diag);
}

static void test_twenty_are_printed_and_the_rest_counted(void **state)
{
    (void)state;
    struct diag *diag = diag_new();
    for (int line = 21; line >= 1; line--) {
        diag_error(diag, at("a.json", line, 1, NULL), "x");
    }
    char *text = said_printed(diag);
    assert_non_null(strstr(text, "a.json:20:1: x\n... and 1 more mistake\n"));
    assert_null(strstr(text, "a.json:21:"));
    free(text);
    diag_error(diag, at("a.json", 30, 1, NULL), "x");
    text = said_printed(diag);
    assert_non_null(strstr(text, "... and 2 more mistakes\n"));
    free(text);
    diag_free(diag);
}

static void test_control_characters_do_not_reach_the_terminal(void **state)
{
    (void)state;
    struct diag *diag = diag_new();
    diag_error(diag, at("a.json", 1, 1, "/\x1b[2J"), "unknown key \"%s\"", "\x07\n\x7f\xc3\xa9");
    char *text = said_printed(diag);
    assert_string_equal(text, "a.json:1:1: /?[2J: unknown key \"???\xc3\xa9\"\n");
    free(text);
    diag_free(diag);
}

static void test_nothing_wrong_prints_nothing(void **state)
{
    (void)state;
    struct diag *diag = diag_new();
    assert_int_equal(diag_count(diag), 0);
    char *text = said_printed(diag);
    assert_string_equal(text, "");
    free(text);
    diag_free(diag);
    diag_free(NULL);
}

static void test_the_first_is_first_in_place(void **state)
{
    (void)state;
    struct diag *diag = diag_new();
    struct diag_place place;
    diag_error(diag, at("a.json", 3, 1, NULL), "third");
    diag_error(diag, at("a.json", 1, 9, "/p"), "second");
    assert_string_equal(diag_first(diag, &place), "second");
    assert_true(place.line == 1 && place.column == 9);
    assert_string_equal(place.pointer, "/p");
    diag_error(diag, at("a.json", 1, 2, NULL), "first");
    diag_error(diag, at("a.json", 1, 2, NULL), "found later");
    assert_string_equal(diag_first(diag, &place), "first");
    assert_int_equal(place.column, 2);
    for (int line = 2000; line > 3; line--)
        diag_error(diag, at("a.json", line, 1, NULL), "x");
    assert_string_equal(diag_first(diag, &place), "first");
    diag_free(diag);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mistakes_come_in_the_order_of_the_file),
        cmocka_unit_test(test_the_same_mistake_is_kept_once),
        cmocka_unit_test(test_beyond_a_thousand_they_are_only_counted),
        cmocka_unit_test(test_texts_are_copied),
        cmocka_unit_test(test_twenty_are_printed_and_the_rest_counted),
        cmocka_unit_test(test_control_characters_do_not_reach_the_terminal),
        cmocka_unit_test(test_nothing_wrong_prints_nothing),
        cmocka_unit_test(test_the_first_is_first_in_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
