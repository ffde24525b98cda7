// SPDX-License-Identifier: GPL-3.0-or-later
/* What the rules of advice.c look for.  Each says what it saw, in one sentence without its full
 * stop, or nothing, which is what it says of most. */
#ifndef QUEUELAB_EXPERIMENT_ADVICE_LOOK_H
#define QUEUELAB_EXPERIMENT_ADVICE_LOOK_H

#include "base/text.h"
#include "experiment/result.h"

struct advice_view {
    const struct result *result;
    const struct cell *cell; /* with a replication at least */
    const char *entity;      /* a queue, an actor, or "scenario": the whole cell */
};

typedef void advice_look(const struct advice_view *view, struct text *seen);

/* --- of the whole cell --- */
advice_look advice_look_saturated, advice_look_cut_off, advice_look_long_warmup,
    advice_look_precision, advice_look_never_moved, advice_look_few_tail;
/* --- of a queue --- */
advice_look advice_look_unstable, advice_look_short, advice_look_in_flight, advice_look_unread,
    advice_look_late, advice_look_wide, advice_look_rejected;
/* --- of an actor --- */
advice_look advice_look_hops;

#endif
