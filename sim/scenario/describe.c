// SPDX-License-Identifier: GPL-3.0-or-later
/* Questions about all components at once. */
#include "scenario/describe.h"

#include "actor/consumer_cfg.h"
#include "scenario/move.h"

unsigned describe_wants(const struct scenario *scenario)
{
    unsigned wants = move_is_any(scenario) ? MESSAGE_WANT_SOURCE : 0;
    for (size_t i = 0; i < scenario->queue_count; i++) {
        const struct scenario_queue *queue = &scenario->queues[i];
        wants |= queue->kind->wants;
        if (queue->cfg.preload.group.how != CHOICE_NONE)
            wants |= MESSAGE_WANT_GROUP;
    }
    for (size_t i = 0; i < scenario->actor_count; i++) {
        const struct scenario_actor *actor = &scenario->actors[i];
        if (actor->kind->wants != NULL)
            wants |= actor->kind->wants(actor->cfg);
    }
    return wants;
}

bool describe_is_closed_loop(const struct scenario *scenario)
{
    for (size_t i = 0; i < scenario->actor_count; i++) {
        const struct scenario_actor *actor = &scenario->actors[i];
        if (actor->kind->wants_ended != NULL && actor->kind->wants_ended(actor->cfg))
            return true;
    }
    return false;
}

bool describe_has_business_keys(const struct scenario *scenario)
{
    for (size_t i = 0; i < scenario->actor_count; i++) {
        const struct scenario_actor *actor = &scenario->actors[i];
        if (actor->kind->has_business_keys != NULL && actor->kind->has_business_keys(actor->cfg))
            return true;
    }
    return false;
}

bool describe_may_repeat(const struct scenario *scenario)
{
    return scenario->fault_count > 0 || scenario->topic_count > 0 ||
           !dist_takes_no_time(&scenario->network.request) ||
           !dist_takes_no_time(&scenario->network.response);
}

bool describe_calls(const struct scenario_actor *actor)
{
    return actor->kind == &consumer_kind &&
           ((const struct consumer_cfg *)actor->cfg)->downstream.name != NULL;
}

bool describe_is_passed_at_once(const struct scenario_actor *producer,
                                const struct scenario_actor *by)
{
    const bool has_keys = producer->kind->has_business_keys != NULL &&
                          producer->kind->has_business_keys(producer->cfg);
    return by->kind->is_instant(by->cfg) ||
           (has_keys && by->kind == &consumer_kind && consumer_cfg_skips_at_once(by->cfg));
}
