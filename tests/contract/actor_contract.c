// SPDX-License-Identifier: GPL-3.0-or-later
/* What every actor kind must do, looped over the list of kinds: it can be built and started, it
 * says the same when it is run again, what an earlier replication left does not show, and with a
 * duration the run ends.  A kind without an example here is a failure. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tools/world.h"

struct example {
    const char *kind, *text;
};

#define HEAD "{`version`: 1, `title`: `actor`, `experiment`: {`seed`: 4, `duration`: 60%s}, "
#define QUEUES                                                                                     \
    "`queues`: {`q`: {`VisibilityTimeout`: 5, `RedrivePolicy`: {`deadLetterTargetArn`: `d`, "      \
    "`maxReceiveCount`: 3}, `preload`: {`messages`: 50}}, `d`: {}, `f.fifo`: {`FifoQueue`: true, " \
    "`ContentBasedDeduplication`: true}}"
#define LATENCY "`network`: {`request`: {`dist`: `exponential`, `mean`: `20ms`}}, "
#define READER                                                                                     \
    "`consumers`: {`c`: {`from`: `q`, `WaitTimeSeconds`: 10, `count`: 3, `service`: {`dist`: "     \
    "`exponential`, `mean`: `200ms`}}}"

/* Each goes into a scenario whose experiment may have more keys, so the head is a format. */
// clang-format off
static const struct example examples[] = {
    { "producer",
      HEAD QUEUES
      ", `producers`: {`p`: {`to`: `q`, `arrivals`: {`process`: `poisson`, `rate`: 20}}}}" },
    { "producer",
      HEAD LATENCY QUEUES
      ", `producers`: {`p`: {`to`: `q`, `count`: 3, `timeout`: `30ms`, `arrivals`: {`process`: "
      "`burst`, `states`: [{`rate`: 1, `sojourn`: 1}, {`rate`: 30, `sojourn`: 1}]}, `batch`: "
      "{`size`: 4, `window`: `300ms`}, `message`: {`size`: {`dist`: `uniform`, `low`: 1, "
      "`high`: 900}}}}}" },
    { "producer",
      HEAD LATENCY QUEUES
      ", `producers`: {`p`: {`to`: `f.fifo`, `arrivals`: {`process`: `saturated`}, `message`: "
      "{`group`: {`groups`: 5, `pick`: `zipf`}, `deduplication`: `content`, `body`: "
      "{`numbered`: 700}}}}}" },
    { "producer",
      HEAD QUEUES
      ", `producers`: {`p`: {`to`: `q`, `count`: 2, `arrivals`: {`process`: `closed`, "
      "`inFlight`: 4, `think`: {`dist`: `exponential`, `mean`: 1}}}}, " READER "}" },
    { "consumer", HEAD QUEUES ", " READER "}" },
    { "consumer",
      HEAD LATENCY QUEUES
      ", `producers`: {`p`: {`to`: `q`, `arrivals`: {`process`: `poisson`, `rate`: 9}}}, "
      "`consumers`: {`c`: {`from`: `q`, `count`: 2, `concurrency`: 2, `MaxNumberOfMessages`: "
      "5, `deleteBatch`: 3, `WaitTimeSeconds`: 0, `pollInterval`: {`dist`: `exponential`, "
      "`mean`: `100ms`}, `service`: {`dist`: `lognormal`, `mean`: `500ms`, `cv`: 1}, "
      "`failure`: {`probability`: 0.1, `mode`: `crash`, `restart`: {`dist`: `exponential`, "
      "`mean`: 3}}}}}" },
    { "consumer",
      HEAD QUEUES
      ", `producers`: {`p`: {`to`: `f.fifo`, `arrivals`: {`process`: `poisson`, `rate`: 9}, "
      "`message`: {`group`: {`groups`: 3}}}}, `consumers`: {`c`: {`from`: `f.fifo`, `count`: "
      "4, `MaxNumberOfMessages`: 10, `WaitTimeSeconds`: 20, `service`: `100ms`, `acknowledge`: "
      "`beforeWork`, `failure`: {`probability`: 0.2, `mode`: `release`}}}}" },
    { "function",
      HEAD QUEUES
      ", `topics`: {`t`: {`subscriptions`: [{`Protocol`: `lambda`, `Endpoint`: `f`}]}}, "
      "`producers`: {`p`: {`to`: `t`, `arrivals`: {`process`: `poisson`, `rate`: 9}}}, "
      "`functions`: {`f`: {`service`: {`dist`: `exponential`, `mean`: 1}, `failure`: "
      "{`probability`: 0.4}, `ReservedConcurrentExecutions`: 8, `onFailure`: `d`}}}" },
    { "function", HEAD QUEUES ", `functions`: {`f`: {`from`: `q`, `service`: {`dist`: "
      "`exponential`, `mean`: `50ms`}, `failure`: {`probability`: 0.1}}}}" },
    { "function",
      HEAD LATENCY QUEUES
      ", `producers`: {`p`: {`to`: `q`, `arrivals`: {`process`: `poisson`, `rate`: 30}}}, "
      "`functions`: {`f`: {`from`: `q`, `BatchSize`: 30, `MaximumBatchingWindowInSeconds`: 2, "
      "`ReservedConcurrentExecutions`: 2, `FunctionResponseTypes`: [`ReportBatchItemFailures`], "
      "`service`: {`dist`: `exponential`, `mean`: `50ms`}, `failure`: {`probability`: 0.1, "
      "`mode`: `item`}}}}" },
    { "function",
      HEAD QUEUES
      ", `producers`: {`p`: {`to`: `f.fifo`, `arrivals`: {`process`: `poisson`, `rate`: 3}, "
      "`message`: {`group`: {`groups`: 9}}}}, `functions`: {`f`: {`from`: `f.fifo`, "
      "`mixGroups`: false, `ProvisionedPollerConfig`: {`MinimumPollers`: 2}, `service`: "
      "{`dist`: `exponential`, `mean`: `150ms`}, `failure`: {`probability`: 0.05, `mode`: "
      "`item`}}}}" },
    { "consumer",
      HEAD LATENCY QUEUES
      ", `producers`: {`p`: {`to`: `q`, `arrivals`: {`process`: `poisson`, `rate`: 9}}}, "
      "`consumers`: {`c`: {`from`: `q`, `count`: 3, `WaitTimeSeconds`: 10, `maxHops`: 3, "
      "`service`: {`dist`: `exponential`, `mean`: `100ms`}, `failure`: {`probability`: 0.1}, "
      "`then`: [{`to`: `d`, `count`: 3}, {`to`: `q`, `when`: `failure`, `correlation`: `new`}, "
      "{`to`: `e`, `when`: `always`}]}, `j`: {`from`: `d`, `WaitTimeSeconds`: 10, `count`: 2, "
      "`service`: `10ms`, `join`: {`of`: 3, `timeout`: 4}, `then`: [{`to`: `f.fifo`, `message`: "
      "{`group`: {`groups`: 2}}}]}}, `endpoints`: {`e`: {`latency`: {`dist`: `exponential`, "
      "`mean`: `50ms`}}}}" },
    { "endpoint",
      HEAD LATENCY QUEUES
      ", `producers`: {`p`: {`to`: `e`, `arrivals`: {`process`: `poisson`, `rate`: 30}}}, "
      "`endpoints`: {`e`: {`latency`: {`dist`: `exponential`, `mean`: `150ms`}, `capacity`: 5, "
      "`errorRate`: 0.1}}}" },
    { "endpoint",
      HEAD QUEUES
      ", `producers`: {`p`: {`to`: `e`, `timeout`: `100ms`, `arrivals`: {`process`: `closed`, "
      "`inFlight`: 4}}}, `endpoints`: {`e`: {`latency`: {`dist`: `exponential`, `mean`: `50ms`}, "
      "`errorRate`: 0.2, `status`: 404}}}" },
    { "consumer",
      HEAD LATENCY QUEUES
      ", `producers`: {`p`: {`to`: `app`, `timeout`: 2, `arrivals`: {`process`: `poisson`, `rate`: "
      "9}}}, `consumers`: {`app`: {`count`: 3, `concurrency`: 2, `service`: {`dist`: "
      "`exponential`, `mean`: `500ms`}, `start`: 3, `stop`: 50, `failure`: {`probability`: 0.05, "
      "`mode`: `crash`, `restart`: {`dist`: `exponential`, `mean`: 3}}}}}" },
    { "downstream",
      HEAD LATENCY QUEUES
      ", `producers`: {`p`: {`to`: `db`, `count`: 2, `timeout`: 1, `breaker`: {`failures`: 5, "
      "`open`: 3}, `arrivals`: {`process`: `poisson`, `rate`: 9}}}, `consumers`: {`c`: {`from`: "
      "`q`, `WaitTimeSeconds`: 10, `service`: `10ms`, `then`: [{`to`: `db`}], `failure`: "
      "{`probability`: 0.1, `mode`: `crash`}}}, `downstreams`: {`db`: {`servers`: 2, `capacity`: "
      "20, `errorRate`: 0.1, `service`: {`dist`: `exponential`, `mean`: `200ms`}}}}" },
    { "consumer",
      HEAD LATENCY QUEUES
      ", `producers`: {`p`: {`to`: `q`, `arrivals`: {`process`: `poisson`, `rate`: 9}}}, "
      "`consumers`: {`c`: {`from`: `q`, `WaitTimeSeconds`: 10, `MaxNumberOfMessages`: 5, `count`: "
      "3, `start`: 5, `heartbeat`: {`every`: 1, `extend`: 2}, `service`: {`dist`: "
      "`exponential`, `mean`: `900ms`}, `failure`: {`probability`: 0.02, `mode`: `crash`}}, "
      "`b`: {`from`: `q`, `WaitTimeSeconds`: 10, `stop`: 20, `shutdown`: `abrupt`, `service`: "
      "1}}}" },
    { "consumer",
      HEAD QUEUES
      ", `producers`: {`p`: {`to`: `q`, `arrivals`: {`process`: `poisson`, `rate`: 9}}}, "
      "`consumers`: {`c`: {`from`: `q`, `WaitTimeSeconds`: 10, `autoscaling`: {`max`: 9, `target`: "
      "5, `period`: 2, `boot`: 3, `inPeriods`: 2}, `service`: {`dist`: `exponential`, `mean`: "
      "`300ms`}, `failure`: {`probability`: 0.02, `mode`: `crash`}}}}" },
    { "alarm",
      HEAD QUEUES
      ", `producers`: {`p`: {`to`: `q`, `arrivals`: {`process`: `poisson`, `rate`: 9}}}, "
      "`alarms`: {`a`: {`entity`: `q`, `metric`: `NumberOfMessagesSent`, `threshold`: 540}}}" },
};
// clang-format on
enum { EXAMPLES = sizeof examples / sizeof *examples, TEXT = 4096 };

static void open_example(struct world_lab *lab, const struct example *example, const char *more)
{
    char text[TEXT];
    const char *duration = strstr(example->text, "%s");
    assert_non_null(duration);
    snprintf(text, sizeof text, "%.*s%s%s", (int)(duration - example->text), example->text, more,
             duration + 2);
    world_lab_open(lab, text);
}

static void test_every_kind_has_an_example(void **state)
{
    (void)state;
    for (size_t i = 0; actor_kinds[i] != NULL; i++) {
        bool found = false;
        assert_non_null(actor_kinds[i]->doc);
        assert_non_null(actor_kinds[i]->params);
        assert_non_null(actor_kinds[i]->init);
        assert_non_null(actor_kinds[i]->start);
        for (size_t e = 0; e < EXAMPLES; e++)
            found |= strcmp(examples[e].kind, actor_kinds[i]->name) == 0;
        if (!found)
            fail_msg("no example of %s", actor_kinds[i]->name);
    }
}

/* The same replication twice in one world, and in another world: the same facts. */
static void test_a_run_repeats(void **state)
{
    (void)state;
    for (size_t i = 0; i < EXAMPLES; i++) {
        struct world_lab lab, other;
        open_example(&lab, &examples[i], "");
        open_example(&other, &examples[i], "");
        world_lab_run(&lab, 1);
        const uint64_t fingerprint = world_fingerprint(lab.world);
        assert_true(world_event_count(lab.world) > 20);
        world_lab_run(&lab, 1);
        assert_true(world_fingerprint(lab.world) == fingerprint);
        world_lab_run(&other, 1);
        assert_true(world_fingerprint(other.world) == fingerprint);
        world_lab_close(&other);
        world_lab_close(&lab);
    }
}

/* Replication 2 is the same after replication 1 as alone, and it is another one. */
static void test_replications_do_not_touch(void **state)
{
    (void)state;
    for (size_t i = 0; i < EXAMPLES; i++) {
        struct world_lab lab, other;
        open_example(&lab, &examples[i], "");
        open_example(&other, &examples[i], "");
        world_lab_run(&lab, 1);
        const uint64_t first = world_fingerprint(lab.world);
        world_lab_run(&lab, 2);
        world_lab_run(&other, 2);
        assert_true(world_fingerprint(lab.world) == world_fingerprint(other.world));
        assert_true(world_fingerprint(lab.world) != first);
        world_lab_close(&other);
        world_lab_close(&lab);
    }
}

/* A run without drain ends exactly at its duration; one that drains ends when all is done. */
static void test_a_run_ends(void **state)
{
    (void)state;
    for (size_t i = 0; i < EXAMPLES; i++) {
        struct world_lab lab;
        open_example(&lab, &examples[i], "");
        world_lab_run(&lab, 1);
        assert_int_equal(world_end(lab.world), WORLD_AT_END);
        assert_int_equal(world_end_ns(lab.world), INT64_C(60000000000));
        world_lab_close(&lab);
        open_example(&lab, &examples[i], ", `drain`: true");
        world_lab_run(&lab, 1);
        if (lab.scenario->actor_count > 1 || strcmp(examples[i].kind, "consumer") == 0)
            assert_int_equal(world_end(lab.world), WORLD_DONE);
        world_lab_close(&lab);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_kind_has_an_example),
        cmocka_unit_test(test_a_run_repeats),
        cmocka_unit_test(test_replications_do_not_touch),
        cmocka_unit_test(test_a_run_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
