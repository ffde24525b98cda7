// SPDX-License-Identifier: GPL-3.0-or-later
/* A message move task (StartMessageMoveTask): takes what was dead-lettered back to where it came
 * from, or to one destination, one message at a time.
 *
 * Its owner embeds it, keeps at most one for each source (MOVE-3), and judges the request: that the
 * source is a dead-letter queue and both ends are of one kind.  A task that is active holds the
 * engine. */
#ifndef QUEUELAB_MODEL_MOVE_TASK_H
#define QUEUELAB_MODEL_MOVE_TASK_H

#include <stdbool.h>
#include <stdint.h>
#include "core/engine.h"
#include "model/queue.h"

enum move_status {
    MOVE_RUNNING,
    MOVE_COMPLETED,
    MOVE_CANCELLING, /* MOVE-5: until its next turn */
    MOVE_CANCELLED,
    MOVE_FAILED
};

#define MOVE_TASK_RATE_PER_S 500.0       /* MOVE-4: the default */
#define MOVE_TASK_LONGEST_NS (36 * HOUR) /* MOVE-3 */

struct move_task_cfg {
    struct queue *source;
    struct queue *destination; /* NULL: each message to the queue that dead-lettered it (MOVE-2),
                                  which needs MESSAGE_WANT_SOURCE */
    double rate_per_s;         /* 0: MOVE_TASK_RATE_PER_S */
    /* NULL when that queue is gone; unused with a destination. */
    struct queue *(*queue_by_id)(void *context, uint16_t id);
    void *context;
};

struct move_task {
    struct move_task_cfg cfg;
    enum move_status status;
    const char *failure; /* FailureReason; NULL unless it failed */
    int64_t started_ns;
    uint64_t to_move; /* MOVE-8: messages in the source at the start */
    uint64_t moved;
    struct event turn;
    int64_t due_ns;   /* of the next move, by the rate */
    int64_t paced_ns; /* the rate counts from this move ... */
    uint64_t paced;   /* ... and so many were made since, with it */
};

/* The task need not be initialised.  Moves its first message among the events of now_ns; an empty
 * source completes at once. */
void move_task_start(struct move_task *task, const struct move_task_cfg *cfg, int64_t now_ns);
/* MOVE-5: asks a running task to end.  Returns how many it has moved so far. */
uint64_t move_task_cancel(struct move_task *task);
/* A queue is about to be deleted: an active task fails that reads from it or moves to it. */
void move_task_lose(struct move_task *task, const struct queue *queue);
/* Takes the task out of its engine, whatever it was about. */
void move_task_free(struct move_task *task);

static inline bool move_task_is_active(const struct move_task *task)
{
    return task->status == MOVE_RUNNING || task->status == MOVE_CANCELLING;
}

#endif
