// SPDX-License-Identifier: GPL-3.0-or-later
/* Lines out of chunks of input.  A line is kept until it is whole, but no longer than a request can
 * be; the rest of a longer one is passed over. */
#ifndef QUEUELAB_API_READER_H
#define QUEUELAB_API_READER_H

#include <stdbool.h>
#include <stddef.h>
#include "base/text.h"

/* A batch of ten bodies, 1 MiB in all, every byte of it written as an escape of six, and room. */
#define READER_MOST_BYTES ((size_t)16 << 20)

enum reader_status { READER_UNFINISHED, READER_WHOLE, READER_TOO_LONG };

struct reader {
    struct text kept; /* the beginning of a line that has no end yet */
    bool is_too_long;
    bool is_given; /* kept was handed out: it ends with the next call */
};

/* Takes input up to and with the first line end, moving *input and *bytes on.  READER_WHOLE: *line
 * is the line without its end, valid until the next call. */
enum reader_status reader_take(struct reader *reader, const char **input, size_t *bytes,
                               const char **line, size_t *length);
/* At the end of the input: a last line needs no end.  READER_UNFINISHED: there is none. */
enum reader_status reader_finish(struct reader *reader, const char **line, size_t *length);
void reader_free(struct reader *reader);

#endif
