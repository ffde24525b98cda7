// SPDX-License-Identifier: GPL-3.0-or-later
/* The evaluation range is a few datapoints longer than what is judged; how many is not documented
 * but by its examples of three periods in a range of five. */
#include "actor/alarm.h"

#include <math.h>
#include <stdbool.h>
#include "core/probe.h"

enum { ALARM_FURTHER_BACK = 2 };

void alarm_init(struct alarm *alarm, const struct alarm_rule *rule, struct arena *arena)
{
    alarm->rule = rule;
    alarm->room = (uint32_t)rule->evaluation_periods + ALARM_FURTHER_BACK;
    alarm->points = arena_alloc(arena, alarm->room * sizeof *alarm->points);
    alarm_clear(alarm);
}

void alarm_clear(struct alarm *alarm)
{
    alarm->next = alarm->count = 0;
    alarm->state = PROBE_ALARM_INSUFFICIENT;
}

static bool breaches(const struct alarm_rule *rule, double value)
{
    switch (rule->comparison) {
    case ALARM_ABOVE:
        return value > rule->threshold;
    case ALARM_AT_LEAST:
        return value >= rule->threshold;
    case ALARM_BELOW:
        return value < rule->threshold;
    default:
        return value <= rule->threshold;
    }
}

/* What there is in the evaluation range: at most N real datapoints, the latest. */
struct seen {
    int64_t real, breaching;
    int64_t oldest_breach; /* 1: the latest of all; 0: none */
};

static struct seen look(const struct alarm *alarm)
{
    struct seen seen = {.real = 0};
    for (uint32_t back = 1; back <= alarm->count; back++) {
        const double value = alarm->points[(alarm->next + alarm->room - back) % alarm->room];
        if (isnan(value) || seen.real == alarm->rule->evaluation_periods)
            continue;
        seen.real++;
        if (breaches(alarm->rule, value)) {
            seen.breaching++;
            seen.oldest_breach = back;
        }
    }
    return seen;
}

static int judge_of(bool is_alarm)
{
    return is_alarm ? PROBE_ALARM_ALARM : PROBE_ALARM_OK;
}

/* Nothing but breaches was seen, too few of them: they alarm if the oldest is old enough, so that
 * one that has just come cannot. */
static int judge_few(const struct alarm *alarm, const struct seen *seen)
{
    if (alarm->rule->missing == ALARM_MISSING && seen->oldest_breach >= alarm->rule->datapoints)
        return PROBE_ALARM_ALARM;
    return alarm->state;
}

/* CW-6 */
static int judge(const struct alarm *alarm)
{
    const struct alarm_rule *rule = alarm->rule;
    const struct seen seen = look(alarm);
    const int64_t lacking = rule->evaluation_periods - seen.real;
    if (lacking == 0 || seen.breaching >= rule->datapoints)
        return judge_of(seen.breaching >= rule->datapoints);
    switch (rule->missing) {
    case ALARM_NOT_BREACHING:
        return PROBE_ALARM_OK;
    case ALARM_BREACHING:
        return judge_of(seen.breaching + lacking >= rule->datapoints);
    default:
        if (seen.real == 0)
            return rule->missing == ALARM_IGNORE ? alarm->state : PROBE_ALARM_INSUFFICIENT;
        return seen.breaching < seen.real ? PROBE_ALARM_OK : judge_few(alarm, &seen);
    }
}

int alarm_add(struct alarm *alarm, double value)
{
    alarm->points[alarm->next] = value;
    alarm->next = (alarm->next + 1) % alarm->room;
    alarm->count += alarm->count < alarm->room;
    alarm->state = judge(alarm);
    return alarm->state;
}
