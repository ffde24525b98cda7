// SPDX-License-Identifier: GPL-3.0-or-later
/* A flat hash table of (root, place) for the few messages that must be remembered beyond their
 * slot: work that several consumers do on one message, and chains of messages under one root.  What
 * a place is, its owner decides.  It is never iterated, so hash order influences nothing. */
#ifndef QUEUELAB_OBSERVE_ROOTS_H
#define QUEUELAB_OBSERVE_ROOTS_H

#include <stdbool.h>
#include <stdint.h>

struct root_entry {
    uint64_t root, place;
    int64_t called_ns;
    uint64_t link; /* works: the message's branch; chains: the place of the next branch */
    uint32_t open; /* works or branches that have not ended; 0: the entry is free */
    bool
        is_finished; /* works: one of them ended well; chains: a branch was lost; branches: ended */
    bool is_gone;    /* works: the message has left its queue */
    bool is_stored;  /* branches: a message of it was accepted */
};

struct roots {
    struct root_entry *at;
    uint32_t mask, count; /* mask 0: nothing allocated yet */
};

void roots_init(struct roots *roots);
void roots_free(struct roots *roots);
void roots_clear(struct roots *roots);

/* NULL if there is none; pointers hold until the next add or remove. */
struct root_entry *roots_find(const struct roots *roots, uint64_t root, uint64_t place);
/* A new entry with open = 1; there must be none. */
struct root_entry *roots_add(struct roots *roots, uint64_t root, uint64_t place);
void roots_remove(struct roots *roots, struct root_entry *entry);

#endif
