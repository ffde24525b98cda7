// SPDX-License-Identifier: GPL-3.0-or-later
/* A file that a scenario names, in a folder of its own that goes with the test. */
#ifndef QUEUELAB_TOOLS_FILE_LAB_H
#define QUEUELAB_TOOLS_FILE_LAB_H

#include "base/param.h"

struct file_lab {
    struct arena arena;
    struct diag *diag;
    struct json_doc *doc; /* nothing but the file's name */
    struct param_reader reader;
    const char *name;
    char folder[32], path[64], said[1024];
};

void file_lab_open(struct file_lab *lab, const char *name);
void file_lab_close(struct file_lab *lab);

void file_lab_write(const struct file_lab *lab, const char *bytes, size_t length);

/* What was said has these words in it; said holds all of it. */
void file_lab_says(struct file_lab *lab, const char *words);
/* From here on nothing was said. */
void file_lab_forget(struct file_lab *lab);

#endif
