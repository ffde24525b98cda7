// SPDX-License-Identifier: GPL-3.0-or-later
/* Queues by name, by URL and by ARN; the clock; what a reset leaves. */
#include "api/account.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/units.h"
#include "scenario/profile.h"
#include "api/api_sqs_attributes.h"
static const struct api_setting *setting_of(struct api_setting *setting)
{
    *setting = (struct api_setting){.limits = &profiles[0]->limits,
                                    .topic_limits = &profiles[0]->topic_limits};
    return setting;
}

static struct account_queue *open_queue(struct account *account, const char *name)
{
    struct api_sqs_draft draft;
    struct account_queue *entry = account_entry(account, name);
    api_sqs_attributes_fresh(&draft, account, name, false);
    account_open(account, entry, &draft.cfg, false);
    api_sqs_attributes_take(entry, &draft);
    return entry;
}

static void test_a_queue_has_three_names(void **state)
{
    (void)state;
    struct api_setting setting;
    struct account account;
    account_init(&account, setting_of(&setting));
    struct account_queue *queue = open_queue(&account, "q");
    assert_ptr_equal(account_find(&account, "q"), queue);
    assert_ptr_equal(account_find(&account, "https://sqs.us-east-1.amazonaws.com/123456789012/q"),
                     queue);
    assert_ptr_equal(account_find(&account, "https://sqs.us-east-1.amazonaws.com/123456789012/q/"),
                     queue);
    assert_ptr_equal(account_find_arn(&account, "arn:aws:sqs:us-east-1:123456789012:q"), queue);
    assert_ptr_equal(account_by_id(&account, queue->id), queue);
    assert_null(account_find(&account, ""));
    assert_null(account_find(&account, "Q"));
    assert_null(account_find(&account, "q/"));
    assert_null(account_find(&account, "https://sqs.us-east-1.amazonaws.com/123456789012//"));
    assert_null(account_find(&account, "https://sqs.us-east-1.amazonaws.com/123456789012/"));
    assert_null(account_find(&account, "https://sqs.eu-west-1.amazonaws.com/123456789012/q"));
    assert_null(account_find(&account, "https://sqs.us-east-1.amazonaws.com/210987654321/q"));
    assert_null(account_find_arn(&account, "q"));
    assert_null(account_find_arn(&account, "arn:aws:sqs:us-east-1:210987654321:q"));
    assert_null(account_by_id(&account, 1));
    assert_null(account_by_id(&account, NODE_NONE));
    account_free(&account);
}

static void test_a_name_keeps_its_id(void **state)
{
    (void)state;
    struct api_setting setting;
    struct account account;
    account_init(&account, setting_of(&setting));
    struct account_queue *queue = open_queue(&account, "q");
    open_queue(&account, "p");
    account_advance(&account, 5 * SEC);
    account_close(&account, queue);
    assert_null(account_find(&account, "q"));
    assert_int_equal(queue->deleted_ns, 5 * SEC);
    assert_ptr_equal(account_entry(&account, "q"), queue);
    assert_ptr_equal(open_queue(&account, "q"), queue);
    assert_int_equal(queue->id, 0);
    assert_int_equal(queue->created_ns, 5 * SEC);
    assert_int_equal(account.queue_count, 2);
    account_free(&account);
}

/* Which queues name a dead-letter queue: those that exist, whether it exists or not. */
static void test_sources(void **state)
{
    (void)state;
    struct api_setting setting;
    struct account account;
    account_init(&account, setting_of(&setting));
    struct account_queue *dead = open_queue(&account, "dead"), *a = open_queue(&account, "a"),
                         *b = open_queue(&account, "b"), *c = open_queue(&account, "c");
    const struct queue_cfg plain = a->cfg;
    struct queue_cfg cfg = plain;
    cfg.redrive.dead_letter.name = dead->name;
    cfg.redrive.max_receives = 3;
    assert_null(dead->sources);
    account_note_cfg(&account, a, &cfg);
    account_note_cfg(&account, b, &cfg);
    account_note_cfg(&account, c, &cfg);
    account_note_cfg(&account, b, &cfg); /* once, however often it is noted */
    assert_ptr_equal(dead->sources, b);
    assert_ptr_equal(b->next_source, c);
    assert_ptr_equal(c->next_source, a);
    assert_null(a->next_source);
    account_close(&account, c);
    assert_ptr_equal(b->next_source, a);
    account_close(&account, dead);
    assert_ptr_equal(dead->sources, b);
    assert_null(b->queue.dead_letter);
    open_queue(&account, "dead");
    assert_ptr_equal(b->queue.dead_letter, &dead->queue);
    assert_ptr_equal(a->queue.dead_letter, &dead->queue);
    assert_int_equal(a->queue.max_receives, 3);
    open_queue(&account, "c"); /* what was deleted names nothing */
    account_note_cfg(&account, b, &plain);
    assert_ptr_equal(dead->sources, a);
    account_note_cfg(&account, a, &plain);
    assert_null(dead->sources);
    account_free(&account);
}

/* A node id has 16 bits, and NODE_NONE (65,535) is none. */
static void test_names_run_out(void **state)
{
    (void)state;
    struct api_setting setting;
    struct account account;
    char name[16];
    account_init(&account, setting_of(&setting));
    for (unsigned i = 0; i < 65535; i++) {
        snprintf(name, sizeof name, "q%u", i);
        assert_non_null(account_entry(&account, name));
    }
    assert_null(account_entry(&account, "another"));
    assert_non_null(account_entry(&account, "q65534"));
    account_reset(&account);
    assert_non_null(account_entry(&account, "another"));
    account_free(&account);
}

static void test_a_reset_drops_all_but_the_time(void **state)
{
    (void)state;
    struct api_setting setting;
    struct account account;
    account_init(&account, setting_of(&setting));
    for (int i = 0; i < 3; i++) {
        char name[] = "a";
        name[0] = (char)('a' + i);
        open_queue(&account, name);
    }
    account_advance(&account, 90 * SEC);
    account_reset(&account);
    assert_null(account_find(&account, "a"));
    assert_int_equal(account.queue_count, 0);
    assert_int_equal(account_now(&account), 90 * SEC);
    assert_int_equal(account.era, 1);
    account_free(&account);
}

static void test_time_is_told_since_the_epoch(void **state)
{
    (void)state;
    assert_int_equal(account_epoch_s(0), 1700000000);
    assert_int_equal(account_epoch_ms(0), 1700000000000);
    assert_int_equal(account_epoch_s(1999999999), 1700000001);
    assert_int_equal(account_epoch_ms(1999999999), 1700000001999);
    /* 200 years and all that is added to a time fit into 63 bits. */
    assert_true(ACCOUNT_LAST_NS < INT64_MAX - 90 * 365 * 24 * HOUR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_queue_has_three_names),
        cmocka_unit_test(test_a_name_keeps_its_id),
        cmocka_unit_test(test_sources),
        cmocka_unit_test(test_names_run_out),
        cmocka_unit_test(test_a_reset_drops_all_but_the_time),
        cmocka_unit_test(test_time_is_told_since_the_epoch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
