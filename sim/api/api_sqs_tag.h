// SPDX-License-Identifier: GPL-3.0-or-later
/* Tags of queues (ATT-13). */
#ifndef QUEUELAB_API_API_SQS_TAG_H
#define QUEUELAB_API_API_SQS_TAG_H

#include "api/api_sqs_settings.h"
#include "api/request.h"

/* Adds a map of tags (NULL: none); false after noting the error, nothing is then added. */
bool api_sqs_tag_read(struct api_sqs_settings *settings, const struct json *tags,
                      struct request_error *error);

#endif
