// SPDX-License-Identifier: GPL-3.0-or-later
/* Loads scenarios from texts and keeps what was said about them. */
#define _POSIX_C_SOURCE 200809L
#include "tools/said.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/text.h"

static char *quoted(const char *text)
{
    char *copy = strdup(text);
    assert_non_null(copy);
    for (char *c = copy; *c != '\0'; c++) {
        if (*c == '`')
            *c = '"';
    }
    return copy;
}

char *said_printed(const struct diag *diag)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    assert_non_null(out);
    diag_print(diag, out);
    fclose(out);
    return text;
}

void said_check_set(const char *path, const char *text, const struct scenario_override *overrides,
                    size_t override_count, const char *expected)
{
    struct diag *diag = diag_new();
    char *read = quoted(text), *wanted = quoted(expected);
    struct scenario_file *file =
        scenario_file_read(path, read, strlen(read), overrides, override_count, diag);
    const bool is_sound = file != NULL && scenario_file_check(file, diag);
    char *said = said_printed(diag);
    if (strcmp(said, wanted) != 0) {
        fprintf(stderr, "expected:\n%sfound:\n%s", wanted, said);
        fail();
    }
    assert_int_equal(is_sound, *wanted == '\0');
    scenario_file_free(file);
    diag_free(diag);
    free(read);
    free(wanted);
    free(said);
}

void said_check(const char *path, const char *text, const char *expected)
{
    said_check_set(path, text, NULL, 0, expected);
}

struct scenario_file *said_read(const char *path, const char *text,
                                const struct scenario_override *overrides, size_t override_count)
{
    struct diag *diag = diag_new();
    char *read = quoted(text);
    struct scenario_file *file =
        scenario_file_read(path, read, strlen(read), overrides, override_count, diag);
    char *said = said_printed(diag);
    assert_string_equal(said, "");
    assert_non_null(file);
    free(said);
    free(read);
    diag_free(diag);
    return file;
}

struct scenario *said_load(const struct scenario_file *file, size_t variant, size_t point)
{
    struct diag *diag = diag_new();
    struct scenario *scenario = scenario_load(file, variant, point, diag);
    char *said = said_printed(diag);
    assert_string_equal(said, "");
    assert_non_null(scenario);
    free(said);
    diag_free(diag);
    return scenario;
}

char *said_written(const struct scenario *scenario)
{
    struct text text = {0};
    struct json_writer w;
    json_write_init(&w, &text, false);
    scenario_write(&w, scenario);
    return text.bytes;
}
