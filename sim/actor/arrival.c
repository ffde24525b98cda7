// SPDX-License-Identifier: GPL-3.0-or-later
/* The arrival processes, one table each.  Times are counted from the producer's start. */
#include "actor/arrival.h"

#include <math.h>
#include <string.h>

#include "base/units.h"

static int64_t exponential_ns(struct rng *rng, double rate_per_s)
{
    return dist_ns(rng_exponential(rng) / rate_per_s);
}

/* --- poisson --- */

struct rate_cfg {
    double rate_per_s;
};

#define RATE_ROW(doc_text)                                                                         \
    {                                                                                              \
        "rate", &param_rate, offsetof(struct rate_cfg, rate_per_s), NULL, 1e-9, 1e9,               \
            "one a nanosecond", NULL, PARAM_REQUIRED, NULL, doc_text                               \
    }

static const struct param poisson_rows[] = {RATE_ROW("Mean arrivals per time."), PARAM_END};

static double rate_of(const void *cfg)
{
    return ((const struct rate_cfg *)cfg)->rate_per_s;
}

static int64_t poisson_next(struct arrival *arrival, int64_t at_ns)
{
    return arrival_poisson_next(arrival, at_ns);
}

static void poisson_start(struct arrival *arrival)
{
    arrival->rate_per_s = rate_of(arrival->cfg);
}

static const struct arrival_kind poisson = {
    .param = {"poisson", sizeof(struct rate_cfg), poisson_rows, "Independent exponential gaps."},
    .start = poisson_start,
    .next = poisson_next,
    .rate = rate_of,
};

/* --- paced --- */

static const struct param paced_rows[] = {RATE_ROW("Arrivals per time, evenly spaced."), PARAM_END};

/* From the index, so that rounding does not add up. */
static int64_t paced_next(struct arrival *arrival, int64_t at_ns)
{
    (void)at_ns;
    return dist_ns((double)(arrival->index + 1) / rate_of(arrival->cfg));
}

static const struct arrival_kind paced = {
    .param = {"paced", sizeof(struct rate_cfg), paced_rows, "One every 1/rate."},
    .next = paced_next,
    .rate = rate_of,
};

/* --- renewal --- */

struct renewal_cfg {
    struct dist interval;
};

static const struct param renewal_rows[] = {
    {"interval", &dist_time_param, offsetof(struct renewal_cfg, interval), NULL, 1, 0, NULL, NULL,
     PARAM_REQUIRED, NULL, "The time between two arrivals."},
    PARAM_END};

static int64_t renewal_next(struct arrival *arrival, int64_t at_ns)
{
    const struct renewal_cfg *cfg = arrival->cfg;
    return at_ns + dist_draw_ns(&cfg->interval, arrival->rng);
}

static double renewal_rate(const void *cfg)
{
    return 1.0 / dist_mean(&((const struct renewal_cfg *)cfg)->interval);
}

static const struct arrival_kind renewal = {
    .param = {"renewal", sizeof(struct renewal_cfg), renewal_rows,
              "Independent gaps of any distribution."},
    .next = renewal_next,
    .rate = renewal_rate,
};

/* --- burst: a Markov-modulated Poisson process --- */

struct burst_state {
    double rate_per_s;
    int64_t sojourn_ns;
};

static const struct param burst_state_rows[] = {
    {"rate", &param_rate, offsetof(struct burst_state, rate_per_s), NULL, 0, 1e9,
     "one a nanosecond", NULL, PARAM_REQUIRED, NULL, "Mean arrivals per time in this state."},
    {"sojourn", &param_duration, offsetof(struct burst_state, sojourn_ns), NULL, 1e-9, 1e9, NULL,
     NULL, PARAM_REQUIRED, NULL, "Mean time in this state, exponential."},
    PARAM_END};

static const struct param_list_of burst_states = {sizeof(struct burst_state), burst_state_rows};

struct burst_cfg {
    struct param_items states;
};

static const struct param burst_rows[] = {
    {"states", &param_list, offsetof(struct burst_cfg, states), NULL, 1, 0, NULL, &burst_states,
     PARAM_REQUIRED, NULL, "The states; the next is any other with equal chance."},
    PARAM_END};

static const struct burst_state *burst_at(const struct arrival *arrival)
{
    const struct burst_cfg *cfg = arrival->cfg;
    return (const struct burst_state *)cfg->states.items + arrival->state;
}

static void burst_enter(struct arrival *arrival, size_t state, int64_t at_ns)
{
    arrival->state = state;
    arrival->state_ends_ns =
        at_ns + dist_ns(rng_exponential(arrival->rng) * units_s(burst_at(arrival)->sojourn_ns));
}

/* The stationary distribution of a chain that jumps to any other state alike is the share of
 * sojourns. */
static void burst_start(struct arrival *arrival)
{
    const struct burst_cfg *cfg = arrival->cfg;
    const struct burst_state *states = cfg->states.items;
    double total = 0.0;
    for (size_t i = 0; i < cfg->states.count; i++)
        total += units_s(states[i].sojourn_ns);
    double left = rng_uniform(arrival->rng) * total;
    size_t state = 0;
    while (state + 1 < cfg->states.count && left >= units_s(states[state].sojourn_ns))
        left -= units_s(states[state++].sojourn_ns);
    burst_enter(arrival, state, 0);
}

static int64_t burst_next(struct arrival *arrival, int64_t at_ns)
{
    const struct burst_cfg *cfg = arrival->cfg;
    for (;;) {
        const double rate = burst_at(arrival)->rate_per_s;
        const int64_t next_ns = rate > 0.0 ? at_ns + exponential_ns(arrival->rng, rate) : FOREVER;
        if (next_ns < arrival->state_ends_ns || cfg->states.count == 1)
            return next_ns;
        at_ns = arrival->state_ends_ns;
        size_t state = (size_t)rng_below(arrival->rng, cfg->states.count - 1);
        state += state >= arrival->state;
        burst_enter(arrival, state, at_ns);
    }
}

static double burst_rate(const void *cfg_)
{
    const struct burst_cfg *cfg = cfg_;
    const struct burst_state *states = cfg->states.items;
    double arrivals = 0.0, total = 0.0;
    for (size_t i = 0; i < cfg->states.count; i++) {
        arrivals += states[i].rate_per_s * units_s(states[i].sojourn_ns);
        total += units_s(states[i].sojourn_ns);
    }
    return arrivals / total;
}

static const struct arrival_kind burst = {
    .param = {"burst", sizeof(struct burst_cfg), burst_rows,
              "Poisson arrivals whose rate changes at random."},
    .start = burst_start,
    .next = burst_next,
    .rate = burst_rate,
};

/* --- schedule: a Poisson process with a piecewise-constant rate --- */

struct schedule_step {
    int64_t at_ns;
    double rate_per_s;
};

static const struct param schedule_step_rows[] = {
    {"at", &param_duration, offsetof(struct schedule_step, at_ns), NULL, 0, 1e9, NULL, NULL,
     PARAM_REQUIRED, NULL, "From when on."},
    {"rate", &param_rate, offsetof(struct schedule_step, rate_per_s), NULL, 0, 1e9,
     "one a nanosecond", NULL, PARAM_REQUIRED, NULL,
     "Mean arrivals per time, until the next step; the last holds."},
    PARAM_END};

static const struct param_list_of schedule_steps = {sizeof(struct schedule_step),
                                                    schedule_step_rows};

struct schedule_cfg {
    struct param_items steps;
};

static const struct param schedule_rows[] = {
    {"schedule", &param_list, offsetof(struct schedule_cfg, steps), NULL, 1, 0, NULL,
     &schedule_steps, PARAM_REQUIRED, NULL, "The rates, in order of time."},
    PARAM_END};

/* One unit exponential is spent along the rate's integral. */
static int64_t schedule_next(struct arrival *arrival, int64_t at_ns)
{
    const struct schedule_cfg *cfg = arrival->cfg;
    const struct schedule_step *steps = cfg->steps.items;
    double work = rng_exponential(arrival->rng);
    if (at_ns < steps[0].at_ns)
        at_ns = steps[0].at_ns;
    for (;;) {
        while (arrival->state + 1 < cfg->steps.count && steps[arrival->state + 1].at_ns <= at_ns)
            arrival->state++;
        const double rate = steps[arrival->state].rate_per_s;
        const int64_t ends_ns =
            arrival->state + 1 < cfg->steps.count ? steps[arrival->state + 1].at_ns : FOREVER;
        const int64_t next_ns = rate > 0.0 ? at_ns + dist_ns(work / rate) : FOREVER;
        if (next_ns < ends_ns || ends_ns == FOREVER)
            return next_ns;
        work -= rate * units_s(ends_ns - at_ns);
        work = work > 0.0 ? work : 0.0;
        at_ns = ends_ns;
    }
}

static double unknown_rate(const void *cfg)
{
    (void)cfg;
    return (double)NAN;
}

static const struct arrival_kind schedule = {
    .param = {"schedule", sizeof(struct schedule_cfg), schedule_rows,
              "Poisson arrivals at rates that change at given times."},
    .next = schedule_next,
    .rate = unknown_rate,
};

/* --- trace: recorded arrivals --- */

struct service_column {
    const char *column;
    int64_t scale_ns;
};

static const struct param service_column_rows[] = {
    {"column", &param_text, offsetof(struct service_column, column), NULL, 1, 0, NULL, NULL,
     PARAM_REQUIRED, NULL, "The column that a message's service time is computed from."},
    {"scale", &param_duration, offsetof(struct service_column, scale_ns), "\"1s\"", 0, 1e9, NULL,
     NULL, 0, NULL, "The service time for each unit of that column."},
    PARAM_END};

struct trace_cfg {
    const char *file, *time, *size, *group;
    struct service_column service;
    double speedup;
    const struct trace_file *trace;
};

static const struct param trace_rows[] = {
    {"file", &param_text, offsetof(struct trace_cfg, file), NULL, 1, 0, NULL, NULL, PARAM_REQUIRED,
     NULL, "A CSV file, relative to the scenario's folder."},
    {"time", &param_text, offsetof(struct trace_cfg, time), "\"time\"", 1, 0, NULL, NULL, 0, NULL,
     "The column of times: ISO, or seconds."},
    {"size", &param_text, offsetof(struct trace_cfg, size), NULL, 1, 0, NULL, NULL, 0, NULL,
     "The column of message sizes in bytes."},
    {"group", &param_text, offsetof(struct trace_cfg, group), NULL, 1, 0, NULL, NULL, 0, NULL,
     "The column of message groups."},
    {"service", &param_object, offsetof(struct trace_cfg, service), NULL, 1, 0, NULL,
     service_column_rows, 0, NULL, "Service times for the distribution \"message\"."},
    {"speedup", &param_number, offsetof(struct trace_cfg, speedup), "1", 1e-9, 1e9, NULL, NULL, 0,
     NULL, "By how much the replay is faster than the recording."},
    PARAM_END};

static int64_t trace_next(struct arrival *arrival, int64_t at_ns)
{
    const struct trace_cfg *cfg = arrival->cfg;
    (void)at_ns;
    return arrival->index < cfg->trace->count ? cfg->trace->at_ns[arrival->index] : FOREVER;
}

static const struct arrival_kind trace = {
    .param = {"trace", sizeof(struct trace_cfg), trace_rows, "Recorded arrivals, replayed."},
    .ends = true,
    .next = trace_next,
    .rate = unknown_rate,
};

static bool read_trace(struct param_reader *reader, struct trace_cfg *cfg, const struct json *node)
{
    const struct trace_columns columns = {.time = cfg->time,
                                          .size = cfg->size,
                                          .group = cfg->group,
                                          .service = cfg->service.column,
                                          .service_scale_s = units_s(cfg->service.scale_ns),
                                          .speedup = cfg->speedup};
    cfg->trace = trace_file_read(reader, json_get(node, "file"), cfg->file, &columns);
    return cfg->trace != NULL;
}

/* --- closed and saturated loops --- */

static const struct param closed_rows[] = {
    {"inFlight", &param_int, offsetof(struct arrival_closed_cfg, in_flight), "1", 1, 1000000, NULL,
     NULL, 0, NULL, "How many messages of an instance are under way at any time."},
    {"think", &dist_time_param, offsetof(struct arrival_closed_cfg, think), "0", 1, 0, NULL, NULL,
     0, NULL, "The pause between a message's end and the next message."},
    PARAM_END};

static int64_t never(struct arrival *arrival, int64_t at_ns)
{
    (void)arrival;
    (void)at_ns;
    return FOREVER;
}

static const struct arrival_kind closed = {
    .param = {"closed", sizeof(struct arrival_closed_cfg), closed_rows,
              "A new message when one ends by delete or dead-letter."},
    .loop = ARRIVAL_CLOSED,
    .next = never,
    .rate = unknown_rate,
};

static const struct arrival_kind saturated = {
    .param = {"saturated", 0, NULL, "A new call as soon as the reply to the last one is there."},
    .loop = ARRIVAL_SATURATED,
    .next = never,
    .rate = unknown_rate,
};

/* --- the list --- */

const struct arrival_kind *const arrival_kinds[] = {
    &poisson, &paced, &renewal, &burst, &schedule, &trace, &closed, &saturated, NULL};

static const struct param_kind *const tagged_kinds[] = {
    &poisson.param, &paced.param,  &renewal.param,   &burst.param, &schedule.param,
    &trace.param,   &closed.param, &saturated.param, NULL};

static const struct param_tag tag = {"process", tagged_kinds, NULL};
static const struct param tag_row = {.extra = &tag, .low = 1};

static bool check_steps(struct param_reader *reader, const struct schedule_cfg *cfg,
                        const struct json *node)
{
    const struct schedule_step *steps = cfg->steps.items;
    if (cfg->steps.count == 0)
        param_error(reader, node, "a schedule needs at least one step");
    for (size_t i = 1; i < cfg->steps.count; i++) {
        if (steps[i].at_ns <= steps[i - 1].at_ns) {
            param_error(reader, node,
                        "step %zu of the schedule is not later than the one before it", i);
            return false;
        }
    }
    return cfg->steps.count > 0;
}

static bool read_arrival(struct param_reader *reader, const struct param *row, void *field,
                         const struct json *node)
{
    struct param_choice *choice = field;
    (void)row;
    if (!param_tagged.read(reader, &tag_row, field, node))
        return false;
    if (choice->kind == &trace.param)
        return read_trace(reader, choice->cfg, node);
    if (choice->kind == &renewal.param &&
        dist_takes_no_time(&((const struct renewal_cfg *)choice->cfg)->interval)) {
        param_error(reader, node, "intervals of 0 would never let time pass");
        return false;
    }
    if (choice->kind == &schedule.param)
        return check_steps(reader, choice->cfg, node);
    if (choice->kind == &burst.param && ((struct burst_cfg *)choice->cfg)->states.count == 0) {
        param_error(reader, node, "a burst process needs at least one state");
        return false;
    }
    if (choice->kind == &burst.param && burst_rate(choice->cfg) == 0.0) {
        param_error(reader, node, "a burst process needs a state with a rate above 0");
        return false;
    }
    return true;
}

static void write_arrival(struct json_writer *w, const struct param *row, const void *field)
{
    (void)row;
    param_tagged.write(w, &tag_row, field);
}

static void write_schema(struct json_writer *w, const struct param *row)
{
    (void)row;
    param_tagged.schema(w, &tag_row);
}

const struct param_type arrival_param = {"an arrival process", read_arrival, write_arrival,
                                         write_schema};

void arrival_init(struct arrival *arrival, const struct param_choice *choice, struct rng *rng)
{
    memset(arrival, 0, sizeof *arrival);
    arrival->kind = (const struct arrival_kind *)choice->kind;
    arrival->cfg = choice->cfg;
    arrival->rng = rng;
    if (arrival->kind->start != NULL)
        arrival->kind->start(arrival);
}

const struct trace_file *arrival_trace(const struct param_choice *choice)
{
    return choice->kind == &trace.param ? ((const struct trace_cfg *)choice->cfg)->trace : NULL;
}
