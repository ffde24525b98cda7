// SPDX-License-Identifier: GPL-3.0-or-later
/* A sentence for what a reader would call one event: a receive with the beginning of its work, the
 * end of a work with its delete.  Facts that a sentence has told already are marked. */
#include "experiment/story.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "base/must.h"
#include "core/node.h"
#include "experiment/story_calls.h"

/* What is known of the message in one slot: a publication lies in several queues at a time. */
struct stay {
    uint32_t slot;
    bool is_here;        /* in a queue */
    uint16_t queue;      /* in which it was last */
    uint32_t newest;     /* receive */
    int64_t deadline_ns; /* of the newest receive */
    size_t ended_well;   /* works */
};

enum { STAYS = 64 };

struct telling {
    const struct trace *life;
    const struct trace_names *names;
    struct text line;
    bool *is_told;     /* by fact */
    bool names_queues; /* there are several */
    bool is_named;     /* the message was introduced */
    size_t stay_count;
    struct stay stays[STAYS]; /* the last is of all that have no room */
};

/* --- words --- */

static const char *name(const struct telling *telling, uint16_t node)
{
    return trace_name(telling->names, node);
}

/* "At 2.5 s" */
static void begin(struct telling *telling, const struct fact *fact)
{
    story_add_time(&telling->line, "At ", fact->at_ns);
    text_add(&telling->line, " ");
}

static void add_it(struct telling *telling, const struct fact *fact)
{
    if (telling->is_named)
        text_add(&telling->line, "it");
    else
        text_printf(&telling->line, "message %" PRIu64, probe_root_number(fact->root));
    telling->is_named = true;
}

static void add_worker(struct telling *telling, const struct fact *work)
{
    text_printf(&telling->line, "%s #%" PRIu32, name(telling, work->node), work->bytes + 1);
}

static struct stay *stay_of(struct telling *telling, const struct fact *fact)
{
    size_t i = 0;
    while (i < telling->stay_count && telling->stays[i].slot != fact->message)
        i++;
    if (i == STAYS)
        return &telling->stays[STAYS - 1];
    if (i == telling->stay_count)
        telling->stays[telling->stay_count++] = (struct stay){.slot = fact->message};
    return &telling->stays[i];
}

/* --- looking ahead and back --- */

/* The next fact of one of two kinds about the same receive; NULL. */
static const struct fact *next_of(const struct telling *telling, const struct fact *from,
                                  enum probe_kind kind, uint32_t delivery)
{
    const struct fact *end = telling->life->facts + telling->life->count;
    for (const struct fact *fact = from + 1; fact < end; fact++) {
        if (fact->kind == kind && fact->message == from->message && fact->delivery == delivery)
            return fact;
        if (fact->kind == PROBE_MOVED && fact->message == from->message)
            return NULL; /* MOVE-7: from here on receives count from 1 again */
    }
    return NULL;
}

/* The same, if at the same time; it is told with this. */
static const struct fact *take(struct telling *telling, const struct fact *from,
                               enum probe_kind kind, uint32_t delivery)
{
    const struct fact *fact = next_of(telling, from, kind, delivery);
    if (fact == NULL || fact->at_ns != from->at_ns || telling->is_told[fact - telling->life->facts])
        return NULL;
    telling->is_told[fact - telling->life->facts] = true;
    return fact;
}

static bool is_end_of(const struct fact *fact, const struct fact *work)
{
    return (fact->kind == PROBE_SUCCEEDED || fact->kind == PROBE_FAILED ||
            fact->kind == PROBE_ABANDONED || fact->kind == PROBE_SKIPPED) &&
           fact->message == work->message && fact->delivery == work->delivery &&
           fact->node == work->node;
}

/* A work that has begun before this fact and not ended; NULL. */
static const struct fact *open_work(const struct telling *telling, const struct fact *now)
{
    for (const struct fact *work = now; work-- > telling->life->facts;) {
        const struct fact *fact = work + 1;
        if (work->kind != PROBE_STARTED || work->message != now->message)
            continue;
        while (fact < now && !is_end_of(fact, work))
            fact++;
        if (fact == now)
            return work;
    }
    return NULL;
}

/* --- receives and work --- */

static void add_receive(struct telling *telling, const struct fact *fact)
{
    const struct fact *work = next_of(telling, fact, PROBE_STARTED, fact->delivery);
    struct stay *stay = stay_of(telling, fact);
    const bool is_busy = open_work(telling, fact) != NULL || stay->ended_well > 0;
    if (work != NULL && work->node == fact->peer)
        add_worker(telling, work);
    else
        text_add(&telling->line, name(telling, fact->peer));
    text_add(&telling->line, " received ");
    add_it(telling, fact);
    if (telling->names_queues)
        text_printf(&telling->line, " from %s", name(telling, fact->node));
    if (fact->delivery > 1)
        text_printf(&telling->line, " again (receive %" PRIu32 "%s)", fact->delivery,
                    is_busy ? ", the duplicate" : "");
    story_add_time(&telling->line, ", hidden from others until ", fact->value);
    work = take(telling, fact, PROBE_STARTED, fact->delivery);
    if (work != NULL && work->value > 0)
        story_add_time(&telling->line, ", and began work of ", work->value);
    text_add(&telling->line, ".");
    stay->newest = fact->delivery;
    stay->deadline_ns = fact->value;
}

static void tell_delivered(struct telling *telling, const struct fact *fact)
{
    begin(telling, fact);
    add_receive(telling, fact);
}

/* What becomes visible is often received in the same moment. */
static void tell_hidden_over(struct telling *telling, const struct fact *fact)
{
    const struct fact *work = open_work(telling, fact);
    const struct stay *stay = stay_of(telling, fact);
    begin(telling, fact);
    text_add(&telling->line, fact->at_ns < stay->deadline_ns ? "it was made visible again"
                                                             : "its visibility timeout ran out");
    if (work != NULL) {
        text_add(&telling->line, " while ");
        add_worker(telling, work);
        text_add(&telling->line, " was still at work on it");
    } else if (next_of(telling, fact, PROBE_STARTED, stay->newest) != NULL) {
        text_add(&telling->line, " before its worker had come to it");
    }
    const struct fact *again = take(telling, fact, PROBE_DELIVERED, fact->delivery + 1);
    if (again == NULL) {
        text_add(&telling->line,
                 fact->at_ns < stay->deadline_ns ? "." : ", and it was visible again.");
        return;
    }
    text_add(&telling->line, ", and at once ");
    add_receive(telling, again);
}

static void add_vain_delete(struct telling *telling, const struct fact *fact)
{
    const struct stay *stay = stay_of(telling, fact);
    if (fact->kind == PROBE_DELETE_REFUSED)
        text_printf(&telling->line,
                    "its delete was refused, as a FIFO queue takes no handle that has expired");
    else if (!stay->is_here)
        text_add(&telling->line, "its delete changed nothing, as the message was gone");
    else
        text_printf(&telling->line,
                    "its delete changed nothing, as receive %" PRIu32 " has the newer handle",
                    stay->newest);
}

static void tell_finished(struct telling *telling, const struct fact *fact)
{
    const struct fact *gone = take(telling, fact, PROBE_DELETED, fact->delivery);
    const struct fact *vain = take(telling, fact, PROBE_DELETE_IGNORED, fact->delivery);
    vain = vain != NULL ? vain : take(telling, fact, PROBE_DELETE_REFUSED, fact->delivery);
    stay_of(telling, fact)->ended_well++;
    if (fact->value == 0 && gone == NULL && vain == NULL)
        return;
    begin(telling, fact);
    add_worker(telling, fact);
    text_printf(&telling->line, "%s%s", fact->value > 0 ? " finished its work" : "",
                gone != NULL && fact->value > 0 ? " and" : "");
    if (gone != NULL) {
        text_add(&telling->line, " deleted it");
        stay_of(telling, fact)->is_here = false;
    }
    if (vain != NULL) {
        text_add(&telling->line, fact->value > 0 ? "; " : ": ");
        add_vain_delete(telling, vain);
    }
    text_add(&telling->line, ".");
}

static void tell_failed(struct telling *telling, const struct fact *fact)
{
    const uint16_t culprit =
        fact->kind == PROBE_FAILED ? story_calls_culprit(telling->life, fact) : NODE_NONE;
    begin(telling, fact);
    add_worker(telling, fact);
    text_add(&telling->line, fact->kind == PROBE_FAILED    ? " failed at its work on it"
                             : fact->kind == PROBE_SKIPPED ? " gave it back unworked"
                                                           : " crashed with it in its hands");
    if (culprit != NODE_NONE)
        text_printf(&telling->line, ", as %s had not done its part", name(telling, culprit));
    text_add(&telling->line, ".");
}

static void tell_delete(struct telling *telling, const struct fact *fact)
{
    begin(telling, fact);
    text_add(&telling->line, name(telling, fact->peer));
    if (fact->kind == PROBE_DELETED) {
        text_add(&telling->line, " deleted it");
        stay_of(telling, fact)->is_here = false;
    } else {
        text_add(&telling->line, ": ");
        add_vain_delete(telling, fact);
    }
    text_add(&telling->line, ".");
}

static void tell_started(struct telling *telling, const struct fact *fact)
{
    if (fact->value == 0)
        return;
    begin(telling, fact);
    add_worker(telling, fact);
    story_add_time(&telling->line, " began work on it, of ", fact->value);
    text_add(&telling->line, ".");
}

/* --- at a queue --- */

static void tell_accepted(struct telling *telling, const struct fact *fact)
{
    begin(telling, fact);
    text_printf(&telling->line, "%s sent ", name(telling, fact->peer));
    add_it(telling, fact);
    text_printf(&telling->line, " to %s", name(telling, fact->node));
    if (fact->other > fact->at_ns)
        story_add_time(&telling->line, ", where a delay hid it until ", fact->other);
    else
        text_add(&telling->line, ", where it was visible at once");
    text_add(&telling->line, ".");
    stay_of(telling, fact)->is_here = true;
    stay_of(telling, fact)->queue = fact->node;
}

static void tell_deduplicated(struct telling *telling, const struct fact *fact)
{
    begin(telling, fact);
    text_printf(&telling->line, "%s sent ", name(telling, fact->peer));
    add_it(telling, fact);
    text_printf(&telling->line, " to %s, which accepted but did not %s it",
                name(telling, fact->node), fact->kind == PROBE_DEDUPED ? "store" : "deliver");
    story_add_time(&telling->line, ": it had the same deduplication id since ", fact->other);
    text_add(&telling->line, ".");
}

static void tell_preloaded(struct telling *telling, const struct fact *fact)
{
    text_printf(&telling->line, "Message %" PRIu64 " waited in %s from the beginning.",
                probe_root_number(fact->root), name(telling, fact->node));
    telling->is_named = stay_of(telling, fact)->is_here = true;
    stay_of(telling, fact)->queue = fact->node;
}

static void tell_extended(struct telling *telling, const struct fact *fact)
{
    stay_of(telling, fact)->deadline_ns = fact->value;
    if (fact->value <= fact->at_ns) {
        stay_of(telling, fact)->deadline_ns = INT64_MAX;
        return;
    }
    begin(telling, fact);
    story_add_time(&telling->line, "its visibility timeout was changed to end at ", fact->value);
    text_add(&telling->line, ".");
}

static void tell_retention_over(struct telling *telling, const struct fact *fact)
{
    begin(telling, fact);
    story_add_time(&telling->line, "its retention period ended, which counts from ", fact->value);
    text_add(&telling->line, ": nobody had deleted it, and it is lost.");
    stay_of(telling, fact)->is_here = false;
}

static void tell_dead_lettered(struct telling *telling, const struct fact *fact)
{
    begin(telling, fact);
    text_printf(&telling->line,
                "it was to be received once more, but after %" PRIu32 " receive%s (maxReceiveCount "
                "%" PRId64 ") %s moved it to the dead-letter queue %s.",
                fact->delivery, fact->delivery == 1 ? "" : "s", fact->value,
                name(telling, fact->node), name(telling, fact->peer));
    stay_of(telling, fact)->queue = fact->peer;
}

static void tell_moved(struct telling *telling, const struct fact *fact)
{
    begin(telling, fact);
    text_printf(&telling->line, "a move task moved it from %s to %s.", name(telling, fact->node),
                name(telling, fact->peer));
    stay_of(telling, fact)->queue = fact->peer;
}

/* --- topics, functions, pipelines --- */

static void tell_published(struct telling *telling, const struct fact *fact)
{
    begin(telling, fact);
    text_printf(&telling->line, "%s published ", name(telling, fact->peer));
    add_it(telling, fact);
    text_printf(&telling->line, " to %s, for %" PRId64 " subscription%s.",
                name(telling, fact->node), fact->value, fact->value == 1 ? "" : "s");
}

/* What a queue stored is told there. */
static void tell_notified(struct telling *telling, const struct fact *fact)
{
    if (fact->message != UINT32_MAX)
        return;
    begin(telling, fact);
    text_printf(&telling->line, "%s delivered it to %s.", name(telling, fact->node),
                name(telling, fact->peer));
}

static void tell_forwarded(struct telling *telling, const struct fact *fact)
{
    begin(telling, fact);
    text_printf(&telling->line, "%s sent it on to %s", name(telling, fact->node),
                name(telling, fact->peer));
    if ((uint64_t)fact->value != fact->root) {
        text_add(&telling->line, ", as ");
        story_name_message(&telling->line, telling->names, (uint64_t)fact->value);
    }
    text_add(&telling->line, ".");
}

/* Whatever has a plain sentence: "At 3 s <node> <words> [<peer>]." */
static void tell_plain(struct telling *telling, const struct fact *fact, const char *words,
                       bool has_peer)
{
    begin(telling, fact);
    text_printf(&telling->line, "%s %s%s%s.", name(telling, fact->node), words, has_peer ? " " : "",
                has_peer ? name(telling, fact->peer) : "");
}

static void tell_rest(struct telling *telling, const struct fact *fact)
{
    bool has_peer;
    const char *words = story_words((enum probe_kind)fact->kind, &has_peer);
    if (story_calls_tell(&telling->line, telling->life, telling->names, fact, telling->is_named)) {
        telling->is_named = telling->is_named || telling->line.length > 0;
        return;
    }
    if (words == NULL)
        return;
    if (fact->kind == PROBE_PURGED || fact->kind == PROBE_RESURRECTED)
        stay_of(telling, fact)->is_here = fact->kind == PROBE_RESURRECTED;
    tell_plain(telling, fact, words, has_peer);
}

static void tell(struct telling *telling, const struct fact *fact)
{
    static void (*const tells[PROBE_KIND_COUNT])(struct telling *, const struct fact *) = {
        [PROBE_ACCEPTED] = tell_accepted,
        [PROBE_DEDUPED] = tell_deduplicated,
        [PROBE_PUBLISH_DEDUPED] = tell_deduplicated,
        [PROBE_PRELOADED] = tell_preloaded,
        [PROBE_DELIVERED] = tell_delivered,
        [PROBE_EXTENDED] = tell_extended,
        [PROBE_HIDDEN_OVER] = tell_hidden_over,
        [PROBE_STARTED] = tell_started,
        [PROBE_SUCCEEDED] = tell_finished,
        [PROBE_FAILED] = tell_failed,
        [PROBE_SKIPPED] = tell_failed,
        [PROBE_ABANDONED] = tell_failed,
        [PROBE_DELETED] = tell_delete,
        [PROBE_DELETE_IGNORED] = tell_delete,
        [PROBE_DELETE_REFUSED] = tell_delete,
        [PROBE_RETENTION_OVER] = tell_retention_over,
        [PROBE_DEAD_LETTERED] = tell_dead_lettered,
        [PROBE_MOVED] = tell_moved,
        [PROBE_PUBLISHED] = tell_published,
        [PROBE_NOTIFIED] = tell_notified,
        [PROBE_FORWARDED] = tell_forwarded,
    };
    if (tells[fact->kind] != NULL)
        tells[fact->kind](telling, fact);
    else
        tell_rest(telling, fact);
}

/* --- all of it --- */

static void add_sentence(struct story *story, const struct text *line)
{
    if (line->length > 0)
        story->sentences[story->count++] = arena_copy_text(&story->arena, text_of(line));
}

static bool touches_several_queues(const struct trace *life)
{
    const struct fact *first = NULL;
    for (size_t i = 0; i < life->count; i++) {
        const struct fact *fact = &life->facts[i];
        if (fact->kind != PROBE_DELIVERED)
            continue;
        first = first != NULL ? first : fact;
        if (fact->node != first->node)
            return true;
    }
    return false;
}

/* Keeps the beginning and the end. */
static void shorten(struct story *story, size_t most)
{
    const size_t last = 3, first = most - last - 1;
    if (most <= last || story->count <= most)
        return;
    const size_t left_out = story->count - first - last;
    story->sentences[first] =
        arena_printf(&story->arena, "(%zu sentences more of this kind: see --verbose.)", left_out);
    memmove(&story->sentences[first + 1], &story->sentences[story->count - last],
            last * sizeof *story->sentences);
    story->count = most;
}

void story_init(struct story *story, const struct trace *life, const struct trace_names *names,
                size_t most)
{
    struct telling telling = {
        .life = life, .names = names, .names_queues = touches_several_queues(life)};
    *story = (struct story){.count = 0};
    arena_init(&story->arena);
    story->sentences = arena_alloc(&story->arena, (life->count + STAYS) * sizeof *story->sentences);
    telling.is_told = must_alloc(life->count + 1);
    memset(telling.is_told, 0, life->count + 1);
    for (size_t i = 0; i < life->count; i++) {
        text_clear(&telling.line);
        if (!telling.is_told[i])
            tell(&telling, &life->facts[i]);
        add_sentence(story, &telling.line);
    }
    for (size_t i = 0; i < telling.stay_count; i++) {
        text_clear(&telling.line);
        if (telling.stays[i].is_here)
            text_printf(&telling.line, "When the run ended it was still in %s.",
                        name(&telling, telling.stays[i].queue));
        add_sentence(story, &telling.line);
    }
    if (most > 0)
        shorten(story, most);
    text_free(&telling.line);
    free(telling.is_told);
}

void story_free(struct story *story)
{
    arena_free(&story->arena);
}
