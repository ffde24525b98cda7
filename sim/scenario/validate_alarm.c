// SPDX-License-Identifier: GPL-3.0-or-later
/* An alarm and the part that its queue has in others. */
#include "scenario/validate_alarm.h"

#include "actor/alarm_actor.h"

/* CW-5 counts that age from the move, which a queue does not keep. */
void validate_alarm(struct bind *bind, const struct scenario_actor *actor)
{
    const struct scenario *scenario = bind->scenario;
    bool is_refused = false;
    if (actor->kind != &alarm_actor_kind)
        return;
    const uint16_t id = alarm_actor_age_of(actor->cfg);
    for (size_t i = 0; i < scenario->queue_count && id != NODE_NONE; i++)
        is_refused = is_refused || scenario->queues[i].dead_letter == id;
    if (!is_refused)
        return;
    const size_t section = param_enter(&bind->reader, actor->kind->section);
    param_enter(&bind->reader, actor->name);
    bind_member_error(&bind->reader, actor->at, "metric",
                      "the age of a dead-letter queue cannot be watched: watch "
                      "ApproximateNumberOfMessagesVisible");
    param_leave(&bind->reader, section);
}
