// SPDX-License-Identifier: GPL-3.0-or-later
/* SetQueueAttributes: the attributes in force, how they change while messages are stored (ATT-8),
 * and changes that take effect later (ATT-7, FIFO-13).
 *
 * Pending changes stand in a list by the time of their effect and are taken up by the queue's own
 * event, so that every call at that time or later meets them.  A change never overtakes an earlier
 * one of its sort. */
#include "model/queue.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/must.h"
#include "base/units.h"

enum pending_sort { PENDING_ATTRIBUTES, PENDING_REDRIVE, PENDING_SCOPE };

struct queue_pending {
    struct queue_pending *next;
    int64_t at_ns;
    enum pending_sort sort;
    struct queue_cfg cfg; /* PENDING_SCOPE: its dedup_scope alone */
    struct queue *dead_letter;
    int64_t max_receives;
};

/* --- what observers are told --- */

static int64_t fact_of(const struct queue *queue, enum queue_fact what)
{
    switch (what) {
    case QUEUE_FACT_FIFO:
        return queue->is_fifo;
    case QUEUE_FACT_RETENTION_NS:
        return queue->retention_ns;
    case QUEUE_FACT_VISIBILITY_NS:
        return queue->visibility_ns;
    case QUEUE_FACT_DELAY_NS:
        return queue->delay_ns;
    case QUEUE_FACT_MAX_RECEIVES:
        return queue->max_receives;
    case QUEUE_FACT_DEAD_LETTER:
        return queue->dead_letter ? queue->dead_letter->service.node.id : -1;
    case QUEUE_FACT_DEDUP_PER_GROUP:
        return queue->cfg->dedup_scope == DEDUP_SCOPE_GROUP;
    case QUEUE_FACT_IN_FLIGHT_LIMIT:
        return queue->in_flight_limit;
    case QUEUE_FACT_STORE_IS_IDEAL:
        return queue->is_ideal;
    case QUEUE_FACT_HAS_CONSUMER:
        return queue->drains;
    case QUEUE_FACT_AGE_RECEIVES:
        break;
    }
    return queue->is_fifo ? QUEUE_LIMIT_NONE : queue->cfg->poison_age_receives;
}

static void announce(const struct queue *queue, unsigned what, int64_t now_ns)
{
    const struct fact fact = {.at_ns = now_ns,
                              .kind = PROBE_QUEUE_CHANGED,
                              .node = queue->service.node.id,
                              .peer = NODE_NONE,
                              .n = (uint16_t)what,
                              .message = MESSAGE_NONE,
                              .value = fact_of(queue, (enum queue_fact)what)};
    probe_emit(queue->probe, &fact);
}

void queue_announce(const struct queue *queue, int64_t now_ns)
{
    for (unsigned what = 0; what < QUEUE_FACT_COUNT; what++)
        announce(queue, what, now_ns);
}

struct facts_before {
    int64_t values[QUEUE_FACT_COUNT];
};

static struct facts_before facts_now(const struct queue *queue)
{
    struct facts_before facts;
    for (unsigned what = 0; what < QUEUE_FACT_COUNT; what++)
        facts.values[what] = fact_of(queue, (enum queue_fact)what);
    return facts;
}

static void announce_changes(const struct queue *queue, const struct facts_before *before,
                             int64_t now_ns)
{
    for (unsigned what = 0; what < QUEUE_FACT_COUNT; what++) {
        if (fact_of(queue, (enum queue_fact)what) != before->values[what])
            announce(queue, what, now_ns);
    }
}

/* --- the attributes in force --- */

static int64_t limit_in_flight(const struct queue *queue)
{
    const struct queue_limits *limits = queue->limits;
    if (queue->cfg->in_flight_limit != QUEUE_LIMIT_OF_PROFILE)
        return queue->cfg->in_flight_limit;
    return queue->is_fifo ? limits->in_flight_fifo : limits->in_flight_standard;
}

static void take_plain(struct queue *queue)
{
    const struct queue_cfg *cfg = queue->cfg;
    queue->visibility_ns = cfg->visibility_ns;
    queue->retention_ns = cfg->retention_ns;
    queue->delay_ns = cfg->delay_ns;
    queue->wait_ns = cfg->wait_ns;
    queue->max_bytes = cfg->max_bytes ? cfg->max_bytes : queue->limits->max_bytes;
    queue->in_flight_limit = limit_in_flight(queue);
    queue->is_ideal =
        cfg->storage.duplicate_p == 0.0 && cfg->storage.resurrect_p == 0.0 && !queue->had_copies;
}

static void take_quota(struct queue *queue)
{
    const struct queue_cfg *cfg = queue->cfg;
    const struct queue_limits *limits = queue->limits;
    const bool high = cfg->throughput_limit == THROUGHPUT_PER_GROUP;
    /* LIM-1: standard queues have no quota. */
    quota_init(&queue->quota, queue->is_fifo && cfg->quotas,
               high ? limits->fifo_high_calls_per_s : limits->fifo_calls_per_s,
               high ? limits->fifo_partition_calls_per_s : 0.0, (double)cfg->quota_burst);
    queue->is_guarded = queue->quota.on || gate_judges(&queue->gate);
}

void queue_take_attributes(struct queue *queue)
{
    take_plain(queue);
    take_quota(queue);
}

/* LIM-3: another mode of throughput begins with full buckets; any other change leaves them. */
static void change_quota(struct queue *queue, const struct queue_cfg *before)
{
    const struct queue_cfg *cfg = queue->cfg;
    if (cfg->throughput_limit == before->throughput_limit && cfg->quotas == before->quotas &&
        cfg->quota_burst == before->quota_burst)
        return;
    quota_free(&queue->quota);
    take_quota(queue);
}

/* The message sent first of those still delayed. */
static uint32_t oldest_delayed(const struct queue *queue)
{
    const struct message *at = queue->messages->at;
    uint32_t slot = queue->newest;
    for (uint32_t left = queue->delayed; left > 0; slot = at[slot].older) {
        if (at[slot].state == MESSAGE_DELAYED && --left == 0)
            return slot;
    }
    return MESSAGE_NONE;
}

/* ATT-8: a FIFO message that waits is visible at its enqueue time + the delay in force.  What was
 * visible already stays so. */
static void change_delays(struct queue *queue)
{
    struct message *at = queue->messages->at;
    uint32_t slot = oldest_delayed(queue);
    deadlines_clear(&queue->delays);
    for (; slot != MESSAGE_NONE; slot = at[slot].newer) {
        if (at[slot].state != MESSAGE_DELAYED)
            continue;
        at[slot].flags &= (uint8_t)~MESSAGE_IN_HEAP;
        queue->messages->deadlines[slot].at_ns = at[slot].sent_ns + queue->delay_ns;
        deadlines_add(&queue->delays, queue->messages, slot);
    }
}

/* --- changes that wait --- */

static bool is_scope(const struct queue_pending *pending)
{
    return pending->sort == PENDING_SCOPE;
}

/* The change last asked for of those that wait, of the scope or of all else. */
static const struct queue_pending *last_pending(const struct queue *queue, bool of_scope)
{
    const struct queue_pending *last = NULL;
    for (const struct queue_pending *p = queue->pending; p != NULL; p = p->next)
        last = is_scope(p) == of_scope ? p : last;
    return last;
}

static void defer(struct queue *queue, struct queue_pending change, int64_t at_ns)
{
    const struct queue_pending *last = last_pending(queue, is_scope(&change));
    struct queue_pending **place = &queue->pending;
    struct queue_pending *pending = must_alloc(sizeof *pending);
    change.at_ns = last != NULL && last->at_ns > at_ns ? last->at_ns : at_ns;
    while (*place != NULL && (*place)->at_ns <= change.at_ns)
        place = &(*place)->next;
    change.next = *place;
    *pending = change;
    *place = pending;
    queue_arm(queue, pending->at_ns);
}

/* FIFO-13: the scope in force stays for a while; asked for meanwhile, the next one follows it. */
static int scope_in_force(struct queue *queue, const struct queue_cfg *before, int wanted,
                          int64_t now_ns)
{
    const struct queue_pending *last = last_pending(queue, true);
    const int64_t delay_ns = before->scope_change_delay_ns;
    if (wanted == (last != NULL ? last->cfg.dedup_scope : before->dedup_scope))
        return before->dedup_scope;
    if (delay_ns == 0 && last == NULL)
        return wanted;
    if (delay_ns != FOREVER)
        defer(queue, (struct queue_pending){.sort = PENDING_SCOPE, .cfg = {.dedup_scope = wanted}},
              now_ns + delay_ns);
    return before->dedup_scope;
}

/* --- effect --- */

static void take_cfg(struct queue *queue, const struct queue_cfg *cfg, int64_t now_ns)
{
    const struct facts_before facts = facts_now(queue);
    const struct queue_cfg before = queue->own;
    queue->own = *cfg;
    queue->own.redrive = before.redrive;
    queue->own.fifo = before.fifo; /* ATT-4 */
    queue->own.storage = before.storage;
    queue->own.preload = before.preload;
    queue->own.poison_age_receives = before.poison_age_receives;
    queue->own.dedup_scope = scope_in_force(queue, &before, cfg->dedup_scope, now_ns);
    take_plain(queue);
    change_quota(queue, &before);
    if (queue->is_fifo && queue->delay_ns != before.delay_ns)
        change_delays(queue);
    announce_changes(queue, &facts, now_ns);
    if (queue->kind->changed != NULL)
        queue->kind->changed(queue, &before, now_ns);
}

static void take_scope(struct queue *queue, int scope, int64_t now_ns)
{
    const struct facts_before facts = facts_now(queue);
    const struct queue_cfg before = queue->own;
    queue->own.dedup_scope = scope;
    announce_changes(queue, &facts, now_ns);
    if (queue->kind->changed != NULL)
        queue->kind->changed(queue, &before, now_ns);
}

static void take_redrive(struct queue *queue, struct queue *dead_letter, int64_t max_receives,
                         int64_t now_ns)
{
    const struct facts_before facts = facts_now(queue);
    struct queue_redrive_cfg *redrive = &queue->own.redrive;
    *redrive = (struct queue_redrive_cfg){.dead_letter = {.id = NODE_NONE}};
    if (dead_letter != NULL) {
        const struct node *node = &dead_letter->service.node;
        redrive->dead_letter = (struct node_ref){.name = node->name, .id = node->id};
        redrive->max_receives = max_receives;
    }
    queue->dead_letter = dead_letter;
    queue->max_receives = (uint32_t)redrive->max_receives;
    announce_changes(queue, &facts, now_ns);
}

static void take(struct queue *queue, const struct queue_pending *change, int64_t now_ns)
{
    if (change->sort == PENDING_ATTRIBUTES)
        take_cfg(queue, &change->cfg, now_ns);
    else if (change->sort == PENDING_SCOPE)
        take_scope(queue, change->cfg.dedup_scope, now_ns);
    else
        take_redrive(queue, change->dead_letter, change->max_receives, now_ns);
}

/* ATT-7: now or later, by the delay in force.  One that waits already is not overtaken. */
static void change(struct queue *queue, const struct queue_pending *wanted, int64_t now_ns)
{
    queue_settle(queue, now_ns);
    const int64_t delay_ns = queue->cfg->attribute_delay_ns;
    if (delay_ns > 0 || last_pending(queue, false) != NULL) {
        defer(queue, *wanted, now_ns + delay_ns);
        return;
    }
    take(queue, wanted, now_ns);
    /* Anything may now be due earlier than the event, which is armed anew. */
    engine_cancel(queue->engine, &queue->due);
    queue->armed_ns = FOREVER;
    queue_settle_slowly(queue, now_ns);
    queue_match(queue, now_ns);
}

void queue_change(struct queue *queue, const struct queue_cfg *cfg, int64_t now_ns)
{
    const struct queue_pending wanted = {.sort = PENDING_ATTRIBUTES, .cfg = *cfg};
    change(queue, &wanted, now_ns);
}

void queue_set_dead_letter(struct queue *queue, struct queue *dead_letter, int64_t max_receives,
                           int64_t now_ns)
{
    MUST(dead_letter == NULL ||
         (max_receives > 0 && dead_letter->is_fifo == queue->is_fifo)); /* DLQ-6, DLQ-7 */
    const struct queue_pending wanted = {
        .sort = PENDING_REDRIVE, .dead_letter = dead_letter, .max_receives = max_receives};
    change(queue, &wanted, now_ns);
}

int64_t queue_pending_ns(const struct queue *queue)
{
    return queue->pending != NULL ? queue->pending->at_ns : FOREVER;
}

bool queue_take_pending(struct queue *queue, int64_t now_ns)
{
    bool any = false;
    for (; queue_pending_ns(queue) <= now_ns; any = true) {
        struct queue_pending *pending = queue->pending;
        queue->pending = pending->next;
        take(queue, pending, now_ns);
        free(pending);
    }
    return any;
}

void queue_free_pending(struct queue *queue)
{
    while (queue->pending != NULL) {
        struct queue_pending *pending = queue->pending;
        queue->pending = pending->next;
        free(pending);
    }
}
