// SPDX-License-Identifier: GPL-3.0-or-later
/* A dead-letter queue that a fault gives is held to the rules of one that is given from the start,
 * where it can be told before the run. */
#include "scenario/validate_faults.h"

#include <stdio.h>

#include "core/node.h"
#include "scenario/bind.h"

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

void validate_faults(struct bind *bind)
{
    const struct scenario *scenario = bind->scenario;
    for (size_t i = 0; i < scenario->fault_count; i++) {
        const struct fault_plan *plan = &scenario->faults[i];
        struct node_ref *ref = plan->kind != NULL && plan->kind->dead_letter != NULL && plan->own
                                   ? plan->kind->dead_letter(plan->own)
                                   : NULL;
        char index[24];
        if (ref == NULL)
            continue;
        snprintf(index, sizeof index, "%zu", i);
        const size_t length = param_enter(&bind->reader, "faults");
        param_enter(&bind->reader, index);
        param_enter(&bind->reader, "attributes");
        param_enter(&bind->reader, "RedrivePolicy");
        param_enter(&bind->reader, "deadLetterTargetArn");
        resolve(bind, plan, ref);
        param_leave(&bind->reader, length);
    }
}
