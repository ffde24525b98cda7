// SPDX-License-Identifier: GPL-3.0-or-later
/* Whatever a scenario file holds, the loader answers with sentences: it reads, checks every variant
 * at every point, and writes what it understood. */
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/text.h"
#include "scenario/scenario.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct diag *diag = diag_new();
    struct scenario_file *file =
        scenario_file_read("fuzz.json", (const char *)data, size, NULL, 0, diag);
    if (file != NULL && file->point_count < 100 && scenario_file_check(file, diag)) {
        struct scenario *scenario = scenario_load(file, 0, 0, diag);
        struct text text = {0};
        struct json_writer w;
        json_write_init(&w, &text, true);
        scenario_write(&w, scenario);
        text_free(&text);
        scenario_free(scenario);
    }
    if (file != NULL)
        scenario_file_free(file);
    diag_free(diag);
    return 0;
}
