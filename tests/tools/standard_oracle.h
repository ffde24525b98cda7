// SPDX-License-Identifier: GPL-3.0-or-later
/* A second implementation of the standard queue, to be compared with.
 *
 * It keeps one array of messages and walks it from the start for every question.  It follows the
 * text of the rules (RCV-2 to RCV-10, CW-4, DEL-1 to DEL-3, VIS-1 to VIS-6, RET-1, DLQ-1 to DLQ-3)
 * and shares no code with the first. */
#ifndef QUEUELAB_TOOLS_STANDARD_ORACLE_H
#define QUEUELAB_TOOLS_STANDARD_ORACLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { STANDARD_ORACLE_ITEMS = 2500, STANDARD_ORACLE_POLLS = 4 };

/* One message: where it is (0 the queue, 1 its dead-letter queue, -1 gone), whether it can be
 * received and, if not, from when on. */
struct standard_oracle_item {
    int where, receives;
    bool visible;
    int64_t sent_ns, available_ns, received_ns;
    int64_t order, place; /* of acceptance or of the move; in line */
};

struct standard_oracle_waiter {
    bool waits;
    size_t max, count;
    int64_t arrived, ends_ns, visibility_ns, answered_ns;
    size_t got[10];
};

struct standard_oracle {
    int64_t visibility_ns, retention_ns[2], delay_ns, limit;
    int max_receives;
    bool stale_deletes;
    struct standard_oracle_item items[STANDARD_ORACLE_ITEMS];
    size_t item_count;
    struct standard_oracle_waiter waiters[STANDARD_ORACLE_POLLS];
    int64_t counter, arrivals; /* numbers orders and places; numbers waiters */
};

/* How many messages are in flight in a queue. */
size_t standard_oracle_in_flight(const struct standard_oracle *r, int where);
/* Makes a message visible: received three times or more it goes behind all that is there (CW-4),
 * else back to its place. */
void standard_oracle_show(struct standard_oracle *r, struct standard_oracle_item *item);
/* Ends what is due: retention first, then whatever's time has come, by (time, acceptance). */
void standard_oracle_settle(struct standard_oracle *r, int64_t now_ns);
/* The message in front of a queue, or NULL. */
struct standard_oracle_item *standard_oracle_first(struct standard_oracle *r, int where);
/* One receive; returns how many, their indices in got. */
size_t standard_oracle_hand_out(struct standard_oracle *r, int where, size_t max,
                                int64_t visibility_ns, int64_t now_ns, size_t *got);
/* RCV-4: waiters in order of arrival, while there is something for the first of them. */
void standard_oracle_match(struct standard_oracle *r, int64_t now_ns);
/* Lives through every instant before now at which something happens. */
void standard_oracle_pass(struct standard_oracle *r, int64_t now_ns);

#endif
