// SPDX-License-Identifier: GPL-3.0-or-later
/* How stories name messages and times. */
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
