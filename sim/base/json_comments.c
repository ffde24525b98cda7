// SPDX-License-Identifier: GPL-3.0-or-later
/* Takes from *.jsonc what JSON does not have.
 *
 * Every byte taken becomes a blank and line breaks stay, so that all offsets and lines are kept.
 * What is not blanked, such as a comment without an end, is left for the guard to point at. */
#include "base/json_comments.h"

#include <stdbool.h>
#include <string.h>

/* The end of the comment that begins at start: after its line break, or after its closing mark. */
static size_t comment_end(const char *text, size_t start, size_t bytes)
{
    size_t at = start + 2;
    if (text[start + 1] == '/') {
        while (at < bytes && text[at] != '\n') {
            at++;
        }
        return at;
    }
    while (at + 1 < bytes && !(text[at] == '*' && text[at + 1] == '/')) {
        at++;
    }
    return at + 1 < bytes ? at + 2 : start;
}

static size_t quoted_end(const char *text, size_t start, size_t bytes)
{
    size_t at = start + 1;
    while (at < bytes && text[at] != '"' && text[at] != '\n') {
        at += text[at] == '\\' ? 2 : 1;
    }
    return at < bytes ? at + 1 : bytes;
}

static void blank(char *text, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        if (text[i] != '\n') {
            text[i] = ' ';
        }
    }
}

void json_comments_blank(char *text, size_t bytes)
{
    size_t comma = bytes; /* the offset of a comma after a value, while nothing follows it */
    char last = '\0';     /* the last byte that is neither blank nor in a comment */
    for (size_t at = 0; at < bytes;) {
        char c = text[at];
        if (c == '/' && at + 1 < bytes && (text[at + 1] == '/' || text[at + 1] == '*')) {
            size_t end = comment_end(text, at, bytes);
            if (end == at) {
                return;
            }
            blank(text, at, end);
            at = end;
            continue;
        }
        if ((c == '}' || c == ']') && comma < bytes) {
            text[comma] = ' ';
        }
        size_t next = c == '"' ? quoted_end(text, at, bytes) : at + 1;
        if (c != ' ' && c != '\t' && c != '\r' && c != '\n') {
            bool after_value = last != '\0' && strchr("{[,:", last) == NULL;
            comma = c == ',' && after_value ? at : bytes;
            last = c;
        }
        at = next;
    }
}
