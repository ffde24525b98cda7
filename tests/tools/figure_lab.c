// SPDX-License-Identifier: GPL-3.0-or-later
/* A text's way to a figure, as the program goes it. */
#include "tools/figure_lab.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "tools/results.h"

void figure_lab_rows(const struct figure_kind *kind, const char *scenario, const char *wanted)
{
    struct results results = results_run(scenario, 1);
    struct figure figure;
    figure_init(&figure, kind, results.result);
    assert_null(figure.refusal);
    assert_string_equal(text_of(&figure.csv) + strlen(kind->header) + 1, wanted);
    figure_free(&figure);
    results_free(&results);
}

void figure_lab_refusal(const struct figure_kind *kind, const char *scenario, const char *wanted)
{
    struct results results = results_run(scenario, 1);
    struct figure figure;
    figure_init(&figure, kind, results.result);
    assert_string_equal(figure.refusal, wanted);
    figure_free(&figure);
    results_free(&results);
}
