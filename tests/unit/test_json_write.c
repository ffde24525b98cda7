// SPDX-License-Identifier: GPL-3.0-or-later
/* What the writer writes, byte for byte. */
#include "base/json_write.h"

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/text.h"

static void write_all(struct json_writer *w)
{
    json_write_open(w, '{');
    json_write_key(w, "a\"b");
    json_write_open(w, '[');
    json_write_int(w, INT64_MAX);
    json_write_double(w, 0.1);
    json_write_bool(w, true);
    json_write_null(w);
    json_write_text(w, NULL);
    json_write_open(w, '{');
    json_write_close(w, '}');
    json_write_open(w, '[');
    json_write_close(w, ']');
    json_write_close(w, ']');
    json_write_key(w, "c");
    json_write_text(w, "x");
    json_write_close(w, '}');
}

static void test_layouts(void **state)
{
    (void)state;
    struct text out = {0};
    struct json_writer w;
    json_write_init(&w, &out, true);
    write_all(&w);
    assert_string_equal(text_of(&out),
                        "{\"a\\\"b\":[9223372036854775807,0.1,true,null,null,{},[]],\"c\":\"x\"}");
    text_clear(&out);
    json_write_init(&w, &out, false);
    write_all(&w);
    assert_string_equal(text_of(&out), "{\n"
                                       "  \"a\\\"b\": [\n"
                                       "    9223372036854775807,\n"
                                       "    0.1,\n"
                                       "    true,\n"
                                       "    null,\n"
                                       "    null,\n"
                                       "    {},\n"
                                       "    []\n"
                                       "  ],\n"
                                       "  \"c\": \"x\"\n"
                                       "}");
    text_free(&out);
}

static void test_texts_are_escaped(void **state)
{
    (void)state;
    struct text out = {0};
    struct json_writer w;
    json_write_init(&w, &out, true);
    json_write_text(&w, "\"\\/\b\f\n\r\t\x01\x1f\x7f\xc3\xa9");
    assert_string_equal(text_of(&out), "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\xc3\xa9\"");
    text_clear(&out);
    json_write_init(&w, &out, true);
    json_write_text(&w, "a\xff\xc3z"); /* not UTF-8: U+FFFD for each byte */
    assert_string_equal(text_of(&out), "\"a\xef\xbf\xbd\xef\xbf\xbdz\"");
    text_free(&out);
}

static void assert_format(double value, const char *expected)
{
    char buffer[32];
    assert_string_equal(json_format_double(buffer, value), expected);
}

static void test_doubles_are_short(void **state)
{
    (void)state;
    assert_format(0, "0");
    assert_format(-0.0, "0");
    assert_format(1, "1");
    assert_format(-17, "-17");
    assert_format(0.1, "0.1");
    /* At the edges of what is written without a search: six decimals, 10^-4 and 10^9. */
    assert_format(-0.5, "-0.5");
    assert_format(20.25, "20.25");
    assert_format(1e-4, "0.0001");
    assert_format(9.9e-5, "9.9e-5");
    assert_format(0.001001, "0.001001");
    assert_format(0.0010001, "0.0010001");
    assert_format(999999999.999999, "999999999.999999");
    assert_format(1000000000.5, "1000000000.5");
    assert_format(1e15, "1000000000000000");
    assert_format(1e16, "1e16");
    assert_format(123456789012345680.0, "1.2345678901234568e17");
    assert_format(1e-7, "1e-7");
    assert_format(1.5e-300, "1.5e-300");
    assert_format(0.1 + 0.2, "0.30000000000000004");       /* IEEE 754: 0.1 + 0.2 is not 0.3 */
    assert_format(9007199254740993.0, "9007199254740992"); /* 2^53 + 1 has no double */
    assert_format(DBL_MAX, "1.7976931348623157e308");
    assert_format(-DBL_MAX, "-1.7976931348623157e308");
    assert_format(0x1p-1074, "5e-324");
    assert_format((double)NAN, "null");
    assert_format(HUGE_VAL, "null");
    assert_format(-HUGE_VAL, "null");
}

/* Doubles of all exponents read back as themselves.  The generator is xorshift64 (Marsaglia 2003).
 */
static void test_doubles_read_back(void **state)
{
    (void)state;
    uint64_t bits = 88172645463325252u;
    for (int i = 0; i < 20000; i++) {
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        double value;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value)) {
            continue;
        }
        char buffer[32];
        double back = strtod(json_format_double(buffer, value), NULL);
        assert_memory_equal(&back, &value, sizeof value);
        assert_true(strlen(buffer) < 25);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layouts),
        cmocka_unit_test(test_texts_are_escaped),
        cmocka_unit_test(test_doubles_are_short),
        cmocka_unit_test(test_doubles_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
