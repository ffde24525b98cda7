// SPDX-License-Identifier: GPL-3.0-or-later
/* Each period: the metric, what the policy makes of it, and then instances launched or ended until
 * there are as many as are wanted.  Those that leave count no more. */
#include "actor/autoscaling.h"

#include <math.h>
#include "base/units.h"
#include "actor/consumer.h"
#include "actor/optional.h"

/* ASG-2: the two alarms of target tracking. */
enum { HIGH_PERIODS = 3, LOW_PERIODS = 15 };
#define LOW_SHARE 0.9

/* --- configuration --- */

#define SCALING(member) offsetof(struct autoscaling_cfg, member)
#define STEP(member)    offsetof(struct autoscaling_step, member)

static const char *const metric_words[] = {"backlogPerInstance",
                                           "ApproximateNumberOfMessagesVisible",
                                           "ApproximateNumberOfMessagesNotVisible",
                                           "ApproximateNumberOfMessagesDelayed",
                                           "ApproximateAgeOfOldestMessage",
                                           "NumberOfMessagesSent",
                                           "NumberOfMessagesReceived",
                                           "NumberOfMessagesDeleted",
                                           "NumberOfEmptyReceives",
                                           NULL};

// clang-format off
static const struct param step_rows[] = {
    { "from", &param_number, STEP(from), "0", 0, 1e18, NULL, NULL, 0, NULL,
      "The least value of the metric at which this step is taken." },
    { "to", &param_number, STEP(to), "1e18", 0, 1e18, NULL, NULL, 0, NULL,
      "The value from which on it is not." },
    { "adjustment", &param_int, STEP(adjustment), NULL, -1e6, 1e6, NULL, NULL, PARAM_REQUIRED,
      "ASG-3", "How many instances more (or, below 0, less)." },
    PARAM_END
};
static const struct param_list_of step_list = {sizeof(struct autoscaling_step), step_rows};

const struct param autoscaling_rows[] = {
    { "min", &param_int, SCALING(min), "1", 0, 1000000, NULL, NULL, 0, NULL,
      "The fewest instances." },
    { "max", &param_int, SCALING(max), "0", 0, 1000000, NULL, NULL, 0, NULL,
      "The most instances; 0: there is no autoscaling." },
    { "metric", &param_word, SCALING(metric), "\"backlogPerInstance\"", 1, 0, NULL, metric_words,
      0, "ASG-1", "What is judged: visible messages for each instance in service, or a metric of "
      "the queue." },
    { "target", &param_number, SCALING(target), "0", 0, 1e15, NULL, NULL, 0, "ASG-2",
      "Target tracking: where the metric is to be kept, such as acceptable latency / mean service "
      "time; 0: \"steps\" instead." },
    { "steps", &param_list, SCALING(steps), NULL, 1, 0, NULL, &step_list, 0, "ASG-3",
      "Step scaling: adjustments by bands of the metric; the first that fits is taken." },
    { "period", &param_duration, SCALING(period_ns), "\"1m\"", 1, 86400, "a day", NULL, 0, "CW-1",
      "How often the metric is published and judged." },
    { "boot", &param_duration, SCALING(boot_ns), "0", 0, 86400, "a day", NULL, 0, NULL,
      "How long after its launch an instance begins to poll." },
    { "warmup", &param_duration, SCALING(warmup_ns), "0", 0, 86400, "a day", NULL, 0, "ASG-2",
      "How long after that it counts as warming up still; those that the run begins with do not." },
    { "cooldown", &optional_duration_param, SCALING(cooldown_ns), "null", 0, 86400, "a day", NULL,
      0, "ASG-3", "Simple scaling: after an adjustment by \"steps\", the wait before the next "
      "(AWS: 300 s); null: step scaling, which does not wait." },
    { "outPeriods", &param_int, SCALING(out_periods), "0", 0, 1440, NULL, NULL, 0, "ASG-2",
      "How many datapoints in a row ask for more instances before they come; 0: 3 with a target, "
      "else 1." },
    { "inPeriods", &param_int, SCALING(in_periods), "0", 0, 1440, NULL, NULL, 0, "ASG-2",
      "How many ask for fewer before they go; 0: 15 with a target, else 1." },
    { "scaleInShare", &param_number, SCALING(scale_in_share), "0.1", 0, 1, NULL, NULL, 0, "ASG-2",
      "The most that goes in a period with a target, as a share of the instances, but one at "
      "least." },
    PARAM_END
};
// clang-format on

void autoscaling_check(struct param_reader *reader, const struct autoscaling_cfg *cfg,
                       int64_t count, const struct json *node)
{
    const struct autoscaling_step *steps = cfg->steps.items;
    if (cfg->max == 0) {
        if (cfg->target > 0.0 || cfg->steps.count > 0)
            param_error(reader, node, "\"autoscaling\" needs \"max\": the most instances");
        return;
    }
    if (cfg->max < cfg->min || cfg->max < count)
        param_error(reader, node, "\"max\" (%lld) is below \"min\" or \"count\"",
                    (long long)cfg->max);
    if ((cfg->target > 0.0) == (cfg->steps.count > 0))
        param_error(reader, node, "\"autoscaling\" needs either \"target\" or \"steps\"");
    if (cfg->target > 0.0 && cfg->cooldown_ns >= 0)
        param_error(reader, node, "target tracking has no \"cooldown\"");
    for (size_t i = 0; i < cfg->steps.count; i++) {
        if (steps[i].from >= steps[i].to)
            param_error(reader, node, "a step's \"to\" (%g) is not above its \"from\" (%g)",
                        steps[i].to, steps[i].from);
    }
}

int64_t autoscaling_first(const struct autoscaling_cfg *cfg, int64_t count)
{
    return cfg->max > 0 && count < cfg->min ? cfg->min : count;
}

/* As many as are wanted at most may still be leaving. */
int64_t autoscaling_most(const struct autoscaling_cfg *cfg)
{
    return 2 * cfg->max;
}

/* --- instances --- */

static bool is_warm(const struct autoscaling *scaling, const struct consumer_instance *instance,
                    int64_t now_ns)
{
    return instance->state == INSTANCE_UP && now_ns >= instance->up_ns + scaling->cfg->warmup_ns;
}

struct census {
    int64_t there; /* not leaving */
    int64_t warm;  /* in service, and counted in the metric */
    bool is_warming;
};

static struct census count_instances(const struct autoscaling *scaling, int64_t now_ns)
{
    const struct consumer *consumer = scaling->consumer;
    struct census census = {.there = 0};
    for (uint32_t i = 0; i < consumer->instance_count; i++) {
        const struct consumer_instance *instance = &consumer->instances[i];
        const bool warm = is_warm(scaling, instance, now_ns);
        const bool there = instance->state != INSTANCE_NONE && instance->state != INSTANCE_LEAVING;
        census.there += there;
        census.warm += warm;
        census.is_warming =
            census.is_warming || (there && !warm && instance->state != INSTANCE_DOWN);
    }
    return census;
}

static bool is_idle(const struct consumer *consumer, const struct consumer_instance *instance)
{
    const int64_t concurrency = consumer->cfg->concurrency;
    const struct worker *workers = &consumer->workers[instance->index * (uint32_t)concurrency];
    for (int64_t i = 0; i < concurrency; i++) {
        const struct worker *worker = &workers[i];
        const bool pauses =
            worker->state == WORKER_PAUSING && worker->index >= worker->count && worker->done == 0;
        if (worker->state != WORKER_RECEIVING && worker->state != WORKER_DOWN && !pauses)
            return false;
    }
    return true;
}

/* ASG-4: the newest of those that are down or idle, else the newest at work. */
static const struct consumer_instance *pick_victim(const struct consumer *consumer)
{
    const struct consumer_instance *victim = NULL;
    bool victim_is_idle = false;
    for (uint32_t i = 0; i < consumer->instance_count; i++) {
        const struct consumer_instance *instance = &consumer->instances[i];
        if (instance->state != INSTANCE_UP && instance->state != INSTANCE_DOWN)
            continue;
        const bool idle = is_idle(consumer, instance);
        if (victim == NULL || idle > victim_is_idle ||
            (idle == victim_is_idle && instance->launched > victim->launched)) {
            victim = instance;
            victim_is_idle = idle;
        }
    }
    return victim;
}

static void scale_in(struct autoscaling *scaling, int64_t count, int64_t now_ns)
{
    for (; count > 0; count--) {
        const struct consumer_instance *victim = pick_victim(scaling->consumer);
        if (victim == NULL)
            return;
        consumer_end(scaling->consumer, victim->index, now_ns);
    }
}

static void scale_out(struct autoscaling *scaling, int64_t count, int64_t now_ns)
{
    struct consumer *consumer = scaling->consumer;
    for (uint32_t i = 0; i < consumer->instance_count && count > 0; i++) {
        if (consumer->instances[i].state != INSTANCE_NONE)
            continue;
        consumer_launch(consumer, i, scaling->cfg->boot_ns, now_ns);
        count--;
    }
}

static void say(const struct autoscaling *scaling, int64_t wanted, int64_t now_ns)
{
    const struct consumer *consumer = scaling->consumer;
    const struct fact fact = {.at_ns = now_ns,
                              .kind = PROBE_SCALED,
                              .node = consumer->id,
                              .peer = consumer->from_id,
                              .message = MESSAGE_NONE,
                              .group = MESSAGE_NO_GROUP,
                              .value = wanted,
                              .other = scaling->wanted};
    probe_emit(consumer->probe, &fact);
}

static void want(struct autoscaling *scaling, int64_t wanted, int64_t there, int64_t now_ns)
{
    if (wanted != scaling->wanted)
        say(scaling, wanted, now_ns);
    scaling->wanted = wanted;
    if (wanted > there)
        scale_out(scaling, wanted - there, now_ns);
    else
        scale_in(scaling, there - wanted, now_ns);
}

/* --- policies: how many instances there are to be --- */

static int64_t within(const struct autoscaling_cfg *cfg, int64_t wanted)
{
    return wanted < cfg->min ? cfg->min : wanted > cfg->max ? cfg->max : wanted;
}

/* ASG-2: ceil(capacity x metric / target).  More at once; fewer by and by, and not while instances
 * warm up. */
static int64_t track(struct autoscaling *scaling, const struct census *census, double value)
{
    const struct autoscaling_cfg *cfg = scaling->cfg;
    const bool is_high = alarm_add(&scaling->high, value) == PROBE_ALARM_ALARM;
    const bool is_low = alarm_add(&scaling->low, value) == PROBE_ALARM_ALARM;
    const int64_t capacity = census->warm > 1 ? census->warm : 1; /* ASG-4 */
    if (isnan(value) || is_high == is_low || (is_low && census->is_warming))
        return census->there;
    const double ideal = ceil((double)capacity * value / cfg->target - 1e-9);
    const int64_t wanted = ideal < (double)cfg->max ? (int64_t)ideal : cfg->max;
    if (is_high)
        return wanted > census->there ? wanted : census->there;
    const int64_t share = (int64_t)((double)census->there * cfg->scale_in_share);
    const int64_t least = census->there - (share > 1 ? share : 1);
    return wanted > census->there ? census->there : wanted > least ? wanted : least;
}

static int64_t adjustment_at(const struct autoscaling_cfg *cfg, double value)
{
    const struct autoscaling_step *steps = cfg->steps.items;
    for (size_t i = 0; i < cfg->steps.count; i++) {
        if (value >= steps[i].from && value < steps[i].to)
            return steps[i].adjustment;
    }
    return 0;
}

/* ASG-3: what is still warming up is part of what the step asks for; simple scaling adjusts once
 * and rests, its rest beginning when the instances are up. */
static int64_t step(struct autoscaling *scaling, const struct census *census, double value,
                    int64_t now_ns)
{
    const struct autoscaling_cfg *cfg = scaling->cfg;
    const bool is_simple = cfg->cooldown_ns >= 0;
    const int64_t adjustment = isnan(value) ? 0 : adjustment_at(cfg, value);
    scaling->above = adjustment > 0 ? scaling->above + 1 : 0;
    scaling->below = adjustment < 0 ? scaling->below + 1 : 0;
    const int64_t needed = adjustment > 0 ? cfg->out_periods : cfg->in_periods;
    const int64_t in_a_row = adjustment > 0 ? scaling->above : scaling->below;
    if (in_a_row < (needed > 0 ? needed : 1) || (is_simple && now_ns < scaling->rests_until_ns) ||
        (!is_simple && adjustment < 0 && census->is_warming))
        return census->there;
    const int64_t base = is_simple || adjustment < 0 ? census->there : census->warm;
    const int64_t wanted = within(cfg, base + adjustment);
    if (adjustment > 0 && wanted <= census->there)
        return census->there;
    if (is_simple && wanted != census->there)
        scaling->rests_until_ns = now_ns + cfg->cooldown_ns + (adjustment > 0 ? cfg->boot_ns : 0);
    return wanted;
}

/* ASG-1, ASG-4: for each instance in service, and for one where there is none. */
static double metric(struct autoscaling *scaling, const struct census *census, int64_t now_ns)
{
    const double value = cloudwatch_read(&scaling->feed, now_ns);
    if (scaling->cfg->metric != 0)
        return value;
    return value / (double)(census->warm > 1 ? census->warm : 1);
}

static void on_tick(struct event *event, int64_t now_ns)
{
    struct autoscaling *scaling = EVENT_OWNER(event, struct autoscaling, tick);
    const struct census census = count_instances(scaling, now_ns);
    const double value = metric(scaling, &census, now_ns);
    const int64_t wanted = scaling->cfg->target > 0.0 ? track(scaling, &census, value)
                                                      : step(scaling, &census, value, now_ns);
    want(scaling, within(scaling->cfg, wanted), census.there, now_ns);
    engine_at(scaling->consumer->engine, event, now_ns + scaling->cfg->period_ns);
}

/* --- its life --- */

static int64_t given(int64_t periods, int64_t fallback)
{
    return periods > 0 ? periods : fallback;
}

struct autoscaling *autoscaling_new(struct consumer *consumer)
{
    const struct autoscaling_cfg *cfg = &consumer->cfg->autoscaling;
    struct arena *arena = consumer->actor->world->arena;
    struct autoscaling *scaling = arena_alloc(arena, sizeof *scaling);
    const int64_t high = given(cfg->out_periods, HIGH_PERIODS);
    const int64_t low = given(cfg->in_periods, LOW_PERIODS);
    scaling->consumer = consumer;
    scaling->cfg = cfg;
    scaling->rules[0] = (struct alarm_rule){.threshold = cfg->target,
                                            .comparison = ALARM_ABOVE,
                                            .evaluation_periods = high,
                                            .datapoints = high,
                                            .missing = ALARM_MISSING};
    scaling->rules[1] = (struct alarm_rule){.threshold = LOW_SHARE * cfg->target,
                                            .comparison = ALARM_BELOW,
                                            .evaluation_periods = low,
                                            .datapoints = low,
                                            .missing = ALARM_MISSING};
    alarm_init(&scaling->high, &scaling->rules[0], arena);
    alarm_init(&scaling->low, &scaling->rules[1], arena);
    cloudwatch_watch(&scaling->feed, consumer->actor->world->cloudwatch, consumer->from,
                     cfg->metric == 0 ? (int)CLOUDWATCH_VISIBLE : cfg->metric - 1);
    return scaling;
}

void autoscaling_start(struct autoscaling *scaling, int64_t now_ns)
{
    scaling->tick = (struct event){.on_due = on_tick};
    scaling->above = scaling->below = 0;
    scaling->rests_until_ns = 0;
    scaling->wanted = autoscaling_first(scaling->cfg, scaling->consumer->cfg->count);
    alarm_clear(&scaling->high);
    alarm_clear(&scaling->low);
    cloudwatch_begin(&scaling->feed);
    say(scaling, scaling->wanted, now_ns);
    engine_at(scaling->consumer->engine, &scaling->tick, now_ns + scaling->cfg->period_ns);
}

void autoscaling_stop(struct autoscaling *scaling)
{
    engine_cancel(scaling->consumer->engine, &scaling->tick);
}
