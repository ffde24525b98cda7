// SPDX-License-Identifier: GPL-3.0-or-later
/* An interval is judged by its ends. */
#include "experiment/confidence.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/must.h"

/* Of the differences to another variant's row, replication by replication. */
static struct estimate difference(const struct result *result, const struct verdict *verdict,
                                  const struct cell_row *row)
{
    const struct estimate none = {(double)NAN, (double)NAN, (double)NAN, 0, false};
    const struct scenario_expect *expect = verdict->expect;
    const struct cell *cell = verdict->cell;
    const struct cell *other = result_cell_beside(result, cell, expect->vs);
    const struct cell_row *base =
        other != NULL ? cell_find(other, expect->entity, expect->metric, expect->stat) : NULL;
    if (base == NULL)
        return none;
    const size_t count = cell->replication_count < other->replication_count
                             ? cell->replication_count
                             : other->replication_count;
    double *values = must_alloc((count + 1) * sizeof *values);
    for (size_t i = 0; i < count; i++)
        values[i] = cell_value(cell, (size_t)(row - cell->rows), i) -
                    cell_value(other, (size_t)(base - other->rows), i);
    const struct estimate estimate = estimate_mean(values, count, ESTIMATE_LEVEL);
    free(values);
    return estimate;
}

/* Both ends are on the right side, or both are not; what lies across the bounds is neither. */
static enum confidence judge(const struct scenario_expect *expect, const struct estimate *seen,
                             double wanted)
{
    if (isnan(seen->low) || isnan(seen->high))
        return CONFIDENCE_OPEN;
    const bool low = expect_holds(expect, seen->low, wanted);
    const bool high = expect_holds(expect, seen->high, wanted);
    if (low && high)
        return CONFIDENCE_HOLDS;
    if (low || high || (expect->is == EXPECT_WITHIN && seen->low < wanted && seen->high > wanted))
        return CONFIDENCE_OPEN;
    return CONFIDENCE_FAILS;
}

static bool is_exact(const struct scenario_expect *expect)
{
    return expect->received_count > 0 || expect->is == EXPECT_EQ || expect->is == EXPECT_NE;
}

enum confidence confidence_of(const struct result *result, const struct verdict *verdict,
                              struct estimate *seen, double *wanted)
{
    const struct scenario_expect *expect = verdict->expect;
    const struct cell *cell = verdict->cell;
    const struct cell_row *row = expect->received_count == 0
                                     ? cell_find(cell, expect->entity, expect->metric, expect->stat)
                                     : NULL;
    *seen = row != NULL ? row->estimate
                        : (struct estimate){(double)NAN, (double)NAN, (double)NAN, 0, false};
    *wanted = expect->vs != NULL ? 0.0 : expect->value;
    if (is_exact(expect))
        return verdict->holds ? CONFIDENCE_HOLDS : CONFIDENCE_FAILS;
    if (row == NULL)
        return CONFIDENCE_OPEN;
    if (expect->vs == NULL)
        return judge(expect, seen, *wanted);
    *seen = difference(result, verdict, row);
    struct scenario_expect apart = *expect;
    if (expect->relative) { /* of the other's mean, not of a difference of 0 */
        apart.relative = false;
        apart.tolerance = expect->tolerance * fabs(verdict->wanted);
    }
    return judge(&apart, seen, 0.0);
}

enum confidence confidence_of_all(const struct result *result, const struct verdict **worst)
{
    enum confidence found = CONFIDENCE_HOLDS;
    *worst = result->verdict_count > 0 ? &result->verdicts[0] : NULL;
    for (size_t i = 0; i < result->verdict_count; i++) {
        struct estimate seen;
        double wanted;
        const enum confidence one = confidence_of(result, &result->verdicts[i], &seen, &wanted);
        if (one > found) {
            found = one;
            *worst = &result->verdicts[i];
        }
    }
    return found;
}
