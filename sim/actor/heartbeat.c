// SPDX-License-Identifier: GPL-3.0-or-later
/* Beats follow each other at fixed distances; one that finds the reply to the last request still
 * missing is left out. */
#include "actor/heartbeat.h"

#include "base/units.h"
#include "actor/consumer.h"
#include "actor/optional.h"

/* How long a reply is waited for. */
#define HEARTBEAT_GRACE_NS (3 * SEC)

#define HEARTBEAT(member) offsetof(struct heartbeat_cfg, member)

// clang-format off
const struct param heartbeat_rows[] = {
    { "every", &optional_interval_param, HEARTBEAT(every_ns), "null", OPTIONAL_INTERVAL_LEAST_S,
      43200, "12 hours", NULL, 0, NULL,
      "How often the visibility timeout of what a worker holds is made longer; by default never." },
    { "extend", &optional_seconds_param, HEARTBEAT(extend_ns), "null", 1, 43200, "12 hours", NULL,
      0, "VIS-1",
      "The timeout that each heartbeat sets, counted from then; by default the one with which it "
      "was received." },
    PARAM_END
};
// clang-format on

static int64_t extend_ns(const struct consumer *consumer)
{
    if (consumer->cfg->heartbeat.extend_ns >= 0)
        return consumer->cfg->heartbeat.extend_ns;
    return consumer->cfg->visibility_ns >= 0 ? consumer->cfg->visibility_ns
                                             : consumer->from->visibility_ns;
}

/* VIS-6: beyond 12 hours a request is refused, and so would be all that follow. */
static bool perform(struct call *call, int64_t now_ns)
{
    struct heartbeat *heart = EVENT_OWNER(call, struct heartbeat, call);
    const struct consumer *consumer = heart->worker->consumer;
    enum visibility_status results[HEARTBEAT_MOST] = {VISIBILITY_OK};
    int64_t timeouts_ns[HEARTBEAT_MOST];
    for (uint32_t i = 0; i < heart->count; i++)
        timeouts_ns[i] = extend_ns(consumer);
    queue_change_visibility(consumer->from, heart->held, timeouts_ns, heart->count, results,
                            consumer->id, now_ns);
    for (uint32_t i = 0; i < heart->count; i++)
        heart->is_over = heart->is_over || results[i] == VISIBILITY_TOO_LONG;
    return true;
}

static void on_reply(struct call *call, int64_t now_ns)
{
    (void)now_ns;
    EVENT_OWNER(call, struct heartbeat, call)->is_calling = false;
}

/* The messages that it holds and has not asked to delete. */
static uint32_t held_by(const struct worker *worker, struct delivery *held)
{
    const bool at_work = worker->state == WORKER_WORKING || worker->state == WORKER_FORWARDING;
    const uint32_t done = at_work && worker->consumer->cfg->delete_batch > 1 ? worker->done : 0;
    const uint32_t first = worker->index - (worker->state == WORKER_FORWARDING ? 1U : 0);
    uint32_t count = 0;
    for (uint32_t i = 0; i < done; i++)
        held[count++] = worker->deletes[i];
    for (uint32_t i = first; i < worker->count; i++)
        held[count++] = worker->poll.out[i];
    return count;
}

static void on_beat(struct event *event, int64_t now_ns)
{
    struct heartbeat *heart = EVENT_OWNER(event, struct heartbeat, beat);
    struct consumer *consumer = heart->worker->consumer;
    struct delivery held[HEARTBEAT_MOST];
    const uint32_t count = held_by(heart->worker, held);
    if (count == 0 || heart->is_over)
        return;
    if (!heart->is_calling) {
        heart->count = count;
        for (uint32_t i = 0; i < count; i++)
            heart->held[i] = held[i];
        heart->call.timeout_ns = HEARTBEAT_GRACE_NS;
        heart->is_calling = !link_call(&consumer->link, &heart->call, perform, now_ns);
    }
    engine_at(consumer->engine, &heart->beat, now_ns + consumer->cfg->heartbeat.every_ns);
}

void heartbeat_clear(struct heartbeat *heart, struct worker *worker)
{
    *heart = (struct heartbeat){
        .call = {.on_reply = on_reply}, .beat = {.on_due = on_beat}, .worker = worker};
}

void heartbeat_begin(struct heartbeat *heart, int64_t now_ns)
{
    const struct consumer *consumer = heart->worker->consumer;
    engine_cancel(consumer->engine, &heart->beat);
    heart->is_over = false;
    engine_at(consumer->engine, &heart->beat, now_ns + consumer->cfg->heartbeat.every_ns);
}

void heartbeat_stop(struct heartbeat *heart)
{
    engine_cancel(heart->worker->consumer->engine, &heart->beat);
    link_drop(&heart->call);
    heart->is_calling = false;
}
