// SPDX-License-Identifier: GPL-3.0-or-later
/* What the time of the delete decides: before the work, after it, after a batch of it, never.
 *
 * Means over replications must lie within Student's t interval at an error of 1e-6; seeds are
 * fixed.  Each formula is derived where it is used. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#include "tools/world.h"

enum { REPLICATIONS = 20, MESSAGES = 2000, TEXT = 1024 };

static void open_jobs(struct world_lab *lab, const char *queue, const char *consumer)
{
    char text[TEXT];
    snprintf(text, sizeof text,
             "{`version`: 1, `title`: `acknowledge`, `experiment`: {`seed`: 21, `drain`: true}, "
             "`queues`: {`jobs`: {%s}}, `producers`: {`source`: {`to`: `jobs`, `messages`: %d, "
             "`arrivals`: {`process`: `poisson`, `rate`: 10}}}, `consumers`: {`worker`: {`from`: "
             "`jobs`, `count`: 60, `WaitTimeSeconds`: 20, `service`: 1, %s}}}",
             queue, MESSAGES, consumer);
    world_lab_open(lab, text);
}

/* A message that is deleted before its work is worked on once.  Work fails, by a crash or not, with
 * chance p = 0.1, so that p of all messages have no effect, and nothing is done twice. */
static void test_before_work(void **state)
{
    static const char *const modes[] = {"crash", "abandon", "release"};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        char consumer[TEXT / 4];
        struct world_lab lab;
        snprintf(consumer, sizeof consumer,
                 "`acknowledge`: `beforeWork`, `failure`: {`probability`: 0.1, `mode`: `%s`, "
                 "`restart`: 2}",
                 modes[i]);
        open_jobs(&lab, "", consumer);
        const struct stat_moments *effects = world_lab_watch(&lab, "worker", "effects", "count");
        const struct stat_moments *doubles =
            world_lab_watch(&lab, "worker", "doubleEffects", "count");
        const struct stat_moments *receives = world_lab_watch(&lab, "jobs", "receives", "rate");
        world_lab_run_all(&lab, 1, REPLICATIONS);
        WORLD_LAB_EXPECT(effects, 0.9 * MESSAGES, 0.0);
        WORLD_LAB_EXPECT(doubles, 0.0, 1e-12);
        WORLD_LAB_EXPECT(receives, 1.0, 1e-12);
        world_lab_close(&lab);
    }
}

/* After the work the same failures cost nothing but time: an effect each, in 1 / (1 - p) tries. */
static void test_after_work(void **state)
{
    struct world_lab lab;
    (void)state;
    open_jobs(&lab, "",
              "`failure`: {`probability`: 0.1, `mode`: `crash`, `restart`: 2}, "
              "`MaxNumberOfMessages`: 1");
    const struct stat_moments *effects = world_lab_watch(&lab, "worker", "effects", "count");
    const struct stat_moments *doubles = world_lab_watch(&lab, "worker", "doubleEffects", "count");
    const struct stat_moments *receives = world_lab_watch(&lab, "jobs", "receives", "rate");
    world_lab_run_all(&lab, 1, REPLICATIONS);
    WORLD_LAB_EXPECT(effects, MESSAGES, 1e-9);
    WORLD_LAB_EXPECT(doubles, 0.0, 1e-12);
    WORLD_LAB_EXPECT(receives, 1.0 / 0.9, 0.0);
    world_lab_close(&lab);
}

/* What is never deleted comes back at the end of each timeout of 30 s until its retention of 100 s
 * is over: at 0, 30, 60 and 90 s, and then it is lost. */
static void test_never(void **state)
{
    struct world_lab lab;
    (void)state;
    open_jobs(&lab, "`VisibilityTimeout`: 30, `MessageRetentionPeriod`: 100",
              "`acknowledge`: `never`");
    world_lab_run(&lab, 1);
    assert_true(world_lab_value(&lab, "jobs", "receives", "rate") == 4.0);
    assert_true(world_lab_value(&lab, "jobs", "lost", "count") == MESSAGES);
    assert_true(world_lab_value(&lab, "worker", "effects", "rate") == 4.0);
    assert_true(world_lab_value(&lab, "worker", "doubleEffects", "count") == 3.0 * MESSAGES);
    world_lab_close(&lab);
}

/* --- batches --- */

static double batch_effects(const char *delete_batch, uint32_t replications, double expected)
{
    char text[TEXT];
    struct world_lab lab;
    snprintf(text, sizeof text,
             "{`version`: 1, `title`: `batch`, `experiment`: {`seed`: 22, `drain`: true}, "
             "`queues`: {`jobs`: {`preload`: {`messages`: 10}}}, `consumers`: {`worker`: {`from`: "
             "`jobs`, `WaitTimeSeconds`: 20, `MaxNumberOfMessages`: 10, `service`: 1, "
             "`deleteBatch`: %s, `failure`: {`probability`: 0.1, `mode`: `crash`, `restart`: "
             "1}}}}",
             delete_batch);
    world_lab_open(&lab, text);
    const struct stat_moments *effects = world_lab_watch(&lab, "worker", "effects", "count");
    world_lab_run_all(&lab, 1, replications);
    WORLD_LAB_EXPECT(effects, expected, 1e-12);
    const double variance = stat_variance(effects);
    world_lab_close(&lab);
    return variance;
}

/* A batch of b = 10 that is deleted at its end: a crash in its midst leaves all of it, what was
 * done and what was not, for the next receive.  With p = 0.1 a round passes with chance a = (1 -
 * p)^b, and there are 1 / a of them; a round has sum_{k = 1 .. b} (1 - p)^k = (1 - p)(1 - a) / p
 * effects.
 */
static void test_a_batch_deleted_at_its_end(void **state)
{
    const double p = 0.1, a = pow(1.0 - p, 10);
    (void)state;
    assert_true(batch_effects("10", 2000, (1.0 - p) * (1.0 - a) / p / a) > 0.0);
}

/* Where each is deleted after its own work, a crash leaves what was not done. */
static void test_a_batch_deleted_one_by_one(void **state)
{
    (void)state;
    assert_true(batch_effects("1", 200, 10.0) == 0.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_before_work),
        cmocka_unit_test(test_after_work),
        cmocka_unit_test(test_never),
        cmocka_unit_test(test_a_batch_deleted_at_its_end),
        cmocka_unit_test(test_a_batch_deleted_one_by_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
