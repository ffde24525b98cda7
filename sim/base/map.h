// SPDX-License-Identifier: GPL-3.0-or-later
/* Maps from a text or a u64 to a u32.  Iteration is in order of insertion, never in hash order.
 * A map is of texts or of u64, as its first key was; a key of the other sort MUST not be put. */
#ifndef QUEUELAB_BASE_MAP_H
#define QUEUELAB_BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct map;

struct map *map_new(void);
void map_free(struct map *map);
size_t map_count(const struct map *map);

bool map_get_text(const struct map *map, const char *key, uint32_t *value);
void map_put_text(struct map *map, const char *key, uint32_t value); /* copies the key; replaces */
bool map_remove_text(struct map *map, const char *key);

bool map_get(const struct map *map, uint64_t key, uint32_t *value);
void map_put(struct map *map, uint64_t key, uint32_t value);
bool map_remove(struct map *map, uint64_t key);

/* Calls visit for each entry in order of insertion; text is NULL for u64 keys. */
void map_each(const struct map *map,
              void (*visit)(void *context, const char *text, uint64_t key, uint32_t value),
              void *context);

#endif
