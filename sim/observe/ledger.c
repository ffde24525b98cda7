// SPDX-License-Identifier: GPL-3.0-or-later
/* The ledger's memory.  It grows by doubling, and realloc of a large block moves pages rather than
 * bytes, so that only what was opened is ever touched. */
#include "observe/ledger.h"

#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "base/must.h"

enum { FIRST_CAPACITY = 1024 };

void ledger_init(struct ledger *ledger)
{
    *ledger = (struct ledger){.used = 0};
}

void ledger_free(struct ledger *ledger)
{
    free(ledger->at);
    free(ledger->since_ns);
    free(ledger->called_ns);
    free(ledger->entered_ns);
    free(ledger->branches);
    ledger_init(ledger);
}

/* Who is told of no branch has none, whatever the slot's last tenant was. */
void ledger_clear(struct ledger *ledger)
{
    ledger->used = 0;
    if (ledger->branches != NULL)
        memset(ledger->branches, 0, ledger->capacity * sizeof *ledger->branches);
}

static void resize(struct ledger *ledger, uint32_t capacity)
{
    const size_t times = capacity * sizeof(int64_t);
    ledger->at = must_grow(ledger->at, capacity * sizeof *ledger->at);
    ledger->since_ns = must_grow(ledger->since_ns, times);
    if (ledger->called_ns != NULL)
        ledger->called_ns = must_grow(ledger->called_ns, times);
    if (ledger->entered_ns != NULL)
        ledger->entered_ns = must_grow(ledger->entered_ns, times);
    if (ledger->branches != NULL) {
        ledger->branches = must_grow(ledger->branches, times);
        memset(ledger->branches + ledger->capacity, 0,
               (capacity - ledger->capacity) * sizeof *ledger->branches);
    }
    ledger->capacity = capacity;
}

void ledger_grow(struct ledger *ledger, uint32_t slot)
{
    uint32_t capacity = ledger->capacity > 0 ? ledger->capacity : FIRST_CAPACITY;
    MUST(slot < UINT32_MAX / 2);
    while (capacity <= slot)
        capacity *= 2;
    if (capacity > ledger->capacity)
        resize(ledger, capacity);
    while (ledger->used <= slot)
        ledger->at[ledger->used++] = (struct ledger_record){.bits = LEDGER_GONE};
}

void ledger_set_entered(struct ledger *ledger, uint32_t slot, int64_t entered_ns)
{
    struct ledger_record *record = &ledger->at[slot];
    ledger_unset(record, LEDGER_ENTERED_APART);
    if (entered_ns == record->enqueued_ns)
        return;
    if (ledger->entered_ns == NULL)
        ledger->entered_ns = must_alloc(ledger->capacity * sizeof *ledger->entered_ns);
    ledger->entered_ns[slot] = entered_ns;
    ledger_set(record, LEDGER_ENTERED_APART);
}

void ledger_set_called(struct ledger *ledger, uint32_t slot, int64_t called_ns)
{
    struct ledger_record *record = &ledger->at[slot];
    ledger_unset(record, LEDGER_CALLED_APART);
    if (called_ns == record->enqueued_ns)
        return;
    if (ledger->called_ns == NULL)
        ledger->called_ns = must_alloc(ledger->capacity * sizeof *ledger->called_ns);
    ledger->called_ns[slot] = called_ns;
    ledger_set(record, LEDGER_CALLED_APART);
}

void ledger_set_branch(struct ledger *ledger, uint32_t slot, uint64_t branch, uint16_t sender)
{
    const size_t bytes = ledger->capacity * sizeof *ledger->branches;
    if (ledger->branches == NULL)
        ledger->branches = memset(must_alloc(bytes), 0, bytes);
    ledger->branches[slot] = (uint64_t)sender << 48 | branch;
}
