// SPDX-License-Identifier: GPL-3.0-or-later
/* What a shard leaves behind: a text that holds its replications, the plan that it is of, and a
 * digest of itself, so that a part that is not whole is known.  It is a function of plan and shard:
 * whoever runs it writes the same bytes.
 *
 * Joining the parts of a plan in the order of their shards gives the result of one machine. */
#ifndef QUEUELAB_EXPERIMENT_PART_H
#define QUEUELAB_EXPERIMENT_PART_H

#include <stdbool.h>
#include <stddef.h>
#include "experiment/plan.h"
#include "experiment/run.h"

/* Runs a shard and appends its part.  False when it was interrupted, or after adding to diag. */
bool part_write(struct text *out, struct result *result, const struct plan *plan, size_t shard,
                const struct run_options *options, struct diag *diag);

/* A part that was read. */
struct part {
    const char *bytes; /* not owned */
    size_t length;
    size_t shard;
    char plan_sha256[65];
    struct plan plan; /* without its digest; to be freed */
};

/* Looks at a part's head and digest.  NULL: it is a part and whole; else what it is instead, such
 * as "is truncated".  To be closed in any case. */
const char *part_open(struct part *part, const char *bytes, size_t length);
void part_close(struct part *part);

/* Adds its replications to a result that holds those of all shards before it.  False if they are
 * not what the plan asks for: then the result is of no use. */
bool part_join(const struct part *part, struct result *result);

#endif
