// SPDX-License-Identifier: GPL-3.0-or-later
/* Things by name, whoever owns them: a map from a text to a pointer.  Places of what was removed
 * are used again, so that it grows no longer than there are things at a time. */
#ifndef QUEUELAB_API_REGISTRY_H
#define QUEUELAB_API_REGISTRY_H

#include <stdint.h>
#include "base/map.h"

struct registry {
    struct map *map; /* NULL: nothing was put in yet */
    void **at;       /* by the map's value */
    uint32_t count, capacity;
    uint32_t *free;
    uint32_t free_count;
};

void registry_free(struct registry *registry);
/* NULL: there is none. */
void *registry_get(const struct registry *registry, const char *name);
/* A name that is not there yet. */
void registry_put(struct registry *registry, const char *name, void *thing);
void registry_remove(struct registry *registry, const char *name);

#endif
