// SPDX-License-Identifier: GPL-3.0-or-later
/* F12, what each worker does when: its works on messages, those on messages received again apart.
 */
#include <inttypes.h>
#include "base/units.h"
#include "experiment/figure_trace.h"

enum { WORKERS = 16, WORKS = 1000 };

struct gantt {
    struct figure *figure;
    struct figure_trace of;
    size_t worker_count, work_count, again_count;
    struct gantt_worker {
        uint16_t node;
        uint32_t number;
        const char *name;
    } workers[WORKERS];
};

static bool is_work(const struct fact *fact)
{
    return (fact->kind == PROBE_SUCCEEDED || fact->kind == PROBE_FAILED ||
            fact->kind == PROBE_ABANDONED) &&
           fact->value > 0;
}

static bool is_before(const struct gantt_worker *a, const struct gantt_worker *b)
{
    return a->node != b->node ? a->node < b->node : a->number < b->number;
}

/* Its row; WORKERS: there is no room for it. */
static size_t row_of(struct gantt *gantt, const struct fact *fact)
{
    size_t row = 0;
    while (row < gantt->worker_count &&
           (gantt->workers[row].node != fact->node || gantt->workers[row].number != fact->bytes))
        row++;
    if (row == gantt->worker_count && row < WORKERS) {
        const char *name = arena_printf(&gantt->figure->arena, "%s #%" PRIu32,
                                        trace_name(&gantt->of.names, fact->node), fact->bytes + 1);
        gantt->workers[gantt->worker_count++] =
            (struct gantt_worker){fact->node, fact->bytes, name};
    }
    return row;
}

static void add_works(struct gantt *gantt, bool is_again)
{
    struct figure *figure = gantt->figure;
    size_t seen = 0;
    for (size_t i = 0; i < gantt->of.trace.count && seen < WORKS; i++) {
        const struct fact *fact = &gantt->of.trace.facts[i];
        const size_t row = is_work(fact) ? row_of(gantt, fact) : WORKERS;
        if (row == WORKERS)
            continue;
        seen++;
        if ((fact->delivery > 1) != is_again)
            continue;
        figure_trace_row(figure, &gantt->of, is_again,
                         is_again ? "on a message received again" : "work",
                         gantt->workers[row].name);
        figure_number(figure, (double)row);
        figure_number(figure, units_s(fact->at_ns - fact->value));
        figure_number(figure, units_s(fact->at_ns));
        figure_number(figure, (double)probe_root_number(fact->root));
        figure_end_row(figure);
        gantt->work_count++;
        gantt->again_count += is_again;
    }
}

/* The first so many that work, in the order of their numbers. */
static void list_workers(struct gantt *gantt)
{
    size_t seen = 0;
    for (size_t i = 0; i < gantt->of.trace.count && seen < WORKS; i++) {
        const struct fact *fact = &gantt->of.trace.facts[i];
        seen += is_work(fact) && row_of(gantt, fact) < WORKERS;
    }
    for (size_t i = 1; i < gantt->worker_count; i++) {
        const struct gantt_worker worker = gantt->workers[i];
        size_t row = i;
        for (; row > 0 && is_before(&worker, &gantt->workers[row - 1]); row--)
            gantt->workers[row] = gantt->workers[row - 1];
        gantt->workers[row] = worker;
    }
}

static void fill(struct figure *figure)
{
    struct gantt gantt = {.figure = figure};
    if (!figure_trace_init(&gantt.of, figure))
        return;
    list_workers(&gantt);
    add_works(&gantt, false);
    add_works(&gantt, true);
    if (gantt.work_count == 0)
        figure_refuse(figure, "no work takes time");
    else
        text_printf(&figure->sentence,
                    "Workers over time. %zu worker%s did %zu piece%s of work, %zu of them on "
                    "messages that had been received before.",
                    gantt.worker_count, gantt.worker_count == 1 ? "" : "s", gantt.work_count,
                    gantt.work_count == 1 ? "" : "s", gantt.again_count);
    figure_trace_free(&gantt.of);
}

const struct figure_kind figure_f12 = {
    .id = "F12",
    .words = "workers over time",
    .header = "series,label,variant,point,entity,row,start_s,end_s,message",
    .is_of_trace = true,
    .fill = fill,
};
