// SPDX-License-Identifier: GPL-3.0-or-later
/* Rows and cells: what is tolerated, and what is the user's mistake. */
#define _POSIX_C_SOURCE 200809L
#include "core/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "tools/file_lab.h"

struct fixture {
    struct file_lab lab;
    struct csv csv;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    file_lab_open(&f->lab, "rows.csv");
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    csv_close(&f->csv);
    file_lab_close(&f->lab);
    free(f);
    return 0;
}

static bool open_bytes(struct fixture *f, const char *bytes, size_t length)
{
    file_lab_write(&f->lab, bytes, length);
    csv_close(&f->csv);
    return csv_open(&f->csv, &f->lab.reader, json_root(f->lab.doc), "rows.csv");
}

static void open_text(struct fixture *f, const char *text)
{
    assert_true(open_bytes(f, text, strlen(text)));
}

/* The next row, its cells joined by '|', is as expected. */
static void row_is(struct fixture *f, const char *expected)
{
    char *cells[8], joined[256] = "";
    const size_t count = csv_row(&f->csv, cells, 8);
    for (size_t i = 0; i < count; i++) {
        strcat(joined, i > 0 ? "|" : "");
        strcat(joined, cells[i]);
    }
    assert_string_equal(joined, expected);
}

static void ends(struct fixture *f)
{
    char *cell;
    assert_int_equal(csv_row(&f->csv, &cell, 1), 0);
    assert_false(f->csv.is_bad);
    assert_int_equal(diag_count(f->lab.diag), 0);
}

static void test_plain(void **state)
{
    struct fixture *f = *state;
    open_text(f, "a,b,c\n1,,3\n,\n");
    assert_int_equal(csv_lines_left(&f->csv), 3);
    row_is(f, "a|b|c");
    assert_int_equal(f->csv.line, 1);
    row_is(f, "1||3");
    row_is(f, "|");
    assert_int_equal(f->csv.line, 3);
    assert_int_equal(csv_lines_left(&f->csv), 0);
    ends(f);
}

static void test_tolerated(void **state)
{
    struct fixture *f = *state;
    open_text(f, "\xEF\xBB\xBF a , b\t\r\n\r\n \n\"x,y\" ,\"say \"\"no\"\"\"\r\n\"\",last");
    assert_int_equal(csv_lines_left(&f->csv), 5);
    row_is(f, "a|b");
    row_is(f, "x,y|say \"no\"");
    assert_int_equal(f->csv.line, 4);
    row_is(f, "|last");
    ends(f);
}

static void test_empty(void **state)
{
    struct fixture *f = *state;
    open_text(f, "");
    ends(f);
    open_text(f, "\n\n");
    ends(f);
}

/* Cells beyond max are counted and not stored. */
static void test_more_cells_than_wanted(void **state)
{
    struct fixture *f = *state;
    open_text(f, "1,2,3\n");
    char *cells[2] = {NULL, (char[]){"kept"}};
    assert_int_equal(csv_row(&f->csv, cells, 1), 3);
    assert_string_equal(cells[0], "1");
    assert_string_equal(cells[1], "kept");
}

static void test_bad_quotes(void **state)
{
    struct fixture *f = *state;
    static const char *const texts[] = {"a\n\"open,2\n", "a\n\"x\"y,2\n", "a\n\"\"\"\n"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        open_text(f, texts[i]);
        row_is(f, "a");
        char *cell;
        assert_int_equal(csv_row(&f->csv, &cell, 1), 0);
        assert_true(f->csv.is_bad);
        assert_int_equal(csv_row(&f->csv, &cell, 1), 0);
        file_lab_says(&f->lab, "s.json:1:1: rows.csv line 2: a cell in quotes");
    }
}

static void test_no_text(void **state)
{
    struct fixture *f = *state;
    assert_false(open_bytes(f, "1,\0002\n", 5));
    file_lab_says(&f->lab, "it holds a byte 0");
}

static void test_no_file(void **state)
{
    struct fixture *f = *state;
    assert_false(csv_open(&f->csv, &f->lab.reader, json_root(f->lab.doc), "absent.csv"));
    file_lab_says(&f->lab, "/absent.csv\": No such file or directory");
    csv_close(&f->csv);
    assert_false(csv_open(&f->csv, &f->lab.reader, json_root(f->lab.doc), "/tmp"));
    file_lab_says(&f->lab, "cannot read \"/tmp\"");
}

/* More than one block of reading: 50,000 rows. */
static void test_long_file(void **state)
{
    struct fixture *f = *state;
    FILE *file = fopen(f->lab.path, "wb");
    assert_non_null(file);
    for (int i = 0; i < 50000; i++)
        fprintf(file, "%d,x\n", i);
    fclose(file);
    assert_true(csv_open(&f->csv, &f->lab.reader, json_root(f->lab.doc), "rows.csv"));
    assert_int_equal(csv_lines_left(&f->csv), 50000);
    for (int i = 0; i < 50000; i++) {
        char *cell;
        assert_int_equal(csv_row(&f->csv, &cell, 1), 2);
        assert_int_equal(atoi(cell), i);
    }
    ends(f);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_plain),      TEST(test_tolerated),
        TEST(test_empty),      TEST(test_more_cells_than_wanted),
        TEST(test_bad_quotes), TEST(test_no_text),
        TEST(test_no_file),    TEST(test_long_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
