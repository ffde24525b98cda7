// SPDX-License-Identifier: GPL-3.0-or-later
/* Removing is careful: only files, only in folders that this program made. */
#include "report/folder.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool fail(struct folder *folder, const char *doing, const char *path)
{
    if (folder->error.length == 0)
        text_printf(&folder->error, "cannot %s %s: %s", doing, path, strerror(errno));
    return false;
}

/* A failed stat leaves the reason of the mkdir before it to be said. */
static bool is_folder(const char *path)
{
    const int reason = errno;
    struct stat status;
    const bool is = stat(path, &status) == 0 && S_ISDIR(status.st_mode);
    errno = reason;
    return is;
}

/* Makes every folder on the way; those that exist are fine. */
static bool make_path(struct folder *folder, const char *path)
{
    struct text upto = {.length = 0};
    bool ok = true;
    for (const char *c = path; ok && *c != '\0'; c++) {
        text_append(&upto, c, 1);
        if ((c[1] != '/' && c[1] != '\0') || *c == '/')
            continue;
        if (mkdir(text_of(&upto), 0777) != 0)
            ok = is_folder(text_of(&upto)) || fail(folder, "create the folder", text_of(&upto));
        else if (folder->made == 0)
            folder->made = upto.length;
    }
    text_free(&upto);
    return ok;
}

static bool is_dot(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* Removes a folder of files; one with folders in it is not ours, and stays. */
static void remove_flat(const char *path)
{
    DIR *directory = opendir(path);
    struct text file = {.length = 0};
    if (directory == NULL)
        return;
    for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        if (is_dot(entry->d_name))
            continue;
        text_clear(&file);
        text_printf(&file, "%s/%s", path, entry->d_name);
        unlink(text_of(&file));
    }
    closedir(directory);
    text_free(&file);
    rmdir(path);
}

static bool has_file(const char *path, const char *name)
{
    struct text file = {.length = 0};
    struct stat status;
    text_printf(&file, "%s/%s", path, name);
    const bool has = stat(text_of(&file), &status) == 0;
    text_free(&file);
    return has;
}

static bool is_empty(const char *path)
{
    DIR *directory = opendir(path);
    bool empty = true;
    if (directory == NULL)
        return false;
    for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory))
        empty = empty && is_dot(entry->d_name);
    closedir(directory);
    return empty;
}

/* Whether what stands at the path may give way. */
static bool may_replace(struct folder *folder)
{
    const char *path = text_of(&folder->path);
    struct stat status;
    if (lstat(path, &status) != 0)
        return errno == ENOENT || fail(folder, "look at", path);
    if (S_ISDIR(status.st_mode) && (is_empty(path) || has_file(path, "result.json")))
        return true;
    if (folder->error.length == 0)
        text_printf(&folder->error, "%s exists and is no result: it is not replaced", path);
    return false;
}

/* Removes the parents that were made for nothing, if they are still empty. */
static void unmake_path(struct folder *folder)
{
    for (size_t length = folder->path.length; folder->made > 0 && length >= folder->made;
         length--) {
        if (folder->path.bytes[length] != '/')
            continue;
        text_cut(&folder->path, length);
        if (rmdir(text_of(&folder->path)) != 0)
            return;
    }
}

bool folder_open(struct folder *folder, const char *path)
{
    *folder = (struct folder){.is_open = false};
    text_add(&folder->path, path);
    while (folder->path.length > 1 && folder->path.bytes[folder->path.length - 1] == '/')
        text_cut(&folder->path, folder->path.length - 1);
    text_printf(&folder->partial, "%s.partial-%ld", text_of(&folder->path), (long)getpid());
    const char *slash = strrchr(text_of(&folder->path), '/');
    struct text parent = {.length = 0};
    if (slash != NULL && slash != text_of(&folder->path))
        text_append(&parent, text_of(&folder->path), (size_t)(slash - text_of(&folder->path)));
    bool ok = make_path(folder, text_of(&parent)) && may_replace(folder);
    text_free(&parent);
    if (ok && mkdir(text_of(&folder->partial), 0777) != 0)
        ok = fail(folder, "create the folder", text_of(&folder->partial));
    if (!ok)
        unmake_path(folder);
    folder->is_open = ok;
    return ok;
}

void folder_enter(struct folder *folder, const char *path)
{
    *folder = (struct folder){.is_open = true, .is_entered = true};
    text_add(&folder->path, path);
    text_add(&folder->partial, path);
}

FILE *folder_begin(struct folder *folder, const char *name)
{
    struct text path = {.length = 0};
    if (!folder->is_open || folder->error.length > 0)
        return NULL;
    text_printf(&path, "%s/%s", text_of(&folder->partial), name);
    FILE *file = fopen(text_of(&path), "wb");
    if (file == NULL)
        fail(folder, "write", text_of(&path));
    text_free(&path);
    return file;
}

bool folder_end(struct folder *folder, const char *name, FILE *file)
{
    if (file == NULL)
        return false;
    const bool had_failed = ferror(file) != 0;
    if (fclose(file) == 0 && !had_failed)
        return true;
    if (errno == 0)
        errno = EIO;
    return fail(folder, "write", name);
}

bool folder_write(struct folder *folder, const char *name, const char *bytes, size_t length)
{
    FILE *file = folder_begin(folder, name);
    if (file != NULL)
        fwrite(bytes, 1, length, file);
    return folder_end(folder, name, file);
}

/* POSIX renames a folder only onto an empty one, so that an older result steps aside first. */
bool folder_commit(struct folder *folder)
{
    const char *path = text_of(&folder->path), *partial = text_of(&folder->partial);
    if (!folder->is_open || folder->is_entered || folder->error.length > 0 || !may_replace(folder))
        return false;
    if (rename(partial, path) == 0) {
        folder->is_open = false;
        return true;
    }
    struct text older = {.length = 0};
    text_printf(&older, "%s.older-%ld", path, (long)getpid());
    if (rename(path, text_of(&older)) != 0) {
        fail(folder, "replace", path);
    } else if (rename(partial, path) != 0) {
        fail(folder, "create", path);
        rename(text_of(&older), path);
    } else {
        folder->is_open = false;
        remove_flat(text_of(&older));
    }
    text_free(&older);
    return !folder->is_open;
}

void folder_close(struct folder *folder)
{
    if (folder->is_open && !folder->is_entered) {
        remove_flat(text_of(&folder->partial));
        unmake_path(folder);
    }
    text_free(&folder->path);
    text_free(&folder->partial);
    text_free(&folder->error);
    folder->is_open = false;
}
