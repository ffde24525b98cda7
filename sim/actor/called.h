// SPDX-License-Identifier: GPL-3.0-or-later
/* A consumer that is called instead of reading a queue: what couples two services where a queue
 * would have parted them.
 *
 * Its instances stand behind one address; a call goes to the next of them that has a worker free,
 * and waits in line while all are busy, as long as its caller waits.  While no instance is up calls
 * are refused at once; when one dies, the calls that it worked on fail at that moment. */
#ifndef QUEUELAB_ACTOR_CALLED_H
#define QUEUELAB_ACTOR_CALLED_H

#include "actor/serving.h"

struct consumer;

struct called {
    struct serving serving;
    struct consumer *consumer;
    uint32_t *busy; /* workers at work, by instance */
    uint32_t next;  /* the instance that is asked first */
};

struct called *called_new(struct consumer *consumer);
/* Begins a replication; nobody is up. */
void called_start(struct called *called);
/* The instance is up. */
void called_open(struct called *called, int64_t now_ns);
/* The instance takes no more calls: how many it still works on. */
uint32_t called_leave(struct called *called, uint32_t instance, int64_t now_ns);
/* The instance is dead, and what it worked on failed. */
void called_fell(struct called *called, uint32_t instance, int64_t now_ns);

#endif
