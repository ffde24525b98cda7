// SPDX-License-Identifier: GPL-3.0-or-later
/* Double entry: a message is in at most one queue, and each way out has its reason. */
#include "property/judge/balance.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"

/* What is known of a slot. */
struct entry {
    uint64_t root;
    uint16_t queue;
    bool is_there, is_worked;
};

/* An effect that cannot happen again for a time. */
struct effect {
    uint64_t key;
    int64_t until_ns;
    uint16_t consumer;
};

struct balance {
    const struct scenario *scenario;
    struct entry *entries;
    size_t entry_count;
    uint64_t
        *known; /* (root, branch) of what a service took: a table open to the next free place */
    size_t known_capacity, known_count;
    int64_t *there; /* by queue */
    struct effect *effects;
    size_t effect_count, effect_capacity;
    uint64_t expired, owed, fanned_out, told;
    bool has_reason;
    char reason[BALANCE_REASON];
};

struct balance *balance_new(const struct scenario *scenario)
{
    struct balance *balance = must_alloc(sizeof *balance);
    memset(balance, 0, sizeof *balance);
    balance->scenario = scenario;
    balance->there = must_alloc((scenario->queue_count + 1) * sizeof *balance->there);
    balance_clear(balance);
    return balance;
}

void balance_free(struct balance *balance)
{
    free(balance->entries);
    free(balance->known);
    free(balance->effects);
    free(balance->there);
    free(balance);
}

void balance_clear(struct balance *balance)
{
    const size_t queues = balance->scenario->queue_count;
    for (size_t i = 0; i < balance->entry_count; i++)
        balance->entries[i] = (struct entry){.is_there = false};
    for (size_t i = 0; i < balance->known_capacity; i++)
        balance->known[i] = 0;
    for (size_t i = 0; i <= queues; i++)
        balance->there[i] = 0;
    balance->known_count = balance->effect_count = 0;
    balance->expired = balance->owed = balance->fanned_out = balance->told = 0;
    balance->has_reason = false;
}

static const char *name_of(const struct balance *balance, uint16_t node)
{
    return scenario_node_name(balance->scenario, node);
}

/* The first reason is kept. */
static void complain(struct balance *balance, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void complain(struct balance *balance, const char *format, ...)
{
    va_list values;
    if (balance->has_reason)
        return;
    balance->has_reason = true;
    va_start(values, format);
    vsnprintf(balance->reason, sizeof balance->reason, format, values);
    va_end(values);
}

/* --- what services took --- */

static size_t place_of(const struct balance *balance, uint64_t key)
{
    size_t at = (size_t)(key * UINT64_C(0x9E3779B97F4A7C15) >> 20) % balance->known_capacity;
    while (balance->known[at] != 0 && balance->known[at] != key)
        at = at + 1 < balance->known_capacity ? at + 1 : 0;
    return at;
}

static uint64_t key_of(const struct fact *fact)
{
    return rng_mix(fact->root + 1) ^ ((uint64_t)fact->delivery << 1 | 1);
}

static void grow_known(struct balance *balance)
{
    uint64_t *old = balance->known;
    const size_t count = balance->known_capacity;
    balance->known_capacity = count == 0 ? 1024 : 2 * count;
    balance->known = must_alloc(balance->known_capacity * sizeof *old);
    memset(balance->known, 0, balance->known_capacity * sizeof *old);
    for (size_t i = 0; i < count; i++) {
        if (old[i] != 0)
            balance->known[place_of(balance, old[i])] = old[i];
    }
    free(old);
}

static void take(struct balance *balance, const struct fact *fact)
{
    if (2 * balance->known_count >= balance->known_capacity)
        grow_known(balance);
    uint64_t *at = &balance->known[place_of(balance, key_of(fact))];
    balance->known_count += *at == 0;
    *at = key_of(fact);
}

static void answer(struct balance *balance, const struct fact *fact)
{
    if (fact->peer >= balance->scenario->service_count)
        return;
    if (balance->known_count == 0 || balance->known[place_of(balance, key_of(fact))] == 0)
        complain(balance, "an answer to nothing: %s by %s", name_of(balance, fact->node),
                 name_of(balance, fact->peer));
}

/* --- where messages are --- */

static struct entry *entry_of(struct balance *balance, uint32_t slot)
{
    while (slot >= balance->entry_count) {
        const size_t count = balance->entry_count == 0 ? 256 : 2 * balance->entry_count;
        balance->entries = must_grow(balance->entries, count * sizeof *balance->entries);
        memset(balance->entries + balance->entry_count, 0,
               (count - balance->entry_count) * sizeof *balance->entries);
        balance->entry_count = count;
    }
    return &balance->entries[slot];
}

static void enter(struct balance *balance, const struct fact *fact)
{
    struct entry *entry = entry_of(balance, fact->message);
    if (entry->is_there)
        complain(balance, "stored over another: %s over %s", name_of(balance, fact->node),
                 name_of(balance, entry->queue));
    *entry = (struct entry){.root = fact->root, .queue = fact->node, .is_there = true};
    balance->there[fact->node]++;
}

static void leave(struct balance *balance, const struct fact *fact)
{
    struct entry *entry = entry_of(balance, fact->message);
    if (!entry->is_there || entry->queue != fact->node || entry->root != fact->root)
        complain(balance, "a message leaves where it is not: %s of %s",
                 name_of(balance, fact->node), probe_names[fact->kind]);
    entry->is_there = false;
    balance->there[fact->node]--;
}

static void move(struct balance *balance, const struct fact *fact)
{
    leave(balance, fact);
    struct entry *entry = entry_of(balance, fact->message);
    entry->queue = fact->peer;
    entry->is_there = true;
    entry->is_worked = false;
    balance->there[fact->peer]++;
}

static void come_back(struct balance *balance, const struct fact *fact)
{
    struct entry *entry = entry_of(balance, fact->message);
    if (entry->is_there || entry->queue != fact->node || entry->root != fact->root)
        complain(balance, "a message comes back that was not deleted: to %s",
                 name_of(balance, fact->node));
    entry->is_there = true;
    balance->there[fact->node]++;
}

static bool says(const struct scenario_actor *actor, const char *key, const char *word)
{
    const struct json *node = json_get(actor->at, key);
    return node != NULL &&
           (word == NULL || (json_kind(node) == JSON_TEXT && strcmp(json_text(node), word) == 0));
}

/* May it delete what nobody has worked on? */
static bool is_free_to_delete(const struct balance *balance, uint16_t node)
{
    const size_t first = balance->scenario->service_count;
    const struct scenario_actor *actor =
        node < first ? NULL : &balance->scenario->actors[node - first];
    return actor != NULL && (says(actor, "acknowledge", "beforeWork") ||
                             says(actor, "FilterCriteria", NULL) || says(actor, "join", NULL));
}

static void delete (struct balance *balance, const struct fact *fact)
{
    const struct entry *entry = entry_of(balance, fact->message);
    if (!entry->is_worked && !is_free_to_delete(balance, fact->peer))
        complain(balance, "deleted unworked: by %s from %s", name_of(balance, fact->peer),
                 name_of(balance, fact->node));
    leave(balance, fact);
}

static void work(struct balance *balance, const struct fact *fact)
{
    if (fact->message == UINT32_MAX)
        return;
    struct entry *entry = entry_of(balance, fact->message);
    if (entry->root == fact->root)
        entry->is_worked = true;
}

/* What a conditional write has let happen does not happen again while it holds.  Only where there
 * is a business key: which message another effect is of is not said. */
static void happen(struct balance *balance, const struct fact *fact)
{
    const uint64_t key = (uint64_t)fact->value;
    const int64_t until_ns =
        fact->other > INT64_MAX - fact->at_ns ? INT64_MAX : fact->at_ns + fact->other;
    if (fact->other == 0 || key == 0)
        return;
    for (size_t i = balance->effect_count; i-- > 0;) {
        struct effect *before = &balance->effects[i];
        if (before->key != key || before->consumer != fact->node)
            continue;
        if (fact->at_ns < before->until_ns)
            complain(balance, "an effect happens twice: of %s", name_of(balance, fact->node));
        before->until_ns = until_ns;
        return;
    }
    if (balance->effect_count == balance->effect_capacity) {
        balance->effect_capacity =
            balance->effect_capacity == 0 ? 64 : 2 * balance->effect_capacity;
        balance->effects =
            must_grow(balance->effects, balance->effect_capacity * sizeof *balance->effects);
    }
    balance->effects[balance->effect_count++] = (struct effect){key, until_ns, fact->node};
}

void balance_hear(void *context, const struct fact *fact)
{
    struct balance *balance = context;
    switch (fact->kind) {
    case PROBE_ACCEPTED:
        take(balance, fact);
        enter(balance, fact);
        break;
    case PROBE_PRELOADED:
        enter(balance, fact);
        break;
    case PROBE_PUBLISHED:
        balance->owed += (uint64_t)fact->value;
        take(balance, fact);
        break;
    case PROBE_DEDUPED:
    case PROBE_PUBLISH_DEDUPED:
        take(balance, fact);
        break;
    case PROBE_ANSWERED:
        answer(balance, fact);
        break;
    case PROBE_SUCCEEDED:
        work(balance, fact);
        break;
    case PROBE_DELETED:
        delete (balance, fact);
        break;
    case PROBE_RETENTION_OVER:
        balance->expired++;
        leave(balance, fact);
        break;
    case PROBE_PURGED:
        if (fact->message != UINT32_MAX)
            leave(balance, fact);
        break;
    case PROBE_DEAD_LETTERED:
    case PROBE_MOVED:
        move(balance, fact);
        break;
    case PROBE_RESURRECTED:
        come_back(balance, fact);
        break;
    case PROBE_EFFECT:
        happen(balance, fact);
        break;
    case PROBE_FANNED_OUT:
        balance->fanned_out++;
        break;
    case PROBE_NOTIFIED:
    case PROBE_NOTIFY_LOST:
        balance->told++;
        break;
    default:
        break;
    }
}

/* --- the end --- */

static bool is_read(const struct scenario *scenario, size_t queue)
{
    for (size_t i = 0; i < scenario->actor_count; i++) {
        const struct scenario_actor *actor = &scenario->actors[i];
        if (actor->kind->reads != NULL && actor->kind->reads(actor->cfg) == queue)
            return true;
    }
    return false;
}

const char *balance_close(struct balance *balance, bool is_live)
{
    for (size_t i = 0; i < balance->scenario->queue_count; i++) {
        if (balance->there[i] != 0 && is_read(balance->scenario, i))
            complain(balance, "messages are left: %lld in %s", (long long)balance->there[i],
                     balance->scenario->queues[i].name);
    }
    if (balance->owed != balance->fanned_out || balance->fanned_out != balance->told)
        complain(balance, "deliveries are missing: %llu owed, %llu begun, %llu ended",
                 (unsigned long long)balance->owed, (unsigned long long)balance->fanned_out,
                 (unsigned long long)balance->told);
    if (is_live && balance->expired > 0)
        complain(balance, "messages expired: %llu", (unsigned long long)balance->expired);
    return balance->has_reason ? balance->reason : NULL;
}
