// SPDX-License-Identifier: GPL-3.0-or-later
/* Numbers as people read them. */
#include "report/screen.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void value_is(double value, const char *unit, const char *wanted)
{
    struct text out = {.length = 0};
    screen_value(&out, value, unit);
    assert_string_equal(text_of(&out), wanted);
    text_free(&out);
}

static void test_values(void **state)
{
    (void)state;
    value_is(0.2104, "s", "0.21 s");
    value_is(2, "1/s", "2/s");
    value_is(0.283, "1", "0.283");
    value_is(1024, "bytes", "1024 bytes");
    value_is((double)NAN, "s", "n/a");
}

static void interval_is(struct estimate estimate, const char *unit, const char *wanted)
{
    struct text out = {.length = 0};
    screen_interval(&out, &estimate, unit);
    assert_string_equal(text_of(&out), wanted);
    text_free(&out);
}

/* Never a bare 0: 0 of 1,000 is below 0.38 % (test_estimate.c). */
static void test_intervals(void **state)
{
    (void)state;
    interval_is((struct estimate){.mean = 2, .low = 1.98, .high = 2.02}, "1/s", "1.98 .. 2.02/s");
    interval_is((struct estimate){.mean = 2, .low = (double)NAN, .high = (double)NAN}, "s", "");
    interval_is((struct estimate){.mean = 0, .low = 0, .high = 0.003827, .is_wilson = true}, "1",
                "below 0.38 %");
}

/* 0.1 + 0.2 is 0.30000000000000004: constant results may differ in their last bits. */
static void test_rounding_is_no_news(void **state)
{
    (void)state;
    const struct estimate same = {.mean = 0.3, .low = 0.3, .high = 0.1 + 0.2};
    struct text out = {.length = 0};
    assert_true(same.high > same.low);
    interval_is(same, "s", "every time");
    screen_cell(&out, &same, "s");
    assert_string_equal(text_of(&out), "0.3 s");
    text_clear(&out);
    screen_percent(&out, 2e-16);
    assert_string_equal(text_of(&out), "0 %");
    text_clear(&out);
    screen_percent(&out, 0.0061);
    assert_string_equal(text_of(&out), "0.61 %");
    text_clear(&out);
    screen_percent(&out, 0.186);
    assert_string_equal(text_of(&out), "19 %");
    text_free(&out);
}

static void test_a_page_has_signs(void **state)
{
    (void)state;
    struct text out = {.length = 0};
    screen_add_page(&out, "2/s +-5%, **12 us** (8 .. 16 us), campus, 3 us");
    assert_string_equal(text_of(&out),
                        "2/s \u00b15%, **12 \u00b5s** (8 .. 16 \u00b5s), campus, 3 \u00b5s");
    text_free(&out);
}

/* 1.9 min are 114 s: a unit of its own would say them as such. */
static void test_both_ends_have_the_unit_of_the_mean(void **state)
{
    (void)state;
    interval_is((struct estimate){.mean = 122, .low = 114, .high = 126}, "s", "1.9 .. 2.1 min");
    interval_is((struct estimate){.mean = 0.5, .low = 0.05, .high = 0.95}, "s", "0.05 .. 0.95 s");
    interval_is((struct estimate){.mean = 0, .low = 0, .high = 0.5}, "s", "0 .. 0.5 s");
}

/* Of two replications Student's t is wide: counts and times are never below 0 all the same. */
static void test_no_interval_begins_below_zero(void **state)
{
    (void)state;
    interval_is((struct estimate){.mean = 15.6, .low = -169.2, .high = 200.4}, "s", "0 .. 200 s");
    interval_is((struct estimate){.mean = 0.5, .low = -5.85, .high = 6.85}, "1", "0 .. 6.85");
}

static void test_cells_of_a_table(void **state)
{
    (void)state;
    struct text out = {.length = 0};
    screen_cell(&out, &(struct estimate){.mean = 2, .low = 1.9, .high = 2.1}, "1/s");
    assert_string_equal(text_of(&out), "2/s +-5%");
    text_clear(&out);
    screen_cell(&out, &(struct estimate){.low = 0, .high = 0.003827, .is_wilson = true}, "1");
    assert_string_equal(text_of(&out), "0 (<0.38 %)");
    text_free(&out);
}

/* An umlaut is two bytes and one column. */
static void test_width_is_of_characters(void **state)
{
    (void)state;
    struct text out = {.length = 0};
    text_add(&out, "\xc3\xbc");
    assert_int_equal(screen_width(&out, 0), 1);
    screen_pad(&out, 0, 3);
    assert_string_equal(text_of(&out), "\xc3\xbc  ");
    text_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_intervals),
        cmocka_unit_test(test_rounding_is_no_news),
        cmocka_unit_test(test_a_page_has_signs),
        cmocka_unit_test(test_both_ends_have_the_unit_of_the_mean),
        cmocka_unit_test(test_no_interval_begins_below_zero),
        cmocka_unit_test(test_cells_of_a_table),
        cmocka_unit_test(test_width_is_of_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
