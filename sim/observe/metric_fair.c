// SPDX-License-Identifier: GPL-3.0-or-later
/* FAIR-5.  The gauges of quiet tenants follow each message of theirs, and all messages of a tenant
 * at once when it becomes noisy or quiet.  They begin when the queue becomes fair; what it holds
 * then has no group and is quiet.  waitingQuiet and waitingNoisy part waiting by what the tenant
 * was at the receive. */
#include "observe/metric_fair.h"

#include <stdlib.h>
#include "base/arena.h"

static struct fair_account *open_account(struct series_clock *clock)
{
    struct fair_account *fair = must_alloc_lines(sizeof *fair);
    series_init(&fair->noisy_groups, clock, SERIES_GAUGE);
    for (int state = LEDGER_GONE + 1; state < LEDGER_STATES; state++)
        series_init(&fair->quiet[state], clock, SERIES_GAUGE);
    series_init(&fair->age, clock, SERIES_RAMP);
    hist_init(&fair->waiting_quiet);
    hist_init(&fair->waiting_noisy);
    fair->oldest = LEDGER_NONE;
    return fair;
}

void metric_fair_free(struct queue_account *queue)
{
    struct fair_account *fair = queue->fair;
    if (fair == NULL)
        return;
    hist_free(&fair->waiting_quiet);
    hist_free(&fair->waiting_noisy);
    tenants_free(&fair->tenants);
    free(fair);
}

void metric_fair_clear(struct queue_account *queue)
{
    struct fair_account *fair = queue->fair;
    if (fair == NULL)
        return;
    hist_clear(&fair->waiting_quiet);
    hist_clear(&fair->waiting_noisy);
    tenants_clear(&fair->tenants);
    fair->oldest = LEDGER_NONE;
}

/* --- the oldest --- */

static void show_age(struct observe *observe, struct fair_account *fair, int64_t at_ns)
{
    const uint32_t slot = tenants_oldest(&fair->tenants);
    if (slot == fair->oldest)
        return;
    fair->oldest = slot;
    if (slot == LEDGER_NONE)
        series_set(&fair->age, at_ns, 0, false);
    else
        series_set(&fair->age, at_ns, at_ns - ledger_entered_ns(&observe->ledger, slot), true);
}

static bool has_age(const struct queue_account *queue, const struct ledger_record *record)
{
    return ledger_receives(record) <= queue->line.receives_most;
}

/* --- what was there before --- */

struct placed {
    uint32_t order, slot;
};

static int by_order(const void *a, const void *b)
{
    const struct placed *one = a, *other = b;
    return one->order < other->order ? -1 : one->order > other->order;
}

static void link_placed(struct observe *observe, struct fair_account *fair, struct placed *placed,
                        size_t count)
{
    if (count > 1)
        qsort(placed, count, sizeof *placed, by_order);
    for (size_t i = 0; i < count; i++)
        tenants_link(&fair->tenants, &observe->tenant_links, &observe->ledger, placed[i].slot);
}

static void take_over(struct observe *observe, struct queue_account *queue, int64_t at_ns)
{
    struct ledger *ledger = &observe->ledger;
    struct fair_account *fair = queue->fair;
    const uint32_t id = tenants_of_group(&fair->tenants, UINT32_MAX);
    struct tenant *tenant = &fair->tenants.at[id];
    struct placed *placed = must_alloc((metric_depth(queue) + 1) * sizeof *placed);
    size_t count = 0;
    for (uint32_t slot = 0; slot < ledger->used; slot++) {
        struct ledger_record *record = &ledger->at[slot];
        const enum ledger_state state = ledger_state(record);
        if (record->queue != queue->node->id || state == LEDGER_GONE)
            continue;
        tenants_own(&observe->tenant_links, slot, id);
        ledger_set(record, LEDGER_GROUPED);
        tenant->count[state]++;
        series_add(&fair->quiet[state], at_ns, 1);
        /* All places lie before the next. */
        if (has_age(queue, record))
            placed[count++] = (struct placed){record->place - queue->line.next, slot};
    }
    link_placed(observe, fair, placed, count);
    free(placed);
}

void metric_fair_begin(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    struct queue_account *queue = account_queue(observe, fact->node);
    (void)into_ns;
    MUST(!queue->traits.is_fair && !queue->traits.is_fifo);
    if (queue->fair == NULL)
        queue->fair = open_account(&observe->clock);
    queue->traits.is_fair = true;
    queue->traits.plain = TRAITS_NEVER_PLAIN;
    take_over(observe, queue, fact->at_ns);
    show_age(observe, queue->fair, fact->at_ns);
}

/* --- messages --- */

void metric_fair_entered(struct observe *observe, struct queue_account *queue,
                         const struct fact *fact)
{
    struct fair_account *fair = queue->fair;
    struct ledger_record *record = &observe->ledger.at[fact->message];
    const uint32_t id = tenants_of_group(&fair->tenants, fact->group);
    ledger_set(record, LEDGER_GROUPED);
    tenants_own(&observe->tenant_links, fact->message, id);
    if (!has_age(queue, record)) /* a copy of it came back */
        return;
    tenants_link(&fair->tenants, &observe->tenant_links, &observe->ledger, fact->message);
    show_age(observe, fair, fact->at_ns);
}

void metric_fair_shift(struct observe *observe, struct queue_account *queue, uint32_t slot,
                       int64_t into_ns, enum ledger_state from, enum ledger_state to)
{
    struct fair_account *fair = queue->fair;
    struct tenant *tenant = &fair->tenants.at[observe->tenant_links.at[slot].tenant];
    tenant->count[from]--;
    tenant->count[to]++;
    if (tenant->is_noisy)
        return;
    if (from != LEDGER_GONE)
        series_down(&fair->quiet[from], into_ns);
    if (to != LEDGER_GONE)
        series_up(&fair->quiet[to], into_ns);
}

void metric_fair_received(struct observe *observe, struct queue_account *queue,
                          const struct fact *fact)
{
    struct fair_account *fair = queue->fair;
    const uint32_t slot = fact->message;
    const bool is_noisy = fair->tenants.at[observe->tenant_links.at[slot].tenant].is_noisy;
    if (ledger_has(&observe->ledger.at[slot], LEDGER_COUNTED))
        hist_add(is_noisy ? &fair->waiting_noisy : &fair->waiting_quiet,
                 fact->at_ns - ledger_entered_ns(&observe->ledger, slot));
}

void metric_fair_aged(struct observe *observe, struct queue_account *queue, const struct fact *fact)
{
    const struct ledger_record *record = &observe->ledger.at[fact->message];
    const bool counts = ledger_state(record) != LEDGER_GONE && has_age(queue, record);
    if (counts || !tenants_is_linked(&observe->tenant_links, fact->message))
        return;
    tenants_unlink(&queue->fair->tenants, &observe->tenant_links, &observe->ledger, fact->message);
    show_age(observe, queue->fair, fact->at_ns);
}

/* --- tenants --- */

void metric_fair_judged(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    struct queue_account *queue = account_queue(observe, fact->node);
    MUST(queue->traits.is_fair);
    struct fair_account *fair = queue->fair;
    const uint32_t id = tenants_of_group(&fair->tenants, fact->group);
    const struct tenant *tenant = &fair->tenants.at[id];
    const bool is_noisy = fact->value != 0;
    MUST(tenant->is_noisy != is_noisy);
    for (int state = LEDGER_GONE + 1; state < LEDGER_STATES; state++) {
        const int64_t count = tenant->count[state];
        series_add(&fair->quiet[state], fact->at_ns, is_noisy ? -count : count);
    }
    if (is_noisy)
        series_up(&fair->noisy_groups, into_ns);
    else
        series_down(&fair->noisy_groups, into_ns);
    tenants_set_noisy(&fair->tenants, &observe->ledger, id, is_noisy);
    show_age(observe, fair, fact->at_ns);
}

void metric_fair_rows(const struct queue_account *queue, const struct metric_rows *rows)
{
    static const char *const names[LEDGER_STATES] = {
        [LEDGER_VISIBLE] = "ApproximateNumberOfMessagesVisibleInQuietGroups",
        [LEDGER_IN_FLIGHT] = "ApproximateNumberOfMessagesNotVisibleInQuietGroups",
        [LEDGER_DELAYED] = "ApproximateNumberOfMessagesDelayedInQuietGroups",
    };
    static const enum ledger_state order[] = {LEDGER_VISIBLE, LEDGER_IN_FLIGHT, LEDGER_DELAYED};
    const struct fair_account *fair = queue->fair;
    if (!queue->traits.is_fair)
        return;
    metric_put_gauge(rows, "ApproximateNumberOfNoisyGroups", "1", 1.0, &fair->noisy_groups);
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        metric_put_gauge(rows, names[order[i]], "1", 1.0, &fair->quiet[order[i]]);
    metric_put_gauge(rows, "ApproximateAgeOfOldestMessageInQuietGroups", "s", 1e9, &fair->age);
    metric_put_hist(rows, "waitingQuiet", &fair->waiting_quiet);
    metric_put_hist(rows, "waitingNoisy", &fair->waiting_noisy);
}
