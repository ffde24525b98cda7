// SPDX-License-Identifier: GPL-3.0-or-later
/* A function and its event source mapping as a scenario describes them. */
#ifndef QUEUELAB_ACTOR_FUNCTION_CFG_H
#define QUEUELAB_ACTOR_FUNCTION_CFG_H

#include "core/dist.h"
#include "core/node.h"
#include "model/queue.h"
#include "actor/function_filter.h"
#include "actor/retry.h"

enum function_failure { FUNCTION_FAILS_WHOLE, FUNCTION_FAILS_ITEM };
enum function_architecture { FUNCTION_X86_64, FUNCTION_ARM64 };

struct function_failure_cfg {
    double probability;
    int mode; /* enum function_failure */
};

/* How many batches are read at once (LAM-3).  A number of -1 is the profile's. */
struct function_scaling_cfg {
    int64_t start, idle_pollers, per_minute, maximum;
    int64_t shrink_after_ns;
    bool hold_on_trouble;
};

struct function_cfg {
    struct node_ref from;
    int64_t batch_size, window_ns;
    int response_types;          /* bit 0: ReportBatchItemFailures */
    int64_t maximum_concurrency; /* -1: none */
    int64_t reserved;            /* ReservedConcurrentExecutions; -1: none */
    struct function_provisioned_cfg {
        int64_t minimum, maximum; /* both -1: not provisioned */
    } provisioned;
    int64_t timeout_ns, memory_mib;
    int architectures; /* a bit of enum function_architecture */
    struct dist service;
    bool per_message, poison, stop_at_failure, mix_groups;
    struct function_failure_cfg failure;
    struct function_filter_cfg filter;
    struct function_scaling_cfg scaling;
    struct retry_cfg throttle_retry, error_pause; /* attempts are not used */
    struct param_items then;                      /* of struct forward_cfg */
    int64_t max_hops;
    struct retry_cfg retry; /* of what it sends on */
    /* Of invocations that no queue brings. */
    int64_t event_retries, event_age_ns;
    struct node_ref on_failure;
};

/* What a dated profile says of functions. */
struct function_limits {
    int64_t growth_per_minute, mapping_concurrency;                 /* LAM-3 */
    int64_t provisioned_growth_per_minute, provisioned_concurrency; /* LAM-6 */
    int64_t account_concurrency;                                    /* LAM-4 */
    int64_t unreserved_concurrency; /* what of it no function may reserve */
};

/* LAM-6: a provisioned poller's share. */
enum { FUNCTION_POLLER_INVOKES = 10, FUNCTION_POLLER_POLLS_PER_S = 10 };
#define FUNCTION_POLLER_BYTES_PER_S 1000000

extern const struct param function_cfg_rows[];

static inline bool function_cfg_reports(const struct function_cfg *cfg)
{
    return (cfg->response_types & 1) != 0;
}
static inline bool function_cfg_is_provisioned(const struct function_cfg *cfg)
{
    return cfg->provisioned.minimum >= 0 || cfg->provisioned.maximum >= 0;
}
/* LAM-6: pollers at least and at most. */
int64_t function_cfg_least_pollers(const struct function_cfg *cfg);
int64_t function_cfg_most_pollers(const struct function_cfg *cfg);

/* The hooks of struct actor_kind that look at the configuration alone. */
unsigned function_cfg_wants(const void *cfg);
bool function_cfg_is_instant(const void *cfg);
void function_cfg_check(struct param_reader *reader, void *cfg, const struct json *node);
const char *function_cfg_unfit(const void *cfg, bool is_fifo, const struct queue_cfg *reads);

#endif
