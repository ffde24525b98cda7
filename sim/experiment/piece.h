// SPDX-License-Identifier: GPL-3.0-or-later
/* Replications of one cell as JSON, and back: what was read is what was written, to the last bit.
 *
 * A piece that begins with replication 1 is the cell as cell_add left it.  Any other piece is a
 * single replication, so that joining pieces in order adds the same numbers in the same order as
 * one machine does: floating-point sums depend on it. */
#ifndef QUEUELAB_EXPERIMENT_PIECE_H
#define QUEUELAB_EXPERIMENT_PIECE_H

#include <stdbool.h>
#include "base/json.h"
#include "base/json_write.h"
#include "experiment/cell.h"

/* Writes the members of an object that is open. */
void piece_write(struct json_writer *w, const struct cell *cell);

/* Reads such an object into a cell just made by cell_init.  False if it is not what was written. */
bool piece_read(struct cell *cell, const struct json *object);

/* Adds a piece of one replication to a cell. */
void piece_join(struct cell *cell, const struct cell *piece);

/* Whole numbers of 64 bits, which JSON's numbers cannot hold, as texts. */
void piece_write_whole(struct json_writer *w, uint64_t value);
bool piece_whole(const struct json *node, uint64_t *value);

#endif
