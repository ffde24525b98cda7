// SPDX-License-Identifier: GPL-3.0-or-later
/* A world that is only told: facts written by hand, and what the observe layer makes of them. */
#ifndef QUEUELAB_TOOLS_FACTS_H
#define QUEUELAB_TOOLS_FACTS_H

#include <stdbool.h>
#include <stdint.h>
#include "core/probe.h"
#include "observe/observe.h"

/* Node ids: two standard queues, the second the first's dead-letter queue (maxReceiveCount 3); two
 * FIFO queues likewise (2); a producer, two consumers and a
 * function; a topic and an endpoint. */
enum facts_node {
    JOBS,
    JOBS_DLQ,
    LINE,
    LINE_DLQ,
    WEB,
    WORKER,
    CLERK,
    LAMBDA,
    NEWS,
    SITE,
    FACTS_NODES
};

enum { FACTS_SLOTS = 4096 };

struct facts {
    struct observe *observe;
    int64_t now_ns;
    uint64_t number;              /* of the next message that web sends */
    uint64_t roots[FACTS_SLOTS];  /* by slot: the latest tenant's */
    uint32_t groups[FACTS_SLOTS]; /* likewise */
};

/* Metrics and invariants over the whole run; setting may be NULL or say otherwise (nodes are filled
 * in). */
void facts_open(struct facts *facts, const struct observe_setting *setting);
void facts_close(struct facts *facts);
/* Says the attributes that facts_open says, as at the start of each replication. */
void facts_announce(struct facts *facts);

void facts_at(struct facts *facts, double seconds); /* the facts that follow happen then */
/* Tells a fact; time, and the root and the group of a message where they are 0, are filled in. */
void facts_tell(struct facts *facts, struct fact fact);

/* Web's next message is accepted into slot, called for and visible at once; group 0 in
 * a FIFO queue, none in a standard one. */
void facts_accept(struct facts *facts, uint16_t queue, uint32_t slot);
void facts_accept_group(struct facts *facts, uint16_t queue, uint32_t slot, uint32_t group);
/* A receive by worker that hands out one message, for timeout_s. */
void facts_deliver(struct facts *facts, uint16_t queue, uint32_t slot, uint32_t receives,
                   double timeout_s);
/* The n-th of one receive. */
void facts_deliver_nth(struct facts *facts, uint16_t n, uint16_t queue, uint32_t slot,
                       uint32_t receives, double timeout_s);
/* A fact about a message of a queue that needs no more words: DELETED, HIDDEN_OVER, PURGED ... */
void facts_say(struct facts *facts, enum probe_kind kind, uint16_t queue, uint32_t slot);
/* Worker 0 of worker works on a message of queue: STARTED, SUCCEEDED, FAILED ... */
void facts_work(struct facts *facts, enum probe_kind kind, uint16_t queue, uint32_t slot,
                double service_s);
/* About web's publication of that number to news, and one of its subscriptions, of 100 bytes. */
struct fact facts_published(enum probe_kind kind, uint16_t peer, uint16_t subscription,
                            uint64_t number);
void facts_change(struct facts *facts, uint16_t queue, enum queue_fact what, int64_t value);

void facts_finish(struct facts *facts); /* at the present time */
/* The row's value; fails the test if there is none. */
double facts_value(const struct facts *facts, uint16_t node, const char *metric, const char *stat);
bool facts_has_row(const struct facts *facts, uint16_t node, const char *metric, const char *stat);
/* The value is near to nine digits. */
#define facts_expect(facts, node, metric, stat, wanted)                                            \
    facts_expect_at(facts, node, metric, stat, wanted, __FILE__, __LINE__)
void facts_expect_at(const struct facts *facts, uint16_t node, const char *metric, const char *stat,
                     double wanted, const char *file, int line);

/* Tells the history to a fresh world in a child process, finishes it, and expects it to end well
 * ... */
#define facts_expect_kept(history) facts_expect_kept_at(history, __FILE__, __LINE__)
void facts_expect_kept_at(void (*history)(struct facts *), const char *file, int line);
/* ... or with the broken invariant of that name, in words that contain what. */
#define facts_expect_broken(history, invariant, what)                                              \
    facts_expect_broken_at(history, invariant, what, __FILE__, __LINE__)
void facts_expect_broken_at(void (*history)(struct facts *), const char *invariant,
                            const char *what, const char *file, int line);

#endif
