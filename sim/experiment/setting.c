// SPDX-License-Identifier: GPL-3.0-or-later
/* Reads the scenario's tree again: what was refused when it was loaded cannot come here, so that
 * whatever is not understood counts as not given. */
#include "experiment/setting.h"

#include <math.h>
#include <string.h>
#include "base/units.h"

static const struct json *at(const struct scenario *scenario, const char *pointer)
{
    return json_find(scenario->doc, pointer);
}

/* The first of what is at a pointer; NULL where nothing is. */
static const struct json *first_at(const struct scenario *scenario, const char *pointer)
{
    const struct json *node = at(scenario, pointer);
    return node != NULL ? json_first(node) : NULL;
}

static double number_of(const struct json *node, double fallback)
{
    return node != NULL && json_kind(node) == JSON_NUMBER ? json_number(node) : fallback;
}

static double duration_of(const struct json *node, double fallback)
{
    double seconds;
    if (node != NULL && json_kind(node) == JSON_TEXT &&
        units_parse_duration(json_text(node), &seconds))
        return seconds;
    return number_of(node, fallback);
}

static double rate_of(const struct json *node, double fallback)
{
    double per_s;
    if (node != NULL && json_kind(node) == JSON_TEXT && units_parse_rate(json_text(node), &per_s))
        return per_s;
    return number_of(node, fallback);
}

static bool is_word(const struct json *node, const char *word)
{
    return node != NULL && json_kind(node) == JSON_TEXT && strcmp(json_text(node), word) == 0;
}

/* A queue is named by its name or by an ARN that ends in it. */
static bool names_queue(const struct json *node, const char *queue)
{
    if (node == NULL || json_kind(node) != JSON_TEXT)
        return false;
    const char *colon = strrchr(json_text(node), ':');
    return strcmp(colon != NULL ? colon + 1 : json_text(node), queue) == 0;
}

double setting_number(const struct scenario *scenario, const char *pointer, double fallback)
{
    return number_of(at(scenario, pointer), fallback);
}

double setting_duration_s(const struct scenario *scenario, const char *pointer, double fallback)
{
    return duration_of(at(scenario, pointer), fallback);
}

const struct scenario_queue *setting_queue(const struct scenario *scenario, const char *name)
{
    for (size_t i = 0; i < scenario->queue_count; i++) {
        if (strcmp(scenario->queues[i].name, name) == 0)
            return &scenario->queues[i];
    }
    return NULL;
}

bool setting_is_read(const struct scenario *scenario, size_t queue)
{
    for (size_t i = 0; i < scenario->actor_count; i++) {
        const struct scenario_actor *actor = &scenario->actors[i];
        if (actor->kind->reads != NULL && actor->kind->reads(actor->cfg) == queue)
            return true;
    }
    return false;
}

bool setting_is_tended(const struct scenario *scenario, const char *queue)
{
    const struct scenario_queue *of = setting_queue(scenario, queue);
    for (const struct json *alarm = first_at(scenario, "/alarms"); alarm != NULL;
         alarm = json_next(alarm)) {
        if (names_queue(json_get(alarm, "entity"), queue))
            return true;
    }
    return of != NULL && setting_is_read(scenario, (size_t)(of - scenario->queues));
}

/* Of a subscription? */
static bool takes_undelivered(const struct scenario *scenario, uint16_t queue)
{
    for (size_t i = 0; i < scenario->topic_count; i++) {
        const struct param_items *all = &scenario->topics[i].cfg.subscriptions;
        const struct topic_subscription_cfg *subscriptions = all->items;
        for (size_t at = 0; at < all->count; at++) {
            if (subscriptions[at].redrive.dead_letter.name != NULL &&
                subscriptions[at].redrive.dead_letter.id == queue)
                return true;
        }
    }
    return false;
}

bool setting_is_dead_letter(const struct scenario *scenario, const char *queue)
{
    const struct scenario_queue *target = setting_queue(scenario, queue);
    for (size_t i = 0; target != NULL && i < scenario->queue_count; i++) {
        if (scenario->queues[i].dead_letter == (uint16_t)(target - scenario->queues))
            return true;
    }
    return target != NULL && takes_undelivered(scenario, (uint16_t)(target - scenario->queues));
}

/* Reads a distribution of times as the loader did; what it could not read it has refused long ago.
 */
static bool read_dist(const struct scenario *scenario, const struct json *node, struct arena *arena,
                      struct dist *dist)
{
    static const struct param row = {
        .name = "service", .type = &dist_service_param, PARAM_NO_RANGE};
    struct param_reader reader = {.doc = scenario->doc,
                                  .diag = diag_new(),
                                  .arena = arena,
                                  .folder = scenario->folder,
                                  .origin = scenario->origin};
    const bool ok = dist_service_param.read(&reader, &row, dist, node);
    diag_free(reader.diag);
    text_free(&reader.pointer);
    return ok && dist->fast != DIST_MESSAGE;
}

/* What a consumer has, by its key, that makes more or less of it than a server with a service time;
 * NULL: nothing. */
static const char *complication_of(const struct json *consumer)
{
    static const char *const keys[] = {
        "VisibilityTimeout",
        "failure",
        "heartbeat",
        "idempotency",
        "downstream",
        "autoscaling",
        "join",
        "breaker",
        "poison",
        "start",
        "stop",
    };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (json_get(consumer, keys[i]) != NULL)
            return keys[i];
    }
    const struct json *acknowledge = json_get(consumer, "acknowledge");
    if (acknowledge != NULL && !is_word(acknowledge, "afterWork"))
        return "acknowledge";
    if (number_of(json_get(consumer, "deleteBatch"), 1.0) > 1.0)
        return "deleteBatch";
    return number_of(json_get(consumer, "MaxNumberOfMessages"), 1.0) > 1.0 ? "MaxNumberOfMessages"
                                                                           : NULL;
}

/* As a sentence; NULL: there is none. */
static const char *left_out(const struct scenario *scenario, const char *name, const char *key,
                            struct arena *arena)
{
    if (scenario->fault_count > 0)
        return "faults are not in the formula";
    return key != NULL ? arena_printf(arena, "\"%s\" of %s is not in the formula", key, name)
                       : NULL;
}

static bool is_hidden(const struct json *consumer)
{
    const struct json *acknowledge = json_get(consumer, "acknowledge");
    return json_get(consumer, "heartbeat") == NULL &&
           (acknowledge == NULL || is_word(acknowledge, "afterWork"));
}

static bool fill_times(const struct scenario *scenario, const struct json *node,
                       struct arena *arena, struct setting_service *service)
{
    if (node == NULL || !read_dist(scenario, node, arena, &service->service))
        return false;
    const struct json *kind = json_get(node, "dist");
    service->distribution = kind != NULL ? json_text(kind) : "constant";
    service->service_s = dist_mean(&service->service);
    service->service_variance_s2 = dist_variance(&service->service);
    return true;
}

static bool fill_service(const struct scenario *scenario, const struct json *consumer,
                         struct arena *arena, struct setting_service *service)
{
    const struct json *node = json_get(consumer, "service");
    service->consumer = json_key(consumer);
    service->workers = number_of(json_get(consumer, "count"), 1.0) *
                       number_of(json_get(consumer, "concurrency"), 1.0);
    service->batch = number_of(json_get(consumer, "MaxNumberOfMessages"), 1.0);
    service->delete_batch = number_of(json_get(consumer, "deleteBatch"), 1.0);
    service->left_out = left_out(scenario, service->consumer, complication_of(consumer), arena);
    service->sends_on = json_get(consumer, "then") != NULL;
    service->pauses = duration_of(json_get(consumer, "pollInterval"), 0.0) > 0.0;
    service->is_plain = service->left_out == NULL && !service->sends_on;
    service->is_hidden = is_hidden(consumer);
    return fill_times(scenario, node, arena, service);
}

bool setting_downstream_of(const struct scenario *scenario, const char *name, struct arena *arena,
                           struct setting_service *service)
{
    *service = (struct setting_service){.consumer_count = 0, .batch = 1.0, .delete_batch = 1.0};
    for (const struct json *node = first_at(scenario, "/downstreams"); node != NULL;
         node = json_next(node)) {
        if (strcmp(json_key(node), name) != 0)
            continue;
        service->consumer_count = 1;
        service->consumer = name;
        service->workers = number_of(json_get(node, "servers"), 1.0);
        const bool is_failing = number_of(json_get(node, "errorRate"), 0.0) > 0.0;
        service->left_out = left_out(scenario, name, is_failing ? "errorRate" : NULL, arena);
        service->is_plain = service->left_out == NULL;
        return fill_times(scenario, json_get(node, "service"), arena, service);
    }
    return false;
}

bool setting_service_of(const struct scenario *scenario, const char *queue, struct arena *arena,
                        struct setting_service *service)
{
    bool known = false;
    *service = (struct setting_service){.consumer_count = 0};
    for (const struct json *node = first_at(scenario, "/consumers"); node != NULL;
         node = json_next(node)) {
        if (names_queue(json_get(node, "from"), queue) && service->consumer_count++ == 0)
            known = fill_service(scenario, node, arena, service);
    }
    return known;
}

/* Reads the distribution of a renewal process' intervals; false: it is none. */
static bool read_interval(const struct scenario *scenario, const struct json *arrivals,
                          struct arena *arena, struct dist *interval)
{
    return is_word(json_get(arrivals, "process"), "renewal") &&
           json_get(arrivals, "interval") != NULL &&
           read_dist(scenario, json_get(arrivals, "interval"), arena, interval);
}

/* Messages per second of one producer; 0: not known beforehand. */
static double producer_rate(const struct scenario *scenario, const struct json *producer)
{
    const struct json *arrivals = json_get(producer, "arrivals");
    if (arrivals == NULL)
        return 0.0;
    const struct json *process = json_get(arrivals, "process");
    const double count = number_of(json_get(producer, "count"), 1.0);
    if (is_word(process, "poisson") || is_word(process, "paced"))
        return count * rate_of(json_get(arrivals, "rate"), 0.0);
    struct arena arena;
    struct dist interval;
    arena_init(&arena);
    const double mean =
        read_interval(scenario, arrivals, &arena, &interval) ? dist_mean(&interval) : 0.0;
    arena_free(&arena);
    return mean > 0.0 && isfinite(mean) ? count / mean : 0.0;
}

/* Of the times between the messages of one producer alone. */
static double producer_scv(const struct scenario *scenario, const struct json *producer)
{
    const struct json *arrivals = json_get(producer, "arrivals");
    if (arrivals == NULL || number_of(json_get(producer, "count"), 1.0) > 1.0)
        return (double)NAN;
    if (is_word(json_get(arrivals, "process"), "paced"))
        return 0.0;
    struct arena arena;
    struct dist interval;
    double scv = (double)NAN;
    arena_init(&arena);
    if (read_interval(scenario, arrivals, &arena, &interval) && dist_mean(&interval) > 0.0)
        scv = dist_variance(&interval) / (dist_mean(&interval) * dist_mean(&interval));
    arena_free(&arena);
    return scv;
}

/* Has one instance of the producer sent all that it has, on average, before the run is over? */
static bool is_spent(const struct scenario *scenario, const struct json *producer,
                     double rate_per_s)
{
    const double messages = number_of(json_get(producer, "messages"), 0.0);
    const double each_per_s = rate_per_s / number_of(json_get(producer, "count"), 1.0);
    const double from_s = duration_of(json_get(producer, "start"), 0.0);
    return messages > 0.0 && scenario->experiment.duration_ns > 0 &&
           from_s + messages / each_per_s < units_s(scenario->experiment.duration_ns);
}

struct setting_arrivals setting_arrivals_of(const struct scenario *scenario, const char *queue)
{
    struct setting_arrivals arrivals = {.is_poisson = true, .batch = 1.0};
    bool known = true;
    for (const struct json *node = first_at(scenario, "/producers"); node != NULL;
         node = json_next(node)) {
        if (!names_queue(json_get(node, "to"), queue))
            continue;
        const double rate_per_s = producer_rate(scenario, node);
        const struct json *process = json_get(json_get(node, "arrivals"), "process");
        const struct json *batch = json_get(node, "batch"), *message = json_get(node, "message");
        const bool is_constant = json_get(node, "start") == NULL && json_get(node, "stop") == NULL;
        known = known && rate_per_s > 0.0;
        arrivals.rate_per_s += rate_per_s;
        arrivals.is_poisson = arrivals.is_poisson && is_constant && is_word(process, "poisson");
        arrivals.scv = is_constant ? producer_scv(scenario, node) : (double)NAN;
        if (is_spent(scenario, node, rate_per_s))
            arrivals.spent = json_key(node);
        arrivals.is_delayed =
            arrivals.is_delayed || (message != NULL && json_get(message, "delay") != NULL);
        if (arrivals.producer_count++ == 0 && batch != NULL)
            arrivals.batch = number_of(json_get(batch, "size"), 1.0);
    }
    if (arrivals.is_poisson)
        arrivals.scv = 1.0;
    else if (arrivals.producer_count > 1)
        arrivals.scv = (double)NAN; /* together they are not independent */
    if (!known || arrivals.producer_count == 0)
        arrivals.rate_per_s = 0.0;
    return arrivals;
}

struct setting_groups setting_groups_of(const struct scenario *scenario, const char *queue)
{
    struct setting_groups groups = {.is_even = true};
    size_t producer_count = 0;
    for (const struct json *node = first_at(scenario, "/producers"); node != NULL;
         node = json_next(node)) {
        const struct json *message = json_get(node, "message");
        const struct json *group = message != NULL ? json_get(message, "group") : NULL;
        if (!names_queue(json_get(node, "to"), queue) || group == NULL)
            continue;
        const struct json *pick = json_get(group, "pick");
        const double count = number_of(json_get(group, "groups"), 1.0);
        groups.count = count > groups.count ? count : groups.count;
        groups.is_even = groups.is_even && producer_count++ == 0 && !is_word(pick, "zipf");
    }
    return groups;
}

static bool names_in_list(const struct json *list, const char *key, const char *name)
{
    for (const struct json *item = list != NULL ? json_first(list) : NULL; item != NULL;
         item = json_next(item)) {
        if (names_queue(json_get(item, key), name))
            return true;
    }
    return false;
}

size_t setting_feeder_count(const struct scenario *scenario, const char *name)
{
    static const char *const workers[] = {"/consumers", "/functions"};
    size_t count = setting_is_dead_letter(scenario, name);
    for (size_t i = 0; i < 2; i++) {
        for (const struct json *node = first_at(scenario, workers[i]); node != NULL;
             node = json_next(node))
            count += names_in_list(json_get(node, "then"), "to", name) ||
                     names_queue(json_get(node, "downstream"), name);
    }
    for (const struct json *node = first_at(scenario, "/topics"); node != NULL;
         node = json_next(node))
        count += names_in_list(json_get(node, "subscriptions"), "Endpoint", name);
    return count;
}

size_t setting_producer_count(const struct scenario *scenario)
{
    const struct json *producers = at(scenario, "/producers");
    return producers != NULL ? json_count(producers) : 0;
}

/* The rate that a schedule is at, over its first rate. */
static bool is_above_first(const struct json *schedule, double time_s)
{
    const struct json *first = json_first(schedule);
    double rate_per_s = 0.0;
    for (const struct json *step = first; step != NULL; step = json_next(step)) {
        if (duration_of(json_get(step, "at"), 0.0) <= time_s)
            rate_per_s = rate_of(json_get(step, "rate"), 0.0);
    }
    return first != NULL && rate_per_s > rate_of(json_get(first, "rate"), 0.0);
}

const char *setting_joiner(const struct scenario *scenario)
{
    const struct json *node = first_at(scenario, "/consumers");
    while (node != NULL && json_get(node, "join") == NULL)
        node = json_next(node);
    return node != NULL ? json_key(node) : NULL;
}

bool setting_is_spike(const struct scenario *scenario, double time_s)
{
    for (const struct json *node = first_at(scenario, "/producers"); node != NULL;
         node = json_next(node)) {
        const struct json *arrivals = json_get(node, "arrivals");
        const struct json *schedule = arrivals != NULL ? json_get(arrivals, "schedule") : NULL;
        if (schedule != NULL && json_kind(schedule) == JSON_ARRAY &&
            is_above_first(schedule, time_s))
            return true;
    }
    return false;
}
