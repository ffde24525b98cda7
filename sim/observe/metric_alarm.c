// SPDX-License-Identifier: GPL-3.0-or-later
/* timeInAlarm is taken over the window, as a gauge is. */
#include "observe/metric_alarm.h"

#include <math.h>
#include "base/arena.h"

struct alarm_account *metric_alarm_open(void)
{
    struct alarm_account *alarm = must_alloc_lines(sizeof *alarm);
    alarm->first_ns = -1;
    return alarm;
}

void metric_alarm_clear(struct alarm_account *alarm)
{
    alarm->alarms = alarm->base = 0;
    alarm->first_ns = -1;
}

void metric_alarm_changed(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    struct alarm_account *alarm =
        fact->node < observe->setting.node_count ? observe->alarms[fact->node] : NULL;
    if (alarm == NULL)
        return;
    if (fact->value == PROBE_ALARM_ALARM) {
        alarm->alarms++;
        series_up(&alarm->in_alarm, into_ns);
        if (alarm->first_ns < 0 && fact->at_ns >= observe->setting.from_ns)
            alarm->first_ns = fact->at_ns;
    } else if (fact->other == PROBE_ALARM_ALARM) {
        series_down(&alarm->in_alarm, into_ns);
    }
}

static int64_t window_ns(const struct observe *observe)
{
    const struct observe_setting *setting = &observe->setting;
    const int64_t until_ns =
        setting->until_ns < observe->end_ns ? setting->until_ns : observe->end_ns;
    return until_ns > setting->from_ns ? until_ns - setting->from_ns : 0;
}

void metric_alarm_rows(const struct observe *observe, const struct alarm_account *alarm,
                       const struct metric_rows *rows)
{
    metric_put_count(rows, "alarms", alarm->alarms, alarm->base);
    metric_put(rows, "timeInAlarm", "sum", "s",
               series_mean(&alarm->in_alarm) * (double)window_ns(observe) / 1e9);
    metric_put(rows, "firstAlarm", "at", "s",
               alarm->first_ns >= 0 ? (double)alarm->first_ns / 1e9 : (double)NAN);
}
