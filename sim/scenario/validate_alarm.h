// SPDX-License-Identifier: GPL-3.0-or-later
/* What no alarm can watch. */
#ifndef QUEUELAB_SCENARIO_VALIDATE_ALARM_H
#define QUEUELAB_SCENARIO_VALIDATE_ALARM_H

#include "scenario/bind.h"

/* Once references are resolved; actors of other kinds are passed over. */
void validate_alarm(struct bind *bind, const struct scenario_actor *actor);

#endif
