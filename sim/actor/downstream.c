// SPDX-License-Identifier: GPL-3.0-or-later
/* Downstreams: what several components depend on and share, such as the database that takes 50 a
 * second.  Its servers take requests from one line, first come first served.  A caller that gives
 * up leaves its request where it is, and a server will still work on it: that is how retries keep a
 * sick dependency sick. */
#include "core/dist.h"
#include "core/rng.h"
#include "actor/actor.h"
#include "actor/optional.h"
#include "actor/serving.h"

struct downstream_cfg {
    int64_t servers;
    struct dist service;
    int64_t capacity; /* at work and in line; -1: without end */
    double error_rate;
    int64_t status; /* of an answer that is an error */
};

struct downstream {
    struct serving serving;
    const struct downstream_cfg *cfg;
    uint64_t service, errors; /* streams keyed by message, and work and try */
};

static int64_t begin(struct serving *serving, struct serving_request *request)
{
    const struct downstream *downstream = EVENT_OWNER(serving, struct downstream, serving);
    const struct downstream_cfg *cfg = downstream->cfg;
    request->status = serving_status(request, downstream->errors, cfg->error_rate, cfg->status);
    return dist_draw_keyed_ns(&cfg->service, downstream->service, request->key, request->again);
}

static void init(struct actor *actor)
{
    struct downstream *downstream = actor->state;
    downstream->cfg = actor->cfg;
    serving_init(&downstream->serving, actor);
    downstream->serving.servers = downstream->cfg->servers;
    downstream->serving.room = downstream->cfg->capacity;
    downstream->serving.has_line = true;
    downstream->serving.begin = begin;
}

static void start(struct actor *actor, int64_t now_ns)
{
    struct downstream *downstream = actor->state;
    const struct actor_world *world = actor->world;
    const char *name = actor->node.name;
    downstream->service = rng_name(world->seed, world->replication, name, "service");
    downstream->errors = rng_name(world->seed, world->replication, name, "errors");
    serving_start(&downstream->serving);
    serving_announce(&downstream->serving, 1, downstream->cfg->servers, now_ns);
}

static struct endpoint *endpoint_of(struct actor *actor)
{
    return &((struct downstream *)actor->state)->serving.endpoint;
}

static bool is_instant(const void *cfg)
{
    return dist_takes_no_time(&((const struct downstream_cfg *)cfg)->service);
}

static void check(struct param_reader *reader, void *cfg_, const struct json *node)
{
    const struct downstream_cfg *cfg = cfg_;
    if (cfg->capacity >= 0 && cfg->capacity < cfg->servers)
        param_error(reader, node,
                    "capacity counts what is at work and what waits: it is not below servers (%d)",
                    (int)cfg->servers);
}

#define DOWNSTREAM(member) offsetof(struct downstream_cfg, member)

// clang-format off
static const struct param rows[] = {
    { "servers", &param_int, DOWNSTREAM(servers), "1", 1, 1e9, NULL, NULL, 0, NULL,
      "How many requests it works on at once; more wait in line, first come first served." },
    { "service", &dist_time_param, DOWNSTREAM(service), NULL, 1, 0, NULL, NULL, PARAM_REQUIRED,
      NULL,
      "How long a server works on a request; one that its caller gave up is worked on all the "
      "same." },
    { "capacity", &optional_int_param, DOWNSTREAM(capacity), "null", 1, 1e9, NULL, NULL, 0, NULL,
      "How many requests it holds, at work and in line; more are refused with 503.  null: no "
      "limit." },
    { "errorRate", &param_probability, DOWNSTREAM(error_rate), "0", 0, 1, NULL, NULL, 0, NULL,
      "Chance that the answer to a request is an error." },
    { "status", &param_int, DOWNSTREAM(status), "500", 200, 599, NULL, NULL, 0, NULL,
      "The HTTP status of such an answer: 4xx is final but 429, 429 and 5xx are tried again." },
    PARAM_END
};
// clang-format on

const struct actor_kind downstream_kind = {
    .name = "downstream",
    .section = "downstreams",
    .doc = "Is called and shared by many: a database, with servers and a waiting line.",
    .node = NODE_DOWNSTREAM,
    .cfg_bytes = sizeof(struct downstream_cfg),
    .state_bytes = sizeof(struct downstream),
    .params = rows,
    .check = check,
    .is_instant = is_instant,
    .init = init,
    .endpoint = endpoint_of,
    .start = start,
};
