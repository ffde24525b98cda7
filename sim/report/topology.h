// SPDX-License-Identifier: GPL-3.0-or-later
/* A scenario as a drawing: who sends to whom, from left to right, as a self-contained SVG. */
#ifndef QUEUELAB_REPORT_TOPOLOGY_H
#define QUEUELAB_REPORT_TOPOLOGY_H

#include "base/json.h"
#include "base/text.h"

/* Appends the drawing of a resolved scenario, and what its lines mean and which alarms watch it in
 * words; nothing if there is no component in it. */
void topology_draw(const struct json *scenario, struct text *svg, struct text *words);

#endif
