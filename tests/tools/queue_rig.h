// SPDX-License-Identifier: GPL-3.0-or-later
/* A queue of any kind and its dead-letter queue for tests by hand, with all invariants listening.
 *
 * Messages are numbers: a send takes one, and what a receive returns is such numbers in a text with
 * blanks between.  Times are seconds.  In a FIFO queue every message has a group and a
 * deduplication id of its own, unless the test says otherwise. */
#ifndef QUEUELAB_TOOLS_QUEUE_RIG_H
#define QUEUELAB_TOOLS_QUEUE_RIG_H

#include "model/queue.h"
#include "observe/observe.h"

enum { QUEUE_RIG_NUMBERS = 4000, QUEUE_RIG_POLLS = 8, QUEUE_RIG_TEXT = 512, QUEUE_RIG_ACTS = 4 };
enum { QUEUE_RIG_JOBS, QUEUE_RIG_DEAD, QUEUE_RIG_WEB, QUEUE_RIG_WORKER, QUEUE_RIG_NODES };

/* A long poll, and when it was answered. */
struct queue_rig_poll {
    struct poll poll;
    struct delivery out[10];
    int64_t answered_ns; /* -1: not yet */
    uint32_t place;      /* among the answers, from 1 */
};

/* A send at a time. */
struct queue_rig_act {
    struct event event;
    struct queue_rig *rig;
    uint32_t number;
};

struct queue_rig {
    const struct queue_kind *kind;
    struct engine engine;
    struct messages messages;
    struct probe probe;
    struct queue_limits limits;
    struct queue_cfg cfg, dead_cfg; /* change them before queue_rig_open */
    unsigned wants;                 /* side tables besides the kind's */
    bool invariants;
    struct queue queue, dead;
    struct observe *observe;
    struct node nodes[QUEUE_RIG_NODES];
    const struct node *node_list[QUEUE_RIG_NODES];
    int64_t now_ns;
    struct send send;           /* what the next sends are like, but for root and ids */
    struct sent reply;          /* to the latest send */
    enum receive_status status; /* of the latest receive */
    struct delivery out[10];
    uint32_t out_count;
    struct delivery handles[QUEUE_RIG_NUMBERS]; /* the latest of each message */
    struct delivery firsts[QUEUE_RIG_NUMBERS];  /* the first of each message */
    struct queue *givers[QUEUE_RIG_NUMBERS];    /* who gave the latest handle */
    struct queue_rig_poll polls[QUEUE_RIG_POLLS];
    struct queue_rig_act acts[QUEUE_RIG_ACTS];
    uint32_t act_count, answers;
    uint64_t told[PROBE_KIND_COUNT]; /* facts by kind */
    struct fact last[PROBE_KIND_COUNT];
    char text[QUEUE_RIG_TEXT];
};

/* Fills the configurations with AWS's defaults, quotas off, no redrive policy. */
void queue_rig_init(struct queue_rig *rig, const struct queue_kind *kind);
/* Makes the queues; with cfg.redrive.max_receives > 0 dead is the dead-letter queue. */
void queue_rig_open(struct queue_rig *rig);
/* Runs the end checks of the invariants too. */
void queue_rig_close(struct queue_rig *rig);

/* Lets time pass up to a time, that instant's events not included. */
void queue_rig_at(struct queue_rig *rig, double seconds);

/* One SendMessage, or a batch of the numbers from first on. */
enum send_status queue_rig_send(struct queue_rig *rig, uint32_t number);
enum send_status queue_rig_send_batch(struct queue_rig *rig, uint32_t first, size_t count,
                                      struct sent *replies);
/* Sends number straight into the dead-letter queue, as if by hand; FIFO: into group 1. */
void queue_rig_send_dead(struct queue_rig *rig, uint32_t number);
/* Sends the numbers 1 to count at these seconds, and lets each be dead-lettered at once; a receive
 * before that must be all that maxReceiveCount allows. */
void queue_rig_dead_letter(struct queue_rig *rig, uint32_t count);
/* Sends number when that time comes, among the events of its instant. */
void queue_rig_send_at(struct queue_rig *rig, uint32_t number, double seconds);

/* One short poll; visibility_s < 0: the queue's.  Returns the numbers received. */
const char *queue_rig_receive(struct queue_rig *rig, struct queue *queue, uint32_t max,
                              double visibility_s);

/* A long poll with a number of its own; returns what it got at once, or "waits". */
const char *queue_rig_poll(struct queue_rig *rig, size_t which, uint32_t max, double wait_s);
/* What a poll got: "waits", or its numbers and when it was answered, as "1 2 @ 5". */
const char *queue_rig_answer(struct queue_rig *rig, size_t which);

/* By the latest handle. */
enum delete_status queue_rig_delete(struct queue_rig *rig, struct queue *queue, uint32_t number);
enum visibility_status queue_rig_change(struct queue_rig *rig, uint32_t number,
                                        double visibility_s);

/* "visible in-flight delayed", once everything due is settled. */
const char *queue_rig_counts(struct queue_rig *rig, struct queue *queue);

#endif
