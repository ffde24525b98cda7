// SPDX-License-Identifier: GPL-3.0-or-later
/* A text bound to a struct by rows, as the object /queues/a~1b of a file a.json, and what was said
 * about it. */
#ifndef QUEUELAB_TOOLS_PARAM_LAB_H
#define QUEUELAB_TOOLS_PARAM_LAB_H

#include "base/param.h"

struct param_lab {
    struct json_doc *doc;
    struct diag *diag;
    struct arena arena;
    bool fine;
};

/* Fills cfg, which was zeroed; skip as for param_bind. */
void param_lab_open(struct param_lab *lab, const struct param *rows, void *cfg, const char *text,
                    const char *const *skip);
void param_lab_close(struct param_lab *lab);

/* Binds a text to a struct of so many bytes, and expects all that is said. */
void param_lab_refuses(const struct param *rows, size_t bytes, const char *text,
                       const char *expected);

#endif
