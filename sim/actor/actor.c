// SPDX-License-Identifier: GPL-3.0-or-later
/* The list of what can act. */
#include "actor/actor.h"

const struct actor_kind *const actor_kinds[] = {
#define ACTOR_ENTRY(kind) &kind##_kind,
    ACTOR_KINDS(ACTOR_ENTRY)
#undef ACTOR_ENTRY
        NULL};
