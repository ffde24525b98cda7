// SPDX-License-Identifier: GPL-3.0-or-later
/* What a figure makes of a scenario's text, in a line: its rows, or why it refuses. */
#ifndef QUEUELAB_TESTS_TOOLS_FIGURE_LAB_H
#define QUEUELAB_TESTS_TOOLS_FIGURE_LAB_H

#include "experiment/figure.h"

/* Runs the text and fails unless the figure has these rows below its header. */
void figure_lab_rows(const struct figure_kind *kind, const char *scenario, const char *wanted);
/* Fails unless the figure refuses the result in these words. */
void figure_lab_refusal(const struct figure_kind *kind, const char *scenario, const char *wanted);

#endif
