// SPDX-License-Identifier: GPL-3.0-or-later
/* Random scenarios over everything that a scenario can say at present, with every invariant on.
 *
 * Of each run it demands besides: the same facts when it is run again, conservation, and an end:
 * all retentions are short, so that whatever consumers do, every queue that has one is empty long
 * before the run's last time.
 *
 *   swarm            the seeds 1 .. 600, or fewer if TEST_SECONDS (5) are over
 *   swarm SEED       that one, and prints its scenario
 * With TEST_SECONDS in the environment it goes on to other seeds until that time is over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "property/inventor/inventor.h"
#include "tools/world.h"

enum { SEEDS = 600 };

static void demand(bool holds, const char *what, uint64_t seed, const char *text)
{
    if (holds)
        return;
    fprintf(stderr, "swarm %llu: %s\n%s\n", (unsigned long long)seed, what, text);
    fail();
}

static bool is_read(const struct scenario *scenario, uint16_t queue)
{
    for (size_t i = 0; i < scenario->actor_count; i++) {
        const struct scenario_actor *actor = &scenario->actors[i];
        if (actor->kind->reads != NULL && actor->kind->reads(actor->cfg) == queue)
            return true;
    }
    return false;
}

static void check_drained(const struct world_lab *lab, uint64_t seed, const char *text)
{
    static const char *const states[] = {"ApproximateNumberOfMessagesVisible",
                                         "ApproximateNumberOfMessagesNotVisible",
                                         "ApproximateNumberOfMessagesDelayed"};
    demand(world_end(lab->world) != WORLD_SATURATED, "it ends as if saturated", seed, text);
    demand(world_end(lab->world) == WORLD_DONE, "it does not end", seed, text);
    for (size_t i = 0; i < lab->scenario->queue_count; i++) {
        if (!is_read(lab->scenario, (uint16_t)i))
            continue;
        for (size_t s = 0; s < 3; s++)
            demand(world_lab_value(lab, lab->scenario->queues[i].name, states[s], "end") == 0.0,
                   "a queue is not empty", seed, text);
    }
}

/* False if the scenario is refused: what is invented knows not every rule between keys. */
static bool live_through(struct inventor *v, uint64_t seed)
{
    const char *text = inventor_write(v, seed);
    struct world_lab lab;
    if (!world_lab_accepts(text))
        return false;
    world_lab_open(&lab, text);
    snprintf(lab.replay, sizeof lab.replay, "swarm %llu", (unsigned long long)seed);
    world_lab_run(&lab, 1);
    demand(world_lab_value(&lab, "scenario", "conserved", "end") == 1.0, "not conserved", seed,
           text);
    check_drained(&lab, seed, text);
    const uint64_t fingerprint = world_fingerprint(lab.world);
    world_lab_run(&lab, 1);
    demand(world_fingerprint(lab.world) == fingerprint, "another run differs", seed, text);
    world_lab_close(&lab);
    return true;
}

/* --- the program --- */

static uint64_t only_seed;

static double elapsed_s(struct timespec since)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - since.tv_sec) + 1e-9 * (double)(now.tv_nsec - since.tv_nsec);
}

static void test_swarm(void **state)
{
    struct inventor v = {.queue_count = 0};
    struct timespec start;
    const char *given = getenv("TEST_SECONDS");
    const double seconds = given != NULL ? strtod(given, NULL) : 5.0;
    uint64_t seed = 1, lived = 0;
    (void)state;
    clock_gettime(CLOCK_MONOTONIC, &start);
    if (only_seed > 0) {
        printf("%s\n", inventor_write(&v, only_seed));
        fflush(stdout);
        assert_true(live_through(&v, only_seed));
    }
    for (; only_seed == 0 && (given != NULL || seed <= SEEDS); seed++) {
        /* The last line of the log names the seed, however the process ends. */
        printf("swarm %llu\n", (unsigned long long)seed);
        fflush(stdout);
        lived += live_through(&v, seed);
        if (elapsed_s(start) > seconds)
            break;
    }
    text_free(&v.text);
    assert_true(only_seed > 0 || lived > (seed - 1) * 9 / 10);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_swarm),
    };
    if (argc > 1)
        only_seed = strtoull(argv[1], NULL, 10);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
