// SPDX-License-Identifier: GPL-3.0-or-later
/* Effects under a promise: one that was noted with its key in one transaction does not happen again
 * at that consumer as long as the note holds.  The effects say how long that is; those without a
 * note promise nothing and are not judged. */
#include "observe/invariant.h"

#include "observe/effects.h"

void invariant_effects_happened(const struct observe *observe, struct consumer_account *consumer,
                                const struct fact *fact)
{
    if (!observe->setting.invariants || fact->other <= 0)
        return;
    const uint64_t key = effects_key(fact->root, fact->delivery, (uint64_t)fact->value);
    const int64_t *until_ns = key_table_find(&consumer->promised_ns, key);
    if (until_ns != NULL && fact->at_ns < *until_ns)
        invariant_break(INVARIANT_effects, observe, fact,
                        "whose effect happened twice in spite of a conditional write");
    key_table_put(&consumer->promised_ns, key,
                  fact->other > INT64_MAX - fact->at_ns ? INT64_MAX : fact->at_ns + fact->other);
}
