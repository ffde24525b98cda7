// SPDX-License-Identifier: GPL-3.0-or-later
/* Weighted picks behind GSL's alias method. */
#include "core/dist_pick.h"

#include <gsl/gsl_randist.h>

#include "base/must.h"
#include "core/rng.h"

struct dist_pick *dist_pick_new(const double *weights, size_t count)
{
    gsl_ran_discrete_t *table = gsl_ran_discrete_preproc(count, weights);
    MUST(table != NULL);
    return (struct dist_pick *)table;
}

void dist_pick_free(struct dist_pick *pick)
{
    if (pick != NULL)
        gsl_ran_discrete_free((gsl_ran_discrete_t *)pick);
}

size_t dist_pick_keyed(const struct dist_pick *pick, uint64_t name, uint64_t number)
{
    struct rng rng;
    rng_init_keyed(&rng, name, number, 0);
    return gsl_ran_discrete(&rng.gsl, (const gsl_ran_discrete_t *)pick);
}
