// SPDX-License-Identifier: GPL-3.0-or-later
/* What is heard of a fair queue besides (FAIR-5): how many tenants are noisy, what waits of the
 * quiet ones, and how long messages of either waited.  Called by the general handlers where
 * traits.is_fair is set. */
#ifndef QUEUELAB_OBSERVE_METRIC_FAIR_H
#define QUEUELAB_OBSERVE_METRIC_FAIR_H

#include "observe/account.h"
#include "observe/metric.h"
#include "observe/tenants.h"

struct fair_account {
    struct series noisy_groups, quiet[LEDGER_STATES]; /* by state; GONE is unused */
    struct series age;
    uint32_t oldest; /* the slot whose age that is, or LEDGER_NONE */
    struct hist waiting_quiet, waiting_noisy;
    struct tenants tenants;
};

void metric_fair_free(struct queue_account *queue);
void metric_fair_clear(struct queue_account *queue);
void metric_fair_rows(const struct queue_account *queue, const struct metric_rows *rows);

account_hear metric_fair_begin;  /* FAIR */
account_hear metric_fair_judged; /* NOISY */

/* The message is the newest of its group; its record stands but for its state. */
void metric_fair_entered(struct observe *observe, struct queue_account *queue,
                         const struct fact *fact);
void metric_fair_shift(struct observe *observe, struct queue_account *queue, uint32_t slot,
                       int64_t into_ns, enum ledger_state from, enum ledger_state to);
/* For the first time; the record is as before. */
void metric_fair_received(struct observe *observe, struct queue_account *queue,
                          const struct fact *fact);
/* The message has left, or was received once more: its age may count no more. */
void metric_fair_aged(struct observe *observe, struct queue_account *queue,
                      const struct fact *fact);

#endif
