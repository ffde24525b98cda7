// SPDX-License-Identifier: GPL-3.0-or-later
/* A bar on the standard error stream with what is done, how long the rest may take, and how wide
 * the interval of what matters most still is.  It is drawn only on a terminal, at most ten times a
 * second, and wiped when the work ends. */
#ifndef QUEUELAB_CLI_PROGRESS_H
#define QUEUELAB_CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

struct progress {
    bool is_on, is_drawn;
    double started_s, drawn_s; /* wall clock */
};

void progress_init(struct progress *progress, bool is_wanted);
struct run_progress;
void progress_show(struct progress *progress, const struct run_progress *at);
void progress_wipe(struct progress *progress);

/* When to look again: a twentieth of a second from now. */
struct timespec;
void progress_deadline(struct timespec *until);

/* Seconds of a clock that never goes back. */
double progress_now_s(void);

#endif
