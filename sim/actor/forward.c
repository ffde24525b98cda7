// SPDX-License-Identifier: GPL-3.0-or-later
/* A forward's calls, the legs.  Legs come from the forwarder's pool and stand in their forward's
 * list until they are over; a leg without a forward is a request that arrives after its caller gave
 * up or died. */
#include "actor/forward.h"

#include <string.h>

#include "base/must.h"
#include "base/units.h"
#include "actor/direct.h"

enum { LEG_MESSAGES = 10 }; /* SND-4 */

/* How long a call is waited for; SNS-15: an endpoint. */
#define CALL_TIMEOUT_NS   (3 * SEC)
#define DIRECT_TIMEOUT_NS (15 * SEC)

struct forward_leg {
    struct call call;
    struct direct direct; /* to an endpoint */
    struct forwarder *forwarder;
    struct forward *forward; /* NULL: nobody waits for it */
    struct forward_target *target;
    struct forward_leg *next, *next_made; /* in the forward's list or the free one */
    uint16_t count, tries;
    enum send_status status;
    int64_t pause_ns; /* the last one */
    struct send entries[LEG_MESSAGES];
    struct sent replies[LEG_MESSAGES];
};

struct forward_target {
    const struct forward_cfg *cfg;
    struct service *to;        /* a queue or a topic, or */
    struct endpoint *endpoint; /* else NULL */
    struct payload payload;
    const char *owner; /* of its streams */
    uint64_t sizes;    /* stream, keyed by message and copy */
    uint16_t to_id;
};

static void say(const struct forward_leg *leg, enum probe_kind kind, size_t index, int64_t value,
                int64_t other, int64_t now_ns)
{
    const struct forwarder *forwarder = leg->forwarder;
    const struct send *send = &leg->entries[index];
    const struct fact fact = {.at_ns = now_ns,
                              .kind = (uint16_t)kind,
                              .node = forwarder->actor->node.id,
                              .peer = leg->target->to_id,
                              .n = (uint16_t)index,
                              .message = MESSAGE_NONE,
                              .delivery = probe_branch(send->path),
                              .group = send->group,
                              .bytes = send->bytes,
                              .root = send->root,
                              .seq = 0,
                              .value = value,
                              .other = other};
    probe_emit(forwarder->actor->world->probe, &fact);
}

/* --- legs --- */

static void on_reply(struct call *call, int64_t now_ns);
static void on_late(struct call *call, int64_t at_ns);

static struct forward_leg *leg_take(struct forwarder *forwarder, struct forward_target *target)
{
    struct forward_leg *leg = forwarder->free;
    if (leg != NULL) {
        forwarder->free = leg->next;
    } else {
        leg = arena_alloc(forwarder->actor->world->arena, sizeof *leg);
        leg->forwarder = forwarder;
        leg->call.on_reply = on_reply;
        leg->next_made = forwarder->made;
        forwarder->made = leg;
    }
    leg->call.on_late = target->to != NULL ? on_late : NULL;
    leg->call.timeout_ns = target->to != NULL ? CALL_TIMEOUT_NS : DIRECT_TIMEOUT_NS;
    leg->target = target;
    leg->forward = NULL;
    leg->count = leg->tries = 0;
    leg->pause_ns = 0;
    return leg;
}

static void leg_give_back(struct forward_leg *leg)
{
    leg->next = leg->forwarder->free;
    leg->forwarder->free = leg;
}

static void leg_leave(struct forward_leg *leg)
{
    struct forward_leg **at = &leg->forward->legs;
    while (*at != leg)
        at = &(*at)->next;
    *at = leg->next;
    leg_give_back(leg);
}

static bool perform(struct call *call, int64_t now_ns)
{
    struct forward_leg *leg = EVENT_OWNER(call, struct forward_leg, call);
    struct service *to = leg->target->to;
    if (to == NULL)
        return direct_perform(&leg->direct, leg->target->endpoint, call, leg->entries, leg->tries,
                              now_ns);
    leg->status = to->ops->send(to, leg->entries, leg->count, leg->replies, now_ns);
    return true;
}

static void on_late_arrival(struct event *event, int64_t now_ns)
{
    struct forward_leg *leg = EVENT_OWNER(event, struct forward_leg, call.event);
    perform(&leg->call, now_ns);
    leg_give_back(leg);
    if (leg->forwarder->holds)
        engine_release(leg->forwarder->actor->world->engine);
}

/* The request will arrive after its caller gave up: it is stored all the same. */
static void on_late(struct call *call, int64_t at_ns)
{
    const struct forward_leg *sent = EVENT_OWNER(call, struct forward_leg, call);
    struct engine *engine = sent->forwarder->actor->world->engine;
    struct forward_leg *late = leg_take(sent->forwarder, sent->target);
    late->count = sent->count;
    memcpy(late->entries, sent->entries, sent->count * sizeof *late->entries);
    late->call.event.on_due = on_late_arrival;
    if (sent->forwarder->holds)
        engine_hold(engine);
    engine_at(engine, &late->call.event, at_ns);
}

/* --- calls --- */

static void try_now(struct forward_leg *leg, int64_t now_ns);

static void on_pause_over(struct event *event, int64_t now_ns)
{
    struct forward_leg *leg = EVENT_OWNER(event, struct forward_leg, call.event);
    for (size_t i = 0; i < leg->count; i++)
        say(leg, PROBE_RETRIED, i, leg->tries, leg->pause_ns, now_ns);
    try_now(leg, now_ns);
}

static void try_later(struct forward_leg *leg, int64_t now_ns)
{
    struct forwarder *forwarder = leg->forwarder;
    leg->pause_ns =
        retry_pause_ns(forwarder->retry, leg->tries, leg->pause_ns, &forwarder->retries);
    leg->call.event.on_due = on_pause_over;
    engine_at(forwarder->actor->world->engine, &leg->call.event, now_ns + leg->pause_ns);
}

/* Says of every entry what became of it; true if all were accepted. */
static bool say_outcome(const struct forward_leg *leg, bool failed, int64_t now_ns)
{
    bool all_good = true;
    for (size_t i = 0; i < leg->count; i++) {
        const enum send_status status = leg->replies[i].status;
        const bool good = !failed && (status == SEND_OK || status == SEND_DEDUPLICATED);
        say(leg, good ? PROBE_ANSWERED : PROBE_GAVE_UP, i, leg->entries[i].called_ns,
            !good && leg->forward->is_final, now_ns);
        all_good = all_good && good;
    }
    return all_good;
}

static void close_one(struct forward *forward, bool sends, int64_t now_ns)
{
    if (--forward->open > 0)
        return;
    if (forward->state == FORWARD_WAITS)
        forward->state = FORWARD_SENT;
    if (!sends)
        forward->on_over(forward, now_ns);
}

/* A call is over, within forward_send or later. */
static void settle(struct forward_leg *leg, bool sends, int64_t now_ns)
{
    struct forward *forward = leg->forward;
    if (leg->target->to == NULL && leg->call.outcome == CALL_REPLIED)
        leg->status = leg->replies[0].status = direct_status(&leg->direct);
    const bool failed = leg->call.outcome == CALL_TIMED_OUT || leg->status == SEND_THROTTLED;
    if (failed && leg->tries < leg->forwarder->retry->attempts) {
        try_later(leg, now_ns);
        return;
    }
    if (!say_outcome(leg, failed, now_ns))
        forward->state = FORWARD_FAILED;
    leg_leave(leg);
    close_one(forward, sends, now_ns);
}

static void on_reply(struct call *call, int64_t now_ns)
{
    settle(EVENT_OWNER(call, struct forward_leg, call), false, now_ns);
}

static bool call_now(struct forward_leg *leg, int64_t now_ns)
{
    leg->tries++;
    return link_call(leg->forwarder->link, &leg->call, perform, now_ns);
}

static void try_now(struct forward_leg *leg, int64_t now_ns)
{
    if (call_now(leg, now_ns))
        settle(leg, false, now_ns);
}

enum forward_state forward_send(struct forward *forward, int64_t now_ns)
{
    forward->state = FORWARD_WAITS;
    forward->open = 1; /* this one */
    for (struct forward_leg *leg = forward->legs; leg != NULL; leg = leg->next)
        forward->open++;
    for (struct forward_leg *leg = forward->legs, *next; leg != NULL; leg = next) {
        next = leg->next;
        if (call_now(leg, now_ns))
            settle(leg, true, now_ns);
    }
    close_one(forward, true, now_ns);
    return forward->open > 0 ? FORWARD_WAITS : (enum forward_state)forward->state;
}

void forward_drop(struct forward *forward)
{
    while (forward->legs != NULL) {
        struct forward_leg *leg = forward->legs;
        forward->legs = leg->next;
        engine_cancel(leg->forwarder->actor->world->engine, &leg->call.event);
        direct_drop(&leg->direct);
        leg_give_back(leg);
    }
    forward->open = 0;
}

/* --- what is sent --- */

/* The deduplication id of a path under a root: bit 63 alone of the upper two, which neither roots
 * nor the ids of texts have. */
static uint64_t dedup_of(uint64_t root, uint64_t path)
{
    return (rng_mix(root ^ rng_mix(path)) >> 2) | UINT64_C(1) << 63;
}

static uint64_t path_of(const struct forwarder *forwarder, const struct delivery *d, size_t entry,
                        size_t copy)
{
    const uint64_t number = (d->path >> 16) * 16384 + entry;
    return probe_path(rng_keyed_word(forwarder->key, number, copy), probe_path_hops(d->path) + 1);
}

/* SND-1 lets no message be empty. */
static uint32_t draw_bytes(const struct forward_target *target, uint64_t key, uint64_t copy)
{
    struct rng rng;
    rng_init_keyed(&rng, target->sizes, key, copy);
    const double bytes = dist_draw(&target->cfg->message.size, &rng);
    return bytes < 1.0 ? 1 : bytes < 4e9 ? (uint32_t)bytes : UINT32_MAX;
}

static void fill(struct forwarder *forwarder, size_t entry, struct send *send,
                 const struct delivery *d, size_t copy, int64_t now_ns)
{
    struct forward_target *target = &forwarder->targets[entry];
    const struct forward_cfg *cfg = target->cfg;
    const struct actor *actor = forwarder->actor;
    const uint64_t number = probe_root_number(d->root) * (uint64_t)cfg->count + copy;
    const uint64_t path = path_of(forwarder, d, entry, copy);
    const bool is_same = cfg->correlation == FORWARD_SAME;
    *send = (struct send){.root = is_same ? d->root
                                          : probe_root(actor->node.id, forwarder->next_number++),
                          .path = is_same ? path : probe_path(0, probe_path_hops(path)),
                          .called_ns = now_ns,
                          .delay_ns = cfg->message.delay_ns,
                          .service_ns = d->service_ns,
                          .group = d->group,
                          .bytes = d->bytes,
                          .body = d->body,
                          .producer = actor->node.id};
    if (cfg->message.size.kind != NULL)
        send->bytes = draw_bytes(target, messages_delivery_key(actor->world->messages, d), copy);
    if (cfg->message.group.how != CHOICE_NONE)
        send->group = payload_group(actor->world, &target->payload.group,
                                    choice_index(&target->payload.group, number));
    if (cfg->message.attributes.count > 0)
        send->attributes =
            target->payload.first_attributes + attributes_of(&target->payload.attributes, number);
    if (target->payload.first_body > 0)
        send->body =
            target->payload.first_body + (uint32_t)choice_index(&target->payload.body, number);
    if (!target->payload.to_fifo)
        return;
    send->dedup = cfg->message.dedup.mode == DEDUP_UNIQUE
                      ? dedup_of(d->root, path)
                      : payload_dedup(&target->payload, number, d->root);
    if (cfg->message.dedup.mode == DEDUP_CONTENT)
        send->flags = SEND_DEDUP_IS_CONTENT;
}

static void say_of_message(const struct forwarder *forwarder, enum probe_kind kind,
                           const struct delivery *d, const struct fact *rest, int64_t now_ns)
{
    struct fact fact = *rest;
    fact.at_ns = now_ns;
    fact.kind = (uint16_t)kind;
    fact.node = forwarder->actor->node.id;
    fact.message = d->slot;
    fact.root = d->root;
    fact.seq = d->seq;
    probe_emit(forwarder->actor->world->probe, &fact);
}

static void add_leg(struct forward *forward, struct forward_leg *leg)
{
    struct forward_leg **last = &forward->legs;
    while (*last != NULL)
        last = &(*last)->next;
    leg->next = NULL;
    leg->forward = forward;
    *last = leg;
}

static void prepare_entry(struct forward *forward, size_t entry, const struct delivery *d,
                          int64_t now_ns)
{
    struct forwarder *forwarder = forward->forwarder;
    struct forward_target *target = &forwarder->targets[entry];
    struct forward_leg *leg = NULL;
    const uint16_t room = target->to != NULL ? LEG_MESSAGES : 1;
    for (size_t copy = 0; copy < (size_t)target->cfg->count; copy++) {
        if (leg == NULL || leg->count == room) {
            leg = leg_take(forwarder, target);
            add_leg(forward, leg);
            leg->direct.work = d->receives;
        }
        struct send *send = &leg->entries[leg->count++];
        fill(forwarder, entry, send, d, copy, now_ns);
        const struct fact rest = {.peer = target->to_id,
                                  .n = (uint16_t)copy,
                                  .delivery = probe_branch(send->path),
                                  .group = send->group,
                                  .bytes = send->bytes,
                                  .value = (int64_t)send->root};
        say_of_message(forwarder, PROBE_FORWARDED, d, &rest, now_ns);
    }
}

void forward_prepare(struct forward *forward, const struct delivery *d, bool ended_well,
                     int64_t now_ns)
{
    struct forwarder *forwarder = forward->forwarder;
    const enum forward_when other = ended_well ? FORWARD_ON_FAILURE : FORWARD_ON_SUCCESS;
    MUST(forward->legs == NULL);
    for (size_t i = 0; i < forwarder->then->count; i++) {
        if (forwarder->targets[i].cfg->when == (int)other)
            continue;
        if ((int64_t)probe_path_hops(d->path) >= forwarder->max_hops) {
            const struct fact rest = {.peer = forwarder->targets[i].to_id,
                                      .group = d->group,
                                      .bytes = d->bytes,
                                      .value = (int64_t)probe_path_hops(d->path)};
            say_of_message(forwarder, PROBE_HOP_LIMIT, d, &rest, now_ns);
            return;
        }
        prepare_entry(forward, i, d, now_ns);
    }
}

/* --- the forwarder --- */

void forward_init(struct forwarder *forwarder, const struct param_items *then, struct actor *actor,
                  struct link *link, const struct retry_cfg *retry, int64_t max_hops)
{
    const struct forward_cfg *entries = then->items;
    struct actor_world *world = actor->world;
    *forwarder = (struct forwarder){.then = then,
                                    .actor = actor,
                                    .link = link,
                                    .retry = retry,
                                    .max_hops = max_hops,
                                    .key = rng_name(0, 0, actor->node.name, "then")};
    forwarder->targets = arena_alloc(world->arena, then->count * sizeof *forwarder->targets);
    for (size_t i = 0; i < then->count; i++) {
        struct forward_target *target = &forwarder->targets[i];
        target->cfg = &entries[i];
        target->to_id = entries[i].to.id;
        target->to = world->services[target->to_id];
        target->owner = arena_printf(world->arena, "%s/then/%zu", actor->node.name, i);
        payload_init(&target->payload, &entries[i].message, NULL, world, target->owner,
                     actor->node.id, target->to != NULL && target->to->is_fifo);
        if (target->to != NULL && target->to->node.kind == NODE_TOPIC)
            payload_tell_bodies(&target->payload);
    }
}

void forward_free(struct forwarder *forwarder)
{
    for (size_t i = 0; i < forwarder->then->count; i++)
        payload_free(&forwarder->targets[i].payload);
}

void forward_start(struct forwarder *forwarder)
{
    struct actor *actor = forwarder->actor;
    const uint64_t seed = actor->world->seed, replication = actor->world->replication;
    rng_init(&forwarder->retries, rng_name(seed, replication, actor->node.name, "then/retry"));
    forwarder->next_number = 0;
    forwarder->holds = actor->world->drain;
    for (size_t i = 0; i < forwarder->then->count; i++) {
        struct forward_target *target = &forwarder->targets[i];
        payload_start(&target->payload, target->owner);
        target->endpoint = actor->world->endpoints[target->to_id];
        target->sizes = rng_name(seed, replication, target->owner, "size");
    }
    forwarder->free = NULL;
    for (struct forward_leg *leg = forwarder->made; leg != NULL; leg = leg->next_made) {
        leg->call.event.next = NULL;
        direct_clear(&leg->direct);
        leg_give_back(leg);
    }
}
