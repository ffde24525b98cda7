// SPDX-License-Identifier: GPL-3.0-or-later
/* Folders are tried from the one nearest to the program to the working folder, so that a checkout
 * uses its own files even where another version is installed. */
#include "cli/places.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "cli/build_info.h"

/* The folder that holds the program, as it was called or found on the PATH. */
static const char *program_folder(const struct options *options, struct arena *arena)
{
    const char *slash = strrchr(options->program, '/'), *path = getenv("PATH");
    if (slash != NULL)
        return arena_printf(arena, "%.*s", (int)(slash - options->program), options->program);
    while (path != NULL && *path != '\0') {
        const int length = (int)strcspn(path, ":");
        if (access(arena_printf(arena, "%.*s/%s", length, path, options->program), X_OK) == 0)
            return arena_printf(arena, "%.*s", length, path);
        path += length + (path[length] == ':');
    }
    return ".";
}

const char *places_find(const struct options *options, struct arena *arena, const char *folder,
                        const char *file)
{
    const char *program = program_folder(options, arena);
    const char *candidates[] = {
        arena_printf(arena, "%s/%s", program, folder),
        arena_printf(arena, "%s/../../%s", program, folder),
        arena_printf(arena, "%s/../share/queuelab/%s", program, folder),
        arena_printf(arena, "%s/%s", build_info_datadir, folder),
        folder,
    };
    for (size_t i = 0; i < sizeof candidates / sizeof *candidates; i++) {
        if (access(arena_printf(arena, "%s/%s", candidates[i], file), R_OK) == 0)
            return candidates[i];
    }
    return NULL;
}
