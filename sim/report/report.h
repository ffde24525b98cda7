// SPDX-License-Identifier: GPL-3.0-or-later
/* A result as files and on a screen: rows out, nothing computed.  A form is one file of a result
 * folder, written by one function that ends in one table. */
#ifndef QUEUELAB_REPORT_REPORT_H
#define QUEUELAB_REPORT_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include "base/text.h"
#include "experiment/result.h"

/* What is not a function of scenario, seed and program: it stands aside, in members of its own. */
struct report_build {
    const char *version, *commit, *compiler, *flags, *libraries;
};
struct report_wall {
    const char *started; /* ISO 8601 */
    const char *host;
    const char *folder; /* in which the scenario lay, for the files that it names; may be NULL */
    double seconds;
    int jobs;
};

struct report {
    const struct result *result;
    struct report_build build;
    struct report_wall wall;
};

struct report_form {
    const char *file; /* in the result folder */
    /* Appends to out, flushing to the stream when much has come together; failures of the stream
     * are seen by whoever closes it. */
    void (*write)(const struct report *report, struct text *out, FILE *stream);
    bool (*applies)(const struct result *result); /* NULL: always */
};

// clang-format off
#define REPORTS(X)        \
    X(json)               \
    X(csv_metrics)        \
    X(csv_series)         \
    X(csv_histograms)     \
    X(csv_compare)        \
    /* one line per form, above this one */
// clang-format on

#define REPORT_DECLARE(form) extern const struct report_form report_##form;
REPORTS(REPORT_DECLARE)
#undef REPORT_DECLARE

/* All forms, ending in NULL. */
extern const struct report_form *const report_forms[];

/* Moves what is in out to the stream once it is more than a few pages. */
void report_flush(struct text *out, FILE *stream);

/* --- the screen --- */
struct report_screen {
    FILE *out;
    bool has_color;
    bool is_verbose;     /* every row, not only the headlines */
    const char *folder;  /* of the result; NULL: none was written */
    const char *figures; /* paths of the figures drawn; "" */
    const char *next;    /* one suggested command; NULL: none */
};
void report_table(const struct report *report, const struct report_screen *screen);
/* A comparison: what every arm has, and by how much it differs from the base; with metrics by which
 * nothing differs, if is_verbose. */
struct compare;
void report_compare(const struct compare *compare, bool is_verbose, FILE *out);
/* What closed forms say of a result, and why others say nothing. */
struct closed_forms;
void report_theory(const struct result *result, const struct closed_forms *forms, FILE *out);
/* Warnings, for the standard error stream. */
void report_warnings(const struct report *report, FILE *out);

#endif
