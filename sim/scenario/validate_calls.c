// SPDX-License-Identifier: GPL-3.0-or-later
/* A consumer reads a queue or is called, not both, and one of the two. */
#include "scenario/validate_calls.h"

#include "actor/consumer_cfg.h"
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

static void say(struct bind *bind, size_t index, const char *format, const char *name)
{
    struct param_reader *reader = &bind->reader;
    const struct scenario_actor *actor = actor_at(bind, index);
    const size_t length = param_enter(reader, actor->kind->section);
    param_enter(reader, actor->name);
    bind_key_error(reader, actor->at, format, actor->name, name);
    param_leave(reader, length);
}

/* Does the actor send to that node? */
static bool sends_to(const struct bind *bind, size_t index, size_t node)
{
    const struct scenario_actor *actor = actor_at(bind, index);
    const struct param_items *then =
        actor->kind->then != NULL ? actor->kind->then(actor->cfg) : NULL;
    bool sends = actor->kind->sends != NULL && actor->kind->sends(actor->cfg) == node;
    for (size_t i = 0; then != NULL && i < then->count; i++)
        sends = sends || ((const struct forward_cfg *)then->items)[i].to.id == node;
    return sends;
}

static void check_callers(struct bind *bind, size_t index)
{
    const struct scenario *scenario = bind->scenario;
    const struct scenario_actor *actor = actor_at(bind, index);
    const bool reads = ((const struct consumer_cfg *)actor->cfg)->from.name != NULL;
    bool is_called = false;
    for (size_t i = 0; i < scenario->actor_count; i++) {
        if (!is_sound(bind, i)) {
            is_called = true; /* perhaps */
            continue;
        }
        if (!sends_to(bind, i, scenario->service_count + index))
            continue;
        is_called = true;
        if (reads)
            say(bind, i,
                "%s calls \"%s\", which reads a queue: send to that queue, or leave out its "
                "\"from\"",
                actor->name);
    }
    if (!reads && !is_called)
        say(bind, index, "%s reads no queue and nobody calls it: give \"from\"%s", "");
}

/* Who is called answers, and does nothing else. */
static void check_work(struct bind *bind, size_t index)
{
    const struct consumer_cfg *cfg = actor_at(bind, index)->cfg;
    const char *key = cfg->then.count > 0                          ? "then"
                      : cfg->join.of > 0                           ? "join"
                      : cfg->downstream.name != NULL               ? "downstream"
                      : cfg->idempotency.store != IDEMPOTENCY_NONE ? "idempotency"
                      : cfg->heartbeat.every_ns > 0                ? "heartbeat"
                      : cfg->service.fast == DIST_MESSAGE          ? "service"
                                                                   : NULL;
    if (key != NULL)
        say(bind, index,
            "%s is called, and answers after its service: it has no \"%s\" of messages", key);
}

void validate_calls(struct bind *bind)
{
    for (size_t i = 0; i < bind->scenario->actor_count; i++) {
        const struct scenario_actor *actor = actor_at(bind, i);
        if (actor->kind != &consumer_kind || !is_sound(bind, i))
            continue;
        check_callers(bind, i);
        if (((const struct consumer_cfg *)actor->cfg)->from.name == NULL)
            check_work(bind, i);
    }
}
