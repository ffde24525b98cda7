// SPDX-License-Identifier: GPL-3.0-or-later
/* One call of the SQS API, in small numbers instead of texts: what the generator invents, what the
 * oracle understands and what is written as a request line for the program under test.
 *
 * It knows few bodies, groups and ids, so that random calls meet each other often.  A receipt
 * handle and a task are named by the call that gave them: a script whose calls are left out in part
 * still means something. */
#ifndef QUEUELAB_PROPERTY_ORACLE_SCRIPT_H
#define QUEUELAB_PROPERTY_ORACLE_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

enum { SCRIPT_QUEUES = 3, SCRIPT_ENTRIES = 11, ABSENT = -1, CLEARED = -2 };

enum script_action {
    SCRIPT_CREATE_QUEUE,
    SCRIPT_DELETE_QUEUE,
    SCRIPT_PURGE_QUEUE,
    SCRIPT_SET_ATTRIBUTES,
    SCRIPT_GET_ATTRIBUTES,
    SCRIPT_SEND,
    SCRIPT_RECEIVE,
    SCRIPT_DELETE,
    SCRIPT_CHANGE_VISIBILITY,
    SCRIPT_START_TASK,
    SCRIPT_LIST_TASKS,
    SCRIPT_CANCEL_TASK,
    SCRIPT_ADVANCE_TIME,
    SCRIPT_ACTIONS
};

/* Bodies: four letters, then these.  The long ones are at and above a size of 1024. */
enum {
    SCRIPT_BODY_LONG = 4,
    SCRIPT_BODY_TOO_LONG,
    SCRIPT_BODY_BAD,
    SCRIPT_BODY_EMPTY,
    SCRIPT_BODIES
};
/* Deduplication ids: plain ones, then the SHA-256 of a body, which an explicit id may equal. */
enum { SCRIPT_DEDUP_PLAIN = 3, SCRIPT_DEDUP_OF_BODY = 100 };
/* Groups count from 0. */
enum { SCRIPT_GROUPS = 16 };
/* Ids of batch entries that are refused, besides the good ones from 0. */
enum { SCRIPT_ID_EMPTY = -3, SCRIPT_ID_BAD = -4 };

/* What a call gave: the place in the reply of the call with that number; call < 0 is garbage. */
struct script_reference {
    int call, place;
};

/* Each is ABSENT when not given. */
struct script_attributes {
    int visibility_s, retention_s, delay_s, wait_s, size_bytes;
    int target, receives; /* RedrivePolicy: a queue, or CLEARED */
    int by_content;       /* ContentBasedDeduplication */
    int by_group;         /* DeduplicationScope is messageGroup */
};

struct script_entry {
    int id;                                     /* of a batch */
    int body, group, dedup, delay_s, attribute; /* of a message */
    struct script_reference handle;
    int visibility_s;
};

struct script_call {
    enum script_action action;
    int number; /* of the call in its world; references name it */
    int queue;
    bool batch;
    int count;
    struct script_entry entries[SCRIPT_ENTRIES];
    struct script_attributes attributes;
    int most, visibility_s, wait_s, attempt; /* ReceiveMessage */
    int destination, per_s;                  /* StartMessageMoveTask */
    struct script_reference task;            /* CancelMessageMoveTask */
    int64_t step_ms;                         /* AdvanceTime */
};

/* How a reference is spelled in a request; never NULL. */
struct script_speller {
    const char *(*handle)(void *context, struct script_reference reference);
    const char *(*task)(void *context, struct script_reference reference);
    void *context;
};

extern const struct script_attributes script_no_attributes;

/* Appends the request line, without its end. */
void script_request(struct text *out, const struct script_call *call, bool fifo,
                    const struct script_speller *speller);

/* Append the texts behind the numbers; the body is plain, not escaped. */
void script_add_queue(struct text *out, int queue, bool fifo);
void script_add_arn(struct text *out, int queue, bool fifo);
void script_add_body(struct text *out, int body);
void script_add_dedup(struct text *out, int dedup);
void script_add_group(struct text *out, int group);
void script_add_id(struct text *out, int id);
/* The MD5 sums that replies carry: of a body, and of the one attribute a message may have. */
void script_add_body_md5(struct text *out, int body);
void script_add_attribute_md5(struct text *out, int attribute);

size_t script_body_bytes(int body);
/* The attribute is called k, of type String, and its value is a letter and a digit. */
enum { SCRIPT_ATTRIBUTE_BYTES = 1 + 6 + 2 };

#endif
