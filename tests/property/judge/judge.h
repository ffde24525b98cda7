// SPDX-License-Identifier: GPL-3.0-or-later
/* Runs two replications of a scenario and the first once more, and says whether all is well: the
 * invariants (a broken one ends the process, as it does everywhere), the same facts when it is run
 * again, conservation, an end, and the books of property/judge/balance.h.  What breaks the promises
 * of property/judge/promise.h is refused. */
#ifndef QUEUELAB_PROPERTY_JUDGE_JUDGE_H
#define QUEUELAB_PROPERTY_JUDGE_JUDGE_H

#include <stdbool.h>
#include "scenario/scenario.h"
#include "scenario/world.h"

enum judge_verdict { JUDGE_WELL, JUDGE_REFUSED, JUDGE_BAD };

struct judge_options {
    const char *replay; /* said if the process must die */
    bool shuffles_ties; /* what happens at one instant comes in a random order where that is open */
    /* Calls a scenario bad for the sake of a test; may be NULL. */
    bool (*is_planted)(const struct scenario *scenario);
    /* Breaks an invariant at the first dead letter, for the sake of a test. */
    bool forges;
};

/* Says on the standard error stream why something is bad. */
enum judge_verdict judge_text(const char *text, const struct judge_options *options);

#endif
