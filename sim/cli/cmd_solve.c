// SPDX-License-Identifier: GPL-3.0-or-later
/* queuelab solve: the least or greatest value of one parameter for which what the scenario expects
 * holds with confidence, and the evidence.  Every value is run on the same random numbers. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/json_write.h"
#include "experiment/solve.h"
#include "report/screen.h"
#include "cli/command.h"
#include "cli/input.h"
#include "cli/job.h"

/* What was seen at a value: of all expectations the one that is worst off. */
struct evidence {
    size_t step;
    char value[32];
    enum confidence answer;
    const char *what, *seen, *wanted;
};

struct seek {
    const struct options *options;
    const char *operand, *parameter;
    struct text text; /* the scenario's */
    struct arena arena;
    double from, step;
    size_t count;
    struct evidence *items;
    int status; /* of what stopped it */
};

static const char *const answers[] = {"holds", "open", "fails"};

/* Twelve digits: a sum of steps has no more to say. */
static const char *value_at(const struct seek *seek, size_t step, char value[32])
{
    char digits[32];
    snprintf(digits, sizeof digits, "%.12g", seek->from + (double)step * seek->step);
    return json_format_double(value, strtod(digits, NULL));
}

/* --- one value --- */

static struct scenario_file *read_with(struct seek *seek, const char *value)
{
    const size_t count = seek->options->override_count;
    struct diag *diag = diag_new();
    struct scenario_override *overrides =
        arena_alloc(&seek->arena, (count + 1) * sizeof *overrides);
    if (count > 0)
        memcpy(overrides, seek->options->overrides, count * sizeof *overrides);
    overrides[count] = (struct scenario_override){seek->parameter, value};
    struct scenario_file *file =
        scenario_file_read(strcmp(seek->operand, "-") == 0 ? "stdin" : seek->operand,
                           text_of(&seek->text), seek->text.length, overrides, count + 1, diag);
    diag_print(diag, stderr);
    diag_free(diag);
    return file;
}

static bool run_all(struct job *job, const struct run_options *run, void *context)
{
    return run_result(job->result, run, context);
}

static const char *keep(struct seek *seek, struct text *text)
{
    const char *kept = arena_copy_text(&seek->arena, text_of(text));
    text_free(text);
    return kept;
}

static void note(struct seek *seek, const struct result *result, struct evidence *evidence)
{
    const struct verdict *worst;
    struct estimate seen;
    double wanted;
    struct text what = {.length = 0}, shown = {.length = 0}, bound = {.length = 0};
    evidence->answer = confidence_of_all(result, &worst);
    confidence_of(result, worst, &seen, &wanted);
    const struct cell_row *row =
        cell_find(worst->cell, expect_entity(worst), expect_metric(worst), expect_stat(worst));
    const char *label = result_label(&seek->arena, result, worst->cell);
    const char *stat = row != NULL ? row->stat : "";
    text_printf(&what, "%s%s%s %s %s", label, label[0] != '\0' ? ": " : "", expect_entity(worst),
                expect_metric(worst), stat);
    if (row != NULL) {
        screen_value(&shown, seen.mean, row->unit);
        text_add(&shown, "  ");
        screen_interval(&shown, &seen, row->unit);
        text_printf(&bound, "%s ", expect_word(worst));
        screen_value(&bound, wanted, row->unit);
        if (expect_versus(worst) != NULL)
            text_printf(&bound, " more than %s", expect_versus(worst));
    }
    evidence->what = keep(seek, &what);
    evidence->seen = keep(seek, &shown);
    evidence->wanted = keep(seek, &bound);
}

/* An expectation about a point of the sweep is silent once its axis is what is sought. */
static void say_nothing_expected(const struct seek *seek, size_t silent)
{
    if (silent > 0)
        fprintf(stderr,
                "queuelab solve: the expectations of %s are about points of its sweep (\"point\"), "
                "not about every value of %s: give it one that is\n",
                seek->operand, seek->parameter);
    else
        fprintf(stderr, "queuelab solve: %s expects nothing: its \"expect\" says what is sought\n",
                seek->operand);
}

/* False after saying why nothing can be learnt there. */
static bool look(struct seek *seek, struct job *job, struct evidence *evidence)
{
    struct diag *diag = diag_new();
    const bool is_run = job_simulate(job, run_all, diag);
    diag_print(diag, stderr);
    diag_free(diag);
    if (is_run && job->result->interrupted)
        fprintf(stderr, "queuelab solve: interrupted at %s\n", evidence->value);
    if (!is_run || job->result->interrupted) {
        seek->status = is_run ? EXIT_INTERRUPTED : EXIT_USAGE;
        return false;
    }
    if (job->result->verdict_count == 0) {
        say_nothing_expected(seek, job->result->scenarios[0]->expect_count);
        return false;
    }
    note(seek, job->result, evidence);
    return true;
}

static bool ask(void *context, size_t step, enum confidence *answer)
{
    struct seek *seek = context;
    struct job job;
    for (size_t i = 0; i < seek->count; i++) {
        *answer = seek->items[i].answer;
        if (seek->items[i].step == step)
            return true;
    }
    seek->items = must_grow(seek->items, (seek->count + 1) * sizeof *seek->items);
    struct evidence *evidence = &seek->items[seek->count];
    *evidence = (struct evidence){.step = step};
    value_at(seek, step, evidence->value);
    struct scenario_file *file = read_with(seek, evidence->value);
    if (file == NULL)
        return false;
    const bool is_loaded = job_load(&job, seek->options, seek->operand, file);
    const bool is_known = is_loaded && look(seek, &job, evidence);
    if (!is_loaded && strchr(evidence->value, '.') != NULL)
        fputs("queuelab solve: where only whole numbers will do, give --integer\n", stderr);
    job_close(&job);
    seek->count += is_known;
    *answer = evidence->answer;
    return is_known;
}

/* --- what is said --- */

static int by_step(const void *a, const void *b)
{
    const struct evidence *first = a, *second = b;
    return (first->step > second->step) - (first->step < second->step);
}

static void print_evidence(struct seek *seek)
{
    size_t value = 0, what = 0, seen = 0;
    qsort(seek->items, seek->count, sizeof *seek->items, by_step);
    for (size_t i = 0; i < seek->count; i++) {
        const struct evidence *item = &seek->items[i];
        value = strlen(item->value) > value ? strlen(item->value) : value;
        what = strlen(item->what) > what ? strlen(item->what) : what;
        seen = strlen(item->seen) > seen ? strlen(item->seen) : seen;
    }
    printf("%s\n", seek->parameter);
    for (size_t i = 0; i < seek->count; i++) {
        const struct evidence *item = &seek->items[i];
        printf("  %*s  %-5s  %-*s  %-*s  %s\n", (int)value, item->value, answers[item->answer],
               (int)what, item->what, (int)seen, item->seen, item->wanted);
    }
}

static enum confidence answer_at(const struct seek *seek, size_t step)
{
    for (size_t i = 0; i < seek->count; i++) {
        if (seek->items[i].step == step)
            return seek->items[i].answer;
    }
    return CONFIDENCE_OPEN;
}

static void print_found(const struct seek *seek, const struct solution *solution)
{
    char value[32], beyond[32], uneven[32];
    value_at(seek, solution->step, value);
    value_at(seek, solution->beyond, beyond);
    printf("%s is the %s value for which all that is expected holds with 95 %% confidence; ", value,
           solution->is_least ? "least" : "greatest");
    if (answer_at(seek, solution->beyond) == CONFIDENCE_FAILS)
        printf("with %s it fails\n", beyond);
    else
        printf("with %s it is open (more --replications may tell)\n", beyond);
    printf("next: queuelab run %s%s --set %s=%s\n", seek->operand, seek->options->overrides_shown,
           seek->parameter, value);
    if (!solution->is_uneven)
        return;
    fflush(stdout);
    fprintf(stderr,
            "warning: at %s it is the other way round: what is expected does not simply turn from "
            "one side to the other here, and there may be other answers. Sweep the parameter to "
            "see.\n",
            value_at(seek, solution->uneven, uneven));
}

static int print(struct seek *seek, size_t last, const struct solution *solution)
{
    char from[32], to[32];
    if (solution->end == SOLVE_STOPPED)
        return seek->status;
    print_evidence(seek);
    if (solution->end == SOLVE_FOUND) {
        print_found(seek, solution);
        return EXIT_WELL;
    }
    value_at(seek, 0, from);
    value_at(seek, last, to);
    if (solution->end == SOLVE_EVERYWHERE)
        printf("what is expected holds at %s and at %s: there is no bound between them to be "
               "found\n",
               from, to);
    else
        printf("what is expected is not sure to hold at %s, nor at %s: widen the range%s\n", from,
               to, ", or look at what stands in its way above");
    return EXIT_EXPECTATION;
}

/* --- the question --- */

/* A variant that sets the parameter itself would not be moved. */
static bool is_free(const struct seek *seek)
{
    struct diag *diag = diag_new();
    struct scenario_file *file =
        scenario_file_read(seek->operand, text_of(&seek->text), seek->text.length,
                           seek->options->overrides, seek->options->override_count, diag);
    diag_print(diag, stderr);
    diag_free(diag);
    bool is = file != NULL;
    const struct json *variants = file != NULL ? json_get(json_root(file->doc), "variants") : NULL;
    for (const struct json *variant = variants != NULL ? json_first(variants) : NULL;
         variant != NULL; variant = json_next(variant)) {
        if (json_kind(variant) != JSON_OBJECT || json_get(variant, seek->parameter) == NULL)
            continue;
        fprintf(stderr, "queuelab solve: the variant \"%s\" sets %s itself\n", json_key(variant),
                seek->parameter);
        is = false;
    }
    scenario_file_free(file);
    return is;
}

enum { STEPS = 200, STEPS_MAX = 1000000 };

static int seek_answer(const struct options *options, struct seek *seek)
{
    const double span = options->to - options->from;
    seek->step = options->step > 0.0 ? options->step : options->integer ? 1.0 : span / STEPS;
    const double last = floor(span / seek->step + 1e-9);
    if (!(last >= 1.0) || last > STEPS_MAX) {
        fputs("queuelab solve: --from must be below --to, by 1 to 1,000,000 steps\n", stderr);
        return EXIT_USAGE;
    }
    if (options->integer && (floor(seek->from) != seek->from || floor(seek->step) != seek->step)) {
        fputs("queuelab solve: with --integer, --from and --step are whole numbers\n", stderr);
        return EXIT_USAGE;
    }
    const struct solution solution = solve((size_t)last, ask, seek);
    return print(seek, (size_t)last, &solution);
}

static int run(const struct options *options)
{
    struct seek seek = {.options = options, .status = EXIT_USAGE, .from = options->from};
    int status = EXIT_TOOL;
    if (options->operand_count != 1 || options->parameter == NULL || isnan(options->from) ||
        isnan(options->to)) {
        fputs("queuelab solve: say queuelab solve FILE --parameter /POINTER --from A --to B\n",
              stderr);
        return EXIT_USAGE;
    }
    seek.operand = options->operands[0];
    seek.parameter = options->parameter;
    arena_init(&seek.arena);
    if (input_read(seek.operand, &seek.text))
        status = is_free(&seek) ? seek_answer(options, &seek) : EXIT_USAGE;
    text_free(&seek.text);
    arena_free(&seek.arena);
    free(seek.items);
    return status;
}

const struct command cmd_solve = {
    .name = "solve",
    .operands = "FILE",
    .doc = "seek the value of a parameter from which on what is expected holds",
    .details =
        "  queuelab solve FILE --parameter /consumers/worker/count --from 1 --to 50 --integer\n"
        "The answer holds with confidence: the whole interval is on the right side.\n"
        "Status 1 if there is no answer between the two ends.",
    .options = OPTIONS_OVERRIDE | OPTIONS_SOLVE | OPTIONS_JOBS,
    .run = run,
};
