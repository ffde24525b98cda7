// SPDX-License-Identifier: GPL-3.0-or-later
/* Consumers and queues as a graph: a consumer leads to the queues that it sends on to, a queue to
 * its consumers.  A circle is allowed, since maxHops ends it, but not where all of it takes no
 * time. */
#include "scenario/validate_chain.h"

#include <stdio.h>
#include "base/arena.h"
#include "actor/forward_cfg.h"
#include "scenario/bind.h"

static const struct scenario_actor *actor_at(const struct bind *bind, size_t index)
{
    return &bind->scenario->actors[index];
}

static bool is_sound(const struct bind *bind, size_t index)
{
    return bind->sound[bind->scenario->service_count + index];
}

/* Where the actor sends on to; none, if it was not read well. */
static struct param_items then_of(const struct bind *bind, size_t index)
{
    const struct scenario_actor *actor = actor_at(bind, index);
    if (actor->kind->then == NULL || !is_sound(bind, index))
        return (struct param_items){.count = 0};
    return *actor->kind->then(actor->cfg);
}

static const struct forward_cfg *entry_at(const struct param_items *then, size_t i)
{
    return (const struct forward_cfg *)then->items + i;
}

/* The queue with that id, if there is one and it was read well; else NULL. */
static const struct scenario_queue *queue_at(const struct bind *bind, uint16_t id)
{
    return id < bind->scenario->queue_count && bind->sound[id] ? &bind->scenario->queues[id] : NULL;
}

/* The topic likewise. */
static const struct scenario_topic *topic_at(const struct bind *bind, uint16_t id)
{
    const size_t first = bind->scenario->queue_count;
    return id >= first && id < bind->scenario->service_count && bind->sound[id]
               ? &bind->scenario->topics[id - first]
               : NULL;
}

static uint16_t reads_of(const struct scenario_actor *actor)
{
    return actor->kind->reads != NULL ? actor->kind->reads(actor->cfg) : NODE_NONE;
}

static void say(struct bind *bind, size_t index, const char *sentence)
{
    struct param_reader *reader = &bind->reader;
    const struct scenario_actor *actor = actor_at(bind, index);
    const size_t length = param_enter(reader, actor->kind->section);
    param_enter(reader, actor->name);
    bind_key_error(reader, actor->at, "%s %s", actor->name, sentence);
    param_leave(reader, length);
}

/* --- what a FIFO queue takes --- */

/* May a message that the actor works on be in a group?  Surely not if all comes from producers that
 * give none. */
static bool may_have_group(const struct bind *bind, size_t index)
{
    const uint16_t id = reads_of(actor_at(bind, index));
    const struct scenario_queue *from = queue_at(bind, id);
    bool has_producer = false;
    if (from == NULL || from->kind == &queue_sqs_fifo || from->cfg.preload.messages > 0)
        return true;
    for (size_t i = 0; i < bind->scenario->actor_count; i++) {
        const struct scenario_actor *actor = actor_at(bind, i);
        if (actor->kind->sends == NULL || !is_sound(bind, i) ||
            actor->kind->sends(actor->cfg) != id)
            continue;
        has_producer = true;
        if ((actor->kind->wants(actor->cfg) & MESSAGE_WANT_GROUP) != 0)
            return true;
    }
    return !has_producer;
}

static void check_refused(struct bind *bind, size_t index)
{
    const struct param_items then = then_of(bind, index);
    for (size_t i = 0; i < then.count; i++) {
        const struct forward_cfg *entry = entry_at(&then, i);
        const struct scenario_queue *to = queue_at(bind, entry->to.id);
        const struct scenario_topic *topic = topic_at(bind, entry->to.id);
        const bool may_group = may_have_group(bind, index);
        const char *sentence = NULL;
        if (to != NULL)
            sentence = forward_cfg_refused(entry, to->kind == &queue_sqs_fifo, &to->cfg, may_group);
        else if (topic != NULL)
            sentence = forward_cfg_refused_by_topic(entry, &topic->cfg, may_group);
        if (sentence != NULL)
            say(bind, index, sentence);
    }
}

/* --- direct calls --- */

static void check_direct(struct bind *bind, size_t index)
{
    const struct scenario_actor *actor = actor_at(bind, index);
    if (actor->kind->refused_by_endpoint == NULL || !is_sound(bind, index))
        return;
    const size_t to = actor->kind->sends(actor->cfg), first = bind->scenario->service_count;
    if (to < first || to - first >= bind->scenario->actor_count)
        return;
    const char *sentence = actor->kind->refused_by_endpoint(actor->cfg);
    if (sentence != NULL)
        say(bind, index, sentence);
}

/* --- joins --- */

/* Does anybody send messages of one root to that queue? */
static bool is_joinable(const struct bind *bind, uint16_t queue)
{
    for (size_t i = 0; i < bind->scenario->actor_count; i++) {
        const struct param_items then = then_of(bind, i);
        if (!is_sound(bind, i))
            return true;
        for (size_t entry = 0; entry < then.count; entry++) {
            const struct forward_cfg *cfg = entry_at(&then, entry);
            if (cfg->correlation == FORWARD_SAME &&
                (cfg->to.id == queue || cfg->to.id >= bind->scenario->queue_count))
                return true;
        }
    }
    return false;
}

static void check_join(struct bind *bind, size_t index)
{
    const struct scenario_actor *actor = actor_at(bind, index);
    if (actor->kind->joins == NULL || !is_sound(bind, index) || !actor->kind->joins(actor->cfg) ||
        queue_at(bind, reads_of(actor)) == NULL || is_joinable(bind, reads_of(actor)))
        return;
    say(bind, index,
        "joins messages of one root, and nobody sends such to its queue: name it in the \"then\" "
        "of a consumer");
}

/* --- circles --- */

static bool is_instant(const struct bind *bind, size_t index)
{
    const struct scenario_actor *actor = actor_at(bind, index);
    return actor->kind->is_instant != NULL && is_sound(bind, index) &&
           actor->kind->is_instant(actor->cfg);
}

/* Actors that a way leads to at one instant: those seen, and of them those still to be followed. */
struct ways {
    const struct bind *bind;
    bool *seen;
    size_t *stack, top;
};

/* The message comes to that queue and waits there for own_ns (-1: the queue's delay). */
static void follow_queue(struct ways *ways, uint16_t id, int64_t own_ns)
{
    const struct scenario_queue *to = queue_at(ways->bind, id);
    if (to == NULL || (own_ns < 0 ? to->cfg.delay_ns : own_ns) > 0)
        return;
    for (size_t next = 0; next < ways->bind->scenario->actor_count; next++) {
        if (ways->seen[next] || reads_of(actor_at(ways->bind, next)) != id ||
            !is_instant(ways->bind, next))
            continue;
        ways->seen[next] = true;
        ways->stack[ways->top++] = next;
    }
}

static void follow_topic(struct ways *ways, const struct scenario_topic *topic)
{
    const struct topic_subscription_cfg *all = topic->cfg.subscriptions.items;
    if (!dist_takes_no_time(&topic->cfg.latency))
        return;
    for (size_t i = 0; i < topic->cfg.subscriptions.count; i++)
        follow_queue(ways, all[i].endpoint.id, -1);
}

static void follow(struct ways *ways, size_t index)
{
    const struct param_items then = then_of(ways->bind, index);
    for (size_t i = 0; i < then.count; i++) {
        const struct forward_cfg *entry = entry_at(&then, i);
        const struct scenario_topic *topic = topic_at(ways->bind, entry->to.id);
        if (topic != NULL)
            follow_topic(ways, topic);
        else
            follow_queue(ways, entry->to.id, entry->message.delay_ns);
    }
}

/* Does the way from the actor come back to it? */
static bool comes_back(struct ways *ways, size_t index)
{
    for (size_t i = 0; i < ways->bind->scenario->actor_count; i++)
        ways->seen[i] = false;
    ways->top = 0;
    follow(ways, index);
    while (ways->top > 0 && !ways->seen[index])
        follow(ways, ways->stack[--ways->top]);
    return ways->seen[index];
}

/* A circle is said of its first consumer. */
static void check_circles(struct bind *bind)
{
    const size_t count = bind->scenario->actor_count;
    struct ways ways = {.bind = bind, .seen = arena_alloc(&bind->scenario->arena, count + 1)};
    ways.stack = arena_alloc(&bind->scenario->arena, (count + 1) * sizeof *ways.stack);
    for (size_t i = 0; i < count; i++) {
        if (then_of(bind, i).count == 0 || !is_instant(bind, i) || !comes_back(&ways, i))
            continue;
        say(bind, i,
            "sends on in a circle that takes no time: give service a time, a queue "
            "DelaySeconds, or \"network\" a latency");
        return;
    }
}

void validate_chain(struct bind *bind)
{
    for (size_t i = 0; i < bind->scenario->actor_count; i++)
        check_refused(bind, i);
    for (size_t i = 0; i < bind->scenario->actor_count; i++)
        check_join(bind, i);
    for (size_t i = 0; i < bind->scenario->actor_count; i++)
        check_direct(bind, i);
    if (bind->network_is_sound && link_least_ns(&bind->scenario->network) == 0)
        check_circles(bind);
}
