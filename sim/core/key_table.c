// SPDX-License-Identifier: GPL-3.0-or-later
/* Linear probing from a multiplicative hash. */
#include "core/key_table.h"

#include <stdlib.h>
#include "base/arena.h"
#include "base/must.h"

enum { FIRST_PLACES = 64 };

void key_table_free(struct key_table *table)
{
    free(table->at);
    *table = (struct key_table){.at = NULL};
}

void key_table_clear(struct key_table *table)
{
    for (size_t i = 0; table->count > 0 && i < table->places; i++)
        table->at[i].value = KEY_TABLE_FREE;
    table->count = 0;
}

/* The key's entry, or the free one where it would stand. */
static struct key_table_entry *probe(const struct key_table *table, uint64_t key)
{
    const size_t mask = table->places - 1;
    size_t i = (size_t)((key * UINT64_C(0x9E3779B97F4A7C15)) >> 20) & mask;
    while (table->at[i].value != KEY_TABLE_FREE && table->at[i].key != key)
        i = (i + 1) & mask;
    return &table->at[i];
}

static void grow(struct key_table *table)
{
    const struct key_table old = *table;
    table->places = old.places > 0 ? 2 * old.places : FIRST_PLACES;
    table->at = must_alloc(table->places * sizeof *table->at);
    for (size_t i = 0; i < table->places; i++)
        table->at[i].value = KEY_TABLE_FREE;
    for (size_t i = 0; i < old.places; i++) {
        if (old.at[i].value != KEY_TABLE_FREE)
            *probe(table, old.at[i].key) = old.at[i];
    }
    free(old.at);
}

int64_t *key_table_find(const struct key_table *table, uint64_t key)
{
    if (table->count == 0)
        return NULL;
    struct key_table_entry *entry = probe(table, key);
    return entry->value != KEY_TABLE_FREE ? &entry->value : NULL;
}

bool key_table_put(struct key_table *table, uint64_t key, int64_t value)
{
    MUST(value != KEY_TABLE_FREE);
    if (2 * (table->count + 1) > table->places)
        grow(table);
    struct key_table_entry *entry = probe(table, key);
    const bool is_new = entry->value == KEY_TABLE_FREE;
    *entry = (struct key_table_entry){key, value};
    table->count += is_new;
    return is_new;
}
