// SPDX-License-Identifier: GPL-3.0-or-later
/* The order of what is visible in a standard queue, against an array that is searched: fresh
 * messages by the queue's list, returned ones in their old places, and those sent to the back. */
#include "model/visible.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "core/rng.h"

enum { SLOTS = 300, CALLS = 60000 };

/* One message as the reference knows it. */
struct item {
    bool stored, visible;
    int64_t order;
};

struct rig {
    struct messages messages;
    struct visible visible;
    struct rng rng;
    struct item items[SLOTS];
    uint32_t newest;
};

static uint32_t first(const struct rig *rig)
{
    uint32_t best = MESSAGE_NONE;
    for (uint32_t i = 0; i < SLOTS; i++) {
        if (rig->items[i].visible &&
            (best == MESSAGE_NONE || rig->items[i].order < rig->items[best].order))
            best = i;
    }
    return best;
}

/* Sends a message, visible at once or delayed. */
static void store(struct rig *rig)
{
    if (rig->messages.live == SLOTS)
        return;
    const uint32_t slot = messages_take(&rig->messages);
    struct message *m = &rig->messages.at[slot];
    const bool delayed = rng_below(&rig->rng, 4) == 0;
    m->older = rig->newest;
    m->newer = MESSAGE_NONE;
    if (rig->newest != MESSAGE_NONE)
        rig->messages.at[rig->newest].newer = slot;
    rig->newest = slot;
    m->state = delayed ? MESSAGE_DELAYED : MESSAGE_VISIBLE;
    rig->items[slot] = (struct item){.stored = true, .visible = !delayed, .order = (int64_t)m->seq};
    if (!delayed)
        visible_add_fresh(&rig->visible, &rig->messages, slot);
}

static void hide(struct rig *rig, uint32_t slot)
{
    visible_remove(&rig->visible, &rig->messages, slot);
    rig->items[slot].visible = false;
}

/* Comes back, to its old place or to the back. */
static void show(struct rig *rig, uint32_t slot)
{
    rig->items[slot].visible = true;
    if (rng_below(&rig->rng, 5) > 0) {
        rig->items[slot].order = (int64_t)rig->messages.at[slot].seq;
        visible_add_returned(&rig->visible, &rig->messages, slot);
    } else {
        rig->items[slot].order = (int64_t)rig->messages.next_seq;
        visible_add_last(&rig->visible, &rig->messages, slot);
    }
}

static void leave(struct rig *rig, uint32_t slot)
{
    struct message *at = rig->messages.at;
    const struct message *m = &at[slot];
    if (rig->items[slot].visible)
        hide(rig, slot);
    if (m->older != MESSAGE_NONE)
        at[m->older].newer = m->newer;
    if (m->newer != MESSAGE_NONE)
        at[m->newer].older = m->older;
    else
        rig->newest = m->older;
    rig->items[slot].stored = false;
    messages_release(&rig->messages, slot);
}

static void step(struct rig *rig)
{
    const uint32_t top = first(rig);
    const uint32_t slot = (uint32_t)rng_below(&rig->rng, SLOTS);
    const uint64_t what = rng_below(&rig->rng, 100);
    if (what < 35)
        store(rig);
    else if (what < 65 && top != MESSAGE_NONE)
        hide(rig, top);
    else if (what < 75 && rig->items[slot].visible)
        hide(rig, slot);
    else if (what < 92 && rig->items[slot].stored && !rig->items[slot].visible)
        show(rig, slot);
    else if (what >= 92 && rig->items[slot].stored)
        leave(rig, slot);
}

/* EVIDENCE-OF: RCV-10 CW-4
 * After every step the message in front is the visible one with the least order: that of sending,
 * or of going to the back. */
static void test_random_calls(void **state)
{
    static struct rig rig;
    (void)state;
    rig = (struct rig){.newest = MESSAGE_NONE};
    rng_init(&rig.rng, rng_name(1, 1, "test", "visible"));
    messages_init(&rig.messages, 0, 1);
    visible_init(&rig.visible);
    for (int i = 0; i < CALLS; i++) {
        step(&rig);
        assert_int_equal(visible_first(&rig.visible, &rig.messages), first(&rig));
    }
    visible_clear(&rig.visible);
    assert_int_equal(visible_first(&rig.visible, &rig.messages), MESSAGE_NONE);
    visible_free(&rig.visible);
    messages_free(&rig.messages);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_calls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
