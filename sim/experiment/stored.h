// SPDX-License-Identifier: GPL-3.0-or-later
/* A result that was written by a run, read back: its scenario, and the value of every row in every
 * replication.  Histograms, series and orders of receives are not read; nothing is run. */
#ifndef QUEUELAB_EXPERIMENT_STORED_H
#define QUEUELAB_EXPERIMENT_STORED_H

#include <stdbool.h>
#include <stddef.h>
#include "base/json.h"
#include "experiment/result.h"

struct stored {
    struct arena arena;
    struct scenario_file *file;
    struct result *result;
    const char *version, *commit; /* of the program that wrote it */
    const char *sha256;           /* of the scenario as it was given to that program */
};

/* The scenario's name in a result.json; NULL after adding to diag: it is none. */
const char *stored_name(const struct json_doc *doc, struct diag *diag);

/* The folder from which the scenario of a result.json was run; NULL: it does not say. */
const char *stored_origin(const struct json_doc *doc, struct arena *arena);

/* Reads a folder's metrics.csv.  doc is its result.json, scenario the text of its <name>.json.
 * False after adding to diag; either way to be freed. */
bool stored_read(struct stored *stored, const char *folder, const struct json_doc *doc,
                 const struct text *scenario, struct diag *diag);
void stored_free(struct stored *stored);

/* The first pointers at which the scenarios differ, "/queues/orders/DelaySeconds, ...", seed and
 * number of replications apart; "" if nowhere.  In the arena. */
const char *stored_differences(struct arena *arena, const struct stored *a, const struct stored *b);

#endif
