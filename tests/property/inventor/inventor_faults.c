// SPDX-License-Identifier: GPL-3.0-or-later
/* Faults of an invented scenario: up to four of any kind.  In what is live they end within the
 * minute; elsewhere some of them come again and again. */
#include "property/inventor/inventor_say.h"

static void say_queue_name(struct inventor *v)
{
    SAY("`%s`", inventor_queue(v, inventor_draw(v, v->queue_count)));
}

static void say_schedule(struct inventor *v)
{
    const double from_s = 20.0 * inventor_share(v), lasts_s = 30.0 * inventor_share(v);
    switch (v->is_live ? 2 : inventor_draw(v, 5)) {
    case 0:
        SAY(", `every`: %.3f, `duration`: %.3f", 1.0 + from_s, 1.0 + 0.5 * from_s);
        break;
    case 1:
        SAY(", `mtbf`: {`dist`: `exponential`, `mean`: %.3f}, `mttr`: {`dist`: `exponential`, "
            "`mean`: %.3f}",
            2.0 + from_s, 0.1 * lasts_s);
        break;
    default:
        SAY(", `start`: %.3f, `duration`: %.3f", from_s, lasts_s);
    }
    if (inventor_chance(v, 0.2))
        SAY(", `probability`: %.2f", inventor_share(v));
}

static void say_moment(struct inventor *v)
{
    if (v->is_live || inventor_chance(v, 0.7))
        SAY(", `at`: %.3f", 50.0 * inventor_share(v));
    else if (inventor_chance(v, 0.5))
        SAY(", `every`: %.3f", 15.0 + 20.0 * inventor_share(v));
    else
        SAY(", `mtbf`: {`dist`: `exponential`, `mean`: %.3f}", 5.0 + 20.0 * inventor_share(v));
}

/* Poison never heals: there is none in what is live. */
static void say_knob(struct inventor *v)
{
    static const char *const faults[] = {
        "`kind`: `slow`, `targets`: [`*`], `factor`: ",
        "`kind`: `loss`, `what`: `request`, `targets`: [`*`], `share`: ",
        "`kind`: `loss`, `what`: `response`, `targets`: [`consumers/*`], `share`: ",
        "`kind`: `loss`, `what`: `response`, `targets`: [`producers/*`], `share`: ",
        "`kind`: `delay`, `targets`: [`*`], `jitter`: `300ms`, `latency`: ",
        "`kind`: `throttle`, `targets`: [`*`], `share`: ",
        "`kind`: `duplicateSend`, `targets`: [`*`], `share`: ",
        "`kind`: `poison`, `targets`: [`p*`], `share`: "};
    const size_t which = inventor_draw(v, v->is_live ? 7 : 8);
    SAY("%s%.3f", faults[which], (which == 0 ? 3.0 : 0.6) * inventor_share(v));
}

/* A server of a standard queue, or of none: then all queues are out. */
static void say_storage(struct inventor *v)
{
    size_t queue = 0;
    while (queue < v->queue_count && v->fifo[queue])
        queue++;
    if (queue < v->queue_count)
        SAY("`kind`: `storage`, `resurrectAfterDelete`: %.2f, `targets`: [`%s`]",
            0.5 * inventor_share(v), inventor_queue(v, queue));
    else
        SAY("`kind`: `outage`, `targets`: [`queues/*`]");
}

/* On what is no queue. */
static void say_other(struct inventor *v, const char *name)
{
    static const char *const shares[] = {"throttle`, `share", "loss`, `what`: `request`, `share",
                                         "loss`, `what`: `response`, `share"};
    const size_t which = inventor_draw(v, 6);
    if (which < 2 || *name == 'f')
        SAY("`kind`: `outage`, `targets`: [`%s`]", name);
    else if (which < 3)
        SAY("`kind`: `delay`, `latency`: %.3f, `targets`: [`%s`]", inventor_share(v), name);
    else
        SAY("`kind`: `%s`: %.3f, `targets`: [`%s`]", shares[which - 3], 0.6 * inventor_share(v),
            name);
}

static void say_lasting(struct inventor *v)
{
    static const char *const queue_faults[] = {"partition", "outage", "denyPolicy"};
    static const char *const others[] = {"e", "db", "f0"};
    const bool exist[] = {v->has_endpoint, v->has_downstream, inventor_has(v, INVENT_FUNCTIONS)};
    const size_t which = inventor_draw(v, 13), other = inventor_draw(v, 3);
    if (exist[other] && inventor_chance(v, 0.2)) {
        say_other(v, others[other]);
    } else if (which < 8) {
        say_knob(v);
    } else if (which < 11) {
        SAY("`kind`: `%s`, `targets`: [", queue_faults[which - 8]);
        say_queue_name(v);
        SAY("]");
    } else if (which == 11) {
        SAY("`kind`: `throttle`, `rate`: %.3f, `targets`: [", 1.0 + 20.0 * inventor_share(v));
        say_queue_name(v);
        SAY("]");
    } else {
        say_storage(v);
    }
    say_schedule(v);
}

/* None, or to a queue of the same kind that comes after it, so that there is no circle. */
static void say_new_redrive(struct inventor *v, size_t queue)
{
    const size_t to = queue + 1;
    if (to < v->queue_count && v->fifo[to] == v->fifo[queue] && inventor_chance(v, 0.7))
        SAY(", `RedrivePolicy`: {`deadLetterTargetArn`: `%s`, `maxReceiveCount`: %lld}",
            inventor_queue(v, to), inventor_between(v, 1, 5));
    else
        SAY(", `RedrivePolicy`: null");
}

static void say_change(struct inventor *v)
{
    SAY("`kind`: `attributeChange`, `attributes`: {`VisibilityTimeout`: %lld",
        inventor_between(v, v->is_live ? 5 : 0, 40));
    if (inventor_chance(v, 0.5))
        SAY(", `DelaySeconds`: %lld", inventor_between(v, 0, 20));
    if (inventor_chance(v, 0.5) && !v->is_live)
        SAY(", `MessageRetentionPeriod`: %lld", inventor_between(v, 60, 260));
    if (inventor_chance(v, 0.3))
        SAY(", `inFlightLimit`: %lld", inventor_between(v, 1, 20));
    const size_t queue = inventor_draw(v, v->queue_count);
    if (inventor_may(v, INVENT_REDRIVE, 0.5))
        say_new_redrive(v, queue);
    SAY("}, `targets`: [`%s`]", inventor_queue(v, queue));
}

static void say_sudden(struct inventor *v)
{
    switch (inventor_draw(v, 3)) {
    case 0:
        SAY("`kind`: `crash`, `targets`: [`c*`], `instances`: %lld", inventor_between(v, 0, 3));
        break;
    case 1:
        SAY("`kind`: `purge`, `targets`: [");
        say_queue_name(v);
        SAY("]");
        break;
    default:
        say_change(v);
    }
    say_moment(v);
}

void inventor_say_faults(struct inventor *v)
{
    const bool lasting = inventor_has(v, INVENT_LASTING_FAULTS);
    const bool sudden = inventor_has(v, INVENT_SUDDEN_FAULTS);
    const size_t count = lasting || sudden ? inventor_draw(v, 5) : 0;
    SAY(", `faults`: [");
    for (size_t i = 0; i < count; i++) {
        SAY("%s{`name`: `n%zu`, ", i > 0 ? ", " : "", i);
        if (lasting && (!sudden || inventor_chance(v, 0.7)))
            say_lasting(v);
        else
            say_sudden(v);
        SAY("}");
    }
    SAY("]");
}
