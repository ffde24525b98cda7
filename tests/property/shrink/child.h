// SPDX-License-Identifier: GPL-3.0-or-later
/* Does work that may end the process, in a process of its own, and tells how it ended. */
#ifndef QUEUELAB_PROPERTY_SHRINK_CHILD_H
#define QUEUELAB_PROPERTY_SHRINK_CHILD_H

#include <stdbool.h>
#include "base/text.h"

struct child_work {
    bool (*run)(void *context); /* in the child; its result says whether all is well */
    void *context;
    double limit_s; /* it ends if it has said nothing on its standard error stream for so long */
    /* Each line that it says there, in the parent; may be NULL. */
    void (*hear)(void *context, const char *line);
};

enum { CHILD_REASON = 300 };

/* Returns true if all is well.  Else reason tells one failure from another: the broken invariant or
 * assertion, what a sanitizer sums up, the last line that was said, a signal, or silence. */
bool child_do(const struct child_work *work, char reason[CHILD_REASON]);

#endif
