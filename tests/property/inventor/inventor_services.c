// SPDX-License-Identifier: GPL-3.0-or-later
/* Queues and topics of an invented scenario. */
#include "property/inventor/inventor_say.h"

/* --- queues --- */

static void say_storage(struct inventor *v)
{
    const long long servers = inventor_between(v, 1, 8);
    SAY(", `storage`: {`servers`: %lld", servers);
    if (inventor_chance(v, 0.5))
        SAY(", `shortPollServers`: %lld", inventor_between(v, 1, servers));
    if (inventor_chance(v, 0.5))
        SAY(", `duplicateOnReceive`: %.2f", 0.3 * inventor_share(v));
    if (inventor_chance(v, 0.5))
        SAY(", `resurrectAfterDelete`: %.2f", 0.3 * inventor_share(v));
    if (inventor_chance(v, 0.5))
        SAY(", `reorderWindow`: %lld", inventor_between(v, 0, 30));
    SAY("}");
}

static void say_fifo(struct inventor *v, bool by_content)
{
    SAY(", `FifoQueue`: true");
    if (by_content)
        SAY(", `ContentBasedDeduplication`: true");
    if (inventor_may(v, INVENT_DEDUPLICATION, 0.6)) {
        SAY(", `DeduplicationScope`: `messageGroup`");
        if (inventor_chance(v, 0.5))
            SAY(", `FifoThroughputLimit`: `perMessageGroupId`");
    }
    if (!inventor_has(v, INVENT_QUOTAS))
        SAY(", `quotas`: false");
    else if (inventor_chance(v, 0.5))
        SAY(", `quotaBurst`: %lld", inventor_between(v, 1, 20));
}

/* A chain: a queue's dead letters go to one that comes after it, of the same kind. */
static void say_redrive(struct inventor *v, size_t queue)
{
    for (size_t to = queue + 1; to < v->queue_count; to++) {
        if (v->fifo[to] != v->fifo[queue] || inventor_chance(v, 0.3))
            continue;
        SAY(", `RedrivePolicy`: {`deadLetterTargetArn`: `%s`, `maxReceiveCount`: %lld}",
            inventor_queue(v, to), inventor_between(v, 1, 5));
        v->is_dead_letter[to] = true;
        return;
    }
}

/* What is live is kept as long as can be, and hidden for long enough to be worked on. */
static void say_attributes(struct inventor *v, size_t queue)
{
    v->visibility_s[queue] = inventor_between(v, v->is_live ? 5 : 0, 40);
    SAY("`MessageRetentionPeriod`: %lld, `VisibilityTimeout`: %lld",
        v->is_live ? 1209600 : inventor_between(v, 60, 300), v->visibility_s[queue]);
    if (inventor_may(v, INVENT_DELAYS, 0.5))
        SAY(", `DelaySeconds`: %lld", inventor_between(v, 0, 20));
    if (inventor_chance(v, 0.3))
        SAY(", `ReceiveMessageWaitTimeSeconds`: %lld", inventor_between(v, 0, 20));
    if (inventor_may(v, INVENT_PROFILES, 0.3))
        SAY(", `attributeDelay`: %lld", inventor_between(v, 0, 20));
    if (!v->fifo[queue] && inventor_may(v, INVENT_TENANTS, 0.6))
        SAY(", `noisyShare`: %.2f, `noisyMinimum`: %lld, `noisyWindow`: %lld", inventor_share(v),
            inventor_between(v, 1, 30), inventor_between(v, 1, 60));
    if (inventor_may(v, INVENT_LIMITS, 0.4) && !v->is_live)
        SAY(", `MaximumMessageSize`: 4096");
    if (inventor_may(v, INVENT_LIMITS, 0.4))
        SAY(", `inFlightLimit`: %lld", inventor_between(v, 1, 30));
}

/* Whoever starts to move dead letters back, one after the other. */
static void say_move_tasks(struct inventor *v, size_t from)
{
    const size_t to = inventor_draw(v, v->queue_count);
    SAY(", `redrive`: [{`at`: %lld", inventor_between(v, 1, 50));
    if (to != from && v->fifo[to] == v->fifo[from])
        SAY(", `DestinationArn`: `%s`", inventor_queue(v, to));
    SAY(", `MaxNumberOfMessagesPerSecond`: %lld}]", inventor_between(v, 1, 50));
}

static void say_queue(struct inventor *v, size_t queue)
{
    SAY("%s`%s`: {", queue > 0 ? ", " : "", inventor_queue(v, queue));
    say_attributes(v, queue);
    if (inventor_may(v, INVENT_PRELOADS, 0.4))
        SAY(", `preload`: {`messages`: %lld%s}", inventor_between(v, 1, 200),
            v->fifo[queue] || inventor_may(v, INVENT_TENANTS, 0.4) ? ", `group`: {`groups`: 7}"
                                                                   : "");
    if (inventor_has(v, INVENT_REDRIVE))
        say_redrive(v, queue);
    if (inventor_may(v, INVENT_MOVE_TASKS, 0.8) && v->is_dead_letter[queue])
        say_move_tasks(v, queue);
    if (v->fifo[queue])
        say_fifo(v, v->by_content[queue]);
    else if (inventor_may(v, INVENT_STORAGE, 0.7))
        say_storage(v);
    if (!v->fifo[queue] && inventor_may(v, INVENT_STALE_DELETES, 0.7))
        SAY(", `staleDelete`: `deletes`");
    SAY("}");
}

void inventor_say_queues(struct inventor *v)
{
    SAY(", `queues`: {");
    for (size_t i = 0; i < v->queue_count; i++)
        say_queue(v, i);
    SAY("}");
}

/* --- topics --- */

static void say_filter(struct inventor *v)
{
    static const char *const policies[] = {"{`type`: [`a`, {`prefix`: `b`}]}",
                                           "{`size`: [{`numeric`: [`>`, 5]}]}",
                                           "{`type`: [{`exists`: false}]}"};
    if (inventor_chance(v, 0.5))
        SAY(", `FilterPolicy`: %s", policies[inventor_draw(v, 3)]);
    if (inventor_chance(v, 0.3))
        SAY(", `FilterPolicyScope`: `MessageBody`");
}

/* A dead-letter queue is of the queue's kind. */
static void say_subscription(struct inventor *v, size_t to, bool is_first)
{
    SAY("%s{`Protocol`: `sqs`, `Endpoint`: `%s`, `RawMessageDelivery`: %s", is_first ? "" : ", ",
        inventor_queue(v, to), inventor_chance(v, 0.5) ? "true" : "false");
    if (inventor_has(v, INVENT_FILTERS))
        say_filter(v);
    if (inventor_chance(v, 0.1))
        SAY(", `allowed`: false");
    const size_t dead = inventor_draw(v, v->queue_count);
    if (inventor_has(v, INVENT_REDRIVE) && dead != to && v->fifo[dead] == v->fifo[to])
        SAY(", `RedrivePolicy`: {`deadLetterTargetArn`: `%s`}", inventor_queue(v, dead));
    SAY("}");
}

/* To the endpoint, with pauses between tries. */
static void say_push(struct inventor *v)
{
    static const char *const functions[] = {"linear", "arithmetic", "geometric", "exponential"};
    static const char *const protocols[] = {"http", "https", "email"};
    const size_t protocol = inventor_draw(v, 3);
    SAY("{`Protocol`: `%s`, `Endpoint`: `e`", protocols[protocol]);
    if (protocol < 2 && inventor_may(v, INVENT_RETRIES, 0.6))
        SAY(", `DeliveryPolicy`: {`healthyRetryPolicy`: {`numRetries`: %lld, `minDelayTarget`: "
            "%lld, `maxDelayTarget`: 30, `numNoDelayRetries`: 1, `backoffFunction`: `%s`}}",
            inventor_between(v, 2, 8), inventor_between(v, 1, 20), functions[inventor_draw(v, 4)]);
    SAY("}");
}

static void say_topic(struct inventor *v, size_t topic)
{
    bool is_first = true;
    SAY("%s`%s`: {`quotas`: %s", topic > 0 ? ", " : "", inventor_topic(v, topic),
        inventor_has(v, INVENT_QUOTAS) ? "true" : "false");
    if (inventor_may(v, INVENT_QUOTAS, 0.4))
        SAY(", `publishQuota`: %lld", inventor_between(v, 10, 50));
    if (inventor_may(v, INVENT_DELAYS, 0.5)) {
        SAY(", `latency`: ");
        inventor_say_time(v, 0.0, 2.0);
    }
    if (v->fifo_topic[topic])
        SAY(", `FifoTopic`: true, `ContentBasedDeduplication`: %s, `FifoThroughputScope`: `%s`",
            v->topic_by_content[topic] ? "true" : "false",
            inventor_chance(v, 0.5) ? "Topic" : "MessageGroup");
    SAY(", `subscriptions`: [");
    for (size_t to = 0; to < v->queue_count; to++) {
        if ((v->fifo[to] && !v->fifo_topic[topic]) || inventor_chance(v, 0.2))
            continue;
        say_subscription(v, to, is_first);
        is_first = false;
    }
    if (v->has_endpoint && !v->fifo_topic[topic] && inventor_chance(v, 0.5)) {
        SAY("%s", is_first ? "" : ", ");
        say_push(v);
        is_first = false;
    }
    if (inventor_has(v, INVENT_EVENTS) && !v->fifo_topic[topic])
        SAY("%s{`Protocol`: `lambda`, `Endpoint`: `f9`}", is_first ? "" : ", ");
    SAY("]}");
}

void inventor_say_topics(struct inventor *v)
{
    if (v->topic_count == 0)
        return;
    SAY(", `topics`: {");
    for (size_t i = 0; i < v->topic_count; i++)
        say_topic(v, i);
    SAY("}");
}
