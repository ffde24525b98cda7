// SPDX-License-Identifier: GPL-3.0-or-later
/* The life of a lane, as steps.  Here are the calls at the queue and what is collected; what an
 * invocation does with it is in actor/function_invoke.c.  A step that needs time returns
 * FUNCTION_WAIT; any other names the step that follows at once. */
#include "actor/function_lane.h"

#include <stdlib.h>
#include <string.h>
#include "base/units.h"
#include "actor/function.h"
#include "actor/function_filter.h"
#include "actor/function_invoke.h"
#include "actor/function_scale.h"

/* LAM-3: Lambda's polls are long ones. */
#define POLL_WAIT_NS (20 * SEC)
/* How long after the end of its wait a call is given up. */
#define CALL_GRACE_NS (3 * SEC)
enum { POLL_MESSAGES = 10, DELETE_MESSAGES = 10, DELETE_TRIES = 3 };

static void run(struct function_lane *lane, enum function_step step, int64_t now_ns);

struct fact function_lane_fact(const struct function_lane *lane, enum probe_kind kind,
                               const struct delivery *d, int64_t value, int64_t now_ns)
{
    return (struct fact){.at_ns = now_ns,
                         .kind = (uint16_t)kind,
                         .node = lane->function->id,
                         .peer = lane->function->from_id,
                         .message = d->slot,
                         .delivery = d->receives,
                         .group = d->group,
                         .bytes = lane->number,
                         .root = d->root,
                         .seq = d->seq,
                         .value = value};
}

void function_lane_say(const struct function_lane *lane, enum probe_kind kind,
                       const struct delivery *d, int64_t value, int64_t now_ns)
{
    const struct fact fact = function_lane_fact(lane, kind, d, value, now_ns);
    probe_emit(lane->function->probe, &fact);
}

static void on_event(struct event *event, int64_t now_ns)
{
    struct function_lane *lane = EVENT_OWNER(event, struct function_lane, call.event);
    run(lane, (enum function_step)lane->after_call, now_ns);
}

enum function_step function_lane_wait(struct function_lane *lane, int64_t at_ns,
                                      enum function_step then)
{
    lane->after_call = (uint8_t)then;
    lane->call.event.on_due = on_event;
    engine_at(lane->function->engine, &lane->call.event, at_ns);
    return FUNCTION_WAIT;
}

static void on_reply(struct call *call, int64_t now_ns)
{
    struct function_lane *lane = EVENT_OWNER(call, struct function_lane, call);
    run(lane, (enum function_step)lane->after_call, now_ns);
}

static enum function_step call_then(struct function_lane *lane, int64_t timeout_ns,
                                    bool (*perform)(struct call *, int64_t),
                                    enum function_step then, int64_t now_ns)
{
    lane->after_call = (uint8_t)then;
    lane->call.timeout_ns = timeout_ns;
    return link_call(&lane->function->link, &lane->call, perform, now_ns) ? then : FUNCTION_WAIT;
}

static enum function_step pause_then(struct function_lane *lane, enum function_step then,
                                     int64_t now_ns)
{
    struct function *function = lane->function;
    lane->pause_ns = retry_pause_ns(&function->cfg->throttle_retry, lane->tries, lane->pause_ns,
                                    &function->pauses);
    return function_lane_wait(lane, now_ns + lane->pause_ns, then);
}

static void forget_tries(struct function_lane *lane)
{
    lane->tries = 0;
    lane->pause_ns = 0;
}

static void hold(struct function_lane *lane)
{
    if (lane->holds || !lane->function->holds)
        return;
    lane->holds = true;
    engine_hold(lane->function->engine);
}

static void release(struct function_lane *lane)
{
    if (!lane->holds)
        return;
    lane->holds = false;
    engine_release(lane->function->engine);
}

/* --- receiving --- */

static bool perform_receive(struct call *call, int64_t now_ns)
{
    struct function_lane *lane = EVENT_OWNER(call, struct function_lane, call);
    lane->received_ns = now_ns;
    if (queue_receive(lane->function->from, &lane->poll, now_ns) != RECEIVE_WAITS)
        return true;
    function_scale_waits(lane, now_ns);
    return false;
}

static void on_answer(struct poll *poll, int64_t now_ns)
{
    struct function_lane *lane = EVENT_OWNER(poll, struct function_lane, poll);
    lane->received_ns = now_ns;
    link_answer(&lane->call, now_ns);
}

static void make_room(struct function_lane *lane, uint32_t more)
{
    if (lane->count + more <= lane->room)
        return;
    lane->room = lane->room == 0 ? POLL_MESSAGES : lane->room;
    while (lane->room < lane->count + more)
        lane->room *= 2;
    lane->batch = must_grow(lane->batch, lane->room * sizeof *lane->batch);
}

/* LAM-2: a long poll may outlast a shorter window, up to 20 s after the first message (I). */
static int64_t wait_ns(const struct function_lane *lane, int64_t now_ns)
{
    const int64_t window_ns = lane->function->cfg->window_ns;
    const int64_t most_ns = window_ns > POLL_WAIT_NS ? window_ns : POLL_WAIT_NS;
    if (lane->count == 0)
        return POLL_WAIT_NS;
    const int64_t left_ns = lane->gathered_ns + most_ns - now_ns;
    return left_ns < POLL_WAIT_NS ? left_ns : POLL_WAIT_NS;
}

static enum function_step poll_queue(struct function_lane *lane, int64_t now_ns)
{
    const int64_t at_ns = function_scale_poll_ns(lane);
    const int64_t room = lane->function->cfg->batch_size - lane->count;
    if (lane->count == 0)
        release(lane);
    if (at_ns > now_ns)
        return function_lane_wait(lane, at_ns, FUNCTION_POLL);
    function_scale_polled(lane, 0, now_ns);
    make_room(lane, POLL_MESSAGES);
    lane->poll.out = lane->batch + lane->count;
    lane->poll.max = (uint32_t)(room < POLL_MESSAGES ? room : POLL_MESSAGES);
    lane->poll.wait_ns = wait_ns(lane, now_ns);
    return call_then(lane, lane->poll.wait_ns + CALL_GRACE_NS, perform_receive, FUNCTION_RECEIVED,
                     now_ns);
}

static enum function_step received_nothing(struct function_lane *lane, int64_t now_ns)
{
    if (lane->call.outcome == CALL_TIMED_OUT) /* DLQ-12: what was received stays hidden */
        return lane->count > 0 ? FUNCTION_GATHERED : FUNCTION_POLL;
    if (lane->poll.status != RECEIVE_EMPTY) {
        lane->tries++;
        return pause_then(lane, FUNCTION_POLL, now_ns);
    }
    forget_tries(lane);
    if (lane->count > 0)
        return FUNCTION_GATHERED;
    if (function_scale_stays(lane, now_ns))
        return FUNCTION_POLL;
    release(lane);
    return FUNCTION_WAIT;
}

/* What passes joins the batch, in its order; the rest stands behind it. */
static void take_in(struct function_lane *lane)
{
    const struct function *function = lane->function;
    const uint32_t end = lane->count + lane->poll.count;
    lane->rejected = 0;
    for (uint32_t i = lane->count; i < end; i++) {
        const struct delivery d = lane->batch[i];
        if (!function_filter_passes(&function->cfg->filter, function->verdicts,
                                    function->actor->world, d.root)) {
            lane->rejected++;
            continue;
        }
        lane->batch[i] = lane->batch[lane->count];
        lane->batch[lane->count++] = d;
        lane->bytes += d.bytes;
    }
}

static enum function_step received(struct function_lane *lane, int64_t now_ns)
{
    struct function *function = lane->function;
    int64_t bytes = 0;
    function_scale_woken(lane);
    if (lane->poll.status != RECEIVE_MESSAGES || lane->call.outcome == CALL_TIMED_OUT)
        return received_nothing(lane, now_ns);
    forget_tries(lane);
    if (lane->count == 0) {
        lane->gathered_ns = now_ns;
        lane->deadline_ns = lane->received_ns + function->from->visibility_ns;
        lane->bytes = 0;
    }
    for (uint32_t i = 0; i < lane->poll.count; i++)
        bytes += lane->poll.out[i].bytes;
    hold(lane);
    function_scale_polled(lane, bytes, now_ns);
    function_scale_received(function, now_ns);
    take_in(lane);
    return lane->rejected > 0 ? FUNCTION_REJECT : FUNCTION_GATHERED;
}

/* LAM-2: at once without a window, else when it is over or the batch is full. */
static enum function_step gathered(struct function_lane *lane, int64_t now_ns)
{
    const struct function_cfg *cfg = lane->function->cfg;
    if (lane->count == 0)
        return FUNCTION_POLL;
    const bool is_full = lane->count >= cfg->batch_size || lane->bytes >= FUNCTION_PAYLOAD_BYTES;
    if (!is_full && now_ns - lane->gathered_ns < cfg->window_ns)
        return FUNCTION_POLL;
    function_scale_passes(lane, now_ns);
    lane->to = 0;
    function_invoke_part(lane);
    return FUNCTION_INVOKE;
}

/* --- deleting --- */

static uint32_t delete_count(const struct function_lane *lane)
{
    const uint32_t left = lane->done - lane->deleted;
    return left < DELETE_MESSAGES ? left : DELETE_MESSAGES;
}

static bool perform_delete(struct call *call, int64_t now_ns)
{
    struct function_lane *lane = EVENT_OWNER(call, struct function_lane, call);
    const struct function *function = lane->function;
    const enum delete_status status =
        queue_delete(function->from, lane->batch + lane->from + lane->deleted, delete_count(lane),
                     NULL, function->id, now_ns);
    lane->poll.status = status == DELETE_THROTTLED ? RECEIVE_THROTTLED : RECEIVE_EMPTY;
    return true;
}

/* LAM-7: what was worked on well is deleted, ten in a call. */
static enum function_step delete_done(struct function_lane *lane, int64_t now_ns)
{
    if (lane->deleted >= lane->done)
        return FUNCTION_NEXT;
    return call_then(lane, CALL_GRACE_NS, perform_delete, FUNCTION_DELETED, now_ns);
}

/* A throttled delete is tried again; a lost one, or one given up, is left to the time-out. */
static bool is_delete_again(struct function_lane *lane)
{
    const bool throttled =
        lane->poll.status == RECEIVE_THROTTLED && lane->call.outcome == CALL_REPLIED;
    return throttled && ++lane->tries < DELETE_TRIES;
}

static enum function_step deleted(struct function_lane *lane, int64_t now_ns)
{
    if (is_delete_again(lane))
        return pause_then(lane, FUNCTION_DELETE, now_ns);
    forget_tries(lane);
    lane->deleted += delete_count(lane);
    return FUNCTION_DELETE;
}

/* --- what the filter does not want --- */

static bool perform_reject(struct call *call, int64_t now_ns)
{
    struct function_lane *lane = EVENT_OWNER(call, struct function_lane, call);
    const struct function *function = lane->function;
    const enum delete_status status = queue_delete(function->from, lane->batch + lane->count,
                                                   lane->rejected, NULL, function->id, now_ns);
    lane->poll.status = status == DELETE_THROTTLED ? RECEIVE_THROTTLED : RECEIVE_EMPTY;
    return true;
}

/* LAM-10: it is deleted. */
static enum function_step reject(struct function_lane *lane, int64_t now_ns)
{
    for (uint32_t i = 0; lane->tries == 0 && i < lane->rejected; i++)
        function_lane_say(lane, PROBE_SKIPPED, &lane->batch[lane->count + i], 0, now_ns);
    return call_then(lane, CALL_GRACE_NS, perform_reject, FUNCTION_REJECTED, now_ns);
}

static enum function_step rejected(struct function_lane *lane, int64_t now_ns)
{
    if (is_delete_again(lane))
        return pause_then(lane, FUNCTION_REJECT, now_ns);
    forget_tries(lane);
    return FUNCTION_GATHERED;
}

/* --- the loop --- */

/* LAM-7: after failures it polls later. */
static enum function_step poll_after_errors(struct function_lane *lane, int64_t now_ns)
{
    struct function *function = lane->function;
    if (lane->errors == 0)
        return FUNCTION_POLL;
    release(lane);
    const int64_t pause_ns =
        retry_pause_ns(&function->cfg->error_pause, lane->errors, 0, &function->pauses);
    return pause_ns == 0 ? FUNCTION_POLL
                         : function_lane_wait(lane, now_ns + pause_ns, FUNCTION_POLL);
}

static enum function_step next(struct function_lane *lane, int64_t now_ns)
{
    function_invoke_part(lane);
    if (lane->from < lane->count)
        return FUNCTION_INVOKE;
    lane->count = 0;
    if (function_scale_goes_on(lane, now_ns))
        return poll_after_errors(lane, now_ns);
    release(lane);
    return FUNCTION_WAIT;
}

static void run(struct function_lane *lane, enum function_step step, int64_t now_ns)
{
    while (step != FUNCTION_WAIT) {
        switch (step) {
        case FUNCTION_POLL:
            step = poll_queue(lane, now_ns);
            break;
        case FUNCTION_RECEIVED:
            step = received(lane, now_ns);
            break;
        case FUNCTION_GATHERED:
            step = gathered(lane, now_ns);
            break;
        case FUNCTION_REJECT:
            step = reject(lane, now_ns);
            break;
        case FUNCTION_REJECTED:
            step = rejected(lane, now_ns);
            break;
        case FUNCTION_INVOKE:
            step = function_invoke(lane, now_ns);
            break;
        case FUNCTION_WORK:
            step = function_invoke_work(lane, now_ns);
            break;
        case FUNCTION_FINISH:
            step = function_invoke_finish(lane, now_ns);
            break;
        case FUNCTION_FORWARDED:
            step = function_invoke_forwarded(lane, now_ns);
            break;
        case FUNCTION_TIMEOUT:
            step = function_invoke_timeout(lane, now_ns);
            break;
        case FUNCTION_DELETE:
            step = delete_done(lane, now_ns);
            break;
        case FUNCTION_DELETED:
            step = deleted(lane, now_ns);
            break;
        case FUNCTION_NEXT:
            step = next(lane, now_ns);
            break;
        case FUNCTION_WAIT:
            break;
        }
    }
}

static void on_forwarded(struct forward *forward, int64_t now_ns)
{
    run(EVENT_OWNER(forward, struct function_lane, forward), FUNCTION_FORWARDED, now_ns);
}

void function_lane_init(struct function_lane *lane, struct function *function, uint32_t number)
{
    lane->function = function;
    lane->number = number;
    lane->call.on_reply = on_reply;
    lane->poll.caller = function->id;
    lane->poll.visibility_ns = -1;
    lane->poll.on_answer = on_answer;
    lane->forward = (struct forward){.forwarder = &function->forwarder, .on_over = on_forwarded};
}

void function_lane_free(struct function_lane *lane)
{
    free(lane->batch);
}

void function_lane_clear(struct function_lane *lane)
{
    lane->call.event.next = NULL;
    lane->poll.next = NULL;
    lane->poll.late.next = NULL;
    lane->forward.legs = NULL;
    lane->count = lane->from = lane->to = lane->errors = 0;
    lane->code = PROBE_INVOCATION_OK;
    lane->is_free = true;
    lane->is_waiting = lane->holds = false;
    forget_tries(lane);
}

void function_lane_start(struct function_lane *lane, int64_t now_ns)
{
    lane->is_free = false;
    lane->errors = 0;
    function_lane_wait(lane, now_ns, FUNCTION_POLL);
}
