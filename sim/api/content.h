// SPDX-License-Identifier: GPL-3.0-or-later
/* What messages hold besides what the model knows: body, attributes, texts of ids.
 *
 * A content is one block of memory, named by an index that the model carries along as the message's
 * body.  It is released when the model says that its message is gone. */
#ifndef QUEUELAB_API_CONTENT_H
#define QUEUELAB_API_CONTENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "core/probe.h"
#include "model/message.h"

/* A message attribute, of a request or of a stored message. */
struct content_attribute {
    const char *name, *type;
    const char *text;           /* StringValue; NULL: binary */
    const unsigned char *bytes; /* BinaryValue, decoded */
    size_t byte_count;
};

enum { CONTENT_ATTRIBUTES = 10 }; /* SND-6 */

struct content {
    uint64_t id;                              /* becomes the MessageId */
    const char *body, *group, *dedup, *trace; /* group, dedup, trace: NULL if not given */
    size_t body_bytes;
    char md5[33];      /* of the body */
    uint64_t dedup_id; /* DLQ-5: an id that stands for dedup; 0: dedup holds */
    uint16_t queue;    /* node id of the queue it is in */
    uint32_t attribute_count;
    struct content_attribute *attributes;
};

struct contents {
    struct content **at; /* at[0] is none */
    uint32_t count, capacity;
    uint32_t *free_ids;
    uint32_t free_count;
};

void contents_init(struct contents *contents);
void contents_free(struct contents *contents);

/* Keeps a copy of all that *content points to; returns its index, above 0. */
uint32_t content_keep(struct contents *contents, const struct content *content);
void content_drop(struct contents *contents, uint32_t index);
static inline struct content *content_at(const struct contents *contents, uint32_t index)
{
    return contents->at[index];
}
/* The MD5 of attributes as AWS computes it (SND-13), of those that are chosen: bit i is attribute
 * i. */
void content_md5_of_attributes(char md5[33], const struct content *content, unsigned chosen);

#endif
