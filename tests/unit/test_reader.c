// SPDX-License-Identifier: GPL-3.0-or-later
/* Lines come out whole, whatever the chunks, and none takes more memory than a request may. */
#include "api/reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* Appends each line and a bar; a line that was too long is "...". */
static void read_all(struct text *out, const char *input, size_t size, size_t chunk)
{
    struct reader reader = {0};
    const char *line;
    size_t length;
    while (size > 0) {
        size_t left = chunk < size ? chunk : size;
        size -= left;
        while (left > 0) {
            const enum reader_status status = reader_take(&reader, &input, &left, &line, &length);
            if (status == READER_WHOLE)
                text_append(out, line, length);
            if (status != READER_UNFINISHED)
                text_add(out, status == READER_WHOLE ? "|" : "...|");
        }
    }
    if (reader_finish(&reader, &line, &length) == READER_WHOLE) {
        text_append(out, line, length);
        text_add(out, "$");
    }
    reader_free(&reader);
}

static void check(const char *input, const char *expected)
{
    for (size_t chunk = 1; chunk <= strlen(input) + 1; chunk++) {
        struct text out = {0};
        read_all(&out, input, strlen(input), chunk);
        assert_string_equal(text_of(&out), expected);
        text_free(&out);
    }
}

static void test_chunks_do_not_matter(void **state)
{
    (void)state;
    check("one\ntwo three\n", "one|two three|");
    check("one\ntwo", "one|two$");
    check("\n\na\n\n", "||a||");
    check("a\r\nb", "a\r|b$");
    check("\n", "|");
    check("a", "a$");
    check("", "");
}

/* The longest line is READER_MOST_BYTES; a byte more is too long, in one chunk or in several. */
static void test_the_longest_line(void **state)
{
    (void)state;
    static const size_t chunks[] = {READER_MOST_BYTES + 5, 1 << 16, 1000003};
    char *input = malloc(READER_MOST_BYTES + 5);
    assert_non_null(input);
    memset(input, 'x', READER_MOST_BYTES + 5);
    for (size_t i = 0; i < sizeof chunks / sizeof *chunks; i++) {
        struct text out = {0};
        memcpy(input + READER_MOST_BYTES, "\nab\nc", 5);
        read_all(&out, input, READER_MOST_BYTES + 5, chunks[i]);
        assert_int_equal(out.length, READER_MOST_BYTES + 6);
        assert_string_equal(text_of(&out) + READER_MOST_BYTES, "|ab|c$");
        text_clear(&out);
        memcpy(input + READER_MOST_BYTES, "x\nab\n", 5);
        read_all(&out, input, READER_MOST_BYTES + 5, chunks[i]);
        assert_string_equal(text_of(&out), "...|ab|");
        text_free(&out);
    }
    free(input);
}

/* 100 MB without an end: what is kept is bounded, and is given back once the line is too long. */
static void test_an_endless_line_takes_no_memory(void **state)
{
    (void)state;
    static char chunk[1 << 16];
    struct reader reader = {0};
    const char *line;
    size_t length;
    memset(chunk, 'x', sizeof chunk);
    for (size_t taken = 0; taken < 100000000; taken += sizeof chunk) {
        const char *input = chunk;
        size_t bytes = sizeof chunk;
        assert_int_equal(reader_take(&reader, &input, &bytes, &line, &length), READER_UNFINISHED);
        assert_int_equal(bytes, 0);
        assert_true(reader.kept.capacity <= 2 * READER_MOST_BYTES);
        assert_true(taken < READER_MOST_BYTES || reader.kept.capacity == 0);
    }
    const char *input = "\nnext\n";
    size_t bytes = 6;
    assert_int_equal(reader_take(&reader, &input, &bytes, &line, &length), READER_TOO_LONG);
    assert_int_equal(reader_take(&reader, &input, &bytes, &line, &length), READER_WHOLE);
    assert_int_equal(length, 4);
    assert_memory_equal(line, "next", 4);
    reader_free(&reader);
}

static void test_an_endless_line_at_the_end(void **state)
{
    (void)state;
    static char chunk[1 << 20];
    struct reader reader = {0};
    const char *line;
    size_t length;
    for (int i = 0; i < 17; i++) {
        const char *input = memset(chunk, 'x', sizeof chunk);
        size_t bytes = sizeof chunk;
        reader_take(&reader, &input, &bytes, &line, &length);
    }
    assert_int_equal(reader_finish(&reader, &line, &length), READER_TOO_LONG);
    assert_int_equal(reader_finish(&reader, &line, &length), READER_UNFINISHED);
    reader_free(&reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_chunks_do_not_matter),
        cmocka_unit_test(test_the_longest_line),
        cmocka_unit_test(test_an_endless_line_takes_no_memory),
        cmocka_unit_test(test_an_endless_line_at_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
