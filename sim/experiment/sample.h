// SPDX-License-Identifier: GPL-3.0-or-later
/* What one replication ended in: plain numbers, without a pointer into a world.  Names belong to
 * the scenario, which outlives its samples, or to the program. */
#ifndef QUEUELAB_EXPERIMENT_SAMPLE_H
#define QUEUELAB_EXPERIMENT_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "core/hist.h"
#include "scenario/world.h"
#include "experiment/buckets.h"

struct sample_row {
    const char *entity, *metric, *stat, *unit;
    double value; /* NAN: not available */
};

struct sample_hist {
    const char *entity, *metric;
    struct hist hist;
};

/* A run that ended by itself is shown to the end of the bucket in which it did: it would have gone
 * on with nothing.  Otherwise its last bucket ends with the run, which that instant is no part of.
 */
struct sample_series {
    const char *entity, *metric;
    struct buckets buckets;
    double after; /* what it counts with when it has ended: a gauge's last value, a rate's 0 */
};

/* What one expectation about an order of receives wants to see: the bodies of first receives. */
struct sample_received {
    size_t count;
    const char **bodies; /* "" where a message has none */
};

/* The order in which a queue's first messages were received: their numbers. */
enum { SAMPLE_ORDER = 24 };
struct sample_order {
    size_t count; /* 0 unless all of the few messages received are of one producer */
    uint64_t numbers[SAMPLE_ORDER];
    bool has_more;
};

struct sample {
    struct arena arena;
    size_t row_count, row_capacity;
    struct sample_row *rows;
    size_t hist_count, hist_capacity;
    struct sample_hist *hists;
    size_t series_count, series_capacity;
    struct sample_series *series;
    /* Both NULL unless asked for: one for each of the scenario's expectations, one for each queue.
     */
    struct sample_received *received;
    struct sample_order *orders;
    uint64_t fingerprint, event_count;
    enum world_end end;
    int64_t end_ns;
};

/* Takes what the world said in its last run; with_received also what was received in which order.
 */
void sample_init(struct sample *sample, const struct scenario *scenario, const struct world *world,
                 bool with_received);
void sample_free(struct sample *sample);

#endif
