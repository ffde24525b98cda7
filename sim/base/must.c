// SPDX-License-Identifier: GPL-3.0-or-later
/* Ends the process when the program itself is wrong, and says where it was.
 *
 * The thread-local context is the one mutable static of the program: it is written by the runner
 * and read only here, when the process is about to die.  It can therefore influence no result. */
#include "base/must.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Thread_local const struct must_context *current;

void must_context_set(const struct must_context *context)
{
    current = context;
}

static void print_time(int64_t ns)
{
    int64_t whole = ns / 1000000000, rest = ns % 1000000000;
    fprintf(stderr, "%s%" PRId64 ".%09" PRId64 " s", ns < 0 ? "-" : "", whole < 0 ? -whole : whole,
            rest < 0 ? -rest : rest);
}

static void print_context(const struct must_context *context)
{
    /* Above 2^53 a seed is written as scenarios write it, in hexadecimal. */
    if (context->seed > UINT64_C(1) << 53) {
        fprintf(stderr, "  seed 0x%" PRIx64, context->seed);
    } else {
        fprintf(stderr, "  seed %" PRIu64, context->seed);
    }
    fprintf(stderr, ", replication %" PRIu32, context->replication);
    if (context->now_ns != NULL) {
        fputs(", time ", stderr);
        print_time(*context->now_ns);
    }
    if (context->event_count != NULL) {
        fprintf(stderr, ", event %" PRIu64, *context->event_count);
    }
    fputc('\n', stderr);
    if (context->replay != NULL) {
        fprintf(stderr, "  replay: %s\n", context->replay);
    }
}

static _Noreturn void must_end(void)
{
    if (current != NULL) {
        print_context(current);
    }
    fflush(stderr);
#ifdef MUST_ABORTS
    abort();
#else
    exit(4);
#endif
}

void must_fail(const char *file, int line, const char *condition)
{
    fprintf(stderr, "queuelab: internal error: %s (%s:%d)\n", condition, file, line);
    must_end();
}

void must_broken(const char *invariant, const char *format, ...)
{
    fprintf(stderr, "queuelab: invariant broken: %s: ", invariant);
    va_list values;
    va_start(values, format);
    vfprintf(stderr, format, values);
    va_end(values);
    fputc('\n', stderr);
    must_end();
}

void *must_alloc(size_t bytes)
{
    void *block = malloc(bytes == 0 ? 1 : bytes);
    MUST(block != NULL);
    return block;
}

void *must_alloc_lines(size_t bytes)
{
    const size_t lines = bytes / MUST_LINE_BYTES + 1;
    void *block = aligned_alloc(MUST_LINE_BYTES, lines * MUST_LINE_BYTES);
    MUST(block != NULL);
    memset(block, 0, lines * MUST_LINE_BYTES);
    return block;
}

void *must_grow(void *block, size_t bytes)
{
    void *grown = realloc(block, bytes == 0 ? 1 : bytes);
    MUST(grown != NULL);
    return grown;
}
