// SPDX-License-Identifier: GPL-3.0-or-later
/* The standard queue against a second implementation under 200,000 random calls: sends, receives,
 * long polls, deletes and changes of visibility by any handle ever given, purges, and the
 * dead-letter queue.
 *
 * The second one is tools/standard_oracle.  Half of the episodes have calls and deadlines at the
 * same instants; the other half have long polls, and instants of their own for every call. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "base/units.h"
#include "core/rng.h"
#include "model/queue.h"
#include "tools/standard_oracle.h"

enum { CALLS = 2500, EPISODES = 80, POLLS = STANDARD_ORACLE_POLLS, HANDLES = 12 * CALLS };

/* --- both side by side --- */

struct asker {
    struct poll poll;
    struct delivery out[10];
    int64_t answered_ns;
};

struct pair {
    struct standard_oracle r;
    struct engine engine;
    struct messages messages;
    struct probe probe;
    struct queue_limits limits;
    struct queue_cfg cfg, dead_cfg;
    struct queue queues[2];
    struct rng rng;
    struct asker askers[POLLS];
    struct delivery handles[2][HANDLES];
    int64_t orders[2][HANDLES]; /* of the message when the handle was given */
    size_t handle_count[2];
    int64_t now_ns, grid_ns, purged_ns; /* purged_ns -1: never purged */
    bool polls;
};

static struct pair pair;

static int64_t draw(int64_t low, int64_t high)
{
    return low + (int64_t)rng_below(&pair.rng, (uint64_t)(high - low + 1));
}

static void draw_setting(struct pair *p, uint64_t episode)
{
    p->polls = episode % 2;
    p->r.visibility_ns = draw(0, 30) * SEC;
    p->r.retention_ns[0] = draw(0, 1) ? 60 * SEC : 600 * SEC;
    p->r.retention_ns[1] = draw(60, 120) * SEC;
    p->r.delay_ns = draw(0, 2) ? 0 : draw(1, 10) * SEC;
    p->r.limit = draw(0, 2) ? -1 : draw(1, 20);
    p->r.max_receives = (int)draw(0, 5);
    p->r.stale_deletes = draw(0, 1);
}

static void open_pair(struct pair *p, uint64_t episode)
{
    memset(p, 0, sizeof *p);
    p->purged_ns = -1;
    rng_init(&p->rng, rng_name(episode, 1, "test", "standard"));
    draw_setting(p, episode);
    p->limits =
        (struct queue_limits){.max_bytes = MIB, .batch_bytes = MIB, .in_flight_standard = 120000};
    p->cfg = (struct queue_cfg){
        .visibility_ns = p->r.visibility_ns,
        .retention_ns = p->r.retention_ns[0],
        .delay_ns = p->r.delay_ns,
        .in_flight_limit = p->r.limit,
        .storage = {.servers = 1},
        .stale_delete = p->r.stale_deletes ? STALE_DELETE_DELETES : STALE_DELETE_IGNORED,
        .redrive = {.max_receives = p->r.max_receives},
        .poison_receives = 3,
        .poison_age_receives = 3,
    };
    p->dead_cfg = p->cfg;
    p->dead_cfg.retention_ns = p->r.retention_ns[1];
    p->dead_cfg.in_flight_limit = QUEUE_LIMIT_NONE;
    const struct queue_setting setting = {.engine = &p->engine,
                                          .messages = &p->messages,
                                          .probe = &p->probe,
                                          .limits = &p->limits,
                                          .stored_limit = UINT64_MAX};
    engine_init(&p->engine);
    messages_init(&p->messages, MESSAGE_WANT_RECEIVED, 1);
    queue_init(&p->queues[0], &queue_sqs_standard, &p->cfg, "a", 0, &setting);
    queue_init(&p->queues[1], &queue_sqs_standard, &p->dead_cfg, "b", 1, &setting);
    p->queues[0].dead_letter = p->r.max_receives > 0 ? &p->queues[1] : NULL;
    for (size_t i = 0; i < POLLS; i++)
        p->askers[i].answered_ns = p->r.waiters[i].answered_ns = -1;
}

static void close_pair(struct pair *p)
{
    queue_free(&p->queues[0]);
    queue_free(&p->queues[1]);
    messages_free(&p->messages);
}

static void keep_handles(struct pair *p, int where, const struct delivery *out, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        p->handles[where][p->handle_count[where]] = out[i];
        p->orders[where][p->handle_count[where]++] = p->r.items[out[i].root].order;
    }
}

static void send_both(struct pair *p)
{
    const struct send send = {
        .root = p->r.item_count, .delay_ns = draw(0, 3) ? -1 : draw(0, 10) * SEC, .bytes = 1};
    struct sent reply = {0};
    struct standard_oracle_item *item = &p->r.items[p->r.item_count++];
    standard_oracle_settle(&p->r, p->now_ns);
    *item = (struct standard_oracle_item){
        .sent_ns = p->now_ns,
        .available_ns = p->now_ns + (send.delay_ns < 0 ? p->r.delay_ns : send.delay_ns),
        .received_ns = -1,
        .order = p->r.counter++};
    item->place = item->order;
    item->visible = item->available_ns <= p->now_ns;
    standard_oracle_match(&p->r, p->now_ns);
    queue_send(&p->queues[0].service, &send, 1, &reply, p->now_ns);
    assert_int_equal(reply.status, SEND_OK);
}

static void compare(const struct delivery *out, size_t count, const size_t *got, size_t expected)
{
    assert_int_equal(count, expected);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(out[i].root, got[i]);
        assert_int_equal(out[i].receives, pair.r.items[got[i]].receives);
        assert_int_equal(out[i].sent_ns, pair.r.items[got[i]].sent_ns);
    }
}

static void receive_both(struct pair *p, int where)
{
    struct delivery out[10];
    size_t got[10];
    struct poll poll = {.max = (uint32_t)draw(1, 10), .visibility_ns = -1, .out = out};
    if (draw(0, 3) == 0)
        poll.visibility_ns = draw(0, 5) * SEC;
    standard_oracle_settle(&p->r, p->now_ns);
    const int64_t visibility_ns = poll.visibility_ns < 0 ? p->r.visibility_ns : poll.visibility_ns;
    const size_t count =
        standard_oracle_hand_out(&p->r, where, poll.max, visibility_ns, p->now_ns, got);
    const bool is_over = where == 0 && count == 0 && p->r.limit >= 0 &&
                         (int64_t)standard_oracle_in_flight(&p->r, 0) >= p->r.limit;
    const enum receive_status status = queue_receive(&p->queues[where], &poll, p->now_ns);
    assert_int_equal(status,
                     count > 0 ? RECEIVE_MESSAGES : (is_over ? RECEIVE_OVER_LIMIT : RECEIVE_EMPTY));
    compare(out, poll.count, got, count);
    keep_handles(p, where, out, count);
}

static void on_answer(struct poll *poll, int64_t now_ns)
{
    EVENT_OWNER(poll, struct asker, poll)->answered_ns = now_ns;
}

static void poll_both(struct pair *p)
{
    const size_t which = (size_t)draw(0, POLLS - 1);
    struct asker *asker = &p->askers[which];
    struct standard_oracle_waiter *w = &p->r.waiters[which];
    if (w->waits || asker->poll.next != NULL)
        return;
    asker->answered_ns = -1;
    asker->poll = (struct poll){.max = (uint32_t)draw(1, 10),
                                .wait_ns = draw(1, 20) * SEC,
                                .visibility_ns = draw(1, 40) * SEC,
                                .out = asker->out,
                                .on_answer = on_answer};
    *w = (struct standard_oracle_waiter){.max = asker->poll.max,
                                         .visibility_ns = asker->poll.visibility_ns,
                                         .ends_ns = p->now_ns + asker->poll.wait_ns,
                                         .arrived = p->r.arrivals++,
                                         .answered_ns = -1};
    standard_oracle_settle(&p->r, p->now_ns);
    w->count = standard_oracle_hand_out(&p->r, 0, w->max, w->visibility_ns, p->now_ns, w->got);
    w->waits = w->count == 0;
    if (queue_receive(&p->queues[0], &asker->poll, p->now_ns) != RECEIVE_WAITS)
        compare(asker->out, asker->poll.count, w->got, w->count);
    else
        assert_true(w->waits);
    if (!w->waits)
        keep_handles(p, 0, asker->out, w->count);
}

/* Answers that came since must be the same in both: what, and when. */
static void compare_answers(struct pair *p)
{
    for (size_t i = 0; i < POLLS; i++) {
        struct standard_oracle_waiter *w = &p->r.waiters[i];
        struct asker *asker = &p->askers[i];
        assert_int_equal(asker->answered_ns, w->answered_ns);
        if (w->answered_ns < 0)
            continue;
        assert_int_equal(asker->poll.count, w->count);
        for (size_t at = 0; at < w->count; at++)
            assert_int_equal(asker->out[at].root, w->got[at]);
        keep_handles(p, 0, asker->out, w->count);
        w->answered_ns = asker->answered_ns = -1;
    }
}

static void withdraw_both(struct pair *p)
{
    const size_t which = (size_t)draw(0, POLLS - 1);
    standard_oracle_settle(&p->r, p->now_ns);
    p->r.waiters[which].waits = false;
    queue_withdraw(&p->queues[0], &p->askers[which].poll);
}

/* A handle ever given by the queue, mostly a late one. */
static size_t pick_handle(struct pair *p, int where)
{
    const size_t count = p->handle_count[where];
    const size_t back = (size_t)draw(0, draw(0, 5) ? 15 : (int64_t)count - 1);
    return back < count ? count - 1 - back : 0;
}

/* The message that a handle names, if it is still where the handle was given. */
static struct standard_oracle_item *named(struct pair *p, int where, size_t which)
{
    struct standard_oracle_item *item = &p->r.items[p->handles[where][which].root];
    standard_oracle_settle(&p->r, p->now_ns);
    return item->where == where && item->order == p->orders[where][which] ? item : NULL;
}

static void delete_both(struct pair *p, int where)
{
    if (p->handle_count[where] == 0)
        return;
    const size_t which = pick_handle(p, where);
    const struct delivery *handle = &p->handles[where][which];
    struct standard_oracle_item *item = named(p, where, which);
    enum delete_status expected = DELETE_IGNORED;
    if (item != NULL && (p->r.stale_deletes || handle->receives == (uint32_t)item->receives))
        expected = DELETE_OK;
    if (expected == DELETE_OK)
        item->where = -1;
    if (where == 0)
        standard_oracle_match(&p->r, p->now_ns); /* room within the limit */
    assert_int_equal(queue_delete(&p->queues[where], handle, 1, NULL, 9, p->now_ns), expected);
}

/* VIS-1, VIS-2, VIS-4: hidden again from now, or shown at once. */
static void change_item(struct standard_oracle *r, struct standard_oracle_item *item,
                        int64_t timeout_ns, int64_t now_ns)
{
    if (timeout_ns > 0) {
        item->visible = false;
        item->available_ns = now_ns + timeout_ns;
    } else if (!item->visible) {
        standard_oracle_show(r, item);
    }
}

static void change_both(struct pair *p, int where)
{
    if (p->handle_count[where] == 0)
        return;
    const size_t which = pick_handle(p, where);
    const int64_t timeout_ns = draw(0, 2) ? (draw(0, 9) ? draw(1, 40) : 43200) * SEC : 0;
    struct standard_oracle_item *item = named(p, where, which);
    enum visibility_status expected = VISIBILITY_GONE;
    if (item != NULL) {
        const bool is_long = p->now_ns - item->received_ns >= SEC &&
                             p->now_ns + timeout_ns > item->received_ns + 12 * HOUR;
        expected = is_long ? VISIBILITY_TOO_LONG : VISIBILITY_OK;
    }
    if (expected == VISIBILITY_OK)
        change_item(&p->r, item, timeout_ns, p->now_ns);
    if (where == 0)
        standard_oracle_match(&p->r, p->now_ns);
    assert_int_equal(queue_change_visibility(&p->queues[where], &p->handles[where][which],
                                             &timeout_ns, 1, NULL, 9, p->now_ns),
                     expected);
}

static void purge_both(struct pair *p)
{
    standard_oracle_settle(&p->r, p->now_ns);
    /* ATT-12: not twice in 60 seconds. */
    const bool is_early = p->purged_ns >= 0 && p->now_ns - p->purged_ns < MINUTE;
    assert_int_equal(queue_purge(&p->queues[0], p->now_ns),
                     is_early ? PURGE_IN_PROGRESS : PURGE_OK);
    if (is_early)
        return;
    p->purged_ns = p->now_ns;
    for (size_t i = 0; i < p->r.item_count; i++)
        p->r.items[i].where = p->r.items[i].where == 0 ? -1 : p->r.items[i].where;
}

static void compare_counts(struct pair *p)
{
    standard_oracle_settle(&p->r, p->now_ns);
    for (int where = 0; where < 2; where++) {
        uint32_t visible = 0, hidden = 0;
        for (size_t i = 0; i < p->r.item_count; i++) {
            visible += p->r.items[i].where == where && p->r.items[i].visible;
            hidden += p->r.items[i].where == where && !p->r.items[i].visible;
        }
        const struct queue *queue = &p->queues[where];
        queue_settle(&p->queues[where], p->now_ns);
        assert_int_equal(queue->visible, visible);
        assert_int_equal(queue->in_flight, standard_oracle_in_flight(&p->r, where));
        assert_int_equal(queue->in_flight + queue->delayed, hidden);
    }
}

static void wait_a_while(struct pair *p, int64_t call)
{
    if (draw(0, 1))
        p->grid_ns += draw(0, 2) ? draw(0, 2) * SEC : draw(0, 2500) * MSEC;
    /* With polls every call has an instant of its own. */
    p->now_ns = p->grid_ns + (p->polls ? call : 0);
    if (p->polls)
        standard_oracle_pass(&p->r, p->now_ns);
    engine_run(&p->engine, p->now_ns);
    compare_answers(p);
}

static void act(struct pair *p)
{
    const int64_t what = draw(0, 99);
    const int where = draw(0, 7) == 0;
    if (what < 42)
        send_both(p);
    else if (p->polls && what < 55)
        poll_both(p);
    else if (what < 68)
        receive_both(p, where);
    else if (p->polls && what < 70)
        withdraw_both(p);
    else if (what < 88)
        delete_both(p, where);
    else if (what < 99)
        change_both(p, where);
    else if (draw(0, 9) == 0)
        purge_both(p);
}

/* EVIDENCE-OF: RCV-3 RCV-4 RCV-6 RCV-9 RCV-10 CW-4 DEL-1 DEL-2 DEL-3 VIS-1 VIS-2 VIS-3 VIS-4 VIS-5
 * EVIDENCE-OF: VIS-6 RET-1 DLQ-1 DLQ-2 DLQ-3 SND-7 ATT-12 */
static void test_random_calls(void **state)
{
    (void)state;
    for (uint64_t episode = 0; episode < EPISODES; episode++) {
        open_pair(&pair, episode);
        for (int64_t i = 0; i < CALLS; i++) {
            wait_a_while(&pair, i);
            act(&pair);
            compare_counts(&pair);
        }
        close_pair(&pair);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_calls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
