// SPDX-License-Identifier: GPL-3.0-or-later
/* Replications on threads: the only file that knows them.
 *
 * Each thread runs whole replications with something of its own (a world) and puts what it has into
 * the slot of the replication's index; the caller's thread takes the slots in the order of the
 * index.  How many threads there are can therefore not be seen in what is taken. */
#ifndef QUEUELAB_EXPERIMENT_REPLICATE_H
#define QUEUELAB_EXPERIMENT_REPLICATE_H

#include <stdbool.h>
#include <stddef.h>

struct sample;
struct timespec;

struct replicate_work {
    /* On each thread, before its first and after its last replication. */
    void *(*open)(void *context);
    void (*close)(void *context, void *own);
    /* On a thread: one replication, counted from 0, into sample; false: it was interrupted, and
     * there is none. */
    bool (*run)(void *context, void *own, size_t index, struct sample *sample);
    /* On the caller's thread, in order: takes the sample over; false: no more are wanted. */
    bool (*take)(void *context, size_t index, struct sample *sample);
    /* On the caller's thread: a sample that is not taken. */
    void (*drop)(void *context, struct sample *sample);
    /* On the caller's thread, now and then while it waits: says when to be called again, in the
     * clock's real time, which is not known here.  May be NULL. */
    void (*tick)(void *context, struct timespec *until);
};

/* Runs replications 0 .. count-1 until one is interrupted or no more are wanted; returns how many
 * were taken.  Where the machine gives fewer threads than are asked for it goes on with those, and
 * with none (or when none is asked for) on the caller's. */
size_t replicate_all(const struct replicate_work *work, void *context, size_t count,
                     unsigned threads);

#endif
