// SPDX-License-Identifier: GPL-3.0-or-later
/* The FIFO queue against a second implementation under 200,000 random calls: sends, receives,
 * deletes and changes of visibility by any handle ever given, receives that are tried again,
 * purges, changes of attributes, and the dead-letter queue.
 *
 * The second one has one array of messages and walks it from the start for every question.  It
 * follows the text of the rules (FIFO-1 to FIFO-29, DLQ-1 to DLQ-5, RET-1, DEL-5, VIS-4, ATT-8,
 * RCV-12) and shares no code. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/units.h"
#include "core/rng.h"
#include "model/queue.h"

enum { CALLS = 2500, EPISODES = 80, GROUPS = 6, IDS = 60, ATTEMPTS = 4 };

/* One message: where it is (0 the queue, 1 its dead-letter queue, -1 gone), and since or until
 * when. */
struct item {
    int where, receives;
    uint32_t group;
    int64_t enqueued_ns, available_ns, order;
    int changes; /* of its visibility */
    bool handed; /* by the call that is going on */
};

struct window {
    uint64_t id;
    uint32_t group;
    int64_t accepted_ns;
    size_t original;
};

/* What a receive with an attempt id gave out, each with its receives and changes at the time. */
struct tried {
    struct item *got[10];
    int receives[10], changes[10];
    size_t count;
    int64_t called_ns;
};

struct reference {
    int64_t visibility_ns, retention_ns[2], delay_ns, in_flight_limit, look_back;
    int max_receives;
    bool by_group;
    struct item items[CALLS];
    struct window windows[CALLS];
    size_t item_count, window_count;
    struct tried tried[2][ATTEMPTS];
    int64_t next_order;
};

static bool is_in_flight(const struct item *item, int64_t now_ns)
{
    return item->handed || (item->receives > 0 && item->available_ns > now_ns);
}

static void expire(struct reference *r, int64_t now_ns)
{
    for (size_t i = 0; i < r->item_count; i++) {
        struct item *item = &r->items[i];
        if (item->where >= 0 && item->enqueued_ns + r->retention_ns[item->where] <= now_ns)
            item->where = -1;
    }
}

/* The messages of a queue in order of enqueueing, no more than limit; returns how many. */
static size_t in_order(struct reference *r, int where, int64_t limit, struct item **out)
{
    size_t count = 0;
    for (size_t i = 0; i < r->item_count; i++) {
        if (r->items[i].where != where)
            continue;
        size_t place = count++;
        for (; place > 0 && out[place - 1]->order > r->items[i].order; place--)
            out[place] = out[place - 1];
        out[place] = &r->items[i];
    }
    return (int64_t)count < limit ? count : (size_t)limit;
}

/* The next message of a group's prefix of messages that are visible or were handed out by this very
 * call; NULL if there is none.  head: the group's first message, if this call handed out none of
 * it. */
static struct item *next_of_group(struct item **list, size_t count, uint32_t group, int64_t now_ns,
                                  bool *is_head)
{
    *is_head = true;
    for (size_t i = 0; i < count; i++) {
        if (list[i]->group != group)
            continue;
        if (!list[i]->handed)
            return list[i]->available_ns <= now_ns ? list[i] : NULL;
        *is_head = false;
    }
    return NULL;
}

static struct item *choose(struct item **list, size_t count, int64_t now_ns, uint32_t *group)
{
    bool is_head;
    struct item *best = NULL;
    if (*group != MESSAGE_NO_GROUP)
        best = next_of_group(list, count, *group, now_ns, &is_head);
    if (best != NULL)
        return best;
    for (uint32_t other = 0; other < GROUPS; other++) {
        struct item *item = next_of_group(list, count, other, now_ns, &is_head);
        if (item == NULL || !is_head)
            continue;
        if (best == NULL || item->available_ns < best->available_ns ||
            (item->available_ns == best->available_ns && item->order < best->order))
            best = item;
    }
    if (best != NULL)
        *group = best->group;
    return best;
}

static size_t count_in_flight(struct reference *r, int where, int64_t now_ns)
{
    size_t count = 0;
    for (size_t i = 0; i < r->item_count; i++)
        count += r->items[i].where == where && is_in_flight(&r->items[i], now_ns);
    return count;
}

static size_t receive(struct reference *r, int where, size_t max, int64_t visibility_ns,
                      int64_t now_ns, struct item **got)
{
    static struct item *list[CALLS];
    uint32_t group = MESSAGE_NO_GROUP;
    size_t count = 0;
    expire(r, now_ns);
    while (count < max && (where == 1 || r->in_flight_limit < 0 ||
                           (int64_t)count_in_flight(r, where, now_ns) < r->in_flight_limit)) {
        const size_t seen = in_order(r, where, r->look_back, list);
        struct item *item = choose(list, seen, now_ns, &group);
        if (item == NULL)
            break;
        if (where == 0 && r->max_receives > 0 && item->receives >= r->max_receives) {
            item->where = 1;
            item->enqueued_ns = item->available_ns = now_ns;
            item->order = r->next_order++;
            continue;
        }
        item->receives++;
        item->available_ns = now_ns + visibility_ns;
        item->handed = true;
        got[count++] = item;
    }
    for (size_t i = 0; i < count; i++)
        got[i]->handed = false;
    return count;
}

/* RCV-12: may the receive be answered as before? */
static bool can_repeat(const struct tried *tried, int where, size_t max, int64_t now_ns)
{
    if (tried->count == 0 || tried->count > max || now_ns >= tried->called_ns + 5 * MINUTE)
        return false;
    for (size_t i = 0; i < tried->count; i++) {
        const struct item *item = tried->got[i];
        if (item->where != where || item->available_ns <= now_ns ||
            item->receives != tried->receives[i] || item->changes != tried->changes[i])
            return false;
    }
    return true;
}

static size_t receive_as(struct reference *r, int where, struct tried *tried, size_t max,
                         int64_t visibility_ns, int64_t now_ns, struct item **got)
{
    expire(r, now_ns);
    if (can_repeat(tried, where, max, now_ns)) {
        for (size_t i = 0; i < tried->count; i++) {
            got[i] = tried->got[i];
            got[i]->available_ns = now_ns + visibility_ns;
        }
        return tried->count;
    }
    const size_t count = receive(r, where, max, visibility_ns, now_ns, got);
    if (count > 0)
        *tried = (struct tried){.count = count, .called_ns = now_ns};
    for (size_t i = 0; i < count; i++) {
        tried->got[i] = got[i];
        tried->receives[i] = got[i]->receives;
        tried->changes[i] = got[i]->changes;
    }
    return count;
}

/* The number of the original if this is a duplicate, else -1. */
static int64_t find_original(const struct reference *r, uint64_t id, uint32_t group, int64_t now_ns)
{
    for (size_t i = 0; i < r->window_count; i++) {
        const struct window *w = &r->windows[i];
        if (w->id == id && (!r->by_group || w->group == group) &&
            now_ns < w->accepted_ns + 5 * MINUTE)
            return (int64_t)w->original;
    }
    return -1;
}

static void store(struct reference *r, uint64_t id, uint32_t group, int64_t now_ns)
{
    r->windows[r->window_count++] = (struct window){id, group, now_ns, r->item_count};
    r->items[r->item_count++] = (struct item){.group = group,
                                              .enqueued_ns = now_ns,
                                              .available_ns = now_ns + r->delay_ns,
                                              .order = r->next_order++};
}

/* --- both side by side --- */

struct pair {
    struct reference r;
    struct engine engine;
    struct messages messages;
    struct probe probe;
    struct queue_limits limits;
    struct queue_cfg cfg, dead_cfg;
    struct queue queues[2];
    struct rng rng;
    struct delivery handles[2][10 * CALLS];
    size_t handle_count[2];
    int64_t now_ns, purged_ns; /* -1: never purged */
};

static int64_t draw(struct pair *p, int64_t low, int64_t high)
{
    return low + (int64_t)rng_below(&p->rng, (uint64_t)(high - low + 1));
}

static void open_pair(struct pair *p, uint64_t episode)
{
    memset(p, 0, sizeof *p);
    p->purged_ns = -1;
    rng_init(&p->rng, rng_name(episode, 1, "test", "fifo"));
    p->r.visibility_ns = draw(p, 0, 30) * SEC;
    p->r.retention_ns[0] = draw(p, 0, 1) ? 60 * SEC : 600 * SEC;
    p->r.retention_ns[1] = draw(p, 60, 120) * SEC;
    p->r.delay_ns = draw(p, 0, 2) ? 0 : draw(p, 1, 10) * SEC;
    p->r.in_flight_limit = draw(p, 0, 2) ? -1 : draw(p, 1, 20);
    p->r.look_back = draw(p, 0, 1) ? 1000000 : draw(p, 1, 30);
    p->r.max_receives = (int)draw(p, 0, 3);
    p->r.by_group = draw(p, 0, 1);
    p->limits = (struct queue_limits){.max_bytes = MIB,
                                      .batch_bytes = MIB,
                                      .in_flight_fifo = 120000,
                                      .fifo_look_back = p->r.look_back};
    p->cfg = (struct queue_cfg){
        .visibility_ns = p->r.visibility_ns,
        .retention_ns = p->r.retention_ns[0],
        .delay_ns = p->r.delay_ns,
        .in_flight_limit = p->r.in_flight_limit,
        .redrive = {.max_receives = p->r.max_receives},
        .dedup_scope = p->r.by_group ? DEDUP_SCOPE_GROUP : DEDUP_SCOPE_QUEUE,
    };
    p->dead_cfg = (struct queue_cfg){.visibility_ns = p->r.visibility_ns,
                                     .retention_ns = p->r.retention_ns[1],
                                     .in_flight_limit = QUEUE_LIMIT_NONE};
    const struct queue_setting setting = {.engine = &p->engine,
                                          .messages = &p->messages,
                                          .probe = &p->probe,
                                          .limits = &p->limits,
                                          .stored_limit = UINT64_MAX};
    engine_init(&p->engine);
    messages_init(&p->messages, MESSAGE_WANT_GROUP, 1);
    queue_init(&p->queues[0], &queue_sqs_fifo, &p->cfg, "a.fifo", 0, &setting);
    queue_init(&p->queues[1], &queue_sqs_fifo, &p->dead_cfg, "b.fifo", 1, &setting);
    p->queues[0].dead_letter = p->r.max_receives > 0 ? &p->queues[1] : NULL;
}

static void close_pair(struct pair *p)
{
    queue_free(&p->queues[0]);
    queue_free(&p->queues[1]);
    messages_free(&p->messages);
}

static void send_both(struct pair *p)
{
    const struct send send = {.root = p->r.item_count,
                              .dedup = (uint64_t)draw(p, 1, IDS),
                              .delay_ns = draw(p, -1, 0),
                              .group = (uint32_t)draw(p, 0, GROUPS - 1),
                              .bytes = 1};
    struct sent reply = {0};
    expire(&p->r, p->now_ns);
    const int64_t original = find_original(&p->r, send.dedup, send.group, p->now_ns);
    queue_send(&p->queues[0].service, &send, 1, &reply, p->now_ns);
    assert_int_equal(reply.status, original < 0 ? SEND_OK : SEND_DEDUPLICATED);
    if (original < 0)
        store(&p->r, send.dedup, send.group, p->now_ns);
    else
        assert_int_equal(reply.root, original);
}

static void receive_both(struct pair *p, int where)
{
    struct delivery out[10];
    struct item *got[10];
    struct poll poll = {.max = (uint32_t)draw(p, 1, 10), .visibility_ns = -1, .out = out};
    if (draw(p, 0, 3) == 0)
        poll.visibility_ns = draw(p, 0, 5) * SEC;
    const int64_t timeout_ns = where == 0 ? p->r.visibility_ns : p->dead_cfg.visibility_ns;
    const int64_t visibility_ns = poll.visibility_ns < 0 ? timeout_ns : poll.visibility_ns;
    const size_t attempt = (size_t)draw(p, 0, ATTEMPTS); /* 0: none */
    const size_t count = attempt == 0
                             ? receive(&p->r, where, poll.max, visibility_ns, p->now_ns, got)
                             : receive_as(&p->r, where, &p->r.tried[where][attempt - 1], poll.max,
                                          visibility_ns, p->now_ns, got);
    if (!queue_receive_again(&p->queues[where], &poll, attempt, p->now_ns) &&
        queue_receive(&p->queues[where], &poll, p->now_ns) == RECEIVE_MESSAGES)
        queue_remember_attempt(&p->queues[where], &poll, attempt, p->now_ns);
    assert_int_equal(poll.count, count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(out[i].root, got[i] - p->r.items);
        assert_int_equal(out[i].receives, got[i]->receives);
        p->handles[where][p->handle_count[where]++] = out[i];
    }
}

/* A handle ever given by the queue, mostly a late one. */
static const struct delivery *pick_handle(struct pair *p, int where)
{
    const size_t count = p->handle_count[where];
    const size_t back = (size_t)draw(p, 0, draw(p, 0, 5) ? 15 : (int64_t)count - 1);
    return &p->handles[where][back < count ? count - 1 - back : 0];
}

/* DEL-5, FIFO-28: the latest receive, and not later than its deadline. */
static bool is_good(const struct delivery *handle, const struct item *item, int64_t now_ns)
{
    return handle->receives == (uint32_t)item->receives && now_ns <= item->available_ns;
}

static void delete_both(struct pair *p, int where)
{
    if (p->handle_count[where] == 0)
        return;
    const struct delivery *handle = pick_handle(p, where);
    struct item *item = &p->r.items[handle->root];
    enum delete_status expected = DELETE_IGNORED;
    expire(&p->r, p->now_ns);
    if (item->where == where)
        expected = is_good(handle, item, p->now_ns) ? DELETE_OK : DELETE_EXPIRED;
    assert_int_equal(queue_delete(&p->queues[where], handle, 1, NULL, 9, p->now_ns), expected);
    if (expected == DELETE_OK)
        item->where = -1;
}

static void change_both(struct pair *p, int where)
{
    if (p->handle_count[where] == 0)
        return;
    const struct delivery *handle = pick_handle(p, where);
    struct item *item = &p->r.items[handle->root];
    const int64_t timeout_ns = draw(p, 0, 2) ? draw(p, 1, 40) * SEC : 0;
    enum visibility_status expected = VISIBILITY_GONE;
    expire(&p->r, p->now_ns);
    if (item->where == where)
        expected = is_good(handle, item, p->now_ns) ? VISIBILITY_OK : VISIBILITY_EXPIRED;
    assert_int_equal(
        queue_change_visibility(&p->queues[where], handle, &timeout_ns, 1, NULL, 9, p->now_ns),
        expected);
    if (expected != VISIBILITY_OK)
        return;
    item->available_ns = p->now_ns + timeout_ns;
    item->changes++;
}

/* ATT-8: what was never received waits by the new delay, unless it was visible already. */
static void change_attributes_both(struct pair *p)
{
    expire(&p->r, p->now_ns);
    p->cfg.visibility_ns = p->r.visibility_ns = draw(p, 0, 30) * SEC;
    p->cfg.retention_ns = p->r.retention_ns[0] = draw(p, 60, 120) * SEC;
    p->cfg.delay_ns = p->r.delay_ns = draw(p, 0, 10) * SEC;
    p->r.by_group = draw(p, 0, 1);
    p->cfg.dedup_scope = p->r.by_group ? DEDUP_SCOPE_GROUP : DEDUP_SCOPE_QUEUE;
    for (size_t i = 0; i < p->r.item_count; i++) {
        struct item *item = &p->r.items[i];
        if (item->where != 0 || item->receives > 0 || item->available_ns <= p->now_ns)
            continue;
        item->available_ns = item->enqueued_ns + p->r.delay_ns;
        if (item->available_ns < p->now_ns)
            item->available_ns = p->now_ns;
    }
    queue_change(&p->queues[0], &p->cfg, p->now_ns);
    p->r.max_receives = (int)draw(p, 0, 3);
    queue_set_dead_letter(&p->queues[0], p->r.max_receives > 0 ? &p->queues[1] : NULL,
                          p->r.max_receives, p->now_ns);
}

static void purge_both(struct pair *p)
{
    /* ATT-12: not twice in 60 seconds. */
    const bool is_early = p->purged_ns >= 0 && p->now_ns - p->purged_ns < MINUTE;
    assert_int_equal(queue_purge(&p->queues[0], p->now_ns),
                     is_early ? PURGE_IN_PROGRESS : PURGE_OK);
    if (is_early)
        return;
    p->purged_ns = p->now_ns;
    for (size_t i = 0; i < p->r.item_count; i++)
        p->r.items[i].where = p->r.items[i].where == 0 ? -1 : p->r.items[i].where;
    p->r.window_count = 0;
}

static void compare_counts(struct pair *p)
{
    expire(&p->r, p->now_ns);
    for (int where = 0; where < 2; where++) {
        uint32_t visible = 0, in_flight = 0, delayed = 0;
        for (size_t i = 0; i < p->r.item_count; i++) {
            const struct item *item = &p->r.items[i];
            if (item->where != where)
                continue;
            visible += item->available_ns <= p->now_ns;
            in_flight += is_in_flight(item, p->now_ns);
            delayed += item->available_ns > p->now_ns && item->receives == 0;
        }
        queue_settle(&p->queues[where], p->now_ns);
        assert_int_equal(p->queues[where].visible, visible);
        assert_int_equal(p->queues[where].in_flight, in_flight);
        assert_int_equal(p->queues[where].delayed, delayed);
    }
}

static void step(struct pair *p)
{
    const int64_t what = draw(p, 0, 99);
    const int where = draw(p, 0, 7) == 0;
    if (draw(p, 0, 1)) {
        p->now_ns += draw(p, 0, 2) ? draw(p, 0, 2) * SEC : draw(p, 0, 2500) * MSEC;
        engine_run(&p->engine, p->now_ns);
    }
    if (what < 45)
        send_both(p);
    else if (what < 70)
        receive_both(p, where);
    else if (what < 88)
        delete_both(p, where);
    else if (what < 99)
        change_both(p, where);
    else if (draw(p, 0, 9) == 0)
        purge_both(p);
    else if (draw(p, 0, 2) == 0)
        change_attributes_both(p);
}

/* EVIDENCE-OF: FIFO-1 FIFO-5 FIFO-6 FIFO-20 FIFO-21 FIFO-22 FIFO-27 FIFO-28 DEL-5 VIS-4 DLQ-1 DLQ-5
 * EVIDENCE-OF: RET-1 ATT-8 RCV-12 */
static void test_random_calls(void **state)
{
    static struct pair pair;
    (void)state;
    for (uint64_t episode = 0; episode < EPISODES; episode++) {
        open_pair(&pair, episode);
        for (int i = 0; i < CALLS; i++) {
            step(&pair);
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
