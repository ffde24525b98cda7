// SPDX-License-Identifier: GPL-3.0-or-later
/* Alarms of a scenario: each watches a metric of a queue and says when its state changes.  It acts
 * on nothing; autoscaling has alarms of its own. */
#include "actor/alarm_actor.h"

#include "actor/actor.h"
#include "actor/alarm.h"
#include "actor/cloudwatch.h"

struct alarm_cfg {
    struct node_ref entity;
    int metric, statistic;
    struct alarm_rule rule; /* datapoints 0: all of them */
    int64_t period_ns, delay_ns;
};

struct alarm_actor {
    struct actor *actor;
    const struct alarm_cfg *cfg;
    struct alarm_rule rule;
    struct alarm alarm;
    struct cloudwatch_feed feed;
    struct cloudwatch_period period;
    struct event minute, judge;
    double *late; /* datapoints that are not known yet, a ring */
    uint64_t late_room, closed, judged;
};

static void say(const struct alarm_actor *state, int before, int64_t now_ns)
{
    const struct fact fact = {.at_ns = now_ns,
                              .kind = PROBE_ALARM,
                              .node = state->actor->node.id,
                              .peer = state->cfg->entity.id,
                              .message = MESSAGE_NONE,
                              .group = MESSAGE_NO_GROUP,
                              .value = state->alarm.state,
                              .other = before};
    probe_emit(state->actor->world->probe, &fact);
}

static void judge(struct alarm_actor *state, int64_t now_ns)
{
    const int before = state->alarm.state;
    const double point = state->late[state->judged++ % state->late_room];
    if (alarm_add(&state->alarm, point) != before)
        say(state, before, now_ns);
}

static void on_judge(struct event *event, int64_t now_ns)
{
    struct alarm_actor *state = EVENT_OWNER(event, struct alarm_actor, judge);
    judge(state, now_ns);
    engine_at(state->actor->world->engine, event, now_ns + state->cfg->period_ns);
}

static void close(struct alarm_actor *state, int64_t now_ns)
{
    state->late[state->closed++ % state->late_room] =
        cloudwatch_close(&state->period, state->cfg->statistic);
    if (state->cfg->delay_ns == 0)
        judge(state, now_ns);
}

/* A metric has a value each minute (CW-1), a datapoint each period. */
static void on_minute(struct event *event, int64_t now_ns)
{
    struct alarm_actor *state = EVENT_OWNER(event, struct alarm_actor, minute);
    cloudwatch_add(&state->period, cloudwatch_read(&state->feed, now_ns));
    if (now_ns % state->cfg->period_ns == 0)
        close(state, now_ns);
    engine_at(state->actor->world->engine, event, now_ns + CLOUDWATCH_MINUTE_NS);
}

static void init(struct actor *actor)
{
    struct alarm_actor *state = actor->state;
    struct actor_world *world = actor->world;
    state->actor = actor;
    state->cfg = actor->cfg;
    state->rule = state->cfg->rule;
    if (state->rule.datapoints == 0)
        state->rule.datapoints = state->rule.evaluation_periods;
    alarm_init(&state->alarm, &state->rule, world->arena);
    cloudwatch_watch(&state->feed, world->cloudwatch,
                     (const struct queue *)world->services[state->cfg->entity.id],
                     state->cfg->metric);
    state->late_room = (uint64_t)(state->cfg->delay_ns / state->cfg->period_ns) + 2;
    state->late = arena_alloc(world->arena, state->late_room * sizeof *state->late);
}

static void start(struct actor *actor, int64_t now_ns)
{
    struct alarm_actor *state = actor->state;
    struct engine *engine = actor->world->engine;
    state->minute = (struct event){.on_due = on_minute};
    state->judge = (struct event){.on_due = on_judge};
    state->period = (struct cloudwatch_period){.count = 0};
    state->closed = state->judged = 0;
    alarm_clear(&state->alarm);
    cloudwatch_begin(&state->feed);
    engine_at(engine, &state->minute, now_ns + CLOUDWATCH_MINUTE_NS);
    if (state->cfg->delay_ns > 0)
        engine_at(engine, &state->judge, now_ns + state->cfg->period_ns + state->cfg->delay_ns);
}

static void check(struct param_reader *reader, void *cfg_, const struct json *node)
{
    const struct alarm_cfg *cfg = cfg_;
    if (cfg->period_ns % CLOUDWATCH_MINUTE_NS != 0)
        param_error(reader, json_get(node, "period"), "a period is a number of whole minutes");
    if (cfg->rule.datapoints > cfg->rule.evaluation_periods)
        param_error(reader, node, "datapointsToAlarm (%lld) is above evaluationPeriods (%lld)",
                    (long long)cfg->rule.datapoints, (long long)cfg->rule.evaluation_periods);
}

uint16_t alarm_actor_age_of(const void *cfg_)
{
    const struct alarm_cfg *cfg = cfg_;
    return cfg->metric == CLOUDWATCH_AGE ? cfg->entity.id : NODE_NONE;
}

static bool is_instant(const void *cfg)
{
    (void)cfg;
    return false;
}

static const char *const comparison_words[] = {"GreaterThanThreshold",
                                               "GreaterThanOrEqualToThreshold", "LessThanThreshold",
                                               "LessThanOrEqualToThreshold", NULL};
static const char *const missing_words[] = {"missing", "notBreaching", "breaching", "ignore", NULL};
static const unsigned of_queue = NODE_REF_TO(NODE_QUEUE);

#define ALARM(member) offsetof(struct alarm_cfg, member)

// clang-format off
static const struct param rows[] = {
    { "entity", &node_ref_param, ALARM(entity), NULL, 1, 0, NULL, &of_queue, PARAM_REQUIRED, NULL,
      "The queue whose metric it watches." },
    { "metric", &param_word, ALARM(metric), NULL, 1, 0, NULL, cloudwatch_words, PARAM_REQUIRED,
      "CW-2", "The metric; it has a value a minute while the queue is in use." },
    { "statistic", &param_word, ALARM(statistic), "\"Average\"", 1, 0, NULL,
      cloudwatch_statistic_words, 0, NULL, "What a period's datapoint is of its minutes' values." },
    { "threshold", &param_number, ALARM(rule.threshold), NULL, 1, 0, NULL, NULL, PARAM_REQUIRED,
      NULL, "With what datapoints are compared." },
    { "comparison", &param_word, ALARM(rule.comparison), "\"GreaterThanThreshold\"", 1, 0, NULL,
      comparison_words, 0, NULL, "When a datapoint breaches." },
    { "period", &param_duration, ALARM(period_ns), "\"1m\"", 60, 86400, "a day", NULL, 0, "CW-6",
      "How long a datapoint is; a number of minutes." },
    { "evaluationPeriods", &param_int, ALARM(rule.evaluation_periods), "1", 1, 1440, NULL, NULL, 0,
      "CW-6", "How many datapoints are judged: N." },
    { "datapointsToAlarm", &param_int, ALARM(rule.datapoints), "0", 0, 1440, NULL, NULL, 0, "CW-6",
      "How many of them must breach: M; 0: all." },
    { "missingData", &param_word, ALARM(rule.missing), "\"missing\"", 1, 0, NULL, missing_words, 0,
      "CW-6", "What is taken for datapoints that are missing." },
    { "delay", &param_duration, ALARM(delay_ns), "0", 0, 3600, "an hour", NULL, 0, "CW-1",
      "How long after its period a datapoint is known." },
    PARAM_END
};
// clang-format on

const struct actor_kind alarm_actor_kind = {
    .name = "alarm",
    .section = "alarms",
    .doc = "Watches a metric of a queue, as CloudWatch does.",
    .node = NODE_ALARM,
    .cfg_bytes = sizeof(struct alarm_cfg),
    .state_bytes = sizeof(struct alarm_actor),
    .params = rows,
    .check = check,
    .is_instant = is_instant,
    .init = init,
    .start = start,
};
