// SPDX-License-Identifier: GPL-3.0-or-later
/* Keeps facts.  What they mean is for others. */
#include "observe/trace.h"

#include <stdlib.h>
#include "base/must.h"

void trace_init(struct trace *trace, size_t most)
{
    *trace = (struct trace){.most = most};
}

void trace_free(struct trace *trace)
{
    free(trace->facts);
}

bool trace_is_of_message(const struct fact *fact)
{
    switch ((enum probe_kind)fact->kind) {
    case PROBE_EMPTY:
    case PROBE_THROTTLED:
    case PROBE_OVER_LIMIT:
    case PROBE_CRASHED:
    case PROBE_RESTARTED:
    case PROBE_CAPACITY:
    case PROBE_QUEUE_CHANGED:
    case PROBE_FAIR:
    case PROBE_NOISY:
    case PROBE_INVOCATION_ENDED:
    case PROBE_INVOKE_THROTTLED:
    case PROBE_ALARM:
    case PROBE_SCALED:
    case PROBE_FAULT_ON:
    case PROBE_FAULT_OFF:
        return false;
    case PROBE_PURGED:
        return fact->message != UINT32_MAX;
    default:
        return true;
    }
}

void trace_hear(void *context, const struct fact *fact)
{
    struct trace *trace = context;
    if (trace->is_of_root && (!trace_is_of_message(fact) || fact->root != trace->root))
        return;
    if (trace->count == trace->most) {
        trace->is_full = true;
        return;
    }
    if (trace->count == trace->capacity) {
        trace->capacity = trace->capacity > 0 ? 2 * trace->capacity : 256;
        trace->facts = must_grow(trace->facts, trace->capacity * sizeof *trace->facts);
    }
    trace->facts[trace->count++] = *fact;
}

const char *trace_name(const struct trace_names *names, uint16_t node)
{
    return node < names->count ? names->at[node] : "scenario";
}
