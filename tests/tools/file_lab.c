// SPDX-License-Identifier: GPL-3.0-or-later
/* The folder's name is made anew by each test, so that tests may run beside each other. */
#define _POSIX_C_SOURCE 200809L
#include "tools/file_lab.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

void file_lab_open(struct file_lab *lab, const char *name)
{
    char text[64];
    *lab = (struct file_lab){.name = name, .folder = "/tmp/queuelab-XXXXXX", .diag = diag_new()};
    assert_non_null(mkdtemp(lab->folder));
    snprintf(lab->path, sizeof lab->path, "%s/%s", lab->folder, name);
    snprintf(text, sizeof text, "\"%s\"", name);
    arena_init(&lab->arena);
    lab->doc = json_parse("s.json", text, strlen(text), false, lab->diag);
    assert_non_null(lab->doc);
    lab->reader = (struct param_reader){
        .doc = lab->doc, .diag = lab->diag, .arena = &lab->arena, .folder = lab->folder};
}

void file_lab_close(struct file_lab *lab)
{
    json_free(lab->doc);
    diag_free(lab->diag);
    arena_free(&lab->arena);
    unlink(lab->path);
    rmdir(lab->folder);
}

void file_lab_write(const struct file_lab *lab, const char *bytes, size_t length)
{
    FILE *file = fopen(lab->path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    fclose(file);
}

void file_lab_says(struct file_lab *lab, const char *words)
{
    FILE *out = fmemopen(lab->said, sizeof lab->said, "w");
    assert_non_null(out);
    diag_print(lab->diag, out);
    fclose(out);
    if (strstr(lab->said, words) == NULL)
        fail_msg("\"%s\" is not in: %s", words, lab->said);
}

void file_lab_forget(struct file_lab *lab)
{
    diag_free(lab->diag);
    lab->reader.diag = lab->diag = diag_new();
}
