// SPDX-License-Identifier: GPL-3.0-or-later
/* The common case, a whole line in one chunk, is not copied. */
#include "api/reader.h"

#include <string.h>

void reader_free(struct reader *reader)
{
    text_free(&reader->kept);
    reader->is_too_long = false;
}

static void keep(struct reader *reader, const char *bytes, size_t length)
{
    if (reader->is_too_long || length > READER_MOST_BYTES - reader->kept.length) {
        reader->is_too_long = true;
        text_free(&reader->kept);
        return;
    }
    text_append(&reader->kept, bytes, length);
}

static void forget_given(struct reader *reader)
{
    if (reader->is_given)
        text_clear(&reader->kept);
    reader->is_given = false;
}

enum reader_status reader_finish(struct reader *reader, const char **line, size_t *length)
{
    forget_given(reader);
    const bool is_too_long = reader->is_too_long;
    reader->is_too_long = false;
    if (is_too_long)
        return READER_TOO_LONG;
    *line = text_of(&reader->kept);
    *length = reader->kept.length;
    reader->is_given = true;
    return *length > 0 ? READER_WHOLE : READER_UNFINISHED;
}

enum reader_status reader_take(struct reader *reader, const char **input, size_t *bytes,
                               const char **line, size_t *length)
{
    const char *from = *input, *end = memchr(from, '\n', *bytes);
    const size_t count = end == NULL ? *bytes : (size_t)(end - from);
    forget_given(reader);
    const bool is_begun = reader->kept.length > 0 || reader->is_too_long;
    *input = from + count + (end != NULL);
    *bytes -= count + (end != NULL);
    if (end != NULL && !is_begun && count <= READER_MOST_BYTES) {
        *line = from;
        *length = count;
        return READER_WHOLE;
    }
    keep(reader, from, count);
    if (end == NULL)
        return READER_UNFINISHED;
    return reader_finish(reader, line, length) == READER_TOO_LONG ? READER_TOO_LONG : READER_WHOLE;
}
