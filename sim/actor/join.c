// SPDX-License-Identifier: GPL-3.0-or-later
/* Joins by root, in a chained hash table that is never iterated.  What is known of a join is small
 * and stays for a day; what is needed while it is open is larger and used again. */
#include "actor/join.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/must.h"
#include "base/units.h"
#include "actor/optional.h"

enum { FIRST_PLACES = 64 };

/* How long the end of a join is remembered. */
#define MEMORY_NS DAY

/* The path of no part. */
#define NO_PATH UINT64_MAX

struct join_known {
    uint64_t root;
    uint64_t last_path; /* of the part that ended the join */
    int64_t done_ns;
    struct join_open *open;        /* NULL: it has ended */
    struct join_known *next;       /* in its place, or free */
    struct join_known *done_later; /* in order of ends */
    struct join_known *next_made;
};

struct join_open {
    struct event over; /* the time-out */
    struct forward forward;
    struct join *join;
    struct join_known *known;
    struct join_open *next, *next_made;
    struct delivery latest; /* part */
    int64_t begun_ns;
    uint32_t count;
    uint64_t paths[]; /* of the parts that have come */
};

#define JOIN(member) offsetof(struct join_cfg, member)

// clang-format off
const struct param join_rows[] = {
    { "of", &param_int, JOIN(of), "0", 0, 10000, NULL, NULL, 0, NULL,
      "How many messages of one root are joined; 0: none." },
    { "timeout", &optional_duration_param, JOIN(timeout_ns), "null", 0, 1e9, NULL, NULL, 0, NULL,
      "How long after the first part it goes on with what has come; by default it waits for all." },
    PARAM_END
};
// clang-format on

static void say(const struct join *join, enum probe_kind kind, const struct delivery *d,
                uint32_t count, int64_t value, int64_t now_ns)
{
    const struct fact fact = {.at_ns = now_ns,
                              .kind = (uint16_t)kind,
                              .node = join->actor->node.id,
                              .peer = join->actor->kind->reads(join->actor->cfg),
                              .n = (uint16_t)count,
                              .message = d->slot,
                              .delivery = probe_branch(d->path),
                              .group = d->group,
                              .bytes = d->bytes,
                              .root = d->root,
                              .seq = d->seq,
                              .value = value};
    probe_emit(join->actor->world->probe, &fact);
}

/* --- the table --- */

static size_t place_of(const struct join *join, uint64_t root)
{
    return (size_t)rng_mix(root) & (join->place_count - 1);
}

static struct join_known *find(const struct join *join, uint64_t root)
{
    struct join_known *known = join->places[place_of(join, root)];
    while (known != NULL && known->root != root)
        known = known->next;
    return known;
}

static void clear_places(struct join *join)
{
    for (size_t i = 0; i < join->place_count; i++)
        join->places[i] = NULL;
}

static void put(struct join *join, struct join_known *known)
{
    struct join_known **place = &join->places[place_of(join, known->root)];
    known->next = *place;
    *place = known;
}

/* All that is known stands in the old places. */
static void double_places(struct join *join)
{
    struct join_known **old = join->places;
    const size_t old_count = join->place_count;
    join->place_count *= 2;
    join->places = must_alloc(join->place_count * sizeof(struct join_known *));
    clear_places(join);
    for (size_t i = 0; i < old_count; i++) {
        for (struct join_known *known = old[i], *next; known != NULL; known = next) {
            next = known->next;
            put(join, known);
        }
    }
    free(old);
}

static void remove_known(struct join *join, struct join_known *known)
{
    struct join_known **at = &join->places[place_of(join, known->root)];
    while (*at != known)
        at = &(*at)->next;
    *at = known->next;
    known->next = join->free_known;
    join->free_known = known;
    join->known_count--;
}

static void forget_old(struct join *join, int64_t now_ns)
{
    while (join->done_first != NULL && join->done_first->done_ns < now_ns - MEMORY_NS) {
        struct join_known *known = join->done_first;
        join->done_first = known->done_later;
        if (join->done_first == NULL)
            join->done_last = NULL;
        remove_known(join, known);
    }
}

static struct join_known *add_known(struct join *join, uint64_t root)
{
    struct join_known *known = join->free_known;
    if (join->known_count == join->place_count)
        double_places(join);
    if (known != NULL) {
        join->free_known = known->next;
    } else {
        known = arena_alloc(join->actor->world->arena, sizeof *known);
        known->next_made = join->made_known;
        join->made_known = known;
    }
    known->root = root;
    known->last_path = NO_PATH;
    known->done_later = NULL;
    put(join, known);
    join->known_count++;
    return known;
}

/* --- open joins --- */

static void on_timeout(struct event *event, int64_t now_ns);
static void on_forwarded(struct forward *forward, int64_t now_ns);

static struct join_open *take_open(struct join *join)
{
    struct join_open *open = join->free_open;
    if (open != NULL) {
        join->free_open = open->next;
    } else {
        const size_t paths = (size_t)join->cfg->of * sizeof open->paths[0];
        open = arena_alloc(join->actor->world->arena, sizeof *open + paths);
        open->join = join;
        open->over.on_due = on_timeout;
        open->forward = (struct forward){
            .forwarder = join->forwarder, .on_over = on_forwarded, .is_final = true};
        open->next_made = join->made_open;
        join->made_open = open;
    }
    open->count = 0;
    return open;
}

static void give_back(struct join_open *open)
{
    open->next = open->join->free_open;
    open->join->free_open = open;
}

static void hold(const struct join *join, bool holds)
{
    const struct actor_world *world = join->actor->world;
    if (!world->drain || join->cfg->timeout_ns < 0)
        return;
    if (holds)
        engine_hold(world->engine);
    else
        engine_release(world->engine);
}

static struct join_open *begin(struct join *join, const struct delivery *d, int64_t now_ns)
{
    struct join_known *known = add_known(join, d->root);
    struct join_open *open = known->open = take_open(join);
    open->known = known;
    open->begun_ns = now_ns;
    say(join, PROBE_JOIN_BEGUN, d, 0, join->cfg->of, now_ns);
    if (join->cfg->timeout_ns >= 0)
        engine_at(join->actor->world->engine, &open->over, now_ns + join->cfg->timeout_ns);
    hold(join, true);
    return open;
}

/* The join is over, ended by the part with that path. */
static void end(struct join_open *open, uint64_t last_path, int64_t now_ns)
{
    struct join *join = open->join;
    struct join_known *known = open->known;
    known->open = NULL;
    known->last_path = last_path;
    known->done_ns = now_ns;
    if (join->done_last != NULL)
        join->done_last->done_later = known;
    else
        join->done_first = known;
    join->done_last = known;
    engine_cancel(join->actor->world->engine, &open->over);
}

static void over(struct join_open *open)
{
    hold(open->join, false);
    give_back(open);
}

static void on_forwarded(struct forward *forward, int64_t now_ns)
{
    (void)now_ns;
    over(EVENT_OWNER(forward, struct join_open, forward));
}

/* It goes on without those that have not come; nobody is left who could try again. */
static void on_timeout(struct event *event, int64_t now_ns)
{
    struct join_open *open = EVENT_OWNER(event, struct join_open, over);
    struct join *join = open->join;
    if (join->forwarder != NULL)
        forward_prepare(&open->forward, &open->latest, true, now_ns);
    say(join, PROBE_JOIN_TIMED_OUT, &open->latest, open->count, now_ns - open->begun_ns, now_ns);
    end(open, NO_PATH, now_ns);
    if (join->forwarder == NULL || forward_send(&open->forward, now_ns) != FORWARD_WAITS)
        over(open);
}

/* --- parts --- */

static bool has_come(const struct join_open *open, uint64_t path)
{
    for (uint32_t i = 0; i < open->count; i++) {
        if (open->paths[i] == path)
            return true;
    }
    return false;
}

static enum join_part drop(const struct join *join, const struct delivery *d, bool is_repeated,
                           int64_t now_ns)
{
    say(join, PROBE_JOIN_DROPPED, d, 0, is_repeated, now_ns);
    return JOIN_IS_DROPPED;
}

enum join_part join_add(struct join *join, const struct delivery *d, int64_t now_ns)
{
    forget_old(join, now_ns);
    const struct join_known *known = find(join, d->root);
    if (known != NULL && known->open == NULL)
        return known->last_path == d->path ? JOIN_GOES_ON : drop(join, d, false, now_ns);
    struct join_open *open = known != NULL ? known->open : begin(join, d, now_ns);
    if (has_come(open, d->path))
        return drop(join, d, true, now_ns);
    open->paths[open->count++] = d->path;
    open->latest = *d;
    if (open->count < join->cfg->of)
        return JOIN_WAITS;
    say(join, PROBE_JOINED, d, open->count, now_ns - open->begun_ns, now_ns);
    end(open, d->path, now_ns);
    over(open);
    return JOIN_GOES_ON;
}

/* --- the join --- */

void join_init(struct join *join, const struct join_cfg *cfg, struct actor *actor,
               struct forwarder *forwarder)
{
    *join = (struct join){
        .cfg = cfg, .actor = actor, .forwarder = forwarder, .place_count = FIRST_PLACES};
    join->places = must_alloc(join->place_count * sizeof(struct join_known *));
    clear_places(join);
}

void join_free(struct join *join)
{
    free(join->places);
}

void join_start(struct join *join)
{
    clear_places(join);
    join->known_count = 0;
    join->done_first = join->done_last = NULL;
    join->free_known = NULL;
    for (struct join_known *known = join->made_known; known != NULL; known = known->next_made) {
        known->next = join->free_known;
        join->free_known = known;
    }
    join->free_open = NULL;
    for (struct join_open *open = join->made_open; open != NULL; open = open->next_made) {
        open->over.next = NULL;
        open->forward.legs = NULL;
        give_back(open);
    }
}
