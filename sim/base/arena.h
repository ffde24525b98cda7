// SPDX-License-Identifier: GPL-3.0-or-later
/* Bump allocation that is freed in one go.  Out of memory is a MUST: no caller checks for NULL. */
#ifndef QUEUELAB_BASE_ARENA_H
#define QUEUELAB_BASE_ARENA_H

#include <stddef.h>

#include "base/must.h" /* must_alloc and must_grow, which go with arenas */

struct arena_block;
struct arena {
    struct arena_block *head;
};

void arena_init(struct arena *arena);
void arena_free(struct arena *arena);

/* Returns zeroed memory, aligned for any type, that lives until arena_free. */
void *arena_alloc(struct arena *arena, size_t bytes);
/* The same, from the start of a line of the cache on. */
void *arena_alloc_lines(struct arena *arena, size_t bytes);
char *arena_copy_text(struct arena *arena, const char *text);
char *arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
