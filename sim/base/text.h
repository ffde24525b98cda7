// SPDX-License-Identifier: GPL-3.0-or-later
/* A growable text, and help with words. */
#ifndef QUEUELAB_BASE_TEXT_H
#define QUEUELAB_BASE_TEXT_H

#include <stdarg.h>
#include <stddef.h>

struct text {
    char *bytes; /* always ends in NUL once something was appended; NULL when empty */
    size_t length, capacity;
};

void text_free(struct text *text);
void text_clear(struct text *text);
void text_append(struct text *text, const char *bytes, size_t length);
void text_add(struct text *text, const char *word);
void text_printf(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_vprintf(struct text *text, const char *format, va_list values)
    __attribute__((format(printf, 2, 0)));
void text_cut(struct text *text, size_t length); /* back to an earlier length */
const char *text_of(const struct text *text);    /* never NULL */

/* The candidate nearest to word by edit distance with transpositions, if near enough for
 * "did you mean" (at most a third of the word's letters, at least 1); else NULL. */
const char *text_nearest(const char *word, const char *const *candidates, size_t count);

/* Appends what helps who wrote a word that is not among these: ", did you mean "b"?" if one is
 * near, else "; there are a, b, c", with "..." in place of those beyond a line or two. */
void text_hint(struct text *text, const char *word, const char *const *words, size_t count);

/* The length in bytes (1 to 4) of the UTF-8 character at the start of bytes; 0 when there is none,
 * which includes overlong forms, surrogates and what is above U+10FFFF. */
size_t text_character(const char *bytes, size_t length);
/* Appends a Unicode character as UTF-8. */
void text_add_character(struct text *text, unsigned code);

#endif
