// SPDX-License-Identifier: GPL-3.0-or-later
/* What faults name besides their targets, the dead-letter queue of a changed RedrivePolicy; what
 * they make of attributes; and whether they can be felt at all. */
#ifndef QUEUELAB_SCENARIO_VALIDATE_FAULTS_H
#define QUEUELAB_SCENARIO_VALIDATE_FAULTS_H

#include <stdint.h>

struct bind;
struct queue_cfg;
struct scenario;

/* Once all other names are resolved. */
void validate_faults(struct bind *bind);

/* The queue's attributes with the shortest times that any fault sets, and without a RedrivePolicy
 * if one clears it: where a loop takes the least time. */
void validate_faults_worst(const struct scenario *scenario, uint16_t id, struct queue_cfg *worst);

#endif
