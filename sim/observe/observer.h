// SPDX-License-Identifier: GPL-3.0-or-later
/* Who listens besides the default metrics and invariants: traces and tests.  Observers are called
 * through a pointer, in the order of attaching, before the fact is judged: a trace ends with the
 * fact that broke an invariant. */
#ifndef QUEUELAB_OBSERVE_OBSERVER_H
#define QUEUELAB_OBSERVE_OBSERVER_H

#include "core/probe.h"

struct observe;

struct observer {
    void (*hear)(void *context, const struct fact *fact);
    void *context;
};

enum { OBSERVERS_MAX = 8 };

/* Attaches for the life of observe; more than OBSERVERS_MAX are a MUST. */
void observer_attach(struct observe *observe, struct observer observer);

#endif
