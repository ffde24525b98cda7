// SPDX-License-Identifier: GPL-3.0-or-later
/* A named component of a world: what facts refer to and what faults will aim at.  Ids are dense
 * from 0 in the order in which the scenario names the components: queues first, then actors. */
#ifndef QUEUELAB_CORE_NODE_H
#define QUEUELAB_CORE_NODE_H

#include <stdint.h>
#include "base/param.h"

enum node_kind {
    NODE_QUEUE,
    NODE_TOPIC,
    NODE_PRODUCER,
    NODE_CONSUMER,
    NODE_FUNCTION,
    NODE_ENDPOINT,
    NODE_DOWNSTREAM,
    NODE_ALARM
};

#define NODE_NONE UINT16_MAX

struct node {
    const char *name;
    enum node_kind kind;
    uint16_t id;
};

/* A name in a configuration that stands for another component: a name or an ARN.  The scenario
 * resolves all of them, found by their row's type, once all components are known. */
struct node_ref {
    const char *name;      /* as written; NULL: not given */
    const struct json *at; /* for the place of a mistake */
    uint16_t id;           /* NODE_NONE until resolved */
};

/* Several of them. */
struct node_refs {
    size_t count;
    struct node_ref *at;
};

/* The name in a name or ARN, whose last part it is. */
const char *node_name_in(const char *text);

/* Field: struct node_ref; extra: const unsigned *, a mask of NODE_REF_TO(kind). */
extern const struct param_type node_ref_param;
/* Field: struct node_refs, in the arena; the row's high is how many there are at most. */
extern const struct param_type node_refs_param;
#define NODE_REF_TO(kind) (1u << (kind))

#endif
