// SPDX-License-Identifier: GPL-3.0-or-later
/* The closed forms of theory.h as a list: what each is about, where it is from, and what must be
 * true of a scenario for it to apply.  Figures that overlay one and `queuelab theory` ask here, so
 * that none is drawn over a model that does not meet its assumptions. */
#ifndef QUEUELAB_EXPERIMENT_FORMULA_H
#define QUEUELAB_EXPERIMENT_FORMULA_H

#include <stdbool.h>
#include <stddef.h>
#include "experiment/setting.h"

enum formula_about { FORMULA_QUEUE, FORMULA_DOWNSTREAM, FORMULA_PRODUCER };

/* What formulas want to know of a queue with its consumer, of a downstream, or of a producer at the
 * head of a chain of queues. */
struct formula_station {
    const struct scenario *scenario;
    enum formula_about about;
    const char *entity;
    struct setting_arrivals arrivals;
    struct setting_service service;
    bool is_known;           /* the service time */
    double load;             /* per worker */
    double wait_s;           /* of a receive */
    double visibility_s;     /* the queue's */
    double outlast_p;        /* P(a work takes longer than that) */
    double retention_s;      /* of the queue; INFINITY: what waits is kept */
    double failure_p;        /* of an attempt, by bad luck alone; NAN: not known */
    int stale_delete;        /* of the queue */
    int64_t max_receives;    /* of its redrive policy; 0: none */
    double room;             /* of a downstream; INFINITY: no limit */
    double chain_s;          /* mean time through all queues of a chain of M/M/c */
    const char *chain_fault; /* why there is none; NULL: there is one */
};

/* Assumptions, asked in this order. */
enum formula_needs {
    FORMULA_KNOWN = 1, /* one consumer, whose service time is known */
    FORMULA_PLAIN = 2, /* one message at a time, nothing fails, the queue is ideal */
    FORMULA_SOLE = 4,  /* producers alone send to it */
    FORMULA_POISSON = 8,
    FORMULA_RENEWAL = 16,
    FORMULA_SINGLE = 32, /* no batches */
    FORMULA_UNGROUPED = 64,
    FORMULA_PROMPT = 128,  /* the network and the queue take no time */
    FORMULA_WAITING = 256, /* receives wait */
    FORMULA_HIDDEN = 512,  /* no work outlasts the visibility timeout */
    FORMULA_ONE = 1024,    /* worker */
    FORMULA_EXPONENTIAL = 2048,
    FORMULA_CONSTANT = 4096,
    FORMULA_SPREAD = 8192,  /* of service times is finite */
    FORMULA_STABLE = 16384, /* the load is below 1 */
    FORMULA_NO_REDRIVE = 1 << 15,
    FORMULA_IDLE = 1 << 16, /* a message that comes back finds a worker */
    FORMULA_OUTLASTS = 1 << 17,
    FORMULA_FAILS = 1 << 18,
    FORMULA_REDRIVE = 1 << 19,
    FORMULA_LAZY = 1 << 20, /* its work takes as good as no time */
    FORMULA_ROOM = 1 << 21, /* is limited */
    FORMULA_ONCE = 1 << 22, /* refused calls are not tried again */
    FORMULA_CHAIN = 1 << 23,
    FORMULA_LASTING = 1 << 24, /* messages are sent until the run is over */
    FORMULA_KEPT = 1 << 25,    /* no message expires */

    /* What every queueing formula of a queue asks of it. */
    FORMULA_SYSTEM = FORMULA_KNOWN | FORMULA_PLAIN | FORMULA_SOLE | FORMULA_POISSON |
                     FORMULA_SINGLE | FORMULA_UNGROUPED | FORMULA_PROMPT | FORMULA_WAITING |
                     FORMULA_HIDDEN | FORMULA_LASTING | FORMULA_KEPT,
    FORMULA_MM1 = FORMULA_SYSTEM | FORMULA_ONE | FORMULA_EXPONENTIAL | FORMULA_STABLE
};

struct formula {
    const char *name;
    enum formula_about about;
    unsigned needs;
    const char *words;         /* "time in the queue, mean" */
    const char *metric, *stat; /* of the entity in the results */
    const char *unit;
    double (*value)(const struct formula_station *station);
    const char *source;
    bool is_approximation;
    bool is_per_second; /* the metric counts, and the formula speaks of each second */
};

/* Ends with a name of NULL.  Formulas of one name stand together. */
extern const struct formula formulas[];

void formula_station(struct formula_station *station, const struct scenario *scenario,
                     enum formula_about about, const char *entity, struct arena *arena);

/* The first of the assumptions that the station does not meet, as a sentence in the arena; NULL: it
 * meets all. */
const char *formula_refusal(const struct formula_station *station, unsigned needs,
                            struct arena *arena);

/* Its name for this station: "M/M/3". */
const char *formula_title(const struct formula *formula, const struct formula_station *station,
                          struct arena *arena);

/* The first formula of that metric that applies whatever the load is; NULL: none. */
const struct formula *formula_find(const struct formula_station *station, const char *metric,
                                   const char *stat, struct arena *arena);
/* Its value at another load of the workers. */
double formula_at_load(const struct formula *formula, const struct formula_station *station,
                       double load);

#endif
