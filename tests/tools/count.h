// SPDX-License-Identifier: GPL-3.0-or-later
/* Counts the facts of a world's runs by kind, and hashes them but for what faults say of
 * themselves. */
#ifndef QUEUELAB_TOOLS_COUNT_H
#define QUEUELAB_TOOLS_COUNT_H

#include "tools/world.h"

struct count {
    int64_t from_ns, until_ns; /* counts in [from, until) */
    uint64_t of[PROBE_KIND_COUNT];
    double value_sum[PROBE_KIND_COUNT];
    int64_t first_ns[PROBE_KIND_COUNT], last_ns[PROBE_KIND_COUNT]; /* last_ns -1: none */
    uint64_t hash; /* of all facts in the window, in order, whoever worked on what */
};

/* Loads the text and runs replication 1, counting from from_s until until_s (0: to the end). */
struct count count_run(const char *text, double from_s, double until_s);

#endif
