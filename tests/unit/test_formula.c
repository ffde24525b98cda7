// SPDX-License-Identifier: GPL-3.0-or-later
/* Which formulas apply to which scenario, and what refuses the others. */
#include "experiment/formula.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "experiment/theory.h"
#include "tools/results.h"

/* A world of one queue, with places for what a test changes. */
#define WORLD(more, queue, producer, consumer)                                                     \
    "{\"version\": 1, \"experiment\": {\"duration\": \"1m\"}," more                                \
    " \"queues\": {\"q\": {\"ReceiveMessageWaitTimeSeconds\": 20" queue "}, \"dead\": {}},"        \
    " \"producers\": {\"p\": {\"to\": \"q\"" producer "}},"                                        \
    " \"consumers\": {\"c\": {\"from\": \"q\"" consumer "}}}"
#define POISSON ", \"arrivals\": {\"process\": \"poisson\", \"rate\": 8}"
#define FAST    ", \"service\": {\"dist\": \"exponential\", \"mean\": \"100ms\"}"

struct asked {
    struct results results;
    struct arena arena;
    struct formula_station station;
};

static struct asked ask(const char *text, enum formula_about about, const char *entity)
{
    struct asked asked = {.results = results_load(text)};
    arena_init(&asked.arena);
    formula_station(&asked.station, asked.results.result->scenarios[0], about, entity,
                    &asked.arena);
    return asked;
}

static void done(struct asked *asked)
{
    arena_free(&asked->arena);
    results_free(&asked->results);
}

static const struct formula *named(const char *name, const char *stat)
{
    const struct formula *formula = formulas;
    while (strcmp(formula->name, name) != 0 || strcmp(formula->stat, stat) != 0)
        formula++;
    return formula;
}

static void assert_value(const char *text, const char *entity, const char *name, const char *stat,
                         double wanted)
{
    const struct formula *formula = named(name, stat);
    struct asked asked = ask(text, formula->about, entity);
    const char *refusal = formula_refusal(&asked.station, formula->needs, &asked.arena);
    if (refusal != NULL)
        fail_msg("%s: %s", name, refusal);
    assert_true(fabs(formula->value(&asked.station) - wanted) < 1e-9 * wanted);
    done(&asked);
}

static void assert_refused(const char *text, const char *entity, const char *name, const char *part)
{
    const struct formula *formula = formulas;
    while (strcmp(formula->name, name) != 0)
        formula++;
    struct asked asked = ask(text, formula->about, entity);
    const char *refusal = formula_refusal(&asked.station, formula->needs, &asked.arena);
    if (refusal == NULL || strstr(refusal, part) == NULL)
        fail_msg("%s: %s, wanted %s", name, refusal != NULL ? refusal : "applies", part);
    done(&asked);
}

static void test_values(void **state)
{
    (void)state;
    static const char one[] = WORLD("", "", POISSON, FAST);
    static const char three[] = WORLD("", "", POISSON, ", \"count\": 3" FAST);
    static const char constant[] = WORLD("", "", POISSON, ", \"service\": \"100ms\"");
    static const char paced[] =
        WORLD("", "", ", \"arrivals\": {\"process\": \"paced\", \"rate\": 8}", FAST);
    static const char renewal[] = WORLD(
        "", "",
        ", \"arrivals\": {\"process\": \"renewal\", \"interval\": {\"dist\": \"erlang\", \"mean\":"
        " 0.125, \"k\": 4}}",
        FAST);
    /* rho = 0.8: 0.1 / 0.2; the 99th percentile of an exponential is ln 100 means. */
    assert_value(one, "q", "M/M/1", "mean", 0.5);
    assert_value(one, "q", "M/M/1", "p99", 0.5 * log(100.0));
    /* Half the wait with constant work. */
    assert_value(constant, "q", "M/D/1", "mean", 0.1 + 0.2);
    assert_value(constant, "q", "M/G/1", "mean", 0.1 + 0.2);
    /* a = 0.8, c = 3, by theory_mmc_sojourn_s, whose test is test_theory.c's. */
    assert_value(three, "q", "M/M/c", "mean", theory_mmc_waiting_s(3, 8, 0.1));
    /* Kingman: 4 (ca + cs) / 2 x 0.1 with ca = 0 of paced, 1/4 of Erlang arrivals, cs = 1. */
    assert_value(paced, "q", "G/G/1, approximately", "mean", 0.1 + 0.2);
    assert_value(renewal, "q", "G/G/1, approximately", "mean", 0.1 + 0.25);
}

static void test_values_of_messaging(void **state)
{
    (void)state;
    static const char repeated[] =
        WORLD("", ", \"VisibilityTimeout\": 2", POISSON,
              ", \"count\": 60, \"service\": {\"dist\": \"exponential\", \"mean\": 1}");
    static const char uniform[] =
        WORLD("", ", \"VisibilityTimeout\": 2, \"staleDelete\": \"deletes\"", POISSON,
              ", \"count\": 60, \"service\": {\"dist\": \"uniform\", \"low\": 0, \"high\": 5}");
    static const char dead[] = WORLD(
        "", ", \"RedrivePolicy\": {\"deadLetterTargetArn\": \"dead\", \"maxReceiveCount\": 3}",
        POISSON, FAST ", \"failure\": {\"probability\": 0.2}");
    static const char lazy[] =
        WORLD("", "", ", \"arrivals\": {\"process\": \"poisson\", \"rate\": 0.1}", FAST);
    /* q = exp(-2). */
    assert_value(repeated, "q", "P(S > VT)", "rate", exp(-2.0) / (1.0 - exp(-2.0)));
    /* P(S > 2) = 0.6, P(S > 4) = 0.2, P(S > 6) = 0: 0.6 + 0.6 x 0.2. */
    assert_value(uniform, "q", "P(S > VT)", "rate", 0.72);
    assert_value(dead, "q", "p^n", "rate", 0.008);
    /* 0.1 / (1 - exp(-2)) polls a second, of which exp(-2) are empty. */
    assert_value(lazy, "q", "long polling", "count", 0.1 / (1.0 - exp(-2.0)) * exp(-2.0));
}

#define DOWNSTREAM(more, retry)                                                                    \
    "{\"version\": 1, \"experiment\": {\"duration\": \"1m\"}, \"downstreams\": {\"db\": {"         \
    "\"service\": {\"dist\": \"exponential\", \"mean\": \"100ms\"}" more "}},"                     \
    " \"producers\": {\"p\": {\"to\": \"db\"" POISSON retry "}}}"
#define CHAIN(first, second)                                                                       \
    "{\"version\": 1, \"experiment\": {\"duration\": \"1m\"}, \"queues\": {"                       \
    "\"a\": {\"ReceiveMessageWaitTimeSeconds\": 20}, "                                             \
    "\"b\": {\"ReceiveMessageWaitTimeSeconds\": 20}},"                                             \
    " \"producers\": {\"p\": {\"to\": \"a\"" POISSON "}}, \"consumers\": {"                        \
    "\"ca\": {\"from\": \"a\", \"then\": [{\"to\": \"b\"" first "}]" FAST "},"                     \
    "\"cb\": {\"from\": \"b\", \"count\": 2" second "}}}"

static void test_values_of_rooms_and_chains(void **state)
{
    (void)state;
    /* rho = 0.8, K = 2: p = 1, 0.8, 0.64 over 2.44; L = 2.08/2.44; 8 (1 - p2) are let in. */
    static const char room[] = DOWNSTREAM(", \"capacity\": 2", ", \"retry\": {\"attempts\": 1}");
    assert_value(room, "db", "M/M/1/K", "count", 8 * 0.64 / 2.44);
    assert_value(room, "db", "M/M/1/K", "mean", (2.08 / 2.44) / (8.0 * 1.8 / 2.44));
    assert_refused(DOWNSTREAM("", ", \"retry\": {\"attempts\": 1}"), "db", "M/M/1/K", "room");
    assert_refused(DOWNSTREAM(", \"capacity\": 2", ""), "db", "M/M/1/K", "tried again");
    assert_value(CHAIN("", FAST), "p", "tandem", "mean", 0.5 + theory_mmc_sojourn_s(2, 8, 0.1));
    assert_refused(CHAIN(", \"count\": 2", FAST), "p", "tandem", "each once");
    assert_refused(CHAIN("", ", \"service\": 0.1"), "p", "tandem", "b: service times");
    assert_refused(WORLD("", "", POISSON, FAST), "p", "tandem", "a single queue");
    assert_refused(CHAIN("", FAST), "b", "M/M/1", "others than producers");
}

/* Each is M/M/1 but for one thing. */
struct refused {
    const char *text, *name, *part;
};

static void test_each_assumption_refuses(void **state)
{
    (void)state;
    static const struct refused refused[] = {
        {WORLD("", "", POISSON, ", \"MaxNumberOfMessages\": 5" FAST), "M/M/1",
         "\"MaxNumberOfMessages\" of c is not"},
        {WORLD("", "", POISSON, ", \"failure\": {\"probability\": 0.1}" FAST), "M/M/1",
         "\"failure\" of c is not"},
        {WORLD("", "", POISSON, ", \"acknowledge\": \"never\"" FAST), "M/M/1",
         "\"acknowledge\" of c is not"},
        {WORLD("\"faults\": [{\"kind\": \"slow\", \"targets\": [\"c\"], \"start\": 1, "
               "\"factor\": 2}],",
               "", POISSON, FAST),
         "M/M/1", "faults"},
        {WORLD("", ", \"storage\": {\"duplicateOnReceive\": 0.1}", POISSON, FAST), "M/M/1",
         "\"storage\" of q is not"},
        {WORLD("", ", \"inFlightLimit\": 1", POISSON, ", \"count\": 2" FAST), "M/M/c",
         "fewer messages may be in flight"},
        {WORLD("", "", POISSON ", \"message\": {\"delay\": 5}", FAST), "M/M/1", "delay"},
        {WORLD("", "", POISSON ", \"stop\": \"30s\"", FAST), "M/M/1", "not Poisson at a constant"},
        {WORLD("", "", ", \"arrivals\": {\"process\": \"paced\", \"rate\": 8}, \"start\": 9", FAST),
         "G/G/1, approximately", "independent"},
        {WORLD("", "", POISSON, ", \"pollInterval\": 1" FAST), "M/M/1", "ask from time"},
        {WORLD("", "", ", \"arrivals\": {\"process\": \"paced\", \"rate\": 8}", FAST), "M/M/1",
         "not Poisson"},
        {WORLD("", "", POISSON ", \"batch\": {\"size\": 2}", FAST), "M/M/1", "batches"},
        {WORLD("\"network\": {\"request\": \"1ms\"},", "", POISSON, FAST), "M/M/1", "network"},
        {WORLD("", ", \"DelaySeconds\": 5", POISSON, FAST), "M/M/1", "delay"},
        {WORLD("", "", POISSON, ", \"WaitTimeSeconds\": 0, \"pollInterval\": 1" FAST), "M/M/1",
         "ask from time"},
        {WORLD("", ", \"VisibilityTimeout\": 1", POISSON, FAST), "M/M/1", "outlast"},
        {WORLD("", "", POISSON, ", \"count\": 2" FAST), "M/M/1", "more than one worker"},
        {WORLD("", "", POISSON,
               ", \"service\": {\"dist\": \"uniform\", \"low\": 0, \"high\": 0.1}"),
         "M/M/1", "not exponential but uniform"},
        {WORLD("", "", POISSON, FAST), "M/D/1", "not constant"},
        {WORLD("", "", POISSON, ", \"service\": {\"dist\": \"exponential\", \"mean\": 0.2}"),
         "M/M/1", "1 or more"},
        {WORLD("", "", POISSON,
               ", \"service\": {\"dist\": \"pareto\", \"scale\": 0.01, \"shape\": 1.5}"),
         "M/G/1", "infinite"},
        {WORLD("", "",
               ", \"arrivals\": {\"process\": \"schedule\", \"schedule\": [{\"at\": 0, \"rate\": "
               "1}]}",
               FAST),
         "G/G/1, approximately", "independent"},
        {WORLD("", "", POISSON, FAST), "P(S > VT)", "no work outlasts"},
        {WORLD("", ", \"VisibilityTimeout\": 1", POISSON, FAST), "P(S > VT)", "busy"},
        {WORLD("", "", POISSON, FAST), "p^n", "by chance alone"},
        {WORLD("", "", POISSON, FAST ", \"failure\": {\"probability\": 0.1, \"mode\": \"crash\"}"),
         "p^n", "by chance alone"},
        {WORLD("", "", POISSON, FAST ", \"failure\": {\"probability\": 0.1}"), "p^n",
         "dead-letter queue"},
        {WORLD("", "", POISSON, FAST), "long polling", "2 %"},
    };
    assert_refused(WORLD("", "", POISSON, FAST), "dead", "M/M/1", "known service time");
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        assert_refused(refused[i].text, "q", refused[i].name, refused[i].part);
}

/* 479 messages at 8 a second are gone before a minute is; with 0.122 s of work a time in the queue
 * of 0.122 / (1 - 0.976) = 5.1 s is above a minute in exp(-11.8) of all cases, with 4 s of work the
 * work alone is in exp(-15); three failures take three visibility timeouts of 30 s. */
static void test_what_ends_or_expires(void **state)
{
    (void)state;
    static const struct refused refused[] = {
        {WORLD("", "", POISSON ", \"messages\": 479", FAST), "M/M/1", "messages of p run out"},
        {WORLD("", "", POISSON ", \"messages\": 479", FAST), "G/G/1, approximately", "run out"},
        {WORLD("", ", \"MessageRetentionPeriod\": 60", POISSON,
               ", \"service\": {\"dist\": \"exponential\", \"mean\": 0.122}"),
         "M/M/1", "may expire"},
        {WORLD("", ", \"MessageRetentionPeriod\": 60, \"VisibilityTimeout\": 600", POISSON,
               ", \"count\": 60, \"service\": {\"dist\": \"exponential\", \"mean\": 4}"),
         "M/M/c", "may expire"},
        {WORLD("",
               ", \"MessageRetentionPeriod\": 60, \"RedrivePolicy\": {\"deadLetterTargetArn\": "
               "\"dead\", \"maxReceiveCount\": 3}",
               POISSON, FAST ", \"failure\": {\"probability\": 0.2}"),
         "p^n", "may expire"},
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        assert_refused(refused[i].text, "q", refused[i].name, refused[i].part);
}

/* Each is M/M/1 all the same: 480 messages are as many as come in a minute at 8 a second; without a
 * duration the last is the end; 0.1 / (1 - 0.8) = 0.5 s is far below a minute of retention. */
static void test_what_is_near_is_no_reason(void **state)
{
    (void)state;
    assert_value(WORLD("", "", POISSON ", \"messages\": 480", FAST), "q", "M/M/1", "mean", 0.5);
    assert_value("{\"version\": 1, \"queues\": {\"q\": {\"ReceiveMessageWaitTimeSeconds\": 20}},"
                 " \"producers\": {\"p\": {\"to\": \"q\", \"messages\": 9" POISSON "}},"
                 " \"consumers\": {\"c\": {\"from\": \"q\"" FAST "}}}",
                 "q", "M/M/1", "mean", 0.5);
    assert_value(WORLD("", ", \"MessageRetentionPeriod\": 60", POISSON, FAST), "q", "M/M/1", "mean",
                 0.5);
}

static void test_the_most_special_formula_is_found(void **state)
{
    (void)state;
    struct asked asked = ask(WORLD("", "", POISSON, ", \"count\": 3" FAST), FORMULA_QUEUE, "q");
    const struct formula *formula = formula_find(&asked.station, "sojourn", "mean", &asked.arena);
    assert_string_equal(formula_title(formula, &asked.station, &asked.arena), "M/M/3");
    /* rho = 0.9 of three: 27 a second. */
    assert_true(fabs(formula_at_load(formula, &asked.station, 0.9) -
                     theory_mmc_sojourn_s(3, 27, 0.1)) < 1e-12);
    assert_null(formula_find(&asked.station, "sojourn", "p50", &asked.arena));
    done(&asked);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_values_of_messaging),
        cmocka_unit_test(test_values_of_rooms_and_chains),
        cmocka_unit_test(test_each_assumption_refuses),
        cmocka_unit_test(test_what_ends_or_expires),
        cmocka_unit_test(test_what_is_near_is_no_reason),
        cmocka_unit_test(test_the_most_special_formula_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
