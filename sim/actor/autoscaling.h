// SPDX-License-Identifier: GPL-3.0-or-later
/* An Auto Scaling group: how many instances a consumer is to have, judged each period by a metric
 * of its queue.
 *
 * `target` makes it target tracking; `steps` make it step scaling or, with a `cooldown`, simple
 * scaling.  What it wants is said by SCALED; instances come after their boot and go as the
 * consumer's `shutdown` says. */
#ifndef QUEUELAB_ACTOR_AUTOSCALING_H
#define QUEUELAB_ACTOR_AUTOSCALING_H

#include "base/param.h"
#include "actor/alarm.h"
#include "actor/cloudwatch.h"

struct consumer;

struct autoscaling_step {
    double from, to; /* the metric is in [from, to) */
    int64_t adjustment;
};

struct autoscaling_cfg {
    int64_t min, max; /* max 0: there is no autoscaling */
    int metric;       /* 0: backlog per instance, else 1 + enum cloudwatch_metric */
    double target;    /* 0: steps */
    struct param_items steps;
    int64_t period_ns, boot_ns, warmup_ns;
    int64_t cooldown_ns;             /* -1: none */
    int64_t out_periods, in_periods; /* 0: the policy's */
    double scale_in_share;
};
extern const struct param autoscaling_rows[];

struct autoscaling {
    struct consumer *consumer;
    const struct autoscaling_cfg *cfg;
    struct cloudwatch_feed feed;
    struct alarm_rule rules[2];
    struct alarm high, low; /* target tracking */
    int64_t above, below;   /* steps: datapoints in a row that ask for more, for less */
    int64_t rests_until_ns; /* simple scaling */
    int64_t wanted;
    struct event tick;
};

/* Adds mistakes; count is the consumer's. */
void autoscaling_check(struct param_reader *reader, const struct autoscaling_cfg *cfg,
                       int64_t count, const struct json *node);
/* How many instances a consumer begins with, and how many there can be at once. */
int64_t autoscaling_first(const struct autoscaling_cfg *cfg, int64_t count);
int64_t autoscaling_most(const struct autoscaling_cfg *cfg);

struct autoscaling *autoscaling_new(struct consumer *consumer);
/* The first instances are up. */
void autoscaling_start(struct autoscaling *scaling, int64_t now_ns);
void autoscaling_stop(struct autoscaling *scaling);

#endif
