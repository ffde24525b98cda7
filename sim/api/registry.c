// SPDX-License-Identifier: GPL-3.0-or-later
/* The map's values are places in an array. */
#include "api/registry.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/must.h"

void registry_free(struct registry *registry)
{
    if (registry->map != NULL)
        map_free(registry->map);
    free(registry->at);
    free(registry->free);
    *registry = (struct registry){0};
}

void *registry_get(const struct registry *registry, const char *name)
{
    uint32_t place;
    return registry->map != NULL && map_get_text(registry->map, name, &place) ? registry->at[place]
                                                                              : NULL;
}

static void grow(struct registry *registry)
{
    registry->capacity = registry->capacity == 0 ? 16 : 2 * registry->capacity;
    registry->at = must_grow(registry->at, registry->capacity * sizeof *registry->at);
    registry->free = must_grow(registry->free, registry->capacity * sizeof *registry->free);
}

void registry_put(struct registry *registry, const char *name, void *thing)
{
    MUST(registry_get(registry, name) == NULL);
    if (registry->map == NULL)
        registry->map = map_new();
    if (registry->free_count == 0 && registry->count == registry->capacity)
        grow(registry);
    const uint32_t place =
        registry->free_count > 0 ? registry->free[--registry->free_count] : registry->count++;
    registry->at[place] = thing;
    map_put_text(registry->map, name, place);
}

void registry_remove(struct registry *registry, const char *name)
{
    uint32_t place;
    if (registry->map == NULL || !map_get_text(registry->map, name, &place))
        return;
    map_remove_text(registry->map, name);
    registry->at[place] = NULL;
    registry->free[registry->free_count++] = place;
}
