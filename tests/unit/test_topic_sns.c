// SPDX-License-Identifier: GPL-3.0-or-later
/* What an SNS topic accepts, how fast, under which number; and which ids queues get. */
#include "model/topic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/units.h"
#include "tools/topic_rig.h"

static void open_rig(struct topic_rig *rig, bool is_fifo)
{
    topic_rig_init(rig, is_fifo);
    topic_rig_open(rig);
}

static enum send_status publish_batch(struct topic_rig *rig, uint32_t first, size_t count,
                                      struct sent *replies)
{
    struct send entries[12];
    for (size_t i = 0; i < count; i++) {
        entries[i] = rig->send;
        entries[i].root = probe_root(RIG_WEB, first + i);
        if (rig->cfg.fifo)
            entries[i].dedup = first + i + 1;
    }
    return topic_publish(&rig->topic.service, entries, count, replies, rig->now_ns);
}

/* EVIDENCE-OF: SNS-1
 * 262,144 bytes are accepted, one more is not; in a batch all entries together have so much, and
 * there are one to ten of them. */
static void test_sizes(void **state)
{
    (void)state;
    struct topic_rig rig;
    struct sent replies[12];
    open_rig(&rig, false);
    rig.send.bytes = 262144;
    assert_int_equal(topic_rig_publish(&rig, 1), SEND_OK);
    rig.send.bytes = 262145;
    assert_int_equal(topic_rig_publish(&rig, 2), SEND_TOO_LONG);
    rig.send.bytes = 26215; /* 10 x 26,215 = 262,150 */
    assert_int_equal(publish_batch(&rig, 3, 10, replies), SEND_BATCH_TOO_LONG);
    assert_int_equal(replies[9].status, SEND_BATCH_TOO_LONG);
    rig.send.bytes = 26214;
    assert_int_equal(publish_batch(&rig, 3, 10, replies), SEND_OK);
    assert_int_equal(publish_batch(&rig, 3, 11, replies), SEND_BAD_BATCH);
    assert_int_equal(publish_batch(&rig, 3, 0, replies), SEND_BAD_BATCH);
    assert_int_equal(rig.told[PROBE_PUBLISHED], 11);
    assert_int_equal(rig.told[PROBE_PUBLISH_REJECTED], 11);
    assert_int_equal(rig.last[PROBE_PUBLISH_REJECTED].value, SEND_BATCH_TOO_LONG);
    assert_int_equal(rig.last[PROBE_PUBLISH_REJECTED].n, 9);
    topic_rig_close(&rig);
}

/* EVIDENCE-OF: SNS-20 */
static void test_ids(void **state)
{
    (void)state;
    struct topic_rig rig;
    open_rig(&rig, false);
    rig.send.dedup = 5;
    assert_int_equal(topic_rig_publish(&rig, 1), SEND_HAS_DEDUP);
    rig.send.dedup = 0;
    rig.send.delay_ns = SEC;
    assert_int_equal(topic_rig_publish(&rig, 2), SEND_BAD_DELAY);
    topic_rig_close(&rig);

    open_rig(&rig, true);
    assert_int_equal(topic_rig_publish(&rig, 1), SEND_NEEDS_GROUP);
    rig.send.group = 0;
    rig.send.dedup = 5;
    rig.send.flags = SEND_DEDUP_IS_CONTENT;
    assert_int_equal(topic_rig_publish(&rig, 2), SEND_NEEDS_DEDUP);
    struct topic_cfg cfg = rig.cfg;
    cfg.content_dedup = true;
    topic_change(&rig.topic, &cfg, 0);
    assert_int_equal(topic_rig_publish(&rig, 3), SEND_OK);
    assert_int_equal(rig.reply.number, 1);
    topic_rig_close(&rig);
}

/* EVIDENCE-OF: SNS-22
 * Within five minutes a duplicate gets the original's reply and reaches nobody, though the queue is
 * empty by then; after them it is new.  What was refused did not count. */
static void test_duplicates(void **state)
{
    (void)state;
    struct topic_rig rig;
    open_rig(&rig, true);
    topic_rig_subscribe(&rig, TOPIC_SQS, RIG_A, false);
    topic_rig_subscribe(&rig, TOPIC_SQS, RIG_C, false); /* a standard queue */
    rig.send.dedup = 77;
    assert_int_equal(topic_rig_publish(&rig, 1), SEND_NEEDS_GROUP);
    rig.send.group = 4;
    topic_rig_at(&rig, 10);
    assert_int_equal(topic_rig_publish(&rig, 2), SEND_OK);
    const uint64_t number = rig.reply.number;
    assert_string_equal(topic_rig_take(&rig, RIG_A), "2");
    assert_string_equal(topic_rig_take(&rig, RIG_C), "2");
    topic_rig_at(&rig, 309.5);
    assert_int_equal(topic_rig_publish(&rig, 3), SEND_DEDUPLICATED);
    assert_int_equal(rig.reply.root, probe_root(RIG_WEB, 2));
    assert_int_equal(rig.reply.number, number);
    assert_int_equal(rig.last[PROBE_PUBLISH_DEDUPED].other, 10 * SEC);
    assert_string_equal(topic_rig_take(&rig, RIG_C), "");
    topic_rig_at(&rig, 310);
    assert_int_equal(topic_rig_publish(&rig, 4), SEND_OK);
    assert_int_equal(rig.reply.number, number + 1);
    assert_string_equal(topic_rig_take(&rig, RIG_C), "4");
    topic_rig_close(&rig);
}

/* EVIDENCE-OF: SNS-22
 * Across groups in the scope Topic, per group in the scope MessageGroup. */
static void test_scope(void **state)
{
    (void)state;
    struct topic_rig rig;
    for (int scope = TOPIC_SCOPE_TOPIC; scope <= TOPIC_SCOPE_GROUP; scope++) {
        topic_rig_init(&rig, true);
        rig.cfg.throughput_scope = scope;
        topic_rig_open(&rig);
        rig.send.dedup = 77;
        rig.send.group = 0;
        assert_int_equal(topic_rig_publish(&rig, 1), SEND_OK);
        rig.send.group = 1;
        assert_int_equal(topic_rig_publish(&rig, 2),
                         scope == TOPIC_SCOPE_TOPIC ? SEND_DEDUPLICATED : SEND_OK);
        topic_rig_close(&rig);
    }
}

/* EVIDENCE-OF: SNS-23 FAIR-6
 * FIFO queues get group and deduplication id, a content-based one as if it were explicit, so they
 * need no ContentBasedDeduplication; a standard queue gets neither. */
static void test_ids_of_copies(void **state)
{
    (void)state;
    struct topic_rig rig;
    topic_rig_init(&rig, true);
    rig.cfg.content_dedup = true;
    topic_rig_open(&rig);
    struct subscription *a = topic_rig_subscribe(&rig, TOPIC_SQS, RIG_A, false);
    rig.send.group = 9;
    rig.send.dedup = 77;
    rig.send.flags = SEND_DEDUP_IS_CONTENT | SEND_IS_POISON;
    assert_int_equal(topic_rig_publish(&rig, 1), SEND_OK);
    uint32_t slot = rig.last[PROBE_ACCEPTED].message;
    assert_int_equal(rig.messages.side.group[slot].number, 9);
    assert_int_equal(rig.messages.side.dedup[slot], 77);
    assert_true(rig.messages.at[slot].flags & MESSAGE_POISON);
    topic_unsubscribe(a, 0);
    topic_rig_subscribe(&rig, TOPIC_SQS, RIG_C, false);
    rig.send.dedup = 78;
    assert_int_equal(topic_rig_publish(&rig, 2), SEND_OK);
    slot = rig.last[PROBE_ACCEPTED].message;
    assert_int_equal(rig.messages.side.group[slot].number, MESSAGE_NO_GROUP);
    assert_int_equal(rig.messages.side.dedup[slot], 0);
    assert_int_equal(rig.last[PROBE_NOTIFIED].group, 9); /* as published */
    topic_rig_close(&rig);

    /* From a standard topic the group of a fair queue's tenant. */
    open_rig(&rig, false);
    topic_rig_subscribe(&rig, TOPIC_SQS, RIG_C, false);
    rig.send.group = 9;
    assert_int_equal(topic_rig_publish(&rig, 1), SEND_OK);
    assert_int_equal(rig.last[PROBE_ACCEPTED].group, 9);
    topic_rig_close(&rig);
}

/* EVIDENCE-OF: SNS-23
 * A queue drops what it accepted itself less than five minutes ago. */
static void test_duplicate_in_queue(void **state)
{
    (void)state;
    struct topic_rig rig;
    struct sent reply;
    open_rig(&rig, true);
    topic_rig_subscribe(&rig, TOPIC_SQS, RIG_A, false);
    const struct send direct = {.root = probe_root(RIG_WEB, 1),
                                .dedup = 77,
                                .delay_ns = -1,
                                .bytes = 1,
                                .producer = RIG_WEB};
    queue_send(&rig.queues[RIG_A].service, &direct, 1, &reply, 0);
    rig.send.group = 0;
    rig.send.dedup = 77;
    assert_int_equal(topic_rig_publish(&rig, 2), SEND_OK);
    assert_string_equal(topic_rig_said(&rig), "@0 PUBLISHED 2 1\n@0 FANNED_OUT 0\n@0 NOTIFIED 0 1");
    assert_int_equal(rig.last[PROBE_NOTIFIED].message, MESSAGE_NONE);
    assert_string_equal(topic_rig_take(&rig, RIG_A), "1");
    topic_rig_close(&rig);
}

/* EVIDENCE-OF: SNS-24
 * Several FIFO queues have the same order in each group, here even over all groups. */
static void test_same_order(void **state)
{
    (void)state;
    struct topic_rig rig;
    open_rig(&rig, true);
    topic_rig_subscribe(&rig, TOPIC_SQS, RIG_A, false);
    topic_rig_subscribe(&rig, TOPIC_SQS, RIG_B, false);
    for (uint32_t number = 0; number < 12; number++) {
        rig.send.group = number % 3;
        topic_rig_publish(&rig, number);
        assert_int_equal(rig.reply.number, number + 1);
    }
    assert_string_equal(topic_rig_take(&rig, RIG_A), "0 1 2 3 4 5 6 7 8 9 10 11");
    assert_string_equal(topic_rig_take(&rig, RIG_B), "0 1 2 3 4 5 6 7 8 9 10 11");
    topic_rig_close(&rig);
}

static uint32_t publish_many(struct topic_rig *rig, uint32_t count)
{
    uint32_t accepted = 0;
    for (uint32_t i = 0; i < count; i++)
        accepted += topic_rig_publish(rig, 100000 + i) == SEND_OK;
    return accepted;
}

/* EVIDENCE-OF: LIM-6
 * A bucket holds a second's worth and fills at that rate: of very many at once the first 30,000 are
 * accepted, half a second later 15,000 more. */
static void test_quota_standard(void **state)
{
    (void)state;
    struct topic_rig rig;
    topic_rig_init(&rig, false);
    rig.cfg.quotas = true;
    topic_rig_open(&rig);
    rig.is_quiet = true;
    assert_int_equal(publish_many(&rig, 40000), 30000);
    assert_int_equal(rig.last[PROBE_PUBLISH_REJECTED].value, SEND_THROTTLED);
    topic_rig_at(&rig, 0.5);
    assert_int_equal(publish_many(&rig, 40000), 15000);
    struct topic_cfg cfg = rig.cfg;
    cfg.messages_per_s = 10;
    topic_change(&rig.topic, &cfg, rig.now_ns);
    topic_rig_at(&rig, 100);
    assert_int_equal(publish_many(&rig, 100), 10);
    topic_rig_close(&rig);
}

/* EVIDENCE-OF: LIM-6
 * FIFO, by topic: 3,000 messages a second, entries of batches counted one by one; or 20 MiB, which
 * are 80 times 262,144 bytes. */
static void test_quota_fifo(void **state)
{
    (void)state;
    struct topic_rig rig;
    struct sent replies[10];
    topic_rig_init(&rig, true);
    rig.cfg.quotas = true;
    topic_rig_open(&rig);
    rig.is_quiet = true;
    rig.send.group = 0;
    for (uint32_t i = 0; i < 299; i++)
        assert_int_equal(publish_batch(&rig, 10 * i, 10, replies), SEND_OK);
    assert_int_equal(publish_batch(&rig, 2990, 9, replies), SEND_OK);
    assert_int_equal(publish_batch(&rig, 3000, 2, replies), SEND_THROTTLED);
    assert_int_equal(replies[1].status, SEND_THROTTLED);
    assert_int_equal(topic_rig_publish(&rig, 4000), SEND_OK);
    assert_int_equal(topic_rig_publish(&rig, 4001), SEND_THROTTLED);
    topic_rig_at(&rig, 10);
    rig.send.bytes = 262144;
    assert_int_equal(publish_many(&rig, 100), 80);
    topic_rig_close(&rig);
}

/* EVIDENCE-OF: LIM-6
 * FIFO, by group: 300 a second for each, and a batch is taken whole or not at all. */
static void test_quota_group(void **state)
{
    (void)state;
    struct topic_rig rig;
    struct sent replies[10];
    topic_rig_init(&rig, true);
    rig.cfg.quotas = true;
    rig.cfg.throughput_scope = TOPIC_SCOPE_GROUP;
    topic_rig_open(&rig);
    rig.is_quiet = true;
    rig.send.group = 40;
    assert_int_equal(publish_many(&rig, 299), 299);
    assert_int_equal(publish_batch(&rig, 0, 2, replies), SEND_THROTTLED);
    assert_int_equal(publish_batch(&rig, 0, 1, replies), SEND_OK);
    rig.send.group = 2;
    for (uint32_t i = 0; i < 400; i++)
        assert_int_equal(topic_rig_publish(&rig, 5000 + i), i < 300 ? SEND_OK : SEND_THROTTLED);
    topic_rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes),         cmocka_unit_test(test_ids),
        cmocka_unit_test(test_duplicates),    cmocka_unit_test(test_scope),
        cmocka_unit_test(test_ids_of_copies), cmocka_unit_test(test_duplicate_in_queue),
        cmocka_unit_test(test_same_order),    cmocka_unit_test(test_quota_standard),
        cmocka_unit_test(test_quota_fifo),    cmocka_unit_test(test_quota_group),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
