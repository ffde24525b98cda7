// SPDX-License-Identifier: GPL-3.0-or-later
/* JSON out: a streaming writer.  Numbers are exact: int64 in full, doubles in shortest round-trip
 * form, non-finite doubles as null.  Two-space indentation, or none when compact. */
#ifndef QUEUELAB_BASE_JSON_WRITE_H
#define QUEUELAB_BASE_JSON_WRITE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct json;
struct text;

struct json_writer {
    struct text *out; /* what is written is appended here; the owner flushes it */
    bool compact, pending_comma, after_key;
    int depth;
};

void json_write_init(struct json_writer *w, struct text *out, bool compact);
void json_write_open(struct json_writer *w, char bracket);  /* '{' or '[' */
void json_write_close(struct json_writer *w, char bracket); /* '}' or ']' */
void json_write_key(struct json_writer *w, const char *key);
void json_write_text(struct json_writer *w, const char *text); /* NULL writes null */
void json_write_int(struct json_writer *w, int64_t value);
void json_write_double(struct json_writer *w, double value);
void json_write_bool(struct json_writer *w, bool value);
void json_write_null(struct json_writer *w);
void json_write_node(struct json_writer *w, const struct json *node);

/* Formats a double as the shortest text that reads back as the same value, and returns buffer. */
const char *json_format_double(char buffer[32], double value);

#endif
