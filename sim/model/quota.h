// SPDX-License-Identifier: GPL-3.0-or-later
/* API quotas of a FIFO queue (LIM-2, LIM-3, LIM-4): token buckets per action, in whole nanoseconds.
 *
 * A bucket holds up to `burst` tokens and gains `rate` per second.  In high-throughput mode a group
 * belongs to a partition by its number's hash, every partition has buckets of its own, and a batch
 * is split by partition, each part counting one call there. */
#ifndef QUEUELAB_MODEL_QUOTA_H
#define QUEUELAB_MODEL_QUOTA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { QUOTA_ACTIONS = 4 };

struct quota_bucket {
    double tokens;
    int64_t last_ns;
};

struct quota {
    bool on;
    double rate_per_s; /* of one bucket */
    double burst;
    uint32_t partitions;          /* 1: per queue */
    uint32_t turn;                /* the partition of the next call that names no group */
    struct quota_bucket *buckets; /* partitions x QUOTA_ACTIONS */
};

/* rate_per_s is the whole queue's; with partition_rate_per_s > 0 there are as many partitions as
 * that rate fills. */
void quota_init(struct quota *quota, bool on, double rate_per_s, double partition_rate_per_s,
                double burst);
void quota_free(struct quota *quota);
void quota_clear(struct quota *quota);

/* Takes one call of an action for the groups of its entries (one group may stand for all); false:
 * throttled, nothing was taken.  A call without groups, or with MESSAGE_NO_GROUP as a receive has
 * it, counts against the partitions by turns. */
bool quota_take(struct quota *quota, unsigned action, const uint32_t *groups, size_t count,
                int64_t now_ns);

/* A bucket by itself: has it amount tokens at now_ns?  Whoever takes them subtracts them. */
bool quota_bucket_has(struct quota_bucket *bucket, double rate_per_s, double burst, double amount,
                      int64_t now_ns);

#endif
