// SPDX-License-Identifier: GPL-3.0-or-later
/* What threads do may come in any order; what is taken may not. */
#include "experiment/replicate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <cmocka.h>
#include "experiment/sample.h"

/* A sanitizer reserves all addresses for itself. */
#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
#define LIMITS_MEMORY 0
#elif defined __has_feature
#define LIMITS_MEMORY (!__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer))
#else
#define LIMITS_MEMORY 1
#endif

enum { MANY = 200 };

struct book {
    size_t interrupted_at, last_wanted; /* SIZE_MAX: none */
    size_t count;
    uint64_t seen[MANY];
    size_t dropped, out_of_order;
};

static void *open_own(void *context)
{
    (void)context;
    return calloc(1, sizeof(uint64_t));
}

static void close_own(void *context, void *own)
{
    (void)context;
    free(own);
}

/* Some replications take longer than others. */
static bool run_one(void *context, void *own, size_t index, struct sample *sample)
{
    const struct book *book = context;
    volatile uint64_t *work = own;
    for (size_t i = 0; i < (index % 7) * 2000; i++)
        *work += i;
    if (index == book->interrupted_at)
        return false;
    *sample = (struct sample){.fingerprint = index * index};
    return true;
}

static bool take(void *context, size_t index, struct sample *sample)
{
    struct book *book = context;
    book->out_of_order += index != book->count;
    book->seen[book->count++] = sample->fingerprint;
    return index != book->last_wanted;
}

static void drop(void *context, struct sample *sample)
{
    struct book *book = context;
    (void)sample;
    book->dropped++;
}

static const struct replicate_work work = {
    .open = open_own, .close = close_own, .run = run_one, .take = take, .drop = drop};

static void test_all_in_order_for_any_number_of_threads(void **state)
{
    (void)state;
    for (unsigned threads = 0; threads <= 9; threads++) {
        struct book book = {.interrupted_at = SIZE_MAX, .last_wanted = SIZE_MAX};
        assert_int_equal(replicate_all(&work, &book, MANY, threads), MANY);
        assert_int_equal(book.count, MANY);
        assert_int_equal(book.out_of_order, 0);
        for (size_t i = 0; i < MANY; i++)
            assert_true(book.seen[i] == (uint64_t)i * i);
    }
}

static void test_no_more_than_wanted_is_taken(void **state)
{
    (void)state;
    for (unsigned threads = 0; threads <= 4; threads++) {
        struct book book = {.interrupted_at = SIZE_MAX, .last_wanted = 9};
        assert_int_equal(replicate_all(&work, &book, MANY, threads), 10);
        assert_int_equal(book.count, 10);
    }
}

/* What came before the interrupted one is kept, what came after it is not. */
static void test_an_interruption_keeps_what_is_finished(void **state)
{
    (void)state;
    for (unsigned threads = 0; threads <= 4; threads++) {
        struct book book = {.interrupted_at = 5, .last_wanted = SIZE_MAX};
        assert_int_equal(replicate_all(&work, &book, MANY, threads), 5);
        assert_int_equal(book.count, 5);
        assert_int_equal(book.out_of_order, 0);
    }
}

static void test_nothing_to_do(void **state)
{
    (void)state;
    struct book book = {.interrupted_at = SIZE_MAX, .last_wanted = SIZE_MAX};
    assert_int_equal(replicate_all(&work, &book, 0, 4), 0);
    assert_int_equal(book.count + book.dropped, 0);
}

/* Asked for more threads than any machine has: of those that it gives each does its part. */
static void test_a_machine_that_refuses_threads(void **state)
{
    (void)state;
    const struct rlimit little = {.rlim_cur = 1 << 28, .rlim_max = RLIM_INFINITY};
    struct rlimit before;
    struct book book = {.interrupted_at = SIZE_MAX, .last_wanted = SIZE_MAX};
    if (!LIMITS_MEMORY)
        skip();
    assert_int_equal(getrlimit(RLIMIT_AS, &before), 0);
    assert_int_equal(setrlimit(RLIMIT_AS, &little), 0);
    const size_t taken = replicate_all(&work, &book, MANY, MANY);
    assert_int_equal(setrlimit(RLIMIT_AS, &before), 0);
    assert_int_equal(taken, MANY);
    assert_int_equal(book.out_of_order, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_in_order_for_any_number_of_threads),
        cmocka_unit_test(test_no_more_than_wanted_is_taken),
        cmocka_unit_test(test_an_interruption_keeps_what_is_finished),
        cmocka_unit_test(test_nothing_to_do),
        cmocka_unit_test(test_a_machine_that_refuses_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
