// SPDX-License-Identifier: GPL-3.0-or-later
/* Publications under way, where nobody sends on: how many branches of each have not ended.
 *
 * Most end soon, and their roots follow each other: the latest have places of their own by the low
 * bits of their roots, side by side.  One that is still under way when another needs its place goes
 * to a table of the few.  Used only in a world that has topics and no consumer that sends on; there
 * metric_chain's table is empty. */
#ifndef QUEUELAB_OBSERVE_PUBLICATIONS_H
#define QUEUELAB_OBSERVE_PUBLICATIONS_H

#include <stdbool.h>
#include <stdint.h>
#include "observe/roots.h"

struct observe;

enum { PUBLICATIONS_LATEST = 4096 };

struct publication {
    uint64_t root;
    int64_t called_ns;
    uint32_t open; /* branches that have not ended; 0: the place is free */
    bool is_lost;  /* one of them was lost */
};

struct publications {
    struct publication *latest; /* PUBLICATIONS_LATEST places; NULL: none is ever under way */
    struct roots others;
};

void publications_init(struct publications *publications, bool are_used);
void publications_free(struct publications *publications);
void publications_clear(struct publications *publications);

/* So many branches more. */
void publications_begin(struct publications *publications, uint64_t root, int64_t called_ns,
                        uint32_t branches);
/* A branch ended of one that is not among the latest: false if it is none of the others either. */
bool publications_other_ended(struct observe *observe, uint64_t root, bool is_lost, int64_t at_ns);
/* The last branch of it ended: it is measured, unless one was lost. */
void publications_over(struct observe *observe, const struct publication *publication,
                       int64_t at_ns);

static inline struct publication *publications_place(const struct publications *publications,
                                                     uint64_t root)
{
    return &publications->latest[root % PUBLICATIONS_LATEST];
}

#endif
