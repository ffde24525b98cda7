// SPDX-License-Identifier: GPL-3.0-or-later
/* A circuit breaker: whoever calls asks it first, and tells it how the call went.
 *
 *              so many failures in a row              a call fails
 *     CLOSED ────────────────────────────▶ OPEN ◀────────────────── HALF OPEN
 *        ▲                                  └───── time is up ────────▶ │
 *        └───────────── the one trial call goes well ───────────────────┘
 *
 * It needs no event: time is looked at when somebody asks.  A call carries a ticket, so that the
 * end of a call that began before the last change of state is not mistaken for the trial's. */
#ifndef QUEUELAB_ACTOR_BREAKER_H
#define QUEUELAB_ACTOR_BREAKER_H

#include <stdbool.h>
#include <stdint.h>
#include "base/param.h"

struct breaker_cfg {
    int64_t failures; /* 0: there is no breaker */
    int64_t open_ns;
};
extern const struct param breaker_rows[];
/* Adds a mistake to the reader where the "breaker" of that caller, if it has one, could not open.
 */
void breaker_check(struct param_reader *reader, const struct json *caller);

/* One for each that calls by itself: an instance.  All zero: closed. */
struct breaker {
    int64_t failures;    /* in a row, while closed */
    int64_t reopens_ns;  /* while open: when a trial is allowed */
    uint32_t generation; /* of its state; even: closed, odd: open */
    bool has_trial;      /* while open: one call is on trial */
};

/* A breaker that refuses a call gives this. */
#define BREAKER_REFUSED UINT32_MAX

static inline bool breaker_is_used(const struct breaker_cfg *cfg)
{
    return cfg->failures > 0;
}
/* May a call be made now?  A ticket to hand back, or BREAKER_REFUSED: a short circuit. */
uint32_t breaker_ask(struct breaker *breaker, int64_t now_ns);
/* Tells how the call with that ticket ended; true: that opened the circuit, or opened it again. */
bool breaker_tell(struct breaker *breaker, const struct breaker_cfg *cfg, uint32_t ticket,
                  bool went_well, int64_t now_ns);
/* The call with that ticket is over and nobody knows how. */
void breaker_forget(struct breaker *breaker, uint32_t ticket);

#endif
