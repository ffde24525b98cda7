// SPDX-License-Identifier: GPL-3.0-or-later
/* What receives with an attempt id gave out, for 5 minutes (RCV-12).
 *
 * Each id stands for the latest receive that was remembered under it.  Whether its messages may
 * still be given again is the queue kind's to judge: this is memory, bounded by the calls of five
 * minutes. */
#ifndef QUEUELAB_MODEL_ATTEMPT_H
#define QUEUELAB_MODEL_ATTEMPT_H

#include "base/map.h"
#include "model/message.h"

struct attempt {
    uint64_t id;
    int64_t called_ns;
    struct delivery *given; /* NULL: another receive took the id over */
    uint32_t count;
};

/* A ring in order of remembering; a map finds an id's place in it. */
struct attempts {
    struct attempt *ring;
    struct map *places;   /* id to the low word of its number; NULL: nothing remembered yet */
    uint64_t first, next; /* numbers of the ring's first and behind its last */
    uint32_t capacity;    /* a power of 2 */
};

void attempts_init(struct attempts *attempts);
void attempts_free(struct attempts *attempts);

/* Remembers count deliveries, copied, of the receive that was called at called_ns. */
void attempts_remember(struct attempts *attempts, uint64_t id, const struct delivery *given,
                       uint32_t count, int64_t called_ns);
/* What the id stands for, if it was called less than 5 minutes ago, or NULL; valid until the next
 * call.  Drops what is older. */
const struct attempt *attempts_find(struct attempts *attempts, uint64_t id, int64_t now_ns);

#endif
