// SPDX-License-Identifier: GPL-3.0-or-later
/* A row that is called "start" and holds a duration says when an actor begins, whatever its kind.
 */
#include "scenario/validate_start.h"

#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "scenario/bind.h"

static void check(struct bind *bind, const struct json *object, const char *key, int64_t begin_ns,
                  int64_t end_ns)
{
    char begin[32], end[32];
    if (begin_ns >= end_ns)
        bind_member_error(&bind->reader, object, key,
                          "it would begin at %s, and the run ends at %s: begin it earlier, or run "
                          "longer",
                          units_format_seconds(begin, units_s(begin_ns)),
                          units_format_seconds(end, units_s(end_ns)));
}

/* Producers stop at the duration, however long the queues take to be empty. */
static int64_t end_of(const struct scenario *scenario, const struct actor_kind *kind)
{
    const int64_t duration_ns = scenario->experiment.duration_ns;
    return kind->node == NODE_PRODUCER && duration_ns > 0 ? duration_ns : scenario_end_ns(scenario);
}

static void check_actor(struct bind *bind, const struct scenario_actor *actor)
{
    const size_t length = param_enter(&bind->reader, actor->kind->section);
    param_enter(&bind->reader, actor->name);
    for (const struct param *row = actor->kind->params; row->name != NULL; row++) {
        if (row->type == &param_duration && strcmp(row->name, "start") == 0)
            check(bind, actor->at, row->name,
                  *(const int64_t *)((const char *)actor->cfg + row->offset),
                  end_of(bind->scenario, actor->kind));
    }
    param_leave(&bind->reader, length);
}

static void check_moves(struct bind *bind, const struct scenario_queue *queue)
{
    const struct queue_move_cfg *moves = queue->cfg.moves.items;
    const struct json *list = json_get(queue->at, "redrive");
    const struct json *item = list != NULL ? json_first(list) : NULL;
    const size_t length = param_enter(&bind->reader, "queues");
    param_enter(&bind->reader, queue->name);
    param_enter(&bind->reader, "redrive");
    for (size_t i = 0; i < queue->cfg.moves.count && item != NULL; i++, item = json_next(item)) {
        char index[24];
        snprintf(index, sizeof index, "%zu", i);
        const size_t inner = param_enter(&bind->reader, index);
        check(bind, item, "at", moves[i].at_ns, scenario_end_ns(bind->scenario));
        param_leave(&bind->reader, inner);
    }
    param_leave(&bind->reader, length);
}

void validate_start(struct bind *bind)
{
    const struct scenario *scenario = bind->scenario;
    for (size_t i = 0; i < scenario->queue_count; i++) {
        if (bind->sound[i])
            check_moves(bind, &scenario->queues[i]);
    }
    for (size_t i = 0; i < scenario->actor_count; i++) {
        if (bind->sound[scenario->service_count + i])
            check_actor(bind, &scenario->actors[i]);
    }
}
