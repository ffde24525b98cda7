// SPDX-License-Identifier: GPL-3.0-or-later
/* A consumer as a scenario describes it. */
#ifndef QUEUELAB_ACTOR_CONSUMER_CFG_H
#define QUEUELAB_ACTOR_CONSUMER_CFG_H

#include "core/dist.h"
#include "core/node.h"
#include "model/queue.h"
#include "actor/breaker.h"
#include "actor/autoscaling.h"
#include "actor/heartbeat.h"
#include "actor/idempotency.h"
#include "actor/join.h"
#include "actor/retry.h"

enum consumer_acknowledge { ACKNOWLEDGE_AFTER, ACKNOWLEDGE_BEFORE, ACKNOWLEDGE_NEVER };
enum consumer_failure { FAILURE_ABANDON, FAILURE_RELEASE, FAILURE_CRASH };

enum consumer_shutdown { SHUTDOWN_GRACEFUL, SHUTDOWN_ABRUPT };

struct consumer_failure_cfg {
    double probability;
    int mode; /* enum consumer_failure */
    struct dist restart;
};

struct consumer_cfg {
    struct node_ref from;
    int64_t count, concurrency;
    int64_t start_ns, stop_ns; /* stop -1: never */
    int shutdown;              /* enum consumer_shutdown */
    int64_t max_messages;
    int64_t wait_ns, visibility_ns; /* -1: the queue's */
    struct dist poll_interval;
    struct dist service;
    bool per_group;
    int acknowledge; /* enum consumer_acknowledge */
    int64_t delete_batch;
    struct consumer_failure_cfg failure;
    struct heartbeat_cfg heartbeat;
    struct autoscaling_cfg autoscaling;
    bool poison; /* fails at what is marked so */
    struct retry_cfg retry;
    struct param_items then; /* of struct forward_cfg */
    int64_t max_hops;
    struct join_cfg join;
    struct idempotency_cfg idempotency;
    struct node_ref downstream;
    int64_t timeout_ns; /* of a call to the downstream */
    struct breaker_cfg breaker;
};

extern const struct param consumer_cfg_rows[];

/* The hooks of struct actor_kind that look at the configuration alone. */
unsigned consumer_cfg_wants(const void *cfg);
bool consumer_cfg_is_instant(const void *cfg);
/* True if a message whose key its store has takes it no time. */
bool consumer_cfg_skips_at_once(const struct consumer_cfg *cfg);
void consumer_cfg_check(struct param_reader *reader, void *cfg, const struct json *node);
const char *consumer_cfg_stuck(const void *cfg, const struct queue_cfg *reads, int64_t network_ns);

#endif
