// SPDX-License-Identifier: GPL-3.0-or-later
/* A scenario from a text, its world, and what it said, in a few lines.  In the text a backtick
 * stands for a quotation mark.  All invariants are watched; a broken one ends the program. */
#ifndef QUEUELAB_TOOLS_WORLD_H
#define QUEUELAB_TOOLS_WORLD_H

#include <stdint.h>
#include "base/must.h"
#include "base/text.h"
#include "core/stat.h"
#include "experiment/sample.h"
#include "observe/observer.h"
#include "scenario/world.h"

enum { WORLD_LAB_WATCHED = 16, WORLD_LAB_REPLAY = 300 };

/* A row that is watched over replications. */
struct world_lab_watched {
    const char *entity, *metric, *stat;
    struct stat_moments moments; /* of the replications in which it was not NAN */
};

struct world_lab {
    struct scenario_file *file;
    struct scenario *scenario;
    struct world *world;
    struct sample sample; /* of the latest replication */
    bool has_sample;
    struct world_lab_watched watched[WORLD_LAB_WATCHED];
    size_t watched_count;
    struct must_context where;
    char replay[WORLD_LAB_REPLAY];
};

/* Loads a text that must be sound, in its first variant at its first point, and builds its world.
 * A text without quotation marks or braces is the path of a scenario file. */
void world_lab_open(struct world_lab *lab, const char *text);
/* True if a text is sound. */
bool world_lab_accepts(const char *text);
/* Another variant or point of the same text. */
void world_lab_open_at(struct world_lab *lab, const char *text, size_t variant, size_t point);
void world_lab_close(struct world_lab *lab);

/* Runs one replication and takes its sample. */
void world_lab_run(struct world_lab *lab, uint32_t replication);
/* Runs replications first .. first + count - 1 and adds what is watched. */
void world_lab_run_all(struct world_lab *lab, uint32_t first, uint32_t count);
/* Watches a row; returns its moments, filled by world_lab_run_all. */
const struct stat_moments *world_lab_watch(struct world_lab *lab, const char *entity,
                                           const char *metric, const char *stat);

/* A value of the latest sample; the row must exist. */
double world_lab_value(const struct world_lab *lab, const char *entity, const char *metric,
                       const char *stat);
/* Fails unless it is that number, to within 1e-9. */
void world_lab_expect_value(const struct world_lab *lab, const char *entity, const char *metric,
                            const char *stat, double wanted);
const struct hist *world_lab_hist(const struct world_lab *lab, const char *entity,
                                  const char *metric);

/* Facts in words, one after the other: "3 DELETED 0; 5 STARTED 1", which is the time in seconds,
 * the kind and the message's number. */
struct world_lab_log {
    struct text text;
    const char *kinds; /* those to hear, parted by blanks */
};
/* Hears from now on; the log must outlive the world and its text be freed. */
void world_lab_listen(struct world_lab *lab, struct world_lab_log *log, const char *kinds);

/* Runs a replication, fails unless these kinds of facts were told so, and closes the world. */
void world_lab_expect_told(struct world_lab *lab, const char *kinds, const char *wanted);

/* Attaches an observer for the life of the world. */
void world_lab_attach(struct world_lab *lab, struct observer observer);

/* Fails unless the mean over the replications is `expected` within the interval that normal means
 * leave with an error of 1e-6, or within floor (for what is exact but for rounding). */
#define WORLD_LAB_EXPECT(moments, expected, floor)                                                 \
    world_lab_expect_at(moments, expected, floor, #expected, __FILE__, __LINE__)
void world_lab_expect_at(const struct stat_moments *moments, double expected, double floor,
                         const char *what, const char *file, int line);

#endif
