// SPDX-License-Identifier: GPL-3.0-or-later
/* Judges subjects by compiled policies.
 *
 * First each key is judged alone, over all values of its path.  If that matches and the message has
 * lists of several objects, a search looks for one object of each list with which the keys match
 * together.  It blames a failure on the choices that caused it and goes back to the last of these,
 * so that lists which have nothing to do with each other do not multiply. */
#include "model/filter.h"

#include <string.h>

#include "base/must.h"
#include "model/filter_limits.h"
#include "model/filter_program.h"
#include "model/filter_subject.h"

const char *filter_metric(enum filter_verdict verdict)
{
    static const char *const names[] = {
        [FILTER_MATCHED] = NULL,
        [FILTER_OUT_ATTRIBUTES] = NULL,
        [FILTER_OUT_NO_ATTRIBUTES] = "NumberOfNotificationsFilteredOut-NoMessageAttributes",
        [FILTER_OUT_INVALID_ATTRIBUTES] = "NumberOfNotificationsFilteredOut-InvalidAttributes",
        [FILTER_OUT_BODY] = "NumberOfNotificationsFilteredOut-MessageBody",
        [FILTER_OUT_INVALID_BODY] = "NumberOfNotificationsFilteredOut-InvalidMessageBody",
    };
    return names[verdict];
}

/* --- one test and one value --- */

static unsigned char lower(unsigned char c)
{
    return c >= 'A' && c <= 'Z' ? (unsigned char)(c + 'a' - 'A') : c;
}

static bool is_any_case(const char *a, const char *b, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (lower((unsigned char)a[i]) != lower((unsigned char)b[i]))
            return false;
    return true;
}

/* Returns what follows the first place of a piece, or NULL. */
static const char *behind(const char *at, const char *end, const struct filter_piece *piece)
{
    while ((size_t)(end - at) >= piece->length) {
        if (memcmp(at, piece->bytes, piece->length) == 0)
            return at + piece->length;
        at++;
    }
    return NULL;
}

/* The first and last piece stand at the ends; those between may stand as early as they can. */
static bool is_like(const struct filter_piece *pieces, size_t count, const char *text,
                    size_t length)
{
    const struct filter_piece *first = &pieces[0], *last = &pieces[count - 1];
    const char *at = text, *end = text + length;
    if (length < first->length || memcmp(text, first->bytes, first->length) != 0)
        return false;
    if (count == 1)
        return length == first->length;
    at += first->length;
    if ((size_t)(end - at) < last->length)
        return false;
    end -= last->length;
    if (memcmp(end, last->bytes, last->length) != 0)
        return false;
    for (size_t i = 1; i < count - 1; i++) {
        at = behind(at, end, &pieces[i]);
        if (at == NULL)
            return false;
    }
    return true;
}

static bool text_holds(const struct filter_test *test, const struct filter_value *value)
{
    const char *text = value->of.text.bytes, *wanted = test->of.text.bytes;
    const size_t length = value->of.text.length;
    switch ((enum filter_op)test->op) {
    case FILTER_TEXT:
        return value->of.text.hash == test->of.text.hash && length == test->of.text.length &&
               memcmp(text, wanted, length) == 0;
    case FILTER_PREFIX:
        return length >= test->of.text.length && memcmp(text, wanted, test->of.text.length) == 0;
    case FILTER_SUFFIX:
        return length >= test->of.text.length &&
               memcmp(text + length - test->of.text.length, wanted, test->of.text.length) == 0;
    case FILTER_ANY_CASE:
        return length == test->of.text.length && is_any_case(text, wanted, length);
    case FILTER_WILDCARD:
        return is_like(test->of.wildcard.pieces, test->of.wildcard.count, text, length);
    case FILTER_CIDR:
        return value->of.text.address != NULL &&
               filter_address_is_in(value->of.text.address, &test->of.block, test->span);
    default:
        return false;
    }
}

/* FLT-2: a test holds for values of its own kind only; the value is no empty list. */
static bool simple_holds(const struct filter_test *test, const struct filter_value *value)
{
    switch ((enum filter_op)test->op) {
    case FILTER_RANGE:
        return value->kind == FILTER_IS_NUMBER && value->of.number >= test->of.range.low &&
               value->of.number <= test->of.range.high;
    case FILTER_TRUE:
        return value->kind == FILTER_IS_TRUE;
    case FILTER_FALSE:
        return value->kind == FILTER_IS_FALSE;
    case FILTER_NULL:
        return value->kind == FILTER_IS_NULL;
    case FILTER_PRESENT:
        return true;
    default:
        return value->kind == FILTER_IS_TEXT && text_holds(test, value);
    }
}

static bool one_holds(const struct filter_test *tests, size_t count,
                      const struct filter_value *value)
{
    for (size_t i = 0; i < count; i++)
        if (simple_holds(&tests[i], value))
            return true;
    return false;
}

/* FLT-1: one of a key's tests is enough. */
static bool value_holds(const struct filter *filter, const struct filter_key *key,
                        const struct filter_value *value)
{
    const struct filter_test *test = &filter->tests[key->first], *end = test + key->count;
    const bool is_empty = value->kind == FILTER_IS_EMPTY;
    for (; test < end; test++) {
        if (test->op == FILTER_BUT) {
            /* FLT-3: a value outside the list is enough, so there must be one. */
            if (!is_empty && !one_holds(test + 1, test->span, value))
                return true;
            test += test->span;
        } else if (is_empty ? test->op == FILTER_PRESENT : simple_holds(test, value)) {
            return true;
        }
    }
    return false;
}

/* --- keys alone --- */

static const struct filter_path *find(const struct filter_subject *subject,
                                      const struct filter_key *key)
{
    return filter_subject_find(subject, key->path, key->length, key->hash);
}

/* FLT-3: any element will do.  FLT-4: a missing key has only exists false. */
static bool key_holds(const struct filter *filter, const struct filter_subject *subject,
                      const struct filter_key *key)
{
    const struct filter_path *path = find(subject, key);
    if (path == NULL)
        return key->absent;
    const struct filter_value *value = &subject->values[path->first], *end = value + path->count;
    for (; value < end; value++)
        if (value_holds(filter, key, value))
            return true;
    return false;
}

static bool holds_apart(const struct filter *filter, const struct filter_subject *subject)
{
    uint32_t at = 0;
    while (at < FILTER_NO) {
        const struct filter_key *key = &filter->keys[at];
        at = key_holds(filter, subject, key) ? key->yes : key->no;
    }
    return at == FILTER_YES;
}

/* --- keys together --- */

struct search {
    const struct filter *filter;
    const struct filter_subject *subject;
};

/* A choice: the objects that a key's value stands in. */
struct chosen {
    const struct chosen *before;
    uint32_t context;
    unsigned level; /* counts from 0 */
};

/* Which choices, by level, a failure is to blame on.  There are no more than keys. */
struct blame {
    uint64_t words[FILTER_NAMES_MOST / 64];
};

static void accuse(struct blame *blame, unsigned level)
{
    blame->words[level / 64] |= UINT64_C(1) << level % 64;
}

/* Takes a level out; was it in? */
static bool acquit(struct blame *blame, unsigned level)
{
    const uint64_t bit = UINT64_C(1) << level % 64;
    const bool was_in = (blame->words[level / 64] & bit) != 0;
    blame->words[level / 64] &= ~bit;
    return was_in;
}

static void add_blame(struct blame *blame, const struct blame *more)
{
    for (size_t i = 0; i < FILTER_NAMES_MOST / 64; i++)
        blame->words[i] |= more->words[i];
}

/* Do two contexts stand in different objects of one list? */
static bool clash(const struct filter_context *contexts, uint32_t a, uint32_t b)
{
    while (contexts[a].level > contexts[b].level)
        a = contexts[a].parent;
    while (contexts[b].level > contexts[a].level)
        b = contexts[b].parent;
    if (a == b)
        return false;
    while (contexts[a].parent != contexts[b].parent) {
        a = contexts[a].parent;
        b = contexts[b].parent;
    }
    return contexts[a].list == contexts[b].list;
}

/* Does a choice exclude a context?  The earliest is to blame. */
static bool is_excluded(const struct search *s, const struct chosen *last, uint32_t context,
                        struct blame *blame)
{
    const struct chosen *earliest = NULL;
    for (; last != NULL; last = last->before)
        if (clash(s->subject->contexts, last->context, context))
            earliest = last;
    if (earliest != NULL)
        accuse(blame, earliest->level);
    return earliest != NULL;
}

static bool holds_together(const struct search *s, uint32_t at, const struct chosen *last,
                           struct blame *blame);

/* Goes on with each value of the path that holds and that the choices so far leave. */
static bool holds_with_choice(const struct search *s, const struct filter_key *key,
                              const struct filter_path *path, const struct chosen *last,
                              struct blame *blame)
{
    struct chosen choice = {.before = last, .level = last == NULL ? 0 : last->level + 1};
    for (uint32_t i = path->first; i < path->first + path->count; i++) {
        const struct filter_value *value = &s->subject->values[i];
        if (!value_holds(s->filter, key, value) || is_excluded(s, last, value->context, blame))
            continue;
        struct blame deeper = {{0}};
        choice.context = value->context;
        if (holds_together(s, key->yes, &choice, &deeper))
            return true;
        /* If this choice is not to blame, another one would not help. */
        const bool helps = acquit(&deeper, choice.level);
        add_blame(blame, &deeper);
        if (!helps)
            break;
    }
    return false;
}

static bool holds_without_choice(const struct search *s, const struct filter_key *key,
                                 const struct filter_path *path)
{
    for (uint32_t i = path->first; i < path->first + path->count; i++) {
        const struct filter_value *value = &s->subject->values[i];
        if (value->context == 0 && value_holds(s->filter, key, value))
            return true;
    }
    return false;
}

/* Is there a choice, besides those made, with which the program ends well from a key on?  If not,
 * the choices made that are to blame are added. */
static bool holds_together(const struct search *s, uint32_t at, const struct chosen *last,
                           struct blame *blame)
{
    while (at < FILTER_NO) {
        const struct filter_key *key = &s->filter->keys[at];
        const struct filter_path *path = find(s->subject, key);
        if (path == NULL ? key->absent : holds_without_choice(s, key, path)) {
            at = key->yes;
            continue;
        }
        if (path != NULL && holds_with_choice(s, key, path, last, blame))
            return true;
        at = key->no;
    }
    return at == FILTER_YES;
}

enum filter_verdict filter_judge(const struct filter *filter, const struct filter_subject *subject)
{
    MUST(filter->scope == subject->scope);
    if (filter->key_count == 0)
        return FILTER_MATCHED;
    if (subject->reason == FILTER_OUT_INVALID_BODY || !holds_apart(filter, subject))
        return subject->reason;
    if (!filter->same_element || subject->context_count <= 1)
        return FILTER_MATCHED;
    const struct search search = {filter, subject};
    struct blame blame = {{0}};
    return holds_together(&search, 0, NULL, &blame) ? FILTER_MATCHED : subject->reason;
}
