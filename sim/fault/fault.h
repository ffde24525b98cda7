// SPDX-License-Identifier: GPL-3.0-or-later
/* The contract of a fault and of its kinds: scheduled trouble.
 *
 * A fault that lasts holds a knob of each component that it strikes, and gives it back: what the
 * component is then does not show that it was ever struck.  A fault that happens acts once, at one
 * instant, in the order of the list.  Components have knobs; they do not know who turns them. */
#ifndef QUEUELAB_FAULT_FAULT_H
#define QUEUELAB_FAULT_FAULT_H

#include "core/dist.h"
#include "core/rng.h"
#include "actor/actor.h"
#include "fault/fault_knob.h"

/* Of a row: what "targets" names, not yet resolved. */
struct fault_targets {
    size_t count;
    const char **patterns;
    const struct json **at;
};

/* What all faults have; the kind's own configuration follows it in memory. */
struct fault_cfg {
    const char *name; /* NULL: not given */
    struct fault_targets targets;
    int64_t at_ns, start_ns, duration_ns, every_ns; /* -1: not given */
    struct dist mtbf, mttr;
    double probability; /* of each activation */
};

/* A fault of a scenario, its targets found; lives in the scenario's arena. */
struct fault_plan {
    const struct fault_kind *kind;
    const char *name; /* its own, which names its streams */
    struct fault_cfg *cfg;
    void *own; /* the kind's configuration */
    size_t target_count;
    const uint16_t *targets; /* node ids, rising */
    const struct json *at;
};

/* A fault of a world. */
struct fault {
    const struct fault_plan *plan;
    struct fault_list *list;
    uint16_t index; /* in the list */
    bool is_on;
    int64_t next_ns, began_ns; /* next_ns FOREVER: it is over */
    size_t struck_count;       /* the targets, or those whose links they share */
    uint16_t *struck;
    struct rng times, luck, picks;
};

/* What a fault on the way of calls can strike: callers; services, which stand for the links of all
 * who call them; and endpoints, downstreams and consumers that are called, each of which stands for
 * the way to it alone. */
#define FAULT_ON_LINKS                                                                             \
    (NODE_REF_TO(NODE_PRODUCER) | NODE_REF_TO(NODE_CONSUMER) | NODE_REF_TO(NODE_FUNCTION) |        \
     NODE_REF_TO(NODE_QUEUE) | NODE_REF_TO(NODE_TOPIC) | NODE_REF_TO(NODE_ENDPOINT) |              \
     NODE_REF_TO(NODE_DOWNSTREAM))

struct fault_kind {
    const char *name; /* "slow" */
    const char *doc;
    const struct param *params; /* rows that fill its own configuration; NULL: none */
    size_t cfg_bytes;
    unsigned strikes;   /* NODE_REF_TO(kind) of what can be a target */
    bool on_links;      /* a queue or topic stands for the links of all who call it */
    bool on_deliveries; /* a queue stands for what topics deliver to it */
    /* Rules that rows cannot say; adds mistakes to the reader.  May be NULL. */
    void (*check)(struct param_reader *reader, const void *cfg, const struct json *node);
    /* A queue of that kind is a target; adds mistakes to the reader.  May be NULL. */
    void (*check_queue)(struct param_reader *reader, void *cfg, const struct json *node,
                        const char *name, const struct queue_kind *kind);
    /* The dead-letter queue that it gives its targets, to be resolved; NULL: none.  May be NULL. */
    struct node_ref *(*dead_letter)(void *cfg);
    /* Makes of a queue's attributes what it sets them to.  May be NULL. */
    void (*change)(const void *cfg, bool is_fifo, struct queue_cfg *attributes);
    /* It lasts: takes hold of what it strikes, or gives it back. */
    void (*turn)(struct fault *fault, uint16_t node, bool on, int64_t now_ns);
    /* It happens.  A kind has one of the two. */
    void (*act)(struct fault *fault, uint16_t node, int64_t now_ns);
};

// clang-format off
#define FAULT_KINDS(X)   \
    X(crash)             \
    X(slow)              \
    X(loss)              \
    X(delay)             \
    X(partition)         \
    X(throttle)          \
    X(outage)            \
    X(storage)           \
    X(poison)            \
    X(duplicate_send)    \
    X(deny_policy)       \
    X(purge)             \
    X(attribute_change)  \
    /* one line per kind, above this one */
// clang-format on

#define FAULT_DECLARE(kind) extern const struct fault_kind fault_##kind;
FAULT_KINDS(FAULT_DECLARE)
#undef FAULT_DECLARE

/* All kinds, ending in NULL. */
extern const struct fault_kind *const fault_kinds[];

/* The faults of a world, in its arena. */
struct fault_list {
    size_t count;
    struct fault *faults;
    const struct fault_world *world;
    struct fault_knobs knobs;
    struct event due; /* the one event of them all, so that they act in the order of the list */
};

struct fault_list *fault_list_new(const struct fault_plan *plans, size_t count,
                                  const struct fault_world *world);
/* Begins a replication, once everything else has. */
void fault_list_start(struct fault_list *list, uint64_t replication);

/* Holds a knob, or gives it back. */
void fault_turn(struct fault *fault, uint16_t node, enum fault_knob knob, double value, bool on,
                int64_t now_ns);

#endif
