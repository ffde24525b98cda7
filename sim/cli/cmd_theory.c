// SPDX-License-Identifier: GPL-3.0-or-later
/* queuelab theory: closed forms that apply to a scenario, and why the others do not; beside a
 * simulation, if a result folder is named or a run asked for. */
#include <stdio.h>
#include <string.h>
#include "experiment/closed_form.h"
#include "cli/command.h"
#include "cli/input.h"
#include "cli/job.h"
#include "cli/result_input.h"

static void print(const struct result *result)
{
    struct closed_forms forms;
    closed_forms_of(&forms, result);
    report_theory(result, &forms, stdout);
    closed_forms_free(&forms);
}

static int simulate(struct job *job)
{
    if (!job_simulate_all(job))
        return EXIT_USAGE;
    if (job->result->interrupted)
        fputs("queuelab theory: interrupted\n", stderr);
    return job->result->interrupted ? EXIT_INTERRUPTED : EXIT_WELL;
}

static int of_scenario(const struct options *options, const char *operand)
{
    int status;
    struct job job;
    struct scenario_file *file = input_scenario(options, operand, &status);
    if (file == NULL)
        return status;
    status = job_load(&job, options, operand, file) ? EXIT_WELL : EXIT_USAGE;
    if (status == EXIT_WELL && options->run)
        status = simulate(&job);
    if (status == EXIT_WELL) {
        print(job.result);
        if (!options->run)
            printf("next: queuelab theory %s%s --run\n", operand, options->overrides_shown);
    }
    job_close(&job);
    return status;
}

static int of_result(const char *folder)
{
    struct stored stored;
    int status;
    if (!result_input(folder, &stored, &status))
        return status;
    print(stored.result);
    stored_free(&stored);
    return EXIT_WELL;
}

static int run(const struct options *options)
{
    if (options->operand_count != 1) {
        fputs("queuelab theory: name a scenario file, or the folder of a result\n", stderr);
        return EXIT_USAGE;
    }
    if (!result_input_is_folder(options->operands[0]))
        return of_scenario(options, options->operands[0]);
    if (options->run || options->override_count > 0) {
        fputs("queuelab theory: a result is as it was run: name the scenario to run it\n", stderr);
        return EXIT_USAGE;
    }
    return of_result(options->operands[0]);
}

const struct command cmd_theory = {
    .name = "theory",
    .operands = "FILE|DIR",
    .doc = "closed forms that apply to a scenario, and why the others do not",
    .details = "With a result folder, or --run, the simulation stands beside them.",
    .options = OPTIONS_OVERRIDE | OPTIONS_THEORY | OPTIONS_JOBS,
    .run = run,
};
