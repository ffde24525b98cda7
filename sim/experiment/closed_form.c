// SPDX-License-Identifier: GPL-3.0-or-later
/* Walks through entities, formulas and cells.  A cell whose scenario lacks the entity is passed
 * over. */
#include "experiment/closed_form.h"

#include <math.h>
#include <string.h>

static bool is_queue(const struct scenario *scenario, const char *name)
{
    return setting_queue(scenario, name) != NULL && !setting_is_dead_letter(scenario, name);
}

static bool is_in(const struct scenario *scenario, const char *section, const char *name)
{
    for (size_t i = 0; i < scenario->actor_count; i++) {
        const struct scenario_actor *actor = &scenario->actors[i];
        if (strcmp(actor->kind->section, section) == 0 && strcmp(actor->name, name) == 0)
            return true;
    }
    return false;
}

static bool has_entity(const struct scenario *scenario, enum formula_about about, const char *name)
{
    switch (about) {
    case FORMULA_QUEUE:
        return is_queue(scenario, name);
    case FORMULA_DOWNSTREAM:
        return is_in(scenario, "downstreams", name);
    case FORMULA_PRODUCER:
        return is_in(scenario, "producers", name);
    }
    return false;
}

/* Counts are over the time in which arrivals are counted, too. */
static double per_second(const struct cell *cell, const char *entity)
{
    const double time_s = cell_mean(cell, entity, "NumberOfMessagesSent", "count") /
                          cell_mean(cell, entity, "arrivals", "rate");
    return 1.0 / (time_s > 0.0 ? time_s : cell_mean(cell, "scenario", "simulatedTime", "end"));
}

static struct estimate seen_of(const struct formula *formula, const struct cell *cell,
                               const char *entity)
{
    const struct estimate none = {(double)NAN, (double)NAN, (double)NAN, 0, false};
    const struct cell_row *row = cell->replication_count > 0
                                     ? cell_find(cell, entity, formula->metric, formula->stat)
                                     : NULL;
    if (row == NULL)
        return none;
    struct estimate seen = row->estimate;
    const double scale = formula->is_per_second ? per_second(cell, entity) : 1.0;
    seen.mean *= scale;
    seen.low *= scale;
    seen.high *= scale;
    return seen;
}

static void ask(struct closed_forms *forms, const struct formula *formula, const struct cell *cell,
                const char *entity)
{
    struct closed_form *form = &forms->items[forms->count++];
    struct formula_station station;
    formula_station(&station, cell->scenario, formula->about, entity, &forms->arena);
    *form = (struct closed_form){
        .cell = cell,
        .entity = entity,
        .formula = formula,
        .title = formula_title(formula, &station, &forms->arena),
        .refusal = formula_refusal(&station, formula->needs, &forms->arena),
        .theory = (double)NAN,
        .seen = seen_of(formula, cell, entity),
        .off = (double)NAN,
    };
    if (form->refusal != NULL)
        return;
    form->theory = formula->value(&station);
    form->off = (form->seen.mean - form->theory) / form->theory;
    form->is_outside = form->theory < form->seen.low || form->theory > form->seen.high;
}

static void ask_all(struct closed_forms *forms, const struct result *result,
                    enum formula_about about, const char *entity)
{
    for (const struct formula *formula = formulas; formula->name != NULL; formula++) {
        for (size_t i = 0; i < result->cell_count && formula->about == about; i++) {
            if (has_entity(result->scenarios[i], about, entity))
                ask(forms, formula, &result->cells[i], entity);
        }
    }
}

void closed_forms_of(struct closed_forms *forms, const struct result *result)
{
    const struct scenario *first = result->scenarios[0];
    size_t formula_count = 0;
    while (formulas[formula_count].name != NULL)
        formula_count++;
    *forms = (struct closed_forms){.count = 0};
    arena_init(&forms->arena);
    const size_t entities = first->queue_count + first->actor_count;
    forms->items = arena_alloc(&forms->arena, entities * formula_count * result->cell_count *
                                                  sizeof *forms->items);
    for (size_t i = 0; i < first->queue_count; i++)
        ask_all(forms, result, FORMULA_QUEUE, first->queues[i].name);
    for (size_t i = 0; i < first->actor_count; i++) {
        if (strcmp(first->actors[i].kind->section, "downstreams") == 0)
            ask_all(forms, result, FORMULA_DOWNSTREAM, first->actors[i].name);
        if (strcmp(first->actors[i].kind->section, "producers") == 0)
            ask_all(forms, result, FORMULA_PRODUCER, first->actors[i].name);
    }
}

void closed_forms_free(struct closed_forms *forms)
{
    arena_free(&forms->arena);
}
