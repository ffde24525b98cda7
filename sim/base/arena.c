// SPDX-License-Identifier: GPL-3.0-or-later
/* Blocks of memory in a list; an allocation is taken from the head, or from a new head.
 *
 * Every address given out is aligned for any type and zeroed, and stays valid until arena_free:
 * blocks never move.  Nothing is freed alone. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"

enum { FIRST_BLOCK_BYTES = 4096, LAST_BLOCK_BYTES = 1 << 20 };

struct arena_block {
    struct arena_block *next;
    size_t used, capacity; /* of the bytes */
    alignas(max_align_t) unsigned char bytes[];
};

void arena_init(struct arena *arena)
{
    arena->head = NULL;
}

void arena_free(struct arena *arena)
{
    struct arena_block *block = arena->head;
    while (block != NULL) {
        struct arena_block *next = block->next;
        free(block);
        block = next;
    }
    arena->head = NULL;
}

/* The stress build keeps to single pages, so that many blocks come to be. */
static size_t next_capacity(const struct arena_block *head)
{
#ifdef STRESS
    (void)head;
    return FIRST_BLOCK_BYTES;
#else
    if (head == NULL) {
        return FIRST_BLOCK_BYTES;
    }
    return head->capacity >= LAST_BLOCK_BYTES / 2 ? LAST_BLOCK_BYTES : head->capacity * 2;
#endif
}

static struct arena_block *new_block(size_t capacity)
{
    MUST(capacity <= SIZE_MAX - sizeof(struct arena_block));
    struct arena_block *block = calloc(1, sizeof *block + capacity);
    MUST(block != NULL);
    block->capacity = capacity;
    return block;
}

void *arena_alloc(struct arena *arena, size_t bytes)
{
    const size_t unit = alignof(max_align_t);
    MUST(bytes < SIZE_MAX - unit);
    size_t rounded = bytes == 0 ? unit : (bytes + unit - 1) / unit * unit;
    struct arena_block *head = arena->head;
    if (head != NULL && head->capacity - head->used >= rounded) {
        void *memory = head->bytes + head->used;
        head->used += rounded;
        return memory;
    }
    size_t capacity = next_capacity(head);
    if (rounded > capacity && head != NULL) {
        /* A giant gets a block of its own behind the head, which keeps what is left of it. */
        struct arena_block *giant = new_block(rounded);
        giant->used = rounded;
        giant->next = head->next;
        head->next = giant;
        return giant->bytes;
    }
    struct arena_block *block = new_block(rounded > capacity ? rounded : capacity);
    block->used = rounded;
    block->next = head;
    arena->head = block;
    return block->bytes;
}

void *arena_alloc_lines(struct arena *arena, size_t bytes)
{
    char *block = arena_alloc(arena, bytes + MUST_LINE_BYTES);
    return block + (MUST_LINE_BYTES - (uintptr_t)block % MUST_LINE_BYTES);
}

char *arena_copy_text(struct arena *arena, const char *text)
{
    size_t bytes = strlen(text) + 1;
    return memcpy(arena_alloc(arena, bytes), text, bytes);
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list values, again;
    va_start(values, format);
    va_copy(again, values);
    int length = vsnprintf(NULL, 0, format, values);
    va_end(values);
    MUST(length >= 0);
    size_t bytes = (size_t)length + 1;
    char *text = arena_alloc(arena, bytes);
    vsnprintf(text, bytes, format, again);
    va_end(again);
    return text;
}
