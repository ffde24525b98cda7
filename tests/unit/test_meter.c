// SPDX-License-Identifier: GPL-3.0-or-later
/* Time in flight within a sliding window: by hand, and against intervals that are clipped and
 * summed. */
#include "model/meter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "core/rng.h"

static struct meter meter;

static int set_up(void **state)
{
    (void)state;
    meter = (struct meter){.in_flight = 0};
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    meter_free(&meter);
    return 0;
}

/* Parts of 10: two messages from 3 to 15, one of them until 22.  By parts 7 + 7, 5 + 10, 2. */
static void test_parts(void **state)
{
    (void)state;
    meter_take(&meter, 3);
    meter_take(&meter, 3);
    assert_int_equal(meter_spent_ns(&meter), 0); /* the open part does not count */
    meter_roll(&meter, 10, 0, 1);
    assert_int_equal(meter_spent_ns(&meter), 14);
    assert_int_equal(meter_taken(&meter), 2);
    meter_return(&meter, 15);
    meter_roll(&meter, 10, 1, 2);
    assert_int_equal(meter_spent_ns(&meter), 14 + 15);
    meter_return(&meter, 22);
    meter_roll(&meter, 10, 2, 3);
    assert_int_equal(meter_spent_ns(&meter), 14 + 15 + 2);
    /* 60 parts later the first has left the window, then the others. */
    meter_roll(&meter, 10, 3, METER_PARTS + 1);
    assert_int_equal(meter_spent_ns(&meter), 15 + 2);
    assert_int_equal(meter_taken(&meter), 0);
    assert_false(meter_is_idle(&meter));
    meter_roll(&meter, 10, METER_PARTS + 1, METER_PARTS + 3);
    assert_true(meter_is_idle(&meter));
}

/* One message in flight through a gap longer than the window: 60 parts of it. */
static void test_a_long_gap(void **state)
{
    (void)state;
    meter_take(&meter, 5);
    meter_roll(&meter, 10, 0, 1000);
    assert_int_equal(meter_spent_ns(&meter), 10 * METER_PARTS);
    assert_int_equal(meter_taken(&meter), 0);
    assert_false(meter_is_idle(&meter));
}

/* What is over is forgotten, what is in flight goes on. */
static void test_forget(void **state)
{
    (void)state;
    meter_take(&meter, 0);
    meter_roll(&meter, 10, 0, 2);
    meter_return(&meter, 25);
    meter_forget(&meter);
    assert_true(meter_is_idle(&meter));
    meter_take(&meter, 27);
    meter_roll(&meter, 10, 2, 3);
    assert_int_equal(meter_spent_ns(&meter), 3);
}

enum { SPANS = 4000, PART = 7 };

static struct span {
    int64_t from, until;
} spans[SPANS];

/* The part of a span within a window. */
static int64_t clipped(const struct span *span, int64_t from, int64_t until)
{
    const int64_t low = span->from > from ? span->from : from;
    const int64_t high = span->until < until ? span->until : until;
    return high > low ? high - low : 0;
}

static void expect_window(size_t count, int64_t part)
{
    const int64_t until = part * PART, from = until - METER_PARTS * PART;
    int64_t spent = 0, taken = 0;
    for (size_t i = 0; i < count; i++) {
        spent += clipped(&spans[i], from, until);
        taken += spans[i].from >= from && spans[i].from < until;
    }
    assert_int_equal(meter_spent_ns(&meter), spent);
    assert_int_equal(meter_taken(&meter), taken);
}

static void test_random_spans(void **state)
{
    struct rng rng;
    size_t count = 0, oldest = 0;
    int64_t part = 0;
    (void)state;
    rng_init(&rng, rng_name(1, 1, "test", "meter"));
    for (int64_t now = 0; count < SPANS;) {
        now += (int64_t)rng_below(&rng, rng_below(&rng, 200) ? 6 : 900);
        if (now / PART > part) {
            meter_roll(&meter, PART, part, now / PART);
            part = now / PART;
            expect_window(count, part);
        }
        if (oldest == count || (count - oldest < 20 && rng_below(&rng, 2))) {
            spans[count++] = (struct span){now, INT64_MAX};
            meter_take(&meter, now);
        } else {
            spans[oldest++].until = now;
            meter_return(&meter, now);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_parts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_long_gap, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_forget, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_random_spans, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
