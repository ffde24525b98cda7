// SPDX-License-Identifier: GPL-3.0-or-later
/* A ring of attempts, which leave it from the front once their time is over.  A long poll is
 * remembered later than it was called, so the front may hide some that are over for as long as a
 * poll waits; a look-up asks each for its own time. */
#include "model/attempt.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/must.h"
#include "base/units.h"

#ifdef STRESS
enum { FIRST_CAPACITY = 1 };
#else
enum { FIRST_CAPACITY = 16 };
#endif

/* RCV-12: from the original call. */
#define VALID_NS (5 * MINUTE)

void attempts_init(struct attempts *attempts)
{
    *attempts = (struct attempts){.ring = NULL};
}

static struct attempt *at(const struct attempts *attempts, uint64_t number)
{
    return &attempts->ring[number & (attempts->capacity - 1)];
}

void attempts_free(struct attempts *attempts)
{
    for (uint64_t i = attempts->first; i < attempts->next; i++)
        free(at(attempts, i)->given);
    free(attempts->ring);
    if (attempts->places != NULL)
        map_free(attempts->places);
    attempts_init(attempts);
}

static bool is_over(const struct attempt *attempt, int64_t now_ns)
{
    return now_ns - attempt->called_ns >= VALID_NS;
}

static void drop_expired(struct attempts *attempts, int64_t now_ns)
{
    for (; attempts->first < attempts->next; attempts->first++) {
        struct attempt *attempt = at(attempts, attempts->first);
        if (attempt->given != NULL) {
            if (!is_over(attempt, now_ns))
                return;
            map_remove(attempts->places, attempt->id);
            free(attempt->given);
        }
    }
}

static struct attempt *find(const struct attempts *attempts, uint64_t id)
{
    uint32_t place;
    if (attempts->places == NULL || !map_get(attempts->places, id, &place))
        return NULL;
    return at(attempts, place);
}

static void grow(struct attempts *attempts)
{
    struct attempts old = *attempts;
    MUST(old.capacity < UINT32_C(1) << 30);
    attempts->capacity = old.capacity > 0 ? 2 * old.capacity : FIRST_CAPACITY;
    attempts->ring = must_alloc(sizeof *attempts->ring * attempts->capacity);
    for (uint64_t i = old.first; i < old.next; i++)
        *at(attempts, i) = *at(&old, i);
    free(old.ring);
}

void attempts_remember(struct attempts *attempts, uint64_t id, const struct delivery *given,
                       uint32_t count, int64_t called_ns)
{
    MUST(count > 0);
    drop_expired(attempts, called_ns);
    struct attempt *former = find(attempts, id);
    if (former != NULL) {
        free(former->given);
        former->given = NULL;
    }
    if (attempts->places == NULL)
        attempts->places = map_new();
    if (attempts->next - attempts->first == attempts->capacity)
        grow(attempts);
    struct delivery *copy = must_alloc(sizeof *copy * count);
    memcpy(copy, given, sizeof *copy * count);
    map_put(attempts->places, id, (uint32_t)attempts->next);
    *at(attempts, attempts->next++) =
        (struct attempt){.id = id, .called_ns = called_ns, .given = copy, .count = count};
}

const struct attempt *attempts_find(struct attempts *attempts, uint64_t id, int64_t now_ns)
{
    drop_expired(attempts, now_ns);
    const struct attempt *attempt = find(attempts, id);
    return attempt == NULL || is_over(attempt, now_ns) ? NULL : attempt;
}
