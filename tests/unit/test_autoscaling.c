// SPDX-License-Identifier: GPL-3.0-or-later
/* Autoscaling in worlds without chance: how many instances are wanted, when they come and which of
 * them go. */
#include <setjmp.h>
#include <stdarg.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/units.h"
#include "tools/world.h"

enum { TEXT = 4096 };

/* Messages that wait at time 0 for a consumer with these keys. */
static void open(struct world_lab *lab, int messages, const char *consumer, double seconds)
{
    char text[TEXT];
    snprintf(text, sizeof text,
             "{`version`: 1, `title`: `scaling`, `experiment`: {`duration`: %g}, `queues`: "
             "{`jobs`: {`VisibilityTimeout`: 43200, `preload`: {`messages`: %d}}}, "
             "`consumers`: {`fleet`: {`from`: `jobs`, `WaitTimeSeconds`: 20, %s}}}",
             seconds, messages, consumer);
    world_lab_open(lab, text);
}

/* What is said of the size of the fleet: "180: wants 15; 300: has 15". */
static void hear(void *context, const struct fact *fact)
{
    struct text *text = context;
    if (fact->kind == PROBE_SCALED && fact->value != fact->other)
        text_printf(text, "%s%g: wants %d", text->length > 0 ? "; " : "", units_s(fact->at_ns),
                    (int)fact->value);
    if (fact->kind == PROBE_CAPACITY)
        text_printf(text, "%s%g: has %d", text->length > 0 ? "; " : "", units_s(fact->at_ns),
                    (int)fact->value);
}

static void tell(int messages, const char *consumer, double seconds, const char *expected)
{
    struct world_lab lab;
    struct text text = {.length = 0};
    open(&lab, messages, consumer, seconds);
    world_lab_attach(&lab, (struct observer){.hear = hear, .context = &text});
    for (uint32_t replication = 1; replication <= 2; replication++) {
        text_clear(&text);
        world_lab_run(&lab, replication);
        assert_string_equal(text_of(&text), expected);
    }
    text_free(&text);
    world_lab_close(&lab);
}

/* EVIDENCE-OF: ASG-1
 * EVIDENCE-OF: ASG-2
 * The example of the EC2 Auto Scaling guide: 1,500 messages wait and 10 instances are in service;
 * with 0.1 s a message and 10 s acceptable, the target is 100 and the metric 150, and so 5 more
 * come. Here work takes for ever, so that the 10 messages at work (of 1,510) stay where they are;
 * the high alarm needs three datapoints.  15 more messages are taken by then: 1,495 / 15 is below
 * 100. */
static void test_the_documented_example(void **state)
{
    (void)state;
    tell(1510, "`count`: 10, `service`: `20h`, `autoscaling`: {`max`: 50, `target`: 100}", 600,
         "0: has 10; 180: wants 15; 180: has 11; 180: has 12; 180: has 13; 180: has 14; 180: has "
         "15");
}

/* EVIDENCE-OF: ASG-2
 * Instances boot for 2 min: those on their way count as capacity, so that the same backlog asks for
 * no more; but not in the metric, so that 1,500 / 10 stays above the target.  The metric is judged
 * at 360 s with 15 in service. */
static void test_booting(void **state)
{
    (void)state;
    tell(1510,
         "`count`: 10, `service`: `20h`, `autoscaling`: {`max`: 50, `target`: 100, `boot`: 130}",
         600,
         "0: has 10; 180: wants 15; 310: has 11; 310: has 12; 310: has 13; 310: has 14; "
         "310: has 15");
}

/* No more than max, and at least min from the start. */
static void test_limits(void **state)
{
    (void)state;
    tell(1002,
         "`service`: `20h`, `autoscaling`: {`min`: 2, `max`: 4, `target`: 100, `outPeriods`: 1}",
         600, "0: has 2; 60: wants 4; 60: has 3; 60: has 4");
}

/* EVIDENCE-OF: ASG-2
 * Four instances, nothing to do: 15 datapoints below 90 % of the target, and then one instance goes
 * each minute, since a tenth of four is less than one. */
static void test_scale_in(void **state)
{
    (void)state;
    tell(0, "`count`: 4, `service`: 1, `autoscaling`: {`max`: 9, `target`: 10, `inPeriods`: 15}",
         1200,
         "0: has 4; 900: wants 3; 900: has 3; 960: wants 2; 960: has 2; 1020: wants 1; 1020: has "
         "1");
    tell(0,
         "`count`: 4, `service`: 1, `autoscaling`: {`max`: 9, `target`: 10, `inPeriods`: 2, "
         "`scaleInShare`: 0.5}",
         300, "0: has 4; 120: wants 2; 120: has 3; 120: has 2; 180: wants 1; 180: has 1");
}

/* EVIDENCE-OF: ASG-2
 * At exactly the target, and between 90 % of it and the target, nothing happens: 95 per instance.
 */
static void test_the_dead_band(void **state)
{
    (void)state;
    tell(97, "`service`: `20h`, `count`: 2, `autoscaling`: {`max`: 9, `target`: 50}", 1800,
         "0: has 2");
    tell(102, "`service`: `20h`, `count`: 2, `autoscaling`: {`max`: 9, `target`: 50}", 1800,
         "0: has 2");
}

/* EVIDENCE-OF: ASG-2
 * While an instance warms up none goes.  30 messages ask for 3 instances at 60 s, and are all taken
 * when those are there at 90 s, by 15 workers each; the low alarm goes off at 120 s, and the first
 * instance at 360 s, when the new ones are warm. */
static void test_no_scale_in_while_warming(void **state)
{
    (void)state;
    tell(45,
         "`concurrency`: 15, `service`: `20h`, `autoscaling`: {`max`: 9, `target`: 10, `boot`: 30, "
         "`warmup`: 260, `outPeriods`: 1, `inPeriods`: 1, `min`: 1}",
         400, "0: has 1; 60: wants 3; 90: has 2; 90: has 3; 360: wants 2");
}

/* EVIDENCE-OF: ASG-2
 * The first instances were there before the run: nothing of them warms up.  Idle ones go as soon as
 * they may, and a band that asks for one more than the two there are gets it at the first
 * datapoint; the one that was launched then is left out until 360 s, after which the same band asks
 * again. */
static void test_the_first_are_warm(void **state)
{
    (void)state;
    tell(0,
         "`count`: 4, `service`: 1, `autoscaling`: {`max`: 9, `target`: 10, `inPeriods`: 2, "
         "`warmup`: 600}",
         200, "0: has 4; 120: wants 3; 120: has 3; 180: wants 2; 180: has 2");
    tell(
        50,
        "`count`: 2, `service`: `20h`, `autoscaling`: {`max`: 9, `warmup`: 290, "
        "`metric`: `ApproximateNumberOfMessagesVisible`, `steps`: [{`from`: 10, `adjustment`: 1}]}",
        400, "0: has 2; 60: wants 3; 60: has 3; 360: wants 4; 360: has 4");
}

/* EVIDENCE-OF: ASG-4
 * With none in service the metric is the backlog itself.  The one instance dies at 30 s for a long
 * time; 25 messages ask for 3, of which one is there already, though it is down. */
static void test_none_in_service(void **state)
{
    struct world_lab lab;
    struct text text = {.length = 0};
    (void)state;
    world_lab_open(&lab,
                   "{`version`: 1, `title`: `none`, `experiment`: {`duration`: 100}, `queues`: "
                   "{`jobs`: {`VisibilityTimeout`: 10, `preload`: {`messages`: 25}}}, "
                   "`consumers`: {`fleet`: {`from`: `jobs`, `WaitTimeSeconds`: 20, `service`: "
                   "`20h`, `failure`: {`restart`: `2h`}, `autoscaling`: {`min`: 0, `max`: 9, "
                   "`target`: 10, `outPeriods`: 1}}}, `faults`: [{`kind`: `crash`, `targets`: "
                   "[`fleet`], `at`: 30}]}");
    world_lab_attach(&lab, (struct observer){.hear = hear, .context = &text});
    world_lab_run(&lab, 1);
    assert_string_equal(text_of(&text), "0: has 1; 30: has 0; 60: wants 3; 60: has 1; 60: has 2");
    text_free(&text);
    world_lab_close(&lab);
}

/* EVIDENCE-OF: ASG-3
 * Bands by the visible messages of the queue: 10 to 100 ask for one instance more, above for three.
 * Three come at 60 s, boot for 90 s and count as part of what the same band asks for until 150 s;
 * then there are 4 and the 296 left ask for 7. */
static void test_steps(void **state)
{
    static const char steps[] =
        "`metric`: `ApproximateNumberOfMessagesVisible`, `steps`: [{`from`: 10, `to`: 100, "
        "`adjustment`: 1}, {`from`: 100, `adjustment`: 3}, {`to`: 1, `adjustment`: -1}]";
    char keys[TEXT];
    (void)state;
    snprintf(keys, sizeof keys, "`service`: `20h`, `autoscaling`: {`max`: 9, `boot`: 90, %s}",
             steps);
    tell(301, keys, 200, "0: has 1; 60: wants 4; 150: has 2; 150: has 3; 150: has 4; 180: wants 7");
    snprintf(keys, sizeof keys, "`service`: 1, `count`: 3, `autoscaling`: {`max`: 9, %s}", steps);
    tell(0, keys, 200, "0: has 3; 60: wants 2; 60: has 2; 120: wants 1; 120: has 1");
}

/* EVIDENCE-OF: ASG-3
 * Simple scaling: one adjustment at 60 s, and rest until 300 s after the instance is up at 150 s.
 */
static void test_simple_scaling(void **state)
{
    (void)state;
    tell(301,
         "`service`: `20h`, `autoscaling`: {`max`: 9, `boot`: 90, `cooldown`: 300, `steps`: "
         "[{`from`: 10, `adjustment`: 1}]}",
         500, "0: has 1; 60: wants 2; 150: has 2; 480: wants 3");
}

/* EVIDENCE-OF: ASG-4
 * What is in flight is not visible, so that a fleet at work looks idle.  The newest idle
 * instance goes first, then the newest at work: of three instances the first two are at work from
 * 0 s to 500 s; the third goes at 60 s.  At 120 s the second is to go: a graceful one stays until
 * it is done, an abrupt one leaves its message behind. */
static void test_who_goes(void **state)
{
    static const char keys[] =
        "`count`: 3, `service`: 500, `shutdown`: `%s`, `autoscaling`: {`max`: "
        "9, `target`: 10, `inPeriods`: 1}";
    char text[TEXT];
    (void)state;
    snprintf(text, sizeof text, keys, "graceful");
    tell(2, text, 700, "0: has 3; 60: wants 2; 60: has 2; 120: wants 1; 500: has 1");
    snprintf(text, sizeof text, keys, "abrupt");
    tell(2, text, 700, "0: has 3; 60: wants 2; 60: has 2; 120: wants 1; 120: has 1");
}

/* The scaling of a consumer that stops ends with it. */
static void test_a_stop(void **state)
{
    (void)state;
    tell(1000,
         "`service`: 1, `stop`: 100.5, `autoscaling`: {`max`: 2, `target`: 10, `outPeriods`: 1}",
         400, "0: has 1; 60: wants 2; 60: has 2; 101: has 1; 101: has 0");
}

static void test_mistakes(void **state)
{
    static const struct {
        const char *autoscaling;
        bool is_sound;
    } cases[] = {
        {"`max`: 5, `target`: 10", true},
        {"`max`: 5, `steps`: [{`from`: 3, `adjustment`: 1}]", true},
        {"`target`: 10", false},
        {"`max`: 5", false},
        {"`max`: 5, `target`: 10, `steps`: [{`adjustment`: 1}]", false},
        {"`min`: 6, `max`: 5, `target`: 10", false},
        {"`max`: 1, `target`: 10", false},
        {"`max`: 5, `target`: 10, `cooldown`: 300", false},
        {"`max`: 5, `steps`: [{`from`: 3, `to`: 3, `adjustment`: 1}]", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[TEXT];
        snprintf(text, sizeof text,
                 "{`version`: 1, `title`: `t`, `experiment`: {`duration`: 100}, `queues`: {`jobs`: "
                 "{}}, `consumers`: {`worker`: {`from`: `jobs`, `WaitTimeSeconds`: 20, `count`: 2, "
                 "`service`: 4, `autoscaling`: {%s}}}}",
                 cases[i].autoscaling);
        if (world_lab_accepts(text) != cases[i].is_sound)
            fail_msg("%s", cases[i].autoscaling);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_documented_example),
        cmocka_unit_test(test_booting),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_scale_in),
        cmocka_unit_test(test_the_dead_band),
        cmocka_unit_test(test_no_scale_in_while_warming),
        cmocka_unit_test(test_the_first_are_warm),
        cmocka_unit_test(test_none_in_service),
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_simple_scaling),
        cmocka_unit_test(test_who_goes),
        cmocka_unit_test(test_a_stop),
        cmocka_unit_test(test_mistakes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
