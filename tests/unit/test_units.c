// SPDX-License-Identifier: GPL-3.0-or-later
/* Units as people write them, and what is refused. */
#include "base/units.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

struct reading {
    const char *text;
    double value;
};

static void assert_readings(bool (*parse)(const char *, double *), const struct reading *readings,
                            size_t count)
{
    for (size_t i = 0; i < count; i++) {
        double value = -1;
        if (!parse(readings[i].text, &value)) {
            fail_msg("%s was refused", readings[i].text);
        }
        /* Exact: a unit is one multiplication or division, correctly rounded. */
        if (value < readings[i].value || value > readings[i].value) {
            fail_msg("%s gave %.17g", readings[i].text, value);
        }
    }
}

static void assert_refused(bool (*parse)(const char *, double *), const char *const *texts)
{
    for (; *texts != NULL; texts++) {
        double value = -1;
        if (parse(*texts, &value)) {
            fail_msg("\"%s\" was read as %.17g", *texts, value);
        }
    }
}

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void test_durations_are_read(void **state)
{
    (void)state;
    static const struct reading readings[] = {
        {"250ms", 0.25}, {"1h30m", 5400},     {"0.5s", 0.5},    {"10ns", 1e-8},    {"3us", 3e-6},
        {"1d", 86400},   {"1d2h3m4s", 93784}, {"14d", 1209600}, {"1m500ms", 60.5}, {"0s", 0},
        {"1.5h", 5400},  {"100ms", 0.1},      {"0.1s", 0.1},    {"007s", 7},
    };
    assert_readings(units_parse_duration, readings, COUNT(readings));
    static const char *const refused[] = {
        "",    "30",   "-1s",  "s",   "1x",   "1 s", " 1s",  "1s ",  "1s1h", "1s1s", "1m1h", ".5s",
        "1.s", "1e3s", "1h30", "+1s", "1min", "1S",  "1ms2", "0x1s", "1,5s", "infs", NULL,
    };
    assert_refused(units_parse_duration, refused);
}

static void test_rates_are_read(void **state)
{
    (void)state;
    static const struct reading readings[] = {
        {"2/s", 2},     {"120/min", 2}, {"120/m", 2},   {"7200/h", 2},
        {"86400/d", 1}, {"3/ms", 3000}, {"0.5/s", 0.5}, {"0/s", 0},
    };
    assert_readings(units_parse_rate, readings, COUNT(readings));
    static const char *const refused[] = {"2",     "/s",   "2/", "2/w", "-2/s",
                                          "2/s/s", "2 /s", "2s", "",    NULL};
    assert_refused(units_parse_rate, refused);
}

static void test_sizes_are_read(void **state)
{
    (void)state;
    static const struct reading readings[] = {
        {"64KiB", 65536},       {"1MiB", 1048576}, {"256kB", 256000}, {"10B", 10},
        {"2GiB", 2147483648.0}, {"1.5KiB", 1536},  {"3MB", 3000000},  {"1GB", 1e9},
    };
    assert_readings(units_parse_size, readings, COUNT(readings));
    static const char *const refused[] = {"64", "64K",  "64kib", "64KB", "-1B",
                                          "B",  "1B1B", "1 B",   "",     NULL};
    assert_refused(units_parse_size, refused);
}

static void test_a_giant_number_is_refused(void **state)
{
    (void)state;
    char text[200];
    memset(text, '9', sizeof text);
    memcpy(text + sizeof text - 2, "s", 2);
    double value;
    assert_false(units_parse_duration(text, &value));
}

static void test_seconds_become_nanoseconds(void **state)
{
    (void)state;
    assert_int_equal(units_ns(0), 0);
    assert_int_equal(units_ns(1.5), INT64_C(1500000000));
    assert_int_equal(units_ns(0.1), 100 * MSEC);
    assert_int_equal(units_ns(1e-9), 1);
    assert_int_equal(units_ns(0.5e-9), 1); /* half away from zero */
    assert_int_equal(units_ns(-0.5e-9), -1);
    assert_int_equal(units_ns(0.4e-9), 0);
    assert_int_equal(units_ns(1209600), 14 * DAY);
    assert_int_equal(units_ns(9.3e9), FOREVER); /* 2^63 ns are 9.223e9 s */
    assert_int_equal(units_ns(HUGE_VAL), FOREVER);
    assert_int_equal(units_ns(-HUGE_VAL), INT64_MIN);
    assert_true(units_ns(9.2e9) < FOREVER);
    for (int seconds = 1; seconds < 1000; seconds++)
        assert_true(units_s(seconds * SEC) == seconds);
}

static void assert_seconds(double seconds, const char *expected)
{
    char buffer[32];
    assert_string_equal(units_format_seconds(buffer, seconds), expected);
}

/* Three significant digits, without zeros that say nothing. */
static void test_durations_are_shown(void **state)
{
    (void)state;
    assert_seconds(0.0321, "32.1 ms");
    assert_seconds(92.1, "92.1 s");
    assert_seconds(745, "12.4 min"); /* 745 / 60 = 12.4166 */
    assert_seconds(0.21, "0.21 s");
    assert_seconds(0.7416, "0.742 s");
    assert_seconds(92, "92 s");
    assert_seconds(720, "12 min");
    assert_seconds(12600, "3.5 h");
    assert_seconds(1209600, "14 d");
    assert_seconds(0, "0 s");
    assert_seconds(1e-6, "1 us");
    assert_seconds(2.5e-7, "250 ns");
    assert_seconds(0.00123456, "1.23 ms");
    assert_seconds(119.96, "120 s");
    assert_seconds(-92.1, "-92.1 s");
    assert_seconds(86400.0 * 12345, "12,345 d");
    assert_seconds((double)NAN, "-");
    assert_seconds(HUGE_VAL, "inf");
    assert_seconds(1e300, "1.16e+295 d"); /* 1e300 / 86400 = 1.157e295 */
}

static void assert_number(double value, const char *expected)
{
    char buffer[32];
    assert_string_equal(units_format_number(buffer, value), expected);
}

static void test_numbers_are_shown(void **state)
{
    (void)state;
    assert_number(0, "0");
    assert_number(-0.0, "0");
    assert_number(31.4159, "31.4");
    assert_number(0.0123456, "0.0123");
    assert_number(0.00000123456, "0.00000123");
    assert_number(0.5, "0.5");
    assert_number(99.96, "100");
    assert_number(123.4, "123");
    assert_number(9.996, "10");
    assert_number(9999, "9999");
    assert_number(9999.5, "10,000");
    assert_number(10000, "10,000");
    assert_number(1000000, "1,000,000");
    assert_number(123456, "123,456");
    assert_number(123456.7, "123,457");
    assert_number(-1234567, "-1,234,567");
    assert_number(999999999999999.0, "999,999,999,999,999");
    assert_number(-999999999999999.0, "-999,999,999,999,999");
    assert_number(1e15, "1e+15");
    assert_number((double)NAN, "-");
    assert_number(-HUGE_VAL, "-inf");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_durations_are_read),
        cmocka_unit_test(test_rates_are_read),
        cmocka_unit_test(test_sizes_are_read),
        cmocka_unit_test(test_a_giant_number_is_refused),
        cmocka_unit_test(test_seconds_become_nanoseconds),
        cmocka_unit_test(test_durations_are_shown),
        cmocka_unit_test(test_numbers_are_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
