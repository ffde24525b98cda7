// SPDX-License-Identifier: GPL-3.0-or-later
/* What comes before a handler, calls that changed no message, and what queues announce of
 * themselves. */
#include "observe/hear.h"

#include "observe/invariant.h"
#include "observe/metric.h"
#include "observe/metric_chain.h"

void hear_edges(struct observe *observe, int64_t at_ns)
{
    const struct observe_setting *setting = &observe->setting;
    if (!observe->is_open && at_ns >= setting->from_ns) {
        account_begin_window(observe);
        observe->is_open = true;
        observe->cohort_bit = LEDGER_COUNTED;
        observe->edge_ns = setting->until_ns < INT64_MAX ? setting->until_ns + 1 : INT64_MAX;
    }
    if (observe->cohort_bit != 0 && at_ns > setting->until_ns) {
        account_end_window(observe);
        observe->cohort_bit = 0;
        observe->edge_ns = INT64_MAX;
    }
}

/* Nothing more is due up to the end of the open piece or the next edge of the window; an observer
 * wants every fact. */
static void set_quiet(struct observe *observe)
{
    const struct series_clock *clock = &observe->clock;
    const int64_t due_ns = clock->stop_ns < observe->edge_ns ? clock->stop_ns : observe->edge_ns;
    observe->ear.start_ns = clock->start_ns;
    observe->ear.quiet_ns = observe->observer_count > 0 ? 0 : due_ns - observe->ear.start_ns;
}

void hear_due(struct observe *observe, const struct fact *fact)
{
    MUST(fact->at_ns >= observe->ear.start_ns && fact->kind < PROBE_KIND_COUNT);
    for (size_t i = 0; i < observe->observer_count; i++)
        observe->observers[i].hear(observe->observers[i].context, fact);
    if (fact->at_ns >= observe->edge_ns)
        hear_edges(observe, fact->at_ns);
    account_roll(observe, fact->at_ns);
    set_quiet(observe);
    observe->ear.hear[fact->kind](observe, fact, fact->at_ns - observe->ear.start_ns);
}

void hear_call(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    (void)into_ns;
    struct queue_account *queue = account_queue(observe, fact->node);
    struct queue_counts *counts = &queue->counts;
    const bool is_free = account_topic(observe, fact->peer) != NULL; /* COST-4 */
    switch ((enum probe_kind)fact->kind) {
    case PROBE_REJECTED:
        counts->rejected++;
        counts->unbilled += is_free;
        metric_cost_add(queue, fact, 0, false);
        return;
    case PROBE_DEDUPED:
        counts->deduped++;
        counts->unbilled += is_free ? metric_cost_requests(fact->bytes) : 0;
        metric_cost_add(queue, fact, fact->bytes, false);
        invariant_dedup_deduped(observe, queue, fact);
        if (observe->setting.forwards != NULL)
            metric_chain_merged(observe, fact);
        return;
    case PROBE_DELETE_IGNORED:
        counts->repeated_deletes += fact->value == 1;
        break;
    case PROBE_EMPTY:
        counts->empty++;
        break;
    case PROBE_THROTTLED:
        counts->throttled++;
        counts->unbilled += is_free;
        break;
    default: /* a call, nothing more */
        break;
    }
    counts->calls += fact->n == 0;
}

static void limit_receives(struct queue_traits *traits)
{
    const bool has_policy = traits->dead_letter >= 0 && traits->max_receives > 0;
    traits->receives_limit = has_policy ? traits->max_receives : UINT32_MAX;
}

void hear_changed(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    (void)into_ns;
    struct queue_account *queue = account_queue(observe, fact->node);
    struct queue_traits *traits = &queue->traits;
    switch ((enum queue_fact)fact->n) {
    case QUEUE_FACT_FIFO:
        traits->is_fifo = fact->value != 0;
        traits->plain = traits->is_fifo ? TRAITS_PLAIN_FIFO : TRAITS_PLAIN_STANDARD;
        if (traits->is_fifo && queue->groups_in_flight.clock == NULL)
            series_init(&queue->groups_in_flight, &observe->clock, SERIES_GAUGE);
        break;
    case QUEUE_FACT_RETENTION_NS:
        traits->retention_ns = fact->value;
        break;
    case QUEUE_FACT_DELAY_NS:
        if (traits->delay_ns >= 0 && traits->delay_ns != fact->value)
            traits->new_delay_ns = fact->at_ns;
        traits->delay_ns = fact->value;
        break;
    case QUEUE_FACT_MAX_RECEIVES:
        traits->max_receives = (uint32_t)fact->value;
        limit_receives(traits);
        break;
    case QUEUE_FACT_DEAD_LETTER:
        traits->dead_letter = (int32_t)fact->value;
        limit_receives(traits);
        break;
    case QUEUE_FACT_STORE_IS_IDEAL:
        traits->is_ideal = fact->value != 0;
        break;
    case QUEUE_FACT_AGE_RECEIVES:
        metric_age_limit(queue, &observe->ledger, fact->value, fact->at_ns);
        break;
    case QUEUE_FACT_VISIBILITY_NS: /* a receive may override it */
    case QUEUE_FACT_DEDUP_PER_GROUP:
    case QUEUE_FACT_IN_FLIGHT_LIMIT:
    case QUEUE_FACT_HAS_CONSUMER:
        break;
    }
}

/* What happens and does not last goes up and down at once: it shows in the greatest value. */
void hear_trouble(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    if (!observe->setting.has_faults)
        return;
    if (fact->kind == PROBE_FAULT_ON)
        series_up(&observe->faults, into_ns);
    if (fact->kind == PROBE_FAULT_OFF || fact->other != 0)
        series_down(&observe->faults, into_ns);
}
