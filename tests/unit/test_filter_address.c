// SPDX-License-Identifier: GPL-3.0-or-later
/* Addresses and blocks: what is read, what is refused, and what lies in what. */
#include "model/filter_address.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

static bool reads(const char *text)
{
    struct filter_address address;
    return filter_address_read(text, strlen(text), &address);
}

static bool is_in(const char *text, const char *block_text)
{
    struct filter_address address, block;
    uint32_t bits;
    assert_true(filter_address_read_block(block_text, &block, &bits));
    return filter_address_read(text, strlen(text), &address) &&
           filter_address_is_in(&address, &block, bits);
}

/* The forms of RFC 4291, section 2.2, and what misses them by one letter. */
static void test_reads(void **state)
{
    (void)state;
    static const char *const good[] = {
        "0.0.0.0",
        "255.255.255.255",
        "10.1.2.3",
        "2001:db8:0:0:8:800:200c:417a",
        "::",
        "::1",
        "ff01::101",
        "2001:DB8::8:800:200C:417A",
        "1::",
        "1:2:3:4:5:6:7::",
        "::13.1.68.3",
        "::ffff:129.144.52.38",
        "::2:3:4:5:6:7:8",
        "1:2:3:4:5:6:1.2.3.4",
    };
    static const char *const bad[] = {
        "",
        "1",
        "1.2.3",
        "1.2.3.4.5",
        "256.1.1.1",
        "01.2.3.4",
        "1.2.3.",
        "1.2.3.4 ",
        " 1.2.3.4",
        "1..2.3",
        "a.b.c.d",
        "1.2.3.0004",
        ":",
        ":::",
        "1::2::3",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "12345::",
        "g::",
        "1:",
        ":1",
        "1:2:3:4:5:6:7:1.2.3.4",
        "::1.2.3",
        "1.2.3.4::",
        "1:2:3:4:5:6:7:8::",
        "::1:2:3:4:5:6:7:8",
        "1:2:3:4::5:6:7:8",
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (!reads(good[i]))
            fail_msg("\"%s\" is not read", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (reads(bad[i]))
            fail_msg("\"%s\" is read", bad[i]);
}

static void test_forms_are_equal(void **state)
{
    (void)state;
    assert_true(is_in("2001:db8:0:0:8:800:200c:417a", "2001:DB8::8:800:200C:417A/128"));
    assert_true(is_in("0:0:0:0:0:ffff:8190:3426", "::ffff:129.144.52.38/128"));
    assert_false(is_in("0:0:0:0:0:ffff:8190:3427", "::ffff:129.144.52.38/128"));
    assert_false(is_in("1::", "::1/128"));
}

/* 10.0.0.0/9 ends at 10.127.255.255: the ninth bit is the first of the second byte. */
static void test_blocks(void **state)
{
    (void)state;
    assert_true(is_in("10.0.0.0", "10.0.0.0/9"));
    assert_true(is_in("10.127.255.255", "10.0.0.0/9"));
    assert_false(is_in("10.128.0.0", "10.0.0.0/9"));
    assert_false(is_in("11.0.0.0", "10.0.0.0/9"));
    assert_true(is_in("10.127.255.255", "10.99.1.2/9"));
    assert_true(is_in("1.2.3.4", "9.9.9.9/0"));
    assert_true(is_in("1.2.3.4", "1.2.3.4/32"));
    assert_false(is_in("1.2.3.5", "1.2.3.4/32"));
    assert_true(is_in("2001:db8:ffff::", "2001:db8::/32"));
    assert_false(is_in("2001:db9::", "2001:db8::/32"));
    assert_true(is_in("::1", "::/0"));
    assert_false(is_in("1.2.3.4", "::/0"));
    assert_false(is_in("::1.2.3.4", "0.0.0.0/0"));
    assert_false(is_in("no address", "0.0.0.0/0"));
}

static void test_bad_blocks(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1",  "10.0.0.0/08", "10.0.0.0/8x",
        "10.0.0/8", "/8",        "::/129",      "10.0.0.0/8/8", "::/1000",     "10.0.0.0/ 8",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct filter_address block;
        uint32_t bits;
        if (filter_address_read_block(bad[i], &block, &bits))
            fail_msg("\"%s\" is read", bad[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads),
        cmocka_unit_test(test_forms_are_equal),
        cmocka_unit_test(test_blocks),
        cmocka_unit_test(test_bad_blocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
