// SPDX-License-Identifier: GPL-3.0-or-later
/* Closed loops: a producer has so many messages under way and sends a new one when one has ended.
 */
#ifndef QUEUELAB_ACTOR_PRODUCER_CLOSED_H
#define QUEUELAB_ACTOR_PRODUCER_CLOSED_H

#include "actor/producer.h"

/* Makes the tokens, for the life of the world. */
void producer_closed_init(struct producer *producer);
/* Frees all tokens, if there are any. */
void producer_closed_clear(struct producer *producer);
/* Begins an instance; of its event. */
void producer_closed_on_start(struct event *event, int64_t now_ns);
/* Message number has ended: the next one follows after the pause, and not before least_ns. */
void producer_closed_over(struct producer *producer, uint64_t number, int64_t least_ns,
                          int64_t now_ns);
/* The send of a message came to this.  One that nothing will ever end (refused or deduplicated)
 * ends here, and takes the back-off's time; a direct call ends with its answer. */
void producer_closed_settled(struct producer *producer, const struct send *send,
                             enum send_status status, bool is_good, int64_t now_ns);

#endif
