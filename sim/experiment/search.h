// SPDX-License-Identifier: GPL-3.0-or-later
/* Finds the message that somebody asks about, while a run goes on, from facts alone: the first that
 * something happened to, or one by its number; or why a receive returned nothing. */
#ifndef QUEUELAB_EXPERIMENT_SEARCH_H
#define QUEUELAB_EXPERIMENT_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/text.h"
#include "observe/trace.h"
#include "experiment/search_effect.h"

enum search_what {
    SEARCH_DUPLICATE,     /* received again */
    SEARCH_LOST,          /* the retention period ended */
    SEARCH_DEAD_LETTERED, /* moved to the dead-letter queue */
    SEARCH_INVERSION,     /* received after one that entered the queue later */
    SEARCH_EMPTY_RECEIVE, /* a receive returned nothing although messages were there */
    SEARCH_DOUBLE_EFFECT, /* what it is for happened again */
    SEARCH_NUMBER         /* a message by its number */
};

struct search_view;  /* of what stands in a slot */
struct search_front; /* of what was received furthest of a queue */

struct search {
    enum search_what what;
    uint64_t number;    /* SEARCH_NUMBER: the message's; SEARCH_EMPTY_RECEIVE: the how many-th empty
                           receive, 0: the first while messages were there */
    const char *origin; /* who sent it; NULL: whoever was first */
    const struct trace_names *names;
    bool is_found;    /* stops the run */
    struct fact fact; /* that told it */
    struct text why;  /* sentences beyond the message's life, each ending in a line's end */
    uint64_t empties;
    struct search_view *views; /* by slot */
    size_t view_count;
    struct search_front *fronts; /* by node */
    struct search_effect effects;
};

/* duplicate, lost, deadLettered, inversion, emptyReceive, doubleEffect, with what that is in plain
 * words; false: no such word. */
bool search_read_word(const char *word, enum search_what *what, const char **plain);
extern const char search_words[]; /* "duplicate|lost|..." */

void search_init(struct search *search, enum search_what what, const struct trace_names *names);
void search_free(struct search *search);
/* An observer's, with the search as its context. */
void search_hear(void *context, const struct fact *fact);

#endif
