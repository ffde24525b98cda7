// SPDX-License-Identifier: GPL-3.0-or-later
/* Rows and cells of a comma-separated file that a scenario names.  Quotes or blanks around a cell,
 * CRLF, a byte order mark, blank lines and a missing final newline are tolerated; a cell does not
 * span lines.  What is wrong with a file is the user's mistake, said with its line. */
#ifndef QUEUELAB_CORE_CSV_H
#define QUEUELAB_CORE_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include "base/param.h"

struct csv {
    struct param_reader *reader;
    const struct json *node; /* the value that named the file */
    const char *path;        /* as the scenario writes it */
    char *text, *next;       /* the whole file, and the line to read next; NULL at the end */
    size_t line;             /* of the row read last, from 1 */
    bool is_bad;             /* a mistake was added */
};

/* Loads path (relative to reader->folder, or else its origin, unless absolute); false after adding
 * a mistake.  Either way to be closed. */
bool csv_open(struct csv *csv, struct param_reader *reader, const struct json *node,
              const char *path);
void csv_close(struct csv *csv);

/* Splits the next line that is not blank and stores its first max cells, which live until
 * csv_close. Returns how many cells it has; 0 at the end or after a mistake. */
size_t csv_row(struct csv *csv, char *cells[], size_t max);

/* How many rows there can still be, at most. */
size_t csv_lines_left(const struct csv *csv);

/* Adds a mistake, "path line n: sentence". */
void csv_error(struct csv *csv, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
