// SPDX-License-Identifier: GPL-3.0-or-later
/* The only place that ends the process on a bug of ours.
 *
 * MUST is always on; MUST_SLOW costs more than O(1) and is on in stress builds only.  A failure
 * prints the expression, the context that the runner set (seed, replication, time, event) and the
 * command that replays it, and exits with status 4; a build with -DMUST_ABORTS aborts instead, for
 * the debugger's sake.  A user's mistake never comes here: see base/diag.h. */
#ifndef QUEUELAB_BASE_MUST_H
#define QUEUELAB_BASE_MUST_H

#include <stddef.h>
#include <stdint.h>

#define MUST(condition)                                                                            \
    (__builtin_expect(!!(condition), 1) ? (void)0 : must_fail(__FILE__, __LINE__, #condition))

#ifdef STRESS
#define MUST_SLOW(condition) MUST(condition)
#else
#define MUST_SLOW(condition) ((void)sizeof(condition))
#endif

/* What a dying process says about where it was.  The runner owns it and keeps it while set. */
struct must_context {
    const char *replay; /* the command that repeats the run */
    uint64_t seed;
    uint32_t replication;  /* counted from 1 */
    const int64_t *now_ns; /* the engine's clock, read only when the process is about to die */
    const uint64_t *event_count;
};

/* Sets (or with NULL clears) the calling thread's context. */
void must_context_set(const struct must_context *context);

_Noreturn void must_fail(const char *file, int line, const char *condition);

/* Ends the run because an invariant watched by an observer is broken: same ending as must_fail. */
_Noreturn void must_broken(const char *invariant, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Wrappers of malloc and realloc that MUST succeed, for what grows by itself (pools, buffers). */
void *must_alloc(size_t bytes);
void *must_grow(void *block, size_t bytes);
enum { MUST_LINE_BYTES = 64 };        /* of the cache */
void *must_alloc_lines(size_t bytes); /* zeroed, from the start of a line on */

#endif
