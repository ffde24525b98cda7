// SPDX-License-Identifier: GPL-3.0-or-later
/* As metric_effects counts them: by business key at a queue, or at a function that no queue feeds;
 * a work that ends well is an effect if its node does not say effects by facts of their own. */
#include "experiment/search_effect.h"

#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "core/rng.h"
#include "observe/effects.h"

void search_effect_init(struct search_effect *search, size_t node_count)
{
    *search = (struct search_effect){.tells = must_alloc(node_count + 1)};
    memset(search->tells, 0, node_count + 1);
}

void search_effect_free(struct search_effect *search)
{
    key_table_free(&search->numbers);
    free(search->before);
    free(search->branches);
    free(search->tells);
}

static void note_branch(struct search_effect *search, const struct fact *fact)
{
    if (fact->message >= search->branch_count) {
        const size_t count = 2 * (size_t)fact->message + 64;
        search->branches = must_grow(search->branches, count * sizeof *search->branches);
        for (size_t i = search->branch_count; i < count; i++)
            search->branches[i] = 0;
        search->branch_count = count;
    }
    search->branches[fact->message] = fact->delivery;
}

static uint64_t branch_of(const struct search_effect *search, const struct fact *fact)
{
    if (fact->message == UINT32_MAX)
        return (uint64_t)fact->other;
    return fact->message < search->branch_count ? search->branches[fact->message] : 0;
}

static const struct search_effect_before *happen(struct search_effect *search,
                                                 const struct fact *fact, uint64_t key)
{
    const uint16_t place = fact->message == UINT32_MAX ? fact->node : fact->peer;
    const uint64_t there = rng_mix(key + place);
    const int64_t *number = key_table_find(&search->numbers, there);
    if (number != NULL)
        return &search->before[*number];
    key_table_put(&search->numbers, there, (int64_t)search->count);
    if (search->count == search->capacity) {
        search->capacity = search->capacity > 0 ? 2 * search->capacity : 256;
        search->before = must_grow(search->before, search->capacity * sizeof *search->before);
    }
    search->before[search->count++] = (struct search_effect_before){fact->root, fact->at_ns};
    return NULL;
}

const struct search_effect_before *search_effect_hear(struct search_effect *search,
                                                      const struct fact *fact)
{
    switch ((enum probe_kind)fact->kind) {
    case PROBE_ACCEPTED:
        note_branch(search, fact);
        return NULL;
    case PROBE_EFFECT_SKIPPED:
        search->tells[fact->node] = true;
        return NULL;
    case PROBE_EFFECT:
        search->tells[fact->node] = true;
        return happen(search, fact, effects_key(fact->root, fact->delivery, (uint64_t)fact->value));
    case PROBE_SUCCEEDED:
        return search->tells[fact->node]
                   ? NULL
                   : happen(search, fact, effects_key(fact->root, branch_of(search, fact), 0));
    default:
        return NULL;
    }
}
