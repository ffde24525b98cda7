// SPDX-License-Identifier: GPL-3.0-or-later
/* Producers of an invented scenario, and what they send. */
#include "property/inventor/inventor_say.h"

static void say_arrivals(struct inventor *v, bool can_close)
{
    const long long rate = inventor_between(v, 1, 40);
    const bool has_network = inventor_has(v, INVENT_NETWORK);
    SAY(", `arrivals`: ");
    if (can_close && inventor_may(v, INVENT_CLOSED, 0.4)) {
        SAY("{`process`: `closed`, `inFlight`: %lld, `think`: ", inventor_between(v, 1, 10));
        inventor_say_time(v, 0.05, 1);
        SAY("}");
        return;
    }
    switch (inventor_has(v, INVENT_BURSTS) ? inventor_draw(v, has_network ? 7 : 6) : 5) {
    case 0:
        SAY("{`process`: `paced`, `rate`: %lld}", rate);
        break;
    case 1:
        SAY("{`process`: `renewal`, `interval`: ");
        inventor_say_time(v, 0.02, 0.5);
        SAY("}");
        break;
    case 2:
        SAY("{`process`: `burst`, `states`: [{`rate`: 0, `sojourn`: 3}, {`rate`: %lld, "
            "`sojourn`: 1}]}",
            4 * rate);
        break;
    case 3:
        SAY("{`process`: `schedule`, `schedule`: [{`at`: 0, `rate`: 1}, {`at`: 10, `rate`: "
            "%lld}, {`at`: 12, `rate`: 2}]}",
            6 * rate);
        break;
    case 6:
        SAY("{`process`: `saturated`}");
        break;
    default:
        SAY("{`process`: `poisson`, `rate`: %lld}", rate);
    }
}

static void say_fifo_message(struct inventor *v, bool by_content)
{
    static const char *const picks[] = {"uniform", "roundRobin", "zipf"};
    SAY(", `group`: {`groups`: %lld, `pick`: `%s`}", inventor_between(v, 1, 20),
        picks[inventor_draw(v, 3)]);
    if (!inventor_has(v, INVENT_DEDUPLICATION))
        return;
    switch (inventor_draw(v, by_content ? 4 : 3)) {
    case 3:
        SAY(", `deduplication`: `content`, `body`: {`numbered`: %lld, `prefix`: `m`}",
            inventor_between(v, 1, 300));
        break;
    case 1:
        SAY(", `deduplication`: {`key`: {`oneOf`: {`x`: 1, `y`: 2, `z`: 0.1}}}");
        break;
    default:
        break;
    }
}

void inventor_say_message(struct inventor *v, struct inventor_target to, bool has_key)
{
    SAY(", `message`: {`size`: ");
    if (inventor_chance(v, 0.5))
        SAY("{`dist`: `uniform`, `low`: 1, `high`: 6000}");
    else
        SAY("1024");
    if (to.is_fifo)
        say_fifo_message(v, to.by_content);
    else if (inventor_may(v, INVENT_TENANTS, 0.5))
        SAY(", `group`: {`groups`: %lld}", inventor_between(v, 1, 5));
    if (to.is_queue && !to.is_fifo && inventor_may(v, INVENT_DELAYS, 0.4))
        SAY(", `delay`: %lld", inventor_between(v, 0, 15));
    if (has_key)
        SAY(", `businessKey`: {`numbered`: %lld, `prefix`: `k`}", inventor_between(v, 1, 300));
    if (inventor_may(v, INVENT_FILTERS, 0.6))
        SAY(", `attributes`: {`type`: {`oneOf`: {`a`: 1, `bc`: 1, `d`: 1}}, `size`: {`sequence`: "
            "[1, 10]}}");
    SAY("}");
}

void inventor_say_retry(struct inventor *v)
{
    static const char *const jitters[] = {"full", "equal", "decorrelated", "none"};
    SAY(", `retry`: {`attempts`: %lld, `backoff`: `%lldms`, `jitter`: `%s`}",
        inventor_between(v, 1, 6), inventor_between(v, 1, 2000), jitters[inventor_draw(v, 4)]);
}

static void say_producer(struct inventor *v, size_t index)
{
    const struct inventor_target to = inventor_pick_target(v);
    SAY("%s`p%zu`: {`to`: `%s`", index > 0 ? ", " : "", index, to.name);
    say_arrivals(v, to.is_queue);
    if (inventor_may(v, INVENT_MANY, 0.5))
        SAY(", `count`: %lld", inventor_between(v, 2, 4));
    if (inventor_may(v, INVENT_WINDOWS, 0.6))
        SAY(", `messages`: %lld", inventor_between(v, 1, 400));
    if (inventor_may(v, INVENT_WINDOWS, 0.4))
        SAY(", `start`: %lld, `stop`: 25", inventor_between(v, 0, 20));
    if (inventor_may(v, INVENT_BATCHES, 0.7))
        SAY(", `batch`: {`size`: %lld, `window`: `%lldms`}", inventor_between(v, 1, 10),
            inventor_between(v, 0, 1500));
    if (inventor_may(v, INVENT_RETRIES, 0.6))
        SAY(", `timeout`: `%lldms`", inventor_between(v, 20, 500));
    if (inventor_may(v, INVENT_RETRIES, 0.6))
        inventor_say_retry(v);
    if (to.is_fifo || inventor_chance(v, 0.5))
        inventor_say_message(v, to, inventor_may(v, INVENT_IDEMPOTENCY, 0.6));
    SAY("}");
}

/* One that calls somebody directly. */
static void say_caller(struct inventor *v, const char *name, const char *to)
{
    SAY(", `%s`: {`to`: `%s`, `arrivals`: {`process`: `poisson`, `rate`: %lld}, `timeout`: "
        "`%lldms`",
        name, to, inventor_between(v, 1, 20), inventor_between(v, 20, 500));
    if (inventor_has(v, INVENT_RETRIES))
        inventor_say_retry(v);
    if (inventor_has(v, INVENT_BREAKERS))
        SAY(", `breaker`: {`failures`: %lld, `open`: %.3f}", inventor_between(v, 1, 5),
            0.01 + 10.0 * inventor_share(v));
    SAY("}");
}

void inventor_say_producers(struct inventor *v)
{
    const size_t count = (size_t)inventor_between(v, 1, 3);
    SAY(", `producers`: {");
    for (size_t i = 0; i < count; i++)
        say_producer(v, i);
    if (v->has_endpoint && inventor_chance(v, 0.5))
        say_caller(v, "pe", "e");
    if (v->has_downstream && inventor_chance(v, 0.5))
        say_caller(v, "pdb", "db");
    if (v->has_called)
        say_caller(v, "pc", "c9");
    SAY("}");
}
