// SPDX-License-Identifier: GPL-3.0-or-later
/* What the parts of the oracle know of each other. */
#ifndef QUEUELAB_PROPERTY_ORACLE_PARTS_H
#define QUEUELAB_PROPERTY_ORACLE_PARTS_H

#include "property/oracle/oracle.h"

/* One function per action, or per family of actions. */
enum oracle_answer oracle_queue_create(struct oracle *o, const struct script_call *call,
                                       struct text *reply);
enum oracle_answer oracle_queue_delete(struct oracle *o, const struct script_call *call,
                                       struct text *reply);
enum oracle_answer oracle_queue_purge(struct oracle *o, const struct script_call *call,
                                      struct text *reply);
enum oracle_answer oracle_queue_set(struct oracle *o, const struct script_call *call,
                                    struct text *reply);
enum oracle_answer oracle_queue_get(struct oracle *o, const struct script_call *call,
                                    struct text *reply);
enum oracle_answer oracle_send(struct oracle *o, const struct script_call *call,
                               struct text *reply);
enum oracle_answer oracle_receive(struct oracle *o, const struct script_call *call,
                                  struct text *reply);
enum oracle_answer oracle_handle(struct oracle *o, const struct script_call *call,
                                 struct text *reply);
enum oracle_answer oracle_task(struct oracle *o, const struct script_call *call,
                               struct text *reply);

/* Writes an error as the reply. */
enum oracle_answer oracle_refuse(struct text *reply, const char *code);
enum oracle_answer oracle_refuse_missing(struct text *reply);
/* NULL, or what is wrong with the ids and number of a batch; *open is set if two things are. */
const char *oracle_batch_error(const struct script_call *call, bool *open);

/* Lets the clock go on, with all that is due on the way. */
void oracle_pass(struct oracle *o, int64_t until_ms);
/* Ends all that is due by now: retention, then visibility and delay, then moves. */
void oracle_settle(struct oracle *o);

/* The queue's scope of deduplication that holds now (FIFO-13). */
int oracle_by_group(const struct oracle *o, int queue);
/* Puts a message into a queue as one that has just arrived, visible. */
void oracle_arrive(struct oracle *o, struct oracle_message *m, int queue);
/* Makes a new message of an entry; at most one for each. */
struct oracle_message *oracle_new_message(struct oracle *o, int queue,
                                          const struct script_entry *entry);
/* Hides a message until then. */
void oracle_hide(struct oracle_message *m, int64_t until_ms);
/* Ends its hiding. */
void oracle_show(struct oracle *o, struct oracle_message *m);
/* The first visible message of the queue that a receive would take, or NULL (moves). */
struct oracle_message *oracle_oldest(struct oracle *o, int queue);
/* How a sequence number is written: every life of a queue has a series of its own. */
int64_t oracle_sequence(const struct oracle *o, int queue, int64_t sequence);
size_t oracle_count(const struct oracle *o, int queue);
/* The running task of a source, or NULL. */
struct oracle_task *oracle_running(struct oracle *o, int source);
/* Whether a task has moved a message at this instant. */
bool oracle_has_moved(const struct oracle *o);
void oracle_run_tasks(struct oracle *o);

#endif
