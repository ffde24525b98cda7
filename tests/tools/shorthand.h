// SPDX-License-Identifier: GPL-3.0-or-later
/* The short forms of transcripts: names of AWS's things, and JSON texts within JSON.
 *
 * sqs(q) and sns(t) stand for the ARNs of a queue and of a topic, and `{"a": 1}` between backquotes
 * for the text "{\"a\": 1}".  Knows nothing of requests and replies but which member a word without
 * a name is. */
#ifndef QUEUELAB_TESTS_TOOLS_SHORTHAND_H
#define QUEUELAB_TESTS_TOOLS_SHORTHAND_H

#include "base/text.h"

/* Appends a line with its short forms written out. */
void shorthand_expand(const char *line, struct text *out);

/* The member that a word without a name is, as the place-th of them (from 0) after an action;
 * *prefix is what its value begins with, unless it is an ARN or a name of the transcript. */
const char *shorthand_member(const char *action, size_t length, int place, const char **prefix);

#endif
