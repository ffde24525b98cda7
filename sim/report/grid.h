// SPDX-License-Identifier: GPL-3.0-or-later
/* The cells of a result as a table, for the screen: variants stand under each other. */
#ifndef QUEUELAB_REPORT_GRID_H
#define QUEUELAB_REPORT_GRID_H

#include "base/text.h"
#include "experiment/result.h"

void grid_add(struct text *out, const struct result *result);

#endif
