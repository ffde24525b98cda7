// SPDX-License-Identifier: GPL-3.0-or-later
/* The books of a run, kept from its facts alone and sharing nothing with the invariants: where each
 * message is, why each left, and whether that explains it.
 *
 * A message may leave a queue when a consumer has worked on it (or takes it before its work, or
 * filters it out), when retention is over, by redrive and by purge; a send that was answered was
 * accepted; a publication is delivered or given up, once for each subscription that it matches; a
 * conditional write lets no effect happen twice. */
#ifndef QUEUELAB_PROPERTY_JUDGE_BALANCE_H
#define QUEUELAB_PROPERTY_JUDGE_BALANCE_H

#include <stdbool.h>
#include <stddef.h>
#include "core/probe.h"
#include "scenario/scenario.h"

enum { BALANCE_REASON = 256 };

struct balance;

struct balance *balance_new(const struct scenario *scenario);
void balance_free(struct balance *balance);
void balance_clear(struct balance *balance); /* for the next run */

/* An observer; context is the balance. */
void balance_hear(void *context, const struct fact *fact);

/* What does not balance, or NULL.  After a run that has drained: then nothing is left where someone
 * reads.  In what is live nothing may have expired. */
const char *balance_close(struct balance *balance, bool is_live);

#endif
