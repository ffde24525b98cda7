// SPDX-License-Identifier: GPL-3.0-or-later
/* An entry of `then` as a scenario describes it: where a consumer sends on to, when, and what. */
#ifndef QUEUELAB_ACTOR_FORWARD_CFG_H
#define QUEUELAB_ACTOR_FORWARD_CFG_H

#include "core/node.h"
#include "actor/payload.h"

enum forward_when { FORWARD_ON_SUCCESS, FORWARD_ON_FAILURE, FORWARD_ALWAYS };
enum forward_correlation { FORWARD_SAME, FORWARD_NEW };

struct forward_cfg {
    struct node_ref to;
    int when;                   /* enum forward_when */
    struct payload_cfg message; /* what is not given is as in the message worked on */
    int64_t count;
    int correlation; /* enum forward_correlation */
};

/* Of a row of type param_list; the field is a struct param_items of struct forward_cfg. */
extern const struct param_list_of forward_cfg_list;

/* Side tables of messages that it needs. */
unsigned forward_cfg_wants(const struct param_items *then);
/* Adds mistakes that rows cannot say. */
void forward_cfg_check(struct param_reader *reader, const struct param_items *then,
                       const struct json *node);
/* Say why that queue or topic would refuse every message, or NULL; may_have_group: the messages
 * worked on may have one. */
const char *forward_cfg_refused(const struct forward_cfg *cfg, bool by_fifo,
                                const struct queue_cfg *to, bool may_have_group);
const char *forward_cfg_refused_by_topic(const struct forward_cfg *cfg, const struct topic_cfg *to,
                                         bool may_have_group);

#endif
