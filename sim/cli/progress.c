// SPDX-License-Identifier: GPL-3.0-or-later
/* The bar, and the clocks: the only use of wall time besides the result's own stamp. */
#include "cli/progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>
#include "base/units.h"
#include "experiment/precision.h"
#include "experiment/run.h"

enum { BAR = 20 };

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

/* ", orders sojourn +-3.2 %": how precise the cell at hand is by now, in a line of 80 columns. */
static void show_precision(const struct cell *cell)
{
    struct precision_row row;
    char words[26];
    if (cell == NULL || cell->replication_count < 2 || !precision_worst(cell, &row))
        return;
    const double percent = 100.0 * row.half;
    snprintf(words, sizeof words, "%s %s", row.entity, row.metric);
    fprintf(stderr, percent < 10.0 ? ", %s +-%.2g %%" : ", %s +-%.0f %%", words, percent);
}

void progress_show(struct progress *progress, const struct run_progress *at)
{
    if (!progress->is_on || at->total == 0)
        return;
    const double now_s = progress_now_s(), spent_s = now_s - progress->started_s;
    if (now_s < progress->drawn_s + every_s)
        return;
    progress->drawn_s = now_s;
    progress->is_drawn = true;
    const size_t filled = at->done * BAR / at->total;
    char left[32] = "?";
    if (at->done > 0)
        units_format_seconds(left, spent_s / (double)at->done * (double)(at->total - at->done));
    fputs("\r[", stderr);
    for (size_t i = 0; i < BAR; i++)
        fputc(i < filled ? '#' : '.', stderr);
    fprintf(stderr, "] %zu/%zu, %s left", at->done, at->total, left);
    show_precision(at->cell);
    fputs("\033[K", stderr);
    fflush(stderr);
}

void progress_wipe(struct progress *progress)
{
    if (progress->is_drawn)
        fputs("\r\033[K", stderr);
    progress->is_drawn = false;
}
