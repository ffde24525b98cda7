// SPDX-License-Identifier: GPL-3.0-or-later
/* How durations are written, and that they read back to the nanosecond. */
#include "base/param.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/units.h"

static const struct param row = {.name = "pollInterval", .type = &param_duration, PARAM_NO_RANGE};

static void assert_duration(int64_t ns, const char *expected)
{
    struct text out = {0};
    struct json_writer w;
    json_write_init(&w, &out, true);
    param_duration.write(&w, &row, &ns);
    assert_string_equal(text_of(&out), expected);
    text_free(&out);
}

static void test_durations_are_written_short_and_exact(void **state)
{
    (void)state;
    assert_duration(0, "\"0s\"");
    assert_duration(20 * SEC, "\"20s\"");
    assert_duration(250 * MSEC, "\"250ms\"");
    assert_duration(HOUR, "\"1h\"");
    assert_duration(90 * MINUTE, "\"90m\"");
    assert_duration(14 * DAY, "\"14d\"");
    assert_duration(61 * SEC, "\"61s\"");
    assert_duration(1500 * USEC, "\"1.5ms\"");
    assert_duration(1, "\"1ns\"");
    assert_duration(1001, "\"1001ns\"");
    assert_duration(SEC + 1, "\"1.000000001s\"");
    assert_duration(FOREVER, "null"); /* never ends: no text can say it */
}

/* Up to 2^50 ns (13 days) the three roundings of at most 2^-53 each, of the text, of its unit and
 * of the product with 1e9, stay below half a nanosecond.  The generator is xorshift64 (Marsaglia
 * 2003). */
static void test_durations_read_back(void **state)
{
    (void)state;
    struct diag *diag = diag_new();
    uint64_t bits = 88172645463325252u;
    for (int i = 0; i < 5000; i++) {
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        int64_t ns = (int64_t)(bits >> (14 + i % 50)), back = -1;
        struct text out = {0};
        struct json_writer w;
        json_write_init(&w, &out, true);
        param_duration.write(&w, &row, &ns);
        struct json_doc *doc = json_parse("a.json", text_of(&out), out.length, false, diag);
        struct param_reader reader = {.doc = doc, .diag = diag};
        assert_true(param_duration.read(&reader, &row, &back, json_root(doc)));
        assert_int_equal(back, ns);
        json_free(doc);
        text_free(&out);
    }
    assert_int_equal(diag_count(diag), 0);
    diag_free(diag);
}

/* 292 years of 365.25 days are 9.215e9 s, and 2^63 ns are 9.223e9 s. */
static void test_durations_end_with_the_clock(void **state)
{
    (void)state;
    struct diag *diag = diag_new();
    struct json_doc *doc = json_parse("a.json", "[9.3e9, 9.2e9]", 14, false, diag);
    struct param_reader reader = {.doc = doc, .diag = diag};
    int64_t ns = -1;
    const struct json *node = json_first(json_root(doc));
    assert_false(param_duration.read(&reader, &row, &ns, node));
    assert_false(param_seconds.read(&reader, &row, &ns, node));
    assert_int_equal(diag_count(diag), 1); /* the same sentence at the same place */
    assert_true(param_duration.read(&reader, &row, &ns, json_next(node)));
    assert_int_equal(ns, INT64_C(9200000000000000000));
    json_free(doc);
    diag_free(diag);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_durations_are_written_short_and_exact),
        cmocka_unit_test(test_durations_read_back),
        cmocka_unit_test(test_durations_end_with_the_clock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
