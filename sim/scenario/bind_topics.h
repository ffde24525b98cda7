// SPDX-License-Identifier: GPL-3.0-or-later
/* What rows cannot say of topics and their subscriptions. */
#ifndef QUEUELAB_SCENARIO_BIND_TOPICS_H
#define QUEUELAB_SCENARIO_BIND_TOPICS_H

#include "scenario/bind.h"

/* Rules within one topic, which has just been read: the reader stands at it.  Compiles the filters.
 */
void bind_topics_check_one(struct bind *bind, struct scenario_topic *topic);
/* Rules between topics and what they deliver to, once all names are resolved. */
void bind_topics_check(struct bind *bind);
/* Writes the section, if there are topics. */
void bind_topics_write(struct json_writer *w, const struct scenario *scenario);

#endif
