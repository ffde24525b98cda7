// SPDX-License-Identifier: GPL-3.0-or-later
/* What consumers may send on to, and which circles are refused.  Columns are counted in the texts
 * below. */
#include "scenario/validate_chain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "tools/said.h"

#define HEAD "{`experiment`: {`duration`: `1h`},\n"
#define WEB(more)                                                                                  \
    "`producers`: {`web`: {`to`: `a`, `arrivals`: {`process`: `poisson`, `rate`: 2}" more "}},\n"
#define A(keys) "`wa`: {`from`: `a`, `WaitTimeSeconds`: 1, " keys "}"
#define B(keys) "`wb`: {`from`: `b`, `WaitTimeSeconds`: 1, " keys "}"

static void check(const char *queues, const char *producers, const char *consumers,
                  const char *expected)
{
    char text[3000];
    snprintf(text, sizeof text, HEAD "`queues`: {%s},\n%s`consumers`: {%s}}", queues, producers,
             consumers);
    said_check("s.json", text, expected);
}

static void test_names(void **state)
{
    (void)state;
    check("`a`: {}, `orders`: {}", WEB(""),
          A("`service`: 1, `then`: [{`to`: `ordres`}, {`to`: `web`}, {`when`: `success`}, "
            "{`to`: `a`, `wehn`: `success`}]"),
          "s.json:4:87: /consumers/wa/then/0/to: there is no `ordres`, did you mean `orders`?\n"
          "s.json:4:105: /consumers/wa/then/1/to: `web` is a producer; a consumer sends to a "
          "queue, a topic, a consumer, an endpoint or a downstream\n"
          "s.json:4:113: /consumers/wa/then/2: `to` is required\n"
          "s.json:4:146: /consumers/wa/then/3: unknown key `wehn`, did you mean `when`?\n");
}

#define FIFO "`a`: {}, `b.fifo`: {`FifoQueue`: true}"

/* SND-10, SND-8. */
static void test_fifo(void **state)
{
    (void)state;
    check(FIFO, WEB(""), A("`service`: 1, `then`: [{`to`: `b.fifo`}]"),
          "s.json:4:15: /consumers/wa: wa sends messages without a group on, and a FIFO queue "
          "takes none without: give then/message/group\n");
    check(FIFO, WEB(""),
          A("`service`: 1, `then`: [{`to`: `b.fifo`, `message`: {`group`: `g`, `delay`: 3}}]"),
          "s.json:4:15: /consumers/wa: wa delays the messages that it sends on one by one, and a "
          "FIFO queue refuses that: give the queue DelaySeconds\n");
    check(FIFO, WEB(""),
          A("`service`: 1, `then`: [{`to`: `b.fifo`, `message`: {`group`: `g`, `deduplication`: "
            "`content`}}]"),
          "s.json:4:15: /consumers/wa: wa leaves deduplication to the content, and the queue has "
          "no ContentBasedDeduplication\n");
    check(FIFO, WEB(""), A("`service`: 1, `then`: [{`to`: `b.fifo`, `message`: {`group`: `g`}}]"),
          "");
    /* The messages may bring a group along. */
    check(FIFO, WEB(", `message`: {`group`: `g`}"), A("`service`: 1, `then`: [{`to`: `b.fifo`}]"),
          "");
}

/* What is written of a scenario reads back as the same. */
static void test_written(void **state)
{
    (void)state;
    struct scenario_file *file = said_read(
        "s.json",
        HEAD "`queues`: {`a`: {}, `b`: {}}, " WEB("") "`consumers`: {" A(
            "`service`: 1, `then`: [{`to`: `b`, `count`: 3}, {`to`: `b`, `when`: "
            "`failure`, `correlation`: `new`, `message`: {`size`: 7, `group`: `g`}}]") "}}",
        NULL, 0);
    struct scenario *scenario = said_load(file, 0, 0);
    char *once = said_written(scenario);
    struct scenario_file *again = said_read("s.json", once, NULL, 0);
    struct scenario *second = said_load(again, 0, 0);
    char *twice = said_written(second);
    assert_string_equal(once, twice);
    assert_non_null(strstr(once, "\"when\": \"failure\""));
    free(once);
    free(twice);
    scenario_free(second);
    scenario_file_free(again);
    scenario_free(scenario);
    scenario_file_free(file);
}

static void test_too_many(void **state)
{
    (void)state;
    check("`a`: {}", WEB(""),
          A("`service`: 1, `then`: [{`to`: `a`, `count`: 1001}, {`to`: `a`, `when`: `ever`}]"),
          "s.json:4:101: /consumers/wa/then/0/count: 1001 is above the maximum 1000\n"
          "s.json:4:128: /consumers/wa/then/1/when: `ever` is not one of success, failure, "
          "always\n");
}

static void test_joins(void **state)
{
    (void)state;
    check("`a`: {}", WEB(""), A("`service`: 1, `join`: {`of`: 3}"),
          "s.json:4:15: /consumers/wa: wa joins messages of one root, and nobody sends such to its "
          "queue: name it in the `then` of a consumer\n");
    check("`a`: {}, `b`: {}", WEB(""),
          A("`service`: 1, `join`: {`of`: 3}") ", " B("`service`: 1, `then`: [{`to`: `a`, "
                                                      "`correlation`: `new`}]"),
          "s.json:4:15: /consumers/wa: wa joins messages of one root, and nobody sends such to its "
          "queue: name it in the `then` of a consumer\n");
    check("`a`: {}, `b`: {}", WEB(""),
          A("`service`: 1, `join`: {`of`: 3}") ", " B("`service`: 1, `then`: [{`to`: `a`}]"), "");
    check("`a`: {}", WEB(""), A("`service`: 1, `join`: {`timeout`: 3}"),
          "s.json:4:79: /consumers/wa: `join` needs `of`: how many messages are joined\n");
}

static void test_direct_calls(void **state)
{
    (void)state;
    said_check("s.json",
               HEAD
               "`endpoints`: {`e`: {`latency`: 0}},\n`producers`: {`p`: {`to`: `e`, `batch`: "
               "{`size`: 2}, `arrivals`: {`process`: `poisson`, `rate`: 1}},\n`q`: {`to`: `e`, "
               "`arrivals`: {`process`: `closed`, `inFlight`: 1}}}}",
               "s.json:3:15: /producers/p: p sends batches, and an endpoint takes one request at a "
               "time: leave out `batch`\n"
               "s.json:4:1: /producers/q: q sends a message for each that ends, and nothing takes "
               "time: give think, service or a network latency\n");
}

#define CIRCLE                                                                                     \
    " sends on in a circle that takes no time: give service a time, a queue DelaySeconds, or "     \
    "`network` a latency\n"

static void test_circles(void **state)
{
    (void)state;
    const char *refused = "s.json:4:15: /consumers/wa: wa" CIRCLE;
    /* To itself, and through another. */
    check("`a`: {}", WEB(""), A("`service`: 0, `then`: [{`to`: `a`}]"), refused);
    check("`a`: {}, `b`: {}", WEB(""),
          A("`service`: 0, `then`: [{`to`: `b`}]") ", " B("`service`: 0, `then`: [{`to`: `a`}]"),
          refused);
    /* Work, a queue's delay, or a message's own takes time. */
    check("`a`: {}, `b`: {}", WEB(""),
          A("`service`: 0, `then`: [{`to`: `b`}]") ", " B("`service`: 1, `then`: [{`to`: `a`}]"),
          "");
    check("`a`: {`DelaySeconds`: 1}", WEB(""), A("`service`: 0, `then`: [{`to`: `a`}]"), "");
    check("`a`: {}", WEB(""), A("`service`: 0, `then`: [{`to`: `a`, `message`: {`delay`: 1}}]"),
          "");
    check("`a`: {`DelaySeconds`: 1}", WEB(""),
          A("`service`: 0, `then`: [{`to`: `a`, `message`: {`delay`: 0}}]"), refused);
    /* No circle. */
    check("`a`: {}, `b`: {}", WEB(""),
          A("`service`: 0, `then`: [{`to`: `b`}]") ", " B("`service`: 0, `then`: [{`to`: `b`, "
                                                          "`message`: {`delay`: 1}}]"),
          "");
}

/* Through a topic, which delivers at once unless it has a latency. */
#define TOPIC(more)                                                                                \
    HEAD "`queues`: {`a`: {}}, `topics`: {`t`: {`subscriptions`: [{`Protocol`: `sqs`, "            \
         "`Endpoint`: `a`}]" more "}},\n`consumers`: {"
static void test_circles_through_topics(void **state)
{
    (void)state;
    said_check("s.json", TOPIC("") A("`service`: 0, `then`: [{`to`: `t`}]") "}}",
               "s.json:3:15: /consumers/wa: wa" CIRCLE);
    said_check("s.json", TOPIC(", `latency`: `1ms`") A("`service`: 0, `then`: [{`to`: `t`}]") "}}",
               "");
    said_check("s.json",
               TOPIC("") A("`service`: 1, `then`: [{`to`: `t`, `message`: {`delay`: 1}}]") "}}",
               "s.json:3:15: /consumers/wa: wa delays the messages that it sends on, and a topic "
               "delivers at once: give the queues DelaySeconds\n");
}

/* The circle is not the first consumer's, which only leads to it. */
static void test_a_way_to_a_circle(void **state)
{
    (void)state;
    check("`a`: {}, `b`: {}", WEB(""),
          A("`service`: 0, `then`: [{`to`: `b`}]") ",\n" B("`service`: 0, `then`: [{`to`: `b`}]"),
          "s.json:5:1: /consumers/wb: wb" CIRCLE);
}

static void test_a_network_takes_time(void **state)
{
    (void)state;
    said_check("s.json",
               "{`network`: {`request`: `1ms`}, `experiment`: {`duration`: `1h`}, `queues`: {`a`: "
               "{}},\n" WEB("") "`consumers`: {" A("`service`: 0, `then`: [{`to`: `a`}]") "}}",
               "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_fifo),
        cmocka_unit_test(test_written),
        cmocka_unit_test(test_too_many),
        cmocka_unit_test(test_joins),
        cmocka_unit_test(test_direct_calls),
        cmocka_unit_test(test_circles),
        cmocka_unit_test(test_circles_through_topics),
        cmocka_unit_test(test_a_way_to_a_circle),
        cmocka_unit_test(test_a_network_takes_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
