// SPDX-License-Identifier: GPL-3.0-or-later
/* One world, one run, one observer. */
#include "tools/count.h"

#include "base/units.h"
#include "core/rng.h"

static void hear(void *context, const struct fact *fact)
{
    struct count *count = context;
    const size_t kind = fact->kind;
    if (fact->at_ns < count->from_ns || fact->at_ns >= count->until_ns)
        return;
    if (count->of[kind]++ == 0)
        count->first_ns[kind] = fact->at_ns;
    count->last_ns[kind] = fact->at_ns;
    count->value_sum[kind] += (double)fact->value;
    if (kind == PROBE_FAULT_ON || kind == PROBE_FAULT_OFF)
        return;
    const uint64_t parts[] = {(uint64_t)fact->at_ns, kind, fact->node, fact->root,
                              (uint64_t)fact->value};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        count->hash = rng_mix(count->hash * 3 + parts[i]);
}

struct count count_run(const char *text, double from_s, double until_s)
{
    struct count count = {.from_ns = (int64_t)(from_s * 1e9),
                          .until_ns = until_s > 0 ? (int64_t)(until_s * 1e9) : FOREVER};
    struct world_lab lab;
    for (size_t i = 0; i < PROBE_KIND_COUNT; i++)
        count.last_ns[i] = -1;
    world_lab_open(&lab, text);
    world_lab_attach(&lab, (struct observer){.hear = hear, .context = &count});
    world_lab_run(&lab, 1);
    world_lab_close(&lab);
    return count;
}
