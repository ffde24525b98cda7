// SPDX-License-Identifier: GPL-3.0-or-later
/* A text's way from the loader to a result, as the program goes it. */
#include "tools/results.h"

#include <string.h>
#include "base/must.h"

struct results results_load(const char *text)
{
    struct results results = {.diag = diag_new()};
    results.file = scenario_file_read("test.json", text, strlen(text), NULL, 0, results.diag);
    if (results.file != NULL)
        results.result = result_new(results.file, results.diag);
    if (results.result == NULL)
        diag_print(results.diag, stderr);
    MUST(results.result != NULL);
    return results;
}

struct results results_run(const char *text, unsigned threads)
{
    struct results results = results_load(text);
    const struct run_options options = {.threads = threads};
    if (!run_result(results.result, &options, results.diag)) {
        result_free(results.result);
        results.result = NULL;
    }
    return results;
}

void results_free(struct results *results)
{
    if (results->result != NULL)
        result_free(results->result);
    scenario_file_free(results->file);
    diag_free(results->diag);
}

void results_sample(struct sample *sample, uint64_t fingerprint)
{
    *sample = (struct sample){.fingerprint = fingerprint, .end = WORLD_AT_END};
    arena_init(&sample->arena);
}

void results_row(struct sample *sample, const char *entity, const char *metric, const char *stat,
                 const char *unit, double value)
{
    sample->rows = must_grow(sample->rows, (sample->row_count + 1) * sizeof *sample->rows);
    sample->rows[sample->row_count++] = (struct sample_row){entity, metric, stat, unit, value};
}
