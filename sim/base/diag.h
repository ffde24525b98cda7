// SPDX-License-Identifier: GPL-3.0-or-later
/* Collects the user's mistakes: where, what, and a hint; sorted, counted, printed once. */
#ifndef QUEUELAB_BASE_DIAG_H
#define QUEUELAB_BASE_DIAG_H

#include <stddef.h>
#include <stdio.h>

/* Where a mistake stands.  line and column count from 1 (0: unknown); pointer is a JSON pointer or
 * NULL. */
struct diag_place {
    const char *file;
    int line, column;
    const char *pointer;
};

struct diag;

struct diag *diag_new(void);
void diag_free(struct diag *diag);

/* Adds one mistake; the sentence is formatted and copied, so are the place's texts.
 * The same sentence at the same place is kept once. */
void diag_error(struct diag *diag, struct diag_place place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

size_t diag_count(const struct diag *diag);
/* The sentence of the first mistake in order of place; there MUST be one. */
const char *diag_first(const struct diag *diag, struct diag_place *place);

/* Prints at most 20 mistakes in order of file, line and column, as
 * "file:line:column: /pointer: sentence", and how many more there are. */
void diag_print(const struct diag *diag, FILE *out);

#endif
