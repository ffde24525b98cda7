// SPDX-License-Identifier: GPL-3.0-or-later
/* What a producer puts into its messages, read off at the queue: sizes, groups, deduplication ids,
 * bodies, delays, and the rows of a trace. */
#include "actor/payload.h"
#include "actor/subjects.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/map.h"
#include "base/units.h"
#include "actor/producer_cfg.h"
#include "tools/said.h"

enum { ORIGIN = 3, TEXT = 1024, NUMBERS = 20000 };

/* A payload as a producer has it, in a world that is nothing but its names. */
struct rig {
    struct scenario_file *file;
    struct scenario *scenario;
    struct arena arena;
    struct actor_world world;
    struct payload payload;
};

static void open_rig(struct rig *rig, const char *arrivals, const char *message, bool to_fifo)
{
    char text[TEXT];
    snprintf(text, sizeof text,
             "{`version`: 1, `title`: `t`, `experiment`: {`duration`: 10}, `queues`: {`q`: {}, "
             "`q.fifo`: {`FifoQueue`: true, `ContentBasedDeduplication`: true}}, "
             "`producers`: {`p`: {`to`: `%s`, `arrivals`: %s, `message`: {%s}}}}",
             to_fifo ? "q.fifo" : "q", arrivals, message);
    *rig = (struct rig){.file = said_read("scenarios/example.json", text, NULL, 0)};
    rig->scenario = said_load(rig->file, 0, 0);
    arena_init(&rig->arena);
    rig->world = (struct actor_world){.arena = &rig->arena,
                                      .seed = 1,
                                      .replication = 1,
                                      .texts = map_new(),
                                      .subjects = subjects_new()};
    const struct producer_cfg *cfg = rig->scenario->actors[0].cfg;
    payload_init(&rig->payload, &cfg->message, arrival_trace(&cfg->arrivals), &rig->world, "p",
                 ORIGIN, to_fifo);
}

static void open_message(struct rig *rig, const char *message, bool to_fifo)
{
    open_rig(rig, "{`process`: `paced`, `rate`: 1}", message, to_fifo);
}

static void close_rig(struct rig *rig)
{
    payload_free(&rig->payload);
    map_free(rig->world.texts);
    subjects_free(rig->world.subjects);
    arena_free(&rig->arena);
    scenario_free(rig->scenario);
    scenario_file_free(rig->file);
}

static struct send filled(struct rig *rig, uint64_t number)
{
    struct send send;
    payload_fill(&rig->payload, &send, number, number, 7 * SEC);
    return send;
}

static unsigned wants_of(const struct rig *rig)
{
    const struct producer_cfg *cfg = rig->scenario->actors[0].cfg;
    return payload_wants(&cfg->message, arrival_trace(&cfg->arrivals));
}

static void test_defaults(void **state)
{
    struct rig rig;
    char buffer[64];
    (void)state;
    open_message(&rig, "", false);
    const struct send send = filled(&rig, 5);
    assert_int_equal(send.root, probe_root(ORIGIN, 5));
    assert_int_equal(send.producer, ORIGIN);
    assert_int_equal(send.called_ns, 7 * SEC);
    assert_int_equal(send.delay_ns, -1);
    assert_int_equal(send.bytes, PAYLOAD_DEFAULT_BYTES);
    assert_int_equal(send.group, MESSAGE_NO_GROUP);
    assert_int_equal(send.dedup, 0);
    assert_int_equal(wants_of(&rig), 0);
    assert_null(payload_body(&rig.payload, 5, buffer));
    close_rig(&rig);
}

static void test_sizes(void **state)
{
    struct rig rig;
    double sum = 0.0;
    (void)state;
    open_message(&rig, "`size`: `64KiB`", false);
    assert_int_equal(filled(&rig, 0).bytes, 65536);
    assert_int_equal(wants_of(&rig), MESSAGE_WANT_BYTES);
    close_rig(&rig);
    open_message(&rig, "`size`: {`dist`: `exponential`, `mean`: 500}", false);
    for (uint64_t number = 0; number < NUMBERS; number++) {
        const uint32_t bytes = filled(&rig, number).bytes;
        assert_true(bytes >= 1);
        sum += bytes;
    }
    /* Cut to whole bytes from 1 up the mean is 1/2 less; its deviation is 500/sqrt(20,000) = 3.54,
     * 4.9 of it are an error of 1e-6. */
    assert_true(fabs(sum / NUMBERS - 499.5) < 4.9 * 3.54);
    close_rig(&rig);
}

/* A time of 0 is a delay of its own, unlike none. */
static void test_delays(void **state)
{
    struct rig rig;
    (void)state;
    open_message(&rig, "`delay`: 0", false);
    assert_int_equal(filled(&rig, 0).delay_ns, 0);
    close_rig(&rig);
    open_message(&rig, "`delay`: `90s`", false);
    assert_int_equal(filled(&rig, 0).delay_ns, 90 * SEC);
    close_rig(&rig);
}

/* Numbered groups and named ones never share a number. */
static void test_groups(void **state)
{
    struct rig rig;
    (void)state;
    open_message(&rig, "`group`: {`groups`: 4, `pick`: `roundRobin`}", true);
    assert_int_equal(wants_of(&rig), MESSAGE_WANT_GROUP);
    const uint32_t first = filled(&rig, 0).group;
    assert_int_equal(filled(&rig, 4).group, first);
    assert_int_not_equal(filled(&rig, 1).group, first);
    close_rig(&rig);
    open_message(&rig, "`group`: `tenant`", true);
    const uint32_t named = filled(&rig, 0).group;
    assert_int_equal(filled(&rig, 1).group, named);
    assert_int_equal(named % 2, 1);
    assert_int_equal(first % 2, 0);
    close_rig(&rig);
}

/* EVIDENCE-OF: FIFO-7
 * unique: every message its own; content: that of the body, marked as such; key: that of the key;
 * a key that reads like a body is another id. */
static void test_deduplication(void **state)
{
    struct rig rig;
    char buffer[64];
    (void)state;
    open_message(&rig, "`group`: `g`", true);
    assert_true(filled(&rig, 1).dedup != filled(&rig, 2).dedup);
    assert_int_equal(filled(&rig, 1).flags & SEND_DEDUP_IS_CONTENT, 0);
    close_rig(&rig);
    open_message(&rig, "`group`: `g`, `body`: {`sequence`: [`x`, `y`]}, `deduplication`: `content`",
                 true);
    const uint64_t x = filled(&rig, 0).dedup;
    assert_true(filled(&rig, 2).dedup == x);
    assert_true(filled(&rig, 1).dedup != x);
    assert_true(filled(&rig, 0).flags & SEND_DEDUP_IS_CONTENT);
    assert_string_equal(payload_body(&rig.payload, 3, buffer), "y");
    close_rig(&rig);
    open_message(&rig, "`group`: `g`, `deduplication`: {`key`: {`sequence`: [`x`, `y`]}}", true);
    assert_true(filled(&rig, 0).dedup == filled(&rig, 2).dedup);
    assert_true(filled(&rig, 0).dedup != filled(&rig, 1).dedup);
    assert_true(filled(&rig, 0).dedup != x);
    close_rig(&rig);
}

static void open_grouped(struct rig *rig, const char *others)
{
    char message[TEXT];
    snprintf(message, sizeof message, "`group`: {`groups`: 4, `pick`: `roundRobin`}, %s", others);
    open_message(rig, message, true);
}

static void close_grouped(struct rig *rig)
{
    assert_int_equal(filled(rig, 4).group, filled(rig, 0).group);
    assert_int_not_equal(filled(rig, 1).group, filled(rig, 0).group);
    close_rig(rig);
}

/* What else messages may differ in stays when groups are picked for them by number. */
static void test_groups_and_others(void **state)
{
    struct rig rig;
    (void)state;
    open_grouped(&rig, "`size`: {`dist`: `exponential`, `mean`: 9000}");
    assert_int_not_equal(filled(&rig, 0).bytes, filled(&rig, 1).bytes);
    close_grouped(&rig);
    open_grouped(&rig, "`attributes`: {`a`: {`sequence`: [`x`, `y`]}}");
    assert_int_not_equal(filled(&rig, 0).attributes, filled(&rig, 1).attributes);
    close_grouped(&rig);
    open_grouped(&rig, "`deduplication`: {`key`: {`sequence`: [`x`, `y`]}}");
    assert_true(filled(&rig, 0).dedup == filled(&rig, 2).dedup);
    assert_true(filled(&rig, 0).dedup != filled(&rig, 1).dedup);
    close_grouped(&rig);
    open_grouped(&rig, "`body`: {`sequence`: [`x`, `y`]}");
    payload_tell_bodies(&rig.payload);
    assert_int_not_equal(filled(&rig, 0).body, filled(&rig, 1).body);
    close_grouped(&rig);
    open_grouped(&rig, "`size`: 100");
    payload_poison(&rig.payload, 1.0);
    assert_true(filled(&rig, 0).flags & SEND_IS_POISON);
    payload_poison(&rig.payload, 0.0);
    assert_false(filled(&rig, 0).flags & SEND_IS_POISON);
    close_grouped(&rig);
}

/* A standard queue gets no deduplication id: none is "unique" there, and no other can be asked for,
 * whether a producer sends or a consumer sends on. */
static void test_standard_queues_get_no_id(void **state)
{
#define SENDS(message)                                                                             \
    "{`experiment`: {`duration`: 9}, `queues`: {`a`: {}, `b`: {}}, `topics`: {`t`: {}},\n"         \
    "`producers`: {`p`: {`to`: `a`, `arrivals`: {`process`: `paced`, `rate`: 1}, " message "},\n"  \
    "`o`: {`to`: `t`, `arrivals`: {`process`: `paced`, `rate`: 1}, " message "}},\n"               \
    "`consumers`: {`c`: {`from`: `a`, `service`: 1, `WaitTimeSeconds`: 1, `then`: [{`to`: "        \
    "`b`, " message "}]},\n"                                                                       \
    "`d`: {`from`: `b`, `service`: 1, `WaitTimeSeconds`: 1, `then`: [{`to`: `t`, " message "}]}}}"
#define SAID                                                                                       \
    " gives its messages a deduplication, and only what is FIFO knows of that: leave it out, or "  \
    "send to a FIFO queue or topic\n"
    struct rig rig;
    (void)state;
    open_message(&rig, "`deduplication`: `unique`", false);
    assert_int_equal(filled(&rig, 0).dedup, 0);
    close_rig(&rig);
    static const char said[] =
        "s.json:2:15: /producers/p: p" SAID "s.json:3:1: /producers/o: o" SAID
        "s.json:4:15: /consumers/c: c" SAID "s.json:5:1: /consumers/d: d" SAID;
    said_check("s.json", SENDS("`message`: {`deduplication`: {`key`: `k`}}"), said);
    said_check("s.json", SENDS("`message`: {`deduplication`: `content`}"), said);
    said_check("s.json", SENDS("`message`: {`deduplication`: `unique`}"), "");
}

/* A trace's row gives a message its size, its group and its service time, or one of them. */
static void test_a_trace(void **state)
{
    struct rig rig;
    (void)state;
    open_rig(&rig,
             "{`process`: `trace`, `file`: `trace/synthetic.csv`, `time`: `TIMESTAMP`, `size`: "
             "`ContextTokens`, `group`: `GeneratedTokens`, `service`: {`column`: "
             "`GeneratedTokens`, `scale`: `20ms`}}",
             "", true);
    assert_int_equal(wants_of(&rig),
                     MESSAGE_WANT_BYTES | MESSAGE_WANT_GROUP | MESSAGE_WANT_SERVICE);
    const struct trace_file *trace = rig.payload.trace;
    for (uint64_t row = 0; row < trace->count; row++) {
        const struct send send = filled(&rig, row);
        assert_int_equal(send.bytes, trace->size_bytes[row]);
        assert_int_equal(send.service_ns, trace->service_ns[row]);
        assert_int_equal(send.group, 2 * trace->group[row]);
    }
    close_rig(&rig);
    open_rig(&rig,
             "{`process`: `trace`, `file`: `trace/synthetic.csv`, `time`: `TIMESTAMP`, `service`: "
             "{`column`: `GeneratedTokens`, `scale`: `20ms`}}",
             "`group`: {`groups`: 4, `pick`: `roundRobin`}", true);
    assert_int_equal(filled(&rig, 1).service_ns, rig.payload.trace->service_ns[1]);
    assert_int_equal(filled(&rig, 1).group, filled(&rig, 5).group);
    close_rig(&rig);
}

/* What is chosen is a function of the message's number, the seed and the replication. */
static void test_functions_of_the_number(void **state)
{
    struct rig rig;
    uint32_t groups[200], changed = 0;
    (void)state;
    open_message(&rig, "`group`: {`groups`: 100}", true);
    for (uint64_t number = 200; number-- > 0;)
        groups[number] = filled(&rig, number).group;
    for (uint64_t number = 0; number < 200; number++)
        assert_int_equal(filled(&rig, number).group, groups[number]);
    rig.world.replication = 2;
    payload_start(&rig.payload, "p");
    for (uint64_t number = 0; number < 200; number++)
        changed += filled(&rig, number).group != groups[number];
    /* Equal by chance 1 in 100: 2 of 200; 13 or more with chance 1e-7. */
    assert_true(changed > 187);
    close_rig(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_delays),
        cmocka_unit_test(test_groups),
        cmocka_unit_test(test_groups_and_others),
        cmocka_unit_test(test_deduplication),
        cmocka_unit_test(test_standard_queues_get_no_id),
        cmocka_unit_test(test_a_trace),
        cmocka_unit_test(test_functions_of_the_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
