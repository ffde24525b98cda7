// SPDX-License-Identifier: GPL-3.0-or-later
/* Alarms: how often and how long they were in the state ALARM. */
#ifndef QUEUELAB_OBSERVE_METRIC_ALARM_H
#define QUEUELAB_OBSERVE_METRIC_ALARM_H

#include "observe/account.h"
#include "observe/metric.h"

struct alarm_account {
    struct series in_alarm; /* 1 while it is */
    uint64_t alarms, base;  /* how often it came to be */
    int64_t first_ns;       /* when first in the window; -1: not yet */
};

/* By kind of node; the series is still to be opened. */
struct alarm_account *metric_alarm_open(void);
void metric_alarm_clear(struct alarm_account *alarm);
void metric_alarm_rows(const struct observe *observe, const struct alarm_account *alarm,
                       const struct metric_rows *rows);

account_hear metric_alarm_changed; /* ALARM */

#endif
