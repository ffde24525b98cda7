// SPDX-License-Identifier: GPL-3.0-or-later
/* What messages hold is copied, kept by index, and digested as AWS does. */
#include "api/content.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const unsigned char picture[] = {0x00, 0xff, 0x01};
static struct content_attribute four[] = {
    {.name = "b", .type = "String", .text = "two"},
    {.name = "B", .type = "Number", .text = "2"},
    {.name = "a.x", .type = "Binary.png", .bytes = picture, .byte_count = sizeof picture},
    {.name = "ab", .type = "String.label", .text = "\xc3\xa9"},
};

static void check(const char *expected, struct content_attribute *attributes, uint32_t count,
                  unsigned chosen)
{
    const struct content content = {.attribute_count = count, .attributes = attributes};
    char md5[33];
    content_md5_of_attributes(md5, &content, chosen);
    assert_string_equal(md5, expected);
}

/* EVIDENCE-OF: SND-13
 * python3, for attributes sorted by name in byte order (B, a.x, ab, b):
 *   word = lambda b: struct.pack(">I", len(b)) + b
 *   hashlib.md5(b"".join(word(name) + word(type) + (b"\1" if text else b"\2") + word(value)))
 */
static void test_the_digest_of_attributes(void **state)
{
    (void)state;
    struct content_attribute one = {.name = "a", .type = "String", .text = "1"};
    struct content_attribute trace = {.name = "AWSTraceHeader", .type = "String", .text = "Root=1"};
    check("b1067a90345a625dbac78adb268497bd", four, 4, 15);
    check("dc54763cdf0f7f58800e8a19ab35c946", four, 4, 1 | 4);
    check("314c77b249893c6b3c765a42cc08b245", &one, 1, 1);
    check("d6619b3d47b81d3fc72c0db005a70eda", &trace, 1, 1);
    check("d41d8cd98f00b204e9800998ecf8427e", four, 4, 0); /* md5(b"") */
}

static void test_a_content_is_copied_whole(void **state)
{
    (void)state;
    char body[] = "body", group[] = "g", dedup[] = "d", trace[] = "t";
    struct contents contents;
    const struct content content = {.id = 7,
                                    .body = body,
                                    .body_bytes = 4,
                                    .group = group,
                                    .dedup = dedup,
                                    .trace = trace,
                                    .md5 = "x",
                                    .attribute_count = 4,
                                    .attributes = four};
    contents_init(&contents);
    const uint32_t index = content_keep(&contents, &content);
    assert_int_equal(index, 1);
    body[0] = group[0] = dedup[0] = trace[0] = '#';
    const struct content *kept = content_at(&contents, index);
    assert_string_equal(kept->body, "body");
    assert_string_equal(kept->group, "g");
    assert_string_equal(kept->dedup, "d");
    assert_string_equal(kept->trace, "t");
    assert_string_equal(kept->md5, "x");
    assert_int_equal(kept->id, 7);
    for (uint32_t i = 0; i < 4; i++) {
        const struct content_attribute *a = &kept->attributes[i];
        assert_ptr_not_equal(a->name, four[i].name);
        assert_string_equal(a->name, four[i].name);
        assert_string_equal(a->type, four[i].type);
        assert_int_equal(a->text == NULL, i == 2);
        assert_int_equal(a->bytes == NULL, i != 2);
    }
    assert_memory_equal(kept->attributes[2].bytes, picture, sizeof picture);
    assert_string_equal(kept->attributes[3].text, "\xc3\xa9");
    contents_free(&contents);
}

static void test_dropped_indices_are_given_again(void **state)
{
    (void)state;
    struct contents contents;
    const struct content content = {.body = ""};
    contents_init(&contents);
    for (uint32_t i = 1; i <= 200; i++)
        assert_int_equal(content_keep(&contents, &content), i);
    for (uint32_t i = 1; i <= 200; i += 2)
        content_drop(&contents, i);
    assert_null(content_at(&contents, 1));
    assert_non_null(content_at(&contents, 2));
    for (int i = 0; i < 100; i++)
        assert_int_equal(content_keep(&contents, &content) % 2, 1);
    assert_int_equal(content_keep(&contents, &content), 201);
    contents_free(&contents);
    assert_int_equal(content_keep(&contents, &content), 1);
    contents_free(&contents);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_digest_of_attributes),
        cmocka_unit_test(test_a_content_is_copied_whole),
        cmocka_unit_test(test_dropped_indices_are_given_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
