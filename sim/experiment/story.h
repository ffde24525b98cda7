// SPDX-License-Identifier: GPL-3.0-or-later
/* The life of one message in plain sentences, from its facts in their order. */
#ifndef QUEUELAB_EXPERIMENT_STORY_H
#define QUEUELAB_EXPERIMENT_STORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/text.h"
#include "observe/trace.h"

enum { STORY_SENTENCES = 8 };

struct story {
    struct arena arena;
    const char **sentences; /* in the arena */
    size_t count;
};

/* Tells a trace of one message in at most `most` sentences, if need be by a summary of the middle;
 * 0: in all. */
void story_init(struct story *story, const struct trace *life, const struct trace_names *names,
                size_t most);
void story_free(struct story *story);

/* "message 4 of web" */
void story_name_message(struct text *out, const struct trace_names *names, uint64_t root);
/* What is said of a fact that has a plain sentence, "<node> <words> [<peer>]"; NULL: it has none.
 */
const char *story_words(enum probe_kind kind, bool *has_peer);
/* before, and "12.5 s" or "1 h 3 min 0.25 s" */
void story_add_time(struct text *out, const char *before, int64_t ns);

#endif
