// SPDX-License-Identifier: GPL-3.0-or-later
/* SQS a second time, read from the rules alone and as naive as can be: flat arrays, looked through
 * from end to end, and no code in common with the program.
 *
 * It answers a call as a line of JSON in which ids are written as it counts them: "@message:3",
 * "@handle:7", "@sequence:9", "@task:1" and "@any" for any text.  Calls whose outcome the rules
 * leave open it does not answer: see oracle_answer. */
#ifndef QUEUELAB_PROPERTY_ORACLE_ORACLE_H
#define QUEUELAB_PROPERTY_ORACLE_ORACLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "property/oracle/script.h"

enum {
    ORACLE_MESSAGES = 6000,
    ORACLE_HANDLES = 6000,
    ORACLE_DEDUPS = 6000,
    ORACLE_ATTEMPTS = 600,
    ORACLE_TASKS = 200,
    ORACLE_GONE = -1,
    ORACLE_DEDUP_MESSAGE = 1000, /* the deduplication id is the id of message dedup - this */
    ORACLE_DEDUP_ANY = -2        /* some id: of a message that a task moved */
};

struct oracle_queue {
    bool exists;
    int lives; /* how often it was created */
    int64_t created_ms, changed_ms;
    int64_t deleted_ms, purged_ms; /* or -1 */
    struct script_attributes attributes;
    int by_group_before; /* the scope that holds until 60 s after a change */
    int64_t by_group_changed_ms;
    bool was_task_source;
};

struct oracle_message {
    int queue; /* or ORACLE_GONE */
    int id;    /* counts accepted sends and redrives */
    int body, group, dedup, attribute;
    int source; /* the queue it was dead-lettered from, or ABSENT */
    int stays;  /* how many queues it has been in */
    int64_t sent_ms, first_ms, received_ms;
    int receives;
    int64_t sequence;     /* counts arrivals in any queue */
    int64_t place;        /* the order: the sequence, until a poison message goes to the back */
    int64_t available_ms; /* when it became, or will become, visible */
    bool visible, retried;
    int handle; /* the latest */
};

struct oracle_handle {
    int message, stay, queue, life;
    int64_t deadline_ms;
    bool changed;
    struct script_reference given;
};

struct oracle_dedup {
    int queue, group, key, by_group;
    int64_t at_ms;
    int id;
    int64_t sequence;
};

/* What a ReceiveRequestAttemptId stands for. */
struct oracle_attempt {
    int queue, life, attempt;
    int64_t asked_ms, answered_ms, visibility_s;
    int most, visibility_given_s;
    int handles[10], count;
};

enum oracle_task_state {
    ORACLE_TASK_RUNNING,
    ORACLE_TASK_COMPLETED,
    ORACLE_TASK_CANCELLED,
    ORACLE_TASK_FAILED
};

struct oracle_task {
    int source, destination, per_s, to_move, moved;
    enum oracle_task_state state;
    int64_t started_ms, next_ms, moved_ms;
    int call;
};

struct oracle {
    bool fifo;
    int in_flight_limit, look_back; /* RCV-9, FIFO-27 */
    int64_t now_ms, arrivals;
    int ids;
    bool lost; /* the rules do not say what has just happened */
    struct oracle_queue queues[SCRIPT_QUEUES];
    struct oracle_message messages[ORACLE_MESSAGES];
    struct oracle_handle handles[ORACLE_HANDLES];
    struct oracle_dedup dedups[ORACLE_DEDUPS];
    struct oracle_attempt attempts[ORACLE_ATTEMPTS];
    struct oracle_task tasks[ORACLE_TASKS];
    int tenant_receives[SCRIPT_QUEUES][SCRIPT_GROUPS]; /* of groups on standard queues */
    int message_count, handle_count, dedup_count, attempt_count, task_count;
};

enum oracle_answer {
    ORACLE_ANSWERED,
    ORACLE_OPEN, /* the rules do not say; nothing was done */
    ORACLE_LOST  /* the rules do not say, and something was done: the world has to end */
};

/* Starts a world in which nothing is. */
void oracle_reset(struct oracle *o, bool fifo, int64_t now_ms);
/* The limits of the worlds to come. */
void oracle_limit(struct oracle *o, int in_flight, int look_back);

/* Answers a call, or says that the rules leave its outcome open.  Open are:
 *
 * - the very ends of 60 s after a purge, a deletion, a change of scope, and of 5 minutes after a
 *   first send (FIFO-12) or a receive with an attempt id;
 * - two mistakes in one call; mistakes in a batch that no recording tells (an empty body, a delay,
 *   a deduplication id on a standard queue); mistakes in a call to a queue that is missing;
 * - a policy that names a missing queue or the queue itself, a receive while the dead-letter queue
 *   is missing, handles of another queue or of an earlier one of the name;
 * - deduplication by what was remembered under another scope, a second change of scope within 60 s;
 * - an older FIFO handle before its deadline (both were given at one instant), 12 hours asked with
 *   an older handle or after a receive was answered again (VIS-6);
 * - an attempt id asked again with other parameters, or used on a standard queue (RCV-12);
 * - all that changes the source of a running task from outside: sends, deletes, changes of
 *   visibility and of attributes, purges, expiry, dead letters, its deletion, and polls that wait;
 *   a task without a destination for messages sent by hand (MOVE-2), a task after a cancelled one;
 * - dead letters from a FIFO queue that is longer than the look-back (FIFO-27);
 * - receives from a standard queue one of whose groups has been received so often that it might be
 *   noisy (FAIR-2): until then groups change nothing there;
 * - two tasks that move at one instant, and a poll answered at the instant of a move.
 *
 * Not called at all: noisy groups on standard queues (FAIR-3, FAIR-4), quotas, attribute values out
 * of range, RedriveAllowPolicy, queues of both kinds in one world.
 *
 * Where the rules are silent it takes: poison that becomes visible at one instant keeps the order
 * of its arrival, but returns as handed out or asked for if it is not hidden at all; a changed
 * visibility of 0 leaves what is visible in its place; a FIFO message that is visible stays so when
 * the delay grows; dead letters are visible at once; a task that lost its destination has failed.
 */
enum oracle_answer oracle_answer(struct oracle *o, const struct script_call *call,
                                 struct text *reply);

/* When something happens next by itself; INT64_MAX if never. */
int64_t oracle_next_ms(const struct oracle *o);
/* The handle or task given there, or -1. */
int oracle_handle_given(const struct oracle *o, struct script_reference reference);
int oracle_task_given(const struct oracle *o, struct script_reference reference);

#endif
