// SPDX-License-Identifier: GPL-3.0-or-later
/* A run cut into shards for many machines.  A shard is a range of (cell, replication) pairs,
 * counted through all cells in their order, and a plan says all that a shard depends on: the
 * scenario's text and overrides, the files that it reads, and the program.  It is a function of
 * these, byte for byte, so that its digest tells parts of one plan from those of any other. */
#ifndef QUEUELAB_EXPERIMENT_PLAN_H
#define QUEUELAB_EXPERIMENT_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include "base/text.h"
#include "experiment/result.h"

enum { PLAN_SHARDS_MAX = 100000 };

/* A file that the scenario reads, named as the scenario names it. */
struct plan_file {
    const char *path;
    const char *sha256;
};

struct plan {
    struct arena arena;
    const char *version, *commit; /* of the program */
    const char *path;             /* of the scenario */
    const char *scenario;         /* its text */
    size_t override_count;
    struct scenario_override *overrides;
    size_t file_count;
    struct plan_file *files;
    size_t shard_count;
    char sha256[65]; /* of the text that plan_text gives */
};

void plan_init(struct plan *plan);
void plan_free(struct plan *plan);

/* Finds the files that a scenario names in its tree, variants and sweep; their digests are the
 * caller's to fill in. */
void plan_find_files(struct plan *plan, const struct scenario_file *file);

/* Appends the plan as it stands in its file, and notes its digest; result is of its scenario. */
void plan_text(struct plan *plan, const struct result *result, struct text *out);

/* The members of a plan that are not a function of the others: in the plan itself and in each part.
 */
void plan_write_members(struct json_writer *w, const struct plan *plan);
/* Reads them, save the digest, of which nothing can be said before there is a result.  False if
 * something is not as it was written. */
bool plan_read_members(struct plan *plan, const struct json *object);

/* --- ranges --- */

/* Replications from .. to-1 of a cell. */
struct plan_piece {
    size_t cell, from, to;
};

/* The pieces of a shard one after another. */
struct plan_walk {
    const struct result *result;
    size_t at, to;       /* in pairs */
    size_t cell, before; /* at hand, and the pairs before it */
};
size_t plan_replications(const struct result *result); /* pairs in all */
struct plan_walk plan_walk(const struct plan *plan, const struct result *result, size_t shard);
bool plan_next(struct plan_walk *walk, struct plan_piece *piece);

#endif
