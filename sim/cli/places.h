// SPDX-License-Identifier: GPL-3.0-or-later
/* Where the program's own files are: templates of figures, shipped scenarios, their schema. */
#ifndef QUEUELAB_CLI_PLACES_H
#define QUEUELAB_CLI_PLACES_H

#include "cli/options.h"

/* The folder of that name which holds the file: beside the program, where it was installed, or
 * here; in the arena.  NULL: there is none. */
const char *places_find(const struct options *options, struct arena *arena, const char *folder,
                        const char *file);

/* The path of the one shipped scenario whose name has the word in it, which may also be a path that
 * ends in .json; in the arena.  NULL: none has, or several. */
const char *places_shipped(const struct options *options, struct arena *arena, const char *word);

#endif
