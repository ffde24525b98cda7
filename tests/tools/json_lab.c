// SPDX-License-Identifier: GPL-3.0-or-later
/* Reads and compares documents, and says what was refused where none should be. */
#include "tools/json_lab.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tools/said.h"

struct json_doc *json_lab_parse(const char *file, const char *text, bool comments)
{
    struct diag *diag = diag_new();
    struct json_doc *doc = json_parse(file, text, strlen(text), comments, diag);
    if (doc == NULL) {
        diag_print(diag, stderr);
        fail_msg("%s was refused", text);
    }
    assert_int_equal(diag_count(diag), 0);
    diag_free(diag);
    return doc;
}

void json_lab_prints(const struct json_doc *doc, const char *expected)
{
    char *text = json_print(json_root(doc));
    assert_string_equal(text, expected);
    free(text);
}

void json_lab_stands(struct diag_place place, const char *file, int line, int column)
{
    assert_string_equal(place.file, file);
    assert_int_equal(place.line, line);
    assert_int_equal(place.column, column);
}

void json_lab_said(const struct diag *diag, const char *expected)
{
    char *said = said_printed(diag);
    assert_string_equal(said, expected);
    free(said);
}
