// SPDX-License-Identifier: GPL-3.0-or-later
/* The whole of an invented scenario, and what its parts share. */
#include "property/inventor/inventor_say.h"

void inventor_say_time(struct inventor *v, double low_s, double high_s)
{
    const double mean = 0.001 + low_s + (high_s - low_s) * inventor_share(v);
    switch (inventor_draw(v, 6)) {
    case 0:
        SAY("%.4f", mean);
        break;
    case 1:
        SAY("{`dist`: `uniform`, `low`: 0, `high`: %.4f}", 2 * mean);
        break;
    case 2:
        SAY("{`dist`: `lognormal`, `mean`: %.4f, `cv`: 2}", mean);
        break;
    case 3:
        SAY("{`dist`: `hyperexponential`, `mean`: %.4f, `scv`: 9}", mean);
        break;
    default:
        SAY("{`dist`: `exponential`, `mean`: %.4f}", mean);
    }
}

const char *inventor_queue(const struct inventor *v, size_t queue)
{
    static const char *const standard[] = {"a", "b", "c", "d"};
    static const char *const fifo[] = {"a.fifo", "b.fifo", "c.fifo", "d.fifo"};
    return v->fifo[queue] ? fifo[queue] : standard[queue];
}

const char *inventor_topic(const struct inventor *v, size_t topic)
{
    static const char *const standard[] = {"s", "t"};
    static const char *const fifo[] = {"s.fifo", "t.fifo"};
    return v->fifo_topic[topic] ? fifo[topic] : standard[topic];
}

struct inventor_target inventor_pick_target(struct inventor *v)
{
    const size_t to = inventor_draw(v, v->queue_count + v->topic_count);
    if (to < v->queue_count)
        return (struct inventor_target){inventor_queue(v, to), true, v->fifo[to], v->by_content[to],
                                        to};
    const size_t topic = to - v->queue_count;
    return (struct inventor_target){inventor_topic(v, topic), false, v->fifo_topic[topic],
                                    v->topic_by_content[topic], SIZE_MAX};
}

/* What is live is given time; what is not has long lost all its messages by then. */
static void say_experiment(struct inventor *v, uint64_t seed)
{
    SAY("{`version`: 1, `title`: `swarm`, `x-live`: %s, `experiment`: {`seed`: %llu, `duration`: "
        "30, `drain`: "
        "true, `maxDuration`: `%s`",
        v->is_live ? "true" : "false", (unsigned long long)seed, v->is_live ? "4d" : "1d");
    if (inventor_may(v, INVENT_WARMUP, 0.4))
        SAY(", `warmup`: 5");
    if (inventor_may(v, INVENT_FUNCTIONS, 0.2))
        SAY(", `accountConcurrency`: %lld", inventor_between(v, 110, 120));
    SAY("}");
    if (inventor_may(v, INVENT_PROFILES, 0.7))
        SAY(", `profile`: `aws-2023`");
    if (!inventor_has(v, INVENT_NETWORK))
        return;
    SAY(", `network`: {`request`: ");
    inventor_say_time(v, 0.01, 0.1);
    SAY(", `response`: ");
    inventor_say_time(v, 0.01, 0.1);
    SAY("}");
}

/* Who there is, before any of them is described. */
static void draw_services(struct inventor *v)
{
    v->queue_count = (size_t)inventor_between(v, 1, INVENTOR_QUEUES);
    for (size_t i = 0; i < v->queue_count; i++) {
        v->fifo[i] = inventor_may(v, INVENT_FIFO, 0.6);
        v->by_content[i] = inventor_may(v, INVENT_DEDUPLICATION, 0.6) && v->fifo[i];
        v->is_sent_on_to[i] = v->is_dead_letter[i] = false;
    }
    v->topic_count =
        inventor_has(v, INVENT_FAN_OUT) ? (size_t)inventor_between(v, 1, INVENTOR_TOPICS) : 0;
    for (size_t i = 0; i < v->topic_count; i++) {
        v->fifo_topic[i] = inventor_may(v, INVENT_FIFO, 0.6);
        v->topic_by_content[i] = inventor_may(v, INVENT_DEDUPLICATION, 0.6) && v->fifo_topic[i];
    }
    v->has_endpoint = inventor_has(v, INVENT_ENDPOINTS);
    v->has_downstream = inventor_has(v, INVENT_DOWNSTREAMS);
    v->has_called = inventor_has(v, INVENT_CALLED);
}

static void say_endpoint(struct inventor *v)
{
    static const int statuses[] = {404, 429, 500};
    SAY(", `endpoints`: {`e`: {`errorRate`: %.3f, `status`: %d, `capacity`: %lld, `latency`: ",
        inventor_chance(v, 0.5) ? (v->is_live ? 0.3 : 0.8) * inventor_share(v) : 0.0,
        statuses[inventor_draw(v, 3)], inventor_between(v, 1, 9) + (v->is_live ? 90 : 0));
    inventor_say_time(v, 0.0, inventor_may(v, INVENT_SLOW_WORK, 0.4) && !v->is_live ? 20 : 0.3);
    SAY("}}");
}

/* What is live is fast: callers that give up while it goes on with what they asked for would keep
 * it from ever catching up. */
static void say_downstream(struct inventor *v)
{
    SAY(", `downstreams`: {`db`: {`servers`: %lld", inventor_between(v, v->is_live ? 8 : 1, 12));
    if (inventor_may(v, INVENT_LIMITS, 0.5))
        SAY(", `capacity`: %lld", inventor_between(v, 12, 40));
    if (inventor_may(v, INVENT_FAILURES, 0.5))
        SAY(", `errorRate`: %.3f, `status`: %d", 0.3 * inventor_share(v),
            inventor_chance(v, 0.5) ? 404 : 500);
    SAY(", `service`: ");
    inventor_say_time(v, 0.0, v->is_live ? 0.02 : 0.3);
    SAY("}}");
}

static void say_alarm(struct inventor *v, size_t index)
{
    static const char *const metrics[] = {"ApproximateNumberOfMessagesVisible",
                                          "ApproximateNumberOfMessagesNotVisible",
                                          "NumberOfMessagesSent", "ApproximateAgeOfOldestMessage"};
    static const char *const missing[] = {"missing", "notBreaching", "breaching", "ignore"};
    const long long periods = inventor_between(v, 1, 3);
    const size_t queue = inventor_draw(v, v->queue_count);
    SAY("%s`al%zu`: {`entity`: `%s`, `metric`: `%s`, `threshold`: %lld, `evaluationPeriods`: %lld, "
        "`datapointsToAlarm`: %lld, `missingData`: `%s`, `delay`: %lld}",
        index > 0 ? ", " : "", index, inventor_queue(v, queue),
        metrics[inventor_draw(v, v->is_dead_letter[queue] ? 3 : 4)], inventor_between(v, 0, 50),
        periods, inventor_between(v, 0, periods), missing[inventor_draw(v, 4)],
        inventor_between(v, 0, 100));
}

static void say_alarms(struct inventor *v)
{
    const size_t count = (size_t)inventor_between(v, 1, 3);
    if (!inventor_has(v, INVENT_ALARMS))
        return;
    SAY(", `alarms`: {");
    for (size_t i = 0; i < count; i++)
        say_alarm(v, i);
    SAY("}");
}

char *inventor_json(uint64_t seed)
{
    return inventor_json_of(seed, UINT64_MAX);
}

char *inventor_json_of(uint64_t seed, uint64_t features)
{
    struct inventor own = {.queue_count = 0}, *v = &own;
    rng_init(&v->rng, rng_name(seed, 1, "swarm", "scenario"));
    v->features = rng_u64(&v->rng) & features;
    v->polls_shortly = features != UINT64_MAX && (features >> INVENT_SHORT_POLLS & 1) != 0;
    v->is_live = inventor_chance(v, 0.5);
    draw_services(v);
    say_experiment(v, seed);
    inventor_say_queues(v);
    inventor_say_topics(v);
    inventor_say_producers(v);
    inventor_say_consumers(v);
    if (v->has_endpoint)
        say_endpoint(v);
    if (v->has_downstream)
        say_downstream(v);
    inventor_say_functions(v);
    say_alarms(v);
    inventor_say_faults(v);
    SAY("}");
    for (size_t i = 0; i < v->text.length; i++)
        v->text.bytes[i] = v->text.bytes[i] == '`' ? '"' : v->text.bytes[i];
    return v->text.bytes;
}
