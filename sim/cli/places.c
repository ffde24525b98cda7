// SPDX-License-Identifier: GPL-3.0-or-later
/* Folders are tried from the one nearest to the program to the working folder, so that a checkout
 * uses its own files even where another version is installed. */
#include "cli/places.h"

#include <ctype.h>
#include <dirent.h>
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

/* "./a" is a, and "a/b/../c" is "a/c": what people read, as long as it names the same folder. */
static const char *without_dots(struct arena *arena, const char *path)
{
    char *tidy = arena_copy_text(arena, path[0] == '/' ? "/" : "");
    for (const char *part = path; *part != '\0';) {
        const size_t length = strcspn(part, "/");
        char *slash = strrchr(tidy, '/');
        const char *last = slash != NULL ? slash + 1 : tidy;
        const bool is_up = length == 2 && strncmp(part, "..", 2) == 0;
        if (is_up && last[0] != '\0' && strcmp(last, "..") != 0)
            tidy[slash == NULL ? 0 : slash == tidy ? 1 : slash - tidy] = '\0';
        else if (length > 0 && !(length == 1 && part[0] == '.'))
            tidy = arena_printf(arena, "%s%s%.*s", tidy, last[0] != '\0' ? "/" : "", (int)length,
                                part);
        part += length + (part[length] == '/');
    }
    return tidy[0] != '\0' ? tidy : ".";
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
        const char *tidy = without_dots(arena, candidates[i]);
        if (access(arena_printf(arena, "%s/%s", tidy, file), R_OK) == 0)
            return tidy;
        if (access(arena_printf(arena, "%s/%s", candidates[i], file), R_OK) == 0)
            return candidates[i];
    }
    return NULL;
}

/* "scenarios/27-standard-vs-fifo.json" and "27" are both contained in the name that is meant. */
static const char *bare_name(struct arena *arena, const char *word)
{
    const char *slash = strrchr(word, '/'), *name = slash != NULL ? slash + 1 : word;
    const size_t length = strlen(name), ending = strlen(".json");
    const bool has_ending = length > ending && strcmp(name + length - ending, ".json") == 0;
    return arena_printf(arena, "%.*s", (int)(has_ending ? length - ending : length), name);
}

const char *places_shipped(const struct options *options, struct arena *arena, const char *word)
{
    const char *folder = places_find(options, arena, "scenarios", "schema/scenario-1.schema.json");
    const char *name = bare_name(arena, word), *found = NULL;
    size_t count = 0;
    DIR *directory = folder != NULL && name[0] != '\0' ? opendir(folder) : NULL;
    if (directory == NULL)
        return NULL;
    for (struct dirent *file = readdir(directory); file != NULL; file = readdir(directory)) {
        const char *ending = strstr(file->d_name, ".json"), *at = strstr(file->d_name, name);
        if (!isdigit((unsigned char)file->d_name[0]) || ending == NULL || at == NULL)
            continue;
        found = arena_printf(arena, "%s/%s", folder, file->d_name);
        count++;
    }
    closedir(directory);
    return count == 1 ? found : NULL;
}
