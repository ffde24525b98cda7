// SPDX-License-Identifier: GPL-3.0-or-later
/* Invocations: admitted or throttled, worked on message by message, ended well, by an error or by
 * their time-out.
 *
 * The function works on the messages of an invocation one after the other, so that some may have
 * been worked on well when it fails: they come back with the others, and are worked on again. */
#include "actor/function_invoke.h"

#include <string.h>
#include "base/units.h"
#include "actor/effect.h"

/* --- parts --- */

/* LAM-5: without mixing, an invocation has messages of one group. */
void function_invoke_part(struct function_lane *lane)
{
    const struct function *function = lane->function;
    const bool mixes = function->cfg->mix_groups || !function->from->is_fifo;
    const struct delivery *batch = lane->batch;
    int64_t bytes = 0;
    lane->from = lane->to;
    for (uint32_t i = lane->from; i < lane->count; i++) {
        bytes += batch[i].bytes;
        if (i > lane->from && (bytes > FUNCTION_PAYLOAD_BYTES ||
                               (!mixes && batch[i].group != batch[lane->from].group)))
            break;
        lane->to = i + 1;
    }
    lane->index = lane->from;
    lane->done = lane->deleted = 0;
    lane->has_failed = false;
}

static void skip(struct function_lane *lane, uint32_t from, uint32_t to, int64_t now_ns)
{
    for (uint32_t i = from; i < to; i++)
        function_lane_say(lane, PROBE_SKIPPED, &lane->batch[i], 0, now_ns);
}

static bool is_in_part(const struct function_lane *lane, uint32_t group)
{
    for (uint32_t i = lane->from; i < lane->to; i++) {
        if (lane->batch[i].group == group)
            return true;
    }
    return false;
}

/* After a failure what follows in the groups of the part is left to the time-out, too. */
static void skip_groups(struct function_lane *lane, int64_t now_ns)
{
    uint32_t kept = lane->to;
    for (uint32_t i = lane->to; i < lane->count; i++) {
        if (is_in_part(lane, lane->batch[i].group))
            skip(lane, i, i + 1, now_ns);
        else
            lane->batch[kept++] = lane->batch[i];
    }
    lane->count = kept;
}

/* --- room for an invocation --- */

static bool is_group_running(const struct function *function, uint32_t group)
{
    return group < function->groups_room && function->groups_running[group] > 0;
}

/* LAM-5: no group is in two invocations at once. */
static bool has_running_group(const struct function_lane *lane)
{
    if (!lane->function->from->is_fifo)
        return false;
    for (uint32_t i = lane->from; i < lane->to; i++) {
        if (is_group_running(lane->function, lane->batch[i].group))
            return true;
    }
    return false;
}

static void widen_groups(struct function *function, uint32_t group)
{
    size_t room = function->groups_room > 0 ? function->groups_room : 64;
    if (group < function->groups_room)
        return;
    while (room <= group)
        room *= 2;
    function->groups_running = must_grow(function->groups_running, room * sizeof(uint32_t));
    memset(function->groups_running + function->groups_room, 0,
           (room - function->groups_room) * sizeof(uint32_t));
    function->groups_room = room;
}

static void mark_groups(struct function_lane *lane, uint32_t running)
{
    struct function *function = lane->function;
    for (uint32_t i = lane->from; function->from->is_fifo && i < lane->to; i++) {
        widen_groups(function, lane->batch[i].group);
        function->groups_running[lane->batch[i].group] = running;
    }
}

/* LAM-4: a function has its reserved concurrency, or what the account has left; unless it is
 * throttled for another reason. */
bool function_invoke_has_room(struct function *function, int64_t now_ns)
{
    struct gate *gate = &function->endpoint.gate;
    if (gate_judges(gate) && !gate_pass(gate, now_ns))
        return false;
    return function->cfg->reserved >= 0 ? function->running < function->cfg->reserved
                                        : function->actor->world->free_concurrency > 0;
}

void function_invoke_take(struct function *function, int64_t count)
{
    function->running += count;
    if (function->cfg->reserved < 0)
        function->actor->world->free_concurrency -= count;
}

/* --- facts about the invocation --- */

void function_invoke_say(const struct function *function, enum probe_kind kind, uint16_t peer,
                         uint32_t lane, enum probe_invocation code, int64_t value, int64_t now_ns)
{
    const struct fact fact = {.at_ns = now_ns,
                              .kind = (uint16_t)kind,
                              .node = function->id,
                              .peer = peer,
                              .n = (uint16_t)code,
                              .message = MESSAGE_NONE,
                              .delivery = (uint32_t)function->cfg->memory_mib,
                              .group = MESSAGE_NO_GROUP,
                              .bytes = lane,
                              .value = value,
                              .other = function->cfg->architectures == 1 << FUNCTION_ARM64};
    probe_emit(function->probe, &fact);
}

static void say_invoked(const struct function_lane *lane, int64_t now_ns)
{
    const uint32_t count = lane->to - lane->from;
    for (uint32_t i = 0; i < count; i++) {
        struct fact fact =
            function_lane_fact(lane, PROBE_INVOKED, &lane->batch[lane->from + i], count, now_ns);
        fact.n = (uint16_t)i;
        probe_emit(lane->function->probe, &fact);
    }
}

/* --- begin --- */

double function_invoke_chance(const struct function *function, const struct delivery *d)
{
    const uint64_t key = messages_delivery_key(function->messages, d);
    return rng_unit(rng_keyed_word(function->failure, key, d->receives));
}

int64_t function_invoke_service_ns(const struct function *function, const struct delivery *d)
{
    const struct dist *service = &function->cfg->service;
    const int64_t ns =
        service->fast == DIST_MESSAGE
            ? d->service_ns
            : dist_draw_keyed_ns(service, function->service,
                                 messages_delivery_key(function->messages, d), d->receives);
    return endpoint_work_ns(&function->endpoint, ns);
}

static enum function_step begin(struct function_lane *lane, int64_t now_ns)
{
    const struct function_cfg *cfg = lane->function->cfg;
    const struct delivery *first = &lane->batch[lane->from];
    function_invoke_take(lane->function, 1);
    mark_groups(lane, 1);
    lane->tries = 0;
    lane->pause_ns = 0;
    lane->invoked_ns = now_ns;
    lane->code = PROBE_INVOCATION_OK;
    lane->fails_whole = cfg->failure.mode == FUNCTION_FAILS_WHOLE &&
                        cfg->failure.probability > 0.0 &&
                        function_invoke_chance(lane->function, first) < cfg->failure.probability;
    lane->whole_ns = cfg->per_message ? 0 : function_invoke_service_ns(lane->function, first);
    say_invoked(lane, now_ns);
    return FUNCTION_WORK;
}

/* LAM-8: the messages of a batch that found no room until the first of them is visible again are
 * left; they have been received all the same.  If there was not even time for a try, which a queue
 * without a visibility timeout never gives, the next poll waits as after an error. */
static enum function_step give_up(struct function_lane *lane, int64_t now_ns)
{
    lane->errors += lane->tries == 0;
    skip(lane, lane->from, lane->count, now_ns);
    lane->tries = 0;
    lane->pause_ns = 0;
    lane->to = lane->count;
    return FUNCTION_NEXT;
}

enum function_step function_invoke(struct function_lane *lane, int64_t now_ns)
{
    struct function *function = lane->function;
    const bool is_over = now_ns >= lane->deadline_ns;
    /* What was collected for longer than its time-out is invoked with all the same, but for FIFO
     * queues, whose order would break. */
    if (is_over && (lane->tries > 0 || function->from->is_fifo))
        return give_up(lane, now_ns);
    const bool is_held_back = has_running_group(lane);
    if (!is_held_back && function_invoke_has_room(function, now_ns))
        return begin(lane, now_ns);
    if (!is_held_back) {
        function->had_trouble = true;
        function_invoke_say(function, PROBE_INVOKE_THROTTLED, function->from_id, lane->number,
                            PROBE_INVOCATION_OK, lane->to - lane->from, now_ns);
    }
    if (is_over)
        return give_up(lane, now_ns);
    lane->tries++;
    lane->pause_ns = retry_pause_ns(&function->cfg->throttle_retry, lane->tries, lane->pause_ns,
                                    &function->pauses);
    const int64_t at_ns = now_ns + lane->pause_ns;
    return function_lane_wait(lane, at_ns < lane->deadline_ns ? at_ns : lane->deadline_ns,
                              FUNCTION_INVOKE);
}

/* --- work --- */

static bool is_marked_poison(const struct function *function, const struct delivery *d)
{
    const struct message *m = &function->messages->at[d->slot];
    return function->cfg->poison && m->seq == d->seq && (m->flags & MESSAGE_POISON) != 0;
}

static bool draw_failure(const struct function_lane *lane, const struct delivery *d)
{
    const struct function_failure_cfg *failure = &lane->function->cfg->failure;
    if (is_marked_poison(lane->function, d))
        return true;
    return failure->mode == FUNCTION_FAILS_ITEM && failure->probability > 0.0 &&
           function_invoke_chance(lane->function, d) < failure->probability;
}

/* A batch's service time is its messages' in equal parts. */
static int64_t service_ns_of(const struct function_lane *lane)
{
    if (lane->function->cfg->per_message)
        return function_invoke_service_ns(lane->function, &lane->batch[lane->index]);
    const int64_t count = lane->to - lane->from, i = lane->index - lane->from;
    const int64_t each_ns = lane->whole_ns / count, rest_ns = lane->whole_ns % count;
    return each_ns + (i < rest_ns);
}

enum function_step function_invoke_work(struct function_lane *lane, int64_t now_ns)
{
    const struct delivery *d = &lane->batch[lane->index];
    const int64_t ends_ns = lane->invoked_ns + lane->function->cfg->timeout_ns;
    lane->service_ns = service_ns_of(lane);
    lane->fails = draw_failure(lane, d);
    lane->started_ns = now_ns;
    function_lane_say(lane, PROBE_STARTED, d, lane->service_ns, now_ns);
    if (now_ns + lane->service_ns > ends_ns) /* sending on may have taken it beyond */
        return function_lane_wait(lane, ends_ns > now_ns ? ends_ns : now_ns, FUNCTION_TIMEOUT);
    return function_lane_wait(lane, now_ns + lane->service_ns, FUNCTION_FINISH);
}

/* LAM-7: an invocation that failed deletes nothing. */
static enum function_step end(struct function_lane *lane, int64_t now_ns)
{
    struct function *function = lane->function;
    const bool is_fine = lane->code == PROBE_INVOCATION_OK;
    function_invoke_say(function, PROBE_INVOCATION_ENDED, function->from_id, lane->number,
                        (enum probe_invocation)lane->code, now_ns - lane->invoked_ns, now_ns);
    mark_groups(lane, 0);
    function_invoke_take(function, -1);
    if (!is_fine)
        lane->done = 0;
    lane->errors = is_fine ? 0 : lane->errors + 1;
    function->had_trouble |= !is_fine;
    if (function->from->is_fifo && (lane->has_failed || !is_fine))
        skip_groups(lane, now_ns);
    return FUNCTION_DELETE;
}

/* LAM-9: a failure is reported, and the work goes on; or it is the invocation's, and ends it.  From
 * a FIFO queue nothing after it is worked on, since order would break. */
static bool ends_at_failure(const struct function_lane *lane)
{
    const struct function_cfg *cfg = lane->function->cfg;
    return !function_cfg_reports(cfg) || (lane->function->from->is_fifo && cfg->stop_at_failure);
}

static void count_done(struct function_lane *lane)
{
    struct delivery *first = &lane->batch[lane->from + lane->done++];
    struct delivery *at = &lane->batch[lane->index];
    const struct delivery other = *first;
    *first = *at;
    *at = other;
}

enum function_step function_invoke_finish(struct function_lane *lane, int64_t now_ns)
{
    const struct delivery *d = &lane->batch[lane->index];
    const bool fails = lane->fails || lane->fails_whole;
    const bool has_then = lane->function->has_then;
    if (has_then)
        forward_prepare(&lane->forward, d, !fails, now_ns);
    if (!fails)
        effect_say_if_named(
            &(struct effect_worker){lane->function->actor, lane->function->from_id, lane->number},
            d, now_ns);
    function_lane_say(lane, fails ? PROBE_FAILED : PROBE_SUCCEEDED, d, lane->service_ns, now_ns);
    if (has_then && forward_send(&lane->forward, now_ns) == FORWARD_WAITS)
        return FUNCTION_WAIT;
    return FUNCTION_FORWARDED;
}

/* The message at hand was worked on, and what follows from it was sent on, or could not be. */
enum function_step function_invoke_forwarded(struct function_lane *lane, int64_t now_ns)
{
    if (lane->function->has_then && lane->forward.state == FORWARD_FAILED)
        lane->fails = true;
    if (!lane->fails && !lane->fails_whole)
        count_done(lane);
    else
        lane->has_failed = true;
    lane->index++;
    if (lane->fails && ends_at_failure(lane)) {
        skip(lane, lane->index, lane->to, now_ns);
        lane->index = lane->to;
        if (!function_cfg_reports(lane->function->cfg))
            lane->code = PROBE_INVOCATION_ERROR;
    }
    if (lane->index < lane->to)
        return FUNCTION_WORK;
    if (lane->fails_whole)
        lane->code = PROBE_INVOCATION_ERROR;
    if (now_ns - lane->invoked_ns > lane->function->cfg->timeout_ns)
        lane->code = PROBE_INVOCATION_TIMEOUT;
    return end(lane, now_ns);
}

enum function_step function_invoke_timeout(struct function_lane *lane, int64_t now_ns)
{
    function_lane_say(lane, PROBE_FAILED, &lane->batch[lane->index], now_ns - lane->started_ns,
                      now_ns);
    skip(lane, lane->index + 1, lane->to, now_ns);
    lane->code = PROBE_INVOCATION_TIMEOUT;
    return end(lane, now_ns);
}
