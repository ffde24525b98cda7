// SPDX-License-Identifier: GPL-3.0-or-later
/* Building a world from a scenario, and running it.  Everything that a replication changes is set
 * anew at its start; memory that only depends on the scenario is kept. */
#include "scenario/world.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/must.h"
#include "base/units.h"
#include "actor/cloudwatch.h"
#include "actor/forward_cfg.h"
#include "actor/payload.h"
#include "actor/subjects.h"
#include "scenario/describe.h"
#include "scenario/move.h"
#include "scenario/preload.h"

struct world {
    const struct scenario *scenario;
    struct arena arena;
    struct engine engine;
    struct messages messages;
    struct probe probe;
    struct observe *observe;
    struct queue *queues;
    struct topic *topics;
    struct delivery_pool deliveries;
    bool queues_are_open;
    struct actor *actors;
    struct actor_world shared;
    struct fault_world struck;
    struct fault_list *faults;
    struct moves *moves;
    const struct node **nodes;
    size_t node_count;
    struct event until_duration; /* holds the run: rates are taken over the whole duration */
    enum world_end end;
    int64_t end_ns;
    bool shuffles_ties;
    uint64_t ties_seed;
    struct rng ties;
};

static int64_t window_start_ns(const struct scenario_experiment *experiment)
{
    return experiment->warmup_ns >= 0 ? experiment->warmup_ns : experiment->found_warmup_ns;
}

static int64_t bucket_ns(const struct scenario_experiment *experiment)
{
    if (experiment->sample_every_ns > 0)
        return experiment->sample_every_ns;
    return experiment->duration_ns >= 1000 ? experiment->duration_ns / 1000 : 0;
}

static bool is_read(const struct world *world, uint16_t node)
{
    if (node >= world->scenario->queue_count)
        return world->nodes[node]->kind != NODE_PRODUCER;
    for (size_t i = 0; i < world->scenario->actor_count; i++) {
        const struct scenario_actor *actor = &world->scenario->actors[i];
        if (actor->kind->reads != NULL && actor->kind->reads(actor->cfg) == node)
            return true;
    }
    return false;
}

/* How the actor sends on or joins: of enum observe_forwards. */
static uint8_t forwards_of(const struct scenario_actor *actor)
{
    const struct param_items *then =
        actor->kind->then != NULL ? actor->kind->then(actor->cfg) : NULL;
    unsigned forwards =
        actor->kind->joins != NULL && actor->kind->joins(actor->cfg) ? (unsigned)OBSERVE_JOINS : 0;
    for (size_t i = 0; then != NULL && i < then->count; i++) {
        const struct forward_cfg *entry = (const struct forward_cfg *)then->items + i;
        forwards |= OBSERVE_FORWARDS;
        if (entry->correlation == FORWARD_NEW)
            forwards |= OBSERVE_FORWARDS_ANEW;
    }
    return (uint8_t)forwards;
}

/* Where messages go through more than one consumer. */
static void describe_chains(struct world *world, struct observe_setting *setting)
{
    const size_t first = world->scenario->service_count;
    uint8_t *forwards = arena_alloc(&world->arena, world->node_count + 1);
    bool *read = arena_alloc(&world->arena, world->node_count + 1);
    bool *called = arena_alloc(&world->arena, world->node_count + 1);
    bool *calls = arena_alloc(&world->arena, world->node_count + 1);
    for (size_t i = 0; i < world->node_count; i++) {
        read[i] = is_read(world, (uint16_t)i);
        calls[i] = i >= first && describe_calls(&world->scenario->actors[i - first]);
        if (calls[i])
            setting->calls = calls;
        forwards[i] = i < first ? 0 : forwards_of(&world->scenario->actors[i - first]);
        if (forwards[i] != 0)
            setting->forwards = forwards;
    }
    for (size_t i = first; i < world->node_count; i++) {
        const struct scenario_actor *actor = &world->scenario->actors[i - first];
        called[i] = actor->kind == &consumer_kind && actor->kind->reads(actor->cfg) == NODE_NONE;
    }
    setting->is_read = read;
    setting->is_called = called;
}

static struct observe *make_observe(struct world *world, bool metrics, bool invariants)
{
    const struct scenario_experiment *experiment = &world->scenario->experiment;
    const int64_t ends_ns = experiment->duration_ns;
    struct observe_setting setting = {.nodes = world->nodes,
                                      .node_count = world->node_count,
                                      .from_ns = window_start_ns(experiment),
                                      .until_ns = ends_ns > 0 ? ends_ns : INT64_MAX,
                                      .bucket_ns = bucket_ns(experiment),
                                      .metrics = metrics,
                                      .invariants = invariants,
                                      .prices = &world->scenario->profile->prices,
                                      .has_free_tier = experiment->free_tier,
                                      .has_faults = world->scenario->fault_count > 0,
                                      .has_moves = move_is_any(world->scenario),
                                      .may_repeat = describe_may_repeat(world->scenario)};
    describe_chains(world, &setting);
    setting.may_repeat = setting.may_repeat || setting.forwards != NULL;
    return observe_new(&setting);
}

static void make_actors(struct world *world)
{
    const struct scenario *scenario = world->scenario;
    for (size_t i = 0; i < scenario->actor_count; i++) {
        const struct scenario_actor *from = &scenario->actors[i];
        struct actor *actor = &world->actors[i];
        actor->node =
            (struct node){from->name, from->kind->node, (uint16_t)(scenario->service_count + i)};
        actor->kind = from->kind;
        actor->cfg = from->cfg;
        actor->state = arena_alloc(&world->arena, from->kind->state_bytes);
        actor->world = &world->shared;
        world->nodes[scenario->service_count + i] = &actor->node;
        actor->kind->init(actor);
        if (actor->kind->endpoint != NULL)
            world->shared.endpoints[actor->node.id] = actor->kind->endpoint(actor);
    }
}

/* By node id, a word that stands for the name. */
static const uint64_t *name_keys(const struct scenario *scenario, struct arena *arena)
{
    const size_t count = scenario_node_count(scenario);
    uint64_t *keys = arena_alloc(arena, (count + 1) * sizeof *keys);
    for (size_t i = 0; i < count; i++)
        keys[i] = rng_name(0, 0, scenario_node_name(scenario, (uint16_t)i), "message");
    return keys;
}

static void open_queues(struct world *world);

static struct actor *origin_of(const struct world *world, uint64_t root)
{
    const size_t origin = probe_root_origin(root);
    return origin < world->scenario->service_count || origin >= world->node_count
               ? NULL
               : &world->actors[origin - world->scenario->service_count];
}

static const char *body_of(const void *context, uint64_t root, char *buffer)
{
    const struct actor *actor = origin_of(context, root);
    return actor != NULL && actor->kind->body != NULL
               ? actor->kind->body(actor, probe_root_number(root), buffer)
               : NULL;
}

static uint64_t business_key_of(const void *context, uint64_t root)
{
    const struct actor *actor = origin_of(context, root);
    return actor != NULL && actor->kind->business_key != NULL
               ? actor->kind->business_key(actor, probe_root_number(root))
               : 0;
}

struct world *world_new(const struct scenario *scenario, bool metrics, bool invariants)
{
    struct world *world = must_alloc(sizeof *world);
    memset(world, 0, sizeof *world);
    world->scenario = scenario;
    world->node_count = scenario_node_count(scenario);
    MUST(world->node_count < 16384); /* text ids of payload.c use the root's high bits */
    arena_init(&world->arena);
    engine_init(&world->engine);
    messages_init(&world->messages, describe_wants(scenario), PAYLOAD_DEFAULT_BYTES);
    world->queues =
        arena_alloc_lines(&world->arena, (scenario->queue_count + 1) * sizeof *world->queues);
    world->topics = arena_alloc(&world->arena, (scenario->topic_count + 1) * sizeof *world->topics);
    world->actors = arena_alloc(&world->arena, (scenario->actor_count + 1) * sizeof *world->actors);
    world->nodes = arena_alloc(&world->arena, (world->node_count + 1) * sizeof *world->nodes);
    world->messages.origin_keys = name_keys(scenario, &world->arena);
    world->shared = (struct actor_world){
        .engine = &world->engine,
        .messages = &world->messages,
        .probe = &world->probe,
        .services = arena_alloc(&world->arena, (world->node_count + 1) * sizeof(struct service *)),
        .endpoints =
            arena_alloc(&world->arena, (world->node_count + 1) * sizeof(struct endpoint *)),
        .network = &scenario->network,
        .arena = &world->arena,
        .seed = scenario->experiment.seed,
        .replication = 1,
        .stop_ns =
            scenario->experiment.duration_ns > 0 ? scenario->experiment.duration_ns : FOREVER,
        .drain = scenario->experiment.drain,
        .functions = &scenario->profile->functions,
        .body = body_of,
        .body_context = world,
        .business_key = describe_has_business_keys(scenario) ? business_key_of : NULL,
        .business_context = world,
        .cloudwatch = cloudwatch_new(scenario->queue_count, &world->arena),
        .subjects = subjects_new(),
        .texts = map_new()};
    delivery_pool_init(&world->deliveries);
    for (size_t i = 0; i < scenario->queue_count; i++) {
        world->shared.services[i] = &world->queues[i].service;
        world->nodes[i] = &world->queues[i].service.node;
    }
    for (size_t i = 0; i < scenario->topic_count; i++) {
        world->shared.services[scenario->queue_count + i] = &world->topics[i].service;
        world->nodes[scenario->queue_count + i] = &world->topics[i].service.node;
    }
    open_queues(world);
    make_actors(world);
    world->struck = (struct fault_world){
        &world->engine,        &world->probe,        &world->arena, world->shared.seed,
        world->queues,         world->topics,        world->actors, scenario->queue_count,
        scenario->topic_count, scenario->actor_count};
    world->faults = fault_list_new(scenario->faults, scenario->fault_count, &world->struck);
    world->moves = move_new(scenario, &world->arena, world->queues);
    world->observe = make_observe(world, metrics, invariants);
    return world;
}

/* Before the engine is made anew, since what is under way lies in its events; topics first. */
static void close_queues(struct world *world)
{
    for (size_t i = 0; world->queues_are_open && i < world->scenario->topic_count; i++)
        topic_free(&world->topics[i]);
    for (size_t i = 0; world->queues_are_open && i < world->scenario->queue_count; i++)
        queue_free(&world->queues[i]);
    world->queues_are_open = false;
}

void world_free(struct world *world)
{
    close_queues(world);
    for (size_t i = 0; i < world->scenario->actor_count; i++) {
        struct actor *actor = &world->actors[i];
        if (actor->kind->free != NULL)
            actor->kind->free(actor);
    }
    delivery_pool_free(&world->deliveries);
    subjects_free(world->shared.subjects);
    observe_free(world->observe);
    messages_free(&world->messages);
    map_free(world->shared.texts);
    arena_free(&world->arena);
    free(world);
}

/* --- one replication --- */

static void on_end(void *context, uint64_t root, int64_t now_ns)
{
    struct actor *actor = origin_of(context, root);
    if (actor != NULL && actor->kind->ended != NULL)
        actor->kind->ended(actor, root, now_ns);
}

/* --- topics --- */

static const struct filter_subject *subject(void *context, const struct send *send,
                                            enum filter_scope scope)
{
    struct world *world = context;
    return subjects_get(world->shared.subjects, scope,
                        scope == FILTER_ATTRIBUTES ? send->attributes : send->body);
}

static void open_topics(struct world *world)
{
    const struct scenario *scenario = world->scenario;
    const struct topic_setting setting = {.engine = &world->engine,
                                          .probe = &world->probe,
                                          .pool = &world->deliveries,
                                          .limits = &scenario->profile->topic_limits,
                                          .seed = world->shared.seed,
                                          .replication = world->shared.replication,
                                          .context = world,
                                          .subject = subject};
    for (size_t i = 0; i < scenario->topic_count; i++) {
        const struct scenario_topic *from = &scenario->topics[i];
        topic_init(&world->topics[i], from->kind, &from->cfg, from->name,
                   (uint16_t)(scenario->queue_count + i), &setting);
        world->topics[i].drains = scenario->experiment.drain;
    }
}

static struct endpoint *endpoint_of(const struct world *world, uint16_t id)
{
    if (id < world->scenario->service_count)
        return NULL;
    struct actor *actor = &world->actors[id - world->scenario->service_count];
    return actor->kind->endpoint != NULL ? actor->kind->endpoint(actor) : NULL;
}

static void subscribe(struct world *world, struct topic *topic, const struct filter *filter,
                      const struct topic_subscription_cfg *cfg)
{
    const uint16_t to = cfg->endpoint.id, dead = cfg->redrive.dead_letter.id;
    const enum topic_protocol protocol = (enum topic_protocol)cfg->protocol;
    const struct subscription as = {
        .protocol = protocol,
        .queue = to < world->scenario->queue_count ? &world->queues[to] : NULL,
        .endpoint = endpoint_of(world, to),
        .node = to,
        .filter = filter,
        .scope = (enum filter_scope)cfg->filter_scope,
        .raw = cfg->raw,
        .allowed = cfg->allowed,
        .confirmed = true,
        .dead_letter = cfg->redrive.dead_letter.name != NULL ? &world->queues[dead] : NULL,
        .policy = topic_policy(protocol, &topic->cfg->policy, &cfg->policy),
    };
    topic_subscribe(topic, &as);
}

/* Once actors are made. */
static void subscribe_all(struct world *world)
{
    for (size_t i = 0; i < world->scenario->topic_count; i++) {
        const struct scenario_topic *from = &world->scenario->topics[i];
        const struct topic_subscription_cfg *all = from->cfg.subscriptions.items;
        for (size_t at = 0; at < from->cfg.subscriptions.count; at++)
            subscribe(world, &world->topics[i], from->filters[at], &all[at]);
    }
}

static void open_queues(struct world *world)
{
    const struct scenario *scenario = world->scenario;
    const struct queue_setting setting = {.engine = &world->engine,
                                          .messages = &world->messages,
                                          .probe = &world->probe,
                                          .limits = &scenario->profile->limits,
                                          .seed = world->shared.seed,
                                          .replication = world->shared.replication,
                                          .stored_limit =
                                              (uint64_t)scenario->experiment.max_messages};
    const bool closed = describe_is_closed_loop(scenario);
    for (size_t i = 0; i < scenario->queue_count; i++) {
        const struct scenario_queue *from = &scenario->queues[i];
        struct queue *queue = &world->queues[i];
        queue_init(queue, from->kind, &from->cfg, from->name, (uint16_t)i, &setting);
        queue->drains = scenario->experiment.drain && is_read(world, (uint16_t)i);
        if (from->dead_letter != NODE_NONE)
            queue->dead_letter = &world->queues[from->dead_letter];
        if (closed) {
            queue->on_end = on_end;
            queue->on_end_context = world;
        }
    }
    open_topics(world);
    world->queues_are_open = true;
}

static void on_duration(struct event *event, int64_t now_ns)
{
    (void)now_ns;
    engine_release(&EVENT_OWNER(event, struct world, until_duration)->engine);
}

/* LAM-4 */
static int64_t account_concurrency(const struct scenario *scenario)
{
    const int64_t given = scenario->experiment.account_concurrency;
    return given > 0 ? given : scenario->profile->functions.account_concurrency;
}

static void begin(struct world *world, uint32_t replication, const volatile bool *stop)
{
    const struct scenario_experiment *experiment = &world->scenario->experiment;
    close_queues(world);
    engine_init(&world->engine);
    world->engine.interrupted = stop;
    if (world->shuffles_ties) {
        rng_init(&world->ties, rng_name(world->ties_seed, replication, "world", "ties"));
        world->engine.ties = &world->ties;
    }
    world->engine.ends_when_released = experiment->duration_ns == 0 || experiment->drain;
    messages_reset(&world->messages);
    map_free(world->shared.texts);
    world->shared.texts = map_new();
    world->shared.replication = replication;
    world->shared.free_concurrency =
        account_concurrency(world->scenario) - world->shared.reserved_concurrency;
    open_queues(world);
    subscribe_all(world);
    observe_clear(world->observe);
    world->probe = (struct probe){
        .sink = observe_sink, .context = world->observe, .ear = observe_ear(world->observe)};
    cloudwatch_listen(world->shared.cloudwatch, &world->probe);
    world->until_duration = (struct event){.on_due = on_duration};
    if (experiment->duration_ns > 0) {
        engine_hold(&world->engine);
        engine_at(&world->engine, &world->until_duration, experiment->duration_ns);
    }
    for (size_t i = 0; i < world->scenario->queue_count; i++)
        queue_announce(&world->queues[i], 0);
    for (size_t i = 0; i < world->scenario->queue_count; i++)
        preload(&world->shared, &world->queues[i]);
    for (size_t i = 0; i < world->scenario->actor_count; i++)
        world->actors[i].kind->start(&world->actors[i], 0);
    fault_list_start(world->faults, replication);
    move_begin(world->moves, &world->engine);
}

bool world_run(struct world *world, uint32_t replication, const volatile bool *stop)
{
    begin(world, replication, stop);
    const enum engine_end end = engine_run(&world->engine, scenario_end_ns(world->scenario));
    if (end == ENGINE_INTERRUPTED)
        return false;
    world->end = end == ENGINE_RELEASED  ? WORLD_DONE
                 : end == ENGINE_STOPPED ? WORLD_SATURATED
                                         : WORLD_AT_END;
    world->end_ns = world->engine.now_ns;
    observe_finish(world->observe, world->end_ns, world->engine.event_count);
    return true;
}

void world_shuffle_ties(struct world *world, uint64_t seed)
{
    world->shuffles_ties = true;
    world->ties_seed = seed;
}

enum world_end world_end(const struct world *world)
{
    return world->end;
}

int64_t world_end_ns(const struct world *world)
{
    return world->end_ns;
}

uint64_t world_fingerprint(const struct world *world)
{
    return world->probe.fingerprint;
}

uint64_t world_event_count(const struct world *world)
{
    return world->engine.event_count;
}

const struct engine *world_engine(const struct world *world)
{
    return &world->engine;
}

const struct observe *world_observe(const struct world *world)
{
    return world->observe;
}

const char *world_body(const struct world *world, uint64_t root)
{
    char buffer[ACTOR_BODY_BYTES];
    const char *text = body_of(world, root, buffer);
    return text == NULL ? NULL : arena_copy_text(world->shared.arena, text);
}
