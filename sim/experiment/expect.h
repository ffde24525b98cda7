// SPDX-License-Identifier: GPL-3.0-or-later
/* Verdicts on a scenario's `expect` block.  A comparison judges the mean over the replications;
 * `==` must hold in every one of them; `vs` compares with another variant at the same sweep point;
 * an order of receives is that of replication 1.  A value that is not available fulfils nothing. */
#ifndef QUEUELAB_EXPERIMENT_EXPECT_H
#define QUEUELAB_EXPERIMENT_EXPECT_H

#include <stdbool.h>
#include <stddef.h>
#include "experiment/result.h"

struct verdict {
    const struct scenario_expect *expect;
    const struct cell *cell;
    const struct cell *other; /* that it is compared with; NULL: a number is */
    bool holds;
    double seen, wanted;  /* means; NAN for an order of receives and where not available */
    const char *sentence; /* "orders duplicates rate is 0.012, expected < 0.01" */
};

/* Adds to diag what a cell's expectations, and its "precisionOf", name that nobody measures, once a
 * replication is in. */
void expect_names(const struct result *result, const struct cell *cell, struct diag *diag);

/* Fills the result's verdicts, for cells with at least one replication. */
void expect_judge(struct result *result);
size_t expect_failures(const struct result *result); /* how many verdicts do not hold */

/* True if a value satisfies the comparison. */
bool expect_holds(const struct scenario_expect *expect, double seen, double wanted);

/* "==", "<", ... */
const char *expect_is_word(int is);

/* What an expectation is about. */
const char *expect_entity(const struct verdict *verdict);
const char *expect_metric(const struct verdict *verdict); /* "receivedOrder" for an order */
const char *expect_stat(const struct verdict *verdict);   /* may be NULL */
const char *expect_word(const struct verdict *verdict);   /* expect_is_word of its comparison */
const char *expect_versus(const struct verdict *verdict); /* the other variant; NULL: a number */

#endif
