// SPDX-License-Identifier: GPL-3.0-or-later
/* Deduplication at a FIFO queue (FIFO-1): a producer's retry repeats the deduplication id, so that
 * the same root accepted twice from its producer within 300 s was not recognised; and what was
 * dropped as a repetition must be one, of something accepted within 300 s.
 *
 * What a consumer sends on under a producer's root is not judged.  Facts do not carry the ids of
 * accepted messages: two messages that share one are not seen.  A producer's numbers rise, so one
 * stamp of 4 bytes for each of the latest numbers does, the ring growing until it covers 300 s or
 * its limit.  Stamps are coarse, and a repetition counts only if it is surely too early. */
#include "observe/invariant.h"

#include <stdlib.h>
#include <string.h>
#include "base/arena.h"

enum { FIRST_NUMBERS = 256, NUMBERS_MAX = 1 << 22 };

static void double_numbers(struct dedup_numbers *numbers)
{
    const uint32_t old = numbers->capacity, capacity = old > 0 ? 2 * old : FIRST_NUMBERS;
    uint32_t *stamps = must_alloc(capacity * sizeof *stamps);
    memset(stamps, 0, capacity * sizeof *stamps);
    for (uint64_t back = 1; back <= old && back <= numbers->next; back++) {
        const uint64_t number = numbers->next - back;
        stamps[number & (capacity - 1)] = numbers->stamps[number & (old - 1)];
    }
    free(numbers->stamps);
    numbers->stamps = stamps;
    numbers->capacity = capacity;
}

/* Extends the ring up to number; places of skipped numbers are emptied. */
static void advance(struct dedup_numbers *numbers, uint64_t number, uint32_t now)
{
    if (numbers->capacity == 0)
        double_numbers(numbers);
    while (numbers->next >= numbers->capacity && numbers->capacity < NUMBERS_MAX &&
           invariant_dedup_is_within(numbers->stamps[numbers->next & (numbers->capacity - 1)], now))
        double_numbers(numbers);
    const uint64_t mask = numbers->capacity - 1;
    uint64_t first = numbers->next;
    if (number - first > mask)
        first = number - mask;
    for (uint64_t i = first; i <= number; i++)
        numbers->stamps[i & mask] = 0;
    numbers->next = number + 1;
}

static struct dedup_numbers *numbers_of(const struct observe *observe, struct queue_account *queue,
                                        uint16_t origin)
{
    const size_t count = observe->setting.node_count;
    if (queue->dedup == NULL) {
        queue->dedup = must_alloc(count * sizeof *queue->dedup);
        memset(queue->dedup, 0, count * sizeof *queue->dedup);
    }
    return &queue->dedup[origin];
}

void invariant_dedup_judge(const struct observe *observe, struct queue_account *queue,
                           const struct fact *fact)
{
    struct dedup_numbers *numbers = numbers_of(observe, queue, fact->peer);
    const uint64_t number = probe_root_number(fact->root);
    const uint32_t now = invariant_dedup_stamp(fact->at_ns);
    if (number >= numbers->next)
        advance(numbers, number, now);
    else if (numbers->next - number > numbers->capacity)
        return; /* too long ago to judge */
    uint32_t *stamp = &numbers->stamps[number & (numbers->capacity - 1)];
    if (invariant_dedup_is_within(*stamp, now))
        invariant_break(INVARIANT_dedup, observe, fact,
                        "which the queue accepted less than 5 minutes ago");
    *stamp = now;
}

void invariant_dedup_deduped(const struct observe *observe, const struct queue_account *queue,
                             const struct fact *fact)
{
    if (!queue->traits.is_fifo)
        invariant_break(INVARIANT_dedup, observe, fact, "at a queue that is not FIFO");
    if (fact->other > fact->at_ns || fact->at_ns - fact->other >= INVARIANT_DEDUP_NS)
        invariant_break(INVARIANT_dedup, observe, fact,
                        "a repetition of what was not accepted in the last 5 minutes");
}

/* ATT-12: a purge clears the memory of the deduplication. */
void invariant_dedup_purged(const struct observe *observe, struct queue_account *queue)
{
    for (size_t i = 0; queue->dedup != NULL && i < observe->setting.node_count; i++)
        queue->dedup[i].next = 0;
}
