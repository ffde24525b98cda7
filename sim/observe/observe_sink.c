// SPDX-License-Identifier: GPL-3.0-or-later
/* The one sink: observers first, then the window's edges, then the fact's handler, called directly.
 */
#include "observe/observe.h"

#include "observe/account.h"
#include "observe/hear.h"
#include "observe/metric.h"

/* What happens to few messages, or seldom. */
static void hear_rare(struct observe *observe, const struct fact *fact)
{
    switch ((enum probe_kind)fact->kind) {
    case PROBE_EXTENDED:
        hear_extended(observe, fact);
        break;
    case PROBE_RETENTION_OVER:
        hear_expired(observe, fact);
        break;
    case PROBE_DEAD_LETTERED:
    case PROBE_MOVED:
        hear_moved(observe, fact);
        break;
    case PROBE_PURGED:
        hear_purged(observe, fact);
        break;
    case PROBE_RESURRECTED:
    case PROBE_COPIED:
        hear_back(observe, fact);
        break;
    case PROBE_PRELOADED:
        hear_preloaded(observe, fact);
        break;
    case PROBE_RETRIED:
    case PROBE_GAVE_UP:
        metric_producer_troubled(observe, fact);
        break;
    case PROBE_SKIPPED:
    case PROBE_ABANDONED:
        metric_worker_let_go(observe, fact);
        break;
    case PROBE_CRASHED:
    case PROBE_RESTARTED:
    case PROBE_CAPACITY:
        metric_worker_capacity(observe, fact);
        break;
    case PROBE_QUEUE_CHANGED:
        hear_changed(observe, fact);
        break;
    default:
        MUST(fact->kind < PROBE_KIND_COUNT);
        hear_call(observe, fact);
        break;
    }
}

void observe_sink(void *context, const struct fact *fact)
{
    struct observe *observe = context;
    MUST(fact->at_ns >= observe->last_ns);
    observe->last_ns = fact->at_ns;
    if (__builtin_expect(fact->at_ns >= observe->edge_ns || observe->observer_count > 0, 0))
        hear_first(observe, fact);
    switch ((enum probe_kind)fact->kind) {
    case PROBE_ACCEPTED:
        hear_accepted(observe, fact);
        break;
    case PROBE_ANSWERED:
        metric_producer_answered(observe, fact);
        break;
    case PROBE_DELIVERED:
        hear_delivered(observe, fact);
        break;
    case PROBE_STARTED:
        metric_worker_started(observe, fact);
        break;
    case PROBE_SUCCEEDED:
    case PROBE_FAILED:
        metric_worker_ended(observe, fact);
        break;
    case PROBE_DELETED:
        hear_deleted(observe, fact);
        break;
    case PROBE_HIDDEN_OVER:
    case PROBE_DELAYED_OVER:
        hear_shown(observe, fact);
        break;
    default:
        hear_rare(observe, fact);
        break;
    }
}
