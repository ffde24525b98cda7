// SPDX-License-Identifier: GPL-3.0-or-later
/* A fault as a scenario describes it: the rows that all have, before those of its kind. */
#ifndef QUEUELAB_FAULT_FAULT_CFG_H
#define QUEUELAB_FAULT_FAULT_CFG_H

#include "fault/fault.h"

/* Field: struct fault_targets. */
extern const struct param_type fault_cfg_targets_param;

/* All rows of a fault of that kind, but "kind": they fill a struct fault_cfg with the kind's
 * configuration behind it, fault_cfg_bytes in all. */
const struct param *fault_cfg_rows(const struct fault_kind *kind, struct arena *arena);
size_t fault_cfg_bytes(const struct fault_kind *kind);
static inline void *fault_cfg_own(struct fault_cfg *cfg)
{
    return cfg + 1;
}

/* NULL: there is none of that name. */
const struct fault_kind *fault_cfg_kind(const char *name);

/* Rules that rows cannot say: adds mistakes to the reader; node is the fault's object. */
void fault_cfg_check(struct param_reader *reader, const struct fault_kind *kind,
                     const struct fault_cfg *cfg, const struct json *node);

/* Does the pattern fit a component of that section ("queues") and name?  "*" stands for any
 * letters; "consumers/" before it for that section alone. */
bool fault_cfg_fits(const char *pattern, const char *section, const char *name);
/* True for what could fit more than one name. */
bool fault_cfg_is_pattern(const char *pattern);

#endif
