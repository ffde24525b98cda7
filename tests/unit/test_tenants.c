// SPDX-License-Identifier: GPL-3.0-or-later
/* The oldest message of quiet tenants, against a search through all. */
#include "observe/tenants.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "core/rng.h"

enum { SLOTS = 400, GROUPS = 70, CALLS = 40000 };

static struct rig {
    struct tenants tenants;
    struct tenant_links links;
    struct ledger ledger;
    struct rng rng;
    bool is_there[SLOTS], is_noisy[GROUPS + 1];
    uint32_t place;
} rig;

static uint32_t oldest(void)
{
    uint32_t best = LEDGER_NONE;
    for (uint32_t slot = 0; slot < SLOTS; slot++) {
        if (!rig.is_there[slot] || rig.is_noisy[rig.links.at[slot].tenant])
            continue;
        /* No two are further apart than 2^31 places. */
        if (best == LEDGER_NONE ||
            (int32_t)(rig.ledger.at[slot].place - rig.ledger.at[best].place) < 0)
            best = slot;
    }
    return best;
}

static void act(void)
{
    const uint32_t slot = (uint32_t)rng_below(&rig.rng, SLOTS);
    const uint32_t group = (uint32_t)rng_below(&rig.rng, GROUPS + 1) - 1; /* or none */
    const uint32_t id = tenants_of_group(&rig.tenants, group);
    assert_int_equal(id, group + 1);
    if (rng_below(&rig.rng, 10) == 0 && group != UINT32_MAX) {
        rig.is_noisy[id] = !rig.is_noisy[id];
        tenants_set_noisy(&rig.tenants, &rig.ledger, id, rig.is_noisy[id]);
    } else if (rig.is_there[slot]) {
        assert_true(tenants_is_linked(&rig.links, slot));
        tenants_unlink(&rig.tenants, &rig.links, &rig.ledger, slot);
        assert_false(tenants_is_linked(&rig.links, slot));
        rig.is_there[slot] = false;
    } else {
        ledger_open(&rig.ledger, slot)->place = rig.place++;
        tenants_own(&rig.links, slot, id);
        tenants_link(&rig.tenants, &rig.links, &rig.ledger, slot);
        rig.is_there[slot] = true;
    }
}

/* Places wrap on the way.  Tenants come one after the other, so that the tree grows. */
static void test_random(void **state)
{
    (void)state;
    ledger_init(&rig.ledger);
    rng_init(&rig.rng, rng_name(1, 1, "test", "tenants"));
    rig.place = UINT32_MAX - CALLS / 4;
    assert_int_equal(tenants_oldest(&rig.tenants), LEDGER_NONE);
    for (int i = 0; i < CALLS; i++) {
        act();
        assert_int_equal(tenants_oldest(&rig.tenants), oldest());
    }
    tenants_clear(&rig.tenants);
    assert_int_equal(tenants_oldest(&rig.tenants), LEDGER_NONE);
    tenants_free(&rig.tenants);
    tenants_free_links(&rig.links);
    ledger_free(&rig.ledger);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
