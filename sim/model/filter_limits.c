// SPDX-License-Identifier: GPL-3.0-or-later
/* Counts by the recorded formula: values times depth, multiplied over keys, added over the
 * alternatives of "$or", which adds no depth. */
#include "model/filter_limits.h"

#include <stdlib.h>
#include <string.h>

#include "base/must.h"

enum { MANY = 1000000 };

static bool is_reserved(const char *name)
{
    static const char *const words[] = {
        "anything-but", "cidr",   "equals-ignore-case", "exists", "numeric",
        "prefix",       "suffix", "wildcard",
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(name, words[i]) == 0)
            return true;
    return false;
}

static bool is_alternative(const struct json *node)
{
    if (json_kind(node) != JSON_OBJECT)
        return false;
    for (const struct json *each = json_first(node); each != NULL; each = json_next(each))
        if (is_reserved(json_key(each)))
            return false;
    return true;
}

bool filter_limits_is_or(const struct json *member)
{
    if (strcmp(json_key(member), "$or") != 0 || json_kind(member) != JSON_ARRAY ||
        json_count(member) < 2)
        return false;
    for (const struct json *each = json_first(member); each != NULL; each = json_next(each))
        if (!is_alternative(each))
            return false;
    return true;
}

static size_t at_most_many(size_t count)
{
    return count < MANY ? count : MANY;
}

static size_t combinations(const struct json *object, size_t depth);

static size_t combinations_of_member(const struct json *member, size_t depth)
{
    if (json_kind(member) == JSON_OBJECT)
        return combinations(member, depth + 1);
    if (!filter_limits_is_or(member))
        return json_kind(member) == JSON_ARRAY ? at_most_many(json_count(member)) * depth : 1;
    size_t sum = 0;
    for (const struct json *each = json_first(member); each != NULL; each = json_next(each))
        sum = at_most_many(sum + combinations(each, depth));
    return sum;
}

/* FLT-6: deeper keys count for more. */
static size_t combinations(const struct json *object, size_t depth)
{
    size_t product = 1;
    for (const struct json *each = json_first(object); each != NULL; each = json_next(each))
        product = at_most_many(product * combinations_of_member(each, depth));
    return product;
}

size_t filter_limits_combinations(const struct json *policy)
{
    return combinations(policy, 1);
}

static size_t bytes_of(const struct json *policy, const struct filter_cfg *cfg)
{
    if (cfg->bytes > 0)
        return cfg->bytes;
    char *text = json_print(policy);
    const size_t bytes = strlen(text);
    free(text);
    return bytes;
}

const char *filter_limits_check(const struct json *policy, const struct filter_cfg *cfg)
{
    if (bytes_of(policy, cfg) > FILTER_BYTES_MOST)
        return "Filter policy is longer than 256 KB";
    /* FLT-6: of nested keys only the outermost counts, and "$or" is one. */
    if (json_count(policy) > FILTER_KEYS_MOST)
        return "Filter policy can not have more than 5 keys";
    if (filter_limits_combinations(policy) > FILTER_COMBINATIONS_MOST)
        return "Filter policy is too complex";
    return NULL;
}
