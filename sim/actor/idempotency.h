// SPDX-License-Identifier: GPL-3.0-or-later
/* Where a consumer notes by business key what it has done, so as not to do it twice.
 *
 * checkThenAct looks the key up, acts, and then saves the key: two workers may both look before
 * either saves, and who dies between the act and the save has left no note.  conditionalWrite puts
 * the note only if there is none, in one transaction with the effect: neither can happen.  All
 * workers of a consumer share one store, which outlives their crashes. */
#ifndef QUEUELAB_ACTOR_IDEMPOTENCY_H
#define QUEUELAB_ACTOR_IDEMPOTENCY_H

#include <stdbool.h>
#include <stdint.h>
#include "base/param.h"
#include "core/dist.h"
#include "core/key_table.h"

enum idempotency_kind {
    IDEMPOTENCY_NONE,
    IDEMPOTENCY_CHECK_THEN_ACT,
    IDEMPOTENCY_CONDITIONAL_WRITE
};

struct idempotency_cfg {
    int store; /* enum idempotency_kind */
    struct dist latency;
    int64_t ttl_ns; /* -1: notes stay */
};
extern const struct param idempotency_rows[];
/* Adds a mistake to the reader where the "idempotency" of that consumer, if it has any, says
 * something about a store and names none. */
void idempotency_check(struct param_reader *reader, const struct json *consumer);

struct idempotency {
    const struct idempotency_cfg *cfg;
    struct key_table until_ns; /* by key: the note's end */
};

/* How long a note holds. */
static inline int64_t idempotency_holds_ns(const struct idempotency_cfg *cfg)
{
    return cfg->ttl_ns < 0 ? INT64_MAX : cfg->ttl_ns;
}
void idempotency_free(struct idempotency *store);
/* Without notes, at the beginning of a replication. */
void idempotency_clear(struct idempotency *store);
/* Is there a note that has not expired? */
bool idempotency_has(const struct idempotency *store, uint64_t key, int64_t now_ns);
/* Writes the note, whether there is one or not. */
void idempotency_save(struct idempotency *store, uint64_t key, int64_t now_ns);
/* Writes it only if there is none: true then. */
bool idempotency_save_first(struct idempotency *store, uint64_t key, int64_t now_ns);

#endif
