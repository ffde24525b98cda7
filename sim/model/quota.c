// SPDX-License-Identifier: GPL-3.0-or-later
/* Token buckets.  A bucket is brought up to date when it is asked, so that it costs no event, and a
 * call takes from all its buckets or from none.  Time may stand still between two calls but not go
 * back. */
#include "model/quota.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/must.h"
#include "core/rng.h"
#include "model/message.h"

/* What rounding may take from a token.  It is a call too many at most once, since tokens below 0
 * stay owed. */
static const double slack = 1e-6;

/* Entries of a batch (SND-4). */
enum { MOST_ENTRIES = 10 };

void quota_init(struct quota *quota, bool on, double rate_per_s, double partition_rate_per_s,
                double burst)
{
    memset(quota, 0, sizeof *quota);
    quota->on = on;
    if (!on)
        return;
    MUST(rate_per_s > 0 && burst >= 1);
    quota->rate_per_s = rate_per_s;
    quota->burst = burst;
    quota->partitions = 1;
    if (partition_rate_per_s > 0) {
        /* LIM-4: partitions are whole, and each has the full rate of one. */
        quota->partitions = (uint32_t)fmax(1, ceil(rate_per_s / partition_rate_per_s));
        quota->rate_per_s = partition_rate_per_s;
    }
    quota->buckets = must_alloc(sizeof *quota->buckets * QUOTA_ACTIONS * quota->partitions);
    quota_clear(quota);
}

void quota_free(struct quota *quota)
{
    free(quota->buckets);
    memset(quota, 0, sizeof *quota);
}

void quota_clear(struct quota *quota)
{
    if (!quota->on)
        return;
    quota->turn = 0;
    for (size_t i = 0; i < (size_t)quota->partitions * QUOTA_ACTIONS; i++)
        quota->buckets[i] = (struct quota_bucket){.tokens = quota->burst};
}

/* LIM-4: a group belongs to one partition for good.  What no group is known of is spread evenly. */
static uint32_t partition_of(struct quota *quota, uint32_t group)
{
    if (group == MESSAGE_NO_GROUP) {
        const uint32_t partition = quota->turn;
        quota->turn = (partition + 1) % quota->partitions;
        return partition;
    }
    const uint64_t word = rng_mix(UINT64_C(0x9E3779B97F4A7C15) * ((uint64_t)group + 1)) >> 32;
    return (uint32_t)(word * quota->partitions >> 32);
}

bool quota_bucket_has(struct quota_bucket *bucket, double rate_per_s, double burst, double amount,
                      int64_t now_ns)
{
    const double gain = (double)(now_ns - bucket->last_ns) * 1e-9 * rate_per_s;
    bucket->tokens = fmin(burst, bucket->tokens + gain);
    bucket->last_ns = now_ns;
    return bucket->tokens >= amount - slack;
}

/* Adds a partition's bucket to those that the call needs, once. */
static size_t add_bucket(struct quota_bucket **needed, size_t count, struct quota_bucket *bucket)
{
    for (size_t i = 0; i < count; i++) {
        if (needed[i] == bucket)
            return count;
    }
    needed[count] = bucket;
    return count + 1;
}

/* The buckets that a call needs.  LIM-4: a batch is split by partition, each part is one call
 * there. */
static size_t find_buckets(struct quota *quota, unsigned action, const uint32_t *groups,
                           size_t count, struct quota_bucket **needed)
{
    static const uint32_t none = MESSAGE_NO_GROUP;
    size_t needed_count = 0;
    if (quota->partitions == 1 || count == 0) {
        groups = &none;
        count = 1;
    }
    for (size_t i = 0; i < count; i++) {
        const size_t partition = partition_of(quota, groups[i]);
        needed_count =
            add_bucket(needed, needed_count, &quota->buckets[partition * QUOTA_ACTIONS + action]);
    }
    return needed_count;
}

bool quota_take(struct quota *quota, unsigned action, const uint32_t *groups, size_t count,
                int64_t now_ns)
{
    struct quota_bucket *needed[MOST_ENTRIES];
    if (!quota->on)
        return true;
    MUST(action < QUOTA_ACTIONS && count <= MOST_ENTRIES);
    const size_t needed_count = find_buckets(quota, action, groups, count, needed);
    for (size_t i = 0; i < needed_count; i++) {
        if (!quota_bucket_has(needed[i], quota->rate_per_s, quota->burst, 1, now_ns))
            return false;
    }
    for (size_t i = 0; i < needed_count; i++)
        needed[i]->tokens -= 1;
    return true;
}
