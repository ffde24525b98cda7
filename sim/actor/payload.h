// SPDX-License-Identifier: GPL-3.0-or-later
/* What a producer puts into its messages: size, group, deduplication id, body, delay.  Everything
 * that is chosen is a function of the message's number. */
#ifndef QUEUELAB_ACTOR_PAYLOAD_H
#define QUEUELAB_ACTOR_PAYLOAD_H

#include "core/choice.h"
#include "core/dist.h"
#include "core/trace_file.h"
#include "actor/actor.h"
#include "actor/attributes.h"

enum payload_dedup { DEDUP_UNIQUE, DEDUP_CONTENT, DEDUP_KEY };

struct payload_dedup_cfg {
    enum payload_dedup mode;
    struct choice_cfg key;
};

/* The scenario's "message". */
struct payload_cfg {
    struct dist size;
    struct choice_cfg group, body, business_key;
    struct payload_dedup_cfg dedup;
    struct attributes_cfg attributes;
    int64_t delay_ns; /* -1: the queue's */
};
extern const struct param payload_rows[];
extern const struct param_type payload_dedup_param; /* field: struct payload_dedup_cfg */

/* Says why a standard queue or topic would refuse messages with that id; NULL: it would not. */
const char *payload_refused_by_standard(const struct payload_dedup_cfg *dedup);

struct payload {
    const struct payload_cfg *cfg;
    const struct trace_file *trace; /* rows that override size, group and service; may be NULL */
    struct actor_world *world;
    struct choice group, body, key, business_key;
    struct attributes attributes;
    uint32_t first_attributes, first_body; /* indices of what filters judge; body 0: untold */
    struct rng sizes;
    uint16_t origin; /* node id of the producer */
    bool to_fifo;
    bool is_constant;        /* messages differ in nothing but their number */
    bool is_grouped;         /* ... but that and their group, which is picked by the number */
    uint32_t constant_bytes; /* where the size is constant */
    double poison_p;         /* chance that a message is marked */
    uint64_t poison;         /* stream keyed by message */
};

/* The size of a message whose producer says nothing about it. */
enum { PAYLOAD_DEFAULT_BYTES = 1024 };

unsigned payload_wants(const struct payload_cfg *cfg, const struct trace_file *trace);
void payload_init(struct payload *payload, const struct payload_cfg *cfg,
                  const struct trace_file *trace, struct actor_world *world, const char *owner,
                  uint16_t origin, bool to_fifo);
void payload_free(struct payload *payload);
/* Messages go to a topic: filters may ask for their bodies.  Before payload_prepare. */
void payload_tell_bodies(struct payload *payload);
/* Draws anew from the world's seed and replication. */
void payload_start(struct payload *payload, const char *owner);

/* Marks such a share of the messages as poison from now on. */
void payload_poison(struct payload *payload, double p);

/* Fills what is sent for message number; row is its line in the trace. */
void payload_fill(struct payload *payload, struct send *send, uint64_t number, uint64_t row,
                  int64_t now_ns);
/* The same in two steps: what all messages have in common, once, and then what is each one's. */
void payload_prepare(const struct payload *payload, struct send *send);
void payload_choose(struct payload *payload, struct send *send, uint64_t number, uint64_t row);
static inline void payload_complete(struct payload *payload, struct send *send, uint64_t number,
                                    uint64_t row, int64_t now_ns)
{
    send->root = probe_root(payload->origin, number);
    send->called_ns = now_ns;
    if (!payload->is_constant)
        payload_choose(payload, send, number, row);
}
/* The deduplication id of message number where a key or the body decides; else otherwise. */
uint64_t payload_dedup(struct payload *payload, uint64_t number, uint64_t otherwise);
/* The body's text, valid until buffer goes; NULL when bodies were not given. */
const char *payload_body(const struct payload *payload, uint64_t number, char buffer[64]);
/* The business key of message number, a hash of its text; 0: not given. */
uint64_t payload_business_key(const struct payload *payload, uint64_t number);
/* The world-wide number of a group: numbered groups are even, named ones odd, both dense. */
uint32_t payload_group(struct actor_world *world, const struct choice *choice, size_t index);

#endif
