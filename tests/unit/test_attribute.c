// SPDX-License-Identifier: GPL-3.0-or-later
/* Texts, ids and message attributes at their limits. */
#include "api/attribute.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/json.h"
#include "base/text.h"
/* A text of so many letters; the latest five live. */
static const char *letters(size_t count)
{
    static char buffers[5][2100];
    static int next;
    char *text = buffers[next++ % 5];
    assert_true(count < sizeof buffers[0]);
    memset(text, 'x', count);
    text[count] = '\0';
    return text;
}

/* Reads params in which a backtick stands for a quotation mark; returns the error's code and, if
 * there is none, the attributes' number and weight, and how they are written. */
static enum request_code read(const char *params, size_t *count, size_t *bytes, struct text *out)
{
    struct diag *diag = diag_new();
    struct text text = {0};
    struct arena arena;
    struct content content = {.body = "body", .body_bytes = 4};
    struct request_error error = {.code = REQUEST_OK};
    arena_init(&arena);
    text_add(&text, params);
    for (char *c = text.bytes; *c != '\0'; c++)
        *c = *c == '`' ? '"' : *c;
    struct json_doc *doc = json_parse("", text.bytes, text.length, false, diag);
    assert_non_null(doc);
    const bool is_good =
        attribute_read_all(json_root(doc), CONTENT_ATTRIBUTES, &content, &arena, &error);
    assert_int_equal(is_good, error.code == REQUEST_OK);
    *count = content.attribute_count;
    *bytes = attribute_total_bytes(&content);
    if (is_good && out != NULL) {
        struct json_writer w;
        json_write_init(&w, out, true);
        json_write_open(&w, '{');
        attribute_write(&w, &content, ~2u);
        json_write_close(&w, '}');
    }
    json_free(doc);
    text_free(&text);
    arena_free(&arena);
    diag_free(diag);
    return error.code;
}

/* The code for one attribute. */
static enum request_code read_one(const char *name, const char *type, const char *value)
{
    struct text params = {0};
    size_t count, bytes;
    text_printf(&params, "{`MessageAttributes`:{`%s`:{`DataType`:`%s`,%s}}}", name, type, value);
    const enum request_code code = read(text_of(&params), &count, &bytes, NULL);
    assert_int_equal(count, code == REQUEST_OK);
    text_free(&params);
    return code;
}

static enum request_code named(const char *name)
{
    return read_one(name, "String", "`StringValue`:`v`");
}

static enum request_code number(const char *text)
{
    struct text value = {0};
    text_printf(&value, "`StringValue`:`%s`", text);
    const enum request_code code = read_one("n", "Number", text_of(&value));
    text_free(&value);
    return code;
}

/* EVIDENCE-OF: SND-5
 * #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF, as SendMessage says.
 */
static void test_characters_of_xml(void **state)
{
    (void)state;
    char text[] = "a?b";
    for (int c = 1; c < 0x80; c++) {
        text[1] = (char)c;
        assert_int_equal(attribute_text_is_allowed(text),
                         c >= 0x20 || c == '\t' || c == '\n' || c == '\r');
    }
    assert_true(attribute_text_is_allowed("\xed\x9f\xbf"));     /* U+D7FF */
    assert_true(attribute_text_is_allowed("\xee\x80\x80"));     /* U+E000 */
    assert_true(attribute_text_is_allowed("\xef\xbf\xbd"));     /* U+FFFD */
    assert_false(attribute_text_is_allowed("a\xef\xbf\xbe"));   /* U+FFFE */
    assert_false(attribute_text_is_allowed("\xef\xbf\xbf"));    /* U+FFFF */
    assert_true(attribute_text_is_allowed("\xf0\x90\x80\x80")); /* U+10000 */
    assert_true(attribute_text_is_allowed("\xf4\x8f\xbf\xbf")); /* U+10FFFF */
}

/* EVIDENCE-OF: SND-9 */
static void test_ids(void **state)
{
    (void)state;
    char text[] = "a?";
    for (int c = 1; c < 0x100; c++) {
        text[1] = (char)c;
        assert_int_equal(attribute_id_is_allowed(text), c >= '!' && c <= '~');
    }
    assert_false(attribute_id_is_allowed(""));
    assert_true(attribute_id_is_allowed(letters(128)));
    assert_false(attribute_id_is_allowed(letters(129)));
    assert_false(attribute_id_is_allowed("\xc3\xa9"));
}

/* EVIDENCE-OF: SND-6 */
static void test_names(void **state)
{
    (void)state;
    static const char *const bad[] = {"",         ".a",       "a.",       "a..b",
                                      "a b",      "a/b",      "AWS.a",    "aws.x",
                                      "Amazon.a", "aMaZoN.x", "\xc3\xa9", "a\\u0001"};
    static const char *const good[] = {"a", "A-b_c.d.9", "AWSa", "Amazonas", "x.AWS", "-"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(named(bad[i]), REQUEST_BAD_MESSAGE_ATTRIBUTE);
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_int_equal(named(good[i]), REQUEST_OK);
    assert_int_equal(named(letters(256)), REQUEST_OK);
    assert_int_equal(named(letters(257)), REQUEST_BAD_MESSAGE_ATTRIBUTE);
}

/* EVIDENCE-OF: SND-6 */
static void test_types_and_values(void **state)
{
    (void)state;
    assert_int_equal(read_one("a", "String.x", "`StringValue`:`v`"), REQUEST_OK);
    assert_int_equal(read_one("a", "Strings", "`StringValue`:`v`"), REQUEST_BAD_MESSAGE_ATTRIBUTE);
    assert_int_equal(read_one("a", "string", "`StringValue`:`v`"), REQUEST_BAD_MESSAGE_ATTRIBUTE);
    assert_int_equal(read_one("a", "", "`StringValue`:`v`"), REQUEST_BAD_MESSAGE_ATTRIBUTE);
    assert_int_equal(read_one("a", "String.\\u0001", "`StringValue`:`v`"),
                     REQUEST_BAD_MESSAGE_ATTRIBUTE);
    assert_int_equal(read_one("a", "String", "`StringValue`:``"), REQUEST_BAD_MESSAGE_ATTRIBUTE);
    assert_int_equal(read_one("a", "String", "`x`:1"), REQUEST_BAD_MESSAGE_ATTRIBUTE);
    assert_int_equal(read_one("a", "String", "`StringValue`:`\\u0001`"),
                     REQUEST_BAD_MESSAGE_ATTRIBUTE);
    assert_int_equal(read_one("a", "String", "`StringValue`:1"), REQUEST_BAD_JSON);
    assert_int_equal(read_one("a", "String", "`BinaryValue`:`AA==`"),
                     REQUEST_BAD_MESSAGE_ATTRIBUTE);
    assert_int_equal(read_one("a", "Binary", "`BinaryValue`:`AA==`"), REQUEST_OK);
    assert_int_equal(read_one("a", "Binary.gz", "`BinaryValue`:`AA==`"), REQUEST_OK);
    assert_int_equal(read_one("a", "Binary", "`BinaryValue`:``"), REQUEST_BAD_MESSAGE_ATTRIBUTE);
    assert_int_equal(read_one("a", "Binary", "`BinaryValue`:`A`"), REQUEST_BAD_JSON);
    assert_int_equal(read_one("a", "Binary", "`StringValue`:`v`"), REQUEST_BAD_MESSAGE_ATTRIBUTE);
    struct text type = {0};
    text_printf(&type, "String.%s", letters(249));
    assert_int_equal(read_one("a", text_of(&type), "`StringValue`:`v`"), REQUEST_OK);
    text_add(&type, "x");
    assert_int_equal(read_one("a", text_of(&type), "`StringValue`:`v`"),
                     REQUEST_BAD_MESSAGE_ATTRIBUTE);
    text_free(&type);
}

static void test_numbers(void **state)
{
    (void)state;
    static const char *const good[] = {"0", "-1", "+1.5", ".5", "5.", "1e9", "1.5E-3", "007"};
    static const char *const bad[] = {"x", "-", ".", "1e", "1e+", "1x", "0x10", " 1", "1 ", "inf"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_int_equal(number(good[i]), REQUEST_OK);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(number(bad[i]), REQUEST_BAD_MESSAGE_ATTRIBUTE);
}

/* EVIDENCE-OF: SND-6 */
static void test_ten_attributes_at_most(void **state)
{
    (void)state;
    for (int wanted = 0; wanted <= 12; wanted++) {
        struct text params = {0};
        size_t count, bytes;
        text_add(&params, "{`MessageAttributes`:{");
        for (int i = 0; i < wanted; i++)
            text_printf(&params, "%s`a%d`:{`DataType`:`String`,`StringValue`:`v`}",
                        i == 0 ? "" : ",", i);
        text_add(&params, "}}");
        assert_int_equal(read(text_of(&params), &count, &bytes, NULL),
                         wanted <= 10 ? REQUEST_OK : REQUEST_BAD_MESSAGE_ATTRIBUTE);
        assert_int_equal(count, wanted <= 10 ? wanted : 0);
        text_free(&params);
    }
}

/* EVIDENCE-OF: SND-1
 * 4 bytes of body; "a" 1 + "String" 6 + U+00E9 2; "bb" 2 + "Binary" 6 + 3 decoded: 24. */
static void test_names_types_and_values_weigh(void **state)
{
    (void)state;
    struct text out = {0};
    size_t count, bytes;
    assert_int_equal(read("{`MessageAttributes`:{`a`:{`StringValue`:`\\u00e9`,`DataType`:`String`},"
                          "`bb`:{`DataType`:`Binary`,`BinaryValue`:`AP8B`}}}",
                          &count, &bytes, &out),
                     REQUEST_OK);
    assert_int_equal(bytes, 24);
    /* The second was not chosen to be written. */
    assert_string_equal(text_of(&out),
                        "{\"MessageAttributes\":{\"a\":{\"StringValue\":\"\xc3\xa9\","
                        "\"DataType\":\"String\"}}}");
    text_clear(&out);
    assert_int_equal(read("{`MessageAttributes`:{`a`:{`BinaryValue`:`AP8B`,`DataType`:`Binary`}}}",
                          &count, &bytes, &out),
                     REQUEST_OK);
    assert_string_equal(text_of(&out), "{\"MessageAttributes\":{\"a\":{\"BinaryValue\":\"AP8B\","
                                       "\"DataType\":\"Binary\"}}}");
    text_free(&out);
}

static void test_attributes_are_an_object_of_objects(void **state)
{
    (void)state;
    size_t count, bytes;
    assert_int_equal(read("{}", &count, &bytes, NULL), REQUEST_OK);
    assert_int_equal(read("{`MessageAttributes`:null}", &count, &bytes, NULL), REQUEST_OK);
    assert_int_equal(read("{`MessageAttributes`:{}}", &count, &bytes, NULL), REQUEST_OK);
    assert_int_equal(read("{`MessageAttributes`:[]}", &count, &bytes, NULL), REQUEST_BAD_JSON);
    assert_int_equal(read("{`MessageAttributes`:{`a`:1}}", &count, &bytes, NULL), REQUEST_BAD_JSON);
    assert_int_equal(read("{`MessageAttributes`:{`a`:null}}", &count, &bytes, NULL),
                     REQUEST_BAD_JSON);
}

/* EVIDENCE-OF: RCV-8 */
static void test_names_that_are_asked_for(void **state)
{
    (void)state;
    assert_true(attribute_is_asked("All", "a"));
    assert_true(attribute_is_asked(".*", "a"));
    assert_true(attribute_is_asked("*", "a"));
    assert_true(attribute_is_asked("a", "a"));
    assert_false(attribute_is_asked("A", "a"));
    assert_false(attribute_is_asked("a", "ab"));
    assert_true(attribute_is_asked("a.*", "ab"));
    assert_true(attribute_is_asked("a.*", "a.b"));
    assert_false(attribute_is_asked("a.*", "b.a"));
    assert_false(attribute_is_asked("ab.*", "a"));
    assert_false(attribute_is_asked("", "a"));
    assert_false(attribute_is_asked("all", "a"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_characters_of_xml),
        cmocka_unit_test(test_ids),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_types_and_values),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_ten_attributes_at_most),
        cmocka_unit_test(test_names_types_and_values_weigh),
        cmocka_unit_test(test_attributes_are_an_object_of_objects),
        cmocka_unit_test(test_names_that_are_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
