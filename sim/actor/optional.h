// SPDX-License-Identifier: GPL-3.0-or-later
/* Parameters that may be absent where 0 means something: the field is -1 then, and the row's
 * default is "null". */
#ifndef QUEUELAB_ACTOR_OPTIONAL_H
#define QUEUELAB_ACTOR_OPTIONAL_H

#include "base/param.h"

/* int64_t ns or -1: whole seconds as AWS writes them, or null.  The row's default is "null". */
extern const struct param_type optional_seconds_param;
/* int64_t ns or -1: a duration, or null. */
extern const struct param_type optional_duration_param;
/* int64_t or -1: a whole number, or null. */
extern const struct param_type optional_int_param;

#endif
