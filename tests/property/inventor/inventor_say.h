// SPDX-License-Identifier: GPL-3.0-or-later
/* The parts of an invented scenario, and what those who write them share.  A scenario is written
 * straight through; all that later parts must know of earlier ones is in the inventor. */
#ifndef QUEUELAB_PROPERTY_INVENTOR_INVENTOR_SAY_H
#define QUEUELAB_PROPERTY_INVENTOR_INVENTOR_SAY_H

#include "property/inventor/inventor.h"

/* ` stands for a quotation mark. */
#define SAY(...) text_printf(&v->text, __VA_ARGS__)

/* 0 .. n-1 */
static inline size_t inventor_draw(struct inventor *v, size_t n)
{
    return (size_t)rng_below(&v->rng, n);
}
static inline bool inventor_chance(struct inventor *v, double p)
{
    return rng_chance(&v->rng, p);
}
static inline double inventor_share(struct inventor *v)
{
    return rng_uniform(&v->rng);
}
static inline long long inventor_between(struct inventor *v, long long low, long long high)
{
    return low + (long long)inventor_draw(v, (size_t)(high - low + 1));
}
/* Seldom, and never in a scenario without the feature. */
static inline bool inventor_may(struct inventor *v, enum inventor_feature feature, double p)
{
    return rng_chance(&v->rng, p) && inventor_has(v, feature);
}

/* A distribution of times with a mean between low and high seconds. */
void inventor_say_time(struct inventor *v, double low_s, double high_s);

const char *inventor_queue(const struct inventor *v, size_t queue);
const char *inventor_topic(const struct inventor *v, size_t topic);

/* Someone to send to: a queue or a topic. */
struct inventor_target {
    const char *name;
    bool is_queue, is_fifo, by_content;
    size_t queue; /* if it is one */
};
struct inventor_target inventor_pick_target(struct inventor *v);

/* Sections, each with its name; all but the first after a comma. */
void inventor_say_queues(struct inventor *v);
void inventor_say_topics(struct inventor *v);
void inventor_say_producers(struct inventor *v);
void inventor_say_consumers(struct inventor *v);
void inventor_say_functions(struct inventor *v);
void inventor_say_faults(struct inventor *v);

/* Members that senders share, each with the comma before it. */
void inventor_say_message(struct inventor *v, struct inventor_target to, bool has_key);
void inventor_say_retry(struct inventor *v);
/* Where a consumer or function sends on to. */
void inventor_say_then(struct inventor *v);

#endif
