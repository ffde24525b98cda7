// SPDX-License-Identifier: GPL-3.0-or-later
/* Invents scenarios by seed: everything that a scenario can say at present, at random. */
#ifndef QUEUELAB_PROPERTY_INVENTOR_INVENTOR_H
#define QUEUELAB_PROPERTY_INVENTOR_INVENTOR_H

#include <stdbool.h>
#include <stdint.h>
#include "base/text.h"
#include "core/rng.h"

enum { INVENTOR_QUEUES = 4, INVENTOR_TOPICS = 2 };

/* The scenario being written. */
struct inventor {
    struct rng rng;
    struct text text;
    size_t queue_count;
    bool fifo[INVENTOR_QUEUES], by_content[INVENTOR_QUEUES];
    bool is_sent_on_to[INVENTOR_QUEUES]; /* with the same correlation */
    size_t topic_count;
    bool fifo_topic[INVENTOR_TOPICS], topic_by_content[INVENTOR_TOPICS];
    bool has_network;
    bool has_endpoint; /* e */
};

/* The text lives until the next call. */
const char *inventor_write(struct inventor *v, uint64_t seed);

#endif
