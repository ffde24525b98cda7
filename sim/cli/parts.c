// SPDX-License-Identifier: GPL-3.0-or-later
/* Names of files aside hold the host and the process: two that make the same part do not meet, and
 * the bytes that both rename into place are the same. */
#include "cli/parts.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool fail(const char *doing, const char *path)
{
    fprintf(stderr, "queuelab: cannot %s %s: %s\n", doing, path, strerror(errno));
    return false;
}

const char *parts_path(struct arena *arena, const char *folder, size_t shard)
{
    const size_t length = strlen(folder);
    const char *slash = length > 0 && folder[length - 1] == '/' ? "" : "/";
    return arena_printf(arena, "%s%spart-%04zu.json", folder, slash, shard);
}

bool parts_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

bool parts_read(const char *path, struct text *bytes)
{
    FILE *file = fopen(path, "rb");
    char block[65536];
    size_t count;
    if (file == NULL)
        return fail("read", path);
    while ((count = fread(block, 1, sizeof block, file)) > 0)
        text_append(bytes, block, count);
    const bool has_failed = ferror(file) != 0;
    if (has_failed)
        fail("read", path);
    fclose(file);
    return !has_failed;
}

/* --- writing --- */

static bool make_folders(const char *path)
{
    struct text upto = {.length = 0};
    struct stat status;
    bool ok = true;
    for (const char *c = path; ok && *c != '\0'; c++) {
        if (*c == '/' && c > path && mkdir(text_of(&upto), 0777) != 0)
            ok = (stat(text_of(&upto), &status) == 0 && S_ISDIR(status.st_mode)) ||
                 fail("create the folder", text_of(&upto));
        text_append(&upto, c, 1);
    }
    text_free(&upto);
    return ok;
}

bool parts_begin(struct parts_file *file, const char *path)
{
    char host[256] = "";
    *file = (struct parts_file){.path = path};
    if (!make_folders(path))
        return false;
    if (gethostname(host, sizeof host - 1) != 0)
        host[0] = '\0';
    text_printf(&file->aside, "%s.partial-%s-%ld", path, host, (long)getpid());
    file->file = fopen(text_of(&file->aside), "wb");
    return file->file != NULL || fail("write", path);
}

bool parts_end(struct parts_file *file, const struct text *bytes)
{
    errno = EIO;
    bool ok = fwrite(text_of(bytes), 1, bytes->length, file->file) == bytes->length &&
              fflush(file->file) == 0 && fsync(fileno(file->file)) == 0;
    const int reason = errno;
    ok = (fclose(file->file) == 0) && ok;
    errno = reason;
    file->file = NULL;
    if (ok && rename(text_of(&file->aside), file->path) == 0) {
        text_clear(&file->aside);
        return true;
    }
    return fail("write", file->path);
}

void parts_close(struct parts_file *file)
{
    if (file->file != NULL)
        fclose(file->file);
    if (file->aside.length > 0)
        unlink(text_of(&file->aside));
    text_free(&file->aside);
}

/* --- finding --- */

static bool is_part(const char *name)
{
    const size_t length = strlen(name);
    return strncmp(name, "part-", 5) == 0 && length > 10 && strcmp(name + length - 5, ".json") == 0;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

bool parts_find(struct parts_list *list, const char *folder, struct arena *arena)
{
    size_t capacity = 0;
    const char **names = NULL;
    DIR *directory = opendir(folder);
    *list = (struct parts_list){.count = 0};
    if (directory == NULL)
        return fail("read the folder", folder);
    for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        if (!is_part(entry->d_name))
            continue;
        if (list->count == capacity) {
            capacity = capacity > 0 ? 2 * capacity : 64;
            names = must_grow(names, capacity * sizeof *names);
        }
        names[list->count++] = arena_copy_text(arena, entry->d_name);
    }
    closedir(directory);
    list->names = arena_alloc(arena, (list->count + 1) * sizeof *names);
    if (list->count > 0) {
        memcpy(list->names, names, list->count * sizeof *names);
        qsort(list->names, list->count, sizeof *names, by_name);
    }
    free(names);
    return true;
}

void parts_add_ranges(struct text *out, const bool *is_wanted, size_t count)
{
    const char *comma = "";
    for (size_t i = 0; i < count; i++) {
        if (!is_wanted[i])
            continue;
        size_t last = i;
        while (last + 1 < count && is_wanted[last + 1])
            last++;
        text_printf(out, "%s%zu", comma, i);
        if (last > i)
            text_printf(out, "-%zu", last);
        comma = ",";
        i = last;
    }
}
