// SPDX-License-Identifier: GPL-3.0-or-later
/* Tags of topics. */
#ifndef QUEUELAB_API_API_SNS_TAG_H
#define QUEUELAB_API_API_SNS_TAG_H

#include "api/request.h"
#include "api/texts.h"

/* Adds the request's "Tags", a list of keys and values; false after noting the error. */
bool api_sns_tag_read(struct request *request, struct texts *tags);

#endif
