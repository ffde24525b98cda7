// SPDX-License-Identifier: GPL-3.0-or-later
/* Fair queues against a second implementation under 60,000 random calls: what each receive returns,
 * who is noisy after each call, and the gauges of quiet tenants at the end.
 *
 * The second one keeps arrays of messages, of spells in flight and of receives, and goes through
 * all of them for every question.  It shares no code with the first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "base/units.h"
#include "core/rng.h"
#include "tools/queue_rig.h"

enum { CALLS = 2000, EPISODES = 30, GROUPS = 5, TENANTS = GROUPS + 1, SPELLS = 10 * CALLS };
enum state { GONE, DELAYED, VISIBLE, IN_FLIGHT, STATES };

struct item {
    enum state state;
    int tenant; /* 0: no group */
    int receives, ever;
    int64_t sent_ns, until_ns, order, place;
    size_t spell;
};

/* Of one message in flight. */
struct spell {
    int tenant; /* -1: forgotten, but part of the total */
    int forgotten;
    int64_t from_ns, until_ns;
};

static struct pair {
    struct queue_rig rig;
    struct rng rng;
    struct item items[CALLS];
    struct spell spells[SPELLS];
    size_t count, spell_count;
    bool noisy[TENANTS], said_noisy[TENANTS];
    int64_t sent_ns[TENANTS], now_ns, part, counter;
    bool is_fair;
} pair;

static int64_t draw(int64_t low, int64_t high)
{
    return low + (int64_t)rng_below(&pair.rng, (uint64_t)(high - low + 1));
}

/* --- the second one --- */

static int64_t count_of(int tenant, enum state state)
{
    int64_t count = 0;
    for (size_t i = 0; i < pair.count; i++)
        count += pair.items[i].state == state && (tenant < 0 || pair.items[i].tenant == tenant);
    return count;
}

/* The spell's time within the 60 parts before the open one; was: it began there. */
static int64_t clip(const struct spell *spell, bool *was)
{
    const int64_t part_ns = pair.rig.cfg.fair.window_ns / 60;
    const int64_t until_ns = pair.part * part_ns, from_ns = until_ns - 60 * part_ns;
    const int64_t low = spell->from_ns > from_ns ? spell->from_ns : from_ns;
    const int64_t high = spell->until_ns < until_ns ? spell->until_ns : until_ns;
    *was = spell->from_ns >= from_ns && spell->from_ns < until_ns;
    return high > low ? high - low : 0;
}

static bool hogs(int tenant)
{
    int64_t own = 0, all = 0, receives = 0;
    for (size_t i = 0; i < pair.spell_count; i++) {
        const struct spell *spell = &pair.spells[i];
        const bool is_own = spell->tenant == tenant && !spell->forgotten;
        bool was;
        const int64_t spent_ns = clip(spell, &was);
        all += spent_ns;
        own += is_own ? spent_ns : 0;
        receives += is_own && was;
    }
    return receives >= pair.rig.cfg.fair.noisy_minimum &&
           (double)own > pair.rig.cfg.fair.noisy_share * (double)all;
}

static bool crowds(int tenant)
{
    const int64_t own = count_of(tenant, IN_FLIGHT);
    return own >= pair.rig.cfg.fair.noisy_minimum &&
           (double)own > pair.rig.cfg.fair.noisy_share * (double)count_of(-1, IN_FLIGHT);
}

static void judge(int tenant)
{
    const int64_t stored =
        count_of(tenant, DELAYED) + count_of(tenant, VISIBLE) + count_of(tenant, IN_FLIGHT);
    if (tenant > 0 && pair.is_fair)
        pair.noisy[tenant] = stored > 0 && pair.now_ns - pair.sent_ns[tenant] < 5 * MINUTE &&
                             (crowds(tenant) || hogs(tenant));
}

/* Something happens now. */
static void pass(int64_t now_ns)
{
    const int64_t part = now_ns / (pair.rig.cfg.fair.window_ns / 60);
    pair.now_ns = now_ns;
    if (part == pair.part)
        return;
    pair.part = part;
    for (int tenant = 1; tenant < TENANTS; tenant++)
        judge(tenant);
}

static void take(struct item *item)
{
    pass(pair.now_ns);
    item->state = IN_FLIGHT;
    item->spell = pair.spell_count;
    assert_true(pair.spell_count < SPELLS);
    pair.spells[pair.spell_count++] =
        (struct spell){.tenant = item->tenant, .from_ns = pair.now_ns, .until_ns = INT64_MAX};
    judge(item->tenant);
}

static void end_spell(struct item *item)
{
    if (item->state == IN_FLIGHT)
        pair.spells[item->spell].until_ns = pair.now_ns;
}

static void show(struct item *item)
{
    pass(pair.now_ns);
    end_spell(item);
    item->state = VISIBLE;
    item->place = item->receives >= 3 ? pair.counter++ : item->order;
    judge(item->tenant);
}

static void leave(struct item *item)
{
    pass(pair.now_ns);
    end_spell(item);
    item->state = GONE;
    const int tenant = item->tenant;
    if (count_of(tenant, DELAYED) + count_of(tenant, VISIBLE) + count_of(tenant, IN_FLIGHT) == 0) {
        for (size_t i = 0; i < pair.spell_count; i++)
            pair.spells[i].forgotten |= pair.spells[i].tenant == tenant;
    }
    judge(tenant);
}

/* Is a's turn before b's? */
static bool precedes(const struct item *a, const struct item *b)
{
    if (pair.noisy[a->tenant] != pair.noisy[b->tenant])
        return !pair.noisy[a->tenant];
    if (pair.noisy[a->tenant] && a->tenant != b->tenant) {
        const int64_t of_a = count_of(a->tenant, IN_FLIGHT), of_b = count_of(b->tenant, IN_FLIGHT);
        if (of_a != of_b)
            return of_a < of_b;
    }
    return a->place < b->place;
}

/* Among noisy tenants with as many in flight, first messages are compared, so any two are. */
static struct item *first(void)
{
    struct item *best = NULL;
    for (size_t i = 0; i < pair.count; i++) {
        struct item *item = &pair.items[i];
        if (item->state == VISIBLE && (best == NULL || precedes(item, best)))
            best = item;
    }
    return best;
}

static int64_t expiry_ns(const struct item *item)
{
    return item->sent_ns + pair.rig.cfg.retention_ns;
}

static bool is_hidden(const struct item *item)
{
    return item->state == DELAYED || item->state == IN_FLIGHT;
}

/* When something is due next. */
static int64_t next_instant(void)
{
    int64_t next_ns = INT64_MAX;
    for (size_t i = 0; i < pair.count; i++) {
        const struct item *item = &pair.items[i];
        if (item->state != GONE && expiry_ns(item) < next_ns)
            next_ns = expiry_ns(item);
        if (is_hidden(item) && item->until_ns < next_ns)
            next_ns = item->until_ns;
    }
    return next_ns;
}

/* The hidden message that is due, a delay first, then by acceptance; or NULL. */
static struct item *due(void)
{
    struct item *next = NULL;
    for (size_t i = 0; i < pair.count; i++) {
        struct item *item = &pair.items[i];
        if (!is_hidden(item) || item->until_ns > pair.now_ns)
            continue;
        if (next == NULL || (item->state == DELAYED && next->state == IN_FLIGHT))
            next = item;
    }
    return next;
}

/* What is due up to now: at each instant what expires, then what becomes visible. */
static void settle(int64_t now_ns)
{
    int64_t next_ns;
    while ((next_ns = next_instant()) <= now_ns) {
        struct item *item;
        pair.now_ns = next_ns;
        for (size_t i = 0; i < pair.count; i++) {
            if (pair.items[i].state != GONE && expiry_ns(&pair.items[i]) <= next_ns)
                leave(&pair.items[i]);
        }
        while ((item = due()) != NULL)
            show(item);
    }
}

/* --- both --- */

static void hear(void *context, const struct fact *fact)
{
    if (fact->kind == PROBE_NOISY) {
        assert_true(pair.said_noisy[fact->group + 1] != (fact->value == 1));
        pair.said_noisy[fact->group + 1] = fact->value == 1;
    }
    observe_sink(context, fact);
}

static void send_both(void)
{
    const int tenant = draw(0, 2) ? 1 : (int)draw(0, TENANTS - 1);
    struct item *item = &pair.items[pair.count];
    pair.rig.send.group = (uint32_t)tenant - 1;
    pair.rig.send.delay_ns = draw(0, 5) ? 0 : draw(1, 5) * SEC;
    queue_rig_send(&pair.rig, (uint32_t)pair.count++);
    pair.is_fair |= tenant > 0;
    *item = (struct item){.tenant = tenant,
                          .sent_ns = pair.now_ns,
                          .until_ns = pair.now_ns + pair.rig.send.delay_ns,
                          .order = pair.counter++};
    item->place = item->order;
    item->state = item->until_ns > pair.now_ns ? DELAYED : VISIBLE;
    pass(pair.now_ns);
    pair.sent_ns[tenant] = pair.now_ns;
    judge(tenant);
}

static void receive_both(void)
{
    const uint32_t max = (uint32_t)draw(1, 10);
    const int64_t visibility_s = draw(0, 7) ? draw(1, 40) : 0;
    struct item *got[10], *item;
    uint32_t count = 0;
    if (first() != NULL)
        pass(pair.now_ns);
    while (count < max && (item = first()) != NULL) {
        take(item);
        item->receives++;
        item->ever = 1;
        item->until_ns = pair.now_ns + visibility_s * SEC;
        got[count++] = item;
    }
    queue_rig_receive(&pair.rig, &pair.rig.queue, max, (double)visibility_s);
    assert_int_equal(pair.rig.out_count, count);
    for (uint32_t i = 0; i < count; i++) {
        assert_int_equal(probe_root_number(pair.rig.out[i].root), got[i] - pair.items);
        assert_int_equal(pair.rig.out[i].group, (uint32_t)got[i]->tenant - 1);
        if (visibility_s == 0)
            show(got[i]);
    }
}

/* A message that was received and is still there, or NULL. */
static struct item *pick(void)
{
    for (int tries = 0; tries < 30 && pair.count > 0; tries++) {
        const size_t back = (size_t)draw(0, draw(0, 3) ? 60 : (int64_t)pair.count);
        struct item *item = &pair.items[back < pair.count ? pair.count - 1 - back : 0];
        if (item->state != GONE && item->ever)
            return item;
    }
    return NULL;
}

static void delete_both(void)
{
    struct item *item = pick();
    if (item == NULL)
        return;
    assert_int_equal(queue_rig_delete(&pair.rig, &pair.rig.queue, (uint32_t)(item - pair.items)),
                     DELETE_OK);
    leave(item);
}

static void change_both(void)
{
    struct item *item = pick();
    const int64_t timeout_s = draw(0, 2) ? draw(1, 60) : 0;
    if (item == NULL)
        return;
    queue_rig_change(&pair.rig, (uint32_t)(item - pair.items), (double)timeout_s);
    if (timeout_s == 0 && item->state == IN_FLIGHT) {
        show(item);
    } else if (timeout_s > 0) {
        if (item->state == VISIBLE)
            take(item);
        item->until_ns = pair.now_ns + timeout_s * SEC;
    }
}

static void act(bool is_calm)
{
    const int64_t what = draw(0, 99);
    if (what < (is_calm ? 20 : 50))
        send_both();
    else if (what < 65)
        receive_both();
    else if (what < 92)
        delete_both();
    else
        change_both();
}

static void wait_a_while(void)
{
    const int64_t step = draw(0, 400) ? draw(0, 4) * 250 * MSEC : draw(0, 700) * SEC;
    const int64_t now_ns = pair.now_ns + step;
    queue_rig_at(&pair.rig, (double)now_ns * 1e-9);
    assert_int_equal(pair.rig.now_ns, now_ns);
    settle(now_ns);
    pair.now_ns = now_ns;
}

static void open_pair(uint64_t episode)
{
    memset(&pair, 0, sizeof pair);
    rng_init(&pair.rng, rng_name(episode, 1, "test", "fair"));
    queue_rig_init(&pair.rig, &queue_sqs_standard);
    pair.rig.wants = MESSAGE_WANT_GROUP;
    pair.rig.cfg.retention_ns = draw(0, 1) ? 100 * SEC : 2000 * SEC;
    pair.rig.cfg.fair = (struct queue_fair_cfg){
        .noisy_share = (double)draw(0, 9) / 10.0,
        .noisy_minimum = draw(1, 6),
        .window_ns = draw(0, 1) ? 60 * SEC : 300 * SEC,
    };
    queue_rig_open(&pair.rig);
    pair.rig.probe = (struct probe){.sink = hear, .context = pair.rig.observe};
}

static void expect_end(void *context, uint16_t node, const char *metric, const char *stat,
                       const char *unit, double value)
{
    double wanted = 0;
    (void)context;
    (void)unit;
    if (node != QUEUE_RIG_JOBS || strcmp(stat, "end") != 0)
        return;
    int64_t quiet[STATES] = {0}, noisy = 0, oldest_ns = pair.now_ns;
    for (size_t i = 0; i < pair.count; i++) {
        const struct item *item = &pair.items[i];
        const bool is_quiet = !pair.noisy[item->tenant];
        quiet[item->state] += is_quiet;
        if (is_quiet && item->state != GONE && item->receives <= 3 && item->sent_ns < oldest_ns)
            oldest_ns = item->sent_ns;
    }
    for (int tenant = 0; tenant < TENANTS; tenant++)
        noisy += pair.noisy[tenant];
    if (strcmp(metric, "ApproximateNumberOfNoisyGroups") == 0)
        wanted = (double)noisy;
    else if (strcmp(metric, "ApproximateNumberOfMessagesVisibleInQuietGroups") == 0)
        wanted = (double)quiet[VISIBLE];
    else if (strcmp(metric, "ApproximateNumberOfMessagesNotVisibleInQuietGroups") == 0)
        wanted = (double)quiet[IN_FLIGHT];
    else if (strcmp(metric, "ApproximateNumberOfMessagesDelayedInQuietGroups") == 0)
        wanted = (double)quiet[DELAYED];
    else if (strcmp(metric, "ApproximateAgeOfOldestMessageInQuietGroups") == 0)
        wanted = (double)(pair.now_ns - oldest_ns) / 1e9;
    else
        return;
    if (value != wanted)
        fail_msg("%s: %.17g, wanted %.17g", metric, value, wanted);
}

/* EVIDENCE-OF: FAIR-1 FAIR-2 FAIR-3 FAIR-4 FAIR-5 CW-4 RCV-10 */
static void test_random_calls(void **state)
{
    int64_t noisy = 0, quiet = 0;
    (void)state;
    for (uint64_t episode = 0; episode < EPISODES; episode++) {
        open_pair(episode);
        for (int i = 0; i < CALLS; i++) {
            wait_a_while();
            act(i / 200 % 3 == 2);
            queue_settle(&pair.rig.queue, pair.now_ns);
            for (int tenant = 1; tenant < TENANTS; tenant++) {
                if (pair.said_noisy[tenant] != pair.noisy[tenant])
                    fail_msg("episode %d, call %d, tenant %d: noisy %d, wanted %d", (int)episode, i,
                             tenant, pair.said_noisy[tenant], pair.noisy[tenant]);
                noisy += pair.noisy[tenant];
                quiet += !pair.noisy[tenant];
            }
        }
        queue_rig_counts(&pair.rig, &pair.rig.queue);
        observe_finish(pair.rig.observe, pair.now_ns, 0);
        observe_rows(pair.rig.observe, expect_end, NULL);
        observe_free(pair.rig.observe);
        queue_free(&pair.rig.queue);
        queue_free(&pair.rig.dead);
        messages_free(&pair.rig.messages);
    }
    /* Both happen often enough to mean something. */
    assert_true(noisy > 8000 && quiet > 8000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_calls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
