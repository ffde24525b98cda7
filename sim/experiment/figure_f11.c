// SPDX-License-Identifier: GPL-3.0-or-later
/* F11, the life-line of a message, or of a few: who had it when, and when nobody could see it.
 *
 * Those whom something happened to are shown: received again, moved, lost, dropped as a duplicate;
 * where there is none such, the first few. */
#include <inttypes.h>
#include <stdlib.h>
#include "base/must.h"
#include "base/units.h"
#include "experiment/figure_trace.h"
#include "experiment/story.h"

enum { MESSAGES = 3, ACTORS = 12, EMPTIES = 20 };

struct life {
    uint64_t root;
    const char *label;
    struct life_stay {
        const struct fact *hidden; /* by this receive, since then */
        int64_t entered_ns;        /* visible since then */
        bool is_visible;
    } stays[ACTORS]; /* by the queue's row */
};

struct lines {
    struct figure *figure;
    struct figure_trace of;
    size_t life_count, actor_count;
    struct life lives[MESSAGES], *life; /* at hand */
    struct lines_actor {
        uint16_t node;
        uint32_t worker; /* UINT32_MAX: none */
        const char *name;
    } actors[ACTORS];
    int64_t end_ns;
    bool has_story; /* something happened to a message */
};

/* --- which messages --- */

static bool is_strange(const struct fact *fact)
{
    return fact->kind == PROBE_RETENTION_OVER || fact->kind == PROBE_DEAD_LETTERED ||
           fact->kind == PROBE_DEDUPED || (fact->kind == PROBE_DELIVERED && fact->delivery > 1);
}

static void add_life(struct lines *lines, uint64_t root)
{
    for (size_t i = 0; i < lines->life_count; i++) {
        if (lines->lives[i].root == root)
            return;
    }
    if (lines->life_count == MESSAGES)
        return;
    struct text label = {.length = 0};
    story_name_message(&label, &lines->of.names, root);
    lines->lives[lines->life_count++] = (struct life){
        .root = root,
        .label = arena_copy_text(&lines->figure->arena, text_of(&label)),
    };
    text_free(&label);
}

/* The message whose deduplication id it had. */
static void add_first_of(struct lines *lines, const struct fact *deduplicated)
{
    for (size_t i = 0; i < lines->of.trace.count; i++) {
        const struct fact *fact = &lines->of.trace.facts[i];
        if (fact->kind == PROBE_ACCEPTED && fact->node == deduplicated->node &&
            fact->at_ns == deduplicated->other) {
            add_life(lines, fact->root);
            return;
        }
    }
}

static bool was_worked_on(const struct trace *trace, uint64_t root)
{
    for (size_t i = 0; i < trace->count; i++) {
        if (trace->facts[i].kind == PROBE_STARTED && trace->facts[i].root == root)
            return true;
    }
    return false;
}

/* Beside a dead letter one that died with it and that nobody ever tried, if there is one. */
static void add_unread(struct lines *lines, uint64_t root)
{
    const struct trace *trace = &lines->of.trace;
    bool is_dead = false;
    for (size_t i = 0; i < trace->count; i++) {
        const struct fact *fact = &trace->facts[i];
        if (fact->kind != PROBE_DEAD_LETTERED)
            continue;
        is_dead = is_dead || fact->root == root;
        if (is_dead && fact->root != root && !was_worked_on(trace, fact->root)) {
            add_life(lines, fact->root);
            return;
        }
    }
}

static void choose(struct lines *lines)
{
    const struct trace *trace = &lines->of.trace;
    for (size_t i = 0; i < trace->count && lines->life_count == 0; i++) {
        if (!is_strange(&trace->facts[i]))
            continue;
        if (trace->facts[i].kind == PROBE_DEDUPED)
            add_first_of(lines, &trace->facts[i]);
        add_life(lines, trace->facts[i].root);
        add_unread(lines, trace->facts[i].root);
    }
    lines->has_story = lines->life_count > 0;
    for (size_t i = 0; i < trace->count && !lines->has_story; i++) {
        if (trace->facts[i].kind == PROBE_ACCEPTED || trace->facts[i].kind == PROBE_PRELOADED)
            add_life(lines, trace->facts[i].root);
    }
}

/* --- rows --- */

/* The row of whatever is seen of a component, if that is one thing; else ACTORS. */
static size_t only_row_of(const struct lines *lines, uint16_t node)
{
    size_t found = ACTORS;
    for (size_t row = 0; row < lines->actor_count; row++) {
        if (lines->actors[row].node != node)
            continue;
        if (found < ACTORS)
            return ACTORS;
        found = row;
    }
    return found;
}

/* A row of an actor; ACTORS: there is no room.  What nobody tried has no worker, and stands with
 * the only one. */
static size_t actor_of(struct lines *lines, uint16_t node, uint32_t worker)
{
    size_t row = 0;
    if (worker == UINT32_MAX && only_row_of(lines, node) < ACTORS)
        return only_row_of(lines, node);
    while (row < lines->actor_count &&
           (lines->actors[row].node != node || lines->actors[row].worker != worker))
        row++;
    if (row < lines->actor_count || row == ACTORS || node >= lines->of.names.count)
        return row < lines->actor_count ? row : ACTORS;
    const char *name = lines->of.names.at[node];
    if (worker != UINT32_MAX)
        name = arena_printf(&lines->figure->arena, "%s #%" PRIu32, name, worker + 1);
    lines->actors[lines->actor_count++] = (struct lines_actor){node, worker, name};
    return row;
}

static size_t node_row(struct lines *lines, uint16_t node)
{
    return actor_of(lines, node, UINT32_MAX);
}

/* The worker that began work after this receive, else the consumer as a whole. */
static size_t worker_row(struct lines *lines, uint16_t consumer, uint32_t delivery)
{
    for (size_t i = 0; i < lines->of.trace.count; i++) {
        const struct fact *fact = &lines->of.trace.facts[i];
        if (fact->kind == PROBE_STARTED && fact->root == lines->life->root &&
            fact->node == consumer && fact->delivery == delivery)
            return actor_of(lines, consumer, fact->bytes);
    }
    return node_row(lines, consumer);
}

static void add(struct lines *lines, const char *what, int64_t from_ns, int64_t to_ns, size_t row,
                size_t to_row)
{
    struct figure *figure = lines->figure;
    if (row == ACTORS || to_row == ACTORS)
        return;
    figure_trace_row(figure, &lines->of, (size_t)(lines->life - lines->lives), lines->life->label,
                     lines->actors[row].name);
    figure_word(figure, what);
    figure_number(figure, units_s(from_ns));
    figure_number(figure, units_s(to_ns));
    figure_number(figure, (double)row);
    figure_number(figure, (double)to_row);
    figure_number(figure, (double)probe_root_number(lines->life->root));
    figure_end_row(figure);
}

/* Which worker asked in vain is not said: it is known where the consumer has one alone. */
static size_t only_row(const struct lines *lines, uint16_t consumer)
{
    size_t row = 0;
    for (size_t i = 0; i < lines->of.trace.count; i++) {
        const struct fact *fact = &lines->of.trace.facts[i];
        if (fact->kind == PROBE_CAPACITY && fact->node == consumer && fact->other > 1)
            return ACTORS;
    }
    while (row < lines->actor_count && lines->actors[row].node != consumer)
        row++;
    return row < lines->actor_count ? row : ACTORS;
}

static void add_arrow(struct lines *lines, const char *what, const struct fact *fact, size_t row,
                      size_t to_row)
{
    add(lines, what, fact->at_ns, fact->at_ns, row, to_row);
}

static void link(struct lines *lines, const char *what, const struct fact *fact, uint16_t from,
                 uint16_t to)
{
    const size_t row = node_row(lines, from), to_row = node_row(lines, to);
    add_arrow(lines, what, fact, row, to_row);
}

/* --- a life --- */

/* Ends the time in which it was visible in a queue, or was not. */
static void close_state(struct lines *lines, uint16_t queue, int64_t at_ns)
{
    const size_t row = node_row(lines, queue);
    if (row == ACTORS)
        return;
    struct life_stay *stay = &lines->life->stays[row];
    if (stay->hidden != NULL && stay->hidden->at_ns < at_ns)
        add(lines, "invisible", stay->hidden->at_ns, at_ns, row, row);
    else if (stay->is_visible && stay->entered_ns < at_ns)
        add(lines, "visible", stay->entered_ns, at_ns, row, row);
    *stay = (struct life_stay){.hidden = NULL};
}

static void show(struct lines *lines, uint16_t queue, int64_t at_ns)
{
    close_state(lines, queue, at_ns);
    const size_t row = node_row(lines, queue);
    if (row < ACTORS)
        lines->life->stays[row] = (struct life_stay){.entered_ns = at_ns, .is_visible = true};
}

static void tell_call(struct lines *lines, const struct fact *fact)
{
    const size_t queue = node_row(lines, fact->node);
    const size_t worker = worker_row(lines, fact->peer, fact->delivery);
    if (fact->kind == PROBE_DELIVERED) {
        close_state(lines, fact->node, fact->at_ns);
        if (queue < ACTORS)
            lines->life->stays[queue].hidden = fact;
        add_arrow(lines, "receive", fact, queue, worker);
        return;
    }
    if (fact->kind == PROBE_DELETED)
        close_state(lines, fact->node, fact->at_ns);
    add_arrow(lines, fact->kind == PROBE_DELETED ? "delete" : "delete in vain", fact, worker,
              queue);
}

static void add_crash(struct lines *lines, const struct fact *fact)
{
    const size_t row = actor_of(lines, fact->node, fact->bytes);
    add_arrow(lines, "crash", fact, row, row);
}

static void tell(struct lines *lines, const struct fact *fact)
{
    switch ((enum probe_kind)fact->kind) {
    case PROBE_ACCEPTED:
    case PROBE_PUBLISHED:
        link(lines, "send", fact, fact->peer, fact->node);
        if (fact->kind == PROBE_ACCEPTED)
            show(lines, fact->node, fact->other);
        break;
    case PROBE_DEDUPED:
        link(lines, "deduplicated", fact, fact->peer, fact->node);
        break;
    case PROBE_PRELOADED:
    case PROBE_HIDDEN_OVER:
        show(lines, fact->node, fact->at_ns);
        break;
    case PROBE_DELIVERED:
    case PROBE_DELETED:
    case PROBE_DELETE_IGNORED:
    case PROBE_DELETE_REFUSED:
        tell_call(lines, fact);
        break;
    case PROBE_SUCCEEDED:
    case PROBE_FAILED:
    case PROBE_ABANDONED:
        if (fact->value > 0)
            add(lines, "at work", fact->at_ns - fact->value, fact->at_ns,
                actor_of(lines, fact->node, fact->bytes), 0);
        if (fact->kind == PROBE_ABANDONED)
            add_crash(lines, fact);
        break;
    case PROBE_RETENTION_OVER:
    case PROBE_PURGED:
        close_state(lines, fact->node, fact->at_ns);
        link(lines, "lost", fact, fact->node, fact->node);
        break;
    case PROBE_DEAD_LETTERED:
    case PROBE_MOVED:
        close_state(lines, fact->node, fact->at_ns);
        link(lines, "move", fact, fact->node, fact->peer);
        show(lines, fact->peer, fact->at_ns);
        break;
    default:
        break;
    }
}

static void tell_life(struct lines *lines)
{
    const struct trace *trace = &lines->of.trace;
    for (size_t i = 0; i < trace->count; i++) {
        if (trace_is_of_message(&trace->facts[i]) && trace->facts[i].root == lines->life->root) {
            tell(lines, &trace->facts[i]);
            lines->end_ns =
                trace->facts[i].at_ns > lines->end_ns ? trace->facts[i].at_ns : lines->end_ns;
        }
    }
    for (size_t row = 0; row < lines->actor_count; row++) {
        const struct life_stay *stay = &lines->life->stays[row];
        if (stay->hidden != NULL || stay->is_visible)
            close_state(lines, lines->actors[row].node, lines->end_ns);
    }
}

/* Receives that returned nothing, unless there are many, or they come when a story is over. */
static void tell_empties(struct lines *lines)
{
    const struct trace *trace = &lines->of.trace;
    size_t count = 0;
    for (size_t i = 0; i < trace->count; i++)
        count += trace->facts[i].kind == PROBE_EMPTY;
    for (size_t i = 0; i < trace->count && count <= EMPTIES; i++) {
        const struct fact *fact = &trace->facts[i];
        if (fact->kind != PROBE_EMPTY || (lines->has_story && fact->at_ns > lines->end_ns))
            continue;
        const size_t queue = node_row(lines, fact->node);
        const size_t worker = only_row(lines, fact->peer);
        add_arrow(lines, "nothing received", fact, queue, worker);
    }
}

static void add_actors(struct lines *lines)
{
    for (size_t i = 0; i < lines->actor_count; i++)
        add(lines, "actor", 0, 0, i, i);
}

static void fill_lives(struct lines *lines)
{
    for (size_t i = 0; i < lines->life_count; i++) {
        lines->life = &lines->lives[i];
        tell_life(lines);
    }
    tell_empties(lines);
    add_actors(lines);
}

static void add_sentence(struct lines *lines)
{
    text_add(&lines->figure->sentence, lines->life_count > 1 ? "Life-lines of " : "Life-line of ");
    for (size_t i = 0; i < lines->life_count; i++)
        text_printf(&lines->figure->sentence, "%s%s",
                    i == 0                      ? ""
                    : i + 1 < lines->life_count ? ", "
                                                : " and ",
                    lines->lives[i].label);
    text_printf(&lines->figure->sentence, ", among %zu actors, until %.4g s.", lines->actor_count,
                units_s(lines->end_ns));
}

static void fill(struct figure *figure)
{
    struct lines lines = {.figure = figure};
    if (!figure_trace_init(&lines.of, figure))
        return;
    if (figure->is_of_root)
        add_life(&lines, figure->root);
    else
        choose(&lines);
    if (lines.life_count > 0) {
        fill_lives(&lines);
        add_sentence(&lines);
    } else {
        figure_refuse(figure, "no message was sent");
    }
    figure_trace_free(&lines.of);
}

const struct figure_kind figure_f11 = {
    .id = "F11",
    .words = "life-line of messages",
    .header = "series,label,variant,point,entity,what,time_s,end_s,row,to_row,"
              "message",
    .is_of_trace = true,
    .fill = fill,
};
