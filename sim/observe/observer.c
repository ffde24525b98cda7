// SPDX-License-Identifier: GPL-3.0-or-later
/* The list of those who listen besides. */
#include "observe/observer.h"

#include "observe/account.h"

void observer_attach(struct observe *observe, struct observer observer)
{
    MUST(observe->observer_count < OBSERVERS_MAX);
    observe->observers[observe->observer_count++] = observer;
    observe->ear.quiet_ns = 0;
}
