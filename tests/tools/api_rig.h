// SPDX-License-Identifier: GPL-3.0-or-later
/* A conversation with the API, for tests of single requests.  A backtick stands for a quotation
 * mark, in what is asked and in what is expected. */
#ifndef QUEUELAB_TOOLS_API_RIG_H
#define QUEUELAB_TOOLS_API_RIG_H

#include "api/api.h"
#include "base/text.h"

struct api_rig {
    struct api *api;
    struct text line, reply, value;
};

void api_rig_open(struct api_rig *rig);
void api_rig_close(struct api_rig *rig);

/* Sends a line and returns the reply, which is valid until the next; it must be one line of JSON.
 */
const char *api_rig_ask(struct api_rig *rig, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Sends a line that must be answered with exactly this. */
void api_rig_says(struct api_rig *rig, const char *expected, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Sends a line that must be refused with this code; "": that must be answered with a Result. */
void api_rig_refuses(struct api_rig *rig, const char *code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* What stands at a JSON pointer of the last reply: a text, a number, "" for nothing; valid until
 * the next call. */
const char *api_rig_value(struct api_rig *rig, const char *pointer);

#endif
