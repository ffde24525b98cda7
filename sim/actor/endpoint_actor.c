// SPDX-License-Identifier: GPL-3.0-or-later
/* Endpoints: an HTTP server, a mailbox, anything that is called and answers after a while.  It
 * works on so many requests at once and refuses more. */
#include "core/dist.h"
#include "core/rng.h"
#include "actor/actor.h"
#include "actor/optional.h"
#include "actor/serving.h"

struct endpoint_cfg {
    struct dist latency;
    int64_t capacity; /* -1: without end */
    double error_rate;
    int64_t status; /* of an answer that is an error */
};

struct endpoint_actor {
    struct serving serving;
    const struct endpoint_cfg *cfg;
    uint64_t latency, errors; /* streams keyed by message, and work and try */
};

static int64_t begin(struct serving *serving, struct serving_request *request)
{
    const struct endpoint_actor *endpoint = EVENT_OWNER(serving, struct endpoint_actor, serving);
    const struct endpoint_cfg *cfg = endpoint->cfg;
    request->status = serving_status(request, endpoint->errors, cfg->error_rate, cfg->status);
    return dist_draw_keyed_ns(&cfg->latency, endpoint->latency, request->key, request->again);
}

static void init(struct actor *actor)
{
    struct endpoint_actor *endpoint = actor->state;
    endpoint->cfg = actor->cfg;
    serving_init(&endpoint->serving, actor);
    endpoint->serving.room = endpoint->cfg->capacity;
    endpoint->serving.begin = begin;
}

static void start(struct actor *actor, int64_t now_ns)
{
    struct endpoint_actor *endpoint = actor->state;
    const struct actor_world *world = actor->world;
    const char *name = actor->node.name;
    endpoint->latency = rng_name(world->seed, world->replication, name, "latency");
    endpoint->errors = rng_name(world->seed, world->replication, name, "errors");
    serving_start(&endpoint->serving);
    serving_announce(&endpoint->serving, 1, endpoint->cfg->capacity, now_ns);
}

static struct endpoint *endpoint_of(struct actor *actor)
{
    return &((struct endpoint_actor *)actor->state)->serving.endpoint;
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
