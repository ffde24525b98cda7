// SPDX-License-Identifier: GPL-3.0-or-later
/* What a FIFO queue admits: deduplication, required ids, sequence numbers, quotas, and the kind's
 * rows. Expected results are what the rule named with each test says. */
#include "tools/fifo_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "base/units.h"

static struct fifo_rig *rig_of(void **state)
{
    return *state;
}

static int set_up(void **state)
{
    static struct fifo_rig rig;
    fifo_rig_init(&rig);
    *state = &rig;
    return 0;
}

static int tear_down(void **state)
{
    fifo_rig_close(rig_of(state));
    return 0;
}

#define SENDS(rig, name, dedup) assert_int_equal(fifo_rig_send_as(rig, name, dedup), SEND_OK)
#define DUPLICATES(rig, name, dedup)                                                               \
    assert_int_equal(fifo_rig_send_as(rig, name, dedup), SEND_DEDUPLICATED)
#define RECEIVES(rig, names)                                                                       \
    assert_string_equal(fifo_rig_receive(rig, &(rig)->queue, 10, -1), names)

/* EVIDENCE-OF: FIFO-1 FIFO-12
 * The window is [t, t + 300 s): recorded in test_deduplication_interval as dropped at 3 s and
 * accepted after 6 min. */
static void test_window_is_half_open(void **state)
{
    struct fifo_rig *rig = rig_of(state);
    fifo_rig_open(rig);
    fifo_rig_at(rig, 10);
    SENDS(rig, "g1-m1", 5);
    fifo_rig_at(rig, 13);
    DUPLICATES(rig, "g1-m2", 5);
    assert_int_equal(rig->reply.slot, MESSAGE_NONE);
    assert_int_equal(rig->reply.first_ns, 10 * SEC);
    rig->now_ns = 310 * SEC - 1;
    DUPLICATES(rig, "g1-m3", 5);
    fifo_rig_at(rig, 310);
    SENDS(rig, "g1-m4", 5);
    RECEIVES(rig, "g1-m1 g1-m4");
}

/* EVIDENCE-OF: FIFO-2
 * A duplicate at 200 s does not prolong the window. */
static void test_duplicate_does_not_restart_the_window(void **state)
{
    struct fifo_rig *rig = rig_of(state);
    fifo_rig_open(rig);
    SENDS(rig, "g1-m1", 5);
    fifo_rig_at(rig, 200);
    DUPLICATES(rig, "g1-m2", 5);
    fifo_rig_at(rig, 300);
    SENDS(rig, "g1-m3", 5);
}

/* EVIDENCE-OF: FIFO-3 FIFO-4 ATT-12
 * The memory outlives receive and delete (recorded in
 * test_fifo_deduplication_arrives_once_after_delete), not a purge (recorded in
 * test_purge_queue_clears_fifo_deduplication_cache). */
static void test_memory_outlives_messages(void **state)
{
    struct fifo_rig *rig = rig_of(state);
    fifo_rig_open(rig);
    SENDS(rig, "g1-m1", 5);
    RECEIVES(rig, "g1-m1");
    DUPLICATES(rig, "g1-m2", 5);
    assert_int_equal(fifo_rig_delete(rig, "g1-m1"), DELETE_OK);
    DUPLICATES(rig, "g1-m2", 5);
    SENDS(rig, "g1-m3", 6);
    SENDS(rig, "g2-m1", 7);
    queue_purge(&rig->queue, rig->now_ns);
    RECEIVES(rig, "");
    SENDS(rig, "g1-m4", 5);
    RECEIVES(rig, "g1-m4");
}

/* EVIDENCE-OF: FIFO-4
 * Neither a move to the dead-letter queue nor the end of retention clears the memory. */
static void test_memory_outlives_move_and_expiry(void **state)
{
    struct fifo_rig *rig = rig_of(state);
    rig->cfg.redrive.max_receives = 1;
    rig->cfg.retention_ns = 60 * SEC;
    fifo_rig_open(rig);
    SENDS(rig, "g1-m1", 5);
    SENDS(rig, "g1-m2", 6);
    assert_string_equal(fifo_rig_receive(rig, &rig->queue, 1, 0), "g1-m1");
    RECEIVES(rig, "g1-m2");
    DUPLICATES(rig, "g1-m3", 5);
    fifo_rig_at(rig, 61);
    assert_int_equal(rig->queue.in_flight, 0);
    DUPLICATES(rig, "g1-m3", 6);
}

/* EVIDENCE-OF: FIFO-5 FIFO-8
 * Scope queue: the group does not matter, and the reply names the original. */
static void test_scope_queue(void **state)
{
    struct fifo_rig *rig = rig_of(state);
    fifo_rig_open(rig);
    SENDS(rig, "g1-m1", 5);
    const struct sent original = rig->reply;
    SENDS(rig, "g1-m2", 6);
    DUPLICATES(rig, "g2-m1", 5);
    assert_true(rig->reply.root == original.root);
    assert_true(rig->reply.number == original.number);
    RECEIVES(rig, "g1-m1 g1-m2");
}

/* EVIDENCE-OF: FIFO-6 FIFO-13
 * Scope messageGroup: A/1, B/1, A/1: the third is a duplicate.  The attribute of a live queue may
 * change, the scope in force does not follow at once. */
static void test_scope_group(void **state)
{
    struct fifo_rig *rig = rig_of(state);
    rig->cfg.dedup_scope = DEDUP_SCOPE_GROUP;
    fifo_rig_open(rig);
    SENDS(rig, "g1-m1", 5);
    SENDS(rig, "g2-m1", 5);
    DUPLICATES(rig, "g1-m2", 5);
    rig->cfg.dedup_scope = DEDUP_SCOPE_QUEUE;
    SENDS(rig, "g3-m1", 5);
}

/* EVIDENCE-OF: FIFO-9
 * Two entries of one batch with one id: both succeed, the first is enqueued. */
static void test_duplicate_within_a_batch(void **state)
{
    struct fifo_rig *rig = rig_of(state);
    struct send sends[2] = {{.dedup = 5, .delay_ns = -1, .group = 1, .bytes = 1},
                            {.dedup = 5, .delay_ns = -1, .group = 1, .bytes = 1}};
    struct sent replies[2];
    fifo_rig_open(rig);
    sends[0].root = probe_root(7, 11);
    sends[1].root = probe_root(7, 12);
    assert_int_equal(queue_send(&rig->queue.service, sends, 2, replies, 0), SEND_OK);
    assert_int_equal(replies[0].status, SEND_OK);
    assert_int_equal(replies[1].status, SEND_DEDUPLICATED);
    assert_true(replies[1].root == sends[0].root && replies[1].number == replies[0].number);
    RECEIVES(rig, "g1-m1");
}

/* EVIDENCE-OF: SND-10 FIFO-11 SND-8
 * What lacks a group or an id or has a delay of its own is refused, and opens no window; neither
 * does a send that is too long. */
static void test_refused_sends_open_no_window(void **state)
{
    struct fifo_rig *rig = rig_of(state);
    const struct send good = {.dedup = 5, .delay_ns = -1, .group = 1, .bytes = 1};
    struct send bad[4] = {good, good, good, good};
    const enum send_status expected[4] = {SEND_NEEDS_GROUP, SEND_NEEDS_DEDUP, SEND_BAD_DELAY,
                                          SEND_TOO_LONG};
    fifo_rig_open(rig);
    bad[0].group = MESSAGE_NO_GROUP;
    bad[1].dedup = 0;
    bad[2].delay_ns = SEC;
    bad[3].bytes = MIB + 1;
    for (int i = 0; i < 4; i++) {
        queue_send(&rig->queue.service, &bad[i], 1, &rig->reply, 0);
        assert_int_equal(rig->reply.status, expected[i]);
    }
    SENDS(rig, "g1-m1", 5);
}

/* EVIDENCE-OF: SND-11
 * One entry without its group, or without its id, fails a whole batch; recorded in
 * test_send_batch_missing_message_group_id_for_fifo_queue and ..._deduplication_id_.... */
static void test_one_entry_fails_a_batch(void **state)
{
    struct fifo_rig *rig = rig_of(state);
    const struct send good = {.dedup = 5, .delay_ns = -1, .group = 1, .bytes = 1};
    struct send entries[3] = {good, good, good};
    struct sent replies[3];
    fifo_rig_open(rig);
    entries[2].group = MESSAGE_NO_GROUP;
    assert_int_equal(queue_send(&rig->queue.service, entries, 3, replies, 0), SEND_NEEDS_GROUP);
    entries[2] = good;
    entries[2].dedup = 0;
    assert_int_equal(queue_send(&rig->queue.service, entries, 3, replies, 0), SEND_NEEDS_DEDUP);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(replies[i].status, SEND_NEEDS_DEDUP);
    RECEIVES(rig, "");
}

/* EVIDENCE-OF: FIFO-7
 * With ContentBasedDeduplication the caller's hash of the body and an explicit id are one space of
 * ids. */
static void test_content_and_explicit_ids_share_a_space(void **state)
{
    struct fifo_rig *rig = rig_of(state);
    const uint64_t hash_of_body = UINT64_C(0x9F86D081884C7D65);
    rig->cfg.content_dedup = true;
    fifo_rig_open(rig);
    SENDS(rig, "g1-m1", hash_of_body);
    DUPLICATES(rig, "g1-m2", hash_of_body);
    SENDS(rig, "g1-m3", hash_of_body + 1);
}

/* EVIDENCE-OF: SND-14
 * Sequence numbers strictly increase; a duplicate takes none. */
static void test_sequence_numbers_increase(void **state)
{
    struct fifo_rig *rig = rig_of(state);
    uint64_t last = 0;
    fifo_rig_open(rig);
    for (uint64_t i = 0; i < 20; i++) {
        SENDS(rig, i % 2 ? "g1-m1" : "g2-m1", 100 + i);
        assert_true(rig->reply.number > last);
        last = rig->reply.number;
        DUPLICATES(rig, "g1-m1", 100);
        assert_int_equal(rig->reply.number, 1);
    }
}

/* EVIDENCE-OF: FIFO-11 LIM-2
 * 300 calls of one action at once, then 300 a second; what is throttled opens no window. */
static void test_throttled_sends_open_no_window(void **state)
{
    struct fifo_rig *rig = rig_of(state);
    rig->cfg.quotas = true;
    fifo_rig_open(rig);
    for (uint64_t i = 1; i <= 300; i++)
        SENDS(rig, "g1-m1", i);
    assert_int_equal(fifo_rig_send_as(rig, "g1-m1", 301), SEND_THROTTLED);
    fifo_rig_at(rig, 1);
    for (uint64_t i = 301; i <= 600; i++)
        SENDS(rig, "g1-m1", i);
    assert_int_equal(fifo_rig_send_as(rig, "g1-m1", 601), SEND_THROTTLED);
}

/* EVIDENCE-OF: ATT-1 ATT-7 FIFO-13
 * The defaults of the table in ATT-1, and the words and types that only a FIFO queue has. */
static void test_rows(void **state)
{
    struct fifo_rig *rig = rig_of(state);
    static const char text[] = "{\"DeduplicationScope\": \"messageGroup\", \"quotaBurst\": 7,"
                               " \"attributeDelay\": \"60s\", \"scopeChangeDelay\": null,"
                               " \"FifoThroughputLimit\": \"perMessageGroupId\"}";
    struct arena arena;
    struct diag *diag = diag_new();
    struct json_doc *doc = json_parse("rows", text, strlen(text), false, diag);
    struct param_reader reader = {.doc = doc, .diag = diag, .arena = &arena, .folder = ""};
    struct queue_cfg cfg = {0};
    arena_init(&arena);
    assert_true(param_bind(&reader, queue_sqs_fifo.params, &cfg, NULL, NULL));
    assert_int_equal(cfg.visibility_ns, 30 * SEC);
    assert_int_equal(cfg.retention_ns, 4 * DAY);
    assert_int_equal(cfg.dedup_scope, DEDUP_SCOPE_QUEUE);
    assert_int_equal(cfg.throughput_limit, THROUGHPUT_PER_QUEUE);
    assert_int_equal(cfg.in_flight_limit, QUEUE_LIMIT_OF_PROFILE);
    assert_int_equal(cfg.quota_burst, 300);
    assert_int_equal(cfg.attribute_delay_ns, 0);
    assert_int_equal(cfg.scope_change_delay_ns, 60 * SEC);
    assert_true(cfg.quotas && !cfg.content_dedup);
    assert_true(param_bind(&reader, queue_sqs_fifo.params, &cfg, json_root(doc), NULL));
    assert_int_equal(cfg.dedup_scope, DEDUP_SCOPE_GROUP);
    assert_int_equal(cfg.throughput_limit, THROUGHPUT_PER_GROUP);
    assert_int_equal(cfg.quota_burst, 7);
    assert_int_equal(cfg.attribute_delay_ns, 60 * SEC);
    assert_int_equal(cfg.scope_change_delay_ns, FOREVER);
    text_free(&reader.pointer);
    json_free(doc);
    diag_free(diag);
    arena_free(&arena);
    fifo_rig_open(rig);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_window_is_half_open),
        TEST(test_duplicate_does_not_restart_the_window),
        TEST(test_memory_outlives_messages),
        TEST(test_memory_outlives_move_and_expiry),
        TEST(test_scope_queue),
        TEST(test_scope_group),
        TEST(test_duplicate_within_a_batch),
        TEST(test_one_entry_fails_a_batch),
        TEST(test_refused_sends_open_no_window),
        TEST(test_content_and_explicit_ids_share_a_space),
        TEST(test_sequence_numbers_increase),
        TEST(test_throttled_sends_open_no_window),
        TEST(test_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
