// SPDX-License-Identifier: GPL-3.0-or-later
/* Consumers that read a queue, or are called, or neither. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "tools/said.h"

#define WEB(to)                                                                                    \
    "{`experiment`: {`duration`: 9}, `queues`: {`q`: {}}, `producers`: {`web`: {`to`: `" to        \
    "`, `arrivals`: {`process`: `paced`, `rate`: 1}}},\n`consumers`: "

static void test_called(void **state)
{
    (void)state;
    said_check("s.json", WEB("app") "{`app`: {`service`: 1}}}", "");
    said_check("s.json",
               WEB("q") "{`c`: {`from`: `q`, `WaitTimeSeconds`: 9, `service`: 1, `then`: [{`to`: "
                        "`app`}]}, `app`: {`service`: 1}}}",
               "");
}

static void test_both(void **state)
{
    (void)state;
    said_check("s.json", WEB("app") "{`app`: {`from`: `q`, `WaitTimeSeconds`: 9, `service`: 1}}}",
               "s.json:1:68: /producers/web: web calls `app`, which reads a queue: send to that "
               "queue, or leave out its `from`\n");
}

static void test_neither(void **state)
{
    (void)state;
    said_check(
        "s.json", WEB("q") "{`app`: {`service`: 1}}}",
        "s.json:2:15: /consumers/app: app reads no queue and nobody calls it: give `from`\n");
}

/* What belongs to messages of a queue. */
static void test_its_work(void **state)
{
    (void)state;
    said_check("s.json", WEB("app") "{`app`: {`service`: 1, `then`: [{`to`: `q`}]}}}",
               "s.json:2:15: /consumers/app: app is called, and answers after its service: it has "
               "no `then` of messages\n");
    said_check("s.json", WEB("app") "{`app`: {`service`: 1, `heartbeat`: {`every`: 1}}}}",
               "s.json:2:15: /consumers/app: app is called, and answers after its service: it has "
               "no `heartbeat` of messages\n");
}

/* A closed loop needs time somewhere. */
static void test_no_time(void **state)
{
    (void)state;
    said_check("s.json",
               "{`experiment`: {`duration`: 9}, `producers`: {`web`: {`to`: `app`, `arrivals`: "
               "{`process`: `closed`, `inFlight`: 1}}},\n`consumers`: {`app`: {`service`: 0}}}",
               "s.json:1:47: /producers/web: web sends a message for each that ends, and nothing "
               "takes time: give think, service or a network latency\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_called),  cmocka_unit_test(test_both),
        cmocka_unit_test(test_neither), cmocka_unit_test(test_its_work),
        cmocka_unit_test(test_no_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
