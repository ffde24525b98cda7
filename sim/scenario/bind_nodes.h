// SPDX-License-Identifier: GPL-3.0-or-later
/* The sections whose members are components: queues, then actors in the order of their kinds. */
#ifndef QUEUELAB_SCENARIO_BIND_NODES_H
#define QUEUELAB_SCENARIO_BIND_NODES_H

struct bind;
struct json;

/* Numbers all components, reads their objects and keeps the rules of one queue (ATT-2, ATT-3,
 * ATT-10). */
void bind_nodes(struct bind *bind, const struct json *root);

#endif
