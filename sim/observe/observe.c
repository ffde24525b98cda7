// SPDX-License-Identifier: GPL-3.0-or-later
/* The life of an observe: opening, clearing, and the end of a run. */
#include "observe/observe.h"

#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "observe/account.h"
#include "observe/hear.h"
#include "observe/invariant.h"
#include "observe/metric.h"
#include "observe/topics.h"

const struct observe_invariant observe_invariants[] = {
#define OBSERVE_INVARIANT(name, sentence) {#name, sentence},
    INVARIANTS(OBSERVE_INVARIANT)
#undef OBSERVE_INVARIANT
        {NULL, NULL}};

/* The window before any fact. */
static void start(struct observe *observe)
{
    observe->ear.start_ns = observe->ear.quiet_ns = 0;
    observe->edge_ns = observe->setting.from_ns;
    observe->cohort_bit = 0;
    observe->is_open = false;
    observe->is_conserved = true;
    observe->end_ns = -1;
    observe->event_count = observe->message_count = 0;
}

static void replace(struct observe *observe, enum probe_kind kind, account_hear *usual,
                    account_hear *here)
{
    if (observe->ear.hear[kind] == usual)
        observe->ear.hear[kind] = here;
}

/* What is plain elsewhere may not be so in this world. */
static void choose_handlers(struct observe *observe)
{
    const struct observe_setting *setting = &observe->setting;
    const bool has_chains = setting->forwards != NULL;
    if (setting->may_repeat || has_chains)
        replace(observe, PROBE_SUCCEEDED, hear_plain_succeeded, metric_worker_ended);
    if (observe->topics != NULL)
        replace(observe, PROBE_SUCCEEDED, hear_plain_succeeded, hear_plain_branch_succeeded);
    if (observe->has_endpoints)
        replace(observe, PROBE_ANSWERED, metric_producer_answered, metric_producer_called);
    if (has_chains)
        replace(observe, PROBE_ACCEPTED, hear_plain_accepted, hear_accepted);
}

struct observe *observe_new(const struct observe_setting *setting)
{
    struct observe *observe = must_alloc_lines(sizeof *observe);
    observe->setting = *setting;
    ledger_init(&observe->ledger);
    roots_init(&observe->works);
    roots_init(&observe->chains);
    account_open_all(observe);
    publications_init(&observe->publications, observe->topics != NULL && setting->forwards == NULL);
    observe->effects.node_count = setting->node_count;
    memcpy(observe->ear.hear, observe_sink_table(setting->metrics || setting->invariants),
           sizeof observe->ear.hear);
    observe->ear.expect = observe_expect;
    choose_handlers(observe);
    start(observe);
    return observe;
}

void observe_free(struct observe *observe)
{
    if (observe == NULL)
        return;
    account_free_all(observe);
    ledger_free(&observe->ledger);
    groups_free_links(&observe->links);
    tenants_free_links(&observe->tenant_links);
    roots_free(&observe->works);
    roots_free(&observe->chains);
    publications_free(&observe->publications);
    effects_free(&observe->effects);
    free(observe);
}

void observe_clear(struct observe *observe)
{
    account_clear_all(observe);
    ledger_clear(&observe->ledger);
    roots_clear(&observe->works);
    roots_clear(&observe->chains);
    publications_clear(&observe->publications);
    effects_clear(&observe->effects);
    start(observe);
}

void observe_finish(struct observe *observe, int64_t end_ns, uint64_t event_count)
{
    MUST(observe->end_ns < 0 && end_ns >= observe->ear.start_ns);
    hear_edges(observe, end_ns);
    if (!observe->is_open) /* the run ended in the warm-up: nothing counts */
        account_begin_window(observe);
    if (!observe->is_open || observe->cohort_bit != 0)
        account_end_window(observe);
    account_finish_all(observe, end_ns);
    observe->is_conserved = invariant_conservation_end(observe);
    invariant_topic_end(observe);
    observe->end_ns = end_ns;
    observe->event_count = event_count;
}
