// SPDX-License-Identifier: GPL-3.0-or-later
/* Ranges of indices, each of one producer.  Numbered texts end in a digit and are never JSON
 * objects, so that all of them are one subject, however many they are. */
#include "actor/subjects.h"

#include <stdlib.h>
#include <string.h>

#include "base/must.h"

struct range {
    uint32_t first, count;
    const struct attributes_cfg *attributes; /* of either one is NULL */
    const struct choice_cfg *bodies;
};

/* Of one scope. */
struct scope {
    const struct filter_subject **made; /* by index; NULL: not asked for yet */
    struct range *ranges;
    size_t range_count;
    uint32_t count;
};

struct subjects {
    struct arena arena;
    struct scope scopes[FILTER_BODY + 1];
};

static uint32_t add_range(struct scope *scope, struct range range)
{
    const uint32_t first = scope->count;
    range.first = first;
    MUST(range.count < UINT32_C(1) << 30 && first < UINT32_C(1) << 30);
    scope->ranges = must_grow(scope->ranges, (scope->range_count + 1) * sizeof *scope->ranges);
    scope->ranges[scope->range_count++] = range;
    scope->count += range.count;
    scope->made = must_grow(scope->made, scope->count * sizeof *scope->made);
    memset(scope->made + first, 0, range.count * sizeof *scope->made);
    return first;
}

struct subjects *subjects_new(void)
{
    struct subjects *subjects = must_alloc(sizeof *subjects);
    memset(subjects, 0, sizeof *subjects);
    arena_init(&subjects->arena);
    for (int i = FILTER_ATTRIBUTES; i <= FILTER_BODY; i++)
        add_range(&subjects->scopes[i], (struct range){.count = 1});
    return subjects;
}

void subjects_free(struct subjects *subjects)
{
    for (int i = FILTER_ATTRIBUTES; i <= FILTER_BODY; i++) {
        free(subjects->scopes[i].made);
        free(subjects->scopes[i].ranges);
    }
    arena_free(&subjects->arena);
    free(subjects);
}

uint32_t subjects_add_attributes(struct subjects *subjects, const struct attributes_cfg *cfg)
{
    return add_range(&subjects->scopes[FILTER_ATTRIBUTES],
                     (struct range){.count = (uint32_t)cfg->combinations, .attributes = cfg});
}

uint32_t subjects_add_bodies(struct subjects *subjects, const struct choice_cfg *cfg)
{
    if (cfg->texts == NULL)
        return 0;
    return add_range(&subjects->scopes[FILTER_BODY],
                     (struct range){.count = (uint32_t)cfg->count, .bodies = cfg});
}

static const struct range *range_of(const struct scope *scope, uint32_t index)
{
    const struct range *range = scope->ranges;
    while (index - range->first >= range->count)
        range++;
    return range;
}

static const struct filter_subject *make(struct subjects *subjects, enum filter_scope scope,
                                         uint32_t index)
{
    const struct range *range = range_of(&subjects->scopes[scope], index);
    struct filter_attribute all[ATTRIBUTES_MOST];
    if (scope == FILTER_BODY) {
        const char *text = range->bodies != NULL ? range->bodies->texts[index - range->first] : "";
        return filter_subject_of_body(&subjects->arena, text, strlen(text));
    }
    if (range->attributes == NULL)
        return filter_subject_of_attributes(&subjects->arena, NULL, 0);
    attributes_fill(range->attributes, index - range->first, all);
    return filter_subject_of_attributes(&subjects->arena, all, range->attributes->count);
}

const struct filter_subject *subjects_get(struct subjects *subjects, enum filter_scope scope,
                                          uint32_t index)
{
    struct scope *of = &subjects->scopes[scope];
    MUST(index < of->count);
    if (of->made[index] == NULL)
        of->made[index] = make(subjects, scope, index);
    return of->made[index];
}
