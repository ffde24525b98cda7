// SPDX-License-Identifier: GPL-3.0-or-later
/* What must be known of an alarm of a scenario to judge whether it can be. */
#ifndef QUEUELAB_ACTOR_ALARM_ACTOR_H
#define QUEUELAB_ACTOR_ALARM_ACTOR_H

#include <stdint.h>

/* The node id of the queue whose ApproximateAgeOfOldestMessage it watches; NODE_NONE: none's. */
uint16_t alarm_actor_age_of(const void *cfg);

#endif
