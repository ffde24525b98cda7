// SPDX-License-Identifier: GPL-3.0-or-later
/* A result folder as one page that needs nothing else: no network, no script, no other file. */
#ifndef QUEUELAB_REPORT_REPORT_HTML_H
#define QUEUELAB_REPORT_REPORT_HTML_H

#include <stddef.h>
#include "base/json.h"
#include "base/text.h"

struct html_figure {
    const char *id, *words, *sentence;
    const char *svg; /* the whole file */
};

struct html_source {
    const struct json *result; /* result.json */
    size_t figure_count;
    const struct html_figure *figures;
};

void report_html(const struct html_source *source, struct text *out);

#endif
