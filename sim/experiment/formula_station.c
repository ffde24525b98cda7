// SPDX-License-Identifier: GPL-3.0-or-later
/* Fills in what formulas ask about, from the scenario alone. */
#include <math.h>
#include <string.h>
#include "base/units.h"
#include "experiment/formula.h"
#include "experiment/theory.h"

static const struct json *consumer_at(const struct formula_station *station, const char *tail,
                                      struct arena *arena)
{
    return json_find(station->scenario->doc,
                     arena_printf(arena, "/consumers/%s%s", station->service.consumer, tail));
}

/* Where only chance decides, each attempt by itself.  A crash takes other work with it. */
static double failure_p(const struct formula_station *station, struct arena *arena)
{
    const struct json *failure = consumer_at(station, "/failure", arena);
    const struct json *mode = consumer_at(station, "/failure/mode", arena);
    const struct json *p = consumer_at(station, "/failure/probability", arena);
    if (failure == NULL || station->scenario->fault_count > 0 || p == NULL ||
        json_kind(p) != JSON_NUMBER || json_count(failure) != (mode != NULL ? 2 : 1) ||
        (mode != NULL && strcmp(json_text(mode), "crash") == 0))
        return (double)NAN;
    return json_number(p);
}

/* Where the distribution is not known as a function, what is far out counts as never. */
static double outlast_p(const struct formula_station *station)
{
    const struct setting_service *service = &station->service;
    if (!station->is_known)
        return (double)NAN;
    const double p = 1.0 - dist_cdf(&service->service, station->visibility_s);
    const double far_s = service->service_s + 50.0 * sqrt(service->service_variance_s2);
    return isnan(p) && far_s < station->visibility_s ? 0.0 : p;
}

/* What the queue has that a waiting line has not, as a sentence; NULL: nothing. */
static const char *queue_left_out(const struct formula_station *station,
                                  const struct scenario_queue *queue, struct arena *arena)
{
    const char *storage = arena_printf(arena, "/queues/%s/storage", station->entity);
    const int64_t limit = queue->cfg.in_flight_limit;
    if (json_find(station->scenario->doc, storage) != NULL)
        return arena_printf(arena, "\"storage\" of %s is not in the formula", station->entity);
    return limit >= 0 && (double)limit < station->service.workers
               ? "fewer messages may be in flight than there are workers"
               : NULL;
}

static void fill_queue(struct formula_station *station, struct arena *arena)
{
    const struct scenario_queue *queue = setting_queue(station->scenario, station->entity);
    station->is_known =
        setting_service_of(station->scenario, station->entity, arena, &station->service);
    station->visibility_s = units_s(queue->cfg.visibility_ns);
    station->wait_s = units_s(queue->cfg.wait_ns);
    station->retention_s = units_s(queue->cfg.retention_ns);
    station->stale_delete = queue->cfg.stale_delete;
    station->max_receives = queue->dead_letter != NODE_NONE ? queue->cfg.redrive.max_receives : 0;
    if (station->service.consumer_count == 0)
        return;
    if (station->service.left_out == NULL)
        station->service.left_out = queue_left_out(station, queue, arena);
    const char *wait =
        arena_printf(arena, "/consumers/%s/WaitTimeSeconds", station->service.consumer);
    const char *visibility =
        arena_printf(arena, "/consumers/%s/VisibilityTimeout", station->service.consumer);
    station->wait_s = setting_number(station->scenario, wait, station->wait_s);
    station->visibility_s = setting_number(station->scenario, visibility, station->visibility_s);
    station->outlast_p = outlast_p(station);
    station->failure_p = failure_p(station, arena);
}

/* --- chains: by Burke's theorem what leaves an M/M/c queue is Poisson again --- */

enum {
    LINK = FORMULA_KNOWN | FORMULA_PLAIN | FORMULA_UNGROUPED | FORMULA_PROMPT | FORMULA_WAITING |
           FORMULA_HIDDEN | FORMULA_EXPONENTIAL | FORMULA_STABLE | FORMULA_KEPT,
    LINKS_MAX = 64
};

/* The queue that a consumer sends each message on to, once; "" if it ends there, NULL otherwise. */
static const char *next_queue(const struct formula_station *link, struct arena *arena)
{
    const struct json *then = consumer_at(link, "/then", arena);
    if (then == NULL)
        return "";
    const struct json *first = json_count(then) == 1 ? json_first(then) : NULL;
    if (first == NULL || json_get(first, "when") != NULL || json_get(first, "count") != NULL ||
        json_kind(json_get(first, "to")) != JSON_TEXT)
        return NULL;
    const char *to = json_text(json_get(first, "to"));
    return setting_queue(link->scenario, to) != NULL ? to : NULL;
}

static const char *follow(struct formula_station *station, const char *queue, struct arena *arena)
{
    const struct setting_arrivals arrivals = setting_arrivals_of(station->scenario, queue);
    size_t count = 0;
    for (; queue != NULL && *queue != '\0' && count < LINKS_MAX; count++) {
        struct formula_station link;
        formula_station(&link, station->scenario, FORMULA_QUEUE, queue, arena);
        if (setting_feeder_count(station->scenario, queue) + link.arrivals.producer_count != 1)
            return arena_printf(arena, "%s gets messages from several", queue);
        link.arrivals = arrivals;
        link.load = arrivals.rate_per_s * link.service.service_s / link.service.workers;
        const char *refusal = formula_refusal(&link, LINK, arena);
        if (refusal != NULL)
            return arena_printf(arena, "%s: %s", queue, refusal);
        station->chain_s += theory_mmc_sojourn_s((unsigned)link.service.workers,
                                                 arrivals.rate_per_s, link.service.service_s);
        queue = next_queue(&link, arena);
    }
    if (queue == NULL || count == LINKS_MAX)
        return "its messages do not go from queue to queue, each once";
    return count > 1 ? NULL : "its messages pass a single queue";
}

static void fill_chain(struct formula_station *station, struct arena *arena)
{
    const struct json *producer =
        json_find(station->scenario->doc, arena_printf(arena, "/producers/%s", station->entity));
    const struct json *to = producer != NULL ? json_get(producer, "to") : NULL;
    if (to == NULL || json_kind(to) != JSON_TEXT ||
        setting_queue(station->scenario, json_text(to)) == NULL) {
        station->chain_fault = "it does not send to a queue";
        return;
    }
    struct formula_station first;
    formula_station(&first, station->scenario, FORMULA_QUEUE, json_text(to), arena);
    station->arrivals = first.arrivals;
    station->chain_fault = formula_refusal(
        &first, FORMULA_POISSON | FORMULA_SINGLE | FORMULA_SOLE | FORMULA_LASTING, arena);
    if (station->chain_fault == NULL)
        station->chain_fault = follow(station, json_text(to), arena);
}

void formula_station(struct formula_station *station, const struct scenario *scenario,
                     enum formula_about about, const char *entity, struct arena *arena)
{
    *station = (struct formula_station){
        .scenario = scenario,
        .about = about,
        .entity = entity,
        .service.distribution = "unknown",
        .outlast_p = (double)NAN,
        .failure_p = (double)NAN,
        .room = HUGE_VAL,
        .retention_s = HUGE_VAL,
        .chain_fault = "it is no chain",
    };
    if (about == FORMULA_PRODUCER) {
        fill_chain(station, arena);
        return;
    }
    station->arrivals = setting_arrivals_of(scenario, entity);
    if (about == FORMULA_QUEUE) {
        fill_queue(station, arena);
    } else {
        const char *room = arena_printf(arena, "/downstreams/%s/capacity", entity);
        station->is_known = setting_downstream_of(scenario, entity, arena, &station->service);
        station->room = setting_number(scenario, room, HUGE_VAL);
    }
    station->load =
        station->arrivals.rate_per_s * station->service.service_s / station->service.workers;
}
