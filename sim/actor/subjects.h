// SPDX-License-Identifier: GPL-3.0-or-later
/* What filters judge of a world's messages, by index: combinations of attributes, and bodies.  Each
 * is read when it is first asked for and kept, so that a publication costs its filters a look-up.
 */
#ifndef QUEUELAB_ACTOR_SUBJECTS_H
#define QUEUELAB_ACTOR_SUBJECTS_H

#include "base/arena.h"
#include "actor/attributes.h"

struct subjects;

struct subjects *subjects_new(void);
void subjects_free(struct subjects *subjects);

/* The index of the first combination, or of the choice's first text; the others follow.  Above 0:
 * index 0 is a message without attributes, or without a body. */
uint32_t subjects_add_attributes(struct subjects *subjects, const struct attributes_cfg *cfg);
uint32_t subjects_add_bodies(struct subjects *subjects, const struct choice_cfg *cfg);

const struct filter_subject *subjects_get(struct subjects *subjects, enum filter_scope scope,
                                          uint32_t index);

#endif
