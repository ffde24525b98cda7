// SPDX-License-Identifier: GPL-3.0-or-later
/* Growable texts, the nearest word, and what is UTF-8. */
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static void test_text_grows_and_is_cut(void **state)
{
    (void)state;
    struct text text = {0};
    assert_string_equal(text_of(&text), "");
    text_clear(&text);
    text_add(&text, "a");
    text_append(&text, "bcd", 2);
    text_printf(&text, "%d/%s", 42, "x");
    assert_string_equal(text_of(&text), "abc42/x");
    assert_int_equal(text.length, 7);
    text_cut(&text, 3);
    assert_string_equal(text_of(&text), "abc");
    text_add(&text, "");
    assert_string_equal(text_of(&text), "abc");
    text_clear(&text);
    assert_string_equal(text_of(&text), "");
    text_free(&text);
    assert_null(text.bytes);
}

static void test_text_holds_much(void **state)
{
    (void)state;
    struct text text = {0};
    for (int i = 0; i < 10000; i++) {
        text_printf(&text, "%04d", i);
    }
    assert_int_equal(text.length, 40000);
    assert_int_equal(strlen(text_of(&text)), 40000);
    assert_memory_equal(text_of(&text) + 4 * 1234, "1234", 4);
    text_append(&text, "a\0b", 3);
    assert_memory_equal(text_of(&text) + 40000, "a\0b", 4);
    text_free(&text);
}

static const char *nearest(const char *word)
{
    static const char *const names[] = {
        "VisibilityTimeout", "DelaySeconds", "rate", "poisson", "paced", "to",
    };
    return text_nearest(word, names, sizeof names / sizeof names[0]);
}

static void test_nearest_word_is_found(void **state)
{
    (void)state;
    assert_string_equal(nearest("VisiblityTimeout"), "VisibilityTimeout");  /* one letter lost */
    assert_string_equal(nearest("visibilityTimeOut"), "VisibilityTimeout"); /* two changed */
    assert_string_equal(nearest("poison"), "poisson");
    assert_string_equal(nearest("rtae"),
                        "rate"); /* a transposition counts one; a third of 4 is 1 */
    assert_string_equal(nearest("paecd"), "paced");
    assert_string_equal(nearest("rate"), "rate");
    assert_string_equal(nearest("too"), "to");
}

static void test_far_words_are_not_near(void **state)
{
    (void)state;
    assert_null(nearest("raetess")); /* 3 edits; a third of 7 is 2 */
    assert_null(nearest("etar"));
    assert_null(nearest(""));
    assert_null(nearest("completelyDifferent"));
    assert_null(text_nearest("rate", NULL, 0));
    char giant[1000];
    memset(giant, 'a', sizeof giant - 1);
    giant[sizeof giant - 1] = '\0';
    assert_null(nearest(giant));
}

static void test_of_two_as_near_the_first_is_told(void **state)
{
    (void)state;
    static const char *const names[] = {"abd", "abe", "abc"};
    assert_string_equal(text_nearest("abx", names, 3), "abd");
    assert_string_equal(text_nearest("abc", names, 3), "abc");
}

static void hint_is(const char *word, const char *const *words, size_t count, const char *expected)
{
    struct text hint = {0};
    text_hint(&hint, word, words, count);
    assert_string_equal(text_of(&hint), expected);
    text_free(&hint);
}

/* Who is not near any of them is told them all, unless that would be a page. */
static void test_a_hint_names_the_nearest_or_all(void **state)
{
    (void)state;
    static const char *const names[] = {"orders", "bills", "web"};
    const char *many[300];
    for (size_t i = 0; i < 300; i++)
        many[i] = "some";
    struct text hint = {0};
    hint_is("ordrs", names, 3, ", did you mean \"orders\"?");
    hint_is("jobs", names, 3, "; there are orders, bills, web");
    hint_is("jobs", names, 1, "; there is orders");
    hint_is("jobs", NULL, 0, "");
    text_hint(&hint, "jobs", many, 300);
    assert_true(hint.length > 200 && hint.length < 250);
    assert_non_null(strstr(text_of(&hint), "some, ..."));
    text_free(&hint);
}

/* The bounds of RFC 3629, section 4: first and last of each length, and just beyond. */
static void test_characters_are_those_of_rfc_3629(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t length;
    } cases[] = {
        {"a", 1},
        {"\x7f", 1},
        {"\xc2\x80", 2},
        {"\xdf\xbf", 2},
        {"\xe0\xa0\x80", 3},
        {"\xed\x9f\xbf", 3},
        {"\xee\x80\x80", 3},
        {"\xef\xbf\xbf", 3},
        {"\xf0\x90\x80\x80", 4},
        {"\xf4\x8f\xbf\xbf", 4},
        {"\x80", 0},             /* a continuation alone */
        {"\xc0\xaf", 0},         /* overlong */
        {"\xc1\xbf", 0},         /* overlong */
        {"\xe0\x9f\xbf", 0},     /* overlong */
        {"\xed\xa0\x80", 0},     /* U+D800 */
        {"\xf0\x8f\xbf\xbf", 0}, /* overlong */
        {"\xf4\x90\x80\x80", 0}, /* U+110000 */
        {"\xf5\x80\x80\x80", 0},
        {"\xff", 0},
        {"\xc3", 0},      /* cut */
        {"\xe2\x82", 0},  /* cut */
        {"\xc3(", 0},     /* no continuation */
        {"\xe2\x82(", 0}, /* no continuation */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(text_character(cases[i].bytes, strlen(cases[i].bytes)), cases[i].length);
    }
    assert_int_equal(text_character("", 0), 0);
    assert_int_equal(text_character("\0", 1), 1);
}

/* Every character that is no surrogate is written as what text_character takes for one. */
static void test_characters_are_written_as_read(void **state)
{
    (void)state;
    struct text text = {0};
    for (unsigned code = 1; code <= 0x10ffff; code += code < 0x1000 ? 1 : 97) {
        if (code >= 0xd800 && code <= 0xdfff) {
            continue;
        }
        text_clear(&text);
        text_add_character(&text, code);
        assert_int_equal(text_character(text_of(&text), text.length), text.length);
    }
    text_clear(&text);
    text_add_character(&text, 0x20ac); /* the euro sign, RFC 3629 section 3's way of packing bits */
    text_add_character(&text, 0x1d11e); /* RFC 8259's example of a clef, beyond U+FFFF */
    assert_string_equal(text_of(&text), "\xe2\x82\xac\xf0\x9d\x84\x9e");
    text_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_grows_and_is_cut),
        cmocka_unit_test(test_text_holds_much),
        cmocka_unit_test(test_nearest_word_is_found),
        cmocka_unit_test(test_far_words_are_not_near),
        cmocka_unit_test(test_of_two_as_near_the_first_is_told),
        cmocka_unit_test(test_a_hint_names_the_nearest_or_all),
        cmocka_unit_test(test_characters_are_those_of_rfc_3629),
        cmocka_unit_test(test_characters_are_written_as_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
