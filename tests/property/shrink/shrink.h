// SPDX-License-Identifier: GPL-3.0-or-later
/* Makes a failing JSON document smaller for as long as it fails: delta debugging (Zeller and
 * Hildebrandt, 2002) on the tree, level by level (Misherghi and Su, 2006).
 *
 * First whole components with all that names them, then members and elements in ever smaller
 * chunks from the root to the leaves, then numbers and distributions; again until nothing helps or
 * the trials are used up.  It knows nothing of what fails, and draws nothing: the same failure
 * always comes to the same document. */
#ifndef QUEUELAB_PROPERTY_SHRINK_SHRINK_H
#define QUEUELAB_PROPERTY_SHRINK_SHRINK_H

#include <stdbool.h>
#include <stddef.h>

struct shrink {
    /* Does it fail in the same way? */
    bool (*fails)(void *context, const char *text);
    void *context;
    size_t trials_most, trials;
};

/* The smallest document found, indented; the caller frees.  text is strict JSON that fails. */
char *shrink_text(struct shrink *shrink, const char *text);

#endif
