// SPDX-License-Identifier: GPL-3.0-or-later
/* Consumers and functions of an invented scenario. */
#include "property/inventor/inventor_say.h"

/* --- consumers --- */

/* A worker that dies of every failure of many never comes to delete what it has done. */
static void say_failure(struct inventor *v)
{
    static const char *const modes[] = {"abandon", "release", "crash"};
    const double p = v->is_live                ? 0.3 * inventor_share(v)
                     : inventor_chance(v, 0.2) ? 1.0
                                               : inventor_share(v) * inventor_share(v);
    SAY(", `failure`: {`probability`: %.3f, `mode`: `%s`, `restart`: ", p,
        modes[inventor_draw(v, v->is_live ? 2 : 3)]);
    inventor_say_time(v, 0.1, 20);
    SAY("}");
}

/* Few and not often, since circles multiply; a chain that begins anew has no end. */
void inventor_say_then(struct inventor *v)
{
    static const char *const whens[] = {"success", "failure", "always"};
    const size_t entries = (size_t)inventor_between(v, 1, 2);
    SAY(", `maxHops`: %lld, `then`: [", inventor_between(v, 1, v->is_live ? 2 : 3));
    for (size_t i = 0; i < entries; i++) {
        const struct inventor_target to = inventor_pick_target(v);
        const bool is_same = inventor_chance(v, 0.8) || v->is_live;
        SAY("%s{`to`: `%s`, `when`: `%s`, `count`: %lld, `correlation`: `%s`", i > 0 ? ", " : "",
            to.name, whens[inventor_chance(v, 0.7) || v->is_live ? 0 : inventor_draw(v, 3)],
            !to.is_queue || v->is_live || inventor_chance(v, 0.8) ? 1 : inventor_between(v, 2, 12),
            is_same ? "same" : "new");
        for (size_t at = 0; at < v->queue_count; at++)
            v->is_sent_on_to[at] |= is_same && (!to.is_queue || at == to.queue);
        if (to.is_fifo || inventor_chance(v, 0.3))
            inventor_say_message(v, to, false);
        SAY("}");
    }
    if (v->has_endpoint && inventor_chance(v, 0.5))
        SAY(", {`to`: `e`, `when`: `always`, `count`: %lld}", inventor_between(v, 1, 3));
    if (v->has_downstream && inventor_chance(v, 0.3))
        SAY(", {`to`: `db`}");
    if (v->has_called && inventor_chance(v, 0.3) && !v->is_live)
        SAY(", {`to`: `c9`}");
    SAY("]");
}

static void say_join(struct inventor *v)
{
    SAY(", `join`: {`of`: %lld", inventor_between(v, 1, 6));
    if (inventor_chance(v, 0.6))
        SAY(", `timeout`: %.3f", 20.0 * inventor_share(v));
    SAY("}");
}

static void say_polls(struct inventor *v)
{
    if (!inventor_may(v, INVENT_SHORT_POLLS, 0.6) && !v->polls_shortly) {
        SAY(", `WaitTimeSeconds`: %lld", inventor_between(v, 1, 20));
    } else {
        SAY(", `WaitTimeSeconds`: 0, `pollInterval`: ");
        inventor_say_time(v, 0.05, 1);
    }
    if (inventor_may(v, INVENT_BATCHES, 0.7))
        SAY(", `MaxNumberOfMessages`: %lld", inventor_between(v, 1, 10));
    if (inventor_may(v, INVENT_VISIBILITY, 0.6))
        SAY(", `VisibilityTimeout`: %lld", inventor_between(v, v->is_live ? 5 : 0, 60));
}

/* What its work comes to; true if it holds messages while it works on them. */
static bool say_ends(struct inventor *v, size_t from)
{
    static const char *const acknowledges[] = {"afterWork", "beforeWork", "never"};
    const bool says = inventor_may(v, INVENT_ACKNOWLEDGE, 0.5);
    const size_t when = inventor_draw(v, v->is_live ? 2 : 3);
    if (says)
        SAY(", `acknowledge`: `%s`", acknowledges[when]);
    else if (inventor_may(v, INVENT_FORWARDS, 0.5))
        inventor_say_then(v);
    if (v->is_sent_on_to[from] && inventor_may(v, INVENT_JOINS, 0.7))
        say_join(v);
    if (inventor_may(v, INVENT_BATCHES, 0.5))
        SAY(", `deleteBatch`: %lld", inventor_between(v, 1, 10));
    if (inventor_chance(v, 0.3))
        SAY(", `perGroup`: false");
    if (inventor_may(v, INVENT_FAILURES, 0.8))
        say_failure(v);
    if (inventor_may(v, INVENT_RETRIES, 0.5))
        inventor_say_retry(v);
    return !says || when != 1;
}

/* What it does besides to its messages. */
static void say_care(struct inventor *v, bool can_extend)
{
    static const char *const stores[] = {"none", "checkThenAct", "conditionalWrite"};
    if (can_extend && inventor_may(v, INVENT_HEARTBEATS, 0.6))
        SAY(", `heartbeat`: {`every`: %.3f, `extend`: %lld}", 0.5 + 10.0 * inventor_share(v),
            inventor_between(v, 5, 40));
    if (inventor_may(v, INVENT_IDEMPOTENCY, 0.6)) {
        SAY(", `idempotency`: {`store`: `%s`, `latency`: ", stores[inventor_draw(v, 3)]);
        inventor_say_time(v, 0.0, 0.05);
        SAY("%s}", inventor_chance(v, 0.5) ? ", `ttl`: 20" : "");
    }
    if (v->has_downstream && inventor_chance(v, 0.6))
        SAY(", `downstream`: `%s`, `timeout`: `%lldms`",
            v->has_endpoint && inventor_chance(v, 0.4) ? "e" : "db",
            inventor_between(v, v->is_live ? 3000 : 50, 4000));
}

/* The last one is free to go. */
static void say_shift(struct inventor *v, bool is_free)
{
    if (!inventor_may(v, INVENT_SHIFTS, 0.6))
        return;
    SAY(", `start`: %.3f, `shutdown`: `%s`", 10.0 * inventor_share(v),
        inventor_chance(v, 0.5) ? "graceful" : "abrupt");
    if (is_free)
        SAY(", `stop`: %.3f", 11.0 + 30.0 * inventor_share(v));
}

/* What is live is never left without an instance. */
static void say_autoscaling(struct inventor *v)
{
    static const char *const metrics[] = {
        "backlogPerInstance", "ApproximateNumberOfMessagesVisible",
        "ApproximateNumberOfMessagesNotVisible", "NumberOfMessagesSent"};
    const char *metric = metrics[inventor_draw(v, 4)];
    SAY(", `autoscaling`: {`min`: %lld, `max`: %lld, `metric`: `%s`, `period`: %lld, `boot`: %.3f",
        inventor_between(v, v->is_live ? 1 : 0, 3), inventor_between(v, 6, 12), metric,
        inventor_between(v, 1, 20), inventor_chance(v, 0.5) ? 10.0 * inventor_share(v) : 0.0);
    if (inventor_chance(v, 0.5))
        SAY(", `warmup`: %lld", inventor_between(v, 0, 20));
    if (inventor_chance(v, 0.5))
        SAY(", `outPeriods`: %lld, `inPeriods`: %lld", inventor_between(v, 1, 3),
            inventor_between(v, 1, 5));
    if (inventor_chance(v, 0.5)) {
        SAY(", `target`: %.2f, `scaleInShare`: %.2f}", 0.1 + 20.0 * inventor_share(v),
            inventor_share(v));
        return;
    }
    if (inventor_chance(v, 0.5))
        SAY(", `cooldown`: %lld", inventor_between(v, 0, 60));
    SAY(", `steps`: [{`to`: %lld, `adjustment`: -1}, {`from`: 20, `adjustment`: %lld}]}",
        inventor_between(v, 1, 10), inventor_between(v, 1, 4));
}

/* The first queues have one each. */
static void say_consumer(struct inventor *v, size_t index)
{
    const size_t from = index < v->queue_count ? index : inventor_draw(v, v->queue_count);
    SAY("%s`c%zu`: {`from`: `%s`, `service`: ", index > 0 ? ", " : "", index,
        inventor_queue(v, from));
    inventor_say_time(v, 0.0, inventor_may(v, INVENT_SLOW_WORK, 0.4) && !v->is_live ? 20 : 0.5);
    if (inventor_may(v, INVENT_MANY, 0.7))
        SAY(", `count`: %lld", inventor_between(v, 1, 6));
    if (inventor_may(v, INVENT_MANY, 0.5))
        SAY(", `concurrency`: %lld", inventor_between(v, 1, 4));
    say_polls(v);
    say_care(v, say_ends(v, from));
    say_shift(v, index >= v->queue_count || !v->is_live);
    if (inventor_may(v, INVENT_AUTOSCALING, 0.6))
        say_autoscaling(v);
    SAY("}");
}

/* One that reads nothing. */
static void say_called(struct inventor *v)
{
    SAY(", `c9`: {`count`: %lld, `service`: ", inventor_between(v, 1, 4));
    inventor_say_time(v, 0.0, 0.5);
    if (inventor_may(v, INVENT_FAILURES, 0.8))
        say_failure(v);
    say_shift(v, true);
    SAY("}");
}

void inventor_say_consumers(struct inventor *v)
{
    const size_t count = (size_t)inventor_between(v, 1, (long long)v->queue_count + 1);
    SAY(", `consumers`: {");
    for (size_t i = 0; i < count; i++)
        say_consumer(v, i);
    if (v->has_called)
        say_called(v);
    SAY("}");
}

/* --- functions --- */

/* What is live can work on the whole of a batch before its time is over. */
static void say_function(struct inventor *v, size_t index)
{
    static const char *const hows[] = {"`ScalingConfig`: {`MaximumConcurrency`: 3}",
                                       "`ProvisionedPollerConfig`: {`MinimumPollers`: 2}",
                                       "`scaling`: {`start`: 2, `idlePollers`: 1, `perMinute`: 90}",
                                       "`mixGroups`: false"};
    static const char *const keys[] = {
        "`FunctionResponseTypes`: [`ReportBatchItemFailures`]", "`perMessage`: false",
        "`ReservedConcurrentExecutions`: 2", "`stopAtFailure`: false",
        "`FilterCriteria`: {`Filters`: [{`Pattern`: {`body`: [{`prefix`: `m1`}]}}]}"};
    const size_t from = inventor_draw(v, v->queue_count);
    const long long timeout_s = inventor_between(v, v->is_live ? 5 : 1, 5);
    SAY("%s`f%zu`: {`from`: `%s`, `Timeout`: %lld, `BatchSize`: %lld, %s", index > 0 ? ", " : "",
        index, inventor_queue(v, from),
        timeout_s < v->visibility_s[from] ? timeout_s : v->visibility_s[from],
        inventor_between(v, 1, 10), hows[inventor_draw(v, 4)]);
    if (!v->fifo[from])
        SAY(", `MaximumBatchingWindowInSeconds`: %lld",
            inventor_between(v, 0, v->is_live ? 0 : 30));
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (inventor_chance(v, 0.3))
            SAY(", %s", keys[i]);
    }
    if (inventor_has(v, INVENT_FAILURES))
        SAY(", `failure`: {`probability`: %.3f, `mode`: `%s`}",
            (v->is_live ? 0.2 : 0.5) * inventor_share(v),
            inventor_chance(v, 0.5) ? "error" : "item");
    SAY(", `service`: ");
    inventor_say_time(v, 0.0, v->is_live ? 0.05 : 0.5);
    if (inventor_may(v, INVENT_FORWARDS, 0.3) && !v->is_live)
        inventor_say_then(v);
    SAY("}");
}

/* One that reads no queue. */
static void say_event_function(struct inventor *v, bool is_more)
{
    SAY("%s`f9`: {`Timeout`: %lld, `MaximumRetryAttempts`: %lld, `MaximumEventAgeInSeconds`: %lld",
        is_more ? ", " : "", v->is_live ? 5 : inventor_between(v, 1, 5), inventor_between(v, 0, 2),
        inventor_between(v, 60, 600));
    if (inventor_chance(v, 0.5))
        SAY(", `ReservedConcurrentExecutions`: %lld", inventor_between(v, 0, 5));
    if (inventor_chance(v, 0.5) && !v->fifo[0])
        SAY(", `onFailure`: `%s`", inventor_queue(v, 0));
    if (inventor_has(v, INVENT_FAILURES))
        SAY(", `failure`: {`probability`: %.3f}", inventor_share(v));
    SAY(", `service`: ");
    inventor_say_time(v, 0.0, v->is_live ? 0.05 : 2);
    SAY("}");
}

void inventor_say_functions(struct inventor *v)
{
    const size_t count = (size_t)inventor_between(v, 1, 2);
    if (!inventor_has(v, INVENT_FUNCTIONS) && !inventor_has(v, INVENT_EVENTS))
        return;
    SAY(", `functions`: {");
    for (size_t i = 0; i < count && inventor_has(v, INVENT_FUNCTIONS); i++)
        say_function(v, i);
    if (inventor_has(v, INVENT_EVENTS))
        say_event_function(v, inventor_has(v, INVENT_FUNCTIONS));
    SAY("}");
}
