// SPDX-License-Identifier: GPL-3.0-or-later
/* How many pollers a mapping has: LAM-3, and LAM-6 for provisioned ones. */
#ifndef QUEUELAB_ACTOR_FUNCTION_SCALE_H
#define QUEUELAB_ACTOR_FUNCTION_SCALE_H

#include "actor/function.h"

/* Finds the numbers that go with the configuration. */
void function_scale_init(struct function *function);
/* Opens the first pollers of a replication. */
void function_scale_start(struct function *function, int64_t now_ns);

/* The lane's poll found nothing and waits; its wait is over. */
void function_scale_waits(struct function_lane *lane, int64_t now_ns);
void function_scale_woken(struct function_lane *lane);
/* The lane was given messages. */
void function_scale_received(struct function *function, int64_t now_ns);
/* LAM-6: when the lane's poller may poll; never later than now for one that is not provisioned. */
int64_t function_scale_poll_ns(const struct function_lane *lane);
/* It polls; or it received so many bytes. */
void function_scale_polled(struct function_lane *lane, int64_t bytes, int64_t now_ns);

/* The lane's batch is complete: its poller goes on with another. */
void function_scale_passes(struct function_lane *lane, int64_t now_ns);
/* The batch is done with: true if the lane polls again. */
bool function_scale_goes_on(struct function_lane *lane, int64_t now_ns);
/* The lane, without a batch, waited in vain: false if it, and with it its poller, goes. */
bool function_scale_stays(struct function_lane *lane, int64_t now_ns);

#endif
