// SPDX-License-Identifier: GPL-3.0-or-later
/* Endpoints: an HTTP server, a mailbox, anything that is called and answers after a while.
 *
 * It works on so many requests at once and refuses more.  A request that its caller gave up goes on
 * to its end, and nobody hears of it (SNS-15). */
#include <string.h>

#include "base/must.h"
#include "core/dist.h"
#include "core/rng.h"
#include "actor/actor.h"
#include "actor/optional.h"

struct endpoint_cfg {
    struct dist latency;
    int64_t capacity; /* -1: without end */
    double error_rate;
    int64_t status; /* of an answer that is an error */
};

/* Under way; from a pool in the world's arena. */
struct request {
    struct event over;
    struct endpoint_actor *actor;
    struct endpoint_call *call; /* NULL: given up */
    struct request *next, *next_made;
    int64_t begun_ns;
    uint64_t root, path;
    uint16_t caller;
    uint16_t status;
    bool is_refused;
};

struct endpoint_actor {
    struct endpoint endpoint;
    struct actor *actor;
    const struct endpoint_cfg *cfg;
    int64_t busy;
    uint64_t latency, errors; /* streams keyed by message, and work and try */
    struct request *made, *free;
};

enum { STATUS_OK = 200, STATUS_TOO_MANY_REQUESTS = 429, STATUS_UNAVAILABLE = 503 };

static void say(const struct request *request, enum probe_kind kind, int64_t value, int64_t other,
                int64_t now_ns)
{
    const struct actor *actor = request->actor->actor;
    const struct fact fact = {.at_ns = now_ns,
                              .kind = (uint16_t)kind,
                              .node = actor->node.id,
                              .peer = request->caller,
                              .message = MESSAGE_NONE,
                              .delivery = probe_branch(request->path),
                              .group = MESSAGE_NO_GROUP,
                              .root = request->root,
                              .value = value,
                              .other = other};
    probe_emit(actor->world->probe, &fact);
}

static void on_over(struct event *event, int64_t now_ns);

static struct request *take(struct endpoint_actor *endpoint)
{
    struct request *request = endpoint->free;
    if (request != NULL) {
        endpoint->free = request->next;
        return request;
    }
    request = arena_alloc(endpoint->actor->world->arena, sizeof *request);
    request->actor = endpoint;
    request->over.on_due = on_over;
    request->next_made = endpoint->made;
    endpoint->made = request;
    return request;
}

static void give_back(struct request *request)
{
    request->next = request->actor->free;
    request->actor->free = request;
}

/* SNS-15: 4xx is final, but for 429. */
static enum endpoint_answer answer_of(uint16_t status)
{
    if (status < 400)
        return ENDPOINT_OK;
    return status < 500 && status != STATUS_TOO_MANY_REQUESTS ? ENDPOINT_CLIENT_ERROR
                                                              : ENDPOINT_SERVER_ERROR;
}

static void on_over(struct event *event, int64_t now_ns)
{
    struct request *request = EVENT_OWNER(event, struct request, over);
    struct endpoint_call *call = request->call;
    const enum endpoint_answer answer = answer_of(request->status);
    if (!request->is_refused) {
        request->actor->busy--;
        say(request, PROBE_RESPONDED, now_ns - request->begun_ns, request->status, now_ns);
    }
    give_back(request);
    if (call == NULL)
        return;
    call->held = NULL;
    call->on_answer(call, answer, now_ns);
}

static void deliver(struct endpoint *base, struct endpoint_call *call, int64_t now_ns)
{
    struct endpoint_actor *endpoint = EVENT_OWNER(base, struct endpoint_actor, endpoint);
    const struct endpoint_cfg *cfg = endpoint->cfg;
    struct engine *engine = endpoint->actor->world->engine;
    struct request *request = take(endpoint);
    const uint64_t key =
        messages_key(endpoint->actor->world->messages, call->send->root) + (call->send->path >> 16);
    const uint64_t again = ((uint64_t)call->work << 32) + call->tries;
    request->call = call;
    request->begun_ns = now_ns;
    request->root = call->send->root;
    request->path = call->send->path;
    request->caller = call->caller;
    request->is_refused = (cfg->capacity >= 0 && endpoint->busy >= cfg->capacity) ||
                          (gate_judges(&base->gate) && !gate_pass(&base->gate, now_ns));
    request->status = STATUS_UNAVAILABLE;
    call->held = request;
    if (request->is_refused) {
        say(request, PROBE_REQUEST_REFUSED, endpoint->busy, request->status, now_ns);
        engine_soon(engine, &request->over);
        return;
    }
    endpoint->busy++;
    say(request, PROBE_REQUESTED, endpoint->busy, call->tries, now_ns);
    const bool fails = rng_unit(rng_keyed_word(endpoint->errors, key, again)) < cfg->error_rate;
    request->status = (uint16_t)(fails ? cfg->status : STATUS_OK);
    const int64_t latency_ns = dist_draw_keyed_ns(&cfg->latency, endpoint->latency, key, again);
    engine_at(engine, &request->over, now_ns + endpoint_work_ns(base, latency_ns));
}

static void drop(struct endpoint *endpoint, struct endpoint_call *call)
{
    struct request *request = call->held;
    (void)endpoint;
    MUST(request != NULL && request->call == call);
    request->call = NULL;
    call->held = NULL;
}

static const struct endpoint_ops ops = {.deliver = deliver, .drop = drop};

static void init(struct actor *actor)
{
    struct endpoint_actor *endpoint = actor->state;
    endpoint->endpoint = (struct endpoint){.ops = &ops, .id = actor->node.id};
    endpoint->actor = actor;
    endpoint->cfg = actor->cfg;
}

static void start(struct actor *actor, int64_t now_ns)
{
    struct endpoint_actor *endpoint = actor->state;
    const struct actor_world *world = actor->world;
    const char *name = actor->node.name;
    const struct fact fact = {.at_ns = now_ns,
                              .kind = PROBE_CAPACITY,
                              .node = actor->node.id,
                              .peer = NODE_NONE,
                              .message = MESSAGE_NONE,
                              .group = MESSAGE_NO_GROUP,
                              .value = 1,
                              .other = endpoint->cfg->capacity};
    endpoint->latency = rng_name(world->seed, world->replication, name, "latency");
    endpoint->errors = rng_name(world->seed, world->replication, name, "errors");
    endpoint_start(&endpoint->endpoint, rng_name(world->seed, world->replication, name, "gate"));
    endpoint->busy = 0;
    endpoint->free = NULL;
    for (struct request *request = endpoint->made; request != NULL; request = request->next_made) {
        request->over.next = NULL;
        give_back(request);
    }
    probe_emit(world->probe, &fact);
}

static struct endpoint *endpoint_of(struct actor *actor)
{
    return &((struct endpoint_actor *)actor->state)->endpoint;
}

static bool is_instant(const void *cfg)
{
    return dist_takes_no_time(&((const struct endpoint_cfg *)cfg)->latency);
}

#define ENDPOINT(member) offsetof(struct endpoint_cfg, member)

// clang-format off
static const struct param rows[] = {
    { "latency", &dist_time_param, ENDPOINT(latency), NULL, 1, 0, NULL, NULL, PARAM_REQUIRED, NULL,
      "How long a request takes." },
    { "capacity", &optional_int_param, ENDPOINT(capacity), "null", 1, 1e9, NULL, NULL, 0, NULL,
      "How many requests it works on at once; more are refused with 503.  null: no limit." },
    { "errorRate", &param_probability, ENDPOINT(error_rate), "0", 0, 1, NULL, NULL, 0, NULL,
      "Chance that the answer to a request is an error." },
    { "status", &param_int, ENDPOINT(status), "500", 200, 599, NULL, NULL, 0, "SNS-15",
      "The HTTP status of such an answer: 4xx is final but 429, 429 and 5xx are tried again." },
    PARAM_END
};
// clang-format on

const struct actor_kind endpoint_actor_kind = {
    .name = "endpoint",
    .section = "endpoints",
    .doc = "Is called and answers: an HTTP server, a mailbox.",
    .node = NODE_ENDPOINT,
    .cfg_bytes = sizeof(struct endpoint_cfg),
    .state_bytes = sizeof(struct endpoint_actor),
    .params = rows,
    .is_instant = is_instant,
    .init = init,
    .endpoint = endpoint_of,
    .start = start,
};
