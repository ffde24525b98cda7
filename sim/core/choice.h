// SPDX-License-Identifier: GPL-3.0-or-later
/* What a producer chooses for each of its messages by number: a message group, or a text (a body, a
 * deduplication key).  The choice is a function of the message's number, so it can be asked again.
 */
#ifndef QUEUELAB_CORE_CHOICE_H
#define QUEUELAB_CORE_CHOICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/param.h"
#include "core/dist_pick.h"

enum choice_how { CHOICE_NONE, CHOICE_FIXED, CHOICE_ROUND_ROBIN, CHOICE_UNIFORM, CHOICE_WEIGHTED };

/* As configured: "text", {"groups": 16, "pick": ...}, {"oneOf": ...}, {"sequence": ...} or
 * {"numbered": 100, "prefix": "Message "}. */
struct choice_cfg {
    enum choice_how how;
    size_t count;
    const char **texts; /* NULL for groups known by number, and for numbered texts */
    const char *prefix; /* numbered texts: prefix and number */
    double *weights;    /* CHOICE_WEIGHTED */
    const struct json *at;
};

/* Fields: struct choice_cfg. */
extern const struct param_type choice_group_param; /* text or groups */
extern const struct param_type choice_text_param;  /* text, oneOf, sequence or numbered */

struct choice {
    const struct choice_cfg *cfg;
    uint64_t stream;
    struct dist_pick *pick;
};

void choice_init(struct choice *choice, const struct choice_cfg *cfg);
void choice_free(struct choice *choice);
/* The index chosen for message number; cfg->how must not be CHOICE_NONE. */
size_t choice_index(const struct choice *choice, uint64_t number);
/* The text at an index; buffer serves numbered texts. */
const char *choice_text(const struct choice *choice, size_t index, char buffer[64]);

#endif
