// SPDX-License-Identifier: GPL-3.0-or-later
/* One scenario file on its way through a command: loaded, run, kept in its result folder, drawn.
 * What a command says of it is the command's own. */
#ifndef QUEUELAB_CLI_JOB_H
#define QUEUELAB_CLI_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include "experiment/compare.h"
#include "experiment/run.h"
#include "report/folder.h"
#include "report/report.h"
#include "cli/options.h"
#include "cli/progress.h"

struct job {
    const struct options *options;
    const char *operand;
    struct arena arena; /* as long as the job */
    struct scenario_file *file;
    struct result *result;
    struct folder folder;
    struct report report;
    struct progress progress;
    volatile bool stop;
    double started_s;
    size_t variant; /* the one to look at closely */
    struct compare_choice choice;
};

/* Loads the operand ("-": the standard input), opens its result folder and runs every variant at
 * every sweep point.  Not EXIT_WELL after saying on stderr why there is no result.  To be closed in
 * any case. */
int job_run(struct job *job, const struct options *options, const char *operand);
/* The same in steps, for who has the scenario file already, which becomes the job's: loads it
 * without running it, opens the folder, simulates in a way of the caller's that can be interrupted
 * (false: it could not).  Load and open: false after saying on stderr why. */
bool job_load(struct job *job, const struct options *options, const char *operand,
              struct scenario_file *file);
bool job_open(struct job *job);
typedef bool job_work(struct job *job, const struct run_options *run, void *context);
bool job_simulate(struct job *job, job_work *work, void *context);
/* In the way of `queuelab run`; false after saying on stderr what is wrong with the scenario. */
bool job_simulate_all(struct job *job);
/* Writes the result folder; false after saying on stderr why not. */
bool job_keep(struct job *job);
/* Draws the figures that the scenario names and appends their paths.  A missing gnuplot spoils
 * nothing: how to get it has been said. */
void job_draw(struct job *job, struct text *figures);
/* Keeps, draws and prints it; returns the exit status. */
int job_report(struct job *job);
/* To the standard output, and what was expected and did not come to the standard error. */
void job_print_json(const struct job *job);
void job_print_failures(const struct job *job);
/* The exit status that the result deserves. */
int job_verdict(const struct job *job);
void job_close(struct job *job);

#endif
