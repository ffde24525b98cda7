// SPDX-License-Identifier: GPL-3.0-or-later
/* The comments of *.jsonc: // to the end of the line and slash-star to star-slash. */
#ifndef QUEUELAB_BASE_JSON_COMMENTS_H
#define QUEUELAB_BASE_JSON_COMMENTS_H

#include <stddef.h>

/* Overwrites comments and trailing commas with blanks, byte for byte. */
void json_comments_blank(char *text, size_t bytes);

#endif
