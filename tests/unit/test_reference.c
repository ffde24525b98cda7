// SPDX-License-Identifier: GPL-3.0-or-later
/* The reference: every row of every part has its line, and the examples of values can be read. */
#include "scenario/reference.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "core/dist.h"
#include "actor/arrival.h"
#include "scenario/bind.h"

static const struct reference_part *find_part(const struct reference_part *parts, const char *name)
{
    while (parts->name != NULL && strcmp(parts->name, name) != 0)
        parts++;
    return parts;
}

static void test_every_kind_is_a_part(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    const struct reference_part *parts = reference_parts(&arena);
    for (size_t i = 0; queue_kinds[i] != NULL; i++)
        assert_ptr_equal(find_part(parts, queue_kinds[i]->name)->rows, queue_kinds[i]->params);
    for (size_t i = 0; actor_kinds[i] != NULL; i++)
        assert_ptr_equal(find_part(parts, actor_kinds[i]->name)->rows, actor_kinds[i]->params);
    for (size_t i = 0; arrival_kinds[i] != NULL; i++)
        assert_ptr_equal(find_part(parts, arrival_kinds[i]->param.name)->rows,
                         arrival_kinds[i]->param.rows);
    for (size_t i = 0; dist_kinds[i] != NULL; i++)
        assert_ptr_equal(find_part(parts, dist_kinds[i]->param.name)->rows,
                         dist_kinds[i]->param.rows);
    assert_ptr_equal(find_part(parts, "experiment")->rows, bind_experiment_rows);
    /* Help finds a part by its name alone, so names are told apart. */
    for (const struct reference_part *part = parts; part->name != NULL; part++)
        assert_null(find_part(part + 1, part->name)->name);
    arena_free(&arena);
}

/* --- the document --- */

/* The lines between a heading and the next, as a text of its own. */
static char *section_of(const char *document, const char *name)
{
    struct text heading = {0};
    text_printf(&heading, "\n### %s\n", name);
    const char *start = strstr(document, text_of(&heading));
    assert_non_null(start);
    const char *end = strstr(start + heading.length, "\n##");
    const size_t length = end != NULL ? (size_t)(end - start) : strlen(start);
    char *section = must_alloc(length + 1);
    memcpy(section, start, length);
    section[length] = '\0';
    text_free(&heading);
    return section;
}

static void assert_rows(const char *section, const struct param *rows, const char *path)
{
    for (const struct param *row = rows; row->name != NULL; row++) {
        struct text line = {0}, key = {0};
        text_printf(&key, "%s%s", path, row->name);
        text_printf(&line, "\n| `%s` | %s | ", text_of(&key), row->type->word);
        assert_non_null(strstr(section, text_of(&line)));
        assert_non_null(strstr(section, row->doc));
        const struct param *inner = reference_inner_rows(row);
        text_add(&key, row->type == &param_list ? "/*/" : "/");
        if (inner != NULL)
            assert_rows(section, inner, text_of(&key));
        text_free(&line);
        text_free(&key);
    }
}

static void test_every_row_has_a_line(void **state)
{
    (void)state;
    struct arena arena;
    struct text out = {0};
    arena_init(&arena);
    reference_write(&out);
    for (const struct reference_part *part = reference_parts(&arena); part->name != NULL; part++) {
        char *section = section_of(text_of(&out), part->name);
        if (part->rows != NULL)
            assert_rows(section, part->rows, "");
        free(section);
    }
    text_free(&out);
    arena_free(&arena);
}

static void test_lines(void **state)
{
    (void)state;
    // clang-format off
    static const char *const lines[] = {
        /* ATT-1 */
        "\n| `VisibilityTimeout` | seconds | `30` | 0 to 43200 (12 hours) | ATT-1 | How long a ",
        /* DLQ-6 */
        "\n| `RedrivePolicy/maxReceiveCount` | integer | **required** | 1 to 1000 | DLQ-6 | ",
        "\n| `failure/mode` | word | `\"abandon\"` | `abandon`, `release`, `crash` |  | ",
        "\n| `states/*/rate` | rate | **required** | ",
        "\n| `shape` | number | **required** | at least 0 |  | ",
        "\n| `quotas` | true or false | `true` |  | ",
    };
    // clang-format on
    struct text out = {0};
    reference_write(&out);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        assert_non_null(strstr(text_of(&out), lines[i]));
    text_free(&out);
}

static size_t count_cells(const char *line)
{
    size_t count = 0;
    for (; *line != '\n' && *line != '\0'; line++)
        count += *line == '|' && line[-1] != '\\';
    return count;
}

/* Each line of a table has as many cells as the line above it. */
static void test_tables_are_rectangles(void **state)
{
    (void)state;
    struct text out = {0};
    size_t width = 0, rows = 0;
    reference_write(&out);
    for (const char *line = text_of(&out); line != NULL && *line != '\0';) {
        const size_t cells = *line == '|' ? count_cells(line) : 0;
        if (width > 0 && cells > 0)
            assert_int_equal(cells, width);
        width = cells;
        rows += cells > 0;
        line = strchr(line, '\n');
        line = line != NULL ? line + 1 : NULL;
    }
    assert_true(rows > 100);
    text_free(&out);
}

/* --- values --- */

static const struct param *find_word(const struct param *rows, const char *word)
{
    for (const struct param *row = rows; row != NULL && row->name != NULL; row++) {
        const struct param *inner = reference_inner_rows(row);
        const struct param *found =
            strcmp(row->type->word, word) == 0 ? row : find_word(inner, word);
        if (found != NULL && found->type->read != NULL)
            return found;
    }
    return NULL;
}

static void assert_readable(struct arena *arena, const struct param *row, const char *example)
{
    max_align_t field[64];
    memset(field, 0, sizeof field);
    struct diag *diag = diag_new();
    struct json_doc *doc = json_parse("example", example, strlen(example), false, diag);
    struct param_reader reader = {.doc = doc, .diag = diag, .arena = arena, .folder = ""};
    assert_non_null(doc);
    const bool is_read = row->type->read(&reader, row, field, json_root(doc));
    diag_print(diag, stderr);
    assert_true(is_read);
    text_free(&reader.pointer);
    json_free(doc);
    diag_free(diag);
}

static void test_examples_are_read_by_a_row_of_that_type(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    const struct reference_part *parts = reference_parts(&arena);
    for (const struct reference_value *value = reference_values; value->word != NULL; value++) {
        const struct param *row = NULL;
        for (const struct reference_part *part = parts; part->name != NULL && row == NULL; part++)
            row = find_word(part->rows, value->word);
        if (row == NULL)
            fail_msg("no row has the type \"%s\"", value->word);
        for (size_t i = 0; value->examples[i] != NULL; i++)
            assert_readable(&arena, row, value->examples[i]);
    }
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_kind_is_a_part),
        cmocka_unit_test(test_every_row_has_a_line),
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_tables_are_rectangles),
        cmocka_unit_test(test_examples_are_read_by_a_row_of_that_type),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
