// SPDX-License-Identifier: GPL-3.0-or-later
/* How stories name messages and times, and what they say of plain facts. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "base/units.h"
#include "experiment/story.h"

void story_add_time(struct text *out, const char *before, int64_t ns)
{
    const double seconds = (double)(ns % MINUTE) / 1e9;
    char shown[32];
    text_add(out, before);
    if (ns >= 5 * MINUTE) {
        if (ns >= DAY)
            text_printf(out, "%" PRId64 " d ", ns / DAY);
        if (ns >= HOUR)
            text_printf(out, "%" PRId64 " h ", ns / HOUR % 24);
        text_printf(out, "%" PRId64 " min", ns / MINUTE % 60);
        if (ns % MINUTE == 0)
            return;
        text_add(out, " ");
    }
    const double value = ns >= 5 * MINUTE ? seconds : (double)ns / 1e9;
    snprintf(shown, sizeof shown, value > 0.0 && value < 0.01 ? "%.7f" : "%.3f", value);
    size_t length = strlen(shown);
    while (shown[length - 1] == '0')
        length--;
    length -= shown[length - 1] == '.';
    text_printf(out, "%.*s s", (int)length, shown);
}

void story_name_message(struct text *out, const struct trace_names *names, uint64_t root)
{
    const uint16_t origin = probe_root_origin(root);
    text_printf(out, "message %" PRIu64, probe_root_number(root));
    if (origin < names->count)
        text_printf(out, " of %s", names->at[origin]);
}

const char *story_words(enum probe_kind kind, bool *has_peer)
{
    static const struct {
        const char *words;
        bool has_peer;
    } plain[PROBE_KIND_COUNT] = {
        [PROBE_REJECTED] = {"refused it, as sent by", true},
        [PROBE_DELAYED_OVER] = {"showed it, as its delay was over", false},
        [PROBE_PURGED] = {"was purged, and it with it", false},
        [PROBE_RESURRECTED] = {"had it again: a copy had survived its delete", false},
        [PROBE_COPIED] = {"still showed it: a copy had survived its receive", false},
        [PROBE_EXTEND_REFUSED] = {"refused to change its visibility timeout", false},
        [PROBE_FILTERED] = {"filtered it: not for", true},
        [PROBE_NOTIFY_FAILED] = {"failed to deliver it to", true},
        [PROBE_NOTIFY_LOST] = {"gave up delivering it to", true},
        [PROBE_EFFECT] = {"did what it asks for", false},
        [PROBE_EFFECT_SKIPPED] = {"found its key, and did not do again what it asks for", false},
        [PROBE_HOP_LIMIT] = {"sent it on often enough, and not once more, to", true},
        [PROBE_JOIN_BEGUN] = {"kept it to wait for its other parts", false},
        [PROBE_JOINED] = {"had all its parts together", false},
        [PROBE_JOIN_TIMED_OUT] = {"gave up waiting for its other parts", false},
        [PROBE_EVENT_DROPPED] = {"gave up invoking with it", false},
    };
    *has_peer = plain[kind].has_peer;
    return plain[kind].words;
}
