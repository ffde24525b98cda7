// SPDX-License-Identifier: GPL-3.0-or-later
/* What a world must know of its scenario as a whole before it is built. */
#ifndef QUEUELAB_SCENARIO_DESCRIBE_H
#define QUEUELAB_SCENARIO_DESCRIBE_H

#include "scenario/scenario.h"

/* The side tables of messages that it needs: of enum message_side_want. */
unsigned describe_wants(const struct scenario *scenario);
/* Does a producer want to hear of the ends of its messages? */
bool describe_is_closed_loop(const struct scenario *scenario);
/* Does a producer give its messages business keys? */
bool describe_has_business_keys(const struct scenario *scenario);
/* May a message be stored twice, without being sent on? */
bool describe_may_repeat(const struct scenario *scenario);
/* Can messages of this producer pass through that actor without time?  Those with the same business
 * key may be skipped. */
bool describe_is_passed_at_once(const struct scenario_actor *producer,
                                const struct scenario_actor *by);
/* Does it call a downstream? */
bool describe_calls(const struct scenario_actor *actor);

#endif
