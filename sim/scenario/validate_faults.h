// SPDX-License-Identifier: GPL-3.0-or-later
/* What faults name besides their targets: the dead-letter queue of a changed RedrivePolicy. */
#ifndef QUEUELAB_SCENARIO_VALIDATE_FAULTS_H
#define QUEUELAB_SCENARIO_VALIDATE_FAULTS_H

struct bind;

/* Once all other names are resolved. */
void validate_faults(struct bind *bind);

#endif
