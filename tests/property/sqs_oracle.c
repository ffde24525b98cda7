// SPDX-License-Identifier: GPL-3.0-or-later
/* Random calls of the SQS API against a second implementation that was read from the rules alone
 * (oracle/): every reply must be the same, ids aside.
 *
 *   sqs_oracle             calls of each kind of queue, in many short worlds
 *   sqs_oracle KIND SEED   that world
 * TEST_OPS says how many calls of each kind; or TEST_SECONDS for how long.  A difference is printed
 * as the shortest script of request lines that shows it, with both replies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "property/oracle/invent.h"
#include "property/oracle/lab.h"
#include "tools/timing.h"

/* Of each kind: so many calls, or fewer if that time is over. */
enum { USUAL_OPS = 70000, USUAL_S = 2, LEAST_CALLS = 30, MOST_CALLS = 400 };

/* The narrow kinds meet the limits of in-flight messages and of the look-back all the time; tenants
 * are groups on standard queues, none of them noisy. */
struct kind {
    const char *name;
    bool fifo, narrow, tenants;
};
static const struct kind kinds[] = {
    {.name = "standard"},
    {.name = "fifo", .fifo = true},
    {.name = "narrow-standard", .narrow = true},
    {.name = "narrow-fifo", .fifo = true, .narrow = true},
    {.name = "tenants", .tenants = true},
};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

static const char *only_kind;
static uint64_t only_seed;
static struct script_call calls[MOST_CALLS];

/* Lives through one world; returns the number of calls that were answered. */
static uint64_t live(struct lab *lab, const struct kind *kind, uint64_t seed)
{
    struct invent v;
    uint64_t answered = 0;
    invent_init(&v, seed, kind->fifo);
    v.tenants = kind->tenants;
    lab_begin(lab, kind->fifo);
    const size_t end = LEAST_CALLS + rng_below(&v.rng, MOST_CALLS - LEAST_CALLS);
    for (size_t count = 0; count < end;) {
        invent_call(&v, &lab->oracle, (int)count, &calls[count]);
        const enum lab_verdict verdict = lab_call(lab, &calls[count++]);
        answered += verdict == LAB_SAME;
        if (verdict == LAB_LOST)
            break;
        if (verdict != LAB_DIFFERENT)
            continue;
        const size_t length = lab_shrink(lab, kind->fifo, calls, count);
        lab_print(lab, kind->fifo, calls, length);
        printf("sqs_oracle %s %llu\n", kind->name, (unsigned long long)seed);
        fflush(stdout);
        fail();
    }
    return answered;
}

static uint64_t number_of(const char *name, uint64_t otherwise)
{
    const char *given = getenv(name);
    return given != NULL ? strtoull(given, NULL, 10) : otherwise;
}

static void live_long(struct lab *lab, const struct kind *kind)
{
    const bool counted = getenv("TEST_OPS") != NULL;
    const uint64_t first = number_of("TEST_SEED", 1);
    uint64_t answered = 0, seed = first;
    uint64_t ops = number_of("TEST_OPS", USUAL_OPS);
    double seconds = USUAL_S;
    if (getenv("TEST_SECONDS") != NULL && !counted) {
        ops = UINT64_MAX;
        seconds = (double)number_of("TEST_SECONDS", 0) / KINDS;
    }
    const double start_s = timing_now_s();
    for (; answered < ops && (counted || timing_now_s() - start_s < seconds); seed++)
        answered += live(lab, kind, seed);
    printf("%s: %llu calls in %llu worlds, %.1f s\n", kind->name, (unsigned long long)answered,
           (unsigned long long)(seed - first), timing_now_s() - start_s);
    assert_true(answered > 0);
}

static void test_kind(void **state)
{
    const struct kind *kind = *state;
    if (only_kind != NULL && strcmp(only_kind, kind->name) != 0)
        skip();
    struct lab *lab = lab_new(kind->narrow);
    if (only_kind != NULL)
        live(lab, kind, only_seed);
    else
        live_long(lab, kind);
    lab_free(lab);
}

int main(int argc, char **argv)
{
    struct CMUnitTest tests[KINDS];
    for (size_t i = 0; i < KINDS; i++)
        tests[i] = (struct CMUnitTest){
            .name = kinds[i].name, .test_func = test_kind, .initial_state = (void *)&kinds[i]};
    if (argc > 2) {
        only_kind = argv[1];
        only_seed = strtoull(argv[2], NULL, 10);
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
