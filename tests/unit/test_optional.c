// SPDX-License-Identifier: GPL-3.0-or-later
/* Times that may be absent where 0 means something: what null, nothing and 0 read as, and how they
 * are written back. */
#include "actor/optional.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/units.h"
#include "actor/consumer_cfg.h"
#include "actor/producer_cfg.h"
#include "tools/said.h"

enum { TEXT = 512 };

struct loaded {
    struct scenario_file *file;
    struct scenario *scenario;
};

static struct loaded load(const char *producer, const char *consumer)
{
    char text[TEXT];
    snprintf(
        text, sizeof text,
        "{`version`: 1, `title`: `t`, `experiment`: {`duration`: 10}, `queues`: {`q`: "
        "{`ReceiveMessageWaitTimeSeconds`: 5}}, `producers`: {`p`: {`to`: `q`, `arrivals`: "
        "{`process`: `paced`, `rate`: 1}%s}}, `consumers`: {`c`: {`from`: `q`, `service`: 1%s}}}",
        producer, consumer);
    struct loaded loaded = {.file = said_read("test.json", text, NULL, 0)};
    loaded.scenario = said_load(loaded.file, 0, 0);
    return loaded;
}

static void unload(struct loaded *loaded)
{
    scenario_free(loaded->scenario);
    scenario_file_free(loaded->file);
}

static void check_read(const char *producer, const char *consumer, int64_t stop_ns, int64_t wait_ns)
{
    struct loaded loaded = load(producer, consumer);
    const struct producer_cfg *from = loaded.scenario->actors[0].cfg;
    const struct consumer_cfg *to = loaded.scenario->actors[1].cfg;
    assert_int_equal(from->stop_ns, stop_ns);
    assert_int_equal(to->wait_ns, wait_ns);
    unload(&loaded);
}

/* Absent and null are -1: the queue's wait, the run's duration.  0 is 0. */
static void test_read(void **state)
{
    (void)state;
    check_read("", "", -1, -1);
    check_read(", `stop`: null", ", `WaitTimeSeconds`: null", -1, -1);
    check_read(", `stop`: `250ms`", ", `WaitTimeSeconds`: 0, `pollInterval`: 1", 250 * MSEC, 0);
    check_read(", `stop`: 3", ", `WaitTimeSeconds`: 20", 3 * SEC, 20 * SEC);
}

static void check_written(const char *producer, const char *consumer, const char *expected)
{
    struct loaded loaded = load(producer, consumer);
    char *text = said_written(loaded.scenario);
    if (strstr(text, expected) == NULL)
        fail_msg("no %s in %s", expected, text);
    free(text);
    unload(&loaded);
}

static void test_written(void **state)
{
    (void)state;
    check_written("", "", "\"stop\": null");
    check_written(", `stop`: 3", "", "\"stop\": \"3s\"");
    check_written("", "", "\"WaitTimeSeconds\": null");
    check_written("", ", `WaitTimeSeconds`: 20", "\"WaitTimeSeconds\": 20");
}

/* What stands there is held to the row's range. */
static void test_mistakes(void **state)
{
    (void)state;
    said_check("test.json",
               "{`version`: 1, `title`: `t`, `queues`: {`q`: {}}, `consumers`: {`c`: {`from`: `q`, "
               "`service`: 1, `WaitTimeSeconds`: 21}}}",
               "test.json:1:117: /consumers/c/WaitTimeSeconds: 21 is above the maximum 20 (long "
               "polling)\n");
}

#define HEART(every)                                                                               \
    "{`experiment`: {`duration`: 9}, `queues`: {`q`: {}}, `consumers`: {`c`: {`from`: `q`,"        \
    "`service`: 1, `WaitTimeSeconds`: 1,\n`heartbeat`: {`every`: " every "}}}}"
#define ENDLESS "a run would go in such steps and never come to its end\n"

/* An interval is null, or from its row's minimum on. */
static void test_intervals(void **state)
{
    (void)state;
    said_check("s.json", HEART("null"), "");
    said_check("s.json", HEART("`1ms`"), "");
    said_check("s.json", HEART("43200"), "");
    said_check(
        "s.json", HEART("0"),
        "s.json:2:24: /consumers/c/heartbeat/every: 0 s is below the minimum 1 ms: " ENDLESS);
    said_check(
        "s.json", HEART("`999us`"),
        "s.json:2:24: /consumers/c/heartbeat/every: 999 us is below the minimum 1 ms: " ENDLESS);
    said_check("s.json", HEART("43201"),
               "s.json:2:24: /consumers/c/heartbeat/every: 43201 is above the maximum 43200 (12 "
               "hours)\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_written),
        cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_intervals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
