// SPDX-License-Identifier: GPL-3.0-or-later
/* Whoever binds enters a place before and leaves it after: that is checked each time. */
#include "tools/param_lab.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tools/json_lab.h"

void param_lab_open(struct param_lab *lab, const struct param *rows, void *cfg, const char *text,
                    const char *const *skip)
{
    *lab = (struct param_lab){.diag = diag_new()};
    arena_init(&lab->arena);
    lab->doc = json_parse("a.json", text, strlen(text), false, lab->diag);
    assert_non_null(lab->doc);
    struct param_reader reader = {
        .doc = lab->doc, .diag = lab->diag, .arena = &lab->arena, .folder = ""};
    const size_t length = param_enter(&reader, "queues");
    const size_t inner = param_enter(&reader, "a/b");
    lab->fine = param_bind(&reader, rows, cfg, json_root(lab->doc), skip);
    assert_string_equal(text_of(&reader.pointer), "/queues/a~1b");
    param_leave(&reader, inner);
    param_leave(&reader, length);
    assert_string_equal(text_of(&reader.pointer), "");
    assert_int_equal(lab->fine, diag_count(lab->diag) == 0);
    text_free(&reader.pointer);
}

void param_lab_close(struct param_lab *lab)
{
    json_free(lab->doc);
    diag_free(lab->diag);
    arena_free(&lab->arena);
}

void param_lab_refuses(const struct param *rows, size_t bytes, const char *text,
                       const char *expected)
{
    struct param_lab lab;
    void *cfg = calloc(1, bytes);
    assert_non_null(cfg);
    param_lab_open(&lab, rows, cfg, text, NULL);
    json_lab_said(lab.diag, expected);
    param_lab_close(&lab);
    free(cfg);
}
