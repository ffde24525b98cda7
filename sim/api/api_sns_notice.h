// SPDX-License-Identifier: GPL-3.0-or-later
/* What is published, while it is fanned out: read by api_sns_publish.c, written for each subscriber
 * by api_sns_notice.c. */
#ifndef QUEUELAB_API_API_SNS_NOTICE_H
#define QUEUELAB_API_API_SNS_NOTICE_H

#include "base/arena.h"
#include "base/json.h"
#include "api/content.h"

struct api_sns_topic;

/* One entry.  Its place in the list of a batch is send.body. */
struct api_sns_notice {
    struct content content;     /* body: the message, or its default */
    const char *subject;        /* NULL: none */
    struct json_doc *structure; /* MessageStructure json: bodies by protocol; NULL: one for all */
    char sha256[65];
    uint64_t root;
};

/* What is being published: hooks find it in the account. */
struct api_sns_publication {
    const struct api_sns_topic *topic;
    struct api_sns_notice *notices;
    struct arena *scratch;
};

/* SNS-5: the last text member with that key (keys may be repeated), or NULL. */
const char *api_sns_notice_text(const struct json_doc *structure, const char *protocol);

#endif
