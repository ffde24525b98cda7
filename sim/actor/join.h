// SPDX-License-Identifier: GPL-3.0-or-later
/* Scatter-gather: what comes in parts goes on as one.
 *
 * Messages under one root are the parts of a join.  Each is worked on and deleted as it comes; only
 * when so many have come does the chain go on, with the last of them.  With a time-out it goes on
 * with what has come by then.  What has come is remembered in a store that outlives the consumer's
 * instances, and that a part came, by its path, for a day beyond the end of its join: what comes
 * again, or too late, is dropped. */
#ifndef QUEUELAB_ACTOR_JOIN_H
#define QUEUELAB_ACTOR_JOIN_H

#include "actor/actor.h"
#include "actor/forward.h"

struct join_cfg {
    int64_t of;         /* 0: nothing is joined */
    int64_t timeout_ns; /* -1: none */
};
extern const struct param join_rows[];

enum join_part {
    JOIN_WAITS,   /* for others */
    JOIN_GOES_ON, /* the last one, now or at an earlier work on it */
    JOIN_IS_DROPPED
};

struct join_known;
struct join_open;

struct join {
    const struct join_cfg *cfg;
    struct actor *actor;
    struct forwarder *forwarder; /* NULL: nothing follows */
    struct join_known **places;  /* by root, chained; owned */
    size_t place_count, known_count;
    struct join_known *done_first, *done_last; /* in order of their ends */
    struct join_known *made_known, *free_known;
    struct join_open *made_open, *free_open;
};

void join_init(struct join *join, const struct join_cfg *cfg, struct actor *actor,
               struct forwarder *forwarder);
void join_free(struct join *join);
/* Begins a replication. */
void join_start(struct join *join);
/* The work on a part has ended well.  Says JOIN_BEGUN, JOINED or JOIN_DROPPED; to be said before
 * the end of the work. */
enum join_part join_add(struct join *join, const struct delivery *d, int64_t now_ns);

#endif
