// SPDX-License-Identifier: GPL-3.0-or-later
/* The one sink: what is due before the fact, then the fact's handler, by kind. */
#include "observe/observe.h"

#include "observe/account.h"
#include "observe/hear.h"
#include "observe/metric.h"
#include "observe/metric_alarm.h"
#include "observe/metric_chain.h"
#include "observe/metric_endpoint.h"
#include "observe/metric_fair.h"
#include "observe/topics.h"

/* All that is heard. */
static account_hear *const hear_all[PROBE_KIND_COUNT] = {
    [PROBE_ACCEPTED] = hear_plain_accepted,
    [PROBE_REJECTED] = hear_call,
    [PROBE_DEDUPED] = hear_call,
    [PROBE_DELAYED_OVER] = hear_shown,
    [PROBE_DELIVERED] = hear_plain_delivered,
    [PROBE_EXTENDED] = hear_extended,
    [PROBE_EXTEND_REFUSED] = hear_call,
    [PROBE_DELETED] = hear_plain_deleted,
    [PROBE_DELETE_IGNORED] = hear_call,
    [PROBE_DELETE_REFUSED] = hear_call,
    [PROBE_HIDDEN_OVER] = hear_shown,
    [PROBE_RETENTION_OVER] = hear_expired,
    [PROBE_DEAD_LETTERED] = hear_moved,
    [PROBE_MOVED] = hear_moved,
    [PROBE_PURGED] = hear_purged,
    [PROBE_RESURRECTED] = hear_back,
    [PROBE_COPIED] = hear_back,
    [PROBE_PRELOADED] = hear_preloaded,
    [PROBE_EMPTY] = hear_call,
    [PROBE_THROTTLED] = hear_call,
    [PROBE_OVER_LIMIT] = hear_call,
    [PROBE_ANSWERED] = metric_producer_answered,
    [PROBE_RETRIED] = metric_producer_troubled,
    [PROBE_GAVE_UP] = metric_producer_troubled,
    [PROBE_STARTED] = metric_worker_started,
    [PROBE_SUCCEEDED] = hear_plain_succeeded,
    [PROBE_FAILED] = metric_worker_ended,
    [PROBE_EFFECT] = metric_effects_happened,
    [PROBE_EFFECT_SKIPPED] = metric_effects_skipped,
    [PROBE_SKIPPED] = metric_worker_let_go,
    [PROBE_CRASHED] = metric_worker_capacity,
    [PROBE_ABANDONED] = metric_worker_let_go,
    [PROBE_RESTARTED] = metric_worker_capacity,
    [PROBE_CAPACITY] = metric_worker_capacity,
    [PROBE_INVOKED] = metric_function_invoked,
    [PROBE_INVOCATION_ENDED] = metric_function_ended,
    [PROBE_INVOKE_THROTTLED] = metric_function_throttled,
    [PROBE_EVENT_DROPPED] = metric_function_dropped,
    [PROBE_QUEUE_CHANGED] = hear_changed,
    [PROBE_FAIR] = metric_fair_begin,
    [PROBE_NOISY] = metric_fair_judged,
    [PROBE_FORWARDED] = metric_chain_forwarded,
    [PROBE_HOP_LIMIT] = metric_chain_limited,
    [PROBE_JOIN_BEGUN] = metric_chain_begun,
    [PROBE_JOINED] = metric_chain_joined,
    [PROBE_JOIN_TIMED_OUT] = metric_chain_joined,
    [PROBE_JOIN_DROPPED] = metric_chain_dropped,
    [PROBE_PUBLISHED] = topics_hear_published,
    [PROBE_PUBLISH_DEDUPED] = topics_hear_refused,
    [PROBE_PUBLISH_REJECTED] = topics_hear_refused,
    [PROBE_FANNED_OUT] = topics_hear_fanned_out,
    [PROBE_FILTERED] = topics_hear_filtered,
    [PROBE_NOTIFIED] = topics_hear_notified,
    [PROBE_NOTIFY_FAILED] = topics_hear_failed,
    [PROBE_NOTIFY_LOST] = topics_hear_lost,
    [PROBE_REQUESTED] = metric_endpoint_requested,
    [PROBE_REQUEST_REFUSED] = metric_endpoint_requested,
    [PROBE_RESPONDED] = metric_endpoint_responded,
    [PROBE_REQUEST_BEGUN] = metric_endpoint_begun,
    [PROBE_REQUEST_LOST] = metric_endpoint_begun,
    [PROBE_BREAKER_OPENED] = metric_producer_cut,
    [PROBE_SHORT_CIRCUITED] = metric_producer_cut,
    [PROBE_ALARM] = metric_alarm_changed,
    [PROBE_SCALED] = metric_worker_scaled,
    [PROBE_FAULT_ON] = hear_trouble,
    [PROBE_FAULT_OFF] = hear_trouble,
};

/* With metrics and invariants off: the number of messages. */
static void count_messages(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    (void)into_ns;
    observe->message_count += fact->kind == PROBE_ACCEPTED || fact->kind == PROBE_PRELOADED;
}

static account_hear *const hear_little[PROBE_KIND_COUNT] = {
#define OBSERVE_LITTLE(name) [PROBE_##name] = count_messages,
    PROBE_KINDS(OBSERVE_LITTLE)
#undef OBSERVE_LITTLE
};

void observe_expect(const struct observe *observe, uint32_t message)
{
    if (ledger_knows(&observe->ledger, message))
        __builtin_prefetch(&observe->ledger.at[message], 1);
}

account_hear *const *observe_sink_table(bool everything)
{
    return everything ? hear_all : hear_little;
}

const struct probe_ear *observe_ear(const struct observe *observe)
{
    return &observe->ear;
}

void observe_sink(void *context, const struct fact *fact)
{
    struct observe *observe = context;
    const int64_t into_ns = fact->at_ns - observe->ear.start_ns;
    if (__builtin_expect((uint64_t)into_ns >= (uint64_t)observe->ear.quiet_ns, 0))
        hear_due(observe, fact);
    else
        observe->ear.hear[fact->kind](observe, fact, into_ns);
}
