// SPDX-License-Identifier: GPL-3.0-or-later
/* The handlers of facts: each judges the fact by the invariants, lets the metrics hear it, and then
 * writes the ledger, in this order.  Called by the sink, by kind. */
#ifndef QUEUELAB_OBSERVE_HEAR_H
#define QUEUELAB_OBSERVE_HEAR_H

#include "observe/account.h"

/* The handlers by kind. */
account_hear *const *observe_sink_table(bool everything);
void observe_expect(const struct observe *observe, uint32_t message);

/* A fact before which something is due: observers, the edges of the window, the ends of pieces. */
void hear_due(struct observe *observe, const struct fact *fact);
/* The window opens at from and closes after until. */
void hear_edges(struct observe *observe, int64_t at_ns);

/* Those of most facts, which leave the rest to the general ones below: see hear_plain.c. */
account_hear hear_plain_accepted, hear_plain_delivered, hear_plain_succeeded, hear_plain_deleted;
/* SUCCEEDED where there are topics. */
account_hear hear_plain_branch_succeeded;

account_hear hear_accepted, hear_preloaded, hear_delivered, hear_extended, hear_deleted;
account_hear hear_shown; /* DELAYED_OVER, HIDDEN_OVER */
account_hear hear_expired, hear_purged;
account_hear hear_moved; /* DEAD_LETTERED, MOVED */
account_hear hear_back;  /* RESURRECTED, COPIED */
/* A call that changed no message: REJECTED, DEDUPED, EXTEND_REFUSED, DELETE_IGNORED,
 * DELETE_REFUSED, EMPTY, THROTTLED, OVER_LIMIT. */
account_hear hear_call;
account_hear hear_changed; /* QUEUE_CHANGED */
account_hear hear_trouble; /* FAULT_ON, FAULT_OFF */

#endif
