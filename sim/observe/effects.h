// SPDX-License-Identifier: GPL-3.0-or-later
/* Which effects have happened, by business key, at each place: the queue whose messages had them,
 * or a function that no queue fed.  A message's own key is its root and branch; roots that were not
 * sent on cost a bit each. */
#ifndef QUEUELAB_OBSERVE_EFFECTS_H
#define QUEUELAB_OBSERVE_EFFECTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "core/key_table.h"

struct effects_place;

struct effects {
    struct effects_place *places; /* by node id; NULL: nothing was ever noted */
    size_t node_count;
};

/* All zero but node_count is empty. */
void effects_free(struct effects *effects);
void effects_clear(struct effects *effects);
/* Notes an effect; true if its key had none at that place before.  business 0: the message's own
 * key. */
bool effects_add(struct effects *effects, uint16_t place, uint64_t root, uint64_t branch,
                 uint64_t business);
/* The key as one word. */
uint64_t effects_key(uint64_t root, uint64_t branch, uint64_t business);

#endif
