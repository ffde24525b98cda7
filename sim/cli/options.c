// SPDX-License-Identifier: GPL-3.0-or-later
/* Parsing by getopt_long, from the table. */
#include "cli/options.h"

#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/text.h"
#include "cli/option_rows.h"

/* What getopt_long returns for the first row: no letter is as great. */
enum { ROW_VALUE = 256 };

static size_t list_names(unsigned groups, const char *names[OPTION_ROWS_MAX])
{
    size_t count = 0;
    for (size_t i = 0; option_rows[i].name != NULL; i++) {
        if ((option_rows[i].group & groups) != 0)
            names[count++] = option_rows[i].name;
    }
    return count;
}

static bool unknown(const struct options *options, unsigned groups, const char *given)
{
    const char *names[OPTION_ROWS_MAX];
    const size_t length = strcspn(given, "=");
    char word[64];
    snprintf(word, sizeof word, "%.*s", (int)(length < 60 ? length : 60), given);
    const char *bare = word + strspn(word, "-");
    const char *nearest = text_nearest(bare, names, list_names(groups, names));
    fprintf(stderr, "queuelab %s: unknown option %s", options->command, word);
    if (nearest != NULL)
        fprintf(stderr, ", did you mean --%s?\n", nearest);
    else
        fprintf(stderr, "; see queuelab help %s\n", options->command);
    return false;
}

/* The options that getopt_long may take; a row's index is its value. */
static void fill_long(struct option longs[OPTION_ROWS_MAX + 1], unsigned groups)
{
    size_t count = 0;
    for (int i = 0; option_rows[i].name != NULL; i++) {
        if ((option_rows[i].group & groups) != 0)
            longs[count++] = (struct option){.name = option_rows[i].name,
                                             .has_arg = option_rows[i].argument != NULL,
                                             .val = ROW_VALUE + i};
    }
    longs[count] = (struct option){.name = NULL};
}

static bool read_one(struct options *options, unsigned groups, int found, char **argv)
{
    if (found == 'h')
        return options->help = true;
    const struct option_row *out = found == 'o' ? option_rows_out(groups) : NULL;
    if (found == 'o' && out == NULL)
        return unknown(options, groups, "-o");
    if (found == ':') {
        fprintf(stderr, "queuelab %s: option %s wants a value\n", options->command,
                argv[optind - 1]);
        return false;
    }
    if (found == '?' && optopt >= ROW_VALUE) {
        fprintf(stderr, "queuelab %s: option --%s takes no value\n", options->command,
                option_rows[optopt - ROW_VALUE].name);
        return false;
    }
    if (found == '?')
        return unknown(options, groups, argv[optind - 1]);
    const struct option_row *row = out != NULL ? out : &option_rows[found - ROW_VALUE];
    if (row->read(options, optarg))
        return true;
    fprintf(stderr, "queuelab %s: --%s %s: expected %s\n", options->command, row->name, optarg,
            option_rows_expected(row));
    return false;
}

bool options_read(struct options *options, unsigned groups, int argc, char **argv)
{
    struct option longs[OPTION_ROWS_MAX + 1];
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);
    arena_init(&options->arena);
    options->overrides_shown = "";
    options->jobs = processors > 0 ? (unsigned)processors : 1;
    options->out = "out";
    options->shard = -1;
    options->from = options->to = (double)NAN;
    options->formats = "svg";
    options->theme = "light";
    fill_long(longs, groups);
    opterr = 0;
    int found;
    while ((found = getopt_long(argc, argv, ":ho:", longs, NULL)) != -1) {
        if (!read_one(options, groups, found, argv))
            return false;
    }
    options->operand_count = (size_t)(argc - optind);
    options->operands = argv + optind;
    return true;
}

void options_free(struct options *options)
{
    free(options->overrides);
    free(options->metrics);
    arena_free(&options->arena);
}

void options_each(unsigned groups, options_visit *visit, void *context)
{
    for (size_t i = 0; option_rows[i].name != NULL; i++) {
        if ((option_rows[i].group & groups) != 0)
            visit(context, option_rows[i].name, option_rows[i].argument, option_rows[i].doc);
    }
}

enum { LEFT_WIDTH = 26 };

static void print_row(void *out, const char *name, const char *argument, const char *doc)
{
    char left[128];
    snprintf(left, sizeof left, "--%s%s%s", name, argument != NULL ? " " : "",
             argument != NULL ? argument : "");
    if (strlen(left) > LEFT_WIDTH)
        fprintf(out, "  %s\n  %*s %s\n", left, LEFT_WIDTH, "", doc);
    else
        fprintf(out, "  %-*s %s\n", LEFT_WIDTH, left, doc);
}

void options_help(unsigned groups, FILE *out)
{
    options_each(groups, print_row, out);
}
