// SPDX-License-Identifier: GPL-3.0-or-later
/* Events that no queue brings, told by their facts: the function stands alone, and this program is
 * the topic that calls it and the queue where failures go. */
#include "actor/function_async.h"

#include <setjmp.h>
#include <stdarg.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/units.h"
#include "scenario/profile.h"
#include "tools/world.h"

enum { TEXT = 1024, CALLS = 4, TOPIC = 7 };

struct rig {
    struct world_lab lab; /* for the configuration, read as always */
    struct engine engine;
    struct messages messages;
    struct probe probe;
    struct arena arena;
    struct actor_world world;
    struct actor actor;
    struct service failures; /* node 0 */
    struct service *services[2];
    struct endpoint_call calls[CALLS];
    struct send sends[CALLS];
    struct text said;
};

static void hear(void *context, const struct fact *fact)
{
    struct rig *rig = context;
    text_printf(&rig->said, "%s%.9g %s %u", rig->said.length > 0 ? "; " : "", units_s(fact->at_ns),
                probe_names[fact->kind], (unsigned)fact->delivery);
}

static void on_answer(struct endpoint_call *call, enum endpoint_answer answer, int64_t now_ns)
{
    struct rig *rig = call->held;
    assert_int_equal(answer, ENDPOINT_OK);
    text_printf(&rig->said, "%s%.9g answer", rig->said.length > 0 ? "; " : "", units_s(now_ns));
}

static enum send_status take_failure(struct service *service, const struct send *entries,
                                     size_t count, struct sent *replies, int64_t now_ns)
{
    struct rig *rig = EVENT_OWNER(service, struct rig, failures);
    assert_int_equal(count, 1);
    replies[0] = (struct sent){.status = SEND_OK};
    text_printf(&rig->said, "; %.9g failure of %llu", units_s(now_ns),
                (unsigned long long)entries[0].root);
    return SEND_OK;
}

static const struct service_ops failure_ops = {take_failure};

static void open_rig(struct rig *rig, const char *keys)
{
    char text[TEXT];
    memset(rig, 0, sizeof *rig);
    snprintf(text, sizeof text,
             "{`version`: 1, `title`: `async`, `experiment`: {`duration`: 60}, `queues`: {`lost`: "
             "{}}, `functions`: {`f`: {%s}}}",
             keys);
    world_lab_open(&rig->lab, text);
    engine_init(&rig->engine);
    messages_init(&rig->messages, 0, 1024);
    arena_init(&rig->arena);
    rig->probe = (struct probe){.sink = hear, .context = rig};
    rig->failures = (struct service){.ops = &failure_ops};
    rig->services[0] = &rig->failures;
    rig->world = (struct actor_world){.engine = &rig->engine,
                                      .messages = &rig->messages,
                                      .probe = &rig->probe,
                                      .services = rig->services,
                                      .network = &rig->lab.scenario->network,
                                      .arena = &rig->arena,
                                      .seed = 1,
                                      .replication = 1,
                                      .functions = &profiles[0]->functions,
                                      .free_concurrency = 1000};
    rig->actor = (struct actor){.node = {"f", NODE_FUNCTION, 1},
                                .kind = &function_kind,
                                .cfg = rig->lab.scenario->actors[0].cfg,
                                .state = arena_alloc(&rig->arena, function_kind.state_bytes),
                                .world = &rig->world};
    function_kind.init(&rig->actor);
    function_kind.start(&rig->actor, 0);
}

static struct endpoint *endpoint_of(struct rig *rig)
{
    return function_kind.endpoint(&rig->actor);
}

/* The topic calls with message i. */
static void deliver(struct rig *rig, size_t i)
{
    rig->sends[i] = (struct send){.root = i, .bytes = 100, .group = MESSAGE_NO_GROUP};
    rig->calls[i] =
        (struct endpoint_call){.send = &rig->sends[i], .caller = TOPIC, .on_answer = on_answer};
    endpoint_of(rig)->ops->deliver(endpoint_of(rig), &rig->calls[i], rig->engine.now_ns);
}

/* The answer finds the rig. */
static void deliver_and_hear(struct rig *rig, size_t i)
{
    deliver(rig, i);
    rig->calls[i].held = rig;
}

static void close_rig(struct rig *rig, const char *wanted)
{
    assert_string_equal(text_of(&rig->said), wanted);
    function_kind.free(&rig->actor);
    text_free(&rig->said);
    messages_free(&rig->messages);
    arena_free(&rig->arena);
    world_lab_close(&rig->lab);
}

/* An event is accepted at once, whatever becomes of it, and worked on. */
static void test_accepted(void **state)
{
    struct rig rig;
    (void)state;
    open_rig(&rig, "`service`: 1");
    deliver_and_hear(&rig, 0);
    engine_run(&rig.engine, HOUR);
    /* The delivery of INVOCATION_ENDED is the memory. */
    close_rig(&rig, "0 answer; 0 INVOKED 1; 0 STARTED 1; 1 SUCCEEDED 1; 1 INVOCATION_ENDED 128");
}

/* EVIDENCE-OF: LAM-12
 * Two retries, 1 minute and 2 minutes after the failures at 1 s and 62 s; then it goes where
 * failures go. */
static void test_retries(void **state)
{
    struct rig rig;
    (void)state;
    open_rig(&rig, "`service`: 1, `failure`: {`probability`: 1}, `onFailure`: `lost`");
    deliver_and_hear(&rig, 3);
    engine_run(&rig.engine, HOUR);
    close_rig(&rig, "0 answer; 0 INVOKED 1; 0 STARTED 1; 1 FAILED 1; 1 INVOCATION_ENDED 128; "
                    "61 INVOKED 2; 61 STARTED 2; 62 FAILED 2; 62 INVOCATION_ENDED 128; "
                    "182 INVOKED 3; 182 STARTED 3; 183 FAILED 3; 183 INVOCATION_ENDED 128; "
                    "183 failure of 3; 183 EVENT_DROPPED 3");
}

/* Without retries and a place for failures it is lost; a time-out is a failure. */
static void test_timeout(void **state)
{
    struct rig rig;
    (void)state;
    open_rig(&rig, "`service`: 5, `Timeout`: 3, `MaximumRetryAttempts`: 0");
    deliver_and_hear(&rig, 0);
    engine_run(&rig.engine, HOUR);
    close_rig(&rig, "0 answer; 0 INVOKED 1; 0 STARTED 1; 3 FAILED 1; 3 INVOCATION_ENDED 128; "
                    "3 EVENT_DROPPED 1");
}

/* A caller that is gone hears nothing, and what was begun goes on. */
static void test_dropped_call(void **state)
{
    struct rig rig;
    (void)state;
    open_rig(&rig, "`service`: 1");
    deliver(&rig, 0);
    endpoint_of(&rig)->ops->drop(endpoint_of(&rig), &rig.calls[0]);
    engine_run(&rig.engine, HOUR);
    close_rig(&rig, "0 INVOKED 1; 0 STARTED 1; 1 SUCCEEDED 1; 1 INVOCATION_ENDED 128");
}

/* EVIDENCE-OF: LAM-4
 * Throttled events wait for room: with one invocation at a time the second begins at its first try
 * after the first has ended, 2 s later.  Where there never is room they get too old. */
static void test_throttled(void **state)
{
    struct rig rig;
    (void)state;
    open_rig(&rig,
             "`service`: 1, `ReservedConcurrentExecutions`: 1, `throttleRetry`: {`backoff`: 2, "
             "`maxBackoff`: 2, `jitter`: `none`}");
    deliver_and_hear(&rig, 0);
    deliver_and_hear(&rig, 1);
    engine_run(&rig.engine, HOUR);
    close_rig(&rig, "0 answer; 0 INVOKED 1; 0 STARTED 1; 0 answer; 0 INVOKE_THROTTLED 128; "
                    "1 SUCCEEDED 1; 1 INVOCATION_ENDED 128; 2 INVOKED 1; 2 STARTED 1; "
                    "3 SUCCEEDED 1; 3 INVOCATION_ENDED 128");
    open_rig(&rig,
             "`service`: 1, `ReservedConcurrentExecutions`: 0, `MaximumEventAgeInSeconds`: 60, "
             "`throttleRetry`: {`backoff`: 40, `maxBackoff`: 40, `jitter`: `none`}");
    deliver_and_hear(&rig, 0);
    engine_run(&rig.engine, HOUR);
    close_rig(&rig, "0 answer; 0 INVOKE_THROTTLED 128; 40 INVOKE_THROTTLED 128; "
                    "80 EVENT_DROPPED 0");
}

/* What is under way at the end of a replication is forgotten, and its memory used again. */
static void test_next_replication(void **state)
{
    struct rig rig;
    (void)state;
    open_rig(&rig, "`service`: 1");
    for (size_t i = 0; i < CALLS; i++)
        deliver_and_hear(&rig, i);
    engine_run(&rig.engine, SEC / 2);
    engine_init(&rig.engine);
    text_clear(&rig.said);
    function_kind.start(&rig.actor, 0);
    deliver_and_hear(&rig, 0);
    engine_run(&rig.engine, HOUR);
    assert_int_equal(((struct function *)rig.actor.state)->event_count, CALLS);
    close_rig(&rig, "0 answer; 0 INVOKED 1; 0 STARTED 1; 1 SUCCEEDED 1; 1 INVOCATION_ENDED 128");
}

/* EVIDENCE-OF: LAM-12
 * A topic's subscriber, with a topic for its failures: published at 1 s, invoked at 1, 62 and 183
 * s, and sent on at 184 s to a queue behind the second topic.  A run that drains waits for that. */
static void test_in_a_world(void **state)
{
    struct world_lab lab;
    struct world_lab_log log;
    (void)state;
    world_lab_open(
        &lab, "{`version`: 1, `title`: `async`, `experiment`: {`duration`: 30, `drain`: true}, "
              "`queues`: {`q`: {}}, `topics`: {`t`: {`subscriptions`: [{`Protocol`: `lambda`, "
              "`Endpoint`: `f`}]}, `bad`: {`subscriptions`: [{`Protocol`: `sqs`, `Endpoint`: "
              "`q`}]}}, `producers`: {`p`: {`to`: `t`, `messages`: 1, `arrivals`: {`process`: "
              "`paced`, `rate`: 1}}}, `functions`: {`f`: {`service`: 1, `failure`: "
              "{`probability`: 1}, `onFailure`: `bad`}}}");
    world_lab_listen(&lab, &log, "INVOKED ACCEPTED EVENT_DROPPED");
    world_lab_run(&lab, 1);
    assert_string_equal(text_of(&log.text), "1 INVOKED 0; 62 INVOKED 0; 183 INVOKED 0; 184 "
                                            "ACCEPTED 0; 184 EVENT_DROPPED 0");
    assert_true(world_lab_value(&lab, "f", "asyncEventsDropped", "count") == 1.0);
    assert_true(world_lab_value(&lab, "f", "invocations", "count") == 3.0);
    assert_true(world_lab_value(&lab, "t", "NumberOfNotificationsDelivered", "count") == 1.0);
    text_free(&log.text);
    world_lab_close(&lab);
}

/* How long the life of a message is that a topic brings to a function. */
static double message_latency_s(const char *function, const char *rest)
{
    struct world_lab lab;
    char scenario[1024];
    snprintf(scenario, sizeof scenario,
             "{`version`: 1, `title`: `async`, `experiment`: {`duration`: 30, `drain`: true}, "
             "`queues`: {`q`: {}}, `topics`: {`t`: {`subscriptions`: [{`Protocol`: `lambda`, "
             "`Endpoint`: `f`}]}, `bad`: {`subscriptions`: [{`Protocol`: `sqs`, `Endpoint`: "
             "`q`}]}}, `producers`: {`p`: {`to`: `t`, `messages`: 1, `arrivals`: {`process`: "
             "`paced`, `rate`: 1}}}, `functions`: {`f`: {`service`: 2%s}}%s}",
             function, rest);
    world_lab_open(&lab, scenario);
    world_lab_run(&lab, 1);
    const double latency_s = world_lab_value(&lab, "p", "messageLatency", "max");
    world_lab_close(&lab);
    return latency_s;
}

/* A topic's subscriber ends a message's life by its work, not when it accepts the message: 2 s; or
 * what it sends on is worked on for 4 s more.  Three tries take 2 + 60 + 2 + 120 + 2 = 186 s, and
 * what failed then goes on to 4 s of work behind a queue or a topic, or is lost. */
static void test_message_latency(void **state)
{
    const char *reader = ", `consumers`: {`c`: {`from`: `q`, `service`: 4, `WaitTimeSeconds`: 20}}";
    (void)state;
    assert_true(message_latency_s("", "") == 2.0);
    assert_true(message_latency_s(", `then`: [{`to`: `q`}]", reader) == 6.0);
    assert_true(message_latency_s(", `then`: [{`to`: `bad`}]", reader) == 6.0);
    assert_true(message_latency_s(", `failure`: {`probability`: 1}, `onFailure`: `q`", reader) ==
                190.0);
    assert_true(message_latency_s(", `failure`: {`probability`: 1}, `onFailure`: `bad`", reader) ==
                190.0);
    assert_true(message_latency_s(", `failure`: {`probability`: 1}, `onFailure`: `bad`, `then`: "
                                  "[{`to`: `q`}]",
                                  reader) == 190.0);
    assert_true(isnan(message_latency_s(", `failure`: {`probability`: 1}", "")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_accepted),         cmocka_unit_test(test_retries),
        cmocka_unit_test(test_timeout),          cmocka_unit_test(test_dropped_call),
        cmocka_unit_test(test_in_a_world),       cmocka_unit_test(test_throttled),
        cmocka_unit_test(test_next_replication), cmocka_unit_test(test_message_latency),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
