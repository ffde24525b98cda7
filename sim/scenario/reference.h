// SPDX-License-Identifier: GPL-3.0-or-later
/* Everything that has rows, as a list for help, and as a document in Markdown. */
#ifndef QUEUELAB_SCENARIO_REFERENCE_H
#define QUEUELAB_SCENARIO_REFERENCE_H

#include "base/arena.h"
#include "base/param.h"
#include "base/text.h"

/* What a table of rows describes. */
struct reference_part {
    const char *group; /* "section", "queue", "actor", "process", "dist" */
    const char *what;  /* "a kind of queue" */
    const char *name;  /* "sqs_standard" */
    const char *doc;
    const struct param *rows; /* NULL: it has no parameters */
};

/* All parts, group by group, in the arena; name is NULL after the last. */
const struct reference_part *reference_parts(struct arena *arena);

/* The rows of the object, or of a list's elements, that a row stands for; NULL if it is neither. */
const struct param *reference_inner_rows(const struct param *row);

/* Appends the reference. */
void reference_write(struct text *out);

/* How a value of a type is written, for types whose word does not say it: an array that ends in a
 * word of NULL. */
struct reference_value {
    const char *word;        /* of the type */
    const char *examples[5]; /* JSON */
    const char *doc;
};
extern const struct reference_value reference_values[];

#endif
