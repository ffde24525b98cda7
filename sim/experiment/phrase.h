// SPDX-License-Identifier: GPL-3.0-or-later
/* A statistic of a metric in the words of a slide: "mean time in queue", "duplicates per message".
 */
#ifndef QUEUELAB_EXPERIMENT_PHRASE_H
#define QUEUELAB_EXPERIMENT_PHRASE_H

#include "base/text.h"

/* A metric without words of its own bears its name. */
void phrase_add(struct text *out, const char *metric, const char *stat, const char *unit);

#endif
