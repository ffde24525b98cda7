// SPDX-License-Identifier: GPL-3.0-or-later
/* A text that grows by doubling, the nearest word for "did you mean", and the form of UTF-8.
 *
 * Whenever bytes is not NULL, it holds length bytes and a NUL after them.  Nothing here knows a
 * locale. */
#include "base/text.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/must.h"

void text_free(struct text *text)
{
    free(text->bytes);
    *text = (struct text){0};
}

void text_clear(struct text *text)
{
    text_cut(text, 0);
}

static void text_reserve(struct text *text, size_t more)
{
    MUST(more < SIZE_MAX / 2 - text->length);
    size_t needed = text->length + more + 1;
    if (needed <= text->capacity) {
        return;
    }
    size_t capacity = text->capacity == 0 ? 64 : text->capacity;
    while (capacity < needed) {
        capacity *= 2;
    }
    text->bytes = must_grow(text->bytes, capacity);
    text->capacity = capacity;
}

void text_append(struct text *text, const char *bytes, size_t length)
{
    text_reserve(text, length);
    if (length > 0) {
        memcpy(text->bytes + text->length, bytes, length);
    }
    text->length += length;
    text->bytes[text->length] = '\0';
}

void text_add(struct text *text, const char *word)
{
    text_append(text, word, strlen(word));
}

void text_vprintf(struct text *text, const char *format, va_list values)
{
    va_list again;
    va_copy(again, values);
    int length = vsnprintf(NULL, 0, format, values);
    MUST(length >= 0);
    text_reserve(text, (size_t)length);
    vsnprintf(text->bytes + text->length, (size_t)length + 1, format, again);
    va_end(again);
    text->length += (size_t)length;
}

void text_printf(struct text *text, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    text_vprintf(text, format, values);
    va_end(values);
}

void text_cut(struct text *text, size_t length)
{
    MUST(length <= text->length);
    text->length = length;
    if (text->bytes != NULL) {
        text->bytes[length] = '\0';
    }
}

const char *text_of(const struct text *text)
{
    return text->bytes == NULL ? "" : text->bytes;
}

enum { LONGEST_WORD = 127 };

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* The edit distance in which a transposition of neighbours counts one (optimal string alignment).
 */
static int distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    int rows[3][LONGEST_WORD + 1];
    int *before = rows[0], *above = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b_length; j++) {
        row[j] = (int)j;
    }
    for (size_t i = 1; i <= a_length; i++) {
        int *oldest = before;
        before = above;
        above = row;
        row = oldest;
        row[0] = (int)i;
        for (size_t j = 1; j <= b_length; j++) {
            int change = above[j - 1] + (a[i - 1] != b[j - 1]);
            row[j] = least(change, least(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = least(row[j], before[j - 2] + 1);
            }
        }
    }
    return row[b_length];
}

const char *text_nearest(const char *word, const char *const *candidates, size_t count)
{
    size_t length = strlen(word);
    if (length == 0 || length > LONGEST_WORD) {
        return NULL;
    }
    const char *nearest = NULL;
    int limit = length < 3 ? 1 : (int)(length / 3);
    for (size_t i = 0; i < count; i++) {
        size_t candidate_length = strlen(candidates[i]);
        if (candidate_length > LONGEST_WORD) {
            continue;
        }
        int far = distance(word, length, candidates[i], candidate_length);
        /* Of two as near the first is kept, so that the answer depends on the list alone.  A word
         * all of whose letters changed is another word. */
        if (far <= limit && far < (int)candidate_length + (far == 0)) {
            nearest = candidates[i];
            limit = far - 1;
        }
    }
    return nearest;
}

void text_hint(struct text *text, const char *word, const char *const *words, size_t count)
{
    enum { ENOUGH = 200 };
    const size_t from = text->length;
    const char *near = text_nearest(word, words, count);
    if (near != NULL) {
        text_printf(text, ", did you mean \"%s\"?", near);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (text->length - from > ENOUGH) {
            text_add(text, " ...");
            return;
        }
        text_printf(text, "%s%s%s", i == 0 ? count == 1 ? "; there is " : "; there are " : " ",
                    words[i], i + 1 < count ? "," : "");
    }
}

size_t text_character(const char *bytes, size_t length)
{
    if (length == 0) {
        return 0;
    }
    unsigned first = (unsigned char)bytes[0];
    if (first < 0x80) {
        return 1;
    }
    size_t wanted = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || length < wanted) {
        return 0;
    }
    for (size_t i = 1; i < wanted; i++) {
        if (((unsigned char)bytes[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    unsigned second = (unsigned char)bytes[1];
    bool overlong = (first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90);
    bool surrogate = first == 0xed && second > 0x9f;
    bool above = first == 0xf4 && second > 0x8f;
    return overlong || surrogate || above ? 0 : wanted;
}

void text_add_character(struct text *text, unsigned code)
{
    char bytes[4];
    size_t length;
    if (code < 0x80) {
        bytes[0] = (char)code;
        length = 1;
    } else if (code < 0x800) {
        bytes[0] = (char)(0xc0 | code >> 6);
        length = 2;
    } else if (code < 0x10000) {
        bytes[0] = (char)(0xe0 | code >> 12);
        length = 3;
    } else {
        MUST(code <= 0x10ffff);
        bytes[0] = (char)(0xf0 | code >> 18);
        length = 4;
    }
    for (size_t i = 1; i < length; i++) {
        bytes[i] = (char)(0x80 | (code >> 6 * (length - 1 - i) & 0x3f));
    }
    text_append(text, bytes, length);
}
