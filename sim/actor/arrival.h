// SPDX-License-Identifier: GPL-3.0-or-later
/* Arrival processes: when a producer's next message comes.  Closed and saturated loops are driven
 * by what becomes of earlier messages: they have no times of their own. */
#ifndef QUEUELAB_ACTOR_ARRIVAL_H
#define QUEUELAB_ACTOR_ARRIVAL_H

#include <stdbool.h>
#include <stdint.h>
#include "base/param.h"
#include "core/dist.h"
#include "core/rng.h"
#include "core/trace_file.h"

enum arrival_loop { ARRIVAL_OPEN, ARRIVAL_CLOSED, ARRIVAL_SATURATED };

struct arrival;

struct arrival_kind {
    struct param_kind param; /* first: the name in {"process": name} and its rows */
    enum arrival_loop loop;
    bool ends; /* stops by itself */
    void (*start)(struct arrival *arrival);
    /* Time since the start of the next arrival after the one at `at_ns`; FOREVER: none. */
    int64_t (*next)(struct arrival *arrival, int64_t at_ns);
    double (*rate)(const void *cfg); /* mean arrivals per second; NAN where unknown */
};

/* Field: struct param_choice. */
extern const struct param_type arrival_param;
extern const struct arrival_kind *const arrival_kinds[]; /* ends in NULL */

/* One instance's process. */
struct arrival {
    const struct arrival_kind *kind;
    const void *cfg;
    struct rng *rng;   /* shared by the instances of a producer */
    double rate_per_s; /* of a Poisson process; 0: another one */
    uint64_t index;    /* arrivals so far of a process that asks for it */
    size_t state;      /* of a burst, or the segment of a schedule */
    int64_t state_ends_ns;
};

struct arrival_closed_cfg {
    int64_t in_flight;
    struct dist think;
};

void arrival_init(struct arrival *arrival, const struct param_choice *choice, struct rng *rng);
static inline int64_t arrival_poisson_next(const struct arrival *arrival, int64_t at_ns)
{
    return at_ns + dist_ns(rng_exponential(arrival->rng) / arrival->rate_per_s);
}
static inline int64_t arrival_next(struct arrival *arrival, int64_t at_ns)
{
    if (__builtin_expect(arrival->rate_per_s > 0.0, 1))
        return arrival_poisson_next(arrival, at_ns);
    const int64_t next_ns = arrival->kind->next(arrival, at_ns);
    arrival->index++;
    return next_ns;
}

/* The trace of a "trace" process, else NULL. */
const struct trace_file *arrival_trace(const struct param_choice *choice);

#endif
