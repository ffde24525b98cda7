// SPDX-License-Identifier: GPL-3.0-or-later
/* The second implementation of the standard queue, by arrays and searches. */
#include "tools/standard_oracle.h"

size_t standard_oracle_in_flight(const struct standard_oracle *r, int where)
{
    size_t count = 0;
    for (size_t i = 0; i < r->item_count; i++)
        count += r->items[i].where == where && !r->items[i].visible && r->items[i].receives > 0 &&
                 r->items[i].received_ns >= 0;
    return count;
}

void standard_oracle_show(struct standard_oracle *r, struct standard_oracle_item *item)
{
    item->visible = true;
    item->place = item->receives >= 3 ? r->counter++ : item->order;
}

void standard_oracle_settle(struct standard_oracle *r, int64_t now_ns)
{
    for (size_t i = 0; i < r->item_count; i++) {
        struct standard_oracle_item *item = &r->items[i];
        if (item->where >= 0 && item->sent_ns + r->retention_ns[item->where] <= now_ns)
            item->where = -1;
    }
    for (;;) {
        struct standard_oracle_item *next = NULL;
        for (size_t i = 0; i < r->item_count; i++) {
            struct standard_oracle_item *item = &r->items[i];
            if (item->where < 0 || item->visible || item->available_ns > now_ns)
                continue;
            if (next == NULL || item->available_ns < next->available_ns ||
                (item->available_ns == next->available_ns && item->order < next->order))
                next = item;
        }
        if (next == NULL)
            return;
        standard_oracle_show(r, next);
    }
}

struct standard_oracle_item *standard_oracle_first(struct standard_oracle *r, int where)
{
    struct standard_oracle_item *best = NULL;
    for (size_t i = 0; i < r->item_count; i++) {
        struct standard_oracle_item *item = &r->items[i];
        if (item->where == where && item->visible && (best == NULL || item->place < best->place))
            best = item;
    }
    return best;
}

size_t standard_oracle_hand_out(struct standard_oracle *r, int where, size_t max,
                                int64_t visibility_ns, int64_t now_ns, size_t *got)
{
    struct standard_oracle_item *item;
    size_t count = 0;
    while (count < max && (item = standard_oracle_first(r, where)) != NULL) {
        if (where == 0 && r->limit >= 0 && (int64_t)standard_oracle_in_flight(r, 0) >= r->limit)
            break;
        if (where == 0 && r->max_receives > 0 && item->receives >= r->max_receives) {
            item->where = 1;
            item->order = item->place = r->counter++;
            if (item->sent_ns + r->retention_ns[1] <= now_ns)
                item->where = -1;
            continue;
        }
        item->receives++;
        item->visible = false;
        item->received_ns = now_ns;
        item->available_ns = now_ns + visibility_ns;
        got[count++] = (size_t)(item - r->items);
    }
    for (size_t i = 0; visibility_ns == 0 && i < count; i++)
        standard_oracle_show(r, &r->items[got[i]]);
    return count;
}

void standard_oracle_match(struct standard_oracle *r, int64_t now_ns)
{
    for (;;) {
        struct standard_oracle_waiter *head = NULL;
        for (size_t i = 0; i < STANDARD_ORACLE_POLLS; i++) {
            struct standard_oracle_waiter *w = &r->waiters[i];
            if (w->waits && (head == NULL || w->arrived < head->arrived))
                head = w;
        }
        if (head == NULL)
            return;
        head->count =
            standard_oracle_hand_out(r, 0, head->max, head->visibility_ns, now_ns, head->got);
        if (head->count == 0)
            return;
        head->waits = false;
        head->answered_ns = now_ns;
    }
}

static int64_t earlier(int64_t a_ns, int64_t b_ns)
{
    return a_ns < b_ns ? a_ns : b_ns;
}

/* When something happens next by itself. */
static int64_t next_instant(const struct standard_oracle *r)
{
    int64_t next_ns = INT64_MAX;
    for (size_t i = 0; i < r->item_count; i++) {
        const struct standard_oracle_item *item = &r->items[i];
        if (item->where < 0)
            continue;
        next_ns = earlier(next_ns, item->sent_ns + r->retention_ns[item->where]);
        if (!item->visible)
            next_ns = earlier(next_ns, item->available_ns);
    }
    for (size_t i = 0; i < STANDARD_ORACLE_POLLS; i++) {
        if (r->waiters[i].waits)
            next_ns = earlier(next_ns, r->waiters[i].ends_ns);
    }
    return next_ns;
}

void standard_oracle_pass(struct standard_oracle *r, int64_t now_ns)
{
    for (;;) {
        const int64_t next_ns = next_instant(r);
        if (next_ns >= now_ns)
            return;
        standard_oracle_settle(r, next_ns);
        standard_oracle_match(r, next_ns);
        for (size_t i = 0; i < STANDARD_ORACLE_POLLS; i++) {
            struct standard_oracle_waiter *w = &r->waiters[i];
            if (w->waits && w->ends_ns <= next_ns) {
                w->waits = false;
                w->answered_ns = next_ns;
            }
        }
    }
}
