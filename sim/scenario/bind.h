// SPDX-License-Identifier: GPL-3.0-or-later
/* Fills a struct scenario from its tree by rows: every key of the grammar has one. */
#ifndef QUEUELAB_SCENARIO_BIND_H
#define QUEUELAB_SCENARIO_BIND_H

#include <stdbool.h>
#include "base/map.h"
#include "base/param.h"
#include "scenario/scenario.h"

/* The rows of what is neither a queue nor an actor, for help and schema. */
extern const struct param bind_top_rows[];
extern const struct param bind_experiment_rows[];
extern const struct param bind_lecture_rows[];

/* A scenario on its way from the tree. */
struct bind {
    const struct scenario_file *file;
    size_t variant;
    struct scenario *scenario;
    struct param_reader reader;
    struct map *names; /* of all nodes -> node id */
    bool *sound;       /* by node id: its object was read without a mistake */
    bool network_is_sound;
};

/* Reads all sections but "expect".  The names are the caller's to free; the rest is in the arena.
 */
void bind_scenario(struct bind *bind);

/* The kind of the queue that object describes: told by the name's ending, or by FifoQueue. */
const struct queue_kind *bind_queue_kind(const char *name, const struct json *object);
/* The kind of all topics. */
const struct topic_kind *bind_topic_kind(void);
/* The kind whose section it is; NULL for "queues", "topics" and for what is no section of actors.
 */
const struct actor_kind *bind_actor_kind(const char *section);

/* As param_error, at the key of node. */
void bind_key_error(struct param_reader *reader, const struct json *node, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* As param_error, at the member of object, or at object where it has none such. */
void bind_member_error(struct param_reader *reader, const struct json *object, const char *key,
                       const char *format, ...) __attribute__((format(printf, 4, 5)));

/* ", did you mean \"orders\"?" or "", in the arena; the candidates are the keys of names. */
const char *bind_hint(struct arena *arena, const struct map *names, const char *word);

#endif
