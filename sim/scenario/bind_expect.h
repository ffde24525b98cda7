// SPDX-License-Identifier: GPL-3.0-or-later
/* The section "expect": what must come out of a run. */
#ifndef QUEUELAB_SCENARIO_BIND_EXPECT_H
#define QUEUELAB_SCENARIO_BIND_EXPECT_H

#include "base/param.h"

struct bind;

extern const struct param bind_expect_rows[];

/* Reads the expectations; the names of all components are known.  Metrics are not judged here. */
void bind_expect(struct bind *bind);

#endif
