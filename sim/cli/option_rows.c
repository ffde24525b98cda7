// SPDX-License-Identifier: GPL-3.0-or-later
/* The table of options, and what each does with its argument.  Options that change a scenario
 * become overrides, so that there is one way to set a parameter. */
#include "cli/option_rows.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/must.h"
#include "experiment/plan.h"
#include "experiment/search.h"

static bool add_override(struct options *options, const char *pointer, const char *value)
{
    options->overrides =
        must_grow(options->overrides, (options->override_count + 1) * sizeof *options->overrides);
    options->overrides[options->override_count++] = (struct scenario_override){pointer, value};
    return true;
}

static void show_override(struct options *options, const char *name, const char *argument)
{
    options->overrides_shown =
        arena_printf(&options->arena, "%s --%s '%s'", options->overrides_shown, name, argument);
}

/* A whole number of at most 64 bits, decimal or 0x. */
static bool parse_whole(const char *text, uint64_t *value)
{
    char *end;
    errno = 0;
    *value = strtoull(text, &end, 0);
    return text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0;
}

static bool read_seed(struct options *options, const char *argument)
{
    uint64_t seed;
    if (!parse_whole(argument, &seed))
        return false;
    char shown[32];
    result_format_seed(shown, seed);
    const char *value =
        arena_printf(&options->arena, result_seed_is_exact(seed) ? "%s" : "\"%s\"", shown);
    return add_override(options, "/experiment/seed", value);
}

static bool read_replications(struct options *options, const char *argument)
{
    uint64_t count;
    if (!parse_whole(argument, &count) || count == 0 || count > 1000000)
        return false;
    return add_override(options, "/experiment/replications",
                        arena_printf(&options->arena, "%" PRIu64, count));
}

static bool read_duration(struct options *options, const char *argument)
{
    show_override(options, "duration", argument);
    return add_override(options, "/experiment/duration", argument);
}

static bool read_set(struct options *options, const char *argument)
{
    const char *equals = strchr(argument, '=');
    if (argument[0] != '/' || equals == NULL)
        return false;
    char *pointer = arena_copy_text(&options->arena, argument);
    pointer[equals - argument] = '\0';
    show_override(options, "set", argument);
    return add_override(options, pointer, equals + 1);
}

static bool read_jobs(struct options *options, const char *argument)
{
    uint64_t jobs;
    if (!parse_whole(argument, &jobs) || jobs == 0 || jobs > 1024)
        return false;
    options->jobs = (unsigned)jobs;
    return options->has_jobs = true;
}

static bool read_out(struct options *options, const char *argument)
{
    options->out = argument;
    return options->has_out = argument[0] != '\0';
}

static bool parse_number(const char *text, double *value)
{
    char *end;
    *value = strtod(text, &end);
    return end > text && *end == '\0' && isfinite(*value);
}

static bool read_shards(struct options *options, const char *argument)
{
    return parse_whole(argument, &options->shards) && options->shards > 0 &&
           options->shards <= PLAN_SHARDS_MAX;
}

static bool read_shard(struct options *options, const char *argument)
{
    uint64_t shard;
    if (!parse_whole(argument, &shard) || shard >= PLAN_SHARDS_MAX)
        return false;
    options->shard = (int64_t)shard;
    return true;
}

static bool read_shard_minutes(struct options *options, const char *argument)
{
    return parse_number(argument, &options->shard_minutes) && options->shard_minutes > 0.0 &&
           options->shard_minutes <= 1e6;
}

static bool is_one_of(const char *word, size_t length, const char *const *words)
{
    for (size_t i = 0; words[i] != NULL; i++) {
        if (strlen(words[i]) == length && strncmp(words[i], word, length) == 0)
            return true;
    }
    return false;
}

static bool read_format(struct options *options, const char *argument)
{
    static const char *const formats[] = {"svg", "png", "pdf", "term", NULL};
    options->formats = argument;
    for (const char *word = argument;; word++) {
        const size_t length = strcspn(word, ",");
        if (!is_one_of(word, length, formats))
            return false;
        word += length;
        if (*word == '\0')
            return true;
    }
}

static bool read_theme(struct options *options, const char *argument)
{
    static const char *const themes[] = {"light", "dark", NULL};
    options->theme = argument;
    return is_one_of(argument, strlen(argument), themes);
}

static bool read_progress(struct options *options, const char *argument)
{
    static const char *const words[] = {"auto", "never", NULL};
    options->no_progress = strcmp(argument, "never") == 0;
    return is_one_of(argument, strlen(argument), words);
}

static bool read_trace(struct options *options, const char *argument)
{
    static const char *const forms[] = {"ndjson", "chrome", NULL};
    options->trace = argument;
    return is_one_of(argument, strlen(argument), forms);
}

static bool read_variant(struct options *options, const char *argument)
{
    options->variant = argument;
    return true;
}

static bool read_base(struct options *options, const char *argument)
{
    options->base = argument;
    return argument[0] != '\0';
}

static bool read_metric(struct options *options, const char *argument)
{
    options->metrics =
        must_grow(options->metrics, (options->metric_count + 1) * sizeof *options->metrics);
    options->metrics[options->metric_count++] = argument;
    return argument[0] != '\0' && argument[0] != '/';
}

static bool read_axis(struct options *options, const char *argument)
{
    options->axis = argument;
    return argument[0] == '/';
}

static bool read_message(struct options *options, const char *argument)
{
    options->message = argument;
    return argument[0] != '\0';
}

static bool read_first(struct options *options, const char *argument)
{
    options->first = argument;
    return argument[0] != '\0';
}

static bool read_empty(struct options *options, const char *argument)
{
    options->empty = argument;
    return argument[0] != '\0';
}

static bool read_log(struct options *options, const char *argument)
{
    (void)argument;
    return options->log = true;
}

static bool read_json(struct options *options, const char *argument)
{
    (void)argument;
    return options->json = true;
}

static bool read_quiet(struct options *options, const char *argument)
{
    (void)argument;
    return options->quiet = true;
}

static bool read_verbose(struct options *options, const char *argument)
{
    (void)argument;
    return options->verbose = true;
}

static bool read_no_color(struct options *options, const char *argument)
{
    (void)argument;
    return options->no_color = true;
}

static bool read_markdown(struct options *options, const char *argument)
{
    (void)argument;
    return options->markdown = true;
}

static bool read_quotas(struct options *options, const char *argument)
{
    (void)argument;
    return options->quotas = true;
}

static bool read_strict_policies(struct options *options, const char *argument)
{
    (void)argument;
    return options->strict_policies = true;
}

static bool read_parameter(struct options *options, const char *argument)
{
    options->parameter = argument;
    return argument[0] == '/';
}

static bool read_from(struct options *options, const char *argument)
{
    return parse_number(argument, &options->from);
}

static bool read_to(struct options *options, const char *argument)
{
    return parse_number(argument, &options->to);
}

static bool read_step(struct options *options, const char *argument)
{
    return parse_number(argument, &options->step) && options->step > 0.0;
}

static bool read_integer(struct options *options, const char *argument)
{
    (void)argument;
    return options->integer = true;
}

static bool read_run(struct options *options, const char *argument)
{
    (void)argument;
    return options->run = true;
}

static bool read_help(struct options *options, const char *argument)
{
    (void)argument;
    return options->help = true;
}

// clang-format off
const struct option_row option_rows[] = {
    {"set", "/POINTER=VALUE", read_set, OPTIONS_OVERRIDE,
     "change a value of the scenario; may be given often"},
    {"seed", "N", read_seed, OPTIONS_OVERRIDE, "as --set /experiment/seed=N"},
    {"replications", "N", read_replications, OPTIONS_OVERRIDE,
     "as --set /experiment/replications=N"},
    {"duration", "TIME", read_duration, OPTIONS_OVERRIDE,
     "as --set /experiment/duration=TIME, for example 1h"},
    {"jobs", "N", read_jobs, OPTIONS_RUN | OPTIONS_SWEEP | OPTIONS_JOBS,
     "replications at the same time (all processors; 1 for a shard)"},
    {"out", "DIR", read_out, OPTIONS_RUN, "where result folders go (out); also -o"},
    {"out", "PATH", read_out, OPTIONS_SWEEP,
     "where the plan, the part or the result goes; also -o"},
    {"shards", "N", read_shards, OPTIONS_SWEEP, "plan: into how many shards"},
    {"shard-minutes", "M", read_shard_minutes, OPTIONS_SWEEP,
     "plan: into as many shards as last so long each on this machine"},
    {"shard", "K", read_shard, OPTIONS_SWEEP, "run: which shard, from 0 on"},
    {"log", NULL, read_log, OPTIONS_TELL, "also print the first replication as a timeline"},
    {"trace", "ndjson|chrome", read_trace, OPTIONS_TELL,
     "also write the first replication's events to the result folder"},
    {"trace", "ndjson|chrome", read_trace, OPTIONS_SWEEP, "refused: shards write no traces"},
    {"variant", "NAME", read_variant, OPTIONS_TRACE, "the variant to look at"},
    {"base", "NAME", read_base, OPTIONS_COMPARE, "the variant to compare with (the first)"},
    {"metric", "METRIC[/STAT]", read_metric, OPTIONS_METRIC,
     "a metric, such as sojourn/p99 or orders/lost; may be given often"},
    {"x", "/POINTER", read_axis, OPTIONS_AXIS, "the swept pointer to draw along"},
    {"message", "[NAME:]N", read_message, OPTIONS_EXPLAIN, "message N, of the producer NAME"},
    {"first", search_words, read_first, OPTIONS_EXPLAIN, "the first such message, or receive"},
    {"empty", "N", read_empty, OPTIONS_EXPLAIN, "why the N-th empty receive was empty"},
    {"json", NULL, read_json, OPTIONS_TELL, "print result.json instead of the summary"},
    {"progress", "auto|never", read_progress, OPTIONS_RUN | OPTIONS_SWEEP | OPTIONS_JOBS,
     "a bar, if this is a terminal (auto)"},
    {"format", "svg,png,pdf,term", read_format, OPTIONS_FIGURE, "how to draw figures (svg)"},
    {"theme", "light|dark", read_theme, OPTIONS_FIGURE, "the colours of figures (light)"},
    {"quiet", NULL, read_quiet, OPTIONS_SCREEN, "say nothing but what went wrong"},
    {"verbose", NULL, read_verbose, OPTIONS_SCREEN, "say more, such as every metric"},
    {"no-color", NULL, read_no_color, OPTIONS_SCREEN, "no colours, as with NO_COLOR or TERM=dumb"},
    {"markdown", NULL, read_markdown, OPTIONS_SCHEMA, "print the reference instead of the schema"},
    {"quotas", NULL, read_quotas, OPTIONS_API,
     "apply the quotas of FIFO queues and of topics"},
    {"strict-policies", NULL, read_strict_policies, OPTIONS_API,
     "a queue without an access policy admits no topic"},
    {"parameter", "/POINTER", read_parameter, OPTIONS_SOLVE, "what to vary"},
    {"from", "NUMBER", read_from, OPTIONS_SOLVE, "its least value; times in seconds"},
    {"to", "NUMBER", read_to, OPTIONS_SOLVE, "its greatest value"},
    {"step", "S", read_step, OPTIONS_SOLVE,
     "how near to come (1 of whole numbers, else a 200th of the range)"},
    {"integer", NULL, read_integer, OPTIONS_SOLVE, "whole numbers only"},
    {"run", NULL, read_run, OPTIONS_THEORY, "simulate, too, and keep no result"},
    {"help", NULL, read_help, ~0u, "this text"},
    {NULL, NULL, NULL, 0, NULL},
};
// clang-format on

_Static_assert(sizeof option_rows / sizeof *option_rows <= OPTION_ROWS_MAX + 1,
               "more rows than there is room for");

const char *option_rows_expected(const struct option_row *row)
{
    static const struct {
        bool (*read)(struct options *options, const char *argument);
        const char *words;
    } expected[] = {
        {read_set, "/POINTER=VALUE, such as /queues/orders/VisibilityTimeout=5"},
        {read_seed, "a whole number of at most 64 bits"},
        {read_replications, "a whole number from 1 to 1000000"},
        {read_jobs, "a whole number from 1 to 1024; without --jobs all processors are used"},
        {read_shards, "a whole number from 1 to 100000"},
        {read_shard, "a whole number from 0 on"},
        {read_shard_minutes, "a number of minutes above 0"},
        {read_out, "a path"},
        {read_format, "svg, png, pdf or term, or some of them joined by commas"},
        {read_theme, "light or dark"},
        {read_trace, "ndjson or chrome"},
        {read_progress, "auto or never"},
        {read_axis, "a JSON pointer, such as /queues/orders/VisibilityTimeout"},
        {read_parameter, "a JSON pointer, such as /queues/orders/VisibilityTimeout"},
        {read_from, "a number, of seconds if it is a time"},
        {read_to, "a number, of seconds if it is a time"},
        {read_step, "a number above 0, of seconds if it is a time"},
    };
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        if (row->read == expected[i].read)
            return expected[i].words;
    }
    return row->argument;
}

const struct option_row *option_rows_out(unsigned groups)
{
    for (size_t i = 0; option_rows[i].name != NULL; i++) {
        if ((option_rows[i].group & groups) != 0 && option_rows[i].read == read_out)
            return &option_rows[i];
    }
    return NULL;
}
