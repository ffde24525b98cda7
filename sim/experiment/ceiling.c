// SPDX-License-Identifier: GPL-3.0-or-later
/* Quotas count calls; how many messages that makes is a matter of batches. */
#include "experiment/ceiling.h"

#include <math.h>
#include "base/units.h"

/* Calls times the smallest batch. */
double ceiling_of(const struct cell *cell, const char *queue)
{
    const struct scenario_queue *of = setting_queue(cell->scenario, queue);
    const struct queue_limits *limits = &cell->scenario->profile->limits;
    if (!of->cfg.fifo || !of->cfg.quotas)
        return HUGE_VAL;
    const double calls = of->cfg.throughput_limit == THROUGHPUT_PER_GROUP
                             ? limits->fifo_high_calls_per_s
                             : limits->fifo_calls_per_s;
    struct arena arena;
    struct setting_service service;
    arena_init(&arena);
    setting_service_of(cell->scenario, queue, &arena, &service);
    double batch = setting_arrivals_of(cell->scenario, queue).batch;
    if (service.consumer_count > 0)
        batch = fmin(batch, fmin(service.batch, service.delete_batch));
    arena_free(&arena);
    return calls * batch;
}

void ceiling_note(struct ceilings *ceilings, const struct cell *cell, const char *queue)
{
    const double ceiling = ceiling_of(cell, queue);
    for (size_t i = 0; i < ceilings->count; i++) {
        if (ceilings->per_s[i] == ceiling)
            return;
    }
    if (isfinite(ceiling) && ceilings->count < CEILINGS)
        ceilings->per_s[ceilings->count++] = ceiling;
}

const char *ceiling_label(struct figure *figure, double per_s)
{
    char shown[32];
    /* As the ticks of the axis beside it. */
    if (per_s >= 1000.0 && per_s < 10000.0 && per_s == floor(per_s))
        return arena_printf(&figure->arena, "FIFO quota: %d,%03d/s", (int)per_s / 1000,
                            (int)per_s % 1000);
    return arena_printf(&figure->arena, "FIFO quota: %s/s", units_format_number(shown, per_s));
}
