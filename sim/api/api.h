// SPDX-License-Identifier: GPL-3.0-or-later
/* The SQS and SNS API in virtual time: a line of JSON in, a line of JSON out.
 *
 * A thin door: it translates, and the queues of model/ decide, the same that a scenario runs. Time
 * stands still but for AdvanceTime and a long poll.  Any line gets a reply. */
#ifndef QUEUELAB_API_API_H
#define QUEUELAB_API_API_H

#include <stddef.h>
#include "base/text.h"
#include "model/queue.h"
#include "model/topic.h"

struct api;

/* What may be other than AWS's. */
struct api_setting {
    const struct queue_limits *limits; /* must outlive the api */
    const struct topic_limits *topic_limits;
    bool quotas;          /* FIFO's (LIM-2) and topics' (LIM-6) apply; off by default */
    bool strict_policies; /* a queue without an access policy admits no topic (SNS-16) */
};

/* The setting is copied. */
struct api *api_new(const struct api_setting *setting);
void api_free(struct api *api);

/* Answers one request, without its line end, by appending the reply, without one, to out. */
void api_answer(struct api *api, const char *line, size_t bytes, struct text *out);
/* Answers a line that was too long to be kept. */
void api_answer_too_long(struct api *api, struct text *out);

#endif
