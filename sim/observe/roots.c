// SPDX-License-Identifier: GPL-3.0-or-later
/* Linear probing at a load of at most one half; a removal closes the gap behind it, so that there
 * are no tombstones. */
#include "observe/roots.h"

#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "base/must.h"

enum { FIRST_PLACES = 64 };

void roots_init(struct roots *roots)
{
    *roots = (struct roots){.at = NULL};
}

void roots_free(struct roots *roots)
{
    free(roots->at);
    roots_init(roots);
}

void roots_clear(struct roots *roots)
{
    if (roots->count > 0)
        memset(roots->at, 0, ((size_t)roots->mask + 1) * sizeof *roots->at);
    roots->count = 0;
}

static uint32_t home(const struct roots *roots, uint64_t root, uint64_t place)
{
    const uint64_t mixed = (root ^ (place << 40 | place >> 24)) * UINT64_C(0x9E3779B97F4A7C15);
    return (uint32_t)(mixed >> 32) & roots->mask;
}

/* The entry, or the free place where it would stand. */
static struct root_entry *probe(const struct roots *roots, uint64_t root, uint64_t place)
{
    uint32_t i = home(roots, root, place);
    while (roots->at[i].open > 0 && (roots->at[i].root != root || roots->at[i].place != place))
        i = (i + 1) & roots->mask;
    return &roots->at[i];
}

struct root_entry *roots_find(const struct roots *roots, uint64_t root, uint64_t place)
{
    if (roots->count == 0)
        return NULL;
    struct root_entry *entry = probe(roots, root, place);
    return entry->open > 0 ? entry : NULL;
}

static void grow(struct roots *roots)
{
    const struct roots old = *roots;
    const uint32_t places = old.at != NULL ? 2 * (old.mask + 1) : FIRST_PLACES;
    MUST(places != 0);
    roots->at = must_alloc(places * sizeof *roots->at);
    memset(roots->at, 0, places * sizeof *roots->at);
    roots->mask = places - 1;
    for (uint32_t i = 0; old.at != NULL && i <= old.mask; i++) {
        if (old.at[i].open > 0)
            *probe(roots, old.at[i].root, old.at[i].place) = old.at[i];
    }
    free(old.at);
}

struct root_entry *roots_add(struct roots *roots, uint64_t root, uint64_t place)
{
    if (roots->at == NULL || roots->count > roots->mask / 2)
        grow(roots);
    struct root_entry *entry = probe(roots, root, place);
    MUST(entry->open == 0);
    *entry = (struct root_entry){.root = root, .place = place, .open = 1};
    roots->count++;
    return entry;
}

void roots_remove(struct roots *roots, struct root_entry *entry)
{
    uint32_t gap = (uint32_t)(entry - roots->at);
    uint32_t i = gap;
    for (;;) {
        i = (i + 1) & roots->mask;
        const struct root_entry *next = &roots->at[i];
        if (next->open == 0)
            break;
        /* It may move into the gap if its home does not lie between the gap and itself. */
        const uint32_t way = (i - home(roots, next->root, next->place)) & roots->mask;
        if (way >= ((i - gap) & roots->mask)) {
            roots->at[gap] = *next;
            gap = i;
        }
    }
    roots->at[gap].open = 0;
    roots->count--;
}
