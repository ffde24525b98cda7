// SPDX-License-Identifier: GPL-3.0-or-later
/* A scenario: what a file says, validated, immutable, without a pointer to behaviour that has run.
 *
 * A file holds variants and a sweep; scenario_load makes one struct scenario for one (variant,
 * point) by patching the tree and binding it again, through the same validation.  There is no
 * second way to set a parameter. */
#ifndef QUEUELAB_SCENARIO_SCENARIO_H
#define QUEUELAB_SCENARIO_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/diag.h"
#include "base/json.h"
#include "base/param.h"
#include "model/queue.h"
#include "model/topic.h"
#include "actor/actor.h"
#include "fault/fault.h"
#include "scenario/profile.h"

#define SCENARIO_WARMUP_AUTO INT64_C(-1)
enum scenario_horizon { HORIZON_TERMINATING, HORIZON_STEADY };

/* A row of the results. */
struct scenario_precise {
    const char *entity, *metric, *stat;
};

struct scenario_experiment {
    uint64_t seed;
    int64_t duration_ns; /* 0: not given */
    bool drain;
    int horizon;       /* enum scenario_horizon */
    int64_t warmup_ns; /* SCENARIO_WARMUP_AUTO: "auto" */
    /* What "auto" came to, 0 until it was looked for, and whether the steady state begins only in
     * the second half of the run, if ever: see experiment/warmup.h. */
    int64_t found_warmup_ns;
    bool is_warmup_late;
    int64_t replications;
    double precision;                /* 0: none */
    struct param_items precision_of; /* of struct scenario_precise; none: what is expected */
    int64_t max_replications;
    int64_t max_duration_ns; /* resolved: 10 x duration, else 14 days */
    int64_t max_messages;
    int64_t sample_every_ns; /* 0: duration / 1000, or doubling buckets */
    bool free_tier;
    int64_t account_concurrency; /* 0: the profile's */
};

struct scenario_queue {
    const char *name;
    const struct queue_kind *kind;
    struct queue_cfg cfg;
    uint16_t dead_letter; /* node id, or NODE_NONE */
    const struct json *at;
};

struct scenario_topic {
    const char *name;
    const struct topic_kind *kind;
    struct topic_cfg cfg;
    const struct filter **filters; /* by subscription; NULL: it wants everything */
    const struct json *at;
};

struct scenario_actor {
    const char *name;
    const struct actor_kind *kind;
    void *cfg;
    const struct json *at;
};

enum expect_is { EXPECT_EQ, EXPECT_NE, EXPECT_LT, EXPECT_LE, EXPECT_GT, EXPECT_GE, EXPECT_WITHIN };

struct scenario_expect {
    const char *entity, *metric, *stat;
    int is; /* enum expect_is */
    double value;
    bool has_value;
    double tolerance; /* absolute, or a fraction if relative */
    bool relative;
    const char *variant;      /* NULL: all */
    const char *vs;           /* compare with this variant instead of value */
    const struct json *point; /* {"/pointer": value}: only at these sweep points; NULL: all */
    size_t received_count;    /* receivedOrder: the bodies in order */
    const char *const *received;
    const struct json *at;
};

struct scenario {
    struct arena arena;
    struct json_doc *doc; /* the patched tree */
    const char *file;
    const char *name;            /* the file's name without folder and ending */
    const char *folder, *origin; /* where to look for the files that it names: see scenario_file */
    const char *title, *description;
    const struct json *lecture, *figures; /* NULL when absent */
    const struct profile *profile;
    struct scenario_experiment experiment;
    struct link_cfg network;
    size_t queue_count, topic_count, actor_count;
    size_t service_count;          /* queues and topics */
    struct scenario_queue *queues; /* node id = index */
    struct scenario_topic *topics; /* node id = queue_count + index */
    struct scenario_actor *actors; /* node id = service_count + index */
    size_t fault_count;
    struct fault_plan *faults; /* in the order of the list */
    size_t expect_count;
    struct scenario_expect *expects;
};

/* A file as read: the tree, its variants and its sweep. */
struct scenario_file {
    struct arena arena;
    struct json_doc *doc;
    const char *file, *name, *folder;
    const char *origin; /* of a result's: the folder it was run from; NULL: unknown, or the same */
    char sha256[65];    /* of the text, with --set overrides appended */
    size_t variant_count; /* at least 1: "" when the file names none */
    const char **variants;
    size_t point_count;  /* at least 1: "" when there is no sweep */
    const char **points; /* "/a=1;/b=2" */
    size_t axis_count;
    const char **axes;                /* pointers */
    const struct json ***axis_values; /* [point][axis] */
    bool *axis_set;                   /* [axis]: an override of the command line gave its value */
};

/* An override from the command line: "/pointer=value". */
struct scenario_override {
    const char *pointer;
    const char *value; /* JSON, or a bare text */
};

/* A scenario's name: its file's, without folder and ending. */
const char *scenario_name_of(struct arena *arena, const char *path);

/* Reads text (already in memory) as a scenario file and applies overrides.  NULL after adding to
 * diag. */
struct scenario_file *scenario_file_read(const char *file, const char *text, size_t bytes,
                                         const struct scenario_override *overrides,
                                         size_t override_count, struct diag *diag);
void scenario_file_free(struct scenario_file *file);

/* The scenario of one variant at one sweep point.  NULL after adding to diag. */
struct scenario *scenario_load(const struct scenario_file *file, size_t variant, size_t point,
                               struct diag *diag);
void scenario_free(struct scenario *scenario);

/* Loads every variant at every point only to hear of mistakes; true if there are none. */
bool scenario_file_check(const struct scenario_file *file, struct diag *diag);

/* Writes the effective configuration (every default filled in) as an object. */
void scenario_write(struct json_writer *w, const struct scenario *scenario);

/* When a run is over at the latest; nothing happens at that instant any more. */
int64_t scenario_end_ns(const struct scenario *scenario);

static inline size_t scenario_node_count(const struct scenario *scenario)
{
    return scenario->service_count + scenario->actor_count;
}
/* The name of a node id; "scenario" for NODE_NONE. */
const char *scenario_node_name(const struct scenario *scenario, uint16_t node);

#endif
