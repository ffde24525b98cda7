// SPDX-License-Identifier: GPL-3.0-or-later
/* The names of the invariants, and what is said when one is broken. */
#include "observe/invariant.h"

#include <inttypes.h>

const char *const invariant_names[] = {
#define INVARIANT_NAME(name, sentence) #name,
    INVARIANTS(INVARIANT_NAME)
#undef INVARIANT_NAME
};

static const char *name_of(const struct observe *observe, uint16_t node)
{
    const bool is_known =
        node < observe->setting.node_count && observe->setting.nodes[node] != NULL;
    return is_known ? observe->setting.nodes[node]->name : "nobody";
}

void invariant_break(enum invariant which, const struct observe *observe, const struct fact *fact,
                     const char *what)
{
    if (observe->setting.invariants)
        invariant_end(which, observe, fact, what);
}

void invariant_end(enum invariant which, const struct observe *observe, const struct fact *fact,
                   const char *what)
{
    const uint64_t nanoseconds = (uint64_t)fact->at_ns;
    must_broken(invariant_names[which],
                "queue %s at %" PRIu64 ".%09" PRIu64 " s: %s, message %" PRIu64
                " of %s (slot %" PRIu32 ", receive %" PRIu32 "), %s",
                name_of(observe, fact->node), nanoseconds / 1000000000, nanoseconds % 1000000000,
                probe_names[fact->kind], probe_root_number(fact->root),
                name_of(observe, probe_root_origin(fact->root)), fact->message, fact->delivery,
                what);
}
