// SPDX-License-Identifier: GPL-3.0-or-later
/* The one sink: observers first, then the window's edges, then the fact's handler. */
#include "observe/observe.h"

#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "observe/account.h"
#include "observe/hear.h"
#include "observe/invariant.h"
#include "observe/metric.h"

/* The window before any fact. */
static void start(struct observe *observe)
{
    observe->last_ns = 0;
    observe->edge_ns = observe->setting.from_ns;
    observe->cohort_bit = 0;
    observe->is_open = false;
    observe->is_conserved = true;
    observe->end_ns = -1;
    observe->event_count = 0;
}

struct observe *observe_new(const struct observe_setting *setting)
{
    struct observe *observe = must_alloc(sizeof *observe);
    memset(observe, 0, sizeof *observe);
    observe->setting = *setting;
    ledger_init(&observe->ledger);
    roots_init(&observe->works);
    roots_init(&observe->chains);
    account_open_all(observe);
    start(observe);
    return observe;
}

void observe_free(struct observe *observe)
{
    if (observe == NULL)
        return;
    account_free_all(observe);
    ledger_free(&observe->ledger);
    group_links_free(&observe->links);
    roots_free(&observe->works);
    roots_free(&observe->chains);
    free(observe);
}

void observe_clear(struct observe *observe)
{
    account_clear_all(observe);
    ledger_clear(&observe->ledger);
    roots_clear(&observe->works);
    roots_clear(&observe->chains);
    start(observe);
}

void observer_attach(struct observe *observe, struct observer observer)
{
    MUST(observe->observer_count < OBSERVERS_MAX);
    observe->observers[observe->observer_count++] = observer;
}

/* The window opens at from and closes after until. */
static void cross_edges(struct observe *observe, int64_t at_ns)
{
    const struct observe_setting *setting = &observe->setting;
    if (!observe->is_open && at_ns >= setting->from_ns) {
        account_begin_window(observe);
        observe->is_open = true;
        observe->cohort_bit = LEDGER_COUNTED;
        observe->edge_ns = setting->until_ns < INT64_MAX ? setting->until_ns + 1 : INT64_MAX;
    }
    if (observe->is_open && at_ns > setting->until_ns) {
        observe->cohort_bit = 0;
        observe->edge_ns = INT64_MAX;
    }
}

static void dispatch(struct observe *observe, const struct fact *fact)
{
    switch ((enum probe_kind)fact->kind) {
    case PROBE_ACCEPTED:
        hear_accepted(observe, fact);
        break;
    case PROBE_DELIVERED:
        hear_delivered(observe, fact);
        break;
    case PROBE_DELETED:
        hear_deleted(observe, fact);
        break;
    case PROBE_DELAYED_OVER:
    case PROBE_HIDDEN_OVER:
        hear_shown(observe, fact);
        break;
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
    case PROBE_REJECTED:
    case PROBE_DEDUPED:
    case PROBE_DELETE_IGNORED:
    case PROBE_DELETE_REFUSED:
    case PROBE_EMPTY:
    case PROBE_THROTTLED:
    case PROBE_OVER_LIMIT:
        hear_call(observe, fact);
        break;
    case PROBE_ANSWERED:
    case PROBE_RETRIED:
    case PROBE_GAVE_UP:
        metric_producer_hear(observe, fact);
        break;
    case PROBE_STARTED:
    case PROBE_SUCCEEDED:
    case PROBE_FAILED:
    case PROBE_SKIPPED:
    case PROBE_CRASHED:
    case PROBE_ABANDONED:
    case PROBE_RESTARTED:
    case PROBE_CAPACITY:
        metric_worker_hear(observe, fact);
        break;
    case PROBE_QUEUE_CHANGED:
        hear_changed(observe, fact);
        break;
    case PROBE_KIND_COUNT:
        MUST(false && "a kind of fact");
    }
}

void observe_sink(void *context, const struct fact *fact)
{
    struct observe *observe = context;
    for (size_t i = 0; i < observe->observer_count; i++)
        observe->observers[i].hear(observe->observers[i].context, fact);
    if (!observe->setting.metrics && !observe->setting.invariants)
        return;
    MUST(fact->at_ns >= observe->last_ns);
    observe->last_ns = fact->at_ns;
    if (__builtin_expect(fact->at_ns >= observe->edge_ns, 0))
        cross_edges(observe, fact->at_ns);
    dispatch(observe, fact);
}

void observe_finish(struct observe *observe, int64_t end_ns, uint64_t event_count)
{
    MUST(observe->end_ns < 0 && end_ns >= observe->last_ns);
    cross_edges(observe, end_ns);
    if (!observe->is_open) /* the run ended in the warm-up: nothing counts */
        account_begin_window(observe);
    for (size_t i = 0; observe->setting.metrics && i < observe->setting.node_count; i++) {
        if (observe->queues[i] != NULL)
            metric_age_set(observe->queues[i], observe->queues[i]->oldest_ns, end_ns);
    }
    account_finish_all(observe, end_ns);
    observe->is_conserved = invariant_conservation_end(observe);
    observe->end_ns = end_ns;
    observe->event_count = event_count;
}
