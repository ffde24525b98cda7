// SPDX-License-Identifier: GPL-3.0-or-later
/* Parts joined are the run of one machine, to the last bit; what is not whole is no part. */
#include "experiment/part.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "experiment/expect.h"
#include "experiment/piece.h"
#include "tools/results.h"

/* A warm-up to be found, bodies in order, two cells that differ in their replications. */
static const char scenario[] =
    "{\"version\": 1, \"experiment\": {\"duration\": \"3m\", \"horizon\": \"steady\","
    " \"replications\": 6},"
    " \"queues\": {\"q.fifo\": {\"FifoQueue\": true, \"ReceiveMessageWaitTimeSeconds\": 20}},"
    " \"producers\": {\"p\": {\"to\": \"q.fifo\", \"messages\": 200, \"arrivals\": {\"process\":"
    " \"poisson\", \"rate\": 2}, \"message\": {\"group\": {\"groups\": 3},"
    " \"body\": {\"sequence\": [\"5\", \"8\"]}}}},"
    " \"consumers\": {\"c\": {\"from\": \"q.fifo\", \"service\": {\"dist\": \"exponential\","
    " \"mean\": \"300ms\"}}},"
    " \"variants\": {\"all\": {}, \"most\": {\"/experiment/replications\": 4}},"
    " \"expect\": [{\"entity\": \"q.fifo\", \"receivedOrder\": [\"5\", \"8\"]},"
    " {\"entity\": \"q.fifo\", \"metric\": \"sojourn\", \"stat\": \"mean\", \"variant\": \"most\","
    " \"is\": \"<\", \"vs\": \"all\"}]}";

static struct plan plan_for(size_t shard_count, const struct result *result)
{
    struct plan plan;
    struct text text = {.length = 0};
    plan_init(&plan);
    plan.version = "1.2.3";
    plan.commit = "abc";
    plan.path = "test.json";
    plan.scenario = scenario;
    plan.shard_count = shard_count;
    plan_text(&plan, result, &text);
    text_free(&text);
    return plan;
}

/* The part of a shard, made by a program that knows nothing else. */
static struct text part_of(size_t shard_count, size_t shard, unsigned threads)
{
    struct results own = results_load(scenario);
    struct plan plan = plan_for(shard_count, own.result);
    const struct run_options options = {.threads = threads};
    struct text text = {.length = 0};
    assert_true(part_write(&text, own.result, &plan, shard, &options, own.diag));
    plan_free(&plan);
    results_free(&own);
    return text;
}

static void join(struct result *result, const struct text *text)
{
    struct part part;
    assert_null(part_open(&part, text_of(text), text->length));
    assert_true(part_join(&part, result));
    part_close(&part);
}

static void assert_same_cell(const struct cell *a, const struct cell *b)
{
    const struct cell *cells[] = {a, b};
    struct text texts[2] = {{.length = 0}, {.length = 0}};
    for (size_t i = 0; i < 2; i++) {
        struct json_writer w;
        json_write_init(&w, &texts[i], true);
        json_write_open(&w, '{');
        piece_write(&w, cells[i]);
        json_write_close(&w, '}');
    }
    assert_string_equal(text_of(&texts[0]), text_of(&texts[1]));
    assert_true(a->scenario->experiment.found_warmup_ns == b->scenario->experiment.found_warmup_ns);
    text_free(&texts[0]);
    text_free(&texts[1]);
}

static void check_shards(size_t shard_count)
{
    struct results whole = results_run(scenario, 2), merged = results_load(scenario);
    struct text parts[32];
    /* Made from the last to the first, as machines may. */
    for (size_t i = shard_count; i-- > 0;)
        parts[i] = part_of(shard_count, i, 1);
    for (size_t i = 0; i < shard_count; i++) {
        join(merged.result, &parts[i]);
        text_free(&parts[i]);
    }
    result_finish(merged.result);
    assert_int_equal(merged.result->cell_count, 2);
    for (size_t i = 0; i < 2; i++)
        assert_same_cell(&whole.result->cells[i], &merged.result->cells[i]);
    assert_true(whole.result->fingerprint == merged.result->fingerprint);
    assert_int_equal(merged.result->verdict_count, whole.result->verdict_count);
    for (size_t i = 0; i < whole.result->verdict_count; i++)
        assert_string_equal(whole.result->verdicts[i].sentence,
                            merged.result->verdicts[i].sentence);
    results_free(&whole);
    results_free(&merged);
}

static void test_joined_parts_are_the_run_of_one_machine(void **state)
{
    (void)state;
    check_shards(1);
    check_shards(3);
    check_shards(13); /* of 10 replications: some are empty */
}

static void test_threads_are_not_seen_in_a_part(void **state)
{
    (void)state;
    struct text one = part_of(2, 0, 1), three = part_of(2, 0, 3);
    assert_string_equal(text_of(&one), text_of(&three));
    text_free(&one);
    text_free(&three);
}

static bool is_whole(const char *bytes, size_t length)
{
    struct part part;
    const bool is = part_open(&part, bytes, length) == NULL;
    part_close(&part);
    return is;
}

static void test_what_is_not_whole_is_no_part(void **state)
{
    (void)state;
    struct text text = part_of(13, 1, 1);
    assert_true(is_whole(text_of(&text), text.length));
    for (size_t length = 0; length < text.length; length += 1 + length / 7)
        assert_false(is_whole(text_of(&text), length));
    for (size_t at = 0; at < text.length; at += 1 + at / 3) {
        text.bytes[at] ^= 1;
        assert_false(is_whole(text_of(&text), text.length));
        text.bytes[at] ^= 1;
    }
    assert_false(is_whole("{\"format\": \"queuelab-plan\"}", 27));
    text_free(&text);
}

/* A part joins only a result that holds the shards before it. */
static void test_parts_join_in_order_only(void **state)
{
    (void)state;
    struct results results = results_load(scenario);
    struct text second = part_of(3, 1, 1);
    struct part part;
    assert_null(part_open(&part, text_of(&second), second.length));
    assert_false(part_join(&part, results.result));
    part_close(&part);
    text_free(&second);
    results_free(&results);
}

/* A name that nobody measures is found by the shard that begins the cell. */
static void test_a_mistake_makes_no_part(void **state)
{
    (void)state;
    static const char typo[] =
        "{\"version\": 1, \"experiment\": {\"duration\": \"1m\", \"replications\": 2},"
        " \"queues\": {\"q\": {}}, \"producers\": {\"p\": {\"to\": \"q\", \"arrivals\":"
        " {\"process\": \"paced\", \"rate\": 1}}}, \"expect\": [{\"entity\": \"q\", \"metric\":"
        " \"losst\", \"stat\": \"count\", \"is\": \"==\", \"value\": 0}]}";
    struct results own = results_load(typo);
    struct plan plan = plan_for(1, own.result);
    const struct run_options options = {.threads = 1};
    struct text text = {.length = 0};
    assert_false(part_write(&text, own.result, &plan, 0, &options, own.diag));
    assert_int_equal(diag_count(own.diag), 1);
    text_free(&text);
    plan_free(&plan);
    results_free(&own);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_joined_parts_are_the_run_of_one_machine),
        cmocka_unit_test(test_threads_are_not_seen_in_a_part),
        cmocka_unit_test(test_what_is_not_whole_is_no_part),
        cmocka_unit_test(test_parts_join_in_order_only),
        cmocka_unit_test(test_a_mistake_makes_no_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
