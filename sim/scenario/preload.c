// SPDX-License-Identifier: GPL-3.0-or-later
/* Groups of preloaded messages are drawn from a stream of the queue's own. */
#include "scenario/preload.h"

#include "core/choice.h"
#include "actor/payload.h"

struct preload_groups {
    struct actor_world *world;
    struct choice choice;
};

static uint32_t preload_group(void *context, uint64_t i)
{
    struct preload_groups *groups = context;
    return payload_group(groups->world, &groups->choice, choice_index(&groups->choice, i));
}

void preload(struct actor_world *world, struct queue *queue)
{
    const struct queue_preload_cfg *cfg = &queue->cfg->preload;
    struct preload_groups groups = {.world = world};
    if (cfg->messages == 0)
        return;
    if (cfg->group.how == CHOICE_NONE) {
        queue_preload(queue, (uint64_t)cfg->messages, NULL, NULL);
        return;
    }
    choice_init(&groups.choice, &cfg->group);
    groups.choice.stream =
        rng_name(world->seed, world->replication, queue->service.node.name, "preload.group");
    queue_preload(queue, (uint64_t)cfg->messages, preload_group, &groups);
    choice_free(&groups.choice);
}
