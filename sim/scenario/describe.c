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

/* Is the queue, or one that its messages may be dead-lettered to, the wanted one? */
static bool leads_to(const struct scenario *scenario, uint16_t queue, uint16_t wanted)
{
    for (size_t i = 0; i <= scenario->queue_count && queue != NODE_NONE; i++) {
        if (queue == wanted)
            return true;
        queue = scenario->queues[queue].dead_letter;
    }
    return false;
}

/* How many subscriptions of all topics may bring the queue something. */
static size_t ways_to(const struct scenario *scenario, uint16_t queue)
{
    size_t ways = 0;
    for (size_t i = 0; i < scenario->topic_count; i++) {
        const struct param_items *all = &scenario->topics[i].cfg.subscriptions;
        const struct topic_subscription_cfg *at = all->items;
        for (size_t k = 0; k < all->count; k++)
            ways += leads_to(scenario, at[k].endpoint.id, queue) ||
                    leads_to(scenario, at[k].redrive.dead_letter.id, queue);
    }
    return ways;
}

static bool has_endpoints(const struct scenario_topic *topic)
{
    const struct topic_subscription_cfg *at = topic->cfg.subscriptions.items;
    for (size_t i = 0; i < topic->cfg.subscriptions.count; i++) {
        if (at[i].protocol != TOPIC_SQS)
            return true;
    }
    return false;
}

/* May what is published once be worked on twice at one place?  An endpoint may be asked again; a
 * queue stores it once unless there are two ways into it. */
static bool may_publish_twice(const struct scenario *scenario)
{
    if (scenario->topic_count > 0 && move_is_any(scenario))
        return true;
    for (size_t i = 0; i < scenario->topic_count; i++) {
        if (has_endpoints(&scenario->topics[i]))
            return true;
    }
    for (size_t i = 0; i < scenario->actor_count; i++) {
        const struct scenario_actor *actor = &scenario->actors[i];
        const uint16_t source =
            actor->kind->reads != NULL ? actor->kind->reads(actor->cfg) : NODE_NONE;
        if (source < scenario->queue_count && ways_to(scenario, source) > 1)
            return true;
    }
    return false;
}

bool describe_may_repeat(const struct scenario *scenario)
{
    return scenario->fault_count > 0 || may_publish_twice(scenario) ||
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
