// SPDX-License-Identifier: GPL-3.0-or-later
/* What the inventor promises of its scenarios, so that a judge may demand an end: "x-live" says
 * which of two kinds it is.
 *
 * What is live keeps its messages for as long as can be, gives its workers time and its trouble an
 * end.  What is not loses its messages long before the run must end. */
#ifndef QUEUELAB_PROPERTY_JUDGE_PROMISE_H
#define QUEUELAB_PROPERTY_JUDGE_PROMISE_H

#include <stdbool.h>
#include "scenario/scenario.h"

bool promise_is_live(const struct scenario *scenario);
/* False for what was made smaller than it may be. */
bool promise_is_kept(const struct scenario *scenario);

#endif
