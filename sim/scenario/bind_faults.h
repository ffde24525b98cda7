// SPDX-License-Identifier: GPL-3.0-or-later
/* The section "faults" of a scenario: a list, each read by the rows of its kind. */
#ifndef QUEUELAB_SCENARIO_BIND_FAULTS_H
#define QUEUELAB_SCENARIO_BIND_FAULTS_H

#include "scenario/bind.h"

/* Once all components are known and bound. */
void bind_faults(struct bind *bind, const struct json *root);

/* The kind of the fault that object describes; NULL: it says none, or an unknown one. */
const struct fault_kind *bind_faults_kind(const struct json *object);

/* Does that pattern of a fault's targets fit the node? */
bool bind_faults_fits(const struct scenario *scenario, const char *pattern, uint16_t id);

#endif
