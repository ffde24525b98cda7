// SPDX-License-Identifier: GPL-3.0-or-later
/* What a run would have cost: requests as they are billed, their price, and that of a million
 * messages.
 *
 * A call is one request, and one more for each further 64 KiB of what it sends or receives, a batch
 * being one call of all its entries (COST-2).  Entries that were refused are no payload, so a
 * refused or throttled call is one request (I).  A long poll counts when it is answered; one whose
 * caller died first does not.  Automatic moves are free (COST-3), and so is for a queue what topics
 * deliver to it (COST-4).
 *
 * Prices fall by the month's requests of all queues of a kind, and a queue pays its share of the
 * whole: prices of queues add up to the scenario's. */
#include "observe/metric.h"

#include <math.h>
#include "observe/topics.h"

#define MONTH_NS (INT64_C(30) * 86400 * 1000000000)

/* Of one call with so much payload. */
uint32_t metric_cost_requests(uint32_t bytes)
{
    return bytes <= METRIC_COST_CHUNK_BYTES ? 1
                                            : (bytes - 1) / (uint32_t)METRIC_COST_CHUNK_BYTES + 1;
}

void metric_cost_add(struct queue_account *queue, const struct fact *fact, uint32_t bytes,
                     bool is_grouped)
{
    const bool is_new = fact->n == 0;
    const uint32_t payload = is_new ? 0 : queue->payload;
    const bool was_grouped = (payload & METRIC_COST_GROUPED) != 0;
    const uint32_t told = payload & ~METRIC_COST_GROUPED;
    const uint32_t before = is_new ? 0 : metric_cost_requests(told),
                   now = metric_cost_requests(told + bytes);
    queue->counts.calls += is_new;
    queue->counts.further += now - before - is_new;
    /* COST-1: once one entry names a group, the whole request does. */
    if (was_grouped)
        queue->counts.grouped += now - before;
    else if (is_grouped)
        queue->counts.grouped += now;
    queue->payload = (told + bytes) | (was_grouped || is_grouped ? METRIC_COST_GROUPED : 0);
}

/* COST-3: a move task is billed for the calls that it stands for.  For each message these are taken
 * to be a receive and a delete at its source and a send to its destination (I). */
void metric_cost_moved(struct queue_account *from, struct queue_account *to,
                       const struct fact *fact)
{
    const uint32_t requests = metric_cost_requests(fact->bytes);
    from->counts.calls += 2;
    from->counts.further += requests - 1;
    to->counts.calls++;
    to->counts.further += requests - 1;
    if (!to->traits.is_fifo && fact->group != LEDGER_NONE)
        to->counts.grouped += requests;
}

/* --- prices --- */

static uint64_t requests_in(const struct queue_counts *counts)
{
    return counts->calls + counts->further - counts->unbilled;
}

static double queue_requests(const struct queue_account *queue)
{
    return (double)(requests_in(&queue->counts) - requests_in(&queue->base));
}

/* COST-1: of a month's first so many requests. */
static double price(const struct observe_price *tiers, double requests)
{
    double usd = 0.0, from = 0.0;
    for (int i = 0; i < OBSERVE_PRICE_TIERS && from < requests; i++) {
        const double to = fmin(requests, tiers[i].up_to_requests);
        usd += (to - from) * tiers[i].usd_per_million * 1e-6;
        from = to;
    }
    return usd;
}

/* Months begun. */
double metric_cost_months(const struct observe *observe)
{
    const int64_t counted_ns = observe->end_ns - observe->setting.from_ns;
    return counted_ns > MONTH_NS ? ceil((double)counted_ns / (double)MONTH_NS) : 1.0;
}

/* The mean price of a request, if a month's requests of the kind make up that share of all. */
static double mean_price(const struct observe *observe, const struct observe_price *tiers,
                         double requests, double all)
{
    const struct observe_setting *setting = &observe->setting;
    const double monthly = requests / metric_cost_months(observe);
    const double free = setting->has_free_tier ? setting->prices->free_requests : 0.0;
    if (requests == 0.0)
        return 0.0;
    const double unpaid = fmin(monthly, free * requests / all);
    return (price(tiers, monthly) - price(tiers, unpaid)) / monthly;
}

static double queue_usd(const struct queue_account *queue, const struct metric_cost *cost)
{
    const double grouped = (double)(queue->counts.grouped - queue->base.grouped);
    return queue_requests(queue) * cost->usd_per_request[queue->traits.is_fifo] +
           grouped * cost->usd_per_grouped;
}

/* --- functions: by invocations, and by their memory and time, each rounded up to a whole
 * millisecond; the polls of a mapping are requests at the queue like any others --- */

static double invocations_of(const struct function_account *function)
{
    return (double)(function->counts.invocations - function->base.invocations);
}

static double gb_s_of(const struct function_account *function)
{
    return (double)(function->counts.mib_ms - function->base.mib_ms) / (1024.0 * 1000.0);
}

static double function_usd(const struct function_account *function, const struct metric_cost *cost)
{
    return invocations_of(function) * cost->usd_per_invocation +
           gb_s_of(function) * cost->usd_per_gb_s[function->is_arm];
}

/* What remains to be paid of so many, if some a month are free. */
double metric_cost_paid_share(const struct observe *observe, double count, double free)
{
    const double unpaid = observe->setting.has_free_tier ? free * metric_cost_months(observe) : 0.0;
    return count > unpaid ? (count - unpaid) / count : 0.0;
}

/* COST-5: the free tier is shared by what each function uses. */
static void price_functions(const struct observe *observe, struct metric_cost *cost)
{
    const struct observe_prices *prices = observe->setting.prices;
    double invocations = 0.0, gb_s = 0.0;
    for (size_t i = 0; i < observe->setting.node_count; i++) {
        const struct function_account *function = observe->functions[i];
        if (function == NULL)
            continue;
        invocations += invocations_of(function);
        gb_s += gb_s_of(function);
    }
    const double paid = metric_cost_paid_share(observe, gb_s, prices->free_gb_s);
    cost->usd_per_invocation =
        prices->invocation_usd_per_million * 1e-6 *
        metric_cost_paid_share(observe, invocations, prices->free_invocations);
    cost->usd_per_gb_s[0] = prices->gb_s_usd[0] * paid;
    cost->usd_per_gb_s[1] = prices->gb_s_usd[1] * paid;
    for (size_t i = 0; i < observe->setting.node_count; i++) {
        if (observe->functions[i] != NULL)
            cost->usd += function_usd(observe->functions[i], cost);
    }
}

/* By a caller: what topics deliver was sent to them. */
static uint64_t sent_to(const struct queue_counts *counts)
{
    return counts->accepted - counts->from_topics;
}

struct metric_cost metric_cost_of(const struct observe *observe)
{
    const struct observe_prices *prices = observe->setting.prices;
    struct metric_cost cost = {.is_known = prices != NULL};
    double requests[2] = {0.0, 0.0};
    if (prices == NULL)
        return cost;
    for (size_t i = 0; i < observe->setting.node_count; i++) {
        const struct queue_account *queue = observe->queues[i];
        if (queue != NULL)
            requests[queue->traits.is_fifo] += queue_requests(queue);
    }
    const double all = requests[0] + requests[1];
    cost.usd_per_request[0] = mean_price(observe, prices->standard, requests[0], all);
    cost.usd_per_request[1] = mean_price(observe, prices->fifo, requests[1], all);
    cost.usd_per_grouped = prices->group_usd_per_million * 1e-6;
    for (size_t i = 0; i < observe->setting.node_count; i++) {
        const struct queue_account *queue = observe->queues[i];
        if (queue == NULL)
            continue;
        cost.usd += queue_usd(queue, &cost);
        cost.sent += sent_to(&queue->counts) - sent_to(&queue->base);
    }
    price_functions(observe, &cost);
    uint64_t published = 0;
    cost.usd += metric_topic_usd(observe, &published);
    cost.sent += published;
    return cost;
}

void metric_cost_put(const struct metric_rows *rows, bool is_known, double usd, uint64_t sent)
{
    const bool has_mean = is_known && sent > 0;
    metric_put(rows, "cost", "usd", "USD", is_known ? usd : (double)NAN);
    metric_put(rows, "cost", "usdPerMillion", "USD",
               has_mean ? usd / (double)sent * 1e6 : (double)NAN);
}

void metric_cost_rows(const struct queue_account *queue, const struct metric_cost *cost,
                      const struct metric_rows *rows)
{
    const struct queue_counts *now = &queue->counts, *base = &queue->base;
    metric_put(rows, "requests", "count", "1", queue_requests(queue));
    metric_cost_put(rows, cost->is_known, queue_usd(queue, cost),
                    now->accepted + now->moved_in - base->accepted - base->moved_in);
}

void metric_cost_function_rows(const struct function_account *function,
                               const struct consumer_account *consumer,
                               const struct metric_cost *cost, const struct metric_rows *rows)
{
    metric_cost_put(rows, cost->is_known, function_usd(function, cost),
                    consumer->counts.processed - consumer->base.processed);
}

void metric_cost_scenario_rows(const struct metric_cost *cost, const struct metric_rows *rows)
{
    metric_cost_put(rows, cost->is_known, cost->usd, cost->sent);
}
