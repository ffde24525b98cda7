// SPDX-License-Identifier: GPL-3.0-or-later
/* Invents faults: up to four of any kind, most of which end with the minute, some of which come
 * again and again. */
#include "property/inventor/inventor_faults.h"

static uint64_t draw(struct inventor *v, uint64_t n)
{
    return rng_below(&v->rng, n);
}
static bool chance(struct inventor *v, double p)
{
    return rng_chance(&v->rng, p);
}

#define SAY(...) text_printf(&v->text, __VA_ARGS__)

static void say_queue_name(struct inventor *v)
{
    const size_t queue = (size_t)draw(v, v->queue_count);
    SAY("`%c%s`", (char)('a' + (int)queue), v->fifo[queue] ? ".fifo" : "");
}

static void say_schedule(struct inventor *v)
{
    const double from_s = 20.0 * rng_uniform(&v->rng), lasts_s = 30.0 * rng_uniform(&v->rng);
    switch (draw(v, 5)) {
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
    if (chance(v, 0.2))
        SAY(", `probability`: %.2f", rng_uniform(&v->rng));
}

static void say_moment(struct inventor *v)
{
    if (chance(v, 0.7))
        SAY(", `at`: %.3f", 50.0 * rng_uniform(&v->rng));
    else if (chance(v, 0.5))
        SAY(", `every`: %.3f", 15.0 + 20.0 * rng_uniform(&v->rng));
    else
        SAY(", `mtbf`: {`dist`: `exponential`, `mean`: %.3f}", 5.0 + 20.0 * rng_uniform(&v->rng));
}

static void say_lasting(struct inventor *v)
{
    static const char *const faults[] = {
        "`kind`: `slow`, `targets`: [`*`], `factor`: ",
        "`kind`: `loss`, `what`: `request`, `targets`: [`*`], `share`: ",
        "`kind`: `loss`, `what`: `response`, `targets`: [`consumers/*`], `share`: ",
        "`kind`: `loss`, `what`: `response`, `targets`: [`producers/*`], `share`: ",
        "`kind`: `delay`, `targets`: [`*`], `jitter`: `300ms`, `latency`: ",
        "`kind`: `throttle`, `targets`: [`*`], `share`: ",
        "`kind`: `poison`, `targets`: [`p*`], `share`: ",
        "`kind`: `duplicateSend`, `targets`: [`*`], `share`: "};
    static const char *const queue_faults[] = {"partition", "outage", "denyPolicy"};
    const uint64_t which = draw(v, 13);
    if (which < 8) {
        const double strength = (which == 0 ? 3.0 : 0.6) * rng_uniform(&v->rng);
        SAY("%s%.3f", faults[which], strength);
    } else if (which < 11) {
        SAY("`kind`: `%s`, `targets`: [", queue_faults[which - 8]);
        say_queue_name(v);
        SAY("]");
    } else if (which == 11) {
        SAY("`kind`: `throttle`, `rate`: %.3f, `targets`: [", 1.0 + 20.0 * rng_uniform(&v->rng));
        say_queue_name(v);
        SAY("]");
    } else {
        size_t queue = 0;
        while (queue < v->queue_count && v->fifo[queue])
            queue++;
        if (queue < v->queue_count)
            SAY("`kind`: `storage`, `resurrectAfterDelete`: %.2f, `targets`: [`%c`]",
                0.5 * rng_uniform(&v->rng), (char)('a' + (int)queue));
        else
            SAY("`kind`: `outage`, `targets`: [`queues/*`]");
    }
    say_schedule(v);
}

static void say_acting(struct inventor *v)
{
    switch (draw(v, 3)) {
    case 0:
        SAY("`kind`: `crash`, `targets`: [`c*`], `instances`: %d", (int)draw(v, 4));
        break;
    case 1:
        SAY("`kind`: `purge`, `targets`: [");
        say_queue_name(v);
        SAY("]");
        break;
    default:
        SAY("`kind`: `attributeChange`, `attributes`: {`VisibilityTimeout`: %d", (int)draw(v, 40));
        if (chance(v, 0.5))
            SAY(", `DelaySeconds`: %d", (int)draw(v, 20));
        if (chance(v, 0.5))
            SAY(", `MessageRetentionPeriod`: %d", 60 + (int)draw(v, 200));
        if (chance(v, 0.3))
            SAY(", `inFlightLimit`: %d", 1 + (int)draw(v, 20));
        SAY("}, `targets`: [");
        say_queue_name(v);
        SAY("]");
    }
    say_moment(v);
}

void inventor_faults_write(struct inventor *v)
{
    const size_t count = chance(v, 0.5) ? 1 + (size_t)draw(v, 4) : 0;
    SAY(", `faults`: [");
    for (size_t i = 0; i < count; i++) {
        SAY("%s{`name`: `n%zu`, ", i > 0 ? ", " : "", i);
        if (chance(v, 0.75))
            say_lasting(v);
        else
            say_acting(v);
        SAY("}");
    }
    SAY("]");
}
