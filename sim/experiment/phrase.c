// SPDX-License-Identifier: GPL-3.0-or-later
/* The metrics' words are a table; what the statistic adds goes before or behind them. */
#include "experiment/phrase.h"

#include <stdbool.h>
#include <string.h>

// clang-format off
static const struct {
    const char *metric, *words;
} phrases[] = {
    {"NumberOfMessagesSent",                  "messages sent"},
    {"NumberOfMessagesReceived",              "messages received"},
    {"NumberOfMessagesDeleted",               "messages deleted"},
    {"NumberOfEmptyReceives",                 "empty receives"},
    {"SentMessageSize",                       "message size"},
    {"ApproximateNumberOfMessagesVisible",    "backlog"},
    {"ApproximateNumberOfMessagesNotVisible", "messages in flight"},
    {"ApproximateNumberOfMessagesDelayed",    "messages delayed"},
    {"ApproximateAgeOfOldestMessage",         "age of the oldest message"},
    {"ApproximateNumberOfNoisyGroups",        "noisy groups"},
    {"NumberOfMessagesPublished",             "messages published"},
    {"NumberOfNotificationsDelivered",        "notifications delivered"},
    {"NumberOfNotificationsFilteredOut",      "notifications filtered out"},
    {"NumberOfNotificationsFailed",           "failed deliveries"},
    {"NumberOfNotificationsRedrivenToDlq",    "notifications to dead-letter queues"},
    {"alarms",                "alarms"},
    {"busyRequests",          "requests at work"},
    {"busyWorkers",           "busy workers"},
    {"chainLatency",          "time until all parts are joined"},
    {"concurrency",           "invocations at a time"},
    {"conserved",             "messages accounted for"},
    {"cost",                  "cost"},
    {"deadLettered",          "dead letters"},
    {"deduplicated",          "deduplicated sends"},
    {"deliveryLatency",       "time to delivery"},
    {"doubleEffects",         "effects beyond the first"},
    {"duplicateWork",         "work done again"},
    {"dwell",                 "stay in the queue"},
    {"failed",                "sends failed for good"},
    {"firstAlarm",            "time of the first alarm"},
    {"forwarded",             "messages sent on"},
    {"joined",                "messages joined"},
    {"lost",                  "losses at retention"},
    {"messageLatency",        "latency"},
    {"notificationsDelivered",   "notifications delivered"},
    {"notificationsFilteredOut", "notifications filtered out"},
    {"notificationsLost",        "notifications lost"},
    {"outOfOrder",            "receives out of order"},
    {"processed",             "messages processed"},
    {"rejected",              "rejected sends"},
    {"retries",               "sends tried again"},
    {"sent",                  "messages sent"},
    {"shortCircuited",        "short-circuited calls"},
    {"sojourn",               "time in queue"},
    {"throttled",             "throttled calls"},
    {"throttles",             "throttled invocations"},
    {"timeInAlarm",           "time in alarm"},
    {"unheard",               "requests answered too late"},
    {"visitWaiting",          "wait before each receive"},
    {"waiting",               "time to first receive"},
    {"waitingNoisy",          "noisy tenants' wait"},
    {"waitingQuiet",          "quiet tenants' wait"},
    {"waitingRequests",       "requests in line"},
    {"wastedTime",            "time wasted"},
};

/* What stands around the words: of a rate per second and of a count, nothing. */
static const struct {
    const char *stat, *unit /* NULL: any */, *before, *behind;
} around[] = {
    {"count",         NULL,  "",          ""},
    {"sum",           NULL,  "",          ""},
    {"at",            NULL,  "",          ""},
    {"rate",          "1/s", "",          ""},
    {"rate",          NULL,  "",          " per message"},
    {"mean",          NULL,  "mean ",     ""},
    {"max",           NULL,  "greatest ", ""},
    {"end",           NULL,  "",          " at the end"},
    {"usd",           NULL,  "",          ""},
    {"usdPerMillion", NULL,  "",          " of a million messages"},
};
// clang-format on

static const char *words_of(const char *metric)
{
    for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++) {
        if (strcmp(phrases[i].metric, metric) == 0)
            return phrases[i].words;
    }
    return metric;
}

/* Of things that are counted there are the most, and of one thing the greatest: the noun comes
 * first, or after "busy", "noisy" and the like. */
static bool is_plural(const char *words)
{
    const char *end = strstr(words, " in ");
    end = end != NULL ? end : strstr(words, " at ");
    end = end != NULL ? end : words + strlen(words);
    return end > words && end[-1] == 's';
}

void phrase_add(struct text *out, const char *metric, const char *stat, const char *unit)
{
    const char *words = words_of(metric);
    /* It is there at the end alone. */
    if (strcmp(metric, "conserved") == 0)
        stat = "count";
    for (size_t i = 0; i < sizeof around / sizeof *around; i++) {
        if (strcmp(around[i].stat, stat) != 0 ||
            (around[i].unit != NULL && strcmp(around[i].unit, unit) != 0))
            continue;
        const bool is_most = strcmp(stat, "max") == 0 && is_plural(words);
        text_printf(out, "%s%s%s", is_most ? "most " : around[i].before, words, around[i].behind);
        return;
    }
    text_printf(out, "%s%s%s", stat, stat[0] != '\0' ? " of " : "", words);
}
