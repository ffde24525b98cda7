// SPDX-License-Identifier: GPL-3.0-or-later
/* The beginning and the end of a publication, and the table of the few. */
#include "observe/publications.h"

#include <stdlib.h>
#include <string.h>
#include "base/must.h"
#include "observe/metric.h"

static const uint64_t whole = 0; /* the place of an entry in the table: a publication has but one */

static const size_t latest_bytes = PUBLICATIONS_LATEST * sizeof(struct publication);

void publications_init(struct publications *publications, bool are_used)
{
    roots_init(&publications->others);
    publications->latest = are_used ? must_alloc_lines(latest_bytes) : NULL;
}

void publications_free(struct publications *publications)
{
    roots_free(&publications->others);
    free(publications->latest);
    publications->latest = NULL;
}

void publications_clear(struct publications *publications)
{
    roots_clear(&publications->others);
    if (publications->latest != NULL)
        memset(publications->latest, 0, latest_bytes);
}

/* What stands in the place is under way still, and yields to a later one. */
static void move_away(struct publications *publications, const struct publication *early)
{
    struct root_entry *entry = roots_add(&publications->others, early->root, whole);
    entry->called_ns = early->called_ns;
    entry->open = early->open;
    entry->is_finished = early->is_lost;
}

void publications_begin(struct publications *publications, uint64_t root, int64_t called_ns,
                        uint32_t branches)
{
    struct publication *place = publications_place(publications, root);
    struct root_entry *other = roots_find(&publications->others, root, whole);
    if (other != NULL) {
        other->open += branches;
    } else if (place->open > 0 && place->root == root) {
        place->open += branches;
    } else if (branches > 0) {
        if (place->open > 0)
            move_away(publications, place);
        *place = (struct publication){.root = root, .called_ns = called_ns, .open = branches};
    }
}

void publications_over(struct observe *observe, const struct publication *publication,
                       int64_t at_ns)
{
    if (!publication->is_lost)
        metric_chain_ended(observe, publication->root, publication->called_ns, at_ns);
}

bool publications_other_ended(struct observe *observe, uint64_t root, bool is_lost, int64_t at_ns)
{
    struct roots *others = &observe->publications.others;
    struct root_entry *entry = roots_find(others, root, whole);
    if (entry == NULL)
        return false;
    entry->is_finished |= is_lost;
    if (--entry->open > 0)
        return true;
    const struct publication over = {
        .root = root, .called_ns = entry->called_ns, .is_lost = entry->is_finished};
    publications_over(observe, &over, at_ns);
    roots_remove(others, entry);
    return true;
}
