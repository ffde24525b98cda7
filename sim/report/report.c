// SPDX-License-Identifier: GPL-3.0-or-later
/* The list of forms, and what they share. */
#include "report/report.h"

// clang-format off
#define REPORT_ADDRESS(form) &report_##form,
const struct report_form *const report_forms[] = {REPORTS(REPORT_ADDRESS) NULL};
// clang-format on

enum { PAGES = 1 << 16 };

void report_flush(struct text *out, FILE *stream)
{
    if (out->length < PAGES)
        return;
    fwrite(out->bytes, 1, out->length, stream);
    text_clear(out);
}
