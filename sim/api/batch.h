// SPDX-License-Identifier: GPL-3.0-or-later
/* The entries of a batch action, and its reply: which succeeded, which failed and why (SND-3,
 * SND-4). */
#ifndef QUEUELAB_API_BATCH_H
#define QUEUELAB_API_BATCH_H

#include "api/request.h"

enum { BATCH_MOST = 10 };

struct batch {
    size_t count;
    struct {
        const struct json *params;
        const char *id;
        struct request_error error; /* REQUEST_OK: it succeeded */
    } entries[BATCH_MOST];
};

/* Reads the ids of "Entries"; false after noting what fails the whole call. */
bool batch_open(struct request *request, struct batch *batch);
/* Writes Successful and Failed; write adds to the reply of entry i what goes beside its Id. */
void batch_reply(struct request *request, const struct batch *batch,
                 void (*write)(void *context, struct json_writer *w, size_t i), void *context);

#endif
