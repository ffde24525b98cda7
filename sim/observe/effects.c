// SPDX-License-Identifier: GPL-3.0-or-later
/* Bits by origin and number, and a table of the other keys. */
#include "observe/effects.h"

#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "base/must.h"
#include "core/probe.h"
#include "core/rng.h"

/* The numbers of one origin. */
struct effects_numbers {
    uint64_t *words;
    size_t count; /* of words */
};

struct effects_place {
    struct effects_numbers *origins; /* by node id; NULL until needed */
    struct key_table keys;
};

/* Numbers beyond this are no producer's count: they go into the table. */
#define NUMBERS_MAX (UINT64_C(1) << 36)

void effects_free(struct effects *effects)
{
    for (size_t i = 0; effects->places != NULL && i < effects->node_count; i++) {
        struct effects_place *place = &effects->places[i];
        for (size_t at = 0; place->origins != NULL && at < effects->node_count; at++)
            free(place->origins[at].words);
        free(place->origins);
        key_table_free(&place->keys);
    }
    free(effects->places);
    effects->places = NULL;
}

void effects_clear(struct effects *effects)
{
    for (size_t i = 0; effects->places != NULL && i < effects->node_count; i++) {
        struct effects_place *place = &effects->places[i];
        for (size_t at = 0; place->origins != NULL && at < effects->node_count; at++) {
            struct effects_numbers *numbers = &place->origins[at];
            if (numbers->count > 0)
                memset(numbers->words, 0, numbers->count * sizeof *numbers->words);
        }
        key_table_clear(&place->keys);
    }
}

static void widen(struct effects_numbers *numbers, size_t word)
{
    size_t count = numbers->count > 0 ? 2 * numbers->count : 64;
    while (count <= word)
        count *= 2;
    numbers->words = must_grow(numbers->words, count * sizeof *numbers->words);
    memset(numbers->words + numbers->count, 0, (count - numbers->count) * sizeof *numbers->words);
    numbers->count = count;
}

static bool add_number(struct effects_numbers *numbers, uint64_t number)
{
    const size_t word = (size_t)(number / 64);
    const uint64_t bit = UINT64_C(1) << (number % 64);
    if (word >= numbers->count)
        widen(numbers, word);
    const bool is_new = (numbers->words[word] & bit) == 0;
    numbers->words[word] |= bit;
    return is_new;
}

uint64_t effects_key(uint64_t root, uint64_t branch, uint64_t business)
{
    return business != 0 ? business : rng_mix(root ^ rng_mix(branch));
}

bool effects_add(struct effects *effects, uint16_t node, uint64_t root, uint64_t branch,
                 uint64_t business)
{
    const uint16_t origin = probe_root_origin(root);
    const uint64_t number = probe_root_number(root);
    MUST(node < effects->node_count);
    if (effects->places == NULL)
        effects->places = must_alloc_lines(effects->node_count * sizeof *effects->places);
    struct effects_place *place = &effects->places[node];
    if (business != 0 || branch != 0 || origin >= effects->node_count || number >= NUMBERS_MAX)
        return key_table_put(&place->keys, effects_key(root, branch, business), 0);
    if (place->origins == NULL)
        place->origins = must_alloc_lines(effects->node_count * sizeof *place->origins);
    return add_number(&place->origins[origin], number);
}
