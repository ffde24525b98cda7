// SPDX-License-Identifier: GPL-3.0-or-later
/* What is called and works: so many requests at once, and a line, first come first served, for
 * more.  Endpoints, downstreams and consumers that are called all serve so.
 *
 * A request that its caller gave up goes on to its end, in the line as at work, since nobody tells
 * the server; nobody hears of it then (SNS-15). */
#ifndef QUEUELAB_ACTOR_SERVING_H
#define QUEUELAB_ACTOR_SERVING_H

#include "actor/actor.h"

enum {
    STATUS_OK = 200,
    STATUS_FIRST_ERROR = 400,
    STATUS_TOO_MANY_REQUESTS = 429,
    STATUS_UNAVAILABLE = 503
};

/* From a pool in the world's arena. */
struct serving_request {
    struct event over;
    struct serving *serving;
    struct endpoint_call *call; /* NULL: given up */
    /* In the line, or free; at work, in a list of both directions. */
    struct serving_request *next, *before, *next_made;
    int64_t came_ns;
    uint64_t key, again; /* for draws: the message, and its work and try */
    uint64_t root, path;
    uint32_t instance; /* for who serves with several */
    uint16_t caller;
    uint16_t status;
    bool is_refused, fells; /* fells: its end is the death of its instance */
};

struct serving {
    struct endpoint endpoint;
    struct actor *actor;
    int64_t servers; /* -1: without end */
    int64_t room;    /* at work and in line; -1: without end */
    bool has_line;   /* says when work begins */
    bool is_closed;  /* nobody is there: calls are refused */
    int64_t busy, waiting;
    /* When work begins: sets status, perhaps instance and fells; how long it takes. */
    int64_t (*begin)(struct serving *serving, struct serving_request *request);
    /* When work is over; busy is down already.  May be NULL. */
    void (*end)(struct serving *serving, const struct serving_request *request, int64_t now_ns);
    struct serving_request *first, *last; /* the line */
    struct serving_request *at_work;
    struct serving_request *made, *free;
};

/* Once; whatever is not given is 0. */
void serving_init(struct serving *serving, struct actor *actor);
/* At the beginning of a replication, whatever the last one left. */
void serving_start(struct serving *serving);
/* Servers came or went: those in line begin. */
void serving_fill(struct serving *serving, int64_t now_ns);
/* What is at work at an instance fails now. */
void serving_fell(struct serving *serving, uint32_t instance, int64_t now_ns);
/* What waits fails now. */
void serving_clear_line(struct serving *serving, int64_t now_ns);
/* Says CAPACITY: instances, and requests at once. */
void serving_announce(const struct serving *serving, int64_t instances, int64_t servers,
                      int64_t now_ns);
/* The status of an answer: that of an error with a chance of error_rate, by a stream keyed by
 * message, work and try. */
uint16_t serving_status(const struct serving_request *request, uint64_t errors, double error_rate,
                        int64_t status);

#endif
