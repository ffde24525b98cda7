// SPDX-License-Identifier: GPL-3.0-or-later
/* Compiles the values that a filter policy gives to a key: plain ones, and match expressions, each
 * an object of one operator. */
#include "model/filter_tests.h"

#include <string.h>

#include "base/must.h"
#include "model/filter_subject.h"

/* --- errors and their places --- */

size_t filter_tests_enter(struct filter_tests *t, const char *name)
{
    const size_t before = t->pointer.length;
    text_add(&t->pointer, "/");
    for (; *name != '\0'; name++) {
        if (*name == '~')
            text_add(&t->pointer, "~0");
        else if (*name == '/')
            text_add(&t->pointer, "~1");
        else
            text_append(&t->pointer, name, 1);
    }
    return before;
}

size_t filter_tests_enter_element(struct filter_tests *t, size_t index)
{
    const size_t before = t->pointer.length;
    text_printf(&t->pointer, "/%zu", index);
    return before;
}

bool filter_tests_fail(struct filter_tests *t, const char *member, const char *format, ...)
{
    struct text sentence = {0};
    va_list values;
    va_start(values, format);
    text_vprintf(&sentence, format, values);
    va_end(values);
    if (member != NULL)
        filter_tests_enter(t, member);
    t->error->sentence = arena_copy_text(t->arena, text_of(&sentence));
    t->error->pointer = arena_copy_text(t->arena, text_of(&t->pointer));
    text_free(&sentence);
    return false;
}

/* --- plain values --- */

static void add(struct filter_tests *t, struct filter_test test)
{
    if (t->count == t->capacity) {
        t->capacity = t->capacity == 0 ? 16 : 2 * t->capacity;
        t->all = must_grow(t->all, t->capacity * sizeof *t->all);
    }
    t->all[t->count++] = test;
}

static bool add_text(struct filter_tests *t, enum filter_op op, const char *text)
{
    struct filter_test test = {.op = op};
    const size_t length = strlen(text);
    test.of.text.bytes = arena_copy_text(t->arena, text);
    test.of.text.length = length;
    test.of.text.hash = filter_subject_hash(FILTER_HASH, text, length);
    add(t, test);
    return true;
}

/* FLT-4: numbers up to a billion. */
static bool read_number(struct filter_tests *t, const struct json *node, int64_t *number)
{
    *number = filter_subject_number(json_number(node));
    if (*number == FILTER_OUTSIDE)
        return filter_tests_fail(t, NULL, "Value must be between -1.0E9 and 1.0E9, inclusive");
    return true;
}

static void add_range(struct filter_tests *t, int64_t low, int64_t high)
{
    struct filter_test test = {.op = FILTER_RANGE};
    test.of.range.low = low;
    test.of.range.high = high;
    add(t, test);
}

static bool read_plain(struct filter_tests *t, const struct json *node)
{
    int64_t number;
    switch (json_kind(node)) {
    case JSON_TEXT:
        return add_text(t, FILTER_TEXT, json_text(node));
    case JSON_NUMBER:
        if (!read_number(t, node, &number))
            return false;
        add_range(t, number, number);
        return true;
    case JSON_BOOL:
        add(t, (struct filter_test){.op = json_bool(node) ? FILTER_TRUE : FILTER_FALSE});
        return true;
    case JSON_NULL:
        add(t, (struct filter_test){.op = FILTER_NULL});
        return true;
    default:
        return filter_tests_fail(t, NULL,
                                 "Match value must be String, number, true, false, or "
                                 "null");
    }
}

/* --- operators on texts --- */

static bool read_text(struct filter_tests *t, const struct json *node, const char *name,
                      enum filter_op op)
{
    if (json_kind(node) != JSON_TEXT)
        return filter_tests_fail(t, NULL, "%s match pattern must be a string", name);
    return add_text(t, op, json_text(node));
}

static bool read_prefix(struct filter_tests *t, const struct json *node)
{
    return read_text(t, node, "prefix", FILTER_PREFIX);
}

static bool read_suffix(struct filter_tests *t, const struct json *node)
{
    return read_text(t, node, "suffix", FILTER_SUFFIX);
}

static bool read_any_case(struct filter_tests *t, const struct json *node)
{
    return read_text(t, node, "equals-ignore-case", FILTER_ANY_CASE);
}

/* FLT-2: `*` stands for any characters; a backslash makes it, or a backslash, itself. */
static bool read_wildcard(struct filter_tests *t, const struct json *node)
{
    if (json_kind(node) != JSON_TEXT)
        return filter_tests_fail(t, NULL, "wildcard match pattern must be a string");
    const char *pattern = json_text(node);
    size_t stars = 0;
    for (const char *c = pattern; *c != '\0'; c++)
        stars += *c == '*';
    struct filter_piece *pieces = arena_alloc(t->arena, (stars + 1) * sizeof *pieces);
    char *bytes = arena_alloc(t->arena, strlen(pattern) + 1);
    struct filter_test test = {.op = FILTER_WILDCARD};
    test.of.wildcard.pieces = pieces;
    pieces->bytes = bytes;
    for (const char *c = pattern; *c != '\0'; c++) {
        if (*c == '*') {
            if (c[1] == '*')
                return filter_tests_fail(t, NULL, "Consecutive wildcard characters at pos %zu",
                                         (size_t)(c - pattern));
            (++pieces)->bytes = bytes;
            continue;
        }
        if (*c == '\\' && c[1] != '*' && c[1] != '\\')
            return filter_tests_fail(t, NULL, "Invalid escape character at pos %zu",
                                     (size_t)(c - pattern));
        c += *c == '\\';
        *bytes++ = *c;
        pieces->length++;
    }
    test.of.wildcard.count = (size_t)(pieces - test.of.wildcard.pieces) + 1;
    add(t, test);
    return true;
}

static bool read_cidr(struct filter_tests *t, const struct json *node)
{
    struct filter_test test = {.op = FILTER_CIDR};
    if (json_kind(node) != JSON_TEXT)
        return filter_tests_fail(t, NULL, "cidr match pattern must be a string");
    const char *text = json_text(node);
    if (strchr(text, '/') == NULL || strchr(text, '/') != strrchr(text, '/'))
        return filter_tests_fail(t, NULL, "Malformed CIDR, one '/' required");
    if (!filter_address_read_block(text, &test.of.block, &test.span))
        return filter_tests_fail(t, NULL, "Malformed CIDR: %s is no block of IP addresses", text);
    add(t, test);
    return true;
}

/* --- numeric --- */

static bool read_bound(struct filter_tests *t, const struct json *node, size_t index,
                       const char *operator, int64_t * bound)
{
    const size_t before = filter_tests_enter_element(t, index);
    if (node == NULL || json_kind(node) != JSON_NUMBER)
        return filter_tests_fail(t, NULL, "Value of %s must be numeric", operator);
    if (!read_number(t, node, bound))
        return false;
    text_cut(&t->pointer, before);
    return true;
}

/* The upper half of a range with a lower bound: "<" or "<=", and a number above. */
static bool read_upper(struct filter_tests *t, const struct json *node, int64_t bottom,
                       int64_t *high)
{
    int64_t top = 0;
    if (json_kind(node) != JSON_TEXT)
        return filter_tests_fail(t, "2", "Bad value in numeric range");
    const char *operator= json_text(node);
    if (strcmp(operator, "<") != 0 && strcmp(operator, "<=") != 0)
        return filter_tests_fail(t, "2", "Bad numeric range operator: %s", operator);
    node = json_next(node);
    if (!read_bound(t, node, 3, operator, & top))
        return false;
    if (top <= bottom)
        return filter_tests_fail(t, "3", "Bottom must be less than top");
    if (json_next(node) != NULL)
        return filter_tests_fail(t, "4", "Too many terms in numeric range expression");
    *high = operator[1] == '=' ? top : top - 1;
    return true;
}

/* FLT-2: one comparison, or two with the lower bound first.  Numbers are whole hundred thousandths,
 * so "above" is "at least the next". */
static bool read_numeric(struct filter_tests *t, const struct json *node)
{
    int64_t bound = 0, low = INT64_MIN, high = FILTER_OUTSIDE - 1;
    if (json_kind(node) != JSON_ARRAY)
        return filter_tests_fail(t, NULL, "Value of numeric must be an array.");
    node = json_first(node);
    if (node == NULL || json_kind(node) != JSON_TEXT)
        return filter_tests_fail(t, node == NULL ? NULL : "0", "Invalid member in numeric match");
    const char *operator= json_text(node);
    const bool is_lower = strcmp(operator, ">") == 0 || strcmp(operator, ">=") == 0;
    const bool is_upper = strcmp(operator, "<") == 0 || strcmp(operator, "<=") == 0;
    if (!is_lower && !is_upper && strcmp(operator, "=") != 0)
        return filter_tests_fail(t, "0", "Unrecognized numeric range operator: %s", operator);
    node = json_next(node);
    if (!read_bound(t, node, 1, operator[0] == '=' ? "equals" : operator, & bound))
        return false;
    node = json_next(node);
    if (node != NULL && !is_lower)
        return filter_tests_fail(t, "2", "Too many elements in numeric expression");
    if (!is_upper)
        low = strcmp(operator, ">") == 0 ? bound + 1 : bound;
    if (!is_lower)
        high = strcmp(operator, "<") == 0 ? bound - 1 : bound;
    if (node != NULL && !read_upper(t, node, bound, &high))
        return false;
    add_range(t, low, high);
    return true;
}

/* --- anything-but --- */

static bool read_but_plain(struct filter_tests *t, const struct json *node)
{
    if (json_kind(node) != JSON_TEXT && json_kind(node) != JSON_NUMBER)
        return filter_tests_fail(t, NULL,
                                 "Value of anything-but must be an array or single string/number "
                                 "value.");
    return read_plain(t, node);
}

/* Reads a value, or each element of a list that is not empty. */
static bool read_each(struct filter_tests *t, const struct json *node,
                      bool (*read)(struct filter_tests *t, const struct json *node))
{
    if (json_kind(node) != JSON_ARRAY)
        return read(t, node);
    size_t index = 0;
    for (const struct json *each = json_first(node); each != NULL; each = json_next(each)) {
        const size_t before = filter_tests_enter_element(t, index++);
        if (!read(t, each))
            return false;
        text_cut(&t->pointer, before);
    }
    return index > 0 || filter_tests_fail(t, NULL, "Empty arrays are not allowed");
}

/* FLT-2: prefix is recorded, the others are newer, and so are lists of them. */
static bool read_but_form(struct filter_tests *t, const struct json *node)
{
    // clang-format off
    static const struct {
        const char *name;
        bool (*read)(struct filter_tests *t, const struct json *node);
        bool newer;
    } forms[] = {
        {"prefix",             read_prefix,   false},
        {"suffix",             read_suffix,   true},
        {"equals-ignore-case", read_any_case, true},
        {"wildcard",           read_wildcard, true},
    };
    // clang-format on
    const struct json *form = json_first(node);
    if (form == NULL || json_next(form) != NULL)
        return filter_tests_fail(t, NULL, "Only one key allowed in match expression");
    filter_tests_enter(t, json_key(form));
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if (strcmp(forms[i].name, json_key(form)) != 0 || (forms[i].newer && !t->cfg->newer_forms))
            continue;
        return t->cfg->newer_forms ? read_each(t, form, forms[i].read) : forms[i].read(t, form);
    }
    return filter_tests_fail(t, NULL, "Unsupported anything-but pattern: %s", json_key(form));
}

static bool read_but(struct filter_tests *t, const struct json *node)
{
    const size_t at = t->count;
    add(t, (struct filter_test){.op = FILTER_BUT});
    if (!(json_kind(node) == JSON_OBJECT ? read_but_form(t, node)
                                         : read_each(t, node, read_but_plain)))
        return false;
    t->all[at].span = (uint32_t)(t->count - at - 1);
    return true;
}

/* --- match expressions --- */

static bool read_exists(struct filter_tests *t, const struct json *node, bool *absent)
{
    if (json_kind(node) != JSON_BOOL)
        return filter_tests_fail(t, NULL, "exists match pattern must be either true or false.");
    if (json_bool(node))
        add(t, (struct filter_test){.op = FILTER_PRESENT});
    else
        *absent = true;
    return true;
}

static bool read_expression(struct filter_tests *t, const struct json *node, bool *absent)
{
    // clang-format off
    static const struct {
        const char *name;
        bool (*read)(struct filter_tests *t, const struct json *node);
    } operators[] = {
        {"prefix",             read_prefix},
        {"suffix",             read_suffix},
        {"equals-ignore-case", read_any_case},
        {"wildcard",           read_wildcard},
        {"anything-but",       read_but},
        {"numeric",            read_numeric},
        {"cidr",               read_cidr},
    };
    // clang-format on
    const struct json *operator= json_first(node);
    if (operator== NULL)
        return filter_tests_fail(t, NULL, "Empty objects are not allowed");
    if (json_next(operator) != NULL)
        return filter_tests_fail(t, NULL, "Only one key allowed in match expression");
    filter_tests_enter(t, json_key(operator));
    if (strcmp(json_key(operator), "exists") == 0)
        return read_exists(t, operator, absent);
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
        if (strcmp(operators[i].name, json_key(operator)) == 0)
            return operators[i].read(t, operator);
    return filter_tests_fail(t, NULL, "Unrecognized match type %s", json_key(operator));
}

bool filter_tests_read(struct filter_tests *t, const struct json *list, bool *absent)
{
    size_t index = 0;
    for (const struct json *each = json_first(list); each != NULL; each = json_next(each)) {
        const size_t before = filter_tests_enter_element(t, index++);
        if (!(json_kind(each) == JSON_OBJECT ? read_expression(t, each, absent)
                                             : read_plain(t, each)))
            return false;
        text_cut(&t->pointer, before);
    }
    return true;
}
