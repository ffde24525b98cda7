// SPDX-License-Identifier: GPL-3.0-or-later
/* A queue's metrics as CloudWatch has them for alarms and autoscaling: a value a minute, and none
 * while the queue is not in use (CW-1).  The metrics of a result are exact and not these.
 *
 * It hears the facts on their way to the sink, and only where somebody asks for metrics. */
#ifndef QUEUELAB_ACTOR_CLOUDWATCH_H
#define QUEUELAB_ACTOR_CLOUDWATCH_H

#include "model/queue.h"

/* CW-2 */
enum cloudwatch_metric {
    CLOUDWATCH_VISIBLE,
    CLOUDWATCH_NOT_VISIBLE,
    CLOUDWATCH_DELAYED,
    CLOUDWATCH_AGE,
    CLOUDWATCH_SENT,
    CLOUDWATCH_RECEIVED,
    CLOUDWATCH_DELETED,
    CLOUDWATCH_EMPTY
};
/* Their names, ending in NULL. */
extern const char *const cloudwatch_words[];

/* The statistics of a period; names ending in NULL. */
enum cloudwatch_statistic {
    CLOUDWATCH_AVERAGE,
    CLOUDWATCH_SUM,
    CLOUDWATCH_MINIMUM,
    CLOUDWATCH_MAXIMUM
};
extern const char *const cloudwatch_statistic_words[];

#define CLOUDWATCH_MINUTE_NS INT64_C(60000000000)

/* What was heard of a queue. */
struct cloudwatch_heard {
    uint64_t sent, received, deleted, empty;
    int64_t last_ns; /* of any fact; -1: none yet */
};

struct cloudwatch {
    size_t queue_count;
    struct cloudwatch_heard *heard; /* by queue */
    bool is_wanted;
    void (*sink)(void *context, const struct fact *fact); /* where facts go on to */
    void *context;
};

struct cloudwatch *cloudwatch_new(size_t queue_count, struct arena *arena);
/* At the start of a replication, once the probe has its sink: hears from now on, if it is wanted.
 */
void cloudwatch_listen(struct cloudwatch *cloudwatch, struct probe *probe);

/* One metric of a queue, read once a minute; a counter's value is what came since the last time. */
struct cloudwatch_feed {
    struct cloudwatch *cloudwatch;
    const struct queue *queue;
    int metric; /* enum cloudwatch_metric */
    uint64_t before;
};
/* When the world is made. */
void cloudwatch_watch(struct cloudwatch_feed *feed, struct cloudwatch *cloudwatch,
                      const struct queue *queue, int metric);
/* At the start of a replication. */
void cloudwatch_begin(struct cloudwatch_feed *feed);
/* NAN: there is no value, since the queue is not in use. */
double cloudwatch_read(struct cloudwatch_feed *feed, int64_t now_ns);

/* The statistic of a period, from its minutes' values. */
struct cloudwatch_period {
    double sum, least, most;
    uint32_t count;
};
void cloudwatch_add(struct cloudwatch_period *period, double value); /* NAN: a minute without one */
/* The datapoint (NAN: none); the next period begins. */
double cloudwatch_close(struct cloudwatch_period *period, int statistic);

#endif
