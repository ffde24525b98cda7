// SPDX-License-Identifier: GPL-3.0-or-later
/* Read from the scenario's own text, since a default is no promise. */
#include "property/judge/promise.h"

#include <string.h>

enum {
    LIVE_RETENTION_S = 1209600,
    SHORT_RETENTION_S = 300,
    ABLE_S = 5,
    LIVE_HOPS = 2,
    LEAST_BURST = 5
};
static const int64_t least_ns = INT64_C(86400000000000);

bool promise_is_live(const struct scenario *scenario)
{
    const struct json *live = json_find(scenario->doc, "/x-live");
    return live != NULL && json_kind(live) == JSON_BOOL && json_bool(live);
}

static double number_of(const struct json *node, const char *key, double absent)
{
    const struct json *value = json_get(node, key);
    return value != NULL && json_kind(value) == JSON_NUMBER ? json_number(value) : absent;
}

static bool says(const struct json *node, const char *key, const char *word)
{
    const struct json *value = json_get(node, key);
    return value != NULL && json_kind(value) == JSON_TEXT && strcmp(json_text(value), word) == 0;
}
static bool says_other(const struct json *node, const char *key, const char *word)
{
    return json_get(node, key) != NULL && !says(node, key, word);
}

/* Time to work on a message, wherever it is said; what comes again and again does not end, and what
 * is sent on again and again grows without end. */
static bool is_able(const struct json *node)
{
    if (json_get(node, "boot") != NULL && number_of(node, "min", 0) < 1)
        return false;
    if (says_other(node, "correlation", "same") ||
        (says_other(node, "when", "success") && !says(node, "to", "e")) ||
        says(node, "acknowledge", "never") || says(node, "mode", "crash"))
        return false;
    if (json_get(node, "then") != NULL && number_of(node, "maxHops", 100) > LIVE_HOPS)
        return false;
    /* All that one work sends on at once must be let in, or it fails whenever it is tried. */
    if (json_kind(node) == JSON_OBJECT && number_of(node, "quotaBurst", LEAST_BURST) < LEAST_BURST)
        return false;
    if (json_kind(node) == JSON_OBJECT &&
        (number_of(node, "VisibilityTimeout", ABLE_S) < ABLE_S ||
         number_of(node, "extend", ABLE_S) < ABLE_S || json_get(node, "mtbf") != NULL ||
         (json_get(node, "kind") != NULL && json_get(node, "at") == NULL &&
          json_get(node, "duration") == NULL)))
        return false;
    for (const struct json *child = json_first(node); child != NULL; child = json_next(child)) {
        if (!is_able(child))
            return false;
    }
    return true;
}

/* Messages that wait for their batch until they are visible again are never worked on (LAM-2: some
 * wait 20 s even for a short window), and calls to endpoints take long. */
static bool has_time(const struct scenario *scenario)
{
    const struct json *functions = json_find(scenario->doc, "/functions");
    for (const struct json *one = functions != NULL ? json_first(functions) : NULL; one != NULL;
         one = json_next(one)) {
        if (number_of(one, "Timeout", 0) < ABLE_S ||
            number_of(one, "MaximumBatchingWindowInSeconds", 0) > 0 ||
            json_get(one, "then") != NULL)
            return false;
    }
    return true;
}

static bool keeps_for(const struct scenario *scenario, double least_s, double most_s)
{
    for (size_t i = 0; i < scenario->queue_count; i++) {
        const double s = number_of(scenario->queues[i].at, "MessageRetentionPeriod", -1);
        if (s < least_s || s > most_s)
            return false;
    }
    return true;
}

bool promise_is_kept(const struct scenario *scenario)
{
    if (!scenario->experiment.drain || scenario->experiment.max_duration_ns < least_ns ||
        json_find(scenario->doc, "/x-live") == NULL)
        return false;
    if (!promise_is_live(scenario))
        return keeps_for(scenario, 0, SHORT_RETENTION_S);
    return keeps_for(scenario, LIVE_RETENTION_S, LIVE_RETENTION_S) && has_time(scenario) &&
           is_able(json_root(scenario->doc));
}
