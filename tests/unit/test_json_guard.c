// SPDX-License-Identifier: GPL-3.0-or-later
/* JSON by the letter: what is refused and with which sentence, seen through json_parse, so that
 * what is passed is seen to be what cJSON takes. */
#include "base/json_guard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/json.h"
#include "base/text.h"
#include "tools/json_lab.h"

/* Parses what is wrong and compares all that is said about it. */
static void assert_refused_bytes(const char *text, size_t bytes, bool comments,
                                 const char *expected)
{
    struct diag *diag = diag_new();
    struct json_doc *doc = json_parse("a.json", text, bytes, comments, diag);
    json_lab_said(diag, expected);
    assert_null(doc);
    diag_free(diag);
}

static void assert_refused(const char *text, const char *expected)
{
    assert_refused_bytes(text, strlen(text), false, expected);
}

struct refusal {
    const char *text, *said;
};

static void assert_refusals(const struct refusal *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_refused(cases[i].text, cases[i].said);
    }
}

#define REFUSALS(cases) assert_refusals(cases, sizeof(cases) / sizeof(cases)[0])

static void test_numbers_follow_the_grammar(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {"012", "a.json:1:1: 012 is not a JSON number\n"},
        {"-012", "a.json:1:1: -012 is not a JSON number\n"},
        {"1.", "a.json:1:1: 1. is not a JSON number\n"},
        {".5", "a.json:1:1: .5 is not a JSON number\n"},
        {"+1", "a.json:1:1: +1 is not a JSON number\n"},
        {"-", "a.json:1:1: - is not a JSON number\n"},
        {"1e", "a.json:1:1: 1e is not a JSON number\n"},
        {"1e+", "a.json:1:1: 1e+ is not a JSON number\n"},
        {"1.e5", "a.json:1:1: 1.e5 is not a JSON number\n"},
        {"0x10", "a.json:1:1: 0x10 is not a JSON number\n"},
        {"-Infinity", "a.json:1:1: -Infinity is not a JSON number\n"},
        {"1_000", "a.json:1:1: 1_000 is not a JSON number\n"},
        {"[1.2.3]", "a.json:1:2: 1.2.3 is not a JSON number\n"},
        {"1e999", "a.json:1:1: 1e999 is too large for a number\n"},
        {"-1e999", "a.json:1:1: -1e999 is too large for a number\n"},
        /* cJSON reads 63 characters of a number and takes the rest for something else. */
        {"1000000000000000000000000000000000000000000000000000000000000000000000",
         "a.json:1:1: a number of 70 characters: at most 60\n"},
    };
    REFUSALS(cases);
    static const char *const fine[] = {"0",    "-0",     "10",     "0.5",
                                       "-0.5", "1e5",    "1E-5",   "1e+5",
                                       "0e07", "1.5e-3", "1e-999", "123456789012345678901"};
    for (size_t i = 0; i < sizeof fine / sizeof fine[0]; i++) {
        struct json_doc *doc = json_lab_parse("a.json", fine[i], false);
        assert_memory_equal(&(double){json_number(json_root(doc))},
                            &(double){strtod(fine[i], NULL)}, sizeof(double));
        json_free(doc);
    }
}

static void test_words_are_three(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {"True", "a.json:1:1: True is not a JSON value, did you mean true?\n"},
        {"nul", "a.json:1:1: nul is not a JSON value, did you mean null?\n"},
        {"NaN", "a.json:1:1: NaN is not a JSON value (a text stands in double quotes)\n"},
        {"[hello]", "a.json:1:2: hello is not a JSON value (a text stands in double quotes)\n"},
        {"'a'", "a.json:1:1: a text stands in double quotes\n"},
        {"truefalse",
         "a.json:1:1: truefalse is not a JSON value (a text stands in double quotes)\n"},
    };
    REFUSALS(cases);
}

static void test_texts_are_utf8_without_control_characters(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {"\"x\\u0000y\"", "a.json:1:3: \\u0000 is not allowed in a text\n"},
        {"\"\xff\"", "a.json:1:2: the byte 0xff is not UTF-8\n"},
        {"\"\xc0\xaf\"", "a.json:1:2: the byte 0xc0 is not UTF-8\n"
                         "a.json:1:3: the byte 0xaf is not UTF-8\n"},
        /* U+D800 as UTF-8: its other bytes continue no character and are in its column. */
        {"\"\xed\xa0\x80\"", "a.json:1:2: the byte 0xed is not UTF-8\n"
                             "a.json:1:3: the byte 0xa0 is not UTF-8\n"
                             "a.json:1:3: the byte 0x80 is not UTF-8\n"},
        {"\"a\tb\"", "a.json:1:3: a raw control character (0x09) in a text: write \\u0009\n"},
        {"\"\x1f\"", "a.json:1:2: a raw control character (0x1f) in a text: write \\u001f\n"},
        {"\"\\ud800\"", "a.json:1:2: \\ud800 is half of a surrogate pair\n"},
        {"\"\\udc00\"", "a.json:1:2: \\udc00 is half of a surrogate pair\n"},
        {"\"\\ud800\\u0041\"", "a.json:1:2: \\ud800 is half of a surrogate pair\n"},
        {"\"\\ud800\\", "a.json:1:1: the text ends before the quote that closes this\n"
                        "a.json:1:2: \\ud800 is half of a surrogate pair\n"
                        "a.json:1:8: a backslash in a text is written \\\\\n"},
        {"\"\\u12g4\"", "a.json:1:2: \\u needs four hexadecimal digits\n"},
        {"\"\\u12\"", "a.json:1:2: \\u needs four hexadecimal digits\n"},
        {"\"\\x41\"", "a.json:1:2: \\x is not an escape of JSON\n"},
        {"\"abc", "a.json:1:1: the text ends before the quote that closes this\n"},
        {"[\"abc\n]", "a.json:1:2: the quote that closes this is missing on its line "
                      "(a line break inside is written \\n)\n"},
        {"{\"\\ud800\":1}", "a.json:1:3: \\ud800 is half of a surrogate pair\n"},
    };
    REFUSALS(cases);
    assert_refused_bytes("\"a\0b\"", 5, false,
                         "a.json:1:3: a raw control character (0x00) in a text: write \\u0000\n");
    struct json_doc *doc =
        json_lab_parse("a.json", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud834\\udd1e\x7f\"", false);
    assert_string_equal(json_text(json_root(doc)), "\"\\/\b\f\n\r\t\xc3\xa9\xf0\x9d\x84\x9e\x7f");
    json_free(doc);
}

static void test_duplicate_keys_are_refused(void **state)
{
    (void)state;
    assert_refused("{\"a\": 1,\n \"b\": 2,\n \"a\": 3,\n \"a\": 4}",
                   "a.json:3:2: duplicate key \"a\" (first at line 1)\n"
                   "a.json:4:2: duplicate key \"a\" (first at line 1)\n");
    assert_refused("{\"ab\": 1, \"\\u0061b\": 2}",
                   "a.json:1:11: duplicate key \"ab\" (first at line 1)\n");
    assert_refused("{\"\": {\"x\": 1, \"x\": 2}}",
                   "a.json:1:15: duplicate key \"x\" (first at line 1)\n");
    /* Other letters, and other objects, are no duplicates. */
    json_free(
        json_lab_parse("a.json", "{\"a\": {\"a\": 1}, \"A\": [{\"a\": 1}, {\"a\": 2}]}", false));
}

static void test_structure_is_strict(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {"", "a.json:1:1: the text is empty\n"},
        {" \n\t", "a.json:1:1: the text is empty\n"},
        {"{", "a.json:1:2: the text ends in the middle of an object\n"},
        {"{\"a\"", "a.json:1:5: the text ends in the middle of an object\n"},
        {"{\"a\":", "a.json:1:6: the text ends in the middle of an object\n"},
        {"{\"a\":1", "a.json:1:7: the text ends in the middle of an object\n"},
        {"{\"a\":1,", "a.json:1:8: the text ends in the middle of an object\n"},
        {"[", "a.json:1:2: the text ends in the middle of an array\n"},
        {"[1", "a.json:1:3: the text ends in the middle of an array\n"},
        {"[1,", "a.json:1:4: the text ends in the middle of an array\n"},
        {"{\"a\" 1}", "a.json:1:6: expected ':' after a key\n"},
        {"{\"a\":1 \"b\":2}", "a.json:1:8: expected ',' or '}' after a value\n"},
        {"{\"a\":1]", "a.json:1:7: expected ',' or '}' after a value\n"},
        {"[1 2]", "a.json:1:4: expected ',' or ']' after a value\n"},
        {"[1}", "a.json:1:3: expected ',' or ']' after a value\n"},
        {"{\"a\":1,}", "a.json:1:7: trailing comma before '}'\n"},
        {"[1, ]", "a.json:1:3: trailing comma before ']'\n"},
        {"[,1]", "a.json:1:2: expected a value\n"},
        {"[1,,2]", "a.json:1:4: expected a value\n"},
        {"{,}", "a.json:1:2: expected a key in double quotes\n"},
        {"{a:1}", "a.json:1:2: expected a key in double quotes\n"},
        {"{\"a\":}", "a.json:1:6: expected a value\n"},
        {"1 2", "a.json:1:3: expected the end of the text after the value\n"},
        {"{} x", "a.json:1:4: expected the end of the text after the value\n"},
        {"}", "a.json:1:1: expected a value\n"},
        {"[1] // x", "a.json:1:5: JSON has no comments (a *.jsonc file may have them)\n"},
        {"[/* x */ 1]", "a.json:1:2: JSON has no comments (a *.jsonc file may have them)\n"},
        {"\xef\xbb\xbf{}", "a.json:1:1: the text begins with a byte order mark: "
                           "save it as UTF-8 without one\n"},
        {"\xc2\xa0{}", "a.json:1:1: expected a value\n"}, /* a no-break space is no blank */
        {"\v1", "a.json:1:1: expected a value\n"},        /* nor is a vertical tab */
    };
    REFUSALS(cases);
    assert_refused_bytes("[1]\0", 4, false,
                         "a.json:1:4: expected the end of the text after the value\n");
    assert_refused_bytes("\0", 1, false, "a.json:1:1: expected a value\n");
}

static void test_mistakes_that_leave_no_doubt_are_told_together(void **state)
{
    (void)state;
    assert_refused("{\"a\": 012,\n \"a\": \"\xff\",\n \"b\": [nul, 1e999] x }",
                   "a.json:1:7: 012 is not a JSON number\n"
                   "a.json:2:2: duplicate key \"a\" (first at line 1)\n"
                   "a.json:2:8: the byte 0xff is not UTF-8\n"
                   "a.json:3:8: nul is not a JSON value, did you mean null?\n"
                   "a.json:3:13: 1e999 is too large for a number\n"
                   "a.json:3:20: expected ',' or '}' after a value\n");
}

static void test_a_flood_of_mistakes_is_stopped(void **state)
{
    (void)state;
    struct text flood = {0};
    text_add(&flood, "[");
    for (int i = 0; i < 5000; i++) {
        text_add(&flood, "01,");
    }
    struct diag *diag = diag_new();
    assert_null(json_parse("a.json", text_of(&flood), flood.length, false, diag));
    assert_int_equal(diag_count(diag), 100);
    diag_free(diag);
    text_free(&flood);
}

static void nest(struct text *text, int depth)
{
    text_clear(text);
    for (int i = 0; i < depth; i++) {
        text_add(text, i % 2 == 0 ? "[" : "{\"a\":");
    }
    for (int i = depth - 1; i >= 0; i--) {
        text_add(text, i % 2 == 0 ? (i == depth - 1 ? "1]" : "]") : (i == depth - 1 ? "1}" : "}"));
    }
}

static void test_nesting_ends_at_a_hundred(void **state)
{
    (void)state;
    struct text text = {0};
    nest(&text, 100);
    json_free(json_lab_parse("a.json", text_of(&text), false));
    nest(&text, 101);
    /* 50 arrays of 1 and 50 objects of 5 characters stand before it. */
    assert_refused(text_of(&text), "a.json:1:301: values are nested more than 100 deep\n");
    text_free(&text);
}

static void test_comments_leave_places_alone(void **state)
{
    (void)state;
    struct json_doc *doc =
        json_lab_parse("a.jsonc",
                       "// a \"head\"\n"
                       "{ /* \xc3\xa9\xc3\xa9 */ \"a\": [1, 2,\n"
                       "/* two\n lines */ ], // end\n"
                       "\"url\": \"http://x/*y*/,]\", \"q\": \"\\\"//\", \"n\": 1.5e3 /**/,}//",
                       true);
    json_lab_prints(doc, "{\"a\":[1,2],\"url\":\"http://x/*y*/,]\",\"q\":\"\\\"//\",\"n\":1500}");
    json_lab_stands(json_key_place(doc, json_find(doc, "/a"), NULL), "a.jsonc", 2, 12);
    json_lab_stands(json_place(doc, json_find(doc, "/a/1"), NULL), "a.jsonc", 2, 21);
    json_lab_stands(json_key_place(doc, json_find(doc, "/url"), NULL), "a.jsonc", 5, 1);
    json_free(doc);
    assert_refused_bytes("[1,,]", 5, true, "a.json:1:4: expected a value\n");
    assert_refused_bytes("[,]", 3, true, "a.json:1:2: expected a value\n");
    assert_refused_bytes("{\"a\":,}", 7, true, "a.json:1:6: expected a value\n");
    assert_refused_bytes("[1] /* x", 8, true,
                         "a.json:1:5: the comment that begins here is never closed\n");
    assert_refused_bytes("// x", 4, true, "a.json:1:1: the text is empty\n");
    assert_refused_bytes("[1 /", 4, true, "a.json:1:4: expected ',' or ']' after a value\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_follow_the_grammar),
        cmocka_unit_test(test_words_are_three),
        cmocka_unit_test(test_texts_are_utf8_without_control_characters),
        cmocka_unit_test(test_duplicate_keys_are_refused),
        cmocka_unit_test(test_structure_is_strict),
        cmocka_unit_test(test_mistakes_that_leave_no_doubt_are_told_together),
        cmocka_unit_test(test_a_flood_of_mistakes_is_stopped),
        cmocka_unit_test(test_nesting_ends_at_a_hundred),
        cmocka_unit_test(test_comments_leave_places_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
