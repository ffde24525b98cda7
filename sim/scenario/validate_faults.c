// SPDX-License-Identifier: GPL-3.0-or-later
/* A dead-letter queue that a fault gives is held to the rules of one that is given from the start,
 * where it can be told before the run; and a fault that could never be felt is refused, since the
 * run would be taken for one that bore it. */
#include "scenario/validate_faults.h"

#include <stdio.h>

#include "base/units.h"
#include "core/node.h"
#include "fault/fault_cfg.h"
#include "scenario/bind.h"
#include "scenario/bind_faults.h"

/* Would a message go in a circle?  As the dead-letter queues stand at the start. */
static bool comes_back(const struct scenario *scenario, size_t from, size_t to)
{
    for (size_t steps = 0; to < scenario->queue_count && steps <= scenario->queue_count; steps++) {
        if (to == from)
            return true;
        to = scenario->queues[to].dead_letter;
    }
    return false;
}

/* Says why that queue cannot be the dead-letter queue of the other; NULL: it can. */
static const char *mistake(const struct scenario *scenario, size_t id, uint16_t dead_letter)
{
    const struct scenario_queue *queue = &scenario->queues[id];
    const struct scenario_queue *target = &scenario->queues[dead_letter];
    if (id == dead_letter)
        return "a queue cannot be its own dead-letter queue";
    if (queue->kind != target->kind) /* DLQ-7 */
        return "a FIFO queue's dead-letter queue is a FIFO queue, a standard queue's a standard "
               "one";
    if (comes_back(scenario, id, dead_letter))
        return "dead-letter queues in a ring";
    if (!queue_allows_redrive(&target->cfg, queue->name)) /* DLQ-8 */
        return "its RedriveAllowPolicy does not take messages of that queue";
    return NULL;
}

static void resolve(struct bind *bind, const struct fault_plan *plan, struct node_ref *ref)
{
    const struct scenario *scenario = bind->scenario;
    const char *name = node_name_in(ref->name);
    uint32_t id;
    if (!map_get_text(bind->names, name, &id)) {
        param_error(&bind->reader, ref->at, "there is no \"%s\"%s", name,
                    bind_hint(&bind->scenario->arena, bind->names, name));
        return;
    }
    if (id >= scenario->queue_count) {
        param_error(&bind->reader, ref->at, "\"%s\" is no queue", name);
        return;
    }
    ref->id = (uint16_t)id;
    for (size_t i = 0; i < plan->target_count && bind->sound[id]; i++) {
        const uint16_t target = plan->targets[i];
        const char *sentence = target < scenario->queue_count && bind->sound[target]
                                   ? mistake(scenario, target, ref->id)
                                   : NULL;
        if (sentence != NULL)
            param_error(&bind->reader, ref->at, "\"%s\" for \"%s\": %s", name,
                        scenario->queues[target].name, sentence);
    }
}

void validate_faults_worst(const struct scenario *scenario, uint16_t id, struct queue_cfg *worst)
{
    *worst = scenario->queues[id].cfg;
    for (size_t i = 0; i < scenario->fault_count; i++) {
        const struct fault_plan *plan = &scenario->faults[i];
        bool is_target = false;
        for (size_t k = 0; k < plan->target_count; k++)
            is_target = is_target || plan->targets[k] == id;
        if (!is_target || plan->kind == NULL || plan->kind->change == NULL || plan->own == NULL)
            continue;
        struct queue_cfg changed = *worst;
        plan->kind->change(plan->own, scenario->queues[id].kind == &queue_sqs_fifo, &changed);
        if (changed.visibility_ns < worst->visibility_ns)
            worst->visibility_ns = changed.visibility_ns;
        if (changed.wait_ns < worst->wait_ns)
            worst->wait_ns = changed.wait_ns;
        if (changed.redrive.dead_letter.name == NULL)
            worst->redrive = changed.redrive;
    }
}

/* --- faults that are never felt --- */

/* When it could begin first, and the key that says so; -1: whenever chance will have it. */
static int64_t first_ns(const struct fault_cfg *cfg, const char **key)
{
    *key = cfg->at_ns >= 0 ? "at" : cfg->start_ns >= 0 ? "start" : "every";
    return cfg->at_ns >= 0 ? cfg->at_ns : cfg->start_ns >= 0 ? cfg->start_ns : cfg->every_ns;
}

static void check_begins(struct bind *bind, const struct fault_plan *plan)
{
    const int64_t end_ns = scenario_end_ns(bind->scenario);
    const char *key;
    const int64_t begin_ns = first_ns(plan->cfg, &key);
    char begin[32], end[32];
    if (begin_ns >= end_ns && plan->cfg->probability > 0.0)
        bind_member_error(&bind->reader, plan->at, key,
                          "it would begin at %s, and the run ends at %s: begin it earlier, run "
                          "longer, or give it the probability 0",
                          units_format_seconds(begin, units_s(begin_ns)),
                          units_format_seconds(end, units_s(end_ns)));
}

/* Does the topic deliver to that queue; or, with NODE_NONE, to any? */
static bool delivers(const struct scenario_topic *topic, uint16_t queue)
{
    const struct topic_subscription_cfg *of = topic->cfg.subscriptions.items;
    bool found = false;
    for (size_t i = 0; i < topic->cfg.subscriptions.count; i++)
        found = found ||
                (of[i].protocol == TOPIC_SQS && (queue == NODE_NONE || queue == of[i].endpoint.id));
    return found;
}

/* NULL: a queue's policy matters to somebody. */
static const char *why_policy_is_idle(const struct bind *bind, uint16_t id)
{
    const struct scenario *scenario = bind->scenario;
    bool is_fed = !bind->sound[id];
    if (id >= scenario->queue_count)
        return is_fed || delivers(&scenario->topics[id - scenario->queue_count], NODE_NONE)
                   ? NULL
                   : "it has no subscriptions to queues";
    for (size_t i = 0; i < scenario->topic_count; i++)
        is_fed =
            is_fed || !bind->sound[scenario->queue_count + i] || delivers(&scenario->topics[i], id);
    return is_fed ? NULL : "no topic delivers to it";
}

/* SNS-15: a queue's policy speaks of topics alone here.  Of what a pattern fits, one is enough. */
static void check_policy(struct bind *bind, const struct fault_plan *plan, size_t index)
{
    const char *pattern = plan->cfg->targets.patterns[index], *why = NULL;
    for (size_t i = 0; i < plan->target_count; i++) {
        const uint16_t id = plan->targets[i];
        if (!bind_faults_fits(bind->scenario, pattern, id))
            continue;
        why = why_policy_is_idle(bind, id);
        if (why == NULL)
            return;
    }
    if (why != NULL)
        param_error(&bind->reader, plan->cfg->targets.at[index],
                    "\"%s\" does nothing to \"%s\": %s", plan->kind->name, pattern, why);
}

static void check_policies(struct bind *bind, const struct fault_plan *plan)
{
    const size_t length = param_enter(&bind->reader, "targets");
    for (size_t i = 0; i < plan->cfg->targets.count; i++) {
        char index[24];
        snprintf(index, sizeof index, "%zu", i);
        const size_t inner = param_enter(&bind->reader, index);
        check_policy(bind, plan, i);
        param_leave(&bind->reader, inner);
    }
    param_leave(&bind->reader, length);
}

static void check_dead_letter(struct bind *bind, const struct fault_plan *plan)
{
    struct node_ref *ref =
        plan->kind->dead_letter != NULL ? plan->kind->dead_letter(plan->own) : NULL;
    if (ref == NULL)
        return;
    const size_t length = param_enter(&bind->reader, "attributes");
    param_enter(&bind->reader, "RedrivePolicy");
    param_enter(&bind->reader, "deadLetterTargetArn");
    resolve(bind, plan, ref);
    param_leave(&bind->reader, length);
}

void validate_faults(struct bind *bind)
{
    const struct scenario *scenario = bind->scenario;
    for (size_t i = 0; i < scenario->fault_count; i++) {
        const struct fault_plan *plan = &scenario->faults[i];
        char index[24];
        if (plan->kind == NULL || plan->own == NULL)
            continue;
        snprintf(index, sizeof index, "%zu", i);
        const size_t length = param_enter(&bind->reader, "faults");
        param_enter(&bind->reader, index);
        if (plan->targets != NULL) /* it was read to its end */
            check_begins(bind, plan);
        if (plan->targets != NULL && plan->kind->on_deliveries)
            check_policies(bind, plan);
        check_dead_letter(bind, plan);
        param_leave(&bind->reader, length);
    }
}
