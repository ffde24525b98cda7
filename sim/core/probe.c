// SPDX-License-Identifier: GPL-3.0-or-later
/* The names of the facts, for traces and tests. */
#include "core/probe.h"

const char *const probe_names[PROBE_KIND_COUNT] = {
#define PROBE_NAME(name) #name,
    PROBE_KINDS(PROBE_NAME)
#undef PROBE_NAME
};
