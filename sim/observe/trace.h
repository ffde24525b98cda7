// SPDX-License-Identifier: GPL-3.0-or-later
/* A trace: facts kept as they were said, for those who tell or draw what happened.
 *
 * It listens as an observer and keeps the first `most` facts, of one message alone if it is told
 * which; it judges nothing.  Its two written forms are a line of JSON a fact, and Chrome's trace
 * events, which Perfetto opens: workers as threads with slices of work, messages as asynchronous
 * slices with the times in which they are invisible. */
#ifndef QUEUELAB_OBSERVE_TRACE_H
#define QUEUELAB_OBSERVE_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "core/probe.h"

struct text;

enum { TRACE_MOST = 100000 };

struct trace {
    struct fact *facts;
    size_t count, capacity, most;
    bool is_full;    /* what came later is missing */
    bool is_of_root; /* keep nothing but facts of that message */
    uint64_t root;
};

void trace_init(struct trace *trace, size_t most);
void trace_free(struct trace *trace);
/* An observer's, with the trace as its context. */
void trace_hear(void *context, const struct fact *fact);

/* False for facts of a call or of a component, which name no message. */
bool trace_is_of_message(const struct fact *fact);

/* Names of nodes by id; others are "scenario". */
struct trace_names {
    size_t count;
    const char *const *at;
};
const char *trace_name(const struct trace_names *names, uint16_t node);

void trace_write_ndjson(const struct trace *trace, const struct trace_names *names,
                        struct text *out);
void trace_write_chrome(const struct trace *trace, const struct trace_names *names,
                        struct text *out);

#endif
