// SPDX-License-Identifier: GPL-3.0-or-later
/* Rules between parts and within a queue: names, kinds, dead-letter queues, ends, loops without
 * time, traces. Columns are counted in the texts below. */
#include "scenario/validate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "tools/said.h"

#define HOUR_LONG "`experiment`: {`duration`: `1h`}"
#define POISSON   "`arrivals`: {`process`: `poisson`, `rate`: `2/s`}"

/* --- names --- */

/* Less than half a nanosecond is none. */
static void test_intervals_of_nothing(void **state)
{
#define RENEWAL(interval)                                                                          \
    "{" HOUR_LONG ", `queues`: {`q`: {}}, `producers`: {`p`: {`to`: `q`, `arrivals`:\n"            \
    "{`process`: `renewal`, `interval`: " interval "}}}}"
    (void)state;
    said_check("s.json", RENEWAL("1e-10"),
               "s.json:2:1: /producers/p/arrivals: intervals of 0 would never let time pass\n");
    said_check("s.json", RENEWAL("1e-9"), "");
}

static void test_unresolved(void **state)
{
    (void)state;
    said_check(
        "s.json",
        "{" HOUR_LONG ",\n"
        "`queues`: {`orders`: {}, `bills.fifo`: {`FifoQueue`: true}},\n"
        "`producers`: {`web`: {`to`: `ordrs`, " POISSON "}},\n"
        "`consumers`: {`w`: {`from`: `bills`, `service`: 1}, `v`: {`from`: `zzz`, `service`: 1}}}",
        "s.json:3:29: /producers/web/to: there is no `ordrs`, did you mean `orders`?\n"
        "s.json:4:29: /consumers/w/from: there is no `bills`, did you mean `bills.fifo`?\n"
        "s.json:4:67: /consumers/v/from: there is no `zzz`; there are orders, bills.fifo, web, w, "
        "v\n");
}

static void test_wrong_kind(void **state)
{
    (void)state;
    said_check(
        "s.json",
        "{" HOUR_LONG ",\n"
        "`queues`: {`q`: {`RedrivePolicy`: {`deadLetterTargetArn`: `w`, `maxReceiveCount`: 1}}},\n"
        "`producers`: {`orders`: {`to`: `orders`, " POISSON "}},\n"
        "`consumers`: {`w`: {`from`: `orders`, `service`: 1}}}",
        "s.json:2:59: /queues/q/RedrivePolicy/deadLetterTargetArn: `w` is a consumer; "
        "`deadLetterTargetArn` names a queue\n"
        "s.json:3:32: /producers/orders/to: `orders` is a producer; a producer sends to a queue, a "
        "topic, a consumer, an endpoint or a downstream\n"
        "s.json:4:29: /consumers/w/from: `orders` is a producer; a consumer reads from a queue\n");
}

/* A name and its ARN mean the same. */
static void test_resolved(void **state)
{
    (void)state;
    struct scenario_file *file = said_read(
        "s.json",
        "{" HOUR_LONG ", `consumers`: {`w`: {`from`: `b`, `service`: 1, `WaitTimeSeconds`: 1}},"
        "`producers`: {`p`: {`to`: `arn:aws:sqs:eu-west-1:123456789012:b`, " POISSON "}},"
        "`queues`: {`a`: {}, `b`: {`RedrivePolicy`: {`deadLetterTargetArn`:"
        "`arn:aws:sqs:eu-west-1:123456789012:a`, `maxReceiveCount`: 1}}}}",
        NULL, 0);
    struct scenario *scenario = said_load(file, 0, 0);
    assert_int_equal(scenario->queues[0].dead_letter, NODE_NONE);
    assert_int_equal(scenario->queues[1].dead_letter, 0);
    /* Queues first, then actors in the order of their kinds, whatever the order of the file. */
    static const char *const names[] = {"a", "b", "p", "w"};
    for (uint16_t id = 0; id < 4; id++)
        assert_string_equal(scenario_node_name(scenario, id), names[id]);
    for (size_t i = 0; i < 2; i++) {
        const struct param *row = scenario->actors[i].kind->params;
        while (row->type != &node_ref_param)
            row++;
        const struct node_ref *ref =
            (const void *)((const char *)scenario->actors[i].cfg + row->offset);
        assert_int_equal(ref->id, 1);
    }
    scenario_free(scenario);
    scenario_file_free(file);
}

static void test_names_taken(void **state)
{
    (void)state;
    said_check(
        "s.json",
        "{" HOUR_LONG ", `queues`: {`a`: {}, `scenario`: {},\n ``: {}},\n"
        "`producers`: {`a`: {`to`: `a`, " POISSON "}},\n"
        "`consumers`: {`a`: {`from`: `a`, `service`: 1, `WaitTimeSeconds`: 1}}}",
        "s.json:1:56: /queues/scenario: `scenario` is the name of the whole: choose another\n"
        "s.json:2:2: /queues/: a name is not empty\n"
        "s.json:3:15: /producers/a: `a` is the name of a queue already\n"
        "s.json:4:15: /consumers/a: `a` is the name of a queue already\n");
}

/* EVIDENCE-OF: ATT-2
 * 1 to 80 letters, digits, hyphens and underscores, the ending counted. */
static void test_queue_names(void **state)
{
    (void)state;
    const char eighty[] = "0123456789012345678901234567890123456789"
                          "012345678901234567890123456789012345-_Zz";
    char text[512];
    assert_int_equal(strlen(eighty), 80);
    snprintf(text, sizeof text, "{`queues`: {`%s`: {}}}", eighty);
    said_check("s.json", text, "");
    snprintf(text, sizeof text, "{`queues`: {`%.75s.fifo`: {`FifoQueue`: true}}}", eighty);
    said_check("s.json", text, "");
    said_check(
        "s.json",
        "{`queues`: {\n`a/b`: {},\n`a.b`: {},\n`.fifo`: {`FifoQueue`: true},\n"
        "`0123456789012345678901234567890123456789012345678901234567890123456789012345678901`: "
        "{}}}",
        "s.json:2:1: /queues/a~1b: a queue's name has 1 to 80 letters, digits, - or _; a FIFO "
        "queue's ends in .fifo\n"
        "s.json:3:1: /queues/a.b: a queue's name has 1 to 80 letters, digits, - or _; a FIFO "
        "queue's ends in .fifo\n"
        "s.json:4:1: /queues/.fifo: a queue's name has 1 to 80 letters, digits, - or _; a FIFO "
        "queue's ends in .fifo\n"
        "s.json:5:1: "
        "/queues/"
        "0123456789012345678901234567890123456789012345678901234567890123456789012345678901: a "
        "queue's name has 1 to 80 letters, digits, - or _; a FIFO queue's ends in .fifo\n");
}

/* --- queues --- */

/* EVIDENCE-OF: ATT-2 ATT-3 ATT-10 SND-10
 * In this order: the ending, the other kind's attributes, high throughput, groups. */
static void test_fifo_rules(void **state)
{
    (void)state;
    said_check(
        "s.json",
        "{`queues`: {\n"
        "`a`: {`FifoQueue`: true},\n"
        "`b.fifo`: {},\n"
        "`c.fifo`: {`FifoQueue`: false},\n"
        "`d`: {`ContentBasedDeduplication`: true},\n"
        "`e`: {`FifoQueue`: false},\n"
        "`f.fifo`: {`FifoQueue`: true, `storage`: {}},\n"
        "`g.fifo`: {`FifoQueue`: true, `FifoThroughputLimit`: `perMessageGroupId`},\n"
        "`h.fifo`: {`FifoQueue`: true, `preload`: {`messages`: 3}}}}",
        "s.json:2:20: /queues/a/FifoQueue: a FIFO queue's name ends in .fifo: call it "
        "`a.fifo`\n"
        "s.json:3:11: /queues/b.fifo: a queue whose name ends in .fifo needs `FifoQueue`: "
        "true\n"
        "s.json:4:25: /queues/c.fifo/FifoQueue: a queue whose name ends in .fifo needs "
        "`FifoQueue`: true\n"
        "s.json:5:7: /queues/d: `ContentBasedDeduplication` is for FIFO queues; `d` is a "
        "standard queue\n"
        "s.json:6:7: /queues/e: `FifoQueue` is for FIFO queues; `e` is a standard queue\n"
        "s.json:7:31: /queues/f.fifo: `storage` is for standard queues; `f.fifo` is a FIFO "
        "queue\n"
        "s.json:8:54: /queues/g.fifo/FifoThroughputLimit: `perMessageGroupId` needs "
        "`DeduplicationScope`: `messageGroup`\n"
        "s.json:9:42: /queues/h.fifo/preload: the messages of a FIFO queue need a `group`\n");
}

/* EVIDENCE-OF: ATT-10
 * The scope alone is legal. */
static void test_fifo_accepted(void **state)
{
    (void)state;
    said_check(
        "s.json",
        "{`queues`: {`g.fifo`: {`FifoQueue`: true, `FifoThroughputLimit`: `perMessageGroupId`,"
        "`DeduplicationScope`: `messageGroup`}, `s.fifo`: {`FifoQueue`: true,"
        "`DeduplicationScope`: `messageGroup`, `preload`: {`messages`: 3, `group`: `g`}}}}",
        "");
}

static void test_storage(void **state)
{
    (void)state;
    said_check("s.json", "{`queues`: {`a`: {`storage`: {`servers`: 3, `shortPollServers`: 3}}}}",
               "");
    said_check("s.json", "{`queues`: {\n`a`: {`storage`: {`servers`: 3, `shortPollServers`: 4}}}}",
               "s.json:2:18: /queues/a/storage: shortPollServers (4) is above servers (3)\n");
}

/* EVIDENCE-OF: ATT-1 */
static void test_ranges(void **state)
{
    (void)state;
    said_check("s.json",
               "{`queues`: {\n"
               "`a`: {`VisibilityTimeout`: 50000, `MessageRetentionPeriod`: 59,\n"
               "`DelaySeconds`: 1.5, `ReceiveMessageWaitTimeSeconds`: `20s`,\n"
               "`VisiblityTimeout`: 1}}}",
               "s.json:2:28: /queues/a/VisibilityTimeout: 50000 is above the maximum 43200 (12 "
               "hours)\n"
               "s.json:2:61: /queues/a/MessageRetentionPeriod: 59 is below the minimum 60\n"
               "s.json:3:17: /queues/a/DelaySeconds: 1.5 is not a whole number of seconds\n"
               "s.json:3:55: /queues/a/ReceiveMessageWaitTimeSeconds: expected a number, found a "
               "text: AWS counts whole seconds, write 20\n"
               "s.json:4:1: /queues/a: unknown key `VisiblityTimeout`, did you mean "
               "`VisibilityTimeout`?\n");
}

/* --- dead-letter queues --- */

#define REDRIVE(name) "`RedrivePolicy`: {`deadLetterTargetArn`: `" name "`, `maxReceiveCount`: 3}"

static void test_redrive_rings(void **state)
{
    (void)state;
    said_check(
        "s.json",
        "{`queues`: {\n"
        "`into`: {" REDRIVE("a") "},\n"
                                 "`a`: {" REDRIVE("b") "},\n"
                                                       "`b`: {" REDRIVE(
                                                           "c") "},\n"
                                                                "`c`: {" REDRIVE(
                                                                    "a") "},\n"
                                                                         "`self`: {" REDRIVE(
                                                                             "self") "}}}",
        "s.json:3:48: /queues/a/RedrivePolicy/deadLetterTargetArn: dead-letter queues in a "
        "ring: a -> b -> c -> a\n"
        "s.json:6:51: /queues/self/RedrivePolicy/deadLetterTargetArn: a queue cannot be its own "
        "dead-letter queue\n");
}

/* EVIDENCE-OF: DLQ-7
 * A chain is allowed, as is one dead-letter queue for many. */
static void test_redrive_chain(void **state)
{
    (void)state;
    said_check("s.json",
               "{`queues`: {`a`: {" REDRIVE("b") "}, `b`: {" REDRIVE("d") "}, `c`: {" REDRIVE(
                   "d") "}, `d`: {}}}",
               "");
}

/* EVIDENCE-OF: DLQ-7 */
static void test_redrive_kind(void **state)
{
    (void)state;
    said_check(
        "s.json",
        "{`queues`: {\n"
        "`a`: {" REDRIVE("f.fifo") "},\n"
                                   "`f.fifo`: {`FifoQueue`: true, " REDRIVE("s") "}, `s`: {}}}",
        "s.json:2:48: /queues/a/RedrivePolicy/deadLetterTargetArn: `f.fifo` is a FIFO queue; "
        "the dead-letter queue of a standard queue is a standard queue\n"
        "s.json:3:72: /queues/f.fifo/RedrivePolicy/deadLetterTargetArn: `s` is a standard "
        "queue; the dead-letter queue of a FIFO queue is a FIFO queue\n");
}

/* EVIDENCE-OF: DLQ-6
 * Both keys, and a well-formed ARN before any look-up. */
static void test_redrive_keys(void **state)
{
    (void)state;
    said_check(
        "s.json",
        "{`queues`: {\n"
        "`a`: {`RedrivePolicy`: {`deadLetterTargetArn`: `b`}},\n"
        "`b`: {`RedrivePolicy`: {`maxReceiveCount`: 1001}},\n"
        "`c`: {" REDRIVE("arn:aws:sqs:dummy") "}}}",
        "s.json:2:24: /queues/a/RedrivePolicy: `maxReceiveCount` is required\n"
        "s.json:3:24: /queues/b/RedrivePolicy: `deadLetterTargetArn` is required\n"
        "s.json:3:44: /queues/b/RedrivePolicy/maxReceiveCount: 1001 is above the maximum 1000\n"
        "s.json:4:48: /queues/c/RedrivePolicy/deadLetterTargetArn: `arn:aws:sqs:dummy` is no "
        "ARN: write a name or `arn:aws:sqs:REGION:ACCOUNT:NAME`\n");
}

/* EVIDENCE-OF: DLQ-6
 * The count may be a text, of a whole number. */
static void test_redrive_count(void **state)
{
    (void)state;
    said_check("s.json",
               "{`queues`: {`a`: {`RedrivePolicy`: {`deadLetterTargetArn`: `d`, "
               "`maxReceiveCount`: `3`}},\n"
               "`b`: {`RedrivePolicy`: {`deadLetterTargetArn`: `d`, `maxReceiveCount`: `3x`}},\n"
               "`c`: {`RedrivePolicy`: {`deadLetterTargetArn`: `d`, `maxReceiveCount`: 0}}, "
               "`d`: {}}}",
               "s.json:2:72: /queues/b/RedrivePolicy/maxReceiveCount: `3x` is not a whole number\n"
               "s.json:3:72: /queues/c/RedrivePolicy/maxReceiveCount: 0 is below the minimum 1\n");
}

/* EVIDENCE-OF: DLQ-8
 * allowAll is the default; byQueue takes names and ARNs, up to 10. */
static void test_redrive_allowed(void **state)
{
    (void)state;
    said_check("s.json",
               "{`queues`: {`a`: {`RedrivePolicy`: {`deadLetterTargetArn`: `d`, `maxReceiveCount`: "
               "3}},"
               "`b`: {`RedrivePolicy`: {`deadLetterTargetArn`: `d`, `maxReceiveCount`: 3}},"
               "`c`: {`RedrivePolicy`: {`deadLetterTargetArn`: `e`, `maxReceiveCount`: 3}},"
               "`d`: {`RedriveAllowPolicy`: {`redrivePermission`: `byQueue`, `sourceQueueArns`: "
               "[`b`, `arn:aws:sqs:eu-west-1:123456789012:a`]}},"
               "`e`: {`RedriveAllowPolicy`: {`redrivePermission`: `allowAll`}},"
               "`f`: {`RedriveAllowPolicy`: {`redrivePermission`: `denyAll`}}}}",
               "");
}

/* EVIDENCE-OF: DLQ-8
 * A source that is refused, in a sentence that names both. */
static void test_redrive_refused(void **state)
{
    (void)state;
    said_check("s.json",
               "{`queues`: {\n"
               "`a`: {`RedrivePolicy`: {`deadLetterTargetArn`: `d`, `maxReceiveCount`: 3}},\n"
               "`b`: {`RedrivePolicy`: {`deadLetterTargetArn`: `e`, `maxReceiveCount`: 3}},\n"
               "`d`: {`RedriveAllowPolicy`: {`redrivePermission`: `denyAll`}},\n"
               "`e`: {`RedriveAllowPolicy`: {`redrivePermission`: `byQueue`, `sourceQueueArns`: "
               "[`a`]}}}}",
               "s.json:2:48: /queues/a/RedrivePolicy/deadLetterTargetArn: `d` takes no messages of "
               "`a`: its RedriveAllowPolicy is denyAll\n"
               "s.json:3:48: /queues/b/RedrivePolicy/deadLetterTargetArn: `e` takes no messages of "
               "`b`: its RedriveAllowPolicy does not name it\n");
}

/* EVIDENCE-OF: DLQ-8
 * Sources belong to byQueue and to nothing else; there are at most 10, and all of them exist. */
static void test_redrive_sources(void **state)
{
    (void)state;
    said_check("s.json",
               "{`queues`: {\n"
               "`a`: {`RedriveAllowPolicy`: {`redrivePermission`: `byQueue`}},\n"
               "`b`: {`RedriveAllowPolicy`: {`sourceQueueArns`: [`a`]}},\n"
               "`c`: {`RedriveAllowPolicy`: {`redrivePermission`: `byQueue`, `sourceQueueArns`: "
               "[`a`, `zzz`]}},\n"
               "`d`: {`RedriveAllowPolicy`: {`redrivePermission`: `byQueue`, `sourceQueueArns`: "
               "[`a`, `a`, `a`, `a`, `a`, `a`, `a`, `a`, `a`, `a`, `a`]}},\n"
               "`e`: {`RedrivePolicy`: {`deadLetterTargetArn`: `d`, `maxReceiveCount`: 3}}}}",
               "s.json:2:29: /queues/a/RedriveAllowPolicy: byQueue needs `sourceQueueArns`\n"
               "s.json:3:29: /queues/b/RedriveAllowPolicy: `sourceQueueArns` needs the permission "
               "byQueue\n"
               "s.json:4:87: /queues/c/RedriveAllowPolicy/sourceQueueArns/1: there is no `zzz`; "
               "there are a, b, c, d, e\n"
               "s.json:5:81: /queues/d/RedriveAllowPolicy/sourceQueueArns: 11 names are more than "
               "10\n");
}

/* --- ends --- */

static void test_duration(void **state)
{
    (void)state;
    said_check("s.json",
               "{\n`experiment`: {`drain`: true}, `queues`: {`q`: {}},"
               "`producers`: {`p`: {`to`: `q`, " POISSON "}}}",
               "s.json:2:15: /experiment: give a duration, or messages to every producer\n");
    said_check("s.json", "{`queues`: {`q`: {}}, `producers`: {`p`: {`to`: `q`, " POISSON "}}}",
               "s.json:1:1: /experiment: give a duration, or messages to every producer\n");
    said_check("s.json",
               "{`queues`: {`q`: {}}, `producers`: {`p`: {`to`: `q`, `messages`: 3, " POISSON "}}}",
               "");
    said_check("s.json",
               "{`queues`: {`q`: {}}, `producers`: {`p`: {`to`: `q`, `messages`: 3, " POISSON "},"
               "`r`: {`to`: `q`, " POISSON "}}}",
               "s.json:1:1: /experiment: give a duration, or messages to every producer\n");
}

/* --- loops that cannot advance --- */

#define WORKER(keys) "`consumers`: {\n`worker`: {`from`: `q`, `service`: `1s`" keys "}}}"
#define STUCK                                                                                      \
    "s.json:2:1: /consumers/worker: worker polls without waiting: give WaitTimeSeconds, "          \
    "pollInterval or a network latency\n"

static void test_stuck_consumer(void **state)
{
    (void)state;
    said_check("s.json", "{`queues`: {`q`: {}}, " WORKER(""), STUCK);
    said_check("s.json", "{`queues`: {`q`: {}}, " WORKER(", `WaitTimeSeconds`: 1"), "");
    said_check("s.json", "{`queues`: {`q`: {}}, " WORKER(", `pollInterval`: `1ms`"), "");
    said_check("s.json", "{`queues`: {`q`: {`ReceiveMessageWaitTimeSeconds`: 1}}, " WORKER(""), "");
    said_check(
        "s.json",
        "{`queues`: {`q`: {`ReceiveMessageWaitTimeSeconds`: 1}}, " WORKER(", `WaitTimeSeconds`: 0"),
        STUCK);
    said_check("s.json", "{`queues`: {`q`: {}}, `network`: {`response`: `5ms`}, " WORKER(""), "");
}

static void test_stuck_producer(void **state)
{
    (void)state;
    said_check("s.json",
               "{`queues`: {`q`: {}}, `producers`: {\n"
               "`p`: {`to`: `q`, `messages`: 5, `arrivals`: {`process`: `saturated`}}}}",
               "s.json:2:1: /producers/p: p sends without waiting: give `network` a latency\n");
}

/* A mistake elsewhere makes no second one here. */
static void test_stuck_unknown(void **state)
{
    (void)state;
    said_check("s.json", "{`queues`: {`p`: {}}, " WORKER(""),
               "s.json:2:20: /consumers/worker/from: there is no `q`; there are p, worker\n");
    said_check("s.json", "{`queues`: {`q`: {`ReceiveMessageWaitTimeSeconds`: 21}}, " WORKER(""),
               "s.json:1:52: /queues/q/ReceiveMessageWaitTimeSeconds: 21 is above the maximum 20 "
               "(long polling)\n");
}

/* --- traces --- */

static void expect_trace(const char *rows, const char *sentence)
{
    char folder[] = "/tmp/queuelab-XXXXXX", path[64], scenario[64], expected[512];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/t.csv", folder);
    snprintf(scenario, sizeof scenario, "%s/s.json", folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(rows, file);
    fclose(file);
    expected[0] = '\0';
    if (sentence != NULL)
        snprintf(expected, sizeof expected, "%s:2:73: /producers/p/arrivals: %s\n", scenario,
                 sentence);
    said_check(
        scenario,
        "{`queues`: {`q`: {}},\n"
        "`producers`: {`p`: {`to`: `q`, `arrivals`: {`process`: `trace`, `file`: `t.csv`}}}}",
        expected);
    unlink(path);
    rmdir(folder);
}

static void test_traces(void **state)
{
    (void)state;
    expect_trace("time\n0\n1\n1\n2.5\n", NULL);
    expect_trace("", "t.csv line 0: the file is empty");
    expect_trace("time\n", "t.csv line 1: there is a heading, but no row");
    expect_trace("time\n2\n1\n", "t.csv line 3: the time 1 is before the one above (2)");
    expect_trace("time\nsoon\n",
                 "t.csv line 2: `soon` is no time; expected seconds or 2023-11-16 18:15:46.68");
    expect_trace("zeit\n1\n", "t.csv line 1: no column is called `time`; there are zeit");
    said_check(
        "/nowhere/s.json",
        "{`queues`: {`q`: {}},\n"
        "`producers`: {`p`: {`to`: `q`, `arrivals`: {`process`: `trace`, `file`: `t.csv`}}}}",
        "/nowhere/s.json:2:73: /producers/p/arrivals: cannot read `/nowhere/t.csv`: No such file "
        "or directory\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unresolved),      cmocka_unit_test(test_intervals_of_nothing),
        cmocka_unit_test(test_wrong_kind),      cmocka_unit_test(test_resolved),
        cmocka_unit_test(test_names_taken),     cmocka_unit_test(test_queue_names),
        cmocka_unit_test(test_fifo_rules),      cmocka_unit_test(test_redrive_count),
        cmocka_unit_test(test_fifo_accepted),   cmocka_unit_test(test_storage),
        cmocka_unit_test(test_ranges),          cmocka_unit_test(test_redrive_rings),
        cmocka_unit_test(test_redrive_chain),   cmocka_unit_test(test_redrive_kind),
        cmocka_unit_test(test_redrive_keys),    cmocka_unit_test(test_redrive_allowed),
        cmocka_unit_test(test_redrive_refused), cmocka_unit_test(test_redrive_sources),
        cmocka_unit_test(test_duration),        cmocka_unit_test(test_stuck_consumer),
        cmocka_unit_test(test_stuck_producer),  cmocka_unit_test(test_stuck_unknown),
        cmocka_unit_test(test_traces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
