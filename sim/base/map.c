// SPDX-License-Identifier: GPL-3.0-or-later
/* A hash map that is iterated in order of insertion: the only door to uthash.
 *
 * A map holds texts or numbers as keys, never both.  uthash keeps its entries on a list in the
 * order they were added; hash order is never seen.  A replaced entry keeps its place. */
#include "base/map.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/must.h"

#define uthash_fatal(message) must_fail(__FILE__, __LINE__, message)
#include <uthash.h>

struct entry {
    UT_hash_handle hh;
    uint64_t key;
    uint32_t value;
    char text[]; /* the key of a map of texts */
};

struct map {
    struct entry *entries;
    bool of_texts, of_numbers;
};

struct map *map_new(void)
{
    struct map *map = must_alloc(sizeof *map);
    *map = (struct map){0};
    return map;
}

void map_free(struct map *map)
{
    if (map == NULL) {
        return;
    }
    struct entry *entry = map->entries;
    HASH_CLEAR(hh, map->entries);
    while (entry != NULL) {
        struct entry *next = entry->hh.next;
        free(entry);
        entry = next;
    }
    free(map);
}

size_t map_count(const struct map *map)
{
    return HASH_COUNT(map->entries);
}

static struct entry *find_text(const struct map *map, const char *key)
{
    struct entry *entry;
    HASH_FIND(hh, map->entries, key, strlen(key), entry);
    return entry;
}

static struct entry *find_number(const struct map *map, uint64_t key)
{
    struct entry *entry;
    HASH_FIND(hh, map->entries, &key, sizeof key, entry);
    return entry;
}

static bool give_value(const struct entry *entry, uint32_t *value)
{
    if (entry != NULL) {
        *value = entry->value;
    }
    return entry != NULL;
}

static bool remove_entry(struct map *map, struct entry *entry)
{
    if (entry != NULL) {
        HASH_DELETE(hh, map->entries, entry);
        free(entry);
    }
    return entry != NULL;
}

bool map_get_text(const struct map *map, const char *key, uint32_t *value)
{
    return give_value(map->of_texts ? find_text(map, key) : NULL, value);
}

void map_put_text(struct map *map, const char *key, uint32_t value)
{
    MUST(!map->of_numbers);
    map->of_texts = true;
    struct entry *entry = find_text(map, key);
    if (entry == NULL) {
        size_t length = strlen(key);
        entry = must_alloc(sizeof *entry + length + 1);
        *entry = (struct entry){0};
        memcpy(entry->text, key, length + 1);
        HASH_ADD_KEYPTR(hh, map->entries, entry->text, length, entry);
    }
    entry->value = value;
}

bool map_remove_text(struct map *map, const char *key)
{
    return remove_entry(map, map->of_texts ? find_text(map, key) : NULL);
}

bool map_get(const struct map *map, uint64_t key, uint32_t *value)
{
    return give_value(map->of_numbers ? find_number(map, key) : NULL, value);
}

void map_put(struct map *map, uint64_t key, uint32_t value)
{
    MUST(!map->of_texts);
    map->of_numbers = true;
    struct entry *entry = find_number(map, key);
    if (entry == NULL) {
        entry = must_alloc(sizeof *entry);
        *entry = (struct entry){.key = key};
        HASH_ADD(hh, map->entries, key, sizeof key, entry);
    }
    entry->value = value;
}

bool map_remove(struct map *map, uint64_t key)
{
    return remove_entry(map, map->of_numbers ? find_number(map, key) : NULL);
}

void map_each(const struct map *map,
              void (*visit)(void *context, const char *text, uint64_t key, uint32_t value),
              void *context)
{
    for (const struct entry *entry = map->entries; entry != NULL; entry = entry->hh.next) {
        visit(context, map->of_texts ? entry->text : NULL, entry->key, entry->value);
    }
}
