// SPDX-License-Identifier: GPL-3.0-or-later
/* Trying again: how often, after how long, with which jitter.  The forms of jitter are those of the
 * AWS Architecture Blog, "Exponential Backoff And Jitter" (2015): full, equal, decorrelated. */
#ifndef QUEUELAB_ACTOR_RETRY_H
#define QUEUELAB_ACTOR_RETRY_H

#include <stdint.h>
#include "base/param.h"
#include "core/rng.h"

enum retry_jitter { RETRY_FULL, RETRY_EQUAL, RETRY_DECORRELATED, RETRY_NONE };

struct retry_cfg {
    int64_t attempts; /* in all, the first included */
    int64_t backoff_ns, max_backoff_ns;
    int jitter; /* enum retry_jitter */
};
extern const struct param retry_rows[];

/* True if the pauses have no length, so that trying again takes no time. */
static inline bool retry_is_instant(const struct retry_cfg *cfg)
{
    return cfg->backoff_ns == 0 || cfg->max_backoff_ns == 0;
}

/* The pause before try number `tries` + 1 (tries >= 1 were made); previous_ns is the pause before,
 * 0 at first. */
int64_t retry_pause_ns(const struct retry_cfg *cfg, uint32_t tries, int64_t previous_ns,
                       struct rng *rng);

#endif
