// SPDX-License-Identifier: GPL-3.0-or-later
/* A producer as a scenario describes it. */
#ifndef QUEUELAB_ACTOR_PRODUCER_CFG_H
#define QUEUELAB_ACTOR_PRODUCER_CFG_H

#include "core/node.h"
#include "actor/arrival.h"
#include "actor/breaker.h"
#include "actor/payload.h"
#include "actor/retry.h"

struct batch_cfg {
    int64_t size, window_ns;
};

struct producer_cfg {
    struct node_ref to;
    int64_t count;
    struct param_choice arrivals;
    int64_t messages;          /* per instance; 0: no limit */
    int64_t start_ns, stop_ns; /* stop_ns -1: never */
    struct batch_cfg batch;
    struct payload_cfg message;
    int64_t timeout_ns;
    struct retry_cfg retry;
    struct breaker_cfg breaker;
};

extern const struct param producer_cfg_rows[];

/* The hooks of struct actor_kind that look at the configuration alone. */
unsigned producer_cfg_wants(const void *cfg);
bool producer_cfg_ends(const void *cfg);
const char *producer_cfg_stuck(const void *cfg, const struct queue_cfg *reads, int64_t network_ns);
bool producer_cfg_has_business_keys(const void *cfg);
bool producer_cfg_wants_ended(const void *cfg);
bool producer_cfg_is_instant(const void *cfg);
uint16_t producer_cfg_sends(const void *cfg);
const char *producer_cfg_refused(const void *cfg, bool by_fifo, const struct queue_cfg *to);
const char *producer_cfg_refused_by_topic(const void *cfg, const struct topic_cfg *to);
const char *producer_cfg_refused_by_endpoint(const void *cfg);
void producer_cfg_check(struct param_reader *reader, void *cfg, const struct json *node);

#endif
