// SPDX-License-Identifier: GPL-3.0-or-later
/* Invents calls, with an eye on the oracle's state so that they hit: handles that exist, times at
 * which something happens. */
#ifndef QUEUELAB_PROPERTY_ORACLE_INVENT_H
#define QUEUELAB_PROPERTY_ORACLE_INVENT_H

#include "core/rng.h"
#include "property/oracle/oracle.h"

/* The habits of one world. */
struct invent {
    struct rng rng;
    double weights[SCRIPT_ACTIONS];
    double waits_p, batch_p, wrong_p, long_p, busy_p;
    int groups, bodies, moments;
    bool tenants; /* groups on standard queues; set by its owner */
};

void invent_init(struct invent *v, uint64_t seed, bool fifo);
void invent_call(struct invent *v, const struct oracle *o, int number, struct script_call *call);

#endif
