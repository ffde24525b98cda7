// SPDX-License-Identifier: GPL-3.0-or-later
/* A server of a standard queue cannot be reached: what it has a copy of can be delivered again,
 * although it was received or deleted (RCV-11). */
#include "fault/fault.h"

struct storage_cfg {
    double duplicate_p, resurrect_p;
};

static void turn(struct fault *fault, uint16_t node, bool on, int64_t now_ns)
{
    const struct storage_cfg *cfg = fault->plan->own;
    fault_turn(fault, node, FAULT_COPY_RECEIVED, cfg->duplicate_p, on, now_ns);
    fault_turn(fault, node, FAULT_COPY_DELETED, cfg->resurrect_p, on, now_ns);
}

static void check_queue(struct param_reader *reader, void *cfg, const struct json *node,
                        const char *name, const struct queue_kind *kind)
{
    (void)cfg;
    if (kind == &queue_sqs_fifo)
        param_error(reader, node, "\"storage\" strikes standard queues; \"%s\" is a FIFO queue",
                    name);
}

// clang-format off
static const struct param rows[] = {
    { "duplicateOnReceive", &param_probability, offsetof(struct storage_cfg, duplicate_p), "0.1", 0,
      1, NULL, NULL, 0, "RCV-11", "Chance that a copy survives a receive." },
    { "resurrectAfterDelete", &param_probability, offsetof(struct storage_cfg, resurrect_p), "0.1",
      0, 1, NULL, NULL, 0, "RCV-11", "Chance that a copy survives a delete." },
    PARAM_END
};
// clang-format on

const struct fault_kind fault_storage = {
    .name = "storage",
    .doc = "A server of a standard queue is unreachable: copies survive.",
    .params = rows,
    .cfg_bytes = sizeof(struct storage_cfg),
    .strikes = NODE_REF_TO(NODE_QUEUE),
    .check_queue = check_queue,
    .turn = turn,
};
