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
/* The same for a time from one to the next, as long as there is time.  The row's lowest value is
 * what keeps a run from becoming endless, and is said to be that. */
extern const struct param_type optional_interval_param;
/* The least that such a row allows, in seconds: an hour of it is not yet four million steps. */
#define OPTIONAL_INTERVAL_LEAST_S 1e-3
/* int64_t or -1: a whole number, or null. */
extern const struct param_type optional_int_param;

#endif
