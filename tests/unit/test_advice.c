// SPDX-License-Identifier: GPL-3.0-or-later
/* Each warning is given where it should be, and not where it should not. */
#include "experiment/advice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "tools/results.h"

/* What the rule says of the file; "" if nothing. */
static const char *said(const char *text, const char *code)
{
    static char sentence[1024];
    struct results results = results_run(text, 2);
    sentence[0] = '\0';
    for (size_t i = 0; i < results.result->advice_count; i++) {
        const struct advice *advice = &results.result->advices[i];
        assert_true(advice->why[0] != '\0' && advice->todo[0] != '\0');
        if (strcmp(advice->code, code) == 0)
            snprintf(sentence, sizeof sentence, "%s: %s", advice->entity, advice->seen);
    }
    results_free(&results);
    return sentence;
}

static const char *says(const char *experiment, const char *queue, const char *consumer,
                        double rate, const char *code)
{
    char text[2048];
    snprintf(text, sizeof text,
             "{\"version\": 1, \"experiment\": {\"replications\": 4%s},"
             " \"queues\": {\"q\": {\"ReceiveMessageWaitTimeSeconds\": 20%s}, \"dead\": {}},"
             " \"producers\": {\"p\": {\"to\": \"q\", \"arrivals\": {\"process\": \"poisson\","
             " \"rate\": %g}}},"
             " \"consumers\": {\"c\": {\"from\": \"q\","
             " \"service\": {\"dist\": \"exponential\", \"mean\": \"1s\"}%s}}}",
             experiment, queue, rate, consumer);
    return said(text, code);
}

static bool warns(const char *experiment, const char *queue, const char *consumer, double rate,
                  const char *code)
{
    return says(experiment, queue, consumer, rate, code)[0] != '\0';
}

#define HOUR_LONG ", \"duration\": \"1h\""

static void test_unstable(void **state)
{
    (void)state;
    assert_true(warns(HOUR_LONG, "", "", 1.2, "unstable"));
    assert_false(warns(HOUR_LONG, "", "", 0.7, "unstable"));
}

/* Over the second half of a line from 0 the mean is three quarters of the end. */
static void test_unstable_after_a_warmup(void **state)
{
    (void)state;
    assert_true(warns(HOUR_LONG ", \"warmup\": \"30m\"", "", "", 1.2, "unstable"));
    assert_true(warns(HOUR_LONG ", \"horizon\": \"steady\"", "", "", 1.2, "unstable"));
    assert_false(warns(HOUR_LONG ", \"warmup\": \"30m\"", "", "", 0.7, "unstable"));
}

static void test_saturated(void **state)
{
    (void)state;
    assert_true(warns(HOUR_LONG ", \"maxMessages\": 100", "", "", 3, "saturated"));
    assert_false(warns(HOUR_LONG ", \"maxMessages\": 100", "", "", 0.2, "saturated"));
}

/* At 3 messages a second for one server of 1 s, 100 s of sending take 300 s of work. */
static void test_cut_off(void **state)
{
    (void)state;
#define DRAINED(most) ", \"duration\": \"100s\", \"drain\": true, \"maxDuration\": \"" most "\""
    assert_string_equal(
        says(DRAINED("150s"), "", "", 3, "cutOff"),
        "scenario: 4 of 4 replications stopped at maxDuration, 2.5 min, with work left");
    assert_false(warns(DRAINED("1h"), "", "", 3, "cutOff"));
    assert_false(warns(", \"duration\": \"100s\"", "", "", 3, "cutOff"));
#undef DRAINED
}

static void test_in_flight_limit(void **state)
{
    (void)state;
    assert_true(warns(HOUR_LONG, ", \"inFlightLimit\": 2", ", \"count\": 4", 1.5, "inFlightLimit"));
    assert_false(warns(HOUR_LONG, "", ", \"count\": 4", 1.5, "inFlightLimit"));
}

/* Messages have 1,024 bytes by default, the least limit; 2,000 are too many for a limit of 1,024.
 */
static void test_all_rejected(void **state)
{
    (void)state;
    const char *text =
        "{\"version\": 1, \"experiment\": {\"replications\": 2},"
        " \"queues\": {\"q\": {\"ReceiveMessageWaitTimeSeconds\": 20, \"MaximumMessageSize\": "
        "1024}},"
        " \"producers\": {\"p\": {\"to\": \"q\", \"messages\": 5, \"message\": {\"size\": 2000},"
        " \"arrivals\": {\"process\": \"paced\", \"rate\": 1}}},"
        " \"consumers\": {\"c\": {\"from\": \"q\", \"service\": 1}}}";
    assert_string_equal(said(text, "allRejected"),
                        "q: it refused all that was sent to it, 5 times");
    assert_false(warns(HOUR_LONG, ", \"MaximumMessageSize\": 1024", "", 0.1, "allRejected"));
}

#define REDRIVE ", \"RedrivePolicy\": {\"deadLetterTargetArn\": \"dead\", \"maxReceiveCount\": 1}"

static void test_unread_dead_letters(void **state)
{
    (void)state;
    assert_true(warns(HOUR_LONG, REDRIVE ", \"VisibilityTimeout\": 1", ", \"count\": 4", 0.5,
                      "unreadDeadLetters"));
    assert_false(warns(HOUR_LONG, "", "", 0.5, "unreadDeadLetters"));
}

/* P(S > 4 s) = exp(-4) = 1.8 %, P(S > 5 s) = 0.67 %: a hundredth lies between. */
static void test_late_work(void **state)
{
    (void)state;
    assert_true(warns(HOUR_LONG, ", \"VisibilityTimeout\": 4", "", 0.2, "lateWork"));
    assert_false(warns(HOUR_LONG, ", \"VisibilityTimeout\": 5", "", 0.2, "lateWork"));
}

/* A timeout of the consumer's own counts, and one that is extended, or is of no matter, does not.
 */
static void test_late_work_by_the_consumer(void **state)
{
    (void)state;
    assert_false(warns(HOUR_LONG, ", \"VisibilityTimeout\": 4", ", \"VisibilityTimeout\": 9", 0.2,
                       "lateWork"));
    assert_true(warns(HOUR_LONG, "", ", \"VisibilityTimeout\": 3", 0.2, "lateWork"));
    assert_false(warns(HOUR_LONG, ", \"VisibilityTimeout\": 4", ", \"acknowledge\": \"beforeWork\"",
                       0.2, "lateWork"));
    assert_false(warns(HOUR_LONG, ", \"VisibilityTimeout\": 4",
                       ", \"heartbeat\": {\"every\": \"2s\"}", 0.2, "lateWork"));
}

/* Ten at a second each take 10 s, which matters where batches are full and somebody else is free.
 */
static void test_late_batches(void **state)
{
    (void)state;
    const char *many = ", \"MaxNumberOfMessages\": 10, \"count\": 2";
    const char *queue = ", \"VisibilityTimeout\": 8, \"preload\": {\"messages\": 100}";
    assert_string_equal(says(HOUR_LONG, queue, many, 0.2, "lateWork"),
                        "q: a worker is done with a batch of 10 messages after 10 s, and the "
                        "visibility timeout of all of them is 8 s");
    assert_false(warns(HOUR_LONG, ", \"preload\": {\"messages\": 100}", many, 0.2, "lateWork"));
}

static void test_wide_interval(void **state)
{
    (void)state;
    assert_true(warns(", \"duration\": \"2m\"", "", "", 0.9, "wideInterval"));
    assert_false(warns(", \"duration\": \"50h\"", "", "", 0.2, "wideInterval"));
}

/* Work on a message is sent on to its own queue: each goes round until the limit. */
static void test_hop_limit(void **state)
{
    (void)state;
    assert_true(
        warns(HOUR_LONG, "", ", \"maxHops\": 3, \"then\": [{\"to\": \"q\"}]", 0.1, "hopLimit"));
    assert_false(
        warns(HOUR_LONG, "", ", \"maxHops\": 3, \"then\": [{\"to\": \"dead\"}]", 0.1, "hopLimit"));
}

/* --- how a run was set up --- */

static void test_long_warmup(void **state)
{
    (void)state;
    assert_string_equal(says(HOUR_LONG ", \"warmup\": \"40m\"", "", "", 0.5, "longWarmup"),
                        "scenario: the warm-up of 40 min is more than half of the run of 60 min");
    assert_false(warns(HOUR_LONG ", \"warmup\": \"30m\"", "", "", 0.5, "longWarmup"));
    /* Found by MSER-5: at 1.2 messages a second for one worker there is no steady state. */
    assert_true(warns(HOUR_LONG ", \"horizon\": \"steady\"", "", "", 1.2, "longWarmup"));
    assert_false(warns(HOUR_LONG ", \"horizon\": \"steady\"", "", "", 0.5, "longWarmup"));
}

/* The mean time in an M/M/1 at 0.9 is 10 s, and not much less in its first minute; at 0.5 it is 2
 * s.
 */
static void test_short_run(void **state)
{
    (void)state;
    assert_true(warns(", \"duration\": \"1m\", \"horizon\": \"steady\"", "", "", 0.9, "shortRun"));
    assert_false(warns(HOUR_LONG ", \"horizon\": \"steady\"", "", "", 0.5, "shortRun"));
    /* A course of events is as long as it is. */
    assert_false(warns(", \"duration\": \"1m\"", "", "", 0.9, "shortRun"));
}

static void test_precision_cap(void **state)
{
    (void)state;
    const char *cap = ", \"duration\": \"10m\", \"maxReplications\": 12";
    char tight[200], loose[200];
    snprintf(tight, sizeof tight, "%s, \"precision\": 0.001", cap);
    snprintf(loose, sizeof loose, "%s, \"precision\": 0.9", cap);
    const char *sentence = says(tight, "", "", 0.5, "precisionCap");
    assert_non_null(
        strstr(sentence, "after maxReplications, 12, the interval of q sojourn mean is"));
    assert_false(warns(loose, "", "", 0.5, "precisionCap"));
    assert_false(warns(cap, "", "", 0.5, "precisionCap"));
}

/* --- what was asked for --- */

static const char *expecting(const char *duration, const char *queue, const char *expect,
                             const char *code)
{
    char text[2048];
    snprintf(text, sizeof text,
             "{\"version\": 1, \"experiment\": {\"replications\": 4, \"duration\": \"%s\"},"
             " \"queues\": {\"q\": {\"ReceiveMessageWaitTimeSeconds\": 20%s}},"
             " \"producers\": {\"p\": {\"to\": \"q\", \"arrivals\": {\"process\": \"poisson\","
             " \"rate\": 0.5}}},"
             " \"consumers\": {\"c\": {\"from\": \"q\", \"count\": 3,"
             " \"service\": {\"dist\": \"exponential\", \"mean\": \"1s\"}}},"
             " \"expect\": [{\"entity\": \"q\", %s}]}",
             duration, queue, expect);
    return said(text, code);
}

#define DUPLICATES(is, value)                                                                      \
    "\"metric\": \"duplicates\", \"stat\": \"rate\", \"is\": \"" is "\", \"value\": " value

static void test_never_moved(void **state)
{
    (void)state;
    assert_string_equal(expecting("1h", "", DUPLICATES("<", "0.01"), "neverMoved"),
                        "scenario: q duplicates rate is expected to be small and never left 0");
    /* That it stays 0 was the point, or it did not. */
    assert_string_equal(expecting("1h", "", DUPLICATES("==", "0"), "neverMoved"), "");
    assert_string_equal(
        expecting("1h", ", \"VisibilityTimeout\": 4", DUPLICATES("<", "0.5"), "neverMoved"), "");
    assert_true(warns(HOUR_LONG
                      ", \"precision\": 0.5, \"precisionOf\": [{\"entity\": \"q\", \"metric\":"
                      " \"duplicates\", \"stat\": \"count\"}]",
                      "", "", 0.5, "neverMoved"));
    assert_false(warns(HOUR_LONG
                       ", \"precision\": 0.5, \"precisionOf\": [{\"entity\": \"q\", \"metric\":"
                       " \"sojourn\", \"stat\": \"mean\"}]",
                       "", "", 0.5, "neverMoved"));
}

/* Of about 0.5/s x 3,600 s x 4 = 7,200 observations a hundredth is 72, and a twentieth 360. */
static void test_few_tail_samples(void **state)
{
    (void)state;
#define TIME(stat) "\"metric\": \"sojourn\", \"stat\": \"" stat "\", \"is\": \"<\", \"value\": 60"
    assert_non_null(strstr(expecting("1h", "", TIME("p99"), "fewTailSamples"),
                           "scenario: q sojourn p99 rests on 7"));
    assert_string_equal(expecting("1h", "", TIME("p95"), "fewTailSamples"), "");
    assert_string_equal(expecting("2h", "", TIME("p99"), "fewTailSamples"), "");
    assert_string_equal(expecting("1h", "", TIME("mean"), "fewTailSamples"), "");
}

/* --- dead letters --- */

/* Two messages, each worked on in vain once, and a consumer that reads dead letters or does not. */
static const char *dead_letters(int messages, const char *more)
{
    char text[2048];
    snprintf(
        text, sizeof text,
        "{\"version\": 1, \"experiment\": {\"replications\": 1, \"duration\": \"1m\"},"
        " \"queues\": {\"q\": {\"VisibilityTimeout\": 1, \"preload\": {\"messages\": %d}" REDRIVE
        "}, \"dead\": {}}, \"consumers\": {\"c\": {\"from\": \"q\","
        " \"WaitTimeSeconds\": 20, \"service\": \"100ms\", \"failure\": {\"probability\": 1}}%s}}",
        messages, more);
    return said(text, "unreadDeadLetters");
}

static void test_who_reads_dead_letters(void **state)
{
    (void)state;
    assert_string_equal(
        dead_letters(1, ""),
        "dead: nobody reads this dead-letter queue, which at the end holds 1 message");
    assert_non_null(strstr(dead_letters(2, ""), "2 messages"));
    assert_string_equal(
        dead_letters(2,
                     ", \"morgue\": {\"from\": \"dead\", \"WaitTimeSeconds\": 20,"
                     " \"acknowledge\": \"never\", \"VisibilityTimeout\": 1, \"service\": \"1s\"}"),
        "");
    assert_string_equal(
        dead_letters(2, "}, \"alarms\": {\"call me\": {\"entity\": \"dead\", \"metric\":"
                        " \"ApproximateNumberOfMessagesVisible\", \"threshold\": 0}"),
        "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unstable),
        cmocka_unit_test(test_unstable_after_a_warmup),
        cmocka_unit_test(test_saturated),
        cmocka_unit_test(test_cut_off),
        cmocka_unit_test(test_in_flight_limit),
        cmocka_unit_test(test_all_rejected),
        cmocka_unit_test(test_unread_dead_letters),
        cmocka_unit_test(test_late_work),
        cmocka_unit_test(test_wide_interval),
        cmocka_unit_test(test_hop_limit),
        cmocka_unit_test(test_late_work_by_the_consumer),
        cmocka_unit_test(test_late_batches),
        cmocka_unit_test(test_long_warmup),
        cmocka_unit_test(test_short_run),
        cmocka_unit_test(test_precision_cap),
        cmocka_unit_test(test_never_moved),
        cmocka_unit_test(test_few_tail_samples),
        cmocka_unit_test(test_who_reads_dead_letters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
