// SPDX-License-Identifier: GPL-3.0-or-later
/* The table of options, from which parsing, help and completion derive. */
#ifndef QUEUELAB_CLI_OPTION_ROWS_H
#define QUEUELAB_CLI_OPTION_ROWS_H

#include "cli/options.h"

/* What an option does with its argument (NULL if it takes none); false: the argument is wrong. */
typedef bool option_read(struct options *options, const char *argument);

struct option_row {
    const char *name;
    const char *argument; /* word for help; NULL: takes none */
    option_read *read;
    unsigned group;
    const char *doc;
};

enum { OPTION_ROWS_MAX = 128 };

/* Ends with a name of NULL. */
extern const struct option_row option_rows[];

/* What an argument should have been; the word for help where that says it. */
const char *option_rows_expected(const struct option_row *row);
/* What -o is short for; NULL: the commands of these groups have no such option. */
const struct option_row *option_rows_out(unsigned groups);

#endif
