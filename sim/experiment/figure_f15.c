// SPDX-License-Identifier: GPL-3.0-or-later
/* F15, what a guarantee costs: of each variant the messages that nobody worked on, that were
 * received again, whose work took effect twice, how long a message takes, and requests.
 *
 * All are per message that producers wanted to send.  Work is due once in each consumer, so that a
 * consumer which sends on is not compared. */
#include <math.h>
#include <string.h>
#include "base/units.h"
#include "experiment/figure.h"

enum { CELLS = 8 };

/* A part of the sum that a value is made of. */
struct term {
    const char *metric, *stat;
    double factor;
};
struct panel {
    const char *name, *unit; /* "share": of messages */
    struct term terms[3];
};

static const struct panel panels[] = {
    {"lost", "share", {{"effects", "count", -1.0}, {"doubleEffects", "count", 1.0}}},
    {"duplicated", "share", {{"duplicates", "count", 1.0}}},
    {"extra effects", "share", {{"doubleEffects", "count", 1.0}}},
    {"latency", "s", {{"messageLatency", "mean", 1.0}}},
    {"requests", "1", {{"requests", "count", 1.0}}},
};
enum { PANELS = sizeof panels / sizeof *panels, LOST = 0, LATENCY = 3 };

/* --- which cells --- */

/* A variant may leave some queue or function idle, which then has no work that could be lost. */
static bool is_fed(const struct cell *cell, const struct json *consumer)
{
    const struct json *from = json_get(consumer, "from");
    const double came = from != NULL
                            ? cell_mean(cell, json_text(from), "NumberOfMessagesSent", "count")
                            : cell_mean(cell, json_key(consumer), "invocations", "count");
    return isnan(came) || came > 0.0;
}

static size_t count_consumers(const struct cell *cell)
{
    size_t count = 0, fed = 0;
    const char *const sections[] = {"/consumers", "/functions"};
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
        const struct json *section = json_find(cell->scenario->doc, sections[i]);
        const struct json *of = section != NULL ? json_first(section) : NULL;
        for (; of != NULL; of = json_next(of), count++)
            fed += is_fed(cell, of);
    }
    return fed > 0 ? fed : count;
}

static bool sends_on(const struct cell *cell)
{
    const char *const sections[] = {"/consumers", "/functions"};
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
        const struct json *section = json_find(cell->scenario->doc, sections[i]);
        const struct json *of = section != NULL ? json_first(section) : NULL;
        for (; of != NULL; of = json_next(of)) {
            if (json_get(of, "then") != NULL || json_get(of, "join") != NULL)
                return true;
        }
    }
    return false;
}

/* What a filter keeps from a subscriber is not lost. */
static bool filters(const struct cell *cell)
{
    const struct json *topics = json_find(cell->scenario->doc, "/topics");
    for (const struct json *of = topics != NULL ? json_first(topics) : NULL; of != NULL;
         of = json_next(of)) {
        const struct json *list = json_get(of, "subscriptions");
        for (const struct json *at = list != NULL ? json_first(list) : NULL; at != NULL;
             at = json_next(at)) {
            const struct json *policy = json_get(at, "FilterPolicy");
            if (policy != NULL && json_kind(policy) != JSON_NULL)
                return true;
        }
    }
    return false;
}

static bool compares(const struct cell *cell, const void *context)
{
    (void)context;
    return count_consumers(cell) > 0 && !sends_on(cell) && !filters(cell);
}

/* --- values --- */

/* In one replication, over all entities; NAN: none has it. */
static double sum_of(const struct cell *cell, const char *metric, const char *stat,
                     size_t replication)
{
    double sum = (double)NAN;
    for (size_t i = 0; i < cell->row_count; i++) {
        const struct cell_row *row = &cell->rows[i];
        if (strcmp(row->metric, metric) != 0 || strcmp(row->stat, stat) != 0)
            continue;
        const double value = cell_value(cell, i, replication);
        if (!isnan(value))
            sum = (isnan(sum) ? 0.0 : sum) + value;
    }
    return sum;
}

/* What producers wanted to send. */
static double wanted_of(const struct cell *cell, size_t replication)
{
    return sum_of(cell, "sent", "count", replication) +
           sum_of(cell, "failed", "count", replication);
}

/* Of all messages together, whichever producer sent them. */
static double latency_of(const struct cell *cell, size_t replication)
{
    double seconds = 0.0, messages = 0.0;
    for (size_t i = 0; i < cell->row_count; i++) {
        const struct cell_row *row = &cell->rows[i];
        if (strcmp(row->metric, "messageLatency") != 0 || strcmp(row->stat, "mean") != 0)
            continue;
        const struct cell_row *sent = cell_find(cell, row->entity, "sent", "count");
        const double mean = cell_value(cell, i, replication);
        if (sent == NULL || isnan(mean))
            continue;
        const double weight = cell_value(cell, (size_t)(sent - cell->rows), replication);
        seconds += weight * mean;
        messages += weight;
    }
    return messages > 0.0 ? seconds / messages : (double)NAN;
}

static double value_of(const struct cell *cell, size_t panel, size_t replication)
{
    const struct panel *of = &panels[panel];
    const double wanted = wanted_of(cell, replication);
    double sum = 0.0;
    if (panel == LATENCY)
        return latency_of(cell, replication);
    for (const struct term *term = of->terms; term->metric != NULL; term++)
        sum += term->factor * sum_of(cell, term->metric, term->stat, replication);
    if (panel == LOST) {
        const double due = (double)count_consumers(cell);
        /* At the edges of a window more may be worked on than is sent in it. */
        return fmax(0.0, (wanted * due + sum) / (wanted * due));
    }
    return sum / wanted;
}

/* Of all that could have happened in any replication. */
static double trials_of(const struct cell *cell, size_t panel)
{
    const double each = panel == LOST ? (double)count_consumers(cell) : 1.0;
    double sum = 0.0;
    for (size_t i = 0; i < cell->replication_count; i++)
        sum += each * wanted_of(cell, i);
    return sum;
}

/* What was never seen may still be there: it has an upper end. */
static struct estimate estimate_of(struct figure *figure, const struct cell *cell, size_t panel)
{
    double *values = arena_alloc(&figure->arena, (cell->replication_count + 1) * sizeof *values);
    bool was_seen = cell->replication_count < 2 || strcmp(panels[panel].unit, "share") != 0;
    for (size_t i = 0; i < cell->replication_count; i++) {
        values[i] = value_of(cell, panel, i);
        was_seen = was_seen || !(values[i] == 0.0);
    }
    return was_seen ? estimate_mean(values, cell->replication_count, ESTIMATE_LEVEL)
                    : estimate_wilson(0.0, trials_of(cell, panel), ESTIMATE_LEVEL);
}

/* --- the table --- */

static void add_row(struct figure *figure, size_t series, const struct cell *cell, size_t panel,
                    size_t place, const struct estimate *estimate)
{
    figure_number(figure, (double)series);
    figure_word(figure, figure_label(figure, cell));
    figure_word(figure, cell->variant);
    figure_word(figure, cell->point);
    figure_number(figure, (double)place);
    figure_word(figure, panels[panel].name);
    figure_word(figure, panels[panel].unit);
    figure_number(figure, estimate->mean);
    figure_number(figure, estimate->low);
    figure_number(figure, estimate->high);
    figure_end_row(figure);
}

/* What some cell has; what none has is said once, below. */
static void add_sentence(struct figure *figure, const struct cell *cell,
                         const struct estimate estimates[PANELS], const bool was_seen[PANELS])
{
    const char *between = ": ";
    text_printf(&figure->sentence, "%s %s",
                figure->sentence.length > 0 ? "." : "Guarantees, per message.",
                figure_label(figure, cell));
    for (size_t panel = 0; panel < PANELS; panel++) {
        char shown[32];
        const double mean = estimates[panel].mean;
        const bool is_share = strcmp(panels[panel].unit, "share") == 0;
        if (isnan(mean) || !was_seen[panel])
            continue;
        text_printf(&figure->sentence, "%s%s %s%s", between, panels[panel].name,
                    strcmp(panels[panel].unit, "s") == 0
                        ? units_format_seconds(shown, mean)
                        : units_format_number(shown, mean * (is_share ? 100.0 : 1.0)),
                    is_share ? " %" : "");
        between = ", ";
    }
}

static void add_unseen(struct figure *figure, const bool is_known[PANELS],
                       const bool was_seen[PANELS])
{
    const char *between = " None seen: ";
    for (size_t panel = 0; panel < PANELS; panel++) {
        if (is_known[panel] && !was_seen[panel]) {
            text_printf(&figure->sentence, "%s%s", between, panels[panel].name);
            between = ", ";
        }
    }
    if (between[0] == ',')
        text_add(&figure->sentence, ".");
}

static void fill(struct figure *figure)
{
    const struct cell *cells[CELLS];
    struct estimate estimates[CELLS][PANELS];
    bool is_known[PANELS] = {false}, was_seen[PANELS] = {false};
    const size_t count = figure_cells(figure, compares, NULL, cells, CELLS);
    if (count < 2) {
        figure_refuse(
            figure, "there are no variants to compare, or a consumer sends on, or a topic filters");
        return;
    }
    for (size_t i = 0; i < count; i++) {
        for (size_t panel = 0; panel < PANELS; panel++) {
            estimates[i][panel] = estimate_of(figure, cells[i], panel);
            const double mean = estimates[i][panel].mean;
            is_known[panel] = is_known[panel] || !isnan(mean);
            was_seen[panel] = was_seen[panel] || mean > 0.0;
        }
    }
    for (size_t i = 0; i < count; i++) {
        size_t place = 0;
        for (size_t panel = 0; panel < PANELS; panel++) {
            if (!is_known[panel])
                continue;
            add_row(figure, i, cells[i], panel, place++, &estimates[i][panel]);
        }
        add_sentence(figure, cells[i], estimates[i], was_seen);
    }
    text_add(&figure->sentence, ".");
    add_unseen(figure, is_known, was_seen);
    if (figure->row_count == 0)
        figure_refuse(figure, "no producer sent anything");
}

const struct figure_kind figure_f15 = {
    .id = "F15",
    .words = "lost, duplicated, done twice",
    .header = "series,label,variant,point,panel,metric,unit,value,low,high",
    .fill = fill,
};
