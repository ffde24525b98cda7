// SPDX-License-Identifier: GPL-3.0-or-later
/* One turn of a move task moves one message, waits for one that is in flight, or ends the task.
 *
 * The order is the source's own.  Only where the first message is one that cannot go anywhere (sent
 * to the dead-letter queue by hand, and there is no destination) the rest is searched. */
#include "model/move_task.h"

#include "base/must.h"
#include "base/units.h"

static const char queue_is_gone[] = "AWS.SimpleQueueService.NonExistentQueue";
static const char is_too_long[] = "The task was active for 36 hours";

/* MOVE-2: a message that no queue dead-lettered has nowhere to go without a destination (I). */
static bool can_go(const struct move_task *task, uint32_t slot)
{
    const struct queue *source = task->cfg.source;
    return task->cfg.destination != NULL || source->messages->side.source[slot] != NODE_NONE;
}

/* NULL: the queue is gone. */
static struct queue *destination_of(const struct move_task *task, uint32_t slot)
{
    const struct move_task_cfg *cfg = &task->cfg;
    if (cfg->destination != NULL)
        return cfg->destination;
    struct queue *to = cfg->queue_by_id(cfg->context, cfg->source->messages->side.source[slot]);
    return to != NULL && to->is_fifo == cfg->source->is_fifo ? to : NULL;
}

/* FIFO: the first that can go of a group's run of visible messages from its oldest on, since what
 * is behind a hidden one keeps its place; MESSAGE_NONE: none can. */
static uint32_t search_run(const struct move_task *task, uint32_t slot)
{
    const struct messages *messages = task->cfg.source->messages;
    while (slot != MESSAGE_NONE && messages->at[slot].state == MESSAGE_VISIBLE &&
           !can_go(task, slot))
        slot = messages->side.group[slot].newer;
    return slot != MESSAGE_NONE && messages->at[slot].state == MESSAGE_VISIBLE ? slot
                                                                               : MESSAGE_NONE;
}

/* The first message of all groups' runs that can go, in the order of the queue's list. */
static uint32_t search_groups(const struct move_task *task)
{
    const struct queue *source = task->cfg.source;
    const struct message *at = source->messages->at;
    uint32_t found = MESSAGE_NONE;
    for (uint32_t slot = source->oldest; slot != MESSAGE_NONE; slot = at[slot].newer) {
        const bool is_oldest = source->messages->side.group[slot].older == MESSAGE_NONE;
        const uint32_t first = is_oldest ? search_run(task, slot) : MESSAGE_NONE;
        if (first != MESSAGE_NONE &&
            (found == MESSAGE_NONE ||
             message_key_less(at[first].sent_ns, at[first].seq, at[found].sent_ns, at[found].seq)))
            found = first;
    }
    return found;
}

/* The first visible message that can go, or MESSAGE_NONE. */
static uint32_t search(const struct move_task *task)
{
    const struct queue *source = task->cfg.source;
    const struct messages *messages = source->messages;
    uint32_t found = MESSAGE_NONE;
    if (source->is_fifo)
        return search_groups(task);
    for (uint32_t slot = source->oldest; slot != MESSAGE_NONE; slot = messages->at[slot].newer) {
        if (messages->at[slot].state == MESSAGE_VISIBLE && can_go(task, slot) &&
            (found == MESSAGE_NONE ||
             messages_order(messages, slot) < messages_order(messages, found)))
            found = slot;
    }
    return found;
}

/* MOVE-7: oldest first, as the source orders them. */
static uint32_t next_to_move(const struct move_task *task, int64_t now_ns)
{
    struct queue *source = task->cfg.source;
    uint32_t slot = MESSAGE_NONE;
    if (source->visible == 0)
        return MESSAGE_NONE;
    if (source->kind->uses_order) {
        slot = visible_first(&source->order, source->messages);
    } else {
        source->call_number++; /* no run of an earlier receive goes on */
        slot = source->kind->first(source, false, now_ns);
    }
    return slot == MESSAGE_NONE || can_go(task, slot) ? slot : search(task);
}

/* True if something in the source, whatever its state, can go. */
static bool is_any_left(const struct move_task *task)
{
    const struct queue *source = task->cfg.source;
    uint32_t slot = source->oldest;
    while (slot != MESSAGE_NONE && !can_go(task, slot))
        slot = queue_message(source, slot)->newer;
    return slot != MESSAGE_NONE;
}

static void end(struct move_task *task, enum move_status status, const char *failure)
{
    task->status = status;
    task->failure = failure;
    engine_cancel(task->cfg.source->engine, &task->turn);
    engine_release(task->cfg.source->engine);
}

static void take_turn_at(struct move_task *task, int64_t at_ns)
{
    const int64_t last_ns = task->started_ns + MOVE_TASK_LONGEST_NS;
    engine_at(task->cfg.source->engine, &task->turn, at_ns < last_ns ? at_ns : last_ns);
}

/* What is in flight or delayed is moved once it is visible: at a deadline, or when somebody puts an
 * end to it, which is looked for each second. */
static void look_again(struct move_task *task, int64_t now_ns)
{
    const struct queue *source = task->cfg.source;
    const uint32_t firsts[] = {deadlines_first(&source->hidden, source->messages),
                               deadlines_first(&source->delays, source->messages)};
    int64_t at_ns = now_ns + SEC;
    for (size_t i = 0; i < sizeof firsts / sizeof *firsts; i++) {
        if (firsts[i] == MESSAGE_NONE)
            continue;
        const int64_t deadline_ns = source->messages->deadlines[firsts[i]].at_ns;
        if (deadline_ns > now_ns && deadline_ns < at_ns)
            at_ns = deadline_ns;
    }
    take_turn_at(task, at_ns);
}

/* MOVE-7: new but for its root, its content and its group.  The new seq makes handles of the source
 * worthless; a store without a send is never dropped as a duplicate (DLQ-5). */
static void move(const struct move_task *task, uint32_t slot, struct queue *to, int64_t now_ns)
{
    struct queue *from = task->cfg.source;
    struct message_side *side = &from->messages->side;
    struct message *m = queue_message(from, slot);
    struct fact fact = queue_fact(from, PROBE_MOVED, slot, now_ns);
    queue_settle(to, now_ns);
    queue_unlink(from, slot);
    m->sent_ns = now_ns;
    m->seq = (uint32_t)from->messages->next_seq++;
    m->receives = 0;
    m->flags &= MESSAGE_POISON;
    messages_set_deadline(from->messages, slot, now_ns + to->delay_ns);
    if (side->source != NULL)
        side->source[slot] = NODE_NONE;
    if (side->received_ns != NULL)
        side->received_ns[slot] = side->first_received_ns[slot] = 0;
    fact.peer = to->service.node.id;
    fact.seq = m->seq;
    fact.value = m->sent_ns;
    fact.other = now_ns + to->delay_ns;
    queue_expect_group(to, slot, now_ns);
    probe_emit(from->probe, &fact);
    queue_store(to, slot, NULL, now_ns);
    queue_match(to, now_ns);
}

/* MOVE-4: the next 1/rate later, without the error of a rounded interval adding up. */
static void pace(struct move_task *task, int64_t now_ns)
{
    if (now_ns != task->due_ns) { /* it had to wait */
        task->paced_ns = now_ns;
        task->paced = 0;
    }
    task->paced++;
    task->due_ns = task->paced_ns + units_ns((double)task->paced / task->cfg.rate_per_s);
    take_turn_at(task, task->due_ns);
}

static void on_turn(struct event *event, int64_t now_ns)
{
    struct move_task *task = EVENT_OWNER(event, struct move_task, turn);
    struct queue *source = task->cfg.source;
    if (task->status == MOVE_CANCELLING) {
        end(task, MOVE_CANCELLED, NULL);
        return;
    }
    if (now_ns - task->started_ns >= MOVE_TASK_LONGEST_NS) {
        end(task, MOVE_FAILED, is_too_long); /* MOVE-3; how it ends is (I) */
        return;
    }
    queue_settle(source, now_ns);
    queue_match(source, now_ns); /* RCV-4: whoever waits comes first */
    const uint32_t slot = next_to_move(task, now_ns);
    if (slot == MESSAGE_NONE) {
        if (is_any_left(task))
            look_again(task, now_ns);
        else
            end(task, MOVE_COMPLETED, NULL);
        return;
    }
    struct queue *to = destination_of(task, slot);
    if (to == NULL) {
        end(task, MOVE_FAILED, queue_is_gone); /* MOVE-6 */
        return;
    }
    move(task, slot, to, now_ns);
    task->moved++;
    if (task->moved == task->to_move || source->oldest == MESSAGE_NONE)
        end(task, MOVE_COMPLETED, NULL);
    else
        pace(task, now_ns);
}

void move_task_start(struct move_task *task, const struct move_task_cfg *cfg, int64_t now_ns)
{
    struct queue *source = cfg->source;
    MUST(cfg->destination == NULL || cfg->destination->is_fifo == source->is_fifo);
    MUST(cfg->destination != NULL || source->messages->side.source != NULL ||
         source->oldest == MESSAGE_NONE);
    MUST(cfg->rate_per_s >= 0.0);
    *task = (struct move_task){.cfg = *cfg,
                               .status = MOVE_RUNNING,
                               .started_ns = now_ns,
                               .turn = {.on_due = on_turn},
                               .due_ns = now_ns,
                               .paced_ns = now_ns};
    if (task->cfg.rate_per_s <= 0.0)
        task->cfg.rate_per_s = MOVE_TASK_RATE_PER_S;
    queue_settle(source, now_ns);
    task->to_move = (uint64_t)source->visible + source->in_flight + source->delayed;
    if (task->to_move == 0) {
        task->status = MOVE_COMPLETED;
        return;
    }
    engine_hold(source->engine);
    take_turn_at(task, now_ns);
}

uint64_t move_task_cancel(struct move_task *task)
{
    if (task->status == MOVE_RUNNING)
        task->status = MOVE_CANCELLING;
    return task->moved;
}

void move_task_lose(struct move_task *task, const struct queue *queue)
{
    if (move_task_is_active(task) && (queue == task->cfg.source || queue == task->cfg.destination))
        end(task, MOVE_FAILED, queue_is_gone); /* MOVE-6 */
}

void move_task_free(struct move_task *task)
{
    if (move_task_is_active(task))
        end(task, MOVE_CANCELLED, NULL);
}
