// SPDX-License-Identifier: GPL-3.0-or-later
/* By the names of keys: a number is a time, a rate, or neither. */
#include "property/scale/scale.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/json_write.h"
#include "base/text.h"

static const char *const times[] = {"VisibilityTimeout",
                                    "MessageRetentionPeriod",
                                    "DelaySeconds",
                                    "duration",
                                    "warmup",
                                    "start",
                                    "stop",
                                    "at",
                                    "every",
                                    "extend",
                                    "latency",
                                    "timeout",
                                    "ttl",
                                    "restart",
                                    "window",
                                    "backoff",
                                    "maxBackoff",
                                    "delay",
                                    "sojourn",
                                    "mean",
                                    "low",
                                    "high",
                                    "service",
                                    "interval",
                                    "pollInterval",
                                    "mtbf",
                                    "mttr",
                                    "maxDuration",
                                    NULL};

static const double most_retention_s = 1209600;

static bool is_one_of(const char *const *words, const char *word)
{
    for (; word != NULL && *words != NULL; words++) {
        if (strcmp(*words, word) == 0)
            return true;
    }
    return false;
}

/* What is kept for as long as can be stays so: nothing of it expires. */
static void write_number(struct json_writer *w, const char *key, double value, double factor)
{
    if (is_one_of(times, key) && value < most_retention_s)
        value *= factor;
    else if (key != NULL && strcmp(key, "rate") == 0)
        value /= factor;
    json_write_double(w, value);
}

/* "20ms", "4d" */
static bool write_duration(struct json_writer *w, const char *text, double factor)
{
    char *unit;
    const double value = strtod(text, &unit);
    const double s = strcmp(unit, "ms") == 0 ? 1e-3 : strcmp(unit, "d") == 0 ? 86400 : 0;
    if (unit == text || s == 0)
        return false;
    json_write_double(w, value * s * factor);
    return true;
}

static void write_missing(struct json_writer *w, const struct json *object, const char *key,
                          double value)
{
    if (json_get(object, key) != NULL)
        return;
    json_write_key(w, key);
    json_write_double(w, value);
}

/* A member that is an object with one time. */
static void write_member(struct json_writer *w, const struct json *object, const char *key,
                         const char *first, double value, double factor)
{
    if (json_get(object, key) != NULL)
        return;
    json_write_key(w, key);
    json_write_open(w, '{');
    json_write_key(w, first);
    json_write_double(w, value * factor);
    if (strcmp(key, "retry") == 0)
        write_missing(w, object, "maxBackoff", 20 * factor);
    json_write_close(w, '}');
}

/* What a producer, a consumer and retries take by default. */
static void write_defaults(struct json_writer *w, const struct json *object, double factor)
{
    const char *key = json_key(object);
    const bool is_producer = json_get(object, "arrivals") != NULL;
    const bool is_consumer = json_get(object, "from") != NULL;
    if (is_producer)
        write_missing(w, object, "timeout", 3 * factor);
    if (is_consumer)
        write_member(w, object, "failure", "restart", 30, factor);
    if (is_producer || is_consumer)
        write_member(w, object, "retry", "backoff", 0.1, factor);
    if (key != NULL && strcmp(key, "retry") == 0)
        write_missing(w, object, "maxBackoff", 20 * factor);
}

static void write(struct json_writer *w, const struct json *node, double factor)
{
    const char *key = json_key(node);
    const bool is_size = key != NULL && strcmp(key, "size") == 0;
    switch (json_kind(node)) {
    case JSON_NUMBER:
        write_number(w, key, json_number(node), factor);
        break;
    case JSON_TEXT:
        if (!write_duration(w, json_text(node), factor))
            json_write_text(w, json_text(node));
        break;
    case JSON_OBJECT:
    case JSON_ARRAY:
        json_write_open(w, json_kind(node) == JSON_OBJECT ? '{' : '[');
        for (const struct json *child = json_first(node); child != NULL; child = json_next(child)) {
            if (json_key(child) != NULL)
                json_write_key(w, json_key(child));
            write(w, child, is_size ? 1.0 : factor);
        }
        if (json_kind(node) == JSON_OBJECT)
            write_defaults(w, node, factor);
        json_write_close(w, json_kind(node) == JSON_OBJECT ? '}' : ']');
        break;
    default:
        json_write_node(w, node);
    }
}

char *scale_times(const char *text, double factor)
{
    struct diag *diag = diag_new();
    struct json_doc *doc = json_parse("scale", text, strlen(text), false, diag);
    struct text out = {.length = 0};
    struct json_writer writer;
    json_write_init(&writer, &out, true);
    if (doc != NULL)
        write(&writer, json_root(doc), factor);
    json_free(doc);
    diag_free(diag);
    return out.bytes;
}
