// SPDX-License-Identifier: GPL-3.0-or-later
/* A result as a slide in Markdown, for decks of reveal.js: title, picture, what came out, a
 * question whose answer appears at a click, and notes for the speaker. */
#ifndef QUEUELAB_REPORT_REPORT_SLIDE_H
#define QUEUELAB_REPORT_REPORT_SLIDE_H

#include "experiment/result.h"

struct slide {
    const struct result *result;
    const char *image;   /* path; NULL: no picture */
    const char *words;   /* the picture in a sentence */
    const char *command; /* that makes all this again */
};

/* Appends the slide, which ends in the line that parts slides. */
void report_slide(const struct slide *slide, struct text *out);

#endif
