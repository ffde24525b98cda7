// SPDX-License-Identifier: GPL-3.0-or-later
/* Texts of a queue's own. */
#include "api/api_sqs_settings.h"

#include <stdlib.h>
#include <string.h>

#include "base/must.h"

static char *copy(const char *text)
{
    const size_t bytes = strlen(text) + 1;
    return memcpy(must_alloc(bytes), text, bytes);
}

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
    for (size_t i = 0; i < from->tag_count; i++)
        api_sqs_settings_tag(settings, from->tags[i].key, from->tags[i].value);
    return settings;
}

void api_sqs_settings_free(struct api_sqs_settings *settings)
{
    if (settings == NULL)
        return;
    for (size_t i = 0; i < settings->tag_count; i++) {
        free(settings->tags[i].key);
        free(settings->tags[i].value);
    }
    free(settings->tags);
    free(settings->policy);
    free(settings->kms_key);
    free(settings->redrive_allow);
    free(settings);
}

void api_sqs_settings_put(char **place, const char *text)
{
    char *kept = text == NULL || *text == '\0' ? NULL : copy(text);
    free(*place);
    *place = kept;
}

static void remove_tag(struct api_sqs_settings *settings, size_t i)
{
    free(settings->tags[i].key);
    free(settings->tags[i].value);
    settings->tag_count--;
    memmove(&settings->tags[i], &settings->tags[i + 1],
            (settings->tag_count - i) * sizeof *settings->tags);
}

void api_sqs_settings_tag(struct api_sqs_settings *settings, const char *key, const char *value)
{
    size_t i = 0;
    while (i < settings->tag_count && strcmp(settings->tags[i].key, key) < 0)
        i++;
    if (i < settings->tag_count && strcmp(settings->tags[i].key, key) == 0)
        remove_tag(settings, i);
    if (value == NULL)
        return;
    settings->tags = must_grow(settings->tags, (settings->tag_count + 1) * sizeof *settings->tags);
    memmove(&settings->tags[i + 1], &settings->tags[i],
            (settings->tag_count - i) * sizeof *settings->tags);
    settings->tags[i] = (struct api_sqs_tag){copy(key), copy(value)};
    settings->tag_count++;
}
