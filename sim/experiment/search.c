// SPDX-License-Identifier: GPL-3.0-or-later
/* Looks at each fact once.  What it keeps of a message lies by slot, as a slot has one tenant at a
 * time. */
#include "experiment/search.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "base/must.h"
#include "experiment/story.h"

enum state { GONE, DELAYED, VISIBLE, HIDDEN };

struct search_view {
    uint64_t root;
    int64_t until_ns; /* HIDDEN, DELAYED */
    uint32_t group;
    uint16_t queue;
    uint8_t state;
};

struct search_front {
    bool is_fifo, has_received;
    int64_t seq; /* the furthest received */
    uint64_t root;
    int64_t at_ns;
};

const char search_words[] = "duplicate|lost|deadLettered|inversion|doubleEffect|emptyReceive";

bool search_read_word(const char *word, enum search_what *what, const char **plain)
{
    static const struct {
        const char *word;
        enum search_what what;
        const char *plain;
    } words[] = {{"duplicate", SEARCH_DUPLICATE, "duplicate"},
                 {"lost", SEARCH_LOST, "lost message"},
                 {"deadLettered", SEARCH_DEAD_LETTERED, "dead-lettered message"},
                 {"inversion", SEARCH_INVERSION, "inversion"},
                 {"doubleEffect", SEARCH_DOUBLE_EFFECT, "double effect"},
                 {"emptyReceive", SEARCH_EMPTY_RECEIVE, "empty receive while messages are there"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(words[i].word, word) != 0)
            continue;
        *what = words[i].what;
        *plain = words[i].plain;
        return true;
    }
    return false;
}

void search_init(struct search *search, enum search_what what, const struct trace_names *names)
{
    *search = (struct search){.what = what, .names = names};
    search->fronts = must_alloc((names->count + 1) * sizeof *search->fronts);
    for (size_t i = 0; i < names->count; i++)
        search->fronts[i] = (struct search_front){.has_received = false};
    search_effect_init(&search->effects, names->count);
}

void search_free(struct search *search)
{
    text_free(&search->why);
    free(search->views);
    free(search->fronts);
    search_effect_free(&search->effects);
}

static void find(struct search *search, const struct fact *fact)
{
    search->is_found = true;
    search->fact = *fact;
}

/* --- messages --- */

static bool has_number(const struct search *search, const struct fact *fact)
{
    const uint16_t origin = probe_root_origin(fact->root);
    return trace_is_of_message(fact) && probe_root_number(fact->root) == search->number &&
           (search->origin == NULL ||
            strcmp(trace_name(search->names, origin), search->origin) == 0);
}

/* In a FIFO queue groups go their own ways, and each keeps its order. */
static void judge_order(struct search *search, const struct fact *fact)
{
    struct search_front *front = &search->fronts[fact->node];
    if (front->is_fifo || fact->delivery != 1)
        return;
    if (!front->has_received || fact->seq > front->seq) {
        *front = (struct search_front){false, true, fact->seq, fact->root, fact->at_ns};
        return;
    }
    find(search, fact);
    text_add(&search->why, "That is the inversion: ");
    story_name_message(&search->why, search->names, front->root);
    text_add(&search->why, ", which entered the queue after it, was received ");
    if (front->at_ns == fact->at_ns)
        text_add(&search->why, "before it in the same call");
    else
        story_add_time(&search->why, "at ", front->at_ns);
    text_add(&search->why, ".\n");
}

static void judge_effect(struct search *search, const struct fact *fact)
{
    const struct search_effect_before *before = search_effect_hear(&search->effects, fact);
    if (before == NULL)
        return;
    find(search, fact);
    story_add_time(&search->why, "That is the double effect: it happened at ", fact->at_ns);
    story_add_time(&search->why, ", and had happened before at ", before->at_ns);
    if (before->root != fact->root) {
        text_add(&search->why, ", for ");
        story_name_message(&search->why, search->names, before->root);
        text_add(&search->why, ", which has the same business key");
    }
    text_add(&search->why, ".\n");
}

/* --- receives that return nothing --- */

static struct search_view *view_of(struct search *search, uint32_t slot)
{
    if (slot >= search->view_count) {
        const size_t count = 2 * (size_t)slot + 64;
        search->views = must_grow(search->views, count * sizeof *search->views);
        for (size_t i = search->view_count; i < count; i++)
            search->views[i] = (struct search_view){.state = GONE};
        search->view_count = count;
    }
    return &search->views[slot];
}

static void enter(struct search *search, const struct fact *fact, uint16_t queue,
                  int64_t visible_ns)
{
    struct search_view *view = view_of(search, fact->message);
    *view = (struct search_view){.root = fact->root,
                                 .until_ns = visible_ns,
                                 .group = fact->group,
                                 .queue = queue,
                                 .state = visible_ns > fact->at_ns ? DELAYED : VISIBLE};
}

static void watch(struct search *search, const struct fact *fact)
{
    switch ((enum probe_kind)fact->kind) {
    case PROBE_ACCEPTED:
    case PROBE_MOVED:
        enter(search, fact, fact->kind == PROBE_MOVED ? fact->peer : fact->node, fact->other);
        break;
    case PROBE_DEAD_LETTERED:
        enter(search, fact, fact->peer, fact->at_ns);
        break;
    case PROBE_PRELOADED:
    case PROBE_RESURRECTED:
        enter(search, fact, fact->node, fact->at_ns);
        break;
    case PROBE_DELAYED_OVER:
    case PROBE_HIDDEN_OVER:
    case PROBE_COPIED:
        view_of(search, fact->message)->state = VISIBLE;
        break;
    case PROBE_DELIVERED:
    case PROBE_EXTENDED:
        view_of(search, fact->message)->state = HIDDEN;
        view_of(search, fact->message)->until_ns = fact->value;
        break;
    case PROBE_DELETED:
    case PROBE_RETENTION_OVER:
        view_of(search, fact->message)->state = GONE;
        break;
    case PROBE_PURGED:
        if (fact->message != UINT32_MAX)
            view_of(search, fact->message)->state = GONE;
        break;
    default:
        break;
    }
}

struct census {
    size_t count[HIDDEN + 1];
    const struct search_view *first[HIDDEN + 1]; /* whose time is over first */
};

static struct census count_views(const struct search *search, uint16_t queue)
{
    struct census census = {.count = {0}};
    for (size_t i = 0; i < search->view_count; i++) {
        const struct search_view *view = &search->views[i];
        if (view->state == GONE || view->queue != queue)
            continue;
        const struct search_view **first = &census.first[view->state];
        census.count[view->state]++;
        if (*first == NULL || view->until_ns < (*first)->until_ns)
            *first = view;
    }
    return census;
}

/* The message that holds the group of one that waits. */
static const struct search_view *lock_of(const struct search *search,
                                         const struct search_view *waiting)
{
    for (size_t i = 0; i < search->view_count; i++) {
        const struct search_view *view = &search->views[i];
        if (view->state == HIDDEN && view->queue == waiting->queue && view->group == waiting->group)
            return view;
    }
    return NULL;
}

enum { LOCKS_SAID = 4 };

/* Each locked group once: it is said at the first of its messages. */
static void say_locks(struct search *search, uint16_t queue)
{
    size_t said = 0;
    uint32_t groups[LOCKS_SAID];
    for (size_t i = 0; i < search->view_count && said < LOCKS_SAID; i++) {
        const struct search_view *view = &search->views[i];
        const struct search_view *lock =
            view->state == VISIBLE && view->queue == queue ? lock_of(search, view) : NULL;
        size_t before = 0;
        while (before < said && groups[before] != view->group)
            before++;
        if (lock == NULL || before < said)
            continue;
        groups[said++] = view->group;
        text_printf(&search->why, "Group %" PRIu32 " is locked by ", view->group);
        story_name_message(&search->why, search->names, lock->root);
        story_add_time(&search->why, ", which is in flight until ", lock->until_ns);
        text_add(&search->why, " at most.\n");
    }
}

static void say_wait(struct search *search, size_t count, const char *is, const char *until,
                     const struct search_view *first)
{
    if (count == 0)
        return;
    text_printf(&search->why, "%zu message%s %s there%s; the first, ", count,
                count == 1 ? " is" : "s are", is, until);
    story_name_message(&search->why, search->names, first->root);
    story_add_time(&search->why, ", until ", first->until_ns);
    text_add(&search->why, ".\n");
}

static void say_empty(struct search *search, const struct fact *fact, const struct census *census)
{
    struct text *why = &search->why;
    story_add_time(why, "At ", fact->at_ns);
    text_printf(why, " %s received nothing from %s", trace_name(search->names, fact->peer),
                trace_name(search->names, fact->node));
    if (fact->value > 0)
        story_add_time(why, ", for which it had waited ", fact->value);
    text_add(why, ".\n");
    const size_t visible = census->count[VISIBLE];
    if (visible + census->count[HIDDEN] + census->count[DELAYED] == 0)
        text_add(why, "The queue was empty.\n");
    if (visible > 0)
        text_printf(why, "%zu message%s there%s.\n", visible, visible == 1 ? " waits" : "s wait",
                    search->fronts[fact->node].is_fifo
                        ? ", but none that may be received"
                        : ", but not on the servers that a short poll asked");
    if (search->fronts[fact->node].is_fifo)
        say_locks(search, fact->node);
    if (visible == 0 || !search->fronts[fact->node].is_fifo)
        say_wait(search, census->count[HIDDEN], "in flight", " with other workers",
                 census->first[HIDDEN]);
    say_wait(search, census->count[DELAYED], "delayed", "", census->first[DELAYED]);
}

static void judge_empty(struct search *search, const struct fact *fact)
{
    search->empties++;
    if (search->number > 0 && search->empties < search->number)
        return;
    const struct census census = count_views(search, fact->node);
    if (search->number == 0 &&
        census.count[VISIBLE] + census.count[HIDDEN] + census.count[DELAYED] == 0)
        return;
    find(search, fact);
    say_empty(search, fact, &census);
}

/* --- all --- */

static void learn(struct search *search, const struct fact *fact)
{
    if (fact->kind == PROBE_QUEUE_CHANGED && fact->n == QUEUE_FACT_FIFO &&
        fact->node < search->names->count)
        search->fronts[fact->node].is_fifo = fact->value == 1;
}

void search_hear(void *context, const struct fact *fact)
{
    struct search *search = context;
    const enum probe_kind kind = (enum probe_kind)fact->kind;
    if (search->is_found)
        return;
    learn(search, fact);
    switch (search->what) {
    case SEARCH_DUPLICATE:
        if (kind == PROBE_DELIVERED && fact->delivery > 1)
            find(search, fact);
        break;
    case SEARCH_LOST:
        if (kind == PROBE_RETENTION_OVER)
            find(search, fact);
        break;
    case SEARCH_DEAD_LETTERED:
        if (kind == PROBE_DEAD_LETTERED)
            find(search, fact);
        break;
    case SEARCH_INVERSION:
        if (kind == PROBE_DELIVERED)
            judge_order(search, fact);
        break;
    case SEARCH_EMPTY_RECEIVE:
        watch(search, fact);
        if (kind == PROBE_EMPTY)
            judge_empty(search, fact);
        break;
    case SEARCH_DOUBLE_EFFECT:
        judge_effect(search, fact);
        break;
    case SEARCH_NUMBER:
        if (has_number(search, fact))
            find(search, fact);
        break;
    }
}
