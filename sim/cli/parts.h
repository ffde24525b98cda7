// SPDX-License-Identifier: GPL-3.0-or-later
/* The files of a sweep that many machines share: plans and parts.  A file is written aside and
 * renamed, so that under its name it is there as a whole or not at all, whoever is killed.  What
 * goes wrong is said on stderr, with a sentence that names the file. */
#ifndef QUEUELAB_CLI_PARTS_H
#define QUEUELAB_CLI_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include "base/arena.h"
#include "base/text.h"

/* "part-0017.json" in the folder. */
const char *parts_path(struct arena *arena, const char *folder, size_t shard);

bool parts_exists(const char *path);
/* Appends the file's bytes, however many. */
bool parts_read(const char *path, struct text *bytes);

/* A file on its way: begun before the work, so that a place that cannot be written to is known at
 * once. */
struct parts_file {
    const char *path;
    struct text aside;
    FILE *file; /* NULL: not begun */
};
/* Makes the folder of the path if need be. */
bool parts_begin(struct parts_file *file, const char *path);
/* Writes all of it, down to the disk, and puts it in its place. */
bool parts_end(struct parts_file *file, const struct text *bytes);
/* Leaves nothing behind unless parts_end did; to be called in any case. */
void parts_close(struct parts_file *file);

/* The names of the folder's parts, in order; false after saying why there are none to be had. */
struct parts_list {
    size_t count;
    const char **names;
};
bool parts_find(struct parts_list *list, const char *folder, struct arena *arena);

/* "4,17-19", as the arrays of schedulers write it: the shards for which is_wanted. */
void parts_add_ranges(struct text *out, const bool *is_wanted, size_t count);

#endif
