// SPDX-License-Identifier: GPL-3.0-or-later
/* How a CloudWatch alarm judges datapoints (CW-6): M of the last N breach the threshold.
 *
 * Where some are missing it looks a little further back for real ones, as CloudWatch's table of
 * missing data has it, and only then takes `missingData` for what it lacks. */
#ifndef QUEUELAB_ACTOR_ALARM_H
#define QUEUELAB_ACTOR_ALARM_H

#include <stdint.h>
#include "base/arena.h"

enum alarm_comparison { ALARM_ABOVE, ALARM_AT_LEAST, ALARM_BELOW, ALARM_AT_MOST };
enum alarm_missing { ALARM_MISSING, ALARM_NOT_BREACHING, ALARM_BREACHING, ALARM_IGNORE };

struct alarm_rule {
    double threshold;
    int comparison; /* enum alarm_comparison */
    int64_t evaluation_periods, datapoints;
    int missing; /* enum alarm_missing */
};

struct alarm {
    const struct alarm_rule *rule;
    double *points; /* the latest of the evaluation range, a ring; NAN: missing */
    uint32_t room, next, count;
    int state; /* enum probe_alarm */
};

void alarm_init(struct alarm *alarm, const struct alarm_rule *rule, struct arena *arena);
/* Before the first datapoint the state is INSUFFICIENT_DATA. */
void alarm_clear(struct alarm *alarm);
/* A period is over; returns the state from now on.  NAN: there is no datapoint. */
int alarm_add(struct alarm *alarm, double value);

#endif
