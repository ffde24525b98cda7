// SPDX-License-Identifier: GPL-3.0-or-later
/* Faults: each is read, given a name, and its targets are found among the components.
 *
 * A plain name must be something that the kind can strike; of what a pattern fits, the rest is left
 * out, but something must be left. */
#include "scenario/bind_faults.h"

#include <stdio.h>
#include <string.h>
#include "fault/fault_cfg.h"

const struct fault_kind *bind_faults_kind(const struct json *object)
{
    const struct json *kind = json_get(object, "kind");
    return kind != NULL && json_kind(kind) == JSON_TEXT ? fault_cfg_kind(json_text(kind)) : NULL;
}

/* --- components --- */

static enum node_kind kind_of(const struct scenario *scenario, size_t id)
{
    return id < scenario->queue_count ? NODE_QUEUE
           : id < scenario->service_count
               ? NODE_TOPIC
               : scenario->actors[id - scenario->service_count].kind->node;
}

static const char *section_of(const struct scenario *scenario, size_t id)
{
    return id < scenario->queue_count ? "queues"
           : id < scenario->service_count
               ? "topics"
               : scenario->actors[id - scenario->service_count].kind->section;
}

bool bind_faults_fits(const struct scenario *scenario, const char *pattern, uint16_t id)
{
    return fault_cfg_fits(pattern, section_of(scenario, id), scenario_node_name(scenario, id));
}

/* "queues, topics" */
static const char *list_struck(struct arena *arena, unsigned strikes)
{
    const char *list = "";
    const struct {
        enum node_kind kind;
        const char *word;
    } words[] = {{NODE_QUEUE, "queues"},          {NODE_TOPIC, "topics"},
                 {NODE_PRODUCER, "producers"},    {NODE_CONSUMER, "consumers"},
                 {NODE_FUNCTION, "functions"},    {NODE_ENDPOINT, "endpoints"},
                 {NODE_DOWNSTREAM, "downstreams"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if ((strikes & NODE_REF_TO(words[i].kind)) != 0)
            list = arena_printf(arena, "%s%s%s", list, *list != '\0' ? ", " : "", words[i].word);
    }
    return list;
}

/* --- targets --- */

/* One fault on its way. */
struct reading {
    struct bind *bind;
    struct fault_plan *plan;
    bool *is_target; /* by node id */
};

static void say_no_such(const struct reading *reading, const char *pattern, const struct json *at)
{
    struct bind *bind = reading->bind;
    if (fault_cfg_is_pattern(pattern))
        param_error(&bind->reader, at, "\"%s\" fits nothing", pattern);
    else
        param_error(&bind->reader, at, "there is no \"%s\"%s", pattern,
                    bind_hint(&bind->scenario->arena, bind->names, pattern));
}

static void find_targets(const struct reading *reading, const char *pattern, const struct json *at)
{
    struct bind *bind = reading->bind;
    const struct scenario *scenario = bind->scenario;
    const struct fault_kind *kind = reading->plan->kind;
    size_t fitting = 0, struck = 0;
    for (size_t id = 0; id < scenario_node_count(scenario); id++) {
        if (!bind_faults_fits(scenario, pattern, (uint16_t)id))
            continue;
        fitting++;
        if ((kind->strikes & NODE_REF_TO(kind_of(scenario, id))) == 0)
            continue;
        struck++;
        reading->is_target[id] = true;
    }
    if (fitting == 0)
        say_no_such(reading, pattern, at);
    else if (struck == 0)
        param_error(&bind->reader, at, "\"%s\" cannot strike \"%s\": it strikes %s", kind->name,
                    pattern, list_struck(&bind->scenario->arena, kind->strikes));
}

static void check_queues(const struct reading *reading, const struct json *node)
{
    struct bind *bind = reading->bind;
    const struct fault_plan *plan = reading->plan;
    for (size_t i = 0; i < plan->target_count && plan->kind->check_queue != NULL; i++) {
        const struct scenario_queue *queue = &bind->scenario->queues[plan->targets[i]];
        if (plan->targets[i] < bind->scenario->queue_count)
            plan->kind->check_queue(&bind->reader, plan->own, node, queue->name, queue->kind);
    }
}

static void take_targets(const struct reading *reading, const struct json *node)
{
    struct bind *bind = reading->bind;
    struct fault_plan *plan = reading->plan;
    const struct fault_targets *given = &plan->cfg->targets;
    const size_t count = scenario_node_count(bind->scenario);
    uint16_t *targets = arena_alloc(&bind->scenario->arena, (count + 1) * sizeof *targets);
    const size_t length = param_enter(&bind->reader, "targets");
    for (size_t i = 0; i < given->count; i++) {
        char index[24];
        snprintf(index, sizeof index, "%zu", i);
        const size_t inner = param_enter(&bind->reader, index);
        find_targets(reading, given->patterns[i], given->at[i]);
        param_leave(&bind->reader, inner);
    }
    param_leave(&bind->reader, length);
    for (size_t id = 0; id < count; id++) {
        if (reading->is_target[id])
            targets[plan->target_count++] = (uint16_t)id;
    }
    plan->targets = targets;
    check_queues(reading, node);
}

/* --- a fault --- */

static void say_no_kind(struct bind *bind, const struct json *node)
{
    struct param_reader *reader = &bind->reader;
    const struct json *kind = json_get(node, "kind");
    const char *names[32];
    size_t count = 0;
    const size_t length = param_enter(reader, "kind");
    while (fault_kinds[count] != NULL) {
        names[count] = fault_kinds[count]->name;
        count++;
    }
    if (kind == NULL) {
        struct text all = {0};
        for (size_t i = 0; i < count; i++)
            text_printf(&all, "%s%s", i > 0 ? ", " : "", names[i]);
        param_error(reader, node, "\"kind\" is missing: it is one of %s", text_of(&all));
        text_free(&all);
    } else if (param_expect(reader, kind, JSON_TEXT)) {
        const char *near = text_nearest(json_text(kind), names, count);
        param_error(reader, kind, "there is no fault \"%s\"%s%s%s", json_text(kind),
                    near != NULL ? ", did you mean \"" : "", near != NULL ? near : "",
                    near != NULL ? "\"?" : "");
    }
    param_leave(reader, length);
}

/* Names tell streams apart: the second fault of a kind that is given none is called slow-2. */
static void name_fault(struct bind *bind, struct fault_plan *plan, const struct json *node)
{
    const struct fault_plan *plans = bind->scenario->faults;
    size_t same = 0;
    plan->name = plan->cfg->name;
    if (plan->name == NULL) {
        for (const struct fault_plan *at = plans; at < plan; at++)
            same += at->kind == plan->kind;
        plan->name =
            same == 0 ? plan->kind->name
                      : arena_printf(&bind->scenario->arena, "%s-%zu", plan->kind->name, same + 1);
    }
    for (const struct fault_plan *at = plans; at < plan; at++) {
        if (at->name != NULL && strcmp(at->name, plan->name) == 0)
            bind_member_error(&bind->reader, node, "name", "another fault is called \"%s\"",
                              plan->name);
    }
}

static void bind_fault(struct bind *bind, struct fault_plan *plan, const struct json *node)
{
    static const char *const skip[] = {"kind", NULL};
    struct scenario *scenario = bind->scenario;
    if (!param_expect(&bind->reader, node, JSON_OBJECT))
        return;
    plan->at = node;
    plan->kind = bind_faults_kind(node);
    if (plan->kind == NULL) {
        say_no_kind(bind, node);
        return;
    }
    plan->cfg = arena_alloc(&scenario->arena, fault_cfg_bytes(plan->kind));
    plan->own = fault_cfg_own(plan->cfg);
    if (!param_bind(&bind->reader, fault_cfg_rows(plan->kind, &scenario->arena), plan->cfg, node,
                    skip))
        return;
    const struct reading reading = {
        bind, plan, arena_alloc(&scenario->arena, scenario_node_count(scenario) + 1)};
    name_fault(bind, plan, node);
    fault_cfg_check(&bind->reader, plan->kind, plan->cfg, node);
    take_targets(&reading, node);
}

void bind_faults(struct bind *bind, const struct json *root)
{
    struct scenario *scenario = bind->scenario;
    const struct json *list = json_get(root, "faults");
    if (list == NULL)
        return;
    const size_t length = param_enter(&bind->reader, "faults");
    if (param_expect(&bind->reader, list, JSON_ARRAY)) {
        const size_t count = json_count(list);
        scenario->faults = arena_alloc(&scenario->arena, (count + 1) * sizeof *scenario->faults);
        for (const struct json *item = json_first(list); item != NULL; item = json_next(item)) {
            char index[24];
            snprintf(index, sizeof index, "%zu", scenario->fault_count);
            const size_t inner = param_enter(&bind->reader, index);
            bind_fault(bind, &scenario->faults[scenario->fault_count++], item);
            param_leave(&bind->reader, inner);
        }
    }
    param_leave(&bind->reader, length);
}
