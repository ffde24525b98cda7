// SPDX-License-Identifier: GPL-3.0-or-later
/* Instances of a consumer die and restart as their failure says.  What their workers held is lost
 * to them and stays in the queue, hidden until its time-out. */
#include "fault/fault.h"

#include "actor/consumer.h"

struct crash_cfg {
    int64_t instances; /* 0: all */
};

/* Which are up is known now, so that each is as likely as any other (selection sampling). */
static void act(struct fault *fault, uint16_t node, int64_t now_ns)
{
    const struct crash_cfg *cfg = fault->plan->own;
    struct consumer *consumer = fault_knob_actor(fault->list->world, node)->state;
    const uint32_t count = consumer->instance_count;
    uint64_t up = 0;
    for (uint32_t i = 0; i < count; i++)
        up += consumer_instance_is_up(&consumer->instances[i]);
    uint64_t wanted =
        cfg->instances == 0 || (uint64_t)cfg->instances > up ? up : (uint64_t)cfg->instances;
    for (uint32_t i = 0; i < count && wanted > 0; i++) {
        if (!consumer_instance_is_up(&consumer->instances[i]))
            continue;
        if (rng_below(&fault->picks, up--) >= wanted)
            continue;
        wanted--;
        consumer_crash(consumer, i, now_ns);
    }
}

// clang-format off
static const struct param rows[] = {
    { "instances", &param_int, offsetof(struct crash_cfg, instances), "0", 0, 1000000, NULL, NULL,
      0, NULL, "How many instances die, of those that are up; 0: all." },
    PARAM_END
};
// clang-format on

const struct fault_kind fault_crash = {
    .name = "crash",
    .doc = "Instances of a consumer die, and restart after failure/restart.",
    .params = rows,
    .cfg_bytes = sizeof(struct crash_cfg),
    .strikes = NODE_REF_TO(NODE_CONSUMER),
    .act = act,
};
