// SPDX-License-Identifier: GPL-3.0-or-later
/* A fact a line, as an object of words and units: what `value` and `other` mean depends on the
 * kind, and a table says it. */
#include "observe/trace.h"

#include "base/json_write.h"
#include "base/text.h"
#include "base/units.h"

/* How a number is written: as a time in seconds, or as it is. */
enum form { NUMBER, TIME };

struct words {
    const char *value, *other, *bytes, *n; /* NULL: says nothing */
    enum form value_form, other_form;
};

// clang-format off
static const struct words words[PROBE_KIND_COUNT] = {
    [PROBE_ACCEPTED] = {.value = "called_s", "visible_s", "bytes", .value_form = TIME,
                        .other_form = TIME},
    [PROBE_REJECTED] = {.value = "reason", .bytes = "bytes"},
    [PROBE_DEDUPED] = {.value = "deduplicationId", "accepted_s", .other_form = TIME},
    [PROBE_DELIVERED] = {.value = "hiddenUntil_s", "visible_s", .n = "index", .value_form = TIME,
                         .other_form = TIME},
    [PROBE_EXTENDED] = {.value = "hiddenUntil_s", .value_form = TIME},
    [PROBE_EXTEND_REFUSED] = {.value = "reason"},
    [PROBE_DELETE_IGNORED] = {.value = "counts"},
    [PROBE_RETENTION_OVER] = {.value = "enqueued_s", .value_form = TIME},
    [PROBE_DEAD_LETTERED] = {.value = "maxReceiveCount", "enqueued_s", .other_form = TIME},
    [PROBE_MOVED] = {.value = "enqueued_s", "visible_s", .value_form = TIME, .other_form = TIME},
    [PROBE_EMPTY] = {.value = "waited_s", .value_form = TIME},
    [PROBE_THROTTLED] = {.value = "action"},
    [PROBE_ANSWERED] = {.value = "called_s", .value_form = TIME},
    [PROBE_RETRIED] = {.value = "tries", "backoff_s", .other_form = TIME},
    [PROBE_GAVE_UP] = {.value = "called_s", .value_form = TIME},
    [PROBE_STARTED] = {.value = "service_s", .bytes = "worker", .value_form = TIME},
    [PROBE_SUCCEEDED] = {.value = "service_s", .bytes = "worker", .value_form = TIME},
    [PROBE_FAILED] = {.value = "service_s", .bytes = "worker", .value_form = TIME},
    [PROBE_EFFECT] = {.value = "businessKey", "holds_s", "worker", .other_form = TIME},
    [PROBE_EFFECT_SKIPPED] = {.value = "businessKey", .bytes = "worker"},
    [PROBE_SKIPPED] = {.bytes = "worker"},
    [PROBE_CRASHED] = {.n = "workers"},
    [PROBE_ABANDONED] = {.value = "worked_s", .bytes = "worker", .value_form = TIME},
    [PROBE_RESTARTED] = {.n = "workers"},
    [PROBE_CAPACITY] = {.value = "instances", "workers"},
    [PROBE_QUEUE_CHANGED] = {.value = "value", .n = "attribute"},
    [PROBE_NOISY] = {.value = "noisy"},
    [PROBE_PUBLISHED] = {.value = "matches", "called_s", "bytes", .other_form = TIME},
    [PROBE_PUBLISH_DEDUPED] = {.value = "deduplicationId", "accepted_s", .other_form = TIME},
    [PROBE_PUBLISH_REJECTED] = {.value = "reason"},
    [PROBE_FANNED_OUT] = {.value = "protocol", .bytes = "bytes", .n = "subscription"},
    [PROBE_FILTERED] = {.value = "reason", .n = "subscription"},
    [PROBE_NOTIFIED] = {.value = "published_s", "storedDelivery", .n = "subscription",
                        .value_form = TIME},
    [PROBE_NOTIFY_FAILED] = {.value = "triedAgain", .n = "subscription"},
    [PROBE_NOTIFY_LOST] = {.value = "reason", "storedDelivery", .n = "subscription"},
    [PROBE_INVOKED] = {.value = "batch", .bytes = "lane", .n = "index"},
    [PROBE_INVOCATION_ENDED] = {.value = "took_s", "arm64", "lane", "end", .value_form = TIME},
    [PROBE_INVOKE_THROTTLED] = {.value = "messages"},
    [PROBE_FORWARDED] = {.value = "newRoot", .n = "copy"},
    [PROBE_HOP_LIMIT] = {.value = "maxHops"},
    [PROBE_JOIN_BEGUN] = {.value = "parts"},
    [PROBE_JOINED] = {.value = "took_s", .n = "parts", .value_form = TIME},
    [PROBE_JOIN_TIMED_OUT] = {.value = "waited_s", .n = "parts", .value_form = TIME},
    [PROBE_JOIN_DROPPED] = {.value = "again"},
    [PROBE_EVENT_DROPPED] = {.value = "sentOn"},
    [PROBE_REQUESTED] = {.value = "underWay", "tries"},
    [PROBE_RESPONDED] = {.value = "took_s", "status", .value_form = TIME},
    [PROBE_REQUEST_REFUSED] = {.value = "underWay", "status"},
    [PROBE_REQUEST_BEGUN] = {.value = "waited_s", "waiting", .value_form = TIME},
    [PROBE_REQUEST_LOST] = {.value = "waited_s", "status", .value_form = TIME},
    [PROBE_FAULT_ON] = {.other = "acts", .n = "fault"},
    [PROBE_FAULT_OFF] = {.value = "lasted_s", .n = "fault", .value_form = TIME},
    [PROBE_ALARM] = {.value = "state", "before"},
    [PROBE_SCALED] = {.value = "instances", "before"},
    [PROBE_BREAKER_OPENED] = {.value = "open_until_s", .value_form = TIME},
};
// clang-format on

static void add_number(struct json_writer *w, const char *key, enum form form, int64_t value)
{
    if (key == NULL)
        return;
    json_write_key(w, key);
    if (form == TIME)
        json_write_double(w, (double)value / 1e9);
    else
        json_write_int(w, value);
}

static void add_text(struct json_writer *w, const char *key, const char *value)
{
    json_write_key(w, key);
    json_write_text(w, value);
}

/* Does delivery name the branch of what was sent on, and not a receive? */
static bool tells_branch(const struct fact *fact)
{
    switch ((enum probe_kind)fact->kind) {
    case PROBE_ACCEPTED:
    case PROBE_DEDUPED:
    case PROBE_ANSWERED:
    case PROBE_RETRIED:
    case PROBE_GAVE_UP:
    case PROBE_FORWARDED:
    case PROBE_JOIN_BEGUN:
    case PROBE_JOINED:
    case PROBE_JOIN_TIMED_OUT:
    case PROBE_JOIN_DROPPED:
    case PROBE_REQUESTED:
    case PROBE_RESPONDED:
    case PROBE_REQUEST_REFUSED:
    case PROBE_REQUEST_BEGUN:
    case PROBE_REQUEST_LOST:
    case PROBE_SHORT_CIRCUITED:
        return fact->delivery != 0;
    default:
        return false;
    }
}

static void add_message(struct json_writer *w, const struct fact *fact,
                        const struct trace_names *names)
{
    add_text(w, "origin", trace_name(names, probe_root_origin(fact->root)));
    add_number(w, "message", NUMBER, (int64_t)probe_root_number(fact->root));
    if (fact->message != UINT32_MAX)
        add_number(w, "slot", NUMBER, fact->message);
    add_number(w, tells_branch(fact) ? "branch" : "delivery", NUMBER, fact->delivery);
    if (fact->group != UINT32_MAX)
        add_number(w, "group", NUMBER, fact->group);
}

static void add_fact(struct json_writer *w, const struct fact *fact,
                     const struct trace_names *names)
{
    const struct words *say = &words[fact->kind];
    json_write_open(w, '{');
    add_number(w, "time_s", TIME, fact->at_ns);
    add_text(w, "kind", probe_names[fact->kind]);
    add_text(w, "node", trace_name(names, fact->node));
    if (fact->peer < names->count && fact->kind != PROBE_QUEUE_CHANGED)
        add_text(w, "peer", trace_name(names, fact->peer));
    if (trace_is_of_message(fact))
        add_message(w, fact, names);
    add_number(w, say->n, NUMBER, fact->n);
    add_number(w, say->bytes, NUMBER, fact->bytes);
    add_number(w, say->value, say->value_form, fact->value);
    add_number(w, say->other, say->other_form, fact->other);
    json_write_close(w, '}');
}

void trace_write_ndjson(const struct trace *trace, const struct trace_names *names,
                        struct text *out)
{
    for (size_t i = 0; i < trace->count; i++) {
        struct json_writer w;
        json_write_init(&w, out, true);
        add_fact(&w, &trace->facts[i], names);
        text_add(out, "\n");
    }
}
