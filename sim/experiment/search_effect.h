// SPDX-License-Identifier: GPL-3.0-or-later
/* Finds the first effect that has happened before, for a search. */
#ifndef QUEUELAB_EXPERIMENT_SEARCH_EFFECT_H
#define QUEUELAB_EXPERIMENT_SEARCH_EFFECT_H

#include <stdbool.h>
#include <stddef.h>
#include "core/key_table.h"
#include "core/probe.h"

struct search_effect_before {
    uint64_t root;
    int64_t at_ns;
};

struct search_effect {
    struct key_table numbers; /* by key: which of before */
    struct search_effect_before *before;
    size_t count, capacity;
    uint32_t *branches; /* by slot: the latest tenant's */
    size_t branch_count;
    bool *tells; /* by node: it says its effects by facts of their own */
};

void search_effect_init(struct search_effect *search, size_t node_count);
void search_effect_free(struct search_effect *search);
/* The same effect before that of this fact; NULL: there was none, or it is no effect. */
const struct search_effect_before *search_effect_hear(struct search_effect *search,
                                                      const struct fact *fact);

#endif
