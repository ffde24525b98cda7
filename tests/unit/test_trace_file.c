// SPDX-License-Identifier: GPL-3.0-or-later
/* Recorded arrivals: times to the nanosecond, the optional columns, the user's mistakes; then our
 * synthetic trace and, where they are beside the tree, real ones. */
#define _POSIX_C_SOURCE 200809L
#include "core/trace_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/units.h"
#include "tools/file_lab.h"

static const struct trace_columns time_only = {.time = "t", .speedup = 1.0};

static int set_up(void **state)
{
    struct file_lab *f = calloc(1, sizeof *f);
    assert_non_null(f);
    file_lab_open(f, "t.csv");
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    file_lab_close(*state);
    free(*state);
    return 0;
}

static const struct trace_file *read_text(struct file_lab *f, const char *text,
                                          const struct trace_columns *columns)
{
    file_lab_write(f, text, strlen(text));
    return trace_file_read(&f->reader, json_root(f->doc), "t.csv", columns);
}

static const struct trace_file *good(struct file_lab *f, const char *text,
                                     const struct trace_columns *columns)
{
    const struct trace_file *trace = read_text(f, text, columns);
    assert_non_null(trace);
    assert_int_equal(diag_count(f->diag), 0);
    return trace;
}

static void bad(struct file_lab *f, const char *text, const struct trace_columns *columns,
                const char *words)
{
    const size_t before = diag_count(f->diag);
    assert_null(read_text(f, text, columns));
    assert_int_equal(diag_count(f->diag), before + 1);
    file_lab_says(f, words);
    file_lab_forget(f);
}

/* Ways to write one instant, after 2023-11-16 18:15:46: all are the same nanoseconds. */
static void test_iso_times(void **state)
{
    struct file_lab *f = *state;
    static const struct {
        const char *text;
        int64_t after_ns;
    } cases[] = {
        {"2023-11-16 18:15:46.6805900", 680590000},
        {"2023-11-16T18:15:46.68059", 680590000},
        {"2023-11-16T18:15:46.680590001Z", 680590001},
        {"2023-11-16 18:15:47", SEC},
        {"2023-11-16 18:16:46", MINUTE},
        {"2023-11-17 00:00:00", 5 * HOUR + 44 * MINUTE + 14 * SEC},
        {"2023-12-16 18:15:46", 30 * DAY},
        {"2024-03-01 18:15:46", 106 * DAY}, /* 14 + 31 + 31 + 29 + 1: 2024 has a 29 February */
        {"2025-11-16 18:15:46", 731 * DAY},
        {"2123-11-16 18:15:46", 36524 * DAY}, /* 24 leap days in the 100 years: 2100 has none */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[128];
        snprintf(text, sizeof text, "t\n2023-11-16 18:15:46\n%s\n", cases[i].text);
        const struct trace_file *trace = good(f, text, &time_only);
        assert_int_equal(trace->count, 2);
        assert_int_equal(trace->at_ns[0], 0);
        assert_int_equal(trace->at_ns[1], cases[i].after_ns);
    }
}

/* Unix times are 1970's days: 1700158546 is 2023-11-16 18:15:46 UTC (date -u -d @1700158546). */
static void test_days_are_counted_from_1970(void **state)
{
    struct file_lab *f = *state;
    const struct trace_file *trace =
        good(f, "t\n1700158546\n2023-11-16T18:15:46.25Z\n", &time_only);
    assert_int_equal(trace->at_ns[1], 250 * MSEC);
}

static void test_times_in_seconds(void **state)
{
    struct file_lab *f = *state;
    const struct trace_file *trace = good(
        f, "t\n0\n0.000000001\n1e-05\n0.1\n0.1\n12.3456789012\n1700000000.123456789\n", &time_only);
    assert_int_equal(trace->count, 7);
    const int64_t expected[] = {
        0, 1, 10000, 100 * MSEC, 100 * MSEC, 12345678901, INT64_C(1700000000123456789)};
    for (size_t i = 0; i < 7; i++)
        assert_int_equal(trace->at_ns[i], expected[i]);
}

static void test_first_row_is_time_0(void **state)
{
    struct file_lab *f = *state;
    const struct trace_file *trace = good(f, "t\n100.5\n100.5\n101\n", &time_only);
    assert_int_equal(trace->at_ns[0], 0);
    assert_int_equal(trace->at_ns[1], 0);
    assert_int_equal(trace->at_ns[2], 500 * MSEC);
    assert_null(trace->size_bytes);
    assert_null(trace->group);
    assert_null(trace->service_ns);
}

static void test_speedup(void **state)
{
    struct file_lab *f = *state;
    struct trace_columns columns = {.time = "t", .speedup = 3.0};
    assert_int_equal(good(f, "t\n0\n1\n", &columns)->at_ns[1], 333333333);
    columns.speedup = 0.5;
    assert_int_equal(good(f, "t\n0\n1\n", &columns)->at_ns[1], 2 * SEC);
    columns.speedup = 1e-12;
    bad(f, "t\n0\n1e9\n", &columns, "the time 1e9 is too far from the first");
}

/* Columns are found by name in any order; groups are numbered as they appear. */
static void test_other_columns(void **state)
{
    struct file_lab *f = *state;
    const struct trace_columns columns = {.time = "t",
                                          .size = "bytes",
                                          .group = "who",
                                          .service = "tokens",
                                          .service_scale_s = 0.02,
                                          .speedup = 1.0};
    const struct trace_file *trace = good(f,
                                          "tokens,who,unused,bytes,t\r\n"
                                          "10,\"Ann, A.\",x,100,0\r\n"
                                          "0,Bob,,64KiB,1\r\n"
                                          "2.5,\"Ann, A.\",x,0,2",
                                          &columns);
    assert_int_equal(trace->count, 3);
    const int64_t sizes[] = {100, 65536, 0}, services[] = {200 * MSEC, 0, 50 * MSEC};
    const uint32_t groups[] = {0, 1, 0};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(trace->at_ns[i], (int64_t)i * SEC);
        assert_int_equal(trace->size_bytes[i], sizes[i]);
        assert_int_equal(trace->group[i], groups[i]);
        assert_int_equal(trace->service_ns[i], services[i]);
    }
}

static void test_mistakes_in_times(void **state)
{
    struct file_lab *f = *state;
    bad(f, "t\n13.5\n12.0\n", &time_only,
        "s.json:1:1: t.csv line 3: the time 12.0 is before the one above (13.5)");
    static const char *const times[] = {
        "",
        "x",
        "-1",
        "nan",
        "inf",
        "0x10",
        "9300000000",
        "1e",
        "1e99",
        ".5",
        "2023-11-16",
        "2023-11-16 18:15",
        "2023-11-16 18:15:46.",
        "2023-11-16 18:15:46.1234567890",
        "2023-13-01 00:00:00",
        "2023-00-01 00:00:00",
        "2023-02-29 00:00:00",
        "2100-02-29 00:00:00",
        "2023-04-31 00:00:00",
        "2023-01-00 00:00:00",
        "2023-01-01 24:00:00",
        "2023-01-01 00:60:00",
        "2023-01-01 00:00:60",
        "1969-12-31 23:59:59",
        "2262-01-01 00:00:00",
        "2023-01-01 00:00:00 Z",
        "2023-01-01 00:00:00+01:00",
        "23-01-01 00:00:00",
    };
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        char text[64], words[80];
        snprintf(text, sizeof text, "t,n\n%s,1\n", times[i]);
        snprintf(words, sizeof words, "t.csv line 2: \"%s\" is no time", times[i]);
        bad(f, text, &time_only, words);
    }
}

static void test_mistakes_in_cells(void **state)
{
    struct file_lab *f = *state;
    const struct trace_columns size = {.time = "t", .size = "n", .speedup = 1.0};
    const struct trace_columns service = {
        .time = "t", .service = "n", .service_scale_s = 1.0, .speedup = 1.0};
    bad(f, "t,n\n0,1\n1,big\n", &size, "line 3: \"big\" is no size");
    bad(f, "t,n\n0,-1\n", &size, "line 2: \"-1\" is no size");
    bad(f, "t,n\n0,1e300\n", &size, "line 2: \"1e300\" is no size");
    bad(f, "t,n\n0,5s\n", &service, "line 2: \"5s\" is no service time");
    bad(f, "t,n\n0,nan\n", &service, "line 2: \"nan\" is no service time");
    bad(f, "t,n\n0\n", &service, "line 2: there are 1 cells, but 2 columns");
    bad(f, "t,n\n0,1,2\n", &service, "line 2: there are 3 cells, but 2 columns");
    bad(f, "t,n\n0,\"1\n", &service, "line 2: a cell in quotes");
}

static void test_mistakes_in_the_heading(void **state)
{
    struct file_lab *f = *state;
    bad(f, "", &time_only, "the file is empty");
    bad(f, "t\n", &time_only, "there is a heading, but no row");
    const struct trace_columns columns = {.time = "TIMESTAMP", .speedup = 1.0};
    bad(f, "TIMESTAMPS,n\n", &columns,
        "no column is called \"TIMESTAMP\"; did you mean \"TIMESTAMPS\"?");
    bad(f, "a,b\n", &columns, "no column is called \"TIMESTAMP\"; there are a, b");
    assert_null(trace_file_read(&f->reader, json_root(f->doc), "absent.csv", &time_only));
    assert_int_equal(diag_count(f->diag), 1);
}

static const struct trace_columns tokens = {.time = "TIMESTAMP",
                                            .size = "ContextTokens",
                                            .service = "GeneratedTokens",
                                            .service_scale_s = 0.02,
                                            .speedup = 1.0};

static const struct trace_file *read_path(struct file_lab *f, const char *path)
{
    f->reader.folder = "";
    const struct trace_file *trace = trace_file_read(&f->reader, json_root(f->doc), path, &tokens);
    assert_non_null(trace);
    for (size_t i = 1; i < trace->count; i++)
        assert_true(trace->at_ns[i] >= trace->at_ns[i - 1]);
    return trace;
}

/* Its README: 300 rows in 287 seconds, in bursts: the gaps' squared coefficient of variation is
 * above 1. */
static void test_synthetic_trace(void **state)
{
    struct file_lab *f = *state;
    const struct trace_file *trace = read_path(f, "scenarios/trace/synthetic.csv");
    assert_int_equal(trace->count, 300);
    assert_in_range(trace->at_ns[299], 286 * SEC, 288 * SEC);
    assert_int_equal(trace->size_bytes[0], 85);
    assert_int_equal(trace->service_ns[0], 106 * 20 * MSEC);
    double sum = 0.0, squares = 0.0;
    for (size_t i = 1; i < trace->count; i++) {
        const double gap_s = units_s(trace->at_ns[i] - trace->at_ns[i - 1]);
        sum += gap_s / 299.0;
        squares += gap_s * gap_s / 299.0;
    }
    assert_true(squares / (sum * sum) - 1.0 > 2.0);
}

/* Rows, first and last line by wc -l, head and tail of the files: 8,819 requests from
 * 18:17:03.97996 to 19:14:19.928016, 19,366 requests from 18:15:46.68059. */
static void test_recorded_traces(void **state)
{
    struct file_lab *f = *state;
    FILE *there = fopen("../shared/traces/azure-llm-code-2023.csv", "rb");
    if (there == NULL) {
        print_message("the recorded traces are not beside the tree\n");
        skip();
    }
    fclose(there);
    const struct trace_file *trace = read_path(f, "../shared/traces/azure-llm-code-2023.csv");
    assert_int_equal(trace->count, 8819);
    assert_int_equal(trace->at_ns[8818], 57 * MINUTE + 15 * SEC + INT64_C(948056000));
    assert_int_equal(trace->size_bytes[0], 4808);
    assert_int_equal(trace->service_ns[8818], 173 * 20 * MSEC);
    trace = read_path(f, "../shared/traces/azure-llm-conversation-2023.csv");
    assert_int_equal(trace->count, 19366);
    assert_int_equal(trace->at_ns[1], INT64_C(4314579000)); /* 50.995169 - 46.68059 */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_iso_times),
        TEST(test_days_are_counted_from_1970),
        TEST(test_times_in_seconds),
        TEST(test_first_row_is_time_0),
        TEST(test_speedup),
        TEST(test_other_columns),
        TEST(test_mistakes_in_times),
        TEST(test_mistakes_in_cells),
        TEST(test_mistakes_in_the_heading),
        TEST(test_synthetic_trace),
        TEST(test_recorded_traces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
