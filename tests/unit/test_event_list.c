// SPDX-License-Identifier: GPL-3.0-or-later
/* The event list against a second one that keeps an array and searches it: random pushes, cancels
 * and pops with limits, with equal times, times on both sides of every slot's edge and times up to
 * INT64_MAX.  What the order must be stands in the header: soon, then by (time, insertion), then
 * late. */
#include "core/event_list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "core/rng.h"

enum { EVENTS = 300, CALLS = 150000 };
enum ring { RING_SOON, RING_TIMED, RING_LATE };

/* One event, and what the reference knows of it. */
struct item {
    struct event event;
    bool pending;
    enum ring ring;
    int64_t at_ns;
    uint64_t order; /* of insertion */
};

struct pair {
    struct event_list list;
    struct item items[EVENTS];
    struct rng rng;
    uint64_t order;
    bool at_event; /* an event was popped last: now is its time */
};

static int64_t draw(struct pair *p, int64_t n)
{
    return (int64_t)rng_below(&p->rng, (uint64_t)n);
}

/* A time from now on: now itself, a little later, next to an edge of a slot of any level, that of
 * another event, or near the end of time. */
static int64_t draw_time(struct pair *p)
{
    const int64_t now_ns = p->list.now_ns;
    const int64_t left_ns = INT64_MAX - now_ns;
    int64_t later_ns = 0;
    switch (draw(p, 6)) {
    case 0:
        later_ns = draw(p, 3);
        break;
    case 1:
        later_ns = draw(p, 5000);
        break;
    case 2:
        later_ns = (INT64_C(1) << (6 * draw(p, 11))) + draw(p, 3) - 1;
        break;
    case 3:
        later_ns = p->items[draw(p, EVENTS)].at_ns - now_ns;
        break;
    case 4:
        later_ns = INT64_C(1) << draw(p, 63);
        later_ns -= now_ns % later_ns;
        break;
    default:
        later_ns = left_ns - draw(p, 3);
    }
    return later_ns < 0 || later_ns > left_ns ? now_ns : now_ns + later_ns;
}

static void push_one(struct pair *p)
{
    struct item *item = &p->items[draw(p, EVENTS)];
    if (item->pending)
        return;
    item->ring = p->at_event ? (enum ring)draw(p, 3) : RING_TIMED;
    item->at_ns = item->ring == RING_TIMED ? draw_time(p) : p->list.now_ns;
    item->order = p->order++;
    item->pending = true;
    if (item->ring == RING_SOON)
        event_list_push_soon(&p->list, &item->event);
    else if (item->ring == RING_TIMED)
        event_list_push(&p->list, &item->event, item->at_ns);
    else
        event_list_push_late(&p->list, &item->event);
}

static void cancel_one(struct pair *p)
{
    struct item *item = &p->items[draw(p, EVENTS)];
    if (item->pending)
        event_list_cancel(&p->list, &item->event);
    item->pending = false;
}

/* True if a comes before b: at one instant soon before timed before late, else by time. */
static bool is_before(const struct item *a, const struct item *b)
{
    if (a->ring == RING_SOON || b->ring == RING_SOON)
        return a->ring != b->ring ? a->ring == RING_SOON : a->order < b->order;
    if (a->at_ns != b->at_ns)
        return a->at_ns < b->at_ns;
    return a->ring != b->ring ? a->ring < b->ring : a->order < b->order;
}

static struct item *first(struct pair *p)
{
    struct item *best = NULL;
    for (size_t i = 0; i < EVENTS; i++) {
        struct item *item = &p->items[i];
        if (item->pending && (best == NULL || is_before(item, best)))
            best = item;
    }
    return best;
}

static int64_t draw_limit(struct pair *p, const struct item *best)
{
    const int64_t low_ns = p->list.now_ns;
    const int64_t at_ns = best != NULL && best->at_ns > low_ns ? best->at_ns : low_ns;
    switch (draw(p, 4)) {
    case 0:
        return INT64_MAX;
    case 1:
        return at_ns;
    case 2:
        return at_ns > low_ns ? at_ns - 1 : low_ns;
    default:
        return low_ns + (at_ns - low_ns) / 2;
    }
}

static void pop_one(struct pair *p)
{
    struct item *best = first(p);
    const int64_t until_ns = draw_limit(p, best);
    const bool is_due = best != NULL && (best->ring != RING_TIMED || best->at_ns <= until_ns);
    const struct event *event = event_list_pop(&p->list, until_ns);
    if (!is_due) {
        assert_null(event);
        assert_true(p->list.now_ns <= until_ns);
        p->at_event = false;
        return;
    }
    assert_ptr_equal(event, &best->event);
    assert_int_equal(event->at_ns, best->at_ns);
    assert_int_equal(p->list.now_ns, best->at_ns);
    assert_false(event_is_pending(event));
    best->pending = false;
    p->at_event = true;
}

static void check_pending(const struct pair *p)
{
    for (size_t i = 0; i < EVENTS; i++)
        assert_int_equal(event_is_pending(&p->items[i].event), p->items[i].pending);
}

static void start_over(struct pair *p)
{
    event_list_init(&p->list);
    memset(p->items, 0, sizeof p->items);
    p->at_event = true;
}

static void test_random_calls(void **state)
{
    static struct pair pair;
    (void)state;
    rng_init(&pair.rng, rng_name(1, 1, "test", "event list"));
    for (int i = 0; i < CALLS; i++) {
        /* Episodes begin anew, since times near INT64_MAX end them. */
        if (i % 1500 == 0)
            start_over(&pair);
        const int64_t what = draw(&pair, 100);
        if (what < 50)
            push_one(&pair);
        else if (what < 60)
            cancel_one(&pair);
        else
            pop_one(&pair);
        if (i % 100 == 0)
            check_pending(&pair);
    }
}

/* Events at one instant keep the order of insertion although they were put in at different
 * distances, on different levels of the wheel. */
static void test_equal_times_from_different_levels(void **state)
{
    static const int64_t steps[] = {0, 1, 4000, 262000, 16777000, 1073741000};
    enum { COUNT = sizeof steps / sizeof *steps };
    struct event_list list;
    struct event stones[COUNT] = {0}, same[COUNT] = {0};
    const int64_t at_ns = 1073741900;
    (void)state;
    event_list_init(&list);
    for (size_t i = 0; i < COUNT; i++) {
        event_list_push(&list, &stones[i], steps[i]);
        assert_ptr_equal(event_list_pop(&list, INT64_MAX), &stones[i]);
        event_list_push(&list, &same[i], at_ns);
    }
    for (size_t i = 0; i < COUNT; i++)
        assert_ptr_equal(event_list_pop(&list, at_ns), &same[i]);
    assert_null(event_list_pop(&list, INT64_MAX));
}

static void test_the_ends_of_time(void **state)
{
    struct event_list list;
    struct event first = {0}, last = {0}, same = {0};
    (void)state;
    event_list_init(&list);
    event_list_push(&list, &last, INT64_MAX);
    event_list_push(&list, &same, INT64_MAX);
    event_list_push(&list, &first, 0);
    assert_null(event_list_pop(&list, -1));
    assert_ptr_equal(event_list_pop(&list, 0), &first);
    assert_null(event_list_pop(&list, INT64_MAX - 1));
    assert_ptr_equal(event_list_pop(&list, INT64_MAX), &last);
    assert_ptr_equal(event_list_pop(&list, INT64_MAX), &same);
}

/* --- many events --- */

enum { CROWD = 12000 };

/* Times within span_ns of from_ns, many of them equal. */
static void push_crowd(struct event_list *list, struct event *crowd, struct rng *rng,
                       int64_t from_ns, uint64_t span_ns)
{
    for (size_t i = 0; i < CROWD; i++)
        event_list_push(list, &crowd[i], from_ns + (int64_t)rng_below(rng, span_ns));
}

/* By time, and at one time in the order of pushing, which is that of the array. */
static void pop_crowd(struct event_list *list)
{
    const struct event *before = event_list_pop(list, INT64_MAX);
    for (size_t i = 1; i < CROWD; i++) {
        const struct event *event = event_list_pop(list, INT64_MAX);
        assert_true(event->at_ns > before->at_ns ||
                    (event->at_ns == before->at_ns && event > before));
        before = event;
    }
}

/* Long before they are due, and when events have been so rare that all of them meet in few cells.
 * Both again and again, so that the calendar's span goes down and up. */
static void test_crowds(void **state)
{
    static const uint64_t spans_ns[] = {3, 5000, 1000000, UINT64_C(1) << 50};
    static struct event crowd[CROWD];
    static struct event_list list;
    struct event rare = {0};
    struct rng rng;
    (void)state;
    rng_init(&rng, rng_name(1, 1, "test", "crowds"));
    event_list_init(&list);
    for (size_t i = 0; i < 2 * sizeof spans_ns / sizeof *spans_ns; i++) {
        const int64_t far_ns = i % 2 == 0 ? INT64_C(3600000000000) : 7;
        for (int64_t j = 0; j < 200; j++) {
            event_list_push(&list, &rare, list.now_ns + 20000000000);
            assert_ptr_equal(event_list_pop(&list, INT64_MAX), &rare);
        }
        push_crowd(&list, crowd, &rng, list.now_ns + far_ns, spans_ns[i / 2]);
        event_list_cancel(&list, &crowd[0]);
        event_list_push(&list, &crowd[0], list.now_ns);
        pop_crowd(&list);
        assert_true(event_list_is_idle(&list));
    }
}

/* A crowd at one far instant, which others were scheduled among, or that lost some, costs no more
 * than in order: with a search for each of 200,000 this would take 8 s. */
static void test_a_crowd_out_of_step(void **state)
{
    enum { MANY = 200000 };
    static struct event crowd[MANY], others[MANY / 2];
    static struct event_list list;
    (void)state;
    for (int cancels = 0; cancels < 2; cancels++) {
        event_list_init(&list);
        for (size_t i = 0; i < MANY; i++) {
            event_list_push(&list, &crowd[i], INT64_C(30000000000));
            if (i < MANY / 2)
                event_list_push(&list, &others[i], INT64_C(90000000000) + (int64_t)i);
        }
        for (size_t i = 0; cancels == 1 && i < MANY / 2; i += 2)
            event_list_cancel(&list, &crowd[i]);
        const clock_t begin = clock();
        for (size_t i = 0; i < MANY; i += cancels == 1 && i < MANY / 2 ? 2 : 1)
            assert_ptr_equal(event_list_pop(&list, INT64_MAX),
                             &crowd[i + (cancels == 1 && i < MANY / 2 ? 1 : 0)]);
        assert_true((double)(clock() - begin) < 2.0 * CLOCKS_PER_SEC);
        for (size_t i = 0; i < MANY / 2; i++)
            assert_ptr_equal(event_list_pop(&list, INT64_MAX), &others[i]);
    }
}

static void on_near_due(struct event *event, int64_t now_ns)
{
    (void)event;
    (void)now_ns;
}

static size_t near_count;
static const struct event *near_last;

static void near(const struct event *event)
{
    assert_true(event_is_pending(event));
    assert_ptr_equal(event->on_due, on_near_due);
    near_last = event;
    near_count++;
}

/* Of thousands, which a slot of the wheel brings, each is looked at before it is popped, but for
 * the first of all and those with another handler; of a few none is. */
static void test_near(void **state)
{
    static struct event crowd[CROWD];
    static struct event_list list;
    (void)state;
    for (int64_t count = 100; count <= 1000; count *= 10) {
        event_list_init(&list);
        list.near_on_due = on_near_due;
        list.near = near;
        near_count = 0;
        for (int64_t i = 0; i < count; i++) {
            crowd[i].on_due = i % 10 == 0 ? NULL : on_near_due;
            event_list_push(&list, &crowd[i], 3600000000000 + 1000 * i);
        }
        for (int64_t i = 0; i < count; i++) {
            assert_ptr_equal(event_list_pop(&list, INT64_MAX), &crowd[i]);
            if (count == 1000 && (i + 1) % 10 != 0)
                assert_ptr_equal(near_last, &crowd[i + 1]);
        }
        assert_int_equal(near_count, count == 1000 ? 900 : 0);
    }
}

/* --- ties shuffled --- */

enum { SHUFFLED = 5 };

/* Pops all five of one instant; digits in the order of pushing. */
static unsigned pop_shuffled(struct rng *ties, bool is_late)
{
    struct event_list list;
    struct event same[SHUFFLED] = {{0}}, before = {0}, after = {0}, soon[2] = {{0}};
    unsigned order = 0;
    event_list_init(&list);
    event_list_push(&list, &after, 71);
    for (size_t i = 0; i < SHUFFLED && !is_late; i++)
        event_list_push(&list, &same[i], 70);
    event_list_push(&list, &before, 69);
    assert_null(event_list_pop_any(&list, 68, ties));
    assert_ptr_equal(event_list_pop_any(&list, 70, ties), &before);
    for (size_t i = 0; i < SHUFFLED && is_late; i++)
        event_list_push_late(&list, &same[i]);
    event_list_push_soon(&list, &soon[0]);
    event_list_push_soon(&list, &soon[1]);
    assert_ptr_equal(event_list_pop_any(&list, 70, ties), &soon[0]);
    assert_ptr_equal(event_list_pop_any(&list, 70, ties), &soon[1]);
    for (size_t i = 0; i < SHUFFLED; i++) {
        const struct event *event = event_list_pop_any(&list, 70, ties);
        assert_non_null(event);
        assert_int_equal(list.now_ns, is_late ? 69 : 70);
        order = 10 * order + (unsigned)(event - same);
    }
    assert_null(event_list_pop_any(&list, 70, ties));
    assert_ptr_equal(event_list_pop_any(&list, 71, ties), &after);
    assert_true(event_list_is_idle(&list));
    return order;
}

/* Of 5! = 120 orders each is as likely: the count of one is binomial with n = 12000, p = 1/120,
 * mean 100, deviation 9.96; 1e-6 over all 120 is within 6 deviations, 60. */
static void test_ties_shuffled(void **state)
{
    static unsigned seen[2][43211];
    struct rng ties;
    (void)state;
    rng_init(&ties, rng_name(1, 1, "test", "ties"));
    for (int late = 0; late < 2; late++) {
        size_t orders = 0;
        memset(seen[late], 0, sizeof seen[late]);
        for (size_t i = 0; i < 12000; i++)
            seen[late][pop_shuffled(&ties, late == 1)]++;
        for (size_t i = 0; i < 43211; i++) {
            orders += seen[late][i] > 0;
            assert_true(seen[late][i] == 0 || (seen[late][i] > 40 && seen[late][i] < 160));
        }
        assert_int_equal(orders, 120);
    }
}

/* Late events wait for what is due at the instant, as they do where nothing is shuffled; more than
 * are drawn from at a time all come. */
static void test_many_ties(void **state)
{
    enum { COUNT = 200 };
    struct event_list list;
    struct event same[COUNT] = {{0}}, late = {0}, first = {0};
    struct rng ties;
    size_t moved = 0;
    bool seen[COUNT] = {false};
    (void)state;
    rng_init(&ties, rng_name(2, 1, "test", "ties"));
    event_list_init(&list);
    event_list_push(&list, &first, 1 << 20);
    for (size_t i = 0; i < COUNT; i++)
        event_list_push(&list, &same[i], 1 << 20);
    for (size_t i = 0; i <= COUNT; i++) {
        const struct event *event = event_list_pop_any(&list, INT64_MAX, &ties);
        if (i == 0)
            event_list_push_late(&list, &late);
        if (event == &first)
            continue;
        assert_false(seen[event - same]);
        seen[event - same] = true;
        moved += (size_t)(event - same) + 1 != i;
    }
    assert_true(moved > COUNT / 2);
    assert_ptr_equal(event_list_pop_any(&list, INT64_MAX, &ties), &late);
    assert_null(event_list_pop_any(&list, INT64_MAX, &ties));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_calls),
        cmocka_unit_test(test_equal_times_from_different_levels),
        cmocka_unit_test(test_the_ends_of_time),
        cmocka_unit_test(test_crowds),
        cmocka_unit_test(test_a_crowd_out_of_step),
        cmocka_unit_test(test_near),
        cmocka_unit_test(test_ties_shuffled),
        cmocka_unit_test(test_many_ties),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
