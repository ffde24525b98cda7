// SPDX-License-Identifier: GPL-3.0-or-later
/* Options of all commands: one table of rows, from which parsing and help derive. */
#ifndef QUEUELAB_CLI_OPTIONS_H
#define QUEUELAB_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include "base/arena.h"
#include "scenario/scenario.h"

enum option_group {
    OPTIONS_OVERRIDE = 1, /* what changes a scenario */
    OPTIONS_RUN = 2,
    OPTIONS_FIGURE = 4,
    OPTIONS_SCREEN = 8,
    OPTIONS_SCHEMA = 16,
    OPTIONS_API = 32,
    OPTIONS_TRACE = 64, /* which variant to look at closely */
    OPTIONS_EXPLAIN = 128,
    OPTIONS_COMPARE = 1024, /* what to compare with */
    OPTIONS_METRIC = 2048,  /* which metrics to look at */
    OPTIONS_TELL = 4096,    /* what run says beside the summary */
    OPTIONS_SWEEP = 8192,   /* shards of a run */
    OPTIONS_AXIS = 16384,   /* along which axis */
    OPTIONS_THEORY = 1 << 15,
    OPTIONS_JOBS = 1 << 16, /* how to simulate, where no result is kept */
    OPTIONS_SOLVE = 1 << 17 /* what to seek */
};

struct options {
    struct arena arena;
    const char *program; /* argv[0] */
    const char *command;
    size_t operand_count;
    char **operands;
    size_t override_count;
    struct scenario_override
        *overrides;              /* --set, --seed, --replications, --duration, in their order */
    const char *overrides_shown; /* the first and last kind, as they can be typed again; "" */
    unsigned jobs;
    const char *out;
    bool has_jobs, has_out; /* they were given */
    uint64_t shards;        /* 0: not given */
    int64_t shard;          /* -1: not given */
    double shard_minutes;   /* 0: not given */
    const char *parameter;  /* a pointer; NULL: not given */
    double from, to, step;  /* NAN: not given; 0: the step was not */
    const char *formats;    /* "svg,png" */
    const char *theme;
    const char *trace;   /* "ndjson" or "chrome"; NULL: none */
    const char *variant; /* to look at closely; NULL: the first */
    const char *base;    /* a variant to compare with; NULL: the first */
    size_t metric_count; /* to look at; 0: what the scenario makes of it */
    const char **metrics;
    const char *axis;                    /* a swept pointer; NULL: the first that takes numbers */
    const char *message, *first, *empty; /* what to explain; NULL: not asked */
    bool log, json, quiet, verbose, no_color, no_progress, markdown, quotas, strict_policies, help;
    bool run;     /* simulate */
    bool integer; /* seek whole numbers */
};

/* Reads the arguments after the command; false after saying on stderr what is wrong with them. */
bool options_read(struct options *options, unsigned groups, int argc, char **argv);
void options_free(struct options *options);

/* Visits the rows of the groups; argument is NULL where an option takes none, and "a|b" where one
 * of these words is wanted. */
typedef void options_visit(void *context, const char *name, const char *argument, const char *doc);
void options_each(unsigned groups, options_visit *visit, void *context);

/* Prints the rows of the groups. */
void options_help(unsigned groups, FILE *out);

#endif
