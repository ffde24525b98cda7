// SPDX-License-Identifier: GPL-3.0-or-later
/* What theory says of a result: every formula asked of every place and cell, with its value beside
 * the simulation's, or with the reason why it does not apply. */
#ifndef QUEUELAB_EXPERIMENT_CLOSED_FORM_H
#define QUEUELAB_EXPERIMENT_CLOSED_FORM_H

#include <stdbool.h>
#include <stddef.h>
#include "experiment/formula.h"
#include "experiment/result.h"

struct closed_form {
    const struct cell *cell;
    const char *entity;
    const struct formula *formula;
    const char *title;   /* the formula's for this place: "M/M/3" */
    const char *refusal; /* NULL: it applies */
    double theory;
    struct estimate seen; /* NAN: not simulated, or not measured */
    double off;           /* of what theory says; NAN: not known */
    bool is_outside;      /* the interval does not hold what theory says */
};

/* Entity by entity, formula by formula, cell by cell. */
struct closed_forms {
    struct arena arena;
    size_t count;
    struct closed_form *items;
};

/* Of a result that has replications, or none. */
void closed_forms_of(struct closed_forms *forms, const struct result *result);
void closed_forms_free(struct closed_forms *forms);

#endif
