// SPDX-License-Identifier: GPL-3.0-or-later
/* How the API writes what names a message: receipt handles and message ids.
 *
 * A handle is base64 of where the message lies and which delivery this is, with a check word, so
 * that garbage, a handle of another queue and one from before a reset are told from a good one. */
#ifndef QUEUELAB_API_HANDLE_H
#define QUEUELAB_API_HANDLE_H

#include <stdbool.h>
#include "base/text.h"
#include "api/account.h"

enum { HANDLE_UUID_BYTES = 37 };

/* Writes a UUID that stands for a number. */
void handle_uuid(char uuid[HANDLE_UUID_BYTES], uint64_t number);

/* Appends the receipt handle of a delivery at a queue. */
void handle_write(struct text *out, const struct account *account, uint16_t queue,
                  const struct delivery *delivery);
/* Reads a handle that a queue gave; false: it did not (DEL-4).  The message may be gone. */
bool handle_read(const struct account *account, uint16_t queue, const char *text,
                 struct delivery *delivery);

#endif
