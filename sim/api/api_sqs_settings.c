// SPDX-License-Identifier: GPL-3.0-or-later
/* Texts of a queue's own. */
#include "api/api_sqs_settings.h"

#include <stdlib.h>
#include <string.h>

#include "base/must.h"

struct api_sqs_settings *api_sqs_settings_new(void)
{
    struct api_sqs_settings *settings = must_alloc(sizeof *settings);
    *settings = (struct api_sqs_settings){.kms_reuse_s = 300, .sse = true}; /* ATT-1 */
    return settings;
}

struct api_sqs_settings *api_sqs_settings_copy(const struct api_sqs_settings *from)
{
    struct api_sqs_settings *settings = api_sqs_settings_new();
    settings->kms_reuse_s = from->kms_reuse_s;
    settings->sse = from->sse;
    api_sqs_settings_put(&settings->policy, from->policy);
    api_sqs_settings_put(&settings->kms_key, from->kms_key);
    api_sqs_settings_put(&settings->redrive_allow, from->redrive_allow);
    texts_copy(&settings->tags, &from->tags);
    return settings;
}

void api_sqs_settings_free(struct api_sqs_settings *settings)
{
    if (settings == NULL)
        return;
    texts_free(&settings->tags);
    free(settings->policy);
    free(settings->kms_key);
    free(settings->redrive_allow);
    free(settings);
}

void api_sqs_settings_put(char **place, const char *text)
{
    char *kept = text == NULL || *text == '\0' ? NULL : texts_keep(text);
    free(*place);
    *place = kept;
}
