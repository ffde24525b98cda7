// SPDX-License-Identifier: GPL-3.0-or-later
/* The runs that a scenario file asks for: its variants, and the points of its sweep. */
#ifndef QUEUELAB_SCENARIO_SWEEP_H
#define QUEUELAB_SCENARIO_SWEEP_H

#include <stdbool.h>
#include "scenario/scenario.h"

enum { SWEEP_POINTS_MAX = 100000 };

/* Fills the variants, axes and points of file from its tree.  Returns false after adding to diag
 * what is wrong; what could be read is then still there, and is at least one variant and one point.
 */
bool sweep_read(struct scenario_file *file, struct diag *diag);

/* Applies an override of the command line to the tree, before sweep_read: on a swept pointer the
 * value takes the place of the axis' values.  Returns false after adding to diag. */
bool sweep_override(struct scenario_file *file, const struct scenario_override *override,
                    struct diag *diag);

/* Patches doc, a copy of the file's tree, for a variant at a point.  Returns false after adding to
 * diag. */
bool sweep_apply(const struct scenario_file *file, struct json_doc *doc, size_t variant,
                 size_t point, struct diag *diag);

#endif
