// SPDX-License-Identifier: GPL-3.0-or-later
/* The JSON Schema of a scenario file, made of the rows that the loader reads it by. */
#ifndef QUEUELAB_SCENARIO_SCHEMA_H
#define QUEUELAB_SCENARIO_SCHEMA_H

#include "base/arena.h"
#include "base/json_write.h"
#include "base/param.h"

/* Writes the schema as an object: draft 07, with those keywords only that mean the same in
 * 2020-12. */
void schema_write(struct json_writer *w);

/* The rows of the top level, with a type for each section that knows what is in it.  They describe
 * and do not read; in the arena, ending in PARAM_END. */
const struct param *schema_top_rows(struct arena *arena);

/* The rows of all kinds of queue, each key once; one that not all kinds have says so. */
const struct param *schema_queue_rows(struct arena *arena);

#endif
