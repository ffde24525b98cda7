// SPDX-License-Identifier: GPL-3.0-or-later
/* Pollers come, a few each second, while none of those there are waits for messages, and go when
 * they wait in vain.
 *
 * A poller has one poll on its way at a time and as many lanes as it may have invocations: one, so
 * that pollers are concurrent batches, or ten if it is provisioned.  The lane that polls hands the
 * polling on when its batch is complete. */
#include "actor/function_scale.h"

#include "base/units.h"

static uint32_t poller_of(const struct function_lane *lane)
{
    return lane->number / lane->function->lanes_per_poller;
}

static void say_capacity(const struct function *function, int64_t now_ns)
{
    const struct fact fact = {.at_ns = now_ns,
                              .kind = PROBE_CAPACITY,
                              .node = function->id,
                              .peer = function->from_id,
                              .message = MESSAGE_NONE,
                              .group = MESSAGE_NO_GROUP,
                              .value = function->open,
                              .other = function->open * function->lanes_per_poller};
    probe_emit(function->probe, &fact);
}

static int64_t least_of(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* LAM-6 */
static void init_provisioned(struct function *function, const struct function_limits *limits)
{
    const struct function_cfg *cfg = function->cfg;
    const int64_t most = least_of(function_cfg_most_pollers(cfg),
                                  limits->provisioned_concurrency / FUNCTION_POLLER_INVOKES);
    function->lanes_per_poller = FUNCTION_POLLER_INVOKES;
    function->growth_per_minute = limits->provisioned_growth_per_minute;
    function->most = (uint32_t)most;
    function->start = function->least = (uint32_t)least_of(function_cfg_least_pollers(cfg), most);
}

void function_scale_init(struct function *function)
{
    const struct function_cfg *cfg = function->cfg;
    const struct function_scaling_cfg *scaling = &cfg->scaling;
    const struct function_limits *limits = function->actor->world->functions;
    const bool is_bounded = cfg->maximum_concurrency >= 0;
    if (function_cfg_is_provisioned(cfg)) {
        init_provisioned(function, limits);
        return;
    }
    int64_t most = scaling->maximum >= 0 ? scaling->maximum : limits->mapping_concurrency;
    if (is_bounded) /* LAM-4 */
        most = least_of(most, cfg->maximum_concurrency);
    function->lanes_per_poller = 1;
    function->growth_per_minute =
        scaling->per_minute >= 0 ? scaling->per_minute : limits->growth_per_minute;
    function->most = (uint32_t)most;
    function->start = (uint32_t)least_of(scaling->start, most);
    /* LAM-3: with a MaximumConcurrency it does not go below the start. */
    function->least =
        is_bounded ? function->start : (uint32_t)least_of(scaling->idle_pollers, function->start);
}

static void open_poller(struct function *function, uint32_t number, int64_t now_ns)
{
    struct function_poller *poller = &function->pollers[number];
    poller->is_open = poller->is_polling = true;
    function->open++;
    function_lane_start(&function->lanes[number * function->lanes_per_poller], now_ns);
}

/* Opens the first of those that are closed, up to so many in all. */
static void open_up_to(struct function *function, uint32_t wanted, int64_t now_ns)
{
    if (function->open >= wanted)
        return;
    for (uint32_t i = 0; function->open < wanted; i++) {
        if (!function->pollers[i].is_open)
            open_poller(function, i, now_ns);
    }
    say_capacity(function, now_ns);
}

/* Nobody waits: is that still so in a second? */
static void watch(struct function *function, int64_t now_ns)
{
    if (function->open >= function->most || function->waiting > 0 ||
        event_is_pending(&function->tick))
        return;
    function->had_trouble = false;
    function->credit = 0;
    engine_at(function->engine, &function->tick, now_ns + SEC);
}

/* LAM-3: the growth of a minute comes in equal parts, each second (I). */
static void on_tick(struct event *event, int64_t now_ns)
{
    struct function *function = EVENT_OWNER(event, struct function, tick);
    const int64_t unit = INT64_C(60) * function->lanes_per_poller;
    if (function->waiting > 0)
        return;
    if (!function->had_trouble || !function->cfg->scaling.hold_on_trouble) {
        function->credit += function->growth_per_minute;
        const int64_t more = function->credit / unit;
        function->credit -= more * unit;
        open_up_to(function, (uint32_t)least_of(function->open + more, function->most), now_ns);
    }
    function->had_trouble = false;
    if (function->open < function->most)
        engine_at(function->engine, &function->tick, now_ns + SEC);
}

void function_scale_start(struct function *function, int64_t now_ns)
{
    const uint32_t lanes = function->most * function->lanes_per_poller;
    for (uint32_t i = 0; i < lanes; i++)
        function_lane_clear(&function->lanes[i]);
    for (uint32_t i = 0; i < function->most; i++)
        function->pollers[i] = (struct function_poller){.next_poll_ns = 0};
    function->tick = (struct event){.on_due = on_tick};
    function->open = function->waiting = 0;
    function->spare_since_ns = FOREVER;
    function->had_trouble = false;
    open_up_to(function, function->start, now_ns);
}

/* --- waiting --- */

void function_scale_waits(struct function_lane *lane, int64_t now_ns)
{
    struct function *function = lane->function;
    lane->is_waiting = true;
    if (++function->waiting == function->start)
        function->spare_since_ns = now_ns;
}

void function_scale_woken(struct function_lane *lane)
{
    struct function *function = lane->function;
    if (!lane->is_waiting)
        return;
    lane->is_waiting = false;
    if (function->waiting-- == function->start)
        function->spare_since_ns = FOREVER;
}

void function_scale_received(struct function *function, int64_t now_ns)
{
    open_up_to(function, function->start, now_ns);
    watch(function, now_ns);
}

int64_t function_scale_poll_ns(const struct function_lane *lane)
{
    return lane->function->pollers[poller_of(lane)].next_poll_ns;
}

void function_scale_polled(struct function_lane *lane, int64_t bytes, int64_t now_ns)
{
    const struct function *function = lane->function;
    struct function_poller *poller = &function->pollers[poller_of(lane)];
    if (function->lanes_per_poller == 1)
        return;
    const int64_t pause_ns =
        bytes > 0 ? bytes * (SEC / FUNCTION_POLLER_BYTES_PER_S) : SEC / FUNCTION_POLLER_POLLS_PER_S;
    if (poller->next_poll_ns < now_ns + pause_ns)
        poller->next_poll_ns = now_ns + pause_ns;
}

/* --- whose turn it is --- */

static void close_poller(struct function_lane *lane, int64_t now_ns)
{
    struct function *function = lane->function;
    struct function_poller *poller = &function->pollers[poller_of(lane)];
    poller->is_open = poller->is_polling = false;
    lane->is_free = true;
    function->open--;
    say_capacity(function, now_ns);
}

void function_scale_passes(struct function_lane *lane, int64_t now_ns)
{
    struct function *function = lane->function;
    struct function_poller *poller = &function->pollers[poller_of(lane)];
    struct function_lane *lanes = lane - lane->number % function->lanes_per_poller;
    poller->busy++;
    poller->is_polling = false;
    for (uint32_t i = 0; i < function->lanes_per_poller; i++) {
        if (!lanes[i].is_free)
            continue;
        poller->is_polling = true;
        function_lane_start(&lanes[i], now_ns);
        return;
    }
}

/* As many as at the start have been idle for long. */
static bool is_spare(const struct function *function, int64_t now_ns)
{
    return function->lanes_per_poller == 1 && function->open > function->start &&
           function->spare_since_ns != FOREVER &&
           now_ns - function->spare_since_ns >= function->cfg->scaling.shrink_after_ns;
}

bool function_scale_goes_on(struct function_lane *lane, int64_t now_ns)
{
    struct function *function = lane->function;
    struct function_poller *poller = &function->pollers[poller_of(lane)];
    poller->busy--;
    lane->is_free = poller->is_polling;
    if (poller->is_polling)
        return false;
    if (is_spare(function, now_ns)) {
        close_poller(lane, now_ns);
        return false;
    }
    return poller->is_polling = true;
}

bool function_scale_stays(struct function_lane *lane, int64_t now_ns)
{
    struct function *function = lane->function;
    if (function->open <= function->least || function->pollers[poller_of(lane)].busy > 0)
        return true;
    close_poller(lane, now_ns);
    return false;
}
