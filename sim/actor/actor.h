// SPDX-License-Identifier: GPL-3.0-or-later
/* The contract of what acts on the model, and the list of its kinds.
 *
 * An actor is built once for a world and started at time 0 of every replication.  It talks to
 * services through its link, draws from streams named after it, and says what it did through the
 * probe. */
#ifndef QUEUELAB_ACTOR_ACTOR_H
#define QUEUELAB_ACTOR_ACTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/param.h"
#include "core/engine.h"
#include "core/node.h"
#include "core/probe.h"
#include "model/endpoint.h"
#include "model/link.h"
#include "model/queue.h"
#include "model/topic.h"

struct actor;
struct cloudwatch;
struct function_limits;
struct subjects;

struct actor_kind {
    const char *name;    /* "producer" */
    const char *section; /* the scenario's key: "producers" */
    const char *doc;
    enum node_kind node;
    size_t cfg_bytes, state_bytes;
    const struct param *params;
    /* Side tables of messages (enum message_side_want) that this configuration needs. */
    unsigned (*wants)(const void *cfg);
    /* Rules within one configuration that rows cannot say; adds mistakes to the reader.  May be
     * NULL. */
    void (*check)(struct param_reader *reader, void *cfg, const struct json *node);
    /* Says how it could repeat without time passing; NULL: it cannot.  reads is the queue it
     * empties (NULL: none), network_ns the least round trip of a call. */
    const char *(*stuck)(const void *cfg, const struct queue_cfg *reads, int64_t network_ns);
    /* True if it stops by itself, so that a run needs no duration.  NULL: true. */
    bool (*ends)(const void *cfg);
    /* True if its part of an endless closed loop takes no time: no pause, no work.  NULL: false. */
    bool (*is_instant)(const void *cfg);
    /* The node id of the service it sends to.  NULL: to none. */
    uint16_t (*sends)(const void *cfg);
    /* Say why that queue or topic would refuse every message; NULL: it would not. */
    const char *(*refused)(const void *cfg, bool by_fifo, const struct queue_cfg *to);
    const char *(*refused_by_topic)(const void *cfg, const struct topic_cfg *to);
    /* Says why no endpoint could be called so; NULL: it can.  May be NULL. */
    const char *(*refused_by_endpoint)(const void *cfg);
    /* Says why it cannot read that queue; NULL: it can.  May be NULL. */
    const char *(*unfit)(const void *cfg, bool is_fifo, const struct queue_cfg *reads);
    /* The node id of the queue it empties.  NULL: it empties none. */
    uint16_t (*reads)(const void *cfg);
    /* Where it sends on to: struct forward_cfg.  NULL: nowhere. */
    const struct param_items *(*then)(const void *cfg);
    /* True if it waits for several messages of one root.  NULL: false. */
    bool (*joins)(const void *cfg);
    void (*init)(struct actor *actor);
    /* A message that it sent ended, by delete or by moving to a dead-letter queue.  May only
     * schedule. */
    void (*ended)(struct actor *actor, uint64_t root, int64_t now_ns);
    /* True if this configuration wants ended to be called.  Both may be NULL. */
    bool (*wants_ended)(const void *cfg);
    /* What topics deliver to, where its node is one that they can name.  NULL: nothing, and a
     * subscription to it is refused. */
    struct endpoint *(*endpoint)(struct actor *actor);
    /* The text of the body of a message that it sent, valid until buffer (ACTOR_BODY_BYTES) goes;
     * NULL when bodies were not given. */
    const char *(*body)(const struct actor *actor, uint64_t number, char *buffer);
    /* The business key of a message that it sent, and whether this configuration gives any; 0: the
     * message has its own.  Both may be NULL. */
    uint64_t (*business_key)(const struct actor *actor, uint64_t number);
    bool (*has_business_keys)(const void *cfg);
    /* Where its state has what trouble turns: a struct link, a struct payload.  0: nowhere. */
    size_t link_at, payload_at;
    /* Begins a replication, whatever the last one left. */
    void (*start)(struct actor *actor, int64_t now_ns);
    void (*free)(struct actor *actor);
};

/* Room for a body that is not kept as a text. */
enum { ACTOR_BODY_BYTES = 64 };

/* What all actors of a world share. */
struct actor_world {
    struct engine *engine;
    struct messages *messages;
    struct probe *probe;
    struct service **services;   /* by node id; NULL where the node is no service */
    struct endpoint **endpoints; /* by node id, once all actors are made; NULL likewise */
    const struct link_cfg *network;
    struct arena *arena;           /* lives as long as the world */
    uint64_t seed, replication;    /* of the replication at hand */
    int64_t stop_ns;               /* producers send nothing at or after it; FOREVER */
    bool drain;                    /* work in a consumer's hands holds the engine */
    struct cloudwatch *cloudwatch; /* queues' metrics */
    struct subjects *subjects;     /* what filters judge */
    struct map *texts; /* world-wide numbers of names and bodies, in order of appearance */
    const struct function_limits *functions; /* the profile's */
    int64_t reserved_concurrency;            /* of all functions */
    /* The text of the body that was sent as root, valid until buffer (ACTOR_BODY_BYTES) goes; NULL
     * when its producer gave none. */
    const char *(*body)(const void *context, uint64_t root, char *buffer);
    const void *body_context;
    /* The business key of what was sent as root; 0: its own.  NULL: nobody gives any. */
    uint64_t (*business_key)(const void *context, uint64_t root);
    const void *business_context;
    int64_t free_concurrency; /* invocations that functions without a share may still begin */
};

struct actor {
    struct node node;
    const struct actor_kind *kind;
    const void *cfg;
    void *state;
    struct actor_world *world;
};

// clang-format off
#define ACTOR_KINDS(X) \
    X(producer)        \
    X(consumer)        \
    X(function)        \
    X(endpoint_actor)  \
    X(downstream)      \
    X(alarm_actor)     \
    /* one line per kind, above this one */
// clang-format on

#define ACTOR_DECLARE(kind) extern const struct actor_kind kind##_kind;
ACTOR_KINDS(ACTOR_DECLARE)
#undef ACTOR_DECLARE

/* All kinds, ending in NULL. */
extern const struct actor_kind *const actor_kinds[];

#endif
