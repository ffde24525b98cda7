// SPDX-License-Identifier: GPL-3.0-or-later
/* The bar, and the clocks: the only use of wall time besides the result's own stamp. */
#include "cli/progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>
#include "base/units.h"

enum { BAR = 30 };

static const double first_after_s = 0.5, every_s = 0.1;

double progress_now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

void progress_deadline(struct timespec *until)
{
    clock_gettime(CLOCK_REALTIME, until);
    until->tv_nsec += 50000000L;
    until->tv_sec += until->tv_nsec / 1000000000L;
    until->tv_nsec %= 1000000000L;
}

void progress_init(struct progress *progress, bool is_wanted)
{
    *progress = (struct progress){
        .is_on = is_wanted && isatty(STDERR_FILENO) == 1,
        .started_s = progress_now_s(),
    };
    progress->drawn_s = progress->started_s + first_after_s - every_s;
}

void progress_show(struct progress *progress, size_t done, size_t total)
{
    if (!progress->is_on || total == 0)
        return;
    const double now_s = progress_now_s(), spent_s = now_s - progress->started_s;
    if (now_s < progress->drawn_s + every_s)
        return;
    progress->drawn_s = now_s;
    progress->is_drawn = true;
    const size_t filled = done * BAR / total;
    char left[32] = "?";
    if (done > 0)
        units_format_seconds(left, spent_s / (double)done * (double)(total - done));
    fputs("\r[", stderr);
    for (size_t i = 0; i < BAR; i++)
        fputc(i < filled ? '#' : '.', stderr);
    fprintf(stderr, "] %zu/%zu, %s left \033[K", done, total, left);
    fflush(stderr);
}

void progress_wipe(struct progress *progress)
{
    if (progress->is_drawn)
        fputs("\r\033[K", stderr);
    progress->is_drawn = false;
}
