// SPDX-License-Identifier: GPL-3.0-or-later
/* Invocations that no queue brings: a topic's notification is accepted at once and worked on later,
 * with retries of the function's own (LAM-12). */
#ifndef QUEUELAB_ACTOR_FUNCTION_ASYNC_H
#define QUEUELAB_ACTOR_FUNCTION_ASYNC_H

#include "actor/function.h"

void function_async_init(struct function *function);
void function_async_free(struct function *function);
/* Begins a replication: forgets the events of the last one. */
void function_async_start(struct function *function);

#endif
