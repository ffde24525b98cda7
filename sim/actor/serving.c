// SPDX-License-Identifier: GPL-3.0-or-later
/* The life of a request where it is served: refused, or in line, at work, answered. */
#include "actor/serving.h"

#include "base/must.h"
#include "core/rng.h"

static void say_with(const struct serving_request *request, enum probe_kind kind, bool flag,
                     int64_t value, int64_t other, int64_t now_ns)
{
    const struct actor *actor = request->serving->actor;
    const struct fact fact = {.at_ns = now_ns,
                              .kind = (uint16_t)kind,
                              .node = actor->node.id,
                              .peer = request->caller,
                              .n = flag,
                              .message = MESSAGE_NONE,
                              .delivery = probe_branch(request->path),
                              .group = MESSAGE_NO_GROUP,
                              .root = request->root,
                              .value = value,
                              .other = other};
    probe_emit(actor->world->probe, &fact);
}

static void say(const struct serving_request *request, enum probe_kind kind, int64_t value,
                int64_t other, int64_t now_ns)
{
    say_with(request, kind, false, value, other, now_ns);
}

static void on_over(struct event *event, int64_t now_ns);

static struct serving_request *take(struct serving *serving)
{
    struct serving_request *request = serving->free;
    if (request != NULL) {
        serving->free = request->next;
        return request;
    }
    request = arena_alloc(serving->actor->world->arena, sizeof *request);
    request->serving = serving;
    request->over.on_due = on_over;
    request->next_made = serving->made;
    serving->made = request;
    return request;
}

static void give_back(struct serving_request *request)
{
    request->next = request->serving->free;
    request->serving->free = request;
}

/* --- at work --- */

static void link_in(struct serving_request *request)
{
    struct serving *serving = request->serving;
    request->before = NULL;
    request->next = serving->at_work;
    if (request->next != NULL)
        request->next->before = request;
    serving->at_work = request;
}

static void link_out(struct serving_request *request)
{
    if (request->before != NULL)
        request->before->next = request->next;
    else
        request->serving->at_work = request->next;
    if (request->next != NULL)
        request->next->before = request->before;
}

static void begin(struct serving_request *request, bool has_waited, int64_t now_ns)
{
    struct serving *serving = request->serving;
    serving->busy++;
    request->fells = false;
    const int64_t lasts_ns = serving->begin(serving, request);
    link_in(request);
    if (serving->has_line)
        say_with(request, PROBE_REQUEST_BEGUN, has_waited, now_ns - request->came_ns,
                 serving->waiting, now_ns);
    engine_at(serving->actor->world->engine, &request->over,
              now_ns + endpoint_work_ns(&serving->endpoint, lasts_ns));
}

static bool has_server(const struct serving *serving)
{
    return serving->servers < 0 || serving->busy < serving->servers;
}

void serving_fill(struct serving *serving, int64_t now_ns)
{
    while (serving->first != NULL && has_server(serving)) {
        struct serving_request *request = serving->first;
        serving->first = request->next;
        serving->waiting--;
        begin(request, true, now_ns);
    }
}

/* --- answers --- */

/* SNS-15: 4xx is final, but for 429. */
static enum endpoint_answer answer_of(uint16_t status)
{
    if (status < STATUS_FIRST_ERROR)
        return ENDPOINT_OK;
    return status < 500 && status != STATUS_TOO_MANY_REQUESTS ? ENDPOINT_CLIENT_ERROR
                                                              : ENDPOINT_SERVER_ERROR;
}

static void answer(struct serving_request *request, int64_t now_ns)
{
    struct endpoint_call *call = request->call;
    const enum endpoint_answer said = answer_of(request->status);
    give_back(request);
    if (call == NULL)
        return;
    call->held = NULL;
    call->on_answer(call, said, now_ns);
}

static void on_refused(struct event *event, int64_t now_ns)
{
    answer(EVENT_OWNER(event, struct serving_request, over), now_ns);
}

static void on_over(struct event *event, int64_t now_ns)
{
    struct serving_request *request = EVENT_OWNER(event, struct serving_request, over);
    struct serving *serving = request->serving;
    if (request->fells) {
        serving->end(serving, request, now_ns);
        return;
    }
    link_out(request);
    serving->busy--;
    if (serving->end != NULL)
        serving->end(serving, request, now_ns);
    say_with(request, PROBE_RESPONDED, request->call == NULL, now_ns - request->came_ns,
             request->status, now_ns);
    answer(request, now_ns);
    serving_fill(serving, now_ns);
}

/* Answers with an event of its own, since who is told may only schedule. */
static void fail(struct serving_request *request, bool has_begun, int64_t now_ns)
{
    struct engine *engine = request->serving->actor->world->engine;
    request->status = STATUS_UNAVAILABLE;
    say(request, has_begun ? PROBE_RESPONDED : PROBE_REQUEST_LOST, now_ns - request->came_ns,
        request->status, now_ns);
    engine_cancel(engine, &request->over);
    request->over.on_due = on_refused;
    engine_soon(engine, &request->over);
}

void serving_fell(struct serving *serving, uint32_t instance, int64_t now_ns)
{
    struct serving_request *next = NULL;
    for (struct serving_request *at = serving->at_work; at != NULL; at = next) {
        next = at->next;
        if (at->instance != instance)
            continue;
        link_out(at);
        serving->busy--;
        fail(at, true, now_ns);
    }
}

void serving_clear_line(struct serving *serving, int64_t now_ns)
{
    while (serving->first != NULL) {
        struct serving_request *request = serving->first;
        serving->first = request->next;
        serving->waiting--;
        fail(request, false, now_ns);
    }
}

/* --- calls --- */

static bool is_refused(struct serving *serving, int64_t now_ns)
{
    struct gate *gate = &serving->endpoint.gate;
    return serving->is_closed ||
           (serving->room >= 0 && serving->busy + serving->waiting >= serving->room) ||
           (gate_judges(gate) && !gate_pass(gate, now_ns));
}

static void stand_in_line(struct serving_request *request)
{
    struct serving *serving = request->serving;
    request->next = NULL;
    if (serving->first != NULL)
        serving->last->next = request;
    else
        serving->first = request;
    serving->last = request;
    serving->waiting++;
}

static void deliver(struct endpoint *base, struct endpoint_call *call, int64_t now_ns)
{
    struct serving *serving = EVENT_OWNER(base, struct serving, endpoint);
    const struct actor_world *world = serving->actor->world;
    struct serving_request *request = take(serving);
    const int64_t there = serving->busy + serving->waiting;
    request->call = call;
    request->came_ns = now_ns;
    request->root = call->send->root;
    request->path = call->send->path;
    request->key = messages_key(world->messages, call->send->root) + (call->send->path >> 16);
    request->again = ((uint64_t)call->work << 32) + call->tries;
    request->caller = call->caller;
    request->is_refused = is_refused(serving, now_ns);
    request->over.on_due = request->is_refused ? on_refused : on_over;
    call->held = request;
    if (request->is_refused) {
        request->status = STATUS_UNAVAILABLE;
        say(request, PROBE_REQUEST_REFUSED, there, request->status, now_ns);
        engine_soon(world->engine, &request->over);
        return;
    }
    const bool waits = !has_server(serving);
    say_with(request, PROBE_REQUESTED, waits, there + 1, call->tries, now_ns);
    if (waits)
        stand_in_line(request);
    else
        begin(request, false, now_ns);
}

static void drop(struct endpoint *endpoint, struct endpoint_call *call)
{
    struct serving_request *request = call->held;
    (void)endpoint;
    MUST(request != NULL && request->call == call);
    request->call = NULL;
    call->held = NULL;
}

uint16_t serving_status(const struct serving_request *request, uint64_t errors, double error_rate,
                        int64_t status)
{
    const bool fails = rng_unit(rng_keyed_word(errors, request->key, request->again)) < error_rate;
    return (uint16_t)(fails ? status : STATUS_OK);
}

/* --- life --- */

static const struct endpoint_ops ops = {.deliver = deliver, .drop = drop};

void serving_init(struct serving *serving, struct actor *actor)
{
    serving->endpoint = (struct endpoint){.ops = &ops, .id = actor->node.id};
    serving->actor = actor;
    serving->servers = serving->room = -1;
}

void serving_start(struct serving *serving)
{
    const struct actor *actor = serving->actor;
    const struct actor_world *world = actor->world;
    endpoint_start(&serving->endpoint,
                   rng_name(world->seed, world->replication, actor->node.name, "gate"));
    serving->busy = serving->waiting = 0;
    serving->first = serving->last = serving->at_work = serving->free = NULL;
    for (struct serving_request *at = serving->made; at != NULL; at = at->next_made) {
        at->over.next = NULL;
        give_back(at);
    }
}

void serving_announce(const struct serving *serving, int64_t instances, int64_t servers,
                      int64_t now_ns)
{
    const struct actor *actor = serving->actor;
    const struct fact fact = {.at_ns = now_ns,
                              .kind = PROBE_CAPACITY,
                              .node = actor->node.id,
                              .peer = NODE_NONE,
                              .message = MESSAGE_NONE,
                              .group = MESSAGE_NO_GROUP,
                              .value = instances,
                              .other = servers};
    probe_emit(actor->world->probe, &fact);
}
