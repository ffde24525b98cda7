// SPDX-License-Identifier: GPL-3.0-or-later
/* The data of figures: a table of what a plot needs, prepared from a result, and a sentence for
 * those who cannot see the plot.  A kind of figure is one file that ends in one table; a plot
 * computes nothing. */
#ifndef QUEUELAB_EXPERIMENT_FIGURE_H
#define QUEUELAB_EXPERIMENT_FIGURE_H

#include <stdbool.h>
#include <stddef.h>
#include "base/text.h"
#include "experiment/result.h"
#include "experiment/formula.h"

struct figure {
    const struct figure_kind *kind;
    const struct result *result;
    struct arena arena;
    struct text csv; /* header and rows */
    size_t row_count;
    bool row_is_open;        /* a cell was written */
    struct text sentence;    /* the alternative in words */
    const char *refusal;     /* why the figure does not apply to the result; NULL: it does */
    const struct cell *cell; /* to show; NULL: the figure chooses */
    bool is_of_root;         /* to show that message of it */
    uint64_t root;
    size_t axis;    /* that it is drawn along, for kinds that choose one */
    bool has_range; /* its lows and highs are replications' least and greatest, no intervals */
    const char *at; /* the sweep point that all variants are shown at; NULL: none, or several */
};

struct figure_kind {
    const char *id;        /* "F6" */
    const char *words;     /* "standard against FIFO throughput" */
    const char *header;    /* of the table */
    bool is_along_a_sweep; /* its x is a swept axis, without which it does not apply */
    bool is_of_trace;      /* replays a run, and only for who asks for it */
    void (*fill)(struct figure *figure);
};

// clang-format off
#define FIGURES(X) \
    X(f1)          \
    X(f2)          \
    X(f3)          \
    X(f4)          \
    X(f5)          \
    X(f6)          \
    X(f7)          \
    X(f8)          \
    X(f9)          \
    X(f10)         \
    X(f11)         \
    X(f12)         \
    X(f13)         \
    X(f14)         \
    X(f15)         \
    X(f16)         \
    X(f17)         \
    X(f18)         \
    X(f19)         \
    X(f20)         \
    X(f21)         \
    X(f22)         \
    X(f24)         \
    X(sweep)       \
    /* one line per kind, above this one */
// clang-format on

#define FIGURE_DECLARE(kind) extern const struct figure_kind figure_##kind;
FIGURES(FIGURE_DECLARE)
#undef FIGURE_DECLARE

/* All kinds, ending in NULL. */
extern const struct figure_kind *const figure_kinds[];
const struct figure_kind *figure_find(const char *id); /* NULL: not known */

/* Prepares a figure: it has rows, or a refusal. */
void figure_init(struct figure *figure, const struct figure_kind *kind,
                 const struct result *result);
/* The life-line of one message of a cell. */
void figure_init_life(struct figure *figure, const struct result *result, const struct cell *cell,
                      uint64_t root);
void figure_free(struct figure *figure);

/* Whether the scenario lists it. */
bool figure_is_named(const struct figure *figure);
/* "20 replications, seed 1, ...", in the figure's arena. */
const char *figure_footer(struct figure *figure);

/* --- for kinds --- */
void figure_number(struct figure *figure, double value); /* NAN: an empty cell */
void figure_word(struct figure *figure, const char *word);
/* Two cells, the least and the greatest value of all replications; empty ones if there is one
 * replication. */
void figure_range(struct figure *figure, const struct cell *cell, const struct series_point *point);
void figure_end_row(struct figure *figure);
/* Takes all rows back: the figure does not apply, because ... */
void figure_refuse(struct figure *figure, const char *why);

/* Whether a cell can be shown; figure_has: whether it has results at all. */
typedef bool figure_fits(const struct cell *cell, const void *context);
bool figure_has(const struct cell *cell);
/* At most `most` cells that fit, to be seen side by side: every variant at the same sweep points.
 * Returns how many. */
size_t figure_cells(struct figure *figure, figure_fits *fits, const void *context,
                    const struct cell **cells, size_t most);
/* The queue that is no dead-letter queue and was sent most to; NULL: there is none. */
const char *figure_queue(const struct cell *cell);
const char *figure_label(struct figure *figure,
                         const struct cell *cell); /* the title where there is no label */
/* A variant's name, or the scenario's where there are no variants. */
const char *figure_variant(const struct figure *figure, const struct cell *cell);

#endif
