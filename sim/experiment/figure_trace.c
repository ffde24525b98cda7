// SPDX-License-Identifier: GPL-3.0-or-later
/* What the figures of single messages share. */
#include "experiment/figure_trace.h"

#include <string.h>

bool figure_trace_init(struct figure_trace *of, struct figure *figure)
{
    *of = (struct figure_trace){.cell = figure->cell};
    for (size_t i = 0; i < figure->result->cell_count && of->cell == NULL; i++)
        of->cell = figure_has(&figure->result->cells[i]) ? &figure->result->cells[i] : NULL;
    if (of->cell == NULL) {
        figure_refuse(figure, "no replication was finished");
        return false;
    }
    figure->cell = of->cell;
    of->names = replay_names(of->cell->scenario, &figure->arena);
    trace_init(&of->trace, TRACE_MOST);
    of->trace.is_of_root = figure->is_of_root;
    of->trace.root = figure->root;
    replay_run(of->cell->scenario, (struct observer){trace_hear, &of->trace}, &of->trace.is_full);
    return true;
}

void figure_trace_free(struct figure_trace *of)
{
    trace_free(&of->trace);
}

void figure_trace_row(struct figure *figure, const struct figure_trace *of, size_t series,
                      const char *label, const char *entity)
{
    figure_number(figure, (double)series);
    figure_word(figure, label);
    figure_word(figure, of->cell->variant);
    figure_word(figure, of->cell->point);
    figure_word(figure, entity);
}

size_t figure_trace_receives(struct figure *figure, const struct figure_trace *of,
                             const char **queue, struct figure_receive **receives)
{
    const struct trace *trace = &of->trace;
    uint32_t entered = 0, furthest = 0, count = 0, slots = 1;
    *queue = figure_queue(of->cell);
    *receives = arena_alloc(&figure->arena, (trace->count + 1) * sizeof **receives);
    for (size_t i = 0; i < trace->count; i++) {
        const uint32_t slot = trace->facts[i].message;
        slots = slot != UINT32_MAX && slot >= slots ? slot + 1 : slots;
    }
    uint32_t *sent = arena_alloc(&figure->arena, slots * sizeof *sent);
    for (size_t i = 0; i < trace->count && *queue != NULL; i++) {
        const struct fact *fact = &trace->facts[i];
        if (strcmp(trace_name(&of->names, fact->node), *queue) != 0)
            continue;
        if (fact->kind == PROBE_ACCEPTED || fact->kind == PROBE_PRELOADED)
            sent[fact->message] = ++entered;
        if (fact->kind != PROBE_DELIVERED || fact->delivery != 1)
            continue;
        const uint32_t place = sent[fact->message];
        (*receives)[count] =
            (struct figure_receive){place, count + 1, furthest > place ? furthest - place : 0};
        furthest = place > furthest ? place : furthest;
        count++;
    }
    return count;
}
