// SPDX-License-Identifier: GPL-3.0-or-later
/* Texts and message attributes of a request: read, judged and measured as AWS does (SND-1, SND-5,
 * SND-6, SND-9). */
#ifndef QUEUELAB_API_ATTRIBUTE_H
#define QUEUELAB_API_ATTRIBUTE_H

#include <stdbool.h>
#include "base/arena.h"
#include "api/content.h"
#include "api/request.h"

/* True if all characters of a UTF-8 text are allowed in a message (SND-5). */
bool attribute_text_is_allowed(const char *text);
/* True if an id has 1 to 128 letters, digits or punctuation marks (SND-9). */
bool attribute_id_is_allowed(const char *id);

/* Reads MessageAttributes of params, no more than `most`, into content; memory comes from scratch.
 */
bool attribute_read_all(const struct json *params, size_t most, struct content *content,
                        struct arena *scratch, struct request_error *error);
/* SND-1: what the body and the attributes weigh. */
size_t attribute_total_bytes(const struct content *content);
/* Writes the chosen attributes (bit i is attribute i) as a member "MessageAttributes". */
void attribute_write(struct json_writer *w, const struct content *content, unsigned chosen);
/* RCV-8: does a name of MessageAttributeNames ask for an attribute? */
bool attribute_is_asked(const char *pattern, const char *name);

#endif
