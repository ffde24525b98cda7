// SPDX-License-Identifier: GPL-3.0-or-later
/* Loading, running, keeping and drawing, as the commands that simulate share them. */
#include "cli/job.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "experiment/expect.h"
#include "experiment/replay.h"
#include "experiment/run.h"
#include "report/report_gnuplot.h"
#include "cli/build_info.h"
#include "cli/command.h"
#include "cli/figures.h"
#include "cli/input.h"

/* --- interruption: the signal waits until it is looked for, so that nothing needs a handler --- */

static void block_interrupts(bool is_blocked)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigprocmask(is_blocked ? SIG_BLOCK : SIG_UNBLOCK, &set, NULL);
}

/* Takes an interrupt that waits.  The next one ends the process, as nothing blocks it any more. */
static bool take_interrupt(void)
{
    sigset_t set;
    int taken;
    sigemptyset(&set);
    if (sigpending(&set) != 0 || sigismember(&set, SIGINT) != 1)
        return false;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigwait(&set, &taken);
    block_interrupts(false);
    return true;
}

static void on_progress(void *context, const struct run_progress *at, struct timespec *until)
{
    struct job *job = context;
    if (!job->stop && take_interrupt())
        job->stop = true;
    progress_show(&job->progress, at);
    if (until != NULL)
        progress_deadline(until);
}

/* --- running --- */

static const char *replay_of(struct job *job)
{
    const struct scenario_experiment *experiment = &job->result->scenarios[0]->experiment;
    char seed[32];
    return arena_printf(&job->arena, "queuelab run --seed %s --replications %" PRId64 "%s %s",
                        result_format_seed(seed, experiment->seed), experiment->replications,
                        job->options->overrides_shown, job->operand);
}

bool job_simulate(struct job *job, job_work *work, void *context)
{
    const struct run_options options = {
        .threads = job->options->jobs,
        .stop = &job->stop,
        .progress = on_progress,
        .context = job,
        .replay = replay_of(job),
    };
    progress_init(&job->progress, !job->options->no_progress && !job->options->quiet);
    block_interrupts(true);
    const bool ok = work(job, &options, context);
    block_interrupts(false);
    progress_wipe(&job->progress);
    return ok;
}

static bool run_all(struct job *job, const struct run_options *options, void *context)
{
    return run_result(job->result, options, context);
}

/* As it is found from anywhere; "": that of the working folder. */
static const char *whole_path(struct job *job, const char *folder)
{
    char *found = realpath(folder[0] != '\0' ? folder : ".", NULL);
    const char *path = arena_copy_text(&job->arena, found != NULL ? found : folder);
    free(found);
    return path;
}

static void describe(struct job *job)
{
    const time_t now = time(NULL);
    struct tm utc;
    char *started = arena_alloc(&job->arena, 32), *host = arena_alloc(&job->arena, 256);
    if (gmtime_r(&now, &utc) != NULL)
        strftime(started, 32, "%Y-%m-%dT%H:%M:%SZ", &utc);
    if (gethostname(host, 255) != 0)
        host[0] = '\0';
    job->report = (struct report){
        .result = job->result,
        .build = {build_info_version, build_info_commit, build_info_compiler, build_info_flags,
                  build_info_libraries()},
        .wall = {.started = started,
                 .host = host,
                 .folder = whole_path(job, job->file->folder),
                 .jobs = (int)job->options->jobs},
    };
}

/* --- reporting --- */

static bool write_forms(struct job *job)
{
    for (size_t i = 0; report_forms[i] != NULL; i++) {
        struct text rest = {.length = 0};
        if (report_forms[i]->applies != NULL && !report_forms[i]->applies(job->result))
            continue;
        FILE *file = folder_begin(&job->folder, report_forms[i]->file);
        if (file != NULL) {
            report_forms[i]->write(&job->report, &rest, file);
            fwrite(text_of(&rest), 1, rest.length, file);
        }
        text_free(&rest);
        if (!folder_end(&job->folder, report_forms[i]->file, file))
            return false;
    }
    return true;
}

/* The events of one cell: of the variant chosen, at its first sweep point. */
static bool write_trace(struct job *job)
{
    if (job->options->trace == NULL)
        return true;
    const bool is_chrome = strcmp(job->options->trace, "chrome") == 0;
    const struct scenario *scenario = result_cell(job->result, job->variant, 0)->scenario;
    const struct trace_names names = replay_names(scenario, &job->arena);
    struct trace trace;
    struct text out = {.length = 0};
    replay_trace(scenario, &trace);
    (is_chrome ? trace_write_chrome : trace_write_ndjson)(&trace, &names, &out);
    if (trace.is_full)
        fprintf(stderr, "queuelab: the trace has the first %d events\n", TRACE_MOST);
    trace_free(&trace);
    const bool is_written = folder_write(&job->folder, is_chrome ? "trace.json" : "trace.ndjson",
                                         text_of(&out), out.length);
    text_free(&out);
    return is_written;
}

/* Whether an expectation is about another value of an axis to which the command line gave one. */
static bool is_elsewhere(const struct scenario_file *file, const struct json *expectation)
{
    const struct json *point = json_get(expectation, "point");
    bool is = false;
    for (size_t i = 0; point != NULL && i < file->axis_count; i++) {
        const struct json *value = json_get(point, file->axes[i]);
        if (!file->axis_set[i] || value == NULL)
            continue;
        char *wanted = json_print(value), *given = json_print(file->axis_values[0][i]);
        is = is || strcmp(wanted, given) != 0;
        free(wanted);
        free(given);
    }
    return is;
}

/* The scenario as it was run, which explain replays: without what says nothing of this run, and
 * would be a mistake in a file of its own. */
static bool write_scenario(struct job *job)
{
    struct json_doc *doc = json_copy(job->file->doc);
    const struct json *expect = json_get(json_root(doc), "expect");
    for (size_t i = expect != NULL ? json_count(expect) : 0; i-- > 0;) {
        const char *pointer = arena_printf(&job->arena, "/expect/%zu", i);
        if (is_elsewhere(job->file, json_find(doc, pointer)))
            json_patch(doc, pointer, NULL, NULL);
    }
    char *text = json_print(json_root(doc));
    const char *name = arena_printf(&job->arena, "%s.json", job->file->name);
    const bool is_written = folder_write(&job->folder, name, text, strlen(text));
    free(text);
    json_free(doc);
    return is_written;
}

static bool write_folder(struct job *job)
{
    const char *plots = figures_plots(job->options, &job->arena);
    return write_forms(job) && write_scenario(job) && write_trace(job) &&
           report_gnuplot_data(&job->folder, job->result, plots) && folder_commit(&job->folder);
}

bool job_keep(struct job *job)
{
    job->report.wall.seconds = progress_now_s() - job->started_s;
    if (write_folder(job))
        return true;
    fprintf(stderr, "queuelab: %s\n", text_of(&job->folder.error));
    return false;
}

void job_draw(struct job *job, struct text *figures)
{
    const size_t count = result_figure_count(job->result);
    char **ids = arena_alloc(&job->arena, (count + 1) * sizeof *ids);
    for (size_t i = 0; i < count; i++)
        ids[i] = arena_copy_text(&job->arena, result_figure(job->result, i));
    if (count > 0)
        figures_draw(job->options, text_of(&job->folder.path), ids, count, false, figures);
}

int job_verdict(const struct job *job)
{
    if (job->result->interrupted)
        return EXIT_INTERRUPTED;
    return expect_failures(job->result) > 0 ? EXIT_EXPECTATION : EXIT_WELL;
}

bool job_open(struct job *job)
{
    const char *path = arena_printf(&job->arena, "%s/%s", job->options->out, job->file->name);
    describe(job);
    if (folder_open(&job->folder, path))
        return true;
    fprintf(stderr, "queuelab: %s\n", text_of(&job->folder.error));
    return false;
}

static void begin(struct job *job, const struct options *options, const char *operand)
{
    *job = (struct job){.options = options, .operand = operand, .started_s = progress_now_s()};
    arena_init(&job->arena);
}

static bool load(struct job *job)
{
    struct diag *diag = diag_new();
    if (input_variant(job->options, job->file, &job->variant) &&
        input_choice(job->options, job->file, &job->choice))
        job->result = result_new(job->file, diag);
    if (job->result != NULL)
        job->result->choice = &job->choice;
    diag_print(diag, stderr);
    diag_free(diag);
    return job->result != NULL;
}

bool job_load(struct job *job, const struct options *options, const char *operand,
              struct scenario_file *file)
{
    begin(job, options, operand);
    job->file = file;
    return load(job);
}

bool job_simulate_all(struct job *job)
{
    struct diag *diag = diag_new();
    const bool ok = job_simulate(job, run_all, diag);
    diag_print(diag, stderr);
    diag_free(diag);
    return ok;
}

/* The folder is opened before anything runs: an unwritable place is said at once. */
static int run_loaded(struct job *job)
{
    if (!job_open(job))
        return EXIT_TOOL;
    if (!job_simulate_all(job))
        return EXIT_USAGE;
    if (result_replications(job->result) > 0)
        return EXIT_WELL;
    fputs("queuelab: interrupted before the first replication was finished\n", stderr);
    return EXIT_INTERRUPTED;
}

int job_run(struct job *job, const struct options *options, const char *operand)
{
    int status;
    begin(job, options, operand);
    job->file = input_scenario(options, operand, &status);
    if (job->file == NULL)
        return status;
    return load(job) ? run_loaded(job) : EXIT_USAGE;
}

void job_close(struct job *job)
{
    folder_close(&job->folder);
    if (job->result != NULL)
        result_free(job->result);
    if (job->file != NULL)
        scenario_file_free(job->file);
    arena_free(&job->arena);
}
