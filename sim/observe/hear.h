// SPDX-License-Identifier: GPL-3.0-or-later
/* The handlers of facts: each judges the fact by the invariants, lets the metrics hear it, and then
 * writes the ledger, in this order.  Called by the sink, by kind. */
#ifndef QUEUELAB_OBSERVE_HEAR_H
#define QUEUELAB_OBSERVE_HEAR_H

#include "observe/account.h"

/* What comes before the handler: observers, and the edges of the window. */
void hear_first(struct observe *observe, const struct fact *fact);
/* The window opens at from and closes after until. */
void hear_edges(struct observe *observe, int64_t at_ns);

void hear_accepted(struct observe *observe, const struct fact *fact);
void hear_preloaded(struct observe *observe, const struct fact *fact);
void hear_delivered(struct observe *observe, const struct fact *fact);
void hear_shown(struct observe *observe, const struct fact *fact); /* DELAYED_OVER, HIDDEN_OVER */
void hear_extended(struct observe *observe, const struct fact *fact);
void hear_deleted(struct observe *observe, const struct fact *fact);
void hear_expired(struct observe *observe, const struct fact *fact);
void hear_purged(struct observe *observe, const struct fact *fact);
void hear_moved(struct observe *observe, const struct fact *fact); /* DEAD_LETTERED, MOVED */
void hear_back(struct observe *observe, const struct fact *fact);  /* RESURRECTED, COPIED */
/* A call that changed no message: REJECTED, DEDUPED, DELETE_*, EMPTY, THROTTLED, OVER_LIMIT. */
void hear_call(struct observe *observe, const struct fact *fact);
void hear_changed(struct observe *observe, const struct fact *fact); /* QUEUE_CHANGED */

#endif
