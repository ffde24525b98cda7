// SPDX-License-Identifier: GPL-3.0-or-later
/* One override: a value put where a JSON pointer points, if the grammar has such a place. */
#ifndef QUEUELAB_SCENARIO_PATCH_H
#define QUEUELAB_SCENARIO_PATCH_H

#include <stdbool.h>
#include "base/diag.h"
#include "base/json.h"

struct patch {
    const char *pointer;
    struct diag_place place;      /* for mistakes of the pointer */
    const struct json_doc *from;  /* where value comes from */
    const struct json *value;     /* null removes */
    const struct json_doc *maker; /* where objects come from that are missing on the way */
    const struct json *made;      /* an object there, taken without its members */
    bool whole_file;              /* also variants, sweep and expectations can be changed */
};

/* Applies the patch.  Returns false after adding to diag that the pointer leads nowhere: no
 * parameter's row has that path, or its component is missing. */
bool patch_apply(struct json_doc *doc, const struct patch *patch, struct diag *diag);

#endif
