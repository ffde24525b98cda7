// SPDX-License-Identifier: GPL-3.0-or-later
/* The way to one endpoint, when it is in trouble: requests or answers that are lost or late,
 * whoever calls.  It stands before the endpoint as an endpoint of its own, so that neither callers
 * nor the endpoint know of it.  What a caller meets on the way to everything it calls is link.h's.
 */
#ifndef QUEUELAB_MODEL_WIRE_H
#define QUEUELAB_MODEL_WIRE_H

#include "base/arena.h"
#include "core/engine.h"
#include "model/endpoint.h"
#include "model/link.h"

struct wire;

/* Stands before the endpoint from now on. */
struct wire *wire_new(struct endpoint *endpoint, struct engine *engine, struct arena *arena);
/* At the beginning of a replication: free of trouble, nothing on the way. */
void wire_start(struct wire *wire, uint64_t stream);
/* The trouble from now on; nothing arrives twice. */
void wire_set_trouble(struct wire *wire, const struct link_trouble *trouble);

#endif
