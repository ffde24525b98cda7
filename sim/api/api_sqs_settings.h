// SPDX-License-Identifier: GPL-3.0-or-later
/* What a queue has that no message feels: policies as texts, encryption, tags. */
#ifndef QUEUELAB_API_API_SQS_SETTINGS_H
#define QUEUELAB_API_API_SQS_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "api/texts.h"

struct account;
struct account_queue;

struct api_sqs_settings {
    char *policy;        /* NULL: none */
    char *kms_key;       /* NULL: none */
    char *redrive_allow; /* as it was given; NULL: none */
    int64_t kms_reuse_s;
    bool sse;
    struct texts tags;
};

struct api_sqs_settings *api_sqs_settings_new(void);
struct api_sqs_settings *api_sqs_settings_copy(const struct api_sqs_settings *from);
void api_sqs_settings_free(struct api_sqs_settings *settings); /* NULL may be freed */

/* Replaces a text of the settings by a copy of another; NULL or "" clears it. */
void api_sqs_settings_put(char **place, const char *text);

#endif
