// SPDX-License-Identifier: GPL-3.0-or-later
/* A FIFO queue and a FIFO dead-letter queue for tests by hand.  Messages are named in text: "g1-m2"
 * is message 2 of group 1, and what a receive returns is such names with blanks between.  Times are
 * seconds. */
#ifndef QUEUELAB_TOOLS_FIFO_RIG_H
#define QUEUELAB_TOOLS_FIFO_RIG_H

#include "model/queue.h"

enum { FIFO_RIG_GROUPS = 10, FIFO_RIG_NUMBERS = 10, FIFO_RIG_TEXT = 128 };

struct fifo_rig {
    struct engine engine;
    struct messages messages;
    struct probe probe;
    struct queue_limits limits;
    struct queue_cfg cfg; /* of queue; change it before fifo_rig_open */
    struct queue_cfg dead_cfg;
    struct queue queue, dead;
    int64_t now_ns;
    struct sent reply;       /* to the latest send */
    struct delivery out[10]; /* of the latest receive */
    struct poll poll;
    struct delivery handles[FIFO_RIG_GROUPS][FIFO_RIG_NUMBERS]; /* the latest of each message */
    char text[FIFO_RIG_TEXT];
};

/* Fills cfg with AWS's defaults, quotas off; then fifo_rig_open makes the queues from it. */
void fifo_rig_init(struct fifo_rig *rig);
void fifo_rig_open(struct fifo_rig *rig);
void fifo_rig_close(struct fifo_rig *rig);

/* Lets time pass up to a time, that instant's events not included. */
void fifo_rig_at(struct fifo_rig *rig, double seconds);

/* Sends the messages named, in one call each, with deduplication ids of their own. */
void fifo_rig_send(struct fifo_rig *rig, const char *names);
/* Sends one message with a deduplication id; the reply is in rig->reply. */
enum send_status fifo_rig_send_as(struct fifo_rig *rig, const char *name, uint64_t dedup);

/* One short poll; visibility_s < 0: the queue's.  Returns the names received. */
const char *fifo_rig_receive(struct fifo_rig *rig, struct queue *queue, uint32_t max,
                             double visibility_s);
/* The names in rig->poll, which was answered. */
const char *fifo_rig_answer(struct fifo_rig *rig);

struct delivery fifo_rig_handle(const struct fifo_rig *rig, const char *name);
enum delete_status fifo_rig_delete(struct fifo_rig *rig, const char *name);
enum visibility_status fifo_rig_change(struct fifo_rig *rig, const char *name, double visibility_s);

#endif
