// SPDX-License-Identifier: GPL-3.0-or-later
/* A recorded sequence of arrivals from a CSV file: times, and optionally sizes, groups, service
 * times. Times are seconds or ISO ("2023-11-16 18:15:46.6805900", 'T' or blank, 0 to 9 digits of
 * fraction, optional Z); the first row is time 0.  An empty file, a missing column, an unreadable
 * cell or times that go back are the user's mistakes: a sentence with the line. */
#ifndef QUEUELAB_CORE_TRACE_FILE_H
#define QUEUELAB_CORE_TRACE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/param.h"

struct trace_columns {
    const char *time;                   /* required */
    const char *size, *group, *service; /* NULL: not taken */
    double service_scale_s;             /* seconds per unit of the service column */
    double speedup;                     /* times are divided by it */
};

struct trace_file {
    size_t count;
    int64_t *at_ns;      /* from 0, not falling */
    int64_t *size_bytes; /* NULL unless asked for */
    uint32_t *group;     /* dense numbers in order of appearance; NULL unless asked for */
    int64_t *service_ns; /* NULL unless asked for */
};

/* Reads path (relative to reader->folder unless absolute) into the reader's arena.
 * node is the value that named the file, for the place of a mistake.  Returns NULL after adding it.
 */
const struct trace_file *trace_file_read(struct param_reader *reader, const struct json *node,
                                         const char *path, const struct trace_columns *columns);

#endif
