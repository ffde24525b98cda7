// SPDX-License-Identifier: GPL-3.0-or-later
/* Time has no unit inside: a scenario whose every time is 1000 times longer gives every result 1000
 * times longer (rates: smaller), and every count unchanged, but for the rounding of draws to
 * nanoseconds and of quantiles to the bins of a histogram. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "property/inventor/inventor.h"
#include "property/scale/scale.h"
#include "tools/world.h"

enum { TEXT = 2048, EVENTS = 100000 };
static const double scale = 1000.0;

/* Times that AWS bounds lie within their bounds at both scales; what the program itself fixes (the
 * grace of a receive, the window of deduplication) has no part. */
static void write_standard(char *text, double k)
{
    snprintf(
        text, TEXT,
        "{`version`: 1, `title`: `scale`, `experiment`: {`seed`: 8, `duration`: %.9g, `drain`: "
        "true, `maxDuration`: `30d`, `warmup`: %.9g}, `network`: {`request`: %.9g, `response`: "
        "{`dist`: `exponential`, `mean`: %.9g}}, `queues`: {`jobs`: {`VisibilityTimeout`: "
        "%.0f, `RedrivePolicy`: {`deadLetterTargetArn`: `dead`, `maxReceiveCount`: 3}}, "
        "`dead`: {`MessageRetentionPeriod`: 1209600}}, `producers`: {`web`: {`to`: `jobs`, "
        "`arrivals`: {`process`: `burst`, `states`: [{`rate`: %.9g, `sojourn`: %.9g}, "
        "{`rate`: %.9g, `sojourn`: %.9g}]}, `timeout`: %.9g, `message`: {`delay`: %.9g}, "
        "`batch`: {`size`: 3, `window`: %.9g}, `retry`: {`backoff`: %.9g}}}, `consumers`: "
        "{`worker`: {`from`: `jobs`, `count`: 3, `MaxNumberOfMessages`: 4, `WaitTimeSeconds`: "
        "0, `pollInterval`: {`dist`: `uniform`, `low`: 0, `high`: %.9g}, `service`: {`dist`: "
        "`lognormal`, `mean`: %.9g, `cv`: 1.5}, `failure`: {`probability`: 0.15, `mode`: "
        "`crash`, `restart`: %.9g}}}}",
        40 * k, 4 * k, 1e-4 * k, 1e-4 * k, 2 * k, 2 / k, 3 * k, 40 / k, 1 * k, 3e-4 * k, 0.5 * k,
        0.1 * k, 0.01 * k, 0.02 * k, 0.01 * k, 0.5 * k);
}

static void write_fifo(char *text, double k)
{
    snprintf(text, TEXT,
             "{`version`: 1, `title`: `scale`, `experiment`: {`seed`: 8, `duration`: %.9g}, "
             "`queues`: {`jobs.fifo`: {`FifoQueue`: true, `VisibilityTimeout`: %.0f, `quotas`: "
             "false}}, `producers`: {`web`: {`to`: `jobs.fifo`, `arrivals`: {`process`: `poisson`, "
             "`rate`: %.9g}, `message`: {`group`: {`groups`: 6, `pick`: `zipf`}}}}, `consumers`: "
             "{`worker`: {`from`: `jobs.fifo`, `count`: 4, `MaxNumberOfMessages`: 5, "
             "`WaitTimeSeconds`: 0, `pollInterval`: %.9g, `service`: {`dist`: `exponential`, "
             "`mean`: %.9g}, `failure`: {`probability`: 0.05, `mode`: `abandon`}}}}",
             40 * k, 3 * k, 25 / k, 0.01 * k, 0.1 * k);
}

/* By what a value grows with its unit. */
static double factor_of(const char *unit, double by)
{
    if (strcmp(unit, "s") == 0)
        return by;
    return strcmp(unit, "1/s") == 0 ? 1.0 / by : 1.0;
}

/* A quantile is the middle of a bin that is at most 1.6 % wide, at each scale. */
static double tolerance_of(const char *stat)
{
    return stat[0] == 'p' && stat[1] >= '0' && stat[1] <= '9' ? 0.017 : 1e-6;
}

static void compare_rows(const char *what, const struct sample *one, const struct sample *long_one,
                         double by)
{
    assert_int_equal(one->row_count, long_one->row_count);
    for (size_t i = 0; i < one->row_count; i++) {
        const struct sample_row *a = &one->rows[i], *b = &long_one->rows[i];
        const double expected = a->value * factor_of(a->unit, by);
        assert_string_equal(a->metric, b->metric);
        if (isnan(expected) && isnan(b->value))
            continue;
        if (fabs(b->value - expected) <= tolerance_of(a->stat) * fabs(expected) + 1e-6)
            continue;
        fail_msg("%s: %s %s %s (%s): %.9g becomes %.9g instead of %.9g", what, a->entity, a->metric,
                 a->stat, a->unit, a->value, b->value, expected);
    }
}

/* False for what is too long to be compared: of very many events some two come so close together
 * that rounding turns them round. */
static bool compare(const char *what, const char *text, const char *long_text, double by)
{
    struct world_lab lab, slow;
    world_lab_open(&lab, text);
    world_lab_open(&slow, long_text);
    world_lab_run(&lab, 1);
    world_lab_run(&slow, 1);
    const bool is_short = world_event_count(lab.world) <= EVENTS;
    if (is_short)
        compare_rows(what, &lab.sample, &slow.sample, by);
    world_lab_close(&slow);
    world_lab_close(&lab);
    return is_short;
}

static void compare_written(const char *what, void (*write)(char *text, double k))
{
    static char text[TEXT], long_text[TEXT];
    write(text, 1.0);
    write(long_text, scale);
    assert_true(compare(what, text, long_text, scale));
}

static void test_standard(void **state)
{
    (void)state;
    compare_written("standard", write_standard);
}
static void test_fifo(void **state)
{
    (void)state;
    compare_written("FIFO", write_fifo);
}

/* --- the swarm's --- */

/* What has no times of its own that AWS or the program fix: no long polls, deduplication windows,
 * quotas, pollers of functions, retries of topics, purges, and no calls that are lost or late. */
static const uint64_t scalable =
    UINT64_C(1) << INVENT_FIFO | UINT64_C(1) << INVENT_REDRIVE | UINT64_C(1) << INVENT_DELAYS |
    UINT64_C(1) << INVENT_LIMITS | UINT64_C(1) << INVENT_PRELOADS |
    UINT64_C(1) << INVENT_STALE_DELETES | UINT64_C(1) << INVENT_STORAGE |
    UINT64_C(1) << INVENT_BURSTS | UINT64_C(1) << INVENT_BATCHES | UINT64_C(1) << INVENT_RETRIES |
    UINT64_C(1) << INVENT_WINDOWS | UINT64_C(1) << INVENT_MANY | UINT64_C(1) << INVENT_SHORT_POLLS |
    UINT64_C(1) << INVENT_VISIBILITY | UINT64_C(1) << INVENT_ACKNOWLEDGE |
    UINT64_C(1) << INVENT_FORWARDS | UINT64_C(1) << INVENT_JOINS | UINT64_C(1) << INVENT_FAILURES |
    UINT64_C(1) << INVENT_SLOW_WORK | UINT64_C(1) << INVENT_SUDDEN_FAULTS |
    UINT64_C(1) << INVENT_WARMUP | UINT64_C(1) << INVENT_HEARTBEATS |
    UINT64_C(1) << INVENT_IDEMPOTENCY | UINT64_C(1) << INVENT_SHIFTS;

/* By 10 only, so that times stay within the bounds of AWS. */
static void test_swarm(void **state)
{
    size_t compared = 0;
    (void)state;
    for (uint64_t seed = 1; seed <= 100; seed++) {
        char what[40], *invented = inventor_json_of(seed, scalable);
        char *text = scale_times(invented, 1.0), *long_text = scale_times(invented, 10.0);
        snprintf(what, sizeof what, "swarm %llu", (unsigned long long)seed);
        if (strstr(text, "purge") == NULL && world_lab_accepts(text) &&
            world_lab_accepts(long_text))
            compared += compare(what, text, long_text, 10.0);
        free(text);
        free(long_text);
        free(invented);
    }
    assert_true(compared > 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_standard),
        cmocka_unit_test(test_fifo),
        cmocka_unit_test(test_swarm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
