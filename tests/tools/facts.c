// SPDX-License-Identifier: GPL-3.0-or-later
/* Tells facts, reads rows, and watches histories that must end the process, from its parent. */
#define _POSIX_C_SOURCE 200809L
#include "tools/facts.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/units.h"

static const struct node nodes[FACTS_NODES] = {
    [JOBS] = {"jobs", NODE_QUEUE, JOBS},       [JOBS_DLQ] = {"jobs-dlq", NODE_QUEUE, JOBS_DLQ},
    [LINE] = {"line.fifo", NODE_QUEUE, LINE},  [LINE_DLQ] = {"line-dlq.fifo", NODE_QUEUE, LINE_DLQ},
    [WEB] = {"web", NODE_PRODUCER, WEB},       [WORKER] = {"worker", NODE_CONSUMER, WORKER},
    [CLERK] = {"clerk", NODE_CONSUMER, CLERK}, [LAMBDA] = {"lambda", NODE_FUNCTION, LAMBDA},
    [NEWS] = {"news", NODE_TOPIC, NEWS},       [SITE] = {"site", NODE_ENDPOINT, SITE},
};

static const struct node *const node_list[FACTS_NODES] = {
    &nodes[JOBS],   &nodes[JOBS_DLQ], &nodes[LINE],   &nodes[LINE_DLQ], &nodes[WEB],
    &nodes[WORKER], &nodes[CLERK],    &nodes[LAMBDA], &nodes[NEWS],     &nodes[SITE],
};

void facts_open(struct facts *facts, const struct observe_setting *setting)
{
    struct observe_setting all = {.until_ns = FOREVER, .metrics = true, .invariants = true};
    if (setting != NULL)
        all = *setting;
    all.nodes = node_list;
    all.node_count = FACTS_NODES;
    memset(facts, 0, sizeof *facts);
    facts->observe = observe_new(&all);
    facts_announce(facts);
}

void facts_close(struct facts *facts)
{
    observe_free(facts->observe);
}

static void announce(struct facts *facts, uint16_t queue, uint16_t dead_letter, int64_t receives)
{
    facts_change(facts, queue, QUEUE_FACT_FIFO, queue == LINE || queue == LINE_DLQ);
    facts_change(facts, queue, QUEUE_FACT_RETENTION_NS, 4 * DAY);
    facts_change(facts, queue, QUEUE_FACT_DELAY_NS, 0);
    facts_change(facts, queue, QUEUE_FACT_MAX_RECEIVES, receives);
    facts_change(facts, queue, QUEUE_FACT_DEAD_LETTER,
                 dead_letter == NODE_NONE ? -1 : (int64_t)dead_letter);
    facts_change(facts, queue, QUEUE_FACT_STORE_IS_IDEAL, 1);
    facts_change(facts, queue, QUEUE_FACT_AGE_RECEIVES,
                 queue == LINE || queue == LINE_DLQ ? -1 : 3);
}

void facts_announce(struct facts *facts)
{
    facts->now_ns = 0;
    announce(facts, JOBS, JOBS_DLQ, 3);
    announce(facts, JOBS_DLQ, NODE_NONE, 0);
    announce(facts, LINE, LINE_DLQ, 2);
    announce(facts, LINE_DLQ, NODE_NONE, 0);
}

void facts_at(struct facts *facts, double seconds)
{
    facts->now_ns = units_ns(seconds);
}

void facts_tell(struct facts *facts, struct fact fact)
{
    fact.at_ns = facts->now_ns;
    if (fact.root == 0 && fact.message < FACTS_SLOTS)
        fact.root = facts->roots[fact.message];
    if (fact.message < FACTS_SLOTS && (fact.kind == PROBE_ACCEPTED || fact.kind == PROBE_PRELOADED))
        facts->groups[fact.message] = fact.group;
    else if (fact.message < FACTS_SLOTS && fact.group == 0)
        fact.group = facts->groups[fact.message];
    observe_sink(facts->observe, &fact);
}

void facts_accept_group(struct facts *facts, uint16_t queue, uint32_t slot, uint32_t group)
{
    facts->roots[slot] = probe_root(WEB, facts->number++);
    facts_tell(facts, (struct fact){.kind = PROBE_ACCEPTED,
                                    .node = queue,
                                    .peer = WEB,
                                    .message = slot,
                                    .group = group,
                                    .bytes = 1000,
                                    .value = facts->now_ns,
                                    .other = facts->now_ns});
}

void facts_accept(struct facts *facts, uint16_t queue, uint32_t slot)
{
    const bool is_fifo = queue == LINE || queue == LINE_DLQ;
    facts_accept_group(facts, queue, slot, is_fifo ? 0 : UINT32_MAX);
}

void facts_deliver_nth(struct facts *facts, uint16_t n, uint16_t queue, uint32_t slot,
                       uint32_t receives, double timeout_s)
{
    facts_tell(facts, (struct fact){.kind = PROBE_DELIVERED,
                                    .node = queue,
                                    .peer = WORKER,
                                    .n = n,
                                    .message = slot,
                                    .delivery = receives,
                                    .value = facts->now_ns + units_ns(timeout_s)});
}

void facts_deliver(struct facts *facts, uint16_t queue, uint32_t slot, uint32_t receives,
                   double timeout_s)
{
    facts_deliver_nth(facts, 0, queue, slot, receives, timeout_s);
}

void facts_say(struct facts *facts, enum probe_kind kind, uint16_t queue, uint32_t slot)
{
    facts_tell(facts, (struct fact){
                          .kind = (uint16_t)kind, .node = queue, .peer = WORKER, .message = slot});
}

void facts_work(struct facts *facts, enum probe_kind kind, uint16_t queue, uint32_t slot,
                double service_s)
{
    facts_tell(facts, (struct fact){.kind = (uint16_t)kind,
                                    .node = WORKER,
                                    .peer = queue,
                                    .message = slot,
                                    .value = units_ns(service_s)});
}

struct fact facts_published(enum probe_kind kind, uint16_t peer, uint16_t subscription,
                            uint64_t number)
{
    return (struct fact){.kind = (uint16_t)kind,
                         .node = NEWS,
                         .peer = peer,
                         .n = subscription,
                         .message = UINT32_MAX,
                         .group = UINT32_MAX,
                         .bytes = 100,
                         .root = probe_root(WEB, number)};
}

void facts_change(struct facts *facts, uint16_t queue, enum queue_fact what, int64_t value)
{
    facts_tell(facts, (struct fact){.kind = PROBE_QUEUE_CHANGED,
                                    .node = queue,
                                    .peer = NODE_NONE,
                                    .n = (uint16_t)what,
                                    .message = UINT32_MAX,
                                    .value = value});
}

void facts_finish(struct facts *facts)
{
    observe_finish(facts->observe, facts->now_ns, 77);
}

struct search {
    uint16_t node;
    const char *metric, *stat;
    int found;
    double value;
};

static void compare(void *context, uint16_t node, const char *metric, const char *stat,
                    const char *unit, double value)
{
    struct search *search = context;
    assert_non_null(unit);
    if (node != search->node || strcmp(metric, search->metric) != 0 ||
        strcmp(stat, search->stat) != 0)
        return;
    search->found++;
    search->value = value;
}

bool facts_has_row(const struct facts *facts, uint16_t node, const char *metric, const char *stat)
{
    struct search search = {node, metric, stat, 0, 0.0};
    observe_rows(facts->observe, compare, &search);
    assert_true(search.found <= 1);
    return search.found == 1;
}

double facts_value(const struct facts *facts, uint16_t node, const char *metric, const char *stat)
{
    struct search search = {node, metric, stat, 0, 0.0};
    observe_rows(facts->observe, compare, &search);
    if (search.found != 1)
        print_error("%d rows of %s %s\n", search.found, metric, stat);
    assert_int_equal(search.found, 1);
    return search.value;
}

void facts_expect_at(const struct facts *facts, uint16_t node, const char *metric, const char *stat,
                     double wanted, const char *file, int line)
{
    const double seen = facts_value(facts, node, metric, stat);
    const bool both_nan = isnan(seen) && isnan(wanted);
    if (both_nan || fabs(seen - wanted) <= 1e-9 * fmax(1.0, fabs(wanted)))
        return;
    print_error("%s %s: %.12g, wanted %.12g\n", metric, stat, seen, wanted);
    _fail(file, line);
}

static char said[2048];

static void live(void (*history)(struct facts *))
{
    struct facts facts;
    facts_open(&facts, NULL);
    history(&facts);
    facts_finish(&facts);
    facts_close(&facts);
}

static int status_of(void (*history)(struct facts *))
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        live(history);
        _exit(0);
    }
    close(ends[1]);
    size_t length = 0;
    ssize_t got;
    while ((got = read(ends[0], said + length, sizeof said - 1 - length)) > 0)
        length += (size_t)got;
    said[length] = '\0';
    close(ends[0]);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

void facts_expect_kept_at(void (*history)(struct facts *), const char *file, int line)
{
    const int status = status_of(history);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return;
    print_error("%s", said);
    _fail(file, line);
}

void facts_expect_broken_at(void (*history)(struct facts *), const char *invariant,
                            const char *what, const char *file, int line)
{
    char begin[128];
    const int status = status_of(history);
    snprintf(begin, sizeof begin, "queuelab: invariant broken: %s: ", invariant);
#ifdef MUST_ABORTS
    const bool died = WIFSIGNALED(status);
#else
    const bool died = WIFEXITED(status) && WEXITSTATUS(status) == 4;
#endif
    if (died && strncmp(said, begin, strlen(begin)) == 0 && strstr(said, what) != NULL)
        return;
    print_error("status %d, said \"%s\", wanted %s: ... %s\n", status, said, invariant, what);
    _fail(file, line);
}
