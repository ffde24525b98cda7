// SPDX-License-Identifier: GPL-3.0-or-later
/* A plan as the commands of a sweep open it: made for a scenario, read from its file, or found in a
 * part; with the scenario and the result that belong to it.  What is wrong is said on stderr. */
#ifndef QUEUELAB_CLI_SHARDS_H
#define QUEUELAB_CLI_SHARDS_H

#include <stdbool.h>
#include "experiment/plan.h"
#include "cli/options.h"

/* The scenario file of a plan for which everything but its files is filled in; finds the files that
 * it reads.  NULL: no. */
struct scenario_file *shards_scenario(struct plan *plan);
/* Notes the digests of the files that the scenario reads (is_new), or compares them.  False: one
 * cannot be read, or is another. */
bool shards_check_files(struct plan *plan, const struct scenario_file *file, bool is_new);
/* False if the plan was made by another program. */
bool shards_check_build(const struct plan *plan, const char *where);

/* False, said: something else than a plan stands there, a scenario or a device, and would be lost.
 */
bool shards_may_write_plan(const char *path);
/* Reads a plan's file; its digest is that of the bytes read. */
bool shards_read_plan(struct plan *plan, const char *path);

/* False if the plan is not what its scenario and shards make of it. */
bool shards_check_plan(struct plan *plan, const struct result *result, const char *where);

/* What stands at the place of a shard's part; why says what is wrong with one that is bad. */
enum shards_state { SHARDS_MISSING, SHARDS_DONE, SHARDS_BAD, SHARDS_FOREIGN };

enum shards_state shards_look(const char *path, const struct plan *plan, size_t shard,
                              const char **why);

/* Prints "queuelab sweep" and the sentence; EXIT_USAGE. */
int shards_misuse(const char *sentence);

/* The commands; each returns an exit status. */
int shards_plan(const struct options *options, const char *operand);
int shards_run(const struct options *options, const char *operand);
int shards_merge(const struct options *options, const char *folder);
int shards_status(const struct options *options, const char *plan, const char *folder);

#endif
