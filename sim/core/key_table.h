// SPDX-License-Identifier: GPL-3.0-or-later
/* A flat hash table of 64-bit keys, each with one number: 16 bytes an entry, at a load of at most
 * one half.  Keys are only added, and never iterated, so hash order influences nothing. */
#ifndef QUEUELAB_CORE_KEY_TABLE_H
#define QUEUELAB_CORE_KEY_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct key_table_entry {
    uint64_t key;
    int64_t value; /* KEY_TABLE_FREE: there is no entry here */
};

struct key_table {
    struct key_table_entry *at;
    size_t places, count; /* places is 0 or a power of two */
};

#define KEY_TABLE_FREE INT64_MIN

/* All zero is an empty table. */
void key_table_free(struct key_table *table);
/* Empties it and keeps the memory. */
void key_table_clear(struct key_table *table);
/* NULL: there is no such key.  Pointers hold until the next put. */
int64_t *key_table_find(const struct key_table *table, uint64_t key);
/* Replaces the value, which is not KEY_TABLE_FREE; true if the key is new. */
bool key_table_put(struct key_table *table, uint64_t key, int64_t value);

#endif
