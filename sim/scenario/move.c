// SPDX-License-Identifier: GPL-3.0-or-later
/* Tasks of one queue share a struct move_task, since one is active at a time (MOVE-3): who comes
 * while another is under way is refused, as AWS refuses. */
#include "scenario/move.h"

#include <stdio.h>

#include "model/move_task.h"

struct start {
    struct event due;
    const struct queue_move_cfg *cfg;
    struct move_task *task; /* of its source */
    struct queue *source;
    struct moves *moves;
};

struct moves {
    struct queue *queues;
    size_t queue_count, start_count;
    struct move_task *tasks; /* by queue */
    struct start *starts;
};

bool move_is_any(const struct scenario *scenario)
{
    for (size_t i = 0; i < scenario->queue_count; i++) {
        if (scenario->queues[i].cfg.moves.count > 0)
            return true;
    }
    return false;
}

/* --- rules --- */

static bool is_dead_letter(const struct scenario *scenario, size_t queue)
{
    for (size_t i = 0; i < scenario->queue_count; i++) {
        if (scenario->queues[i].dead_letter == queue)
            return true;
    }
    return false;
}

/* NULL: nothing is wrong with where the messages go. */
static const char *judge_destination(const struct scenario *scenario, size_t from,
                                     const struct node_ref *to)
{
    if (to->name == NULL || to->id >= scenario->queue_count)
        return NULL;
    if (to->id == from)
        return "messages cannot be moved to the queue that they are in";
    if (scenario->queues[to->id].kind != scenario->queues[from].kind)
        return "messages move between standard queues, or between FIFO queues";
    return NULL;
}

void move_check(struct bind *bind, size_t queue)
{
    const struct scenario *scenario = bind->scenario;
    const struct scenario_queue *from = &scenario->queues[queue];
    const struct queue_move_cfg *moves = from->cfg.moves.items;
    struct param_reader *reader = &bind->reader;
    if (from->cfg.moves.count == 0 || !bind->sound[queue])
        return;
    const size_t length = param_enter(reader, "queues");
    param_enter(reader, from->name);
    if (!is_dead_letter(scenario, queue)) /* MOVE-1 */
        bind_member_error(reader, from->at, "redrive",
                          "\"%s\" is no queue's dead-letter queue: no RedrivePolicy names it",
                          from->name);
    param_enter(reader, "redrive");
    for (size_t i = 0; i < from->cfg.moves.count; i++) {
        const char *sentence = judge_destination(scenario, queue, &moves[i].destination);
        char index[24];
        snprintf(index, sizeof index, "%zu", i);
        const size_t inner = param_enter(reader, index);
        param_enter(reader, "DestinationArn");
        if (sentence != NULL)
            param_error(reader, moves[i].destination.at, "%s", sentence);
        param_leave(reader, inner);
    }
    param_leave(reader, length);
}

/* --- starting --- */

static struct queue *queue_by_id(void *context, uint16_t id)
{
    const struct moves *moves = context;
    return id < moves->queue_count ? &moves->queues[id] : NULL;
}

static void on_due(struct event *event, int64_t now_ns)
{
    struct start *start = EVENT_OWNER(event, struct start, due);
    struct moves *moves = start->moves;
    const struct node_ref *to = &start->cfg->destination;
    const struct move_task_cfg cfg = {
        .source = start->source,
        .destination = to->name != NULL ? &moves->queues[to->id] : NULL,
        .rate_per_s = (double)start->cfg->rate_per_s,
        .queue_by_id = queue_by_id,
        .context = moves,
    };
    if (!move_task_is_active(start->task)) /* MOVE-3 */
        move_task_start(start->task, &cfg, now_ns);
    engine_release(start->source->engine);
}

struct moves *move_new(const struct scenario *scenario, struct arena *arena, struct queue *queues)
{
    struct moves *moves = arena_alloc(arena, sizeof *moves);
    size_t count = 0;
    for (size_t i = 0; i < scenario->queue_count; i++)
        count += scenario->queues[i].cfg.moves.count;
    *moves = (struct moves){
        .queues = queues,
        .queue_count = scenario->queue_count,
        .tasks = arena_alloc(arena, (scenario->queue_count + 1) * sizeof *moves->tasks),
        .starts = arena_alloc(arena, (count + 1) * sizeof *moves->starts),
    };
    for (size_t i = 0; i < scenario->queue_count; i++) {
        const struct param_items *of = &scenario->queues[i].cfg.moves;
        for (size_t j = 0; j < of->count; j++)
            moves->starts[moves->start_count++] =
                (struct start){.cfg = (const struct queue_move_cfg *)of->items + j,
                               .task = &moves->tasks[i],
                               .source = &queues[i],
                               .moves = moves};
    }
    return moves;
}

void move_begin(struct moves *moves, struct engine *engine)
{
    for (size_t i = 0; i < moves->queue_count; i++)
        moves->tasks[i].status = MOVE_COMPLETED;
    for (size_t i = 0; i < moves->start_count; i++) {
        struct start *start = &moves->starts[i];
        start->due = (struct event){.on_due = on_due};
        engine_hold(engine);
        engine_at(engine, &start->due, start->cfg->at_ns);
    }
}
