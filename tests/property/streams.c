// SPDX-License-Identifier: GPL-3.0-or-later
/* Random streams belong to components and messages: adding a component changes nothing of the
 * others, and variants share their arrivals and the work of each message, whatever else they
 * change.  What is compared are the facts, told by name and not by node id.  Streams of different
 * names are uncorrelated. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/rng.h"
#include "tools/world.h"

enum { RECORDS = 60000, TEXT = 4096 };

/* A fact without what may differ between worlds: ids, slots and seqs. */
struct record {
    const char *node, *peer;
    enum probe_kind kind;
    uint64_t number;
    uint32_t delivery;
    int64_t at_ns, value;
};

struct history {
    const struct scenario *scenario;
    size_t count;
    struct record records[RECORDS];
};

static struct history first, second;

static void hear(void *context, const struct fact *fact)
{
    struct history *history = context;
    if (fact->kind == PROBE_QUEUE_CHANGED)
        return;
    assert_true(history->count < RECORDS);
    history->records[history->count++] =
        (struct record){.node = scenario_node_name(history->scenario, fact->node),
                        .peer = scenario_node_name(history->scenario, fact->peer),
                        .kind = (enum probe_kind)fact->kind,
                        .number = probe_root_number(fact->root),
                        .delivery = fact->delivery,
                        .at_ns = fact->at_ns,
                        .value = fact->value};
}

static void live(struct world_lab *lab, struct history *history, const char *text, size_t variant)
{
    world_lab_open_at(lab, text, variant, 0);
    history->scenario = lab->scenario;
    history->count = 0;
    world_lab_attach(lab, (struct observer){hear, history});
    world_lab_run(lab, 1);
}

/* --- adding a component --- */

static bool is_same(const struct record *a, const struct record *b)
{
    return a->kind == b->kind && strcmp(a->node, b->node) == 0 && a->number == b->number &&
           a->delivery == b->delivery && a->at_ns == b->at_ns && a->value == b->value;
}

/* Components that were added have names that begin with x; what is said about them is theirs. */
static const struct record *next_of_old(const struct history *history, size_t *at)
{
    while (*at < history->count &&
           (history->records[*at].node[0] == 'x' || history->records[*at].peer[0] == 'x'))
        (*at)++;
    return *at < history->count ? &history->records[(*at)++] : NULL;
}

static void check_untouched(void)
{
    size_t a = 0, b = 0;
    for (;;) {
        const struct record *old = next_of_old(&first, &a), *new = next_of_old(&second, &b);
        if (old == NULL && new == NULL)
            return;
        if (old == NULL || new == NULL || !is_same(old, new)) {
            if (old != NULL && new != NULL)
                print_error("%s %s of message %llu at %lld, value %lld; with more components %s %s "
                            "of message %llu at %lld, value %lld\n",
                            old->node, probe_names[old->kind], (unsigned long long)old->number,
                            (long long)old->at_ns, (long long)old->value, new->node,
                            probe_names[new->kind], (unsigned long long)new->number,
                            (long long)new->at_ns, (long long)new->value);
            fail();
        }
    }
}

#define QUEUE_KEYS                                                                                 \
    "`VisibilityTimeout`: 3, `RedrivePolicy`: {`deadLetterTargetArn`: `jobs-dlq`, "                \
    "`maxReceiveCount`: 4}"
#define OLD_QUEUES(more) "`jobs`: {" QUEUE_KEYS more "}, `jobs-dlq`: {}"
#define OLD_PRODUCER                                                                               \
    "`web`: {`to`: `jobs`, `count`: 2, `arrivals`: {`process`: `poisson`, `rate`: 15}, "           \
    "`message`: {`size`: {`dist`: `uniform`, `low`: 10, `high`: 2000}}}"
#define OLD_CONSUMER OLD_CONSUMER_AND("")
#define OLD_CONSUMER_AND(more)                                                                     \
    "`worker`: {`from`: `jobs`, `count`: 8, `WaitTimeSeconds`: 0, `pollInterval`: {`dist`: "       \
    "`exponential`, `mean`: `50ms`}, `service`: {`dist`: `lognormal`, `mean`: `300ms`, `cv`: 1}, " \
    "`failure`: {`probability`: 0.1, `mode`: `crash`, `restart`: {`dist`: `exponential`, "         \
    "`mean`: 1}}" more "}"
#define HEAD                                                                                       \
    "{`version`: 1, `title`: `streams`, `experiment`: {`seed`: 3, `duration`: 60}, `network`: "    \
    "{`request`: {`dist`: `exponential`, `mean`: `5ms`}}, "
#define WORLD(queues, producers, consumers)                                                        \
    HEAD "`queues`: {" queues "}, `producers`: {" producers "}, `consumers`: {" consumers "}}"

#define MORE_PRODUCER                                                                              \
    "`xweb`: {`to`: `xjobs`, `arrivals`: {`process`: `poisson`, `rate`: 20}, `message`: "          \
    "{`group`: "                                                                                   \
    "`x`}}"
#define MORE_CONSUMER                                                                              \
    "`xworker`: {`from`: `xjobs`, `count`: 3, `WaitTimeSeconds`: 20, `service`: {`dist`: "         \
    "`exponential`, `mean`: `100ms`}}"

static void compare_worlds(const char *small, const char *large)
{
    struct world_lab lab, other;
    live(&lab, &first, small, 0);
    live(&other, &second, large, 0);
    assert_true(first.count > 2000 && second.count > first.count + 1000);
    check_untouched();
    world_lab_close(&other);
    world_lab_close(&lab);
}

/* Named after the others, another queue with its producer and consumer. */
static void test_components_behind(void **state)
{
    (void)state;
    compare_worlds(WORLD(OLD_QUEUES(""), OLD_PRODUCER, OLD_CONSUMER),
                   WORLD(OLD_QUEUES("") ", `xjobs`: {}", OLD_PRODUCER ", " MORE_PRODUCER,
                         OLD_CONSUMER ", " MORE_CONSUMER));
}

/* Named before them. */
static void test_components_in_front(void **state)
{
    (void)state;
    compare_worlds(WORLD(OLD_QUEUES(""), OLD_PRODUCER, OLD_CONSUMER),
                   WORLD("`xjobs`: {}, " OLD_QUEUES(""), MORE_PRODUCER ", " OLD_PRODUCER,
                         MORE_CONSUMER ", " OLD_CONSUMER));
}

/* Also where the queue itself draws: servers, duplicates, order. */
#define STORAGE                                                                                    \
    ", `storage`: {`servers`: 6, `shortPollServers`: 2, `duplicateOnReceive`: 0.1, "               \
    "`resurrectAfterDelete`: 0.05, `reorderWindow`: 5}"
static void test_an_imperfect_store(void **state)
{
    (void)state;
    compare_worlds(WORLD(OLD_QUEUES(STORAGE), OLD_PRODUCER, OLD_CONSUMER),
                   WORLD(OLD_QUEUES(STORAGE) ", `xjobs`: {}", OLD_PRODUCER ", " MORE_PRODUCER,
                         OLD_CONSUMER ", " MORE_CONSUMER));
}

/* --- sending on --- */

#define AT_ONCE(queues, producers, consumers)                                                      \
    "{`version`: 1, `title`: `streams`, `experiment`: {`seed`: 3, `duration`: 60}, `queues`: "     \
    "{" queues "}, `producers`: {" producers "}, `consumers`: {" consumers "}}"
#define XTHEN                                                                                      \
    "[{`to`: `xmore`, `count`: 3, `message`: {`size`: {`dist`: `uniform`, `low`: 10, `high`: "     \
    "2000}, `group`: {`groups`: 5}}}]"

/* The worker begins to send on, over a network that takes no time: what it and all others do
 * besides is the same to the last draw. */
static void test_then_changes_nothing_else(void **state)
{
    (void)state;
    struct world_lab lab, other;
    static const char then[] =
        AT_ONCE(OLD_QUEUES("") ", `xmore`: {}", OLD_PRODUCER, OLD_CONSUMER_AND(", `then`: " XTHEN));
    live(&lab, &first, AT_ONCE(OLD_QUEUES(""), OLD_PRODUCER, OLD_CONSUMER), 0);
    live(&other, &second, then, 0);
    assert_true(first.count > 2000 && second.count > first.count + 1000);
    check_untouched();
    world_lab_close(&other);
    world_lab_close(&lab);
}

/* ... and over one that takes time, the others' draws are the same. */
static void test_then_of_another(void **state)
{
    (void)state;
    compare_worlds(WORLD(OLD_QUEUES(""), OLD_PRODUCER, OLD_CONSUMER),
                   WORLD(OLD_QUEUES("") ", `xjobs`: {}, `xmore`: {}",
                         OLD_PRODUCER ", " MORE_PRODUCER,
                         OLD_CONSUMER ", `xworker`: {`from`: `xjobs`, `count`: 3, "
                                      "`WaitTimeSeconds`: 20, `service`: {`dist`: `exponential`, "
                                      "`mean`: `100ms`}, `then`: " XTHEN "}"));
}

/* --- variants --- */

static int compare_works(const void *a_, const void *b_)
{
    const struct record *a = a_, *b = b_;
    if (a->number != b->number)
        return a->number < b->number ? -1 : 1;
    return a->delivery < b->delivery ? -1 : a->delivery > b->delivery;
}

/* Keeps the records of one kind, in order of (message, receive). */
static void keep(struct history *history, enum probe_kind kind)
{
    size_t kept = 0;
    for (size_t i = 0; i < history->count; i++) {
        if (history->records[i].kind == kind)
            history->records[kept++] = history->records[i];
    }
    history->count = kept;
    qsort(history->records, kept, sizeof *history->records, compare_works);
}

/* How many records both have; their values must be equal, and with_time their times too. */
static size_t count_shared(bool with_time)
{
    size_t shared = 0, b = 0;
    for (size_t a = 0; a < first.count; a++) {
        while (b < second.count && compare_works(&second.records[b], &first.records[a]) < 0)
            b++;
        if (b == second.count)
            break;
        if (compare_works(&second.records[b], &first.records[a]) != 0)
            continue;
        assert_int_equal(first.records[a].value, second.records[b].value);
        if (with_time)
            assert_int_equal(first.records[a].at_ns, second.records[b].at_ns);
        shared++;
    }
    return shared;
}

static void compare_variants(const char *text, enum probe_kind kind, bool with_time)
{
    struct world_lab lab, other;
    live(&lab, &first, text, 0);
    live(&other, &second, text, 1);
    keep(&first, kind);
    keep(&second, kind);
    assert_true(count_shared(with_time) > 500);
    world_lab_close(&other);
    world_lab_close(&lab);
}

#define VARIANTS(change)                                                                           \
    "{`version`: 1, `title`: `variants`, `experiment`: {`seed`: 3, `duration`: 60}, `variants`: "  \
    "{`one`: {}, `two`: " change "}, `queues`: {" OLD_QUEUES("") "}, `producers`: {" OLD_PRODUCER  \
                                                                 "}, `consumers`: {" OLD_CONSUMER  \
                                                                 "}}"

/* What may change: how many workers there are, the time-out, a dead-letter queue, a queue that only
 * one variant has. */
static const char *const changes[] = {
    VARIANTS("{`/consumers/worker/count`: 30}"),
    VARIANTS("{`/queues/jobs/VisibilityTimeout`: 30}"),
    VARIANTS("{`/queues/jobs/RedrivePolicy`: null}"),
    VARIANTS("{`/queues/another`: {}}"),
};

/* The work of a message at its first, second, .. receive is the same in both variants, although
 * they receive in other orders and at other times. */
static void test_variants_share_work(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
        compare_variants(changes[i], PROBE_STARTED, false);
}

static void test_variants_share_arrivals(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
        compare_variants(changes[i], PROBE_ANSWERED, true);
}

/* --- independence --- */

enum { STREAMS = 8, DRAWS = 100000 };

/* Names as worlds use them, alike but for one part. */
static uint64_t stream_name(size_t i)
{
    static const struct {
        uint64_t seed, replication;
        const char *owner, *purpose;
    } names[STREAMS] = {
        {1, 1, "web", "arrivals"},  {1, 1, "web", "size"},
        {1, 1, "web2", "arrivals"}, {1, 1, "worker", "arrivals"},
        {1, 1, "jobs", "servers"},  {1, 2, "web", "arrivals"},
        {2, 1, "web", "arrivals"},  {UINT64_C(1) << 32 | 1, 1, "web", "arrivals"},
    };
    return rng_name(names[i].seed, names[i].replication, names[i].owner, names[i].purpose);
}

/* Pearson's coefficient of one stream with the other, which is lag draws ahead. */
static double correlation(const double *a, const double *b, size_t lag)
{
    double ab = 0.0, aa = 0.0, bb = 0.0;
    for (size_t i = 0; i + lag < DRAWS; i++) {
        const double x = a[i] - 0.5, y = b[i + lag] - 0.5;
        ab += x * y;
        aa += x * x;
        bb += y * y;
    }
    return ab / sqrt(aa * bb);
}

static double draws[STREAMS][DRAWS];

/* Of independent streams it is about normal with 1/sqrt(n); among 64 pairs of streams at 3 lags it
 * goes beyond 6 of these by chance at an error of 4e-7. */
static void check_uncorrelated(void)
{
    static const size_t lags[] = {0, 1, 7};
    const double most = 6.0 / sqrt((double)DRAWS);
    for (size_t a = 0; a < STREAMS; a++) {
        for (size_t b = 0; b < STREAMS; b++) {
            for (size_t i = 0; i < 3; i++) {
                if (a != b || lags[i] > 0)
                    assert_true(fabs(correlation(draws[a], draws[b], lags[i])) < most);
            }
        }
    }
}

static void test_streams_are_uncorrelated(void **state)
{
    (void)state;
    for (size_t a = 0; a < STREAMS; a++) {
        struct rng rng;
        rng_init(&rng, stream_name(a));
        for (size_t i = 0; i < DRAWS; i++)
            draws[a][i] = rng_uniform(&rng);
    }
    check_uncorrelated();
}

/* The draws of messages 0, 1, .. at their first attempt are a stream, too. */
static void test_keyed_draws_are_uncorrelated(void **state)
{
    (void)state;
    for (size_t a = 0; a < STREAMS; a++) {
        for (size_t i = 0; i < DRAWS; i++)
            draws[a][i] = rng_unit(rng_keyed_word(stream_name(a), i, 1));
    }
    check_uncorrelated();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_components_behind),
        cmocka_unit_test(test_components_in_front),
        cmocka_unit_test(test_then_changes_nothing_else),
        cmocka_unit_test(test_then_of_another),
        cmocka_unit_test(test_an_imperfect_store),
        cmocka_unit_test(test_variants_share_work),
        cmocka_unit_test(test_variants_share_arrivals),
        cmocka_unit_test(test_streams_are_uncorrelated),
        cmocka_unit_test(test_keyed_draws_are_uncorrelated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
