// SPDX-License-Identifier: GPL-3.0-or-later
/* FilterCriteria of an event source mapping (LAM-10): patterns that judge a message's body.
 *
 * A pattern is compiled as a filter policy of what Lambda calls the record, of which only the body
 * is known here: {"body": {"type": ["order"]}} for a body that is a JSON object, {"body": ["text"]}
 * for any other.  What a mapping does with what does not match is not decided here. */
#ifndef QUEUELAB_ACTOR_FUNCTION_FILTER_H
#define QUEUELAB_ACTOR_FUNCTION_FILTER_H

#include "base/map.h"
#include "base/param.h"
#include "actor/actor.h"

struct filter;

struct function_pattern_cfg {
    const struct json *pattern; /* an object, or its text as AWS has it */
    const struct filter *filter;
};

/* A message passes if one of them matches, or if there is none. */
struct function_filter_cfg {
    struct param_items filters; /* of struct function_pattern_cfg */
};
extern const struct param function_filter_rows[];

/* Compiles the patterns; node is the function's. */
void function_filter_compile(struct param_reader *reader, struct function_filter_cfg *cfg,
                             const struct json *node);

/* Judges the body of the message with that root; verdicts by text are kept in known. */
bool function_filter_passes(const struct function_filter_cfg *cfg, struct map *known,
                            const struct actor_world *world, uint64_t root);

#endif
