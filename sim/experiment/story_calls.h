// SPDX-License-Identifier: GPL-3.0-or-later
/* What a story says of a service that is called, not sent to: the call, its answer, the tries that
 * follow one that failed, and the circuit breaker before it. */
#ifndef QUEUELAB_EXPERIMENT_STORY_CALLS_H
#define QUEUELAB_EXPERIMENT_STORY_CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include "base/text.h"
#include "observe/trace.h"

/* A sentence for one fact of a life, or none where another has told it.  False: it is about no
 * call; is_named: the message was introduced. */
bool story_calls_tell(struct text *line, const struct trace *life, const struct trace_names *names,
                      const struct fact *fact, bool is_named);

/* The service whose calls failed in the work that ends badly with that fact; NODE_NONE: none. */
uint16_t story_calls_culprit(const struct trace *life, const struct fact *failed);

#endif
