// SPDX-License-Identifier: GPL-3.0-or-later
/* The message attributes of a producer's messages: for each name a value, or a choice of values by
 * message number.  A message's attributes are one combination of values, known by its number, so
 * that what filters judge is made once for each combination and not for each message. */
#ifndef QUEUELAB_ACTOR_ATTRIBUTES_H
#define QUEUELAB_ACTOR_ATTRIBUTES_H

#include <stdint.h>
#include "core/choice.h"
#include "model/filter.h"

/* How many there can be, and how many combinations of their values. */
enum { ATTRIBUTES_MOST = 16, ATTRIBUTES_COMBINATIONS = 1 << 20 };

struct attribute_cfg {
    const char *name;
    struct choice_cfg choice; /* among the values' texts */
    const char **types;       /* of each value */
};
struct attributes_cfg {
    size_t count, combinations; /* combinations: 1 if there are no attributes */
    struct attribute_cfg *all;
    const struct json *at;
};

/* Field: struct attributes_cfg. */
extern const struct param_type attributes_param;

struct attributes {
    const struct attributes_cfg *cfg;
    struct choice choices[ATTRIBUTES_MOST];
};

void attributes_init(struct attributes *attributes, const struct attributes_cfg *cfg);
void attributes_free(struct attributes *attributes);
/* Draws anew. */
void attributes_start(struct attributes *attributes, uint64_t seed, uint64_t replication,
                      const char *owner);
/* The combination that message number has. */
uint32_t attributes_of(const struct attributes *attributes, uint64_t number);
/* Fills out with the cfg->count attributes of a combination. */
void attributes_fill(const struct attributes_cfg *cfg, uint32_t combination,
                     struct filter_attribute *out);

#endif
