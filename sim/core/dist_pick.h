// SPDX-License-Identifier: GPL-3.0-or-later
/* Picks an index by weight, by the alias method (GSL's), from one keyed word or from a stream. */
#ifndef QUEUELAB_CORE_DIST_PICK_H
#define QUEUELAB_CORE_DIST_PICK_H

#include <stddef.h>
#include <stdint.h>

struct dist_pick;

/* count > 0 weights, none negative, not all 0. */
struct dist_pick *dist_pick_new(const double *weights, size_t count);
void dist_pick_free(struct dist_pick *pick);

/* The index that belongs to message number in the stream named name. */
size_t dist_pick_keyed(const struct dist_pick *pick, uint64_t name, uint64_t number);

#endif
