// SPDX-License-Identifier: GPL-3.0-or-later
/* A scenario is written straight through; all that later parts must know of earlier ones is in the
 * inventor.  Not every rule between keys is kept: some of what is invented is refused. */
#include "property/inventor/inventor.h"

#include "property/inventor/inventor_faults.h"

static uint64_t draw(struct inventor *v, uint64_t n)
{
    return rng_below(&v->rng, n);
}
static bool chance(struct inventor *v, double p)
{
    return rng_chance(&v->rng, p);
}
static int64_t between(struct inventor *v, int64_t low, int64_t high)
{
    return low + (int64_t)draw(v, (uint64_t)(high - low + 1));
}

#define SAY(...) text_printf(&v->text, __VA_ARGS__)

static const char *name_of(const struct inventor *v, size_t queue)
{
    static const char *const standard[] = {"a", "b", "c", "d"};
    static const char *const fifo[] = {"a.fifo", "b.fifo", "c.fifo", "d.fifo"};
    return v->fifo[queue] ? fifo[queue] : standard[queue];
}

/* A distribution of times with a mean between low and high seconds. */
static void say_dist(struct inventor *v, double low_s, double high_s)
{
    const double mean = 0.001 + low_s + (high_s - low_s) * rng_uniform(&v->rng);
    switch (draw(v, 6)) {
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

/* --- queues --- */

static void say_storage(struct inventor *v)
{
    const int64_t servers = between(v, 1, 8);
    SAY(", `storage`: {`servers`: %lld", (long long)servers);
    if (chance(v, 0.5))
        SAY(", `shortPollServers`: %lld", (long long)between(v, 1, servers));
    if (chance(v, 0.5))
        SAY(", `duplicateOnReceive`: %.2f", 0.3 * rng_uniform(&v->rng));
    if (chance(v, 0.5))
        SAY(", `resurrectAfterDelete`: %.2f", 0.3 * rng_uniform(&v->rng));
    if (chance(v, 0.5))
        SAY(", `reorderWindow`: %lld", (long long)between(v, 0, 30));
    SAY("}");
}

static void say_fifo(struct inventor *v, bool by_content)
{
    SAY(", `FifoQueue`: true");
    if (by_content)
        SAY(", `ContentBasedDeduplication`: true");
    if (chance(v, 0.4)) {
        SAY(", `DeduplicationScope`: `messageGroup`");
        if (chance(v, 0.5))
            SAY(", `FifoThroughputLimit`: `perMessageGroupId`");
    }
    if (chance(v, 0.5))
        SAY(", `quotas`: %s", chance(v, 0.5) ? "true" : "false");
    if (chance(v, 0.3))
        SAY(", `quotaBurst`: %lld", (long long)between(v, 1, 20));
}

/* A chain: a queue's dead letters go to one that comes after it, of the same kind. */
static void say_redrive(struct inventor *v, size_t queue)
{
    for (size_t to = queue + 1; to < v->queue_count; to++) {
        if (v->fifo[to] != v->fifo[queue] || chance(v, 0.3))
            continue;
        SAY(", `RedrivePolicy`: {`deadLetterTargetArn`: `%s`, `maxReceiveCount`: %lld}",
            name_of(v, to), (long long)between(v, 1, 5));
        return;
    }
}

static void say_queue(struct inventor *v, size_t queue)
{
    SAY("%s`%s`: {`MessageRetentionPeriod`: %lld, `VisibilityTimeout`: %lld", queue ? ", " : "",
        name_of(v, queue), (long long)between(v, 60, 300), (long long)between(v, 0, 40));
    if (chance(v, 0.3))
        SAY(", `DelaySeconds`: %lld", (long long)between(v, 0, 20));
    if (chance(v, 0.3))
        SAY(", `ReceiveMessageWaitTimeSeconds`: %lld", (long long)between(v, 0, 20));
    if (chance(v, 0.2))
        SAY(", `MaximumMessageSize`: 4096");
    if (chance(v, 0.2))
        SAY(", `inFlightLimit`: %lld", (long long)between(v, 1, 30));
    if (chance(v, 0.2))
        SAY(", `preload`: {`messages`: %lld%s}", (long long)between(v, 1, 200),
            v->fifo[queue] || chance(v, 0.2) ? ", `group`: {`groups`: 7}" : "");
    say_redrive(v, queue);
    if (v->fifo[queue])
        say_fifo(v, v->by_content[queue]);
    else if (chance(v, 0.4))
        say_storage(v);
    if (!v->fifo[queue] && chance(v, 0.4))
        SAY(", `staleDelete`: `deletes`");
    SAY("}");
}

/* --- topics --- */

static const char *name_of_topic(const struct inventor *v, size_t topic)
{
    static const char *const standard[] = {"s", "t"};
    static const char *const fifo[] = {"s.fifo", "t.fifo"};
    return v->fifo_topic[topic] ? fifo[topic] : standard[topic];
}

/* A dead-letter queue is of the queue's kind. */
static void say_subscription(struct inventor *v, size_t to, bool is_first)
{
    static const char *const policies[] = {"{`type`: [`a`, {`prefix`: `b`}]}",
                                           "{`size`: [{`numeric`: [`>`, 5]}]}",
                                           "{`type`: [{`exists`: false}]}"};
    SAY("%s{`Protocol`: `sqs`, `Endpoint`: `%s`, `RawMessageDelivery`: %s", is_first ? "" : ", ",
        name_of(v, to), chance(v, 0.5) ? "true" : "false");
    if (chance(v, 0.3))
        SAY(", `FilterPolicy`: %s", policies[draw(v, 3)]);
    if (chance(v, 0.2))
        SAY(", `FilterPolicyScope`: `MessageBody`");
    if (chance(v, 0.15))
        SAY(", `allowed`: false");
    const size_t dead = (size_t)draw(v, v->queue_count);
    if (dead != to && v->fifo[dead] == v->fifo[to])
        SAY(", `RedrivePolicy`: {`deadLetterTargetArn`: `%s`}", name_of(v, dead));
    SAY("}");
}

static void say_topic(struct inventor *v, size_t topic)
{
    bool is_first = true;
    SAY("%s`%s`: {`quotas`: %s", topic ? ", " : "", name_of_topic(v, topic),
        chance(v, 0.5) ? "true" : "false");
    if (chance(v, 0.2))
        SAY(", `publishQuota`: %lld", (long long)between(v, 10, 50));
    if (chance(v, 0.3)) {
        SAY(", `latency`: ");
        say_dist(v, 0.0, 2.0);
    }
    if (v->fifo_topic[topic])
        SAY(", `FifoTopic`: true, `ContentBasedDeduplication`: %s, `FifoThroughputScope`: `%s`",
            v->topic_by_content[topic] ? "true" : "false",
            chance(v, 0.5) ? "Topic" : "MessageGroup");
    SAY(", `subscriptions`: [");
    for (size_t to = 0; to < v->queue_count; to++) {
        if ((v->fifo[to] && !v->fifo_topic[topic]) || chance(v, 0.2))
            continue;
        say_subscription(v, to, is_first);
        is_first = false;
    }
    if (v->has_endpoint && !v->fifo_topic[topic] && chance(v, 0.5))
        SAY("%s{`Protocol`: `https`, `Endpoint`: `e`}", is_first ? "" : ", ");
    SAY("]}");
}

/* --- producers --- */

static void say_arrivals(struct inventor *v)
{
    const long long rate = between(v, 1, 40);
    switch (draw(v, v->has_network ? 7 : 6)) {
    case 0:
        SAY("{`process`: `paced`, `rate`: %lld}", rate);
        break;
    case 1:
        SAY("{`process`: `renewal`, `interval`: ");
        say_dist(v, 0.02, 0.5);
        SAY("}");
        break;
    case 2:
        SAY("{`process`: `burst`, `states`: [{`rate`: 0, `sojourn`: 3}, {`rate`: %lld, "
            "`sojourn`: 1}]}",
            4 * rate);
        break;
    case 3:
        SAY("{`process`: `schedule`, `schedule`: [{`at`: 0, `rate`: 1}, {`at`: 10, `rate`: "
            "%lld}, {`at`: 12, `rate`: 2}]}",
            6 * rate);
        break;
    case 6:
        SAY("{`process`: `saturated`}");
        break;
    default:
        SAY("{`process`: `poisson`, `rate`: %lld}", rate);
    }
}

static void say_fifo_message(struct inventor *v, bool by_content)
{
    static const char *const picks[] = {"uniform", "roundRobin", "zipf"};
    SAY(", `group`: {`groups`: %lld, `pick`: `%s`}", (long long)between(v, 1, 20),
        picks[draw(v, 3)]);
    switch (draw(v, by_content ? 4 : 3)) {
    case 3:
        SAY(", `deduplication`: `content`, `body`: {`numbered`: %lld, `prefix`: `m`}",
            (long long)between(v, 1, 300));
        break;
    case 1:
        SAY(", `deduplication`: {`key`: {`oneOf`: {`x`: 1, `y`: 2, `z`: 0.1}}}");
        break;
    default:
        break;
    }
}

static void say_message(struct inventor *v, bool fifo, bool by_content, bool can_delay)
{
    SAY(", `message`: {`size`: ");
    if (chance(v, 0.5))
        SAY("{`dist`: `uniform`, `low`: 1, `high`: 6000}");
    else
        SAY("1024");
    if (fifo)
        say_fifo_message(v, by_content);
    else if (chance(v, 0.2))
        SAY(", `group`: `tenant`");
    if (chance(v, 0.2))
        SAY(", `delay`: %lld", (long long)between(v, 0, can_delay ? 15 : 0));
    if (chance(v, 0.3))
        SAY(", `attributes`: {`type`: {`oneOf`: {`a`: 1, `bc`: 1, `d`: 1}}, `size`: {`sequence`: "
            "[1, 10]}}");
    SAY("}");
}

static void say_retry(struct inventor *v)
{
    static const char *const jitters[] = {"full", "equal", "decorrelated", "none"};
    SAY(", `retry`: {`attempts`: %lld, `backoff`: `%lldms`, `jitter`: `%s`}",
        (long long)between(v, 1, 6), (long long)between(v, 1, 2000), jitters[draw(v, 4)]);
}

static void say_producer(struct inventor *v, size_t index)
{
    const size_t to = (size_t)draw(v, v->queue_count + v->topic_count);
    const bool is_queue = to < v->queue_count;
    const size_t topic = is_queue ? 0 : to - v->queue_count;
    const bool fifo = is_queue ? v->fifo[to] : v->fifo_topic[topic];
    SAY("%s`p%zu`: {`to`: `%s`, `arrivals`: ", index ? ", " : "", index,
        is_queue ? name_of(v, to) : name_of_topic(v, topic));
    say_arrivals(v);
    if (chance(v, 0.3))
        SAY(", `count`: %lld", (long long)between(v, 2, 4));
    if (chance(v, 0.4))
        SAY(", `messages`: %lld", (long long)between(v, 1, 400));
    if (chance(v, 0.2))
        SAY(", `start`: %lld, `stop`: 25", (long long)between(v, 0, 20));
    if (chance(v, 0.4))
        SAY(", `batch`: {`size`: %lld, `window`: `%lldms`}", (long long)between(v, 1, 10),
            (long long)between(v, 0, 1500));
    if (chance(v, 0.3))
        SAY(", `timeout`: `%lldms`", (long long)between(v, 20, 500));
    if (chance(v, 0.3))
        say_retry(v);
    if (fifo || chance(v, 0.5))
        say_message(v, fifo, is_queue ? v->by_content[to] : v->topic_by_content[topic],
                    is_queue && !fifo);
    SAY("}");
}

/* --- consumers --- */

static void say_failure(struct inventor *v)
{
    static const char *const modes[] = {"abandon", "release", "crash"};
    SAY(", `failure`: {`probability`: %.3f, `mode`: `%s`, `restart`: ",
        chance(v, 0.2) ? 1.0 : rng_uniform(&v->rng) * rng_uniform(&v->rng), modes[draw(v, 3)]);
    say_dist(v, 0.1, 20);
    SAY("}");
}

/* Where a consumer sends on to; few and not often, since circles multiply. */
static void say_then(struct inventor *v)
{
    static const char *const whens[] = {"success", "failure", "always"};
    const int64_t entries = between(v, 1, 2);
    SAY(", `maxHops`: %lld, `then`: [", (long long)between(v, 1, 3));
    for (int64_t i = 0; i < entries; i++) {
        const size_t to = (size_t)draw(v, v->queue_count + v->topic_count);
        const bool is_queue = to < v->queue_count, is_same = chance(v, 0.8);
        const size_t topic = is_queue ? 0 : to - v->queue_count;
        const bool fifo = is_queue ? v->fifo[to] : v->fifo_topic[topic];
        SAY("%s{`to`: `%s`, `when`: `%s`, `count`: %lld, `correlation`: `%s`", i > 0 ? ", " : "",
            is_queue ? name_of(v, to) : name_of_topic(v, topic),
            whens[chance(v, 0.7) ? 0 : draw(v, 3)],
            (long long)(!is_queue || chance(v, 0.8) ? 1 : between(v, 2, 12)),
            is_same ? "same" : "new");
        for (size_t at = 0; at < v->queue_count; at++)
            v->is_sent_on_to[at] |= is_same && (!is_queue || at == to);
        if (fifo || chance(v, 0.3))
            say_message(v, fifo, is_queue ? v->by_content[to] : v->topic_by_content[topic],
                        is_queue && !fifo);
        SAY("}");
    }
    if (v->has_endpoint && chance(v, 0.5))
        SAY(", {`to`: `e`, `when`: `always`, `count`: %lld}", (long long)between(v, 1, 3));
    SAY("]");
}

static void say_join(struct inventor *v)
{
    SAY(", `join`: {`of`: %lld", (long long)between(v, 1, 6));
    if (chance(v, 0.6)) {
        SAY(", `timeout`: %.3f", 20.0 * rng_uniform(&v->rng));
    }
    SAY("}");
}

static void say_consumer(struct inventor *v, size_t index)
{
    static const char *const acknowledges[] = {"afterWork", "beforeWork", "never"};
    const size_t from = index < v->queue_count ? index : (size_t)draw(v, v->queue_count);
    SAY("%s`c%zu`: {`from`: `%s`, `service`: ", index ? ", " : "", index, name_of(v, from));
    say_dist(v, 0.0, chance(v, 0.2) ? 20 : 0.5);
    if (chance(v, 0.5))
        SAY(", `count`: %lld", (long long)between(v, 1, 6));
    if (chance(v, 0.3))
        SAY(", `concurrency`: %lld", (long long)between(v, 1, 4));
    if (chance(v, 0.5))
        SAY(", `MaxNumberOfMessages`: %lld", (long long)between(v, 1, 10));
    if (chance(v, 0.7)) {
        SAY(", `WaitTimeSeconds`: %lld", (long long)between(v, 1, 20));
    } else {
        SAY(", `WaitTimeSeconds`: 0, `pollInterval`: ");
        say_dist(v, 0.05, 1);
    }
    if (chance(v, 0.3))
        SAY(", `VisibilityTimeout`: %lld", (long long)between(v, 0, 60));
    if (chance(v, 0.2))
        SAY(", `acknowledge`: `%s`", acknowledges[draw(v, 3)]);
    else if (chance(v, 0.25))
        say_then(v);
    if (v->is_sent_on_to[from] && chance(v, 0.4))
        say_join(v);
    if (chance(v, 0.3))
        SAY(", `deleteBatch`: %lld", (long long)between(v, 1, 10));
    if (chance(v, 0.3))
        SAY(", `perGroup`: false");
    if (chance(v, 0.6))
        say_failure(v);
    if (chance(v, 0.2))
        say_retry(v);
    SAY("}");
}

/* --- endpoints --- */

static void say_endpoint(struct inventor *v)
{
    static const int statuses[] = {404, 429, 500};
    SAY("}, `endpoints`: {`e`: {`errorRate`: %.3f, `status`: %d, `capacity`: %lld, `latency`: ",
        chance(v, 0.5) ? rng_uniform(&v->rng) : 0.0, statuses[draw(v, 3)],
        (long long)between(v, 1, 9));
    say_dist(v, 0.0, chance(v, 0.2) ? 20 : 0.3);
    SAY("}");
}

/* A producer that calls it. */
static void say_caller(struct inventor *v)
{
    SAY(", `caller`: {`to`: `e`, `arrivals`: {`process`: `poisson`, `rate`: %lld}, `timeout`: "
        "`%lldms`",
        (long long)between(v, 1, 20), (long long)between(v, 20, 500));
    say_retry(v);
    SAY("}");
}

/* --- functions --- */

static void say_function(struct inventor *v, size_t index)
{
    static const char *const hows[] = {"`ScalingConfig`: {`MaximumConcurrency`: 3}",
                                       "`ProvisionedPollerConfig`: {`MinimumPollers`: 2}",
                                       "`scaling`: {`start`: 2, `idlePollers`: 1, `perMinute`: 90}",
                                       "`mixGroups`: false"};
    static const char *const keys[] = {
        "`FunctionResponseTypes`: [`ReportBatchItemFailures`]", "`perMessage`: false",
        "`ReservedConcurrentExecutions`: 2", "`stopAtFailure`: false",
        "`FilterCriteria`: {`Filters`: [{`Pattern`: {`body`: [{`prefix`: `m1`}]}}]}"};
    const size_t from = (size_t)draw(v, v->queue_count);
    SAY("%s`f%zu`: {`from`: `%s`, `Timeout`: %lld, `BatchSize`: %lld, %s", index ? ", " : "", index,
        name_of(v, from), (long long)between(v, 1, 5), (long long)between(v, 1, 10),
        hows[draw(v, 4)]);
    if (!v->fifo[from])
        SAY(", `MaximumBatchingWindowInSeconds`: %lld", (long long)between(v, 0, 30));
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (chance(v, 0.3))
            SAY(", %s", keys[i]);
    }
    SAY(", `failure`: {`probability`: %.3f, `mode`: `%s`}, `service`: ", 0.5 * rng_uniform(&v->rng),
        chance(v, 0.5) ? "error" : "item");
    say_dist(v, 0.0, 0.5);
    if (chance(v, 0.2))
        say_then(v);
    SAY("}");
}

/* --- the whole --- */

static void say_experiment(struct inventor *v, uint64_t seed)
{
    SAY("{`version`: 1, `title`: `swarm`, `experiment`: {`seed`: %llu, `duration`: 30, `drain`: "
        "true, `maxDuration`: `1d`%s}",
        (unsigned long long)seed, chance(v, 0.2) ? ", `warmup`: 5" : "");
    v->has_network = chance(v, 0.4);
    if (!v->has_network)
        return;
    SAY(", `network`: {`request`: ");
    say_dist(v, 0.01, 0.1);
    SAY(", `response`: ");
    say_dist(v, 0.01, 0.1);
    SAY("}");
}

const char *inventor_write(struct inventor *v, uint64_t seed)
{
    text_clear(&v->text);
    rng_init(&v->rng, rng_name(seed, 1, "swarm", "scenario"));
    say_experiment(v, seed);
    v->queue_count = (size_t)between(v, 1, INVENTOR_QUEUES);
    for (size_t i = 0; i < v->queue_count; i++)
        v->fifo[i] = chance(v, 0.5);
    for (size_t i = 0; i < v->queue_count; i++)
        v->is_sent_on_to[i] = false;
    for (size_t i = 0; i < v->queue_count; i++)
        v->by_content[i] = v->fifo[i] && chance(v, 0.5);
    SAY(", `queues`: {");
    for (size_t i = 0; i < v->queue_count; i++)
        say_queue(v, i);
    v->topic_count = chance(v, 0.4) ? (size_t)between(v, 1, INVENTOR_TOPICS) : 0;
    for (size_t i = 0; i < v->topic_count; i++) {
        v->fifo_topic[i] = chance(v, 0.5);
        v->topic_by_content[i] = v->fifo_topic[i] && chance(v, 0.5);
    }
    v->has_endpoint = chance(v, 0.2);
    SAY("}, `topics`: {");
    for (size_t i = 0; i < v->topic_count; i++)
        say_topic(v, i);
    SAY("}, `producers`: {");
    const size_t producers = (size_t)between(v, 1, 3);
    for (size_t i = 0; i < producers; i++)
        say_producer(v, i);
    if (v->has_endpoint && chance(v, 0.5))
        say_caller(v);
    SAY("}, `consumers`: {");
    const size_t consumers = (size_t)between(v, 1, (int64_t)v->queue_count + 1);
    for (size_t i = 0; i < consumers; i++)
        say_consumer(v, i);
    if (v->has_endpoint)
        say_endpoint(v);
    SAY("}, `functions`: {");
    const size_t functions = chance(v, 0.3) ? (size_t)between(v, 1, 2) : 0;
    for (size_t i = 0; i < functions; i++)
        say_function(v, i);
    SAY("}");
    inventor_faults_write(v);
    SAY("}");
    return text_of(&v->text);
}
