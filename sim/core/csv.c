// SPDX-License-Identifier: GPL-3.0-or-later
/* The file is read at once and cut into cells in place. */
#include "core/csv.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/arena.h"

void csv_error(struct csv *csv, const char *format, ...)
{
    char sentence[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    csv->is_bad = true;
    param_error(csv->reader, csv->node, "%s line %zu: %s", csv->path, csv->line, sentence);
}

static const char *full_path(const struct param_reader *reader, const char *folder,
                             const char *path)
{
    const size_t length = strlen(folder);
    if (path[0] == '/' || length == 0)
        return path;
    const char *slash = folder[length - 1] == '/' ? "" : "/";
    return arena_printf(reader->arena, "%s%s%s", folder, slash, path);
}

/* No trace is larger; a device that never ends would fill the memory. */
#define MAX_BYTES ((size_t)1 << 30)

/* Reads all of file into csv->text with a closing NUL; returns the number of bytes, at most
 * MAX_BYTES. */
static size_t load(struct csv *csv, FILE *file)
{
    size_t length = 0, capacity = 1 << 16;
    csv->text = must_alloc(capacity);
    for (;;) {
        length += fread(csv->text + length, 1, capacity - length - 1, file);
        if (length + 1 < capacity || capacity > MAX_BYTES)
            break;
        capacity *= 2;
        csv->text = must_grow(csv->text, capacity);
    }
    csv->text[length] = '\0';
    return length;
}

/* The file, or NULL with errno; full is where it is, or was looked for last. */
static FILE *open_file(const struct param_reader *reader, const char *path, const char **full)
{
    *full = full_path(reader, reader->folder != NULL ? reader->folder : "", path);
    FILE *file = fopen(*full, "rb");
    if (file != NULL || errno != ENOENT || reader->origin == NULL || path[0] == '/')
        return file;
    *full = full_path(reader, reader->origin, path);
    return fopen(*full, "rb");
}

/* A result has its scenario, but not what that names: it may be put beside it. */
static void say_unread(const struct csv *csv, const char *full)
{
    const struct param_reader *reader = csv->reader;
    const int reason = errno;
    if (reason == ENOENT && reader->origin != NULL && csv->path[0] != '/')
        param_error(csv->reader, csv->node,
                    "the file \"%s\" that this was run with is gone from \"%s\": copy it to \"%s\"",
                    csv->path, full, full_path(reader, reader->folder, csv->path));
    else
        param_error(csv->reader, csv->node, "cannot read \"%s\": %s", full, strerror(reason));
}

bool csv_open(struct csv *csv, struct param_reader *reader, const struct json *node,
              const char *path)
{
    *csv = (struct csv){.reader = reader, .node = node, .path = path};
    const char *full;
    FILE *file = open_file(reader, path, &full);
    size_t length = 0;
    bool is_read = file != NULL;
    if (is_read) {
        length = load(csv, file);
        is_read = ferror(file) == 0 && length < MAX_BYTES;
    }
    if (length >= MAX_BYTES)
        errno = EFBIG;
    if (!is_read)
        say_unread(csv, full);
    else if (memchr(csv->text, '\0', length) != NULL)
        param_error(reader, node, "\"%s\" is no text: it holds a byte 0", full);
    else
        csv->next = csv->text;
    csv->is_bad = csv->next == NULL;
    if (file != NULL)
        fclose(file);
    if (!csv->is_bad && strncmp(csv->next, "\xEF\xBB\xBF", 3) == 0)
        csv->next += 3;
    return !csv->is_bad;
}

void csv_close(struct csv *csv)
{
    free(csv->text);
    csv->text = csv->next = NULL;
}

/* Cuts off the next line; NULL at the end. */
static char *next_line(struct csv *csv)
{
    char *line = csv->next;
    if (line == NULL || *line == '\0')
        return NULL;
    csv->line++;
    char *end = strchr(line, '\n');
    csv->next = end != NULL ? end + 1 : NULL;
    if (end == NULL)
        end = line + strlen(line);
    if (end > line && end[-1] == '\r')
        end--;
    *end = '\0';
    return line;
}

/* Takes the quotes off a cell that begins at open, "" standing for one quote.  Returns where the
 * cell's text ended in the line, or NULL. */
static char *unquote(char *open)
{
    char *to = open;
    for (char *from = open + 1; *from != '\0'; from++) {
        if (*from == '"' && from[1] != '"') {
            *to = '\0';
            return from + 1;
        }
        if (*from == '"')
            from++;
        *to++ = *from;
    }
    return NULL;
}

size_t csv_lines_left(const struct csv *csv)
{
    size_t lines = 0;
    for (const char *at = csv->next; at != NULL && *at != '\0'; lines++) {
        at = strchr(at, '\n');
        if (at != NULL)
            at++;
    }
    return lines;
}

/* Takes the cell that begins at text: where it ends in the line, or NULL if its quotes are wrong.
 */
static char *take_cell(char *text, char **cell)
{
    text += strspn(text, " \t");
    *cell = text;
    if (*text == '"') {
        char *end = unquote(text);
        if (end != NULL)
            end += strspn(end, " \t");
        return end != NULL && (*end == ',' || *end == '\0') ? end : NULL;
    }
    char *end = text + strcspn(text, ",");
    for (char *last = end; last > text && (last[-1] == ' ' || last[-1] == '\t'); last--)
        last[-1] = '\0';
    return end;
}

size_t csv_row(struct csv *csv, char *cells[], size_t max)
{
    char *text = csv->is_bad ? NULL : next_line(csv);
    while (text != NULL && text[strspn(text, " \t")] == '\0')
        text = next_line(csv);
    size_t count = 0;
    while (text != NULL) {
        char *cell;
        char *end = take_cell(text, &cell);
        if (end == NULL) {
            csv_error(csv, "a cell in quotes must end in a quote before a comma or the line's end");
            return 0;
        }
        if (count < max)
            cells[count] = cell;
        count++;
        text = *end == ',' ? end + 1 : NULL;
        *end = '\0';
    }
    return count;
}
