// SPDX-License-Identifier: GPL-3.0-or-later
/* Base64 both ways, and nothing but the canonical form. */
#include "base/base64.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void check(const char *bytes, size_t length, const char *expected)
{
    struct text text = {0};
    unsigned char back[64];
    base64_encode(&text, bytes, length);
    assert_string_equal(text_of(&text), expected);
    assert_int_equal(base64_decode(back, expected), length);
    assert_memory_equal(back, bytes, length);
    text_free(&text);
}

/* RFC 4648, section 10; the last from its section 9. */
static void test_vectors_of_the_standard(void **state)
{
    (void)state;
    check("", 0, "");
    check("f", 1, "Zg==");
    check("fo", 2, "Zm8=");
    check("foo", 3, "Zm9v");
    check("foob", 4, "Zm9vYg==");
    check("fooba", 5, "Zm9vYmE=");
    check("foobar", 6, "Zm9vYmFy");
    check("\x14\xfb\x9c\x03\xd9\x7e", 6, "FPucA9l+");
}

static void test_all_bytes_come_back(void **state)
{
    (void)state;
    unsigned char bytes[257], back[260];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(255 - i % 256);
    for (size_t length = 250; length <= sizeof bytes; length++) {
        struct text text = {0};
        base64_encode(&text, bytes, length);
        assert_int_equal(text.length, (length + 2) / 3 * 4);
        assert_int_equal(base64_decode(back, text_of(&text)), length);
        assert_memory_equal(back, bytes, length);
        text_free(&text);
    }
}

/* RFC 4648, sections 3.2 (padding), 3.3 (other characters) and 3.5 (bits that stand for nothing).
 */
static void test_other_forms_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"Z",    "Zg",       "Zg=",      "Zh==",  "Zm9=",   "Z===",
                                      "====", "Zg==Zg==", "Zm8=Zm8=", "Zm 9v", "Zm9v\n", "\nZm9",
                                      "Zm-_", "Z=9v",     "=m9v",     "Zm=v",  "Zm9\xc3"};
    unsigned char bytes[16];
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(base64_decode(bytes, bad[i]), BASE64_BAD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors_of_the_standard),
        cmocka_unit_test(test_all_bytes_come_back),
        cmocka_unit_test(test_other_forms_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
