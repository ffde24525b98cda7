// SPDX-License-Identifier: GPL-3.0-or-later
/* A result folder, written aside and renamed: it is there as a whole or not at all.
 *
 * What is written goes to <path>.partial-<process>; committing puts it in the place of an older
 * result.  A folder that is no result (it has files, but no result.json) is never replaced.  The
 * first failure is kept as a sentence, and everything after it does nothing. */
#ifndef QUEUELAB_REPORT_FOLDER_H
#define QUEUELAB_REPORT_FOLDER_H

#include <stdbool.h>
#include <stdio.h>
#include "base/text.h"

struct folder {
    struct text path, partial;
    struct text error; /* empty: all is well */
    size_t made;       /* the parents whose paths are at least that long were made here; 0: none */
    bool is_open;
    bool is_entered; /* nothing of it was written aside */
};

/* Creates the folder aside, with its parents; false after a failure. */
bool folder_open(struct folder *folder, const char *path);
/* Opens a result that is there, to write further files into it; it is not committed. */
void folder_enter(struct folder *folder, const char *path);
/* Opens a file in it for writing; NULL after a failure. */
FILE *folder_begin(struct folder *folder, const char *name);
/* Closes such a file; sees whether all of it was written. */
bool folder_end(struct folder *folder, const char *name, FILE *file);
bool folder_write(struct folder *folder, const char *name, const char *bytes, size_t length);
/* Puts the folder in its place, and removes the older result. */
bool folder_commit(struct folder *folder);
/* Removes what was written aside, unless committed, and frees. */
void folder_close(struct folder *folder);

#endif
