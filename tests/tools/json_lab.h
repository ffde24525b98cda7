// SPDX-License-Identifier: GPL-3.0-or-later
/* Documents in tests: one that must be sound, what it prints as, and where a thing in it stands. */
#ifndef QUEUELAB_TOOLS_JSON_LAB_H
#define QUEUELAB_TOOLS_JSON_LAB_H

#include <stdbool.h>
#include "base/json.h"

struct json_doc *json_lab_parse(const char *file, const char *text, bool comments);
void json_lab_prints(const struct json_doc *doc, const char *expected);
void json_lab_stands(struct diag_place place, const char *file, int line, int column);

/* All that was said. */
void json_lab_said(const struct diag *diag, const char *expected);

#endif
