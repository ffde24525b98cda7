// SPDX-License-Identifier: GPL-3.0-or-later
/* Order within a group (FIFO-20): a receive takes a prefix of the group's messages, so that the one
 * before a delivered message was handed out in the same receive, or there is none.  By induction
 * all earlier ones were.  What is before it in acceptance order and has left, by whatever way,
 * blocks nothing. */
#include "observe/invariant.h"

void invariant_fifo_order_judge(const struct observe *observe, const struct group *group,
                                const struct fact *fact)
{
    const uint32_t before = groups_before(&observe->links, group, fact->message);
    static const char *const sentences[LEDGER_STATES] = {
        [LEDGER_GONE] = "after one of its group that has left but is still listed",
        [LEDGER_DELAYED] = "while an earlier one of its group is delayed",
        [LEDGER_VISIBLE] = "while an earlier one of its group waits",
        [LEDGER_IN_FLIGHT] = "while an earlier one of its group is in flight",
    };
    invariant_break(INVARIANT_fifo_order, observe, fact,
                    sentences[ledger_state(&observe->ledger.at[before])]);
}
