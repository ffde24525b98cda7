// SPDX-License-Identifier: GPL-3.0-or-later
/* Schedules.  Each fault knows when it turns next; one event serves the list, so that faults of one
 * instant follow each other as they are listed. */
#include "fault/fault.h"

#include "base/units.h"
#include "model/wire.h"

const struct fault_kind *const fault_kinds[] = {
#define FAULT_ENTRY(kind) &fault_##kind,
    FAULT_KINDS(FAULT_ENTRY)
#undef FAULT_ENTRY
        NULL};

void fault_turn(struct fault *fault, uint16_t node, enum fault_knob knob, double value, bool on,
                int64_t now_ns)
{
    fault_knob_turn(&fault->list->knobs, node, knob, value, on, now_ns);
}

static void say(const struct fault *fault, enum probe_kind kind, int64_t value, int64_t other,
                int64_t now_ns)
{
    for (size_t i = 0; i < fault->plan->target_count; i++) {
        const struct fact fact = {.at_ns = now_ns,
                                  .kind = (uint16_t)kind,
                                  .node = fault->plan->targets[i],
                                  .peer = NODE_NONE,
                                  .n = fault->index,
                                  .message = MESSAGE_NONE,
                                  .group = MESSAGE_NO_GROUP,
                                  .value = value,
                                  .other = other};
        probe_emit(fault->list->world->probe, &fact);
    }
}

/* --- schedules --- */

/* Trouble and calm last at least a nanosecond, so that time passes. */
static int64_t draw_ns(struct fault *fault, const struct dist *dist)
{
    const int64_t ns = dist_draw_ns(dist, &fault->times);
    return ns > 0 ? ns : 1;
}

static int64_t first_ns(struct fault *fault)
{
    const struct fault_cfg *cfg = fault->plan->cfg;
    if (cfg->mtbf.kind != NULL)
        return (cfg->start_ns > 0 ? cfg->start_ns : 0) + draw_ns(fault, &cfg->mtbf);
    if (cfg->at_ns >= 0)
        return cfg->at_ns;
    return cfg->start_ns >= 0 ? cfg->start_ns : cfg->every_ns;
}

/* When it begins again that last began, or would have begun, at began_ns and is over now. */
static int64_t again_ns(struct fault *fault, int64_t now_ns)
{
    const struct fault_cfg *cfg = fault->plan->cfg;
    if (cfg->mtbf.kind != NULL)
        return now_ns + draw_ns(fault, &cfg->mtbf);
    return cfg->every_ns > 0 ? fault->began_ns + cfg->every_ns : FOREVER;
}

static int64_t end_ns(struct fault *fault, int64_t now_ns)
{
    const struct fault_cfg *cfg = fault->plan->cfg;
    if (cfg->mtbf.kind != NULL)
        return now_ns + draw_ns(fault, &cfg->mttr);
    return cfg->duration_ns >= 0 ? now_ns + cfg->duration_ns : FOREVER;
}

static void turn_all(struct fault *fault, bool on, int64_t now_ns)
{
    const struct fault_kind *kind = fault->plan->kind;
    fault->is_on = on;
    for (size_t i = 0; i < fault->struck_count; i++)
        kind->turn(fault, fault->struck[i], on, now_ns);
}

/* The fact comes first: what follows it at this instant is its effect. */
static void begin(struct fault *fault, int64_t now_ns)
{
    const struct fault_kind *kind = fault->plan->kind;
    fault->began_ns = now_ns;
    if (!rng_chance(&fault->luck, fault->plan->cfg->probability)) {
        fault->next_ns = again_ns(fault, now_ns);
        return;
    }
    say(fault, PROBE_FAULT_ON, 0, kind->act != NULL, now_ns);
    if (kind->act == NULL) {
        fault->next_ns = end_ns(fault, now_ns);
        turn_all(fault, true, now_ns);
        return;
    }
    fault->next_ns = again_ns(fault, now_ns);
    for (size_t i = 0; i < fault->struck_count; i++)
        kind->act(fault, fault->struck[i], now_ns);
}

static void end(struct fault *fault, int64_t now_ns)
{
    say(fault, PROBE_FAULT_OFF, now_ns - fault->began_ns, 0, now_ns);
    fault->next_ns = again_ns(fault, now_ns);
    turn_all(fault, false, now_ns);
}

static void arm(struct fault_list *list)
{
    int64_t next_ns = FOREVER;
    for (size_t i = 0; i < list->count; i++)
        next_ns = list->faults[i].next_ns < next_ns ? list->faults[i].next_ns : next_ns;
    if (next_ns < FOREVER)
        engine_at(list->world->engine, &list->due, next_ns);
}

static void on_due(struct event *event, int64_t now_ns)
{
    struct fault_list *list = EVENT_OWNER(event, struct fault_list, due);
    for (size_t i = 0; i < list->count; i++) {
        struct fault *fault = &list->faults[i];
        while (fault->next_ns <= now_ns) {
            if (fault->is_on)
                end(fault, now_ns);
            else
                begin(fault, now_ns);
        }
    }
    arm(list);
}

/* --- the list --- */

/* Whose links a fault on links strikes: an actor's own, or those of all who call a service. */
static void find_struck(struct fault *fault, const struct fault_world *world)
{
    const struct fault_plan *plan = fault->plan;
    const size_t first = world->queue_count + world->topic_count;
    const size_t count = first + world->actor_count;
    fault->struck = arena_alloc(world->arena, (count + 1) * sizeof *fault->struck);
    for (size_t node = 0; node < count; node++) {
        bool is_struck = false;
        for (size_t i = 0; i < plan->target_count; i++) {
            const uint16_t target = plan->targets[i];
            is_struck =
                is_struck || (plan->kind->on_links && target < first && node >= first
                                  ? fault_knob_calls(&world->actors[node - first], target)
                                  : target == node && !(plan->kind->on_links && target < first));
        }
        if (is_struck)
            fault->struck[fault->struck_count++] = (uint16_t)node;
    }
}

/* The way to what has no link of its own must be there before anybody calls. */
static void make_wires(const struct fault *fault, const struct fault_world *world)
{
    for (size_t i = 0; fault->plan->kind->on_links && i < fault->struck_count; i++) {
        struct endpoint *endpoint = fault_knob_wired(fault_knob_actor(world, fault->struck[i]));
        if (endpoint != NULL && endpoint->wire == NULL)
            wire_new(endpoint, world->engine, world->arena);
    }
}

static void start_wires(const struct fault_world *world, uint64_t replication)
{
    for (size_t i = 0; i < world->actor_count; i++) {
        struct actor *actor = &world->actors[i];
        struct endpoint *endpoint = fault_knob_wired(actor);
        if (endpoint != NULL && endpoint->wire != NULL)
            wire_start(endpoint->wire,
                       rng_name(world->seed, replication, actor->node.name, "wire"));
    }
}

struct fault_list *fault_list_new(const struct fault_plan *plans, size_t count,
                                  const struct fault_world *world)
{
    struct fault_list *list = arena_alloc(world->arena, sizeof *list);
    list->world = world;
    list->count = count;
    list->faults = arena_alloc(world->arena, (count + 1) * sizeof *list->faults);
    list->due.on_due = on_due;
    if (count > 0)
        fault_knob_init(&list->knobs, world, count);
    for (size_t i = 0; i < count; i++) {
        struct fault *fault = &list->faults[i];
        fault->plan = &plans[i];
        fault->list = list;
        fault->index = (uint16_t)i;
        find_struck(fault, world);
        make_wires(fault, world);
    }
    return list;
}

void fault_list_start(struct fault_list *list, uint64_t replication)
{
    const uint64_t seed = list->world->seed;
    if (list->count == 0)
        return;
    list->due.next = NULL;
    fault_knob_clear(&list->knobs);
    start_wires(list->world, replication);
    for (size_t i = 0; i < list->count; i++) {
        struct fault *fault = &list->faults[i];
        const char *name = fault->plan->name;
        rng_init(&fault->times, rng_name(seed, replication, name, "fault.times"));
        rng_init(&fault->luck, rng_name(seed, replication, name, "fault.probability"));
        rng_init(&fault->picks, rng_name(seed, replication, name, "fault.picks"));
        fault->is_on = false;
        fault->next_ns = first_ns(fault);
    }
    arm(list);
}
