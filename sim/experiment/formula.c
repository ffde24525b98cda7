// SPDX-License-Identifier: GPL-3.0-or-later
/* Three tables: what each assumption asks, what each formula needs, and how it is computed. */
#include "experiment/formula.h"

#include <math.h>
#include <string.h>
#include "base/units.h"
#include "experiment/theory.h"

/* --- assumptions --- */

/* As rare as this is never, in a run of a few million. */
static const double never_p = 1e-7;
/* Below this load of the worker it is as if its work took no time. */
static const double lazy_load = 0.02;
/* A message that comes back may have to wait that often. */
static const double busy_p = 0.05;

static double longer_p(const void *context, double timeouts)
{
    const struct formula_station *station = context;
    const double time_s = timeouts * station->visibility_s;
    return 1.0 - dist_cdf(&station->service.service, time_s);
}

static double duplicates(const struct formula_station *station)
{
    return theory_duplicates_of(longer_p, station, station->stale_delete == STALE_DELETE_DELETES);
}

static bool is_known(const struct formula_station *station)
{
    return station->is_known && station->service.consumer_count == 1;
}

static bool is_plain(const struct formula_station *station)
{
    return station->service.left_out == NULL;
}

static bool is_sole(const struct formula_station *station)
{
    return setting_feeder_count(station->scenario, station->entity) == 0;
}

static bool is_poisson(const struct formula_station *station)
{
    return station->arrivals.rate_per_s > 0.0 && station->arrivals.is_poisson;
}

static bool is_renewal(const struct formula_station *station)
{
    return station->arrivals.rate_per_s > 0.0 && isfinite(station->arrivals.scv);
}

static bool is_single(const struct formula_station *station)
{
    return station->arrivals.batch <= 1.0;
}

static bool is_ungrouped(const struct formula_station *station)
{
    return !setting_queue(station->scenario, station->entity)->cfg.fifo;
}

static bool is_prompt(const struct formula_station *station)
{
    const struct scenario_queue *queue = setting_queue(station->scenario, station->entity);
    return json_find(station->scenario->doc, "/network") == NULL && !station->arrivals.is_delayed &&
           (queue == NULL || queue->cfg.delay_ns == 0);
}

static bool is_waiting(const struct formula_station *station)
{
    return station->wait_s > 0.0 && !station->service.pauses;
}

static bool is_hidden(const struct formula_station *station)
{
    return station->outlast_p <= never_p;
}

static bool is_one(const struct formula_station *station)
{
    return station->service.workers == 1.0;
}

static bool is_exponential(const struct formula_station *station)
{
    return strcmp(station->service.distribution, "exponential") == 0;
}

static bool is_constant(const struct formula_station *station)
{
    return station->service.service_variance_s2 == 0.0;
}

static bool is_spread(const struct formula_station *station)
{
    return isfinite(station->service.service_variance_s2);
}

static bool is_stable(const struct formula_station *station)
{
    return station->load < 1.0;
}

static bool is_lasting(const struct formula_station *station)
{
    return station->arrivals.spent == NULL;
}

/* The mean time in the queue of what does not fail. */
static double stay_s(const struct formula_station *station)
{
    const struct setting_service *service = &station->service;
    const double work_s = service->service_s, rate_per_s = station->arrivals.rate_per_s;
    const double work_scv = service->service_variance_s2 / (work_s * work_s);
    const double from_scv = station->arrivals.scv;
    const double spread = ((isfinite(from_scv) ? from_scv : 1.0) + work_scv) / 2.0;
    return work_s + spread * theory_mmc_waiting_s((unsigned)service->workers, rate_per_s, work_s);
}

/* The time in the queue falls off as an exponential does; failures put visibility timeouts before
 * it.  Where it has no end for another reason, that is to be said. */
static bool is_kept(const struct formula_station *station)
{
    const double kept_s = station->retention_s;
    const double failing_s =
        station->failure_p > 0.0 ? (double)station->max_receives * station->visibility_s : 0.0;
    if (!station->is_known || !is_stable(station) || !is_spread(station) ||
        !(station->service.service_s > 0.0))
        return true;
    return failing_s - log(never_p) * stay_s(station) <= kept_s &&
           !(1.0 - dist_cdf(&station->service.service, kept_s) > never_p);
}

static bool has_no_redrive(const struct formula_station *station)
{
    return station->max_receives == 0;
}

static bool is_idle(const struct formula_station *station)
{
    const double workers = station->service.workers;
    const double offered = station->load * workers * (1.0 + duplicates(station));
    return offered < workers && theory_erlang_c((unsigned)workers, offered) < busy_p;
}

static bool may_outlast(const struct formula_station *station)
{
    return station->outlast_p > 0.0;
}

static bool may_fail(const struct formula_station *station)
{
    return station->failure_p > 0.0;
}

static bool has_redrive(const struct formula_station *station)
{
    return station->max_receives > 0;
}

static bool is_lazy(const struct formula_station *station)
{
    return station->load < lazy_load;
}

static bool has_room(const struct formula_station *station)
{
    return isfinite(station->room);
}

static bool is_called_once(const struct formula_station *station)
{
    const struct json *producers = json_find(station->scenario->doc, "/producers");
    const struct json *node = producers != NULL ? json_first(producers) : NULL;
    for (; node != NULL; node = json_next(node)) {
        const struct json *to = json_get(node, "to"), *retry = json_get(node, "retry");
        const struct json *tries = retry != NULL ? json_get(retry, "attempts") : NULL;
        if (to != NULL && json_kind(to) == JSON_TEXT &&
            strcmp(json_text(to), station->entity) == 0 &&
            (tries == NULL || json_number(tries) != 1.0))
            return false;
    }
    return true;
}

static bool has_chain(const struct formula_station *station)
{
    return station->chain_fault == NULL;
}

// clang-format off
static const struct assumption {
    unsigned need;
    bool (*holds)(const struct formula_station *station);
    const char *refusal;
} assumptions[] = {
    {FORMULA_KNOWN,       is_known,       "not one consumer with a known service time"},
    {FORMULA_PLAIN,       is_plain,       NULL},
    {FORMULA_SOLE,        is_sole,        "others than producers send to it"},
    {FORMULA_POISSON,     is_poisson,     "arrivals are not Poisson at a constant rate"},
    {FORMULA_RENEWAL,     is_renewal,
     "the times between arrivals are not known to be independent"},
    {FORMULA_SINGLE,      is_single,      "messages arrive in batches"},
    {FORMULA_UNGROUPED,   is_ungrouped,   "message groups of a FIFO queue wait for each other"},
    {FORMULA_PROMPT,      is_prompt,      "the network or a delay takes time"},
    {FORMULA_WAITING,     is_waiting,
     "workers ask from time to time instead of waiting for a message all the time"},
    {FORMULA_ONE,         is_one,         "there is more than one worker"},
    {FORMULA_EXPONENTIAL, is_exponential, "service times are not exponential"},
    {FORMULA_CONSTANT,    is_constant,    "service times are not constant"},
    {FORMULA_SPREAD,      is_spread,      "the variance of the service times is infinite"},
    {FORMULA_STABLE,      is_stable,
     "the load of the workers is 1 or more: there is no steady state"},
    {FORMULA_HIDDEN,      is_hidden,
     "work may outlast the visibility timeout, and is then done again"},
    {FORMULA_LASTING,     is_lasting,     NULL},
    {FORMULA_KEPT,        is_kept,
     "messages may expire before they are deleted: MessageRetentionPeriod is short"},
    {FORMULA_NO_REDRIVE,  has_no_redrive, "messages received too often go to a dead-letter queue"},
    {FORMULA_OUTLASTS,    may_outlast,    "no work outlasts the visibility timeout"},
    {FORMULA_IDLE,        is_idle,        "a message that comes back may find all workers busy"},
    {FORMULA_FAILS,       may_fail,       "no attempt fails by chance alone"},
    {FORMULA_REDRIVE,     has_redrive,    "it has no dead-letter queue"},
    {FORMULA_LAZY,        is_lazy,        "work takes more than 2 % of the worker's time"},
    {FORMULA_ROOM,        has_room,       "its room is not limited"},
    {FORMULA_ONCE,        is_called_once, "refused calls are tried again"},
    {FORMULA_CHAIN,       has_chain,      NULL},
};
// clang-format on

enum { ASSUMPTIONS = sizeof assumptions / sizeof *assumptions };

const char *formula_refusal(const struct formula_station *station, unsigned needs,
                            struct arena *arena)
{
    for (size_t i = 0; i < ASSUMPTIONS; i++) {
        if ((needs & assumptions[i].need) == 0 || assumptions[i].holds(station))
            continue;
        if (assumptions[i].need == FORMULA_EXPONENTIAL)
            return arena_printf(arena, "service times are not exponential but %s",
                                station->service.distribution);
        if (assumptions[i].need == FORMULA_PLAIN)
            return station->service.left_out;
        if (assumptions[i].need == FORMULA_LASTING)
            return arena_printf(arena, "the messages of %s run out before the run is over",
                                station->arrivals.spent);
        return assumptions[i].refusal != NULL ? assumptions[i].refusal : station->chain_fault;
    }
    return NULL;
}

/* --- values --- */

static unsigned workers_of(const struct formula_station *station)
{
    return (unsigned)station->service.workers;
}

static double mm1(const struct formula_station *station)
{
    return theory_mm1_sojourn_s(station->arrivals.rate_per_s, station->service.service_s);
}

/* The time in the system is exponential (theory_mm1_sojourn_cdf). */
static double mm1_p99(const struct formula_station *station)
{
    return mm1(station) * log(100.0);
}

static double mmc_waiting(const struct formula_station *station)
{
    return theory_mmc_waiting_s(workers_of(station), station->arrivals.rate_per_s,
                                station->service.service_s);
}

static double mmc(const struct formula_station *station)
{
    return mmc_waiting(station) + station->service.service_s;
}

static double mm1k_refused(const struct formula_station *station)
{
    return theory_mm1k_refused_p((unsigned)station->room, station->arrivals.rate_per_s,
                                 station->service.service_s) *
           station->arrivals.rate_per_s;
}

static double mm1k(const struct formula_station *station)
{
    return theory_mm1k_sojourn_s((unsigned)station->room, station->arrivals.rate_per_s,
                                 station->service.service_s);
}

static double md1(const struct formula_station *station)
{
    return theory_md1_sojourn_s(station->arrivals.rate_per_s, station->service.service_s);
}

static double mg1(const struct formula_station *station)
{
    return theory_mg1_sojourn_s(station->arrivals.rate_per_s, station->service.service_s,
                                station->service.service_variance_s2);
}

static double gg1(const struct formula_station *station)
{
    const struct setting_service *service = &station->service;
    const double scv = service->service_variance_s2 / (service->service_s * service->service_s);
    return theory_gg1_waiting_s(station->arrivals.rate_per_s, service->service_s,
                                station->arrivals.scv, scv) +
           service->service_s;
}

static double tandem(const struct formula_station *station)
{
    return station->chain_s;
}

static double dead_letters(const struct formula_station *station)
{
    return pow(station->failure_p, (double)station->max_receives);
}

/* Of the polls that a worker makes, those during which nothing came. */
static double empty_polls(const struct formula_station *station)
{
    const double rate_per_s = station->arrivals.rate_per_s;
    return theory_polls_per_s(rate_per_s, station->wait_s) * exp(-rate_per_s * station->wait_s);
}

enum {
    ONE = FORMULA_SYSTEM | FORMULA_ONE | FORMULA_STABLE,
    MMC = FORMULA_SYSTEM | FORMULA_EXPONENTIAL | FORMULA_STABLE,
    REPEATED = (FORMULA_SYSTEM & ~(unsigned)(FORMULA_HIDDEN | FORMULA_LASTING)) |
               FORMULA_NO_REDRIVE | FORMULA_OUTLASTS | FORMULA_IDLE,
    DOWNSTREAM = FORMULA_KNOWN | FORMULA_PLAIN | FORMULA_SOLE | FORMULA_POISSON | FORMULA_PROMPT |
                 FORMULA_ONE | FORMULA_EXPONENTIAL | FORMULA_LASTING | FORMULA_ROOM | FORMULA_ONCE,
};

// clang-format off
const struct formula formulas[] = {
    {"M/M/1", FORMULA_QUEUE, FORMULA_MM1, "time in the queue, mean",
     "sojourn", "mean", "s", mm1, "Kleinrock (1975), 3.26", false, false},
    {"M/M/1", FORMULA_QUEUE, FORMULA_MM1, "time in the queue, p99",
     "sojourn", "p99", "s", mm1_p99, "Kleinrock (1975), 5.118", false, false},
    {"M/M/c", FORMULA_QUEUE, MMC, "time to receive, mean",
     "waiting", "mean", "s", mmc_waiting, "Erlang C: Stewart (2009), 11.4", false, false},
    {"M/M/c", FORMULA_QUEUE, MMC, "time in the queue, mean",
     "sojourn", "mean", "s", mmc, "Erlang C: Stewart (2009), 11.4", false, false},
    {"M/D/1", FORMULA_QUEUE, ONE | FORMULA_CONSTANT, "time in the queue, mean",
     "sojourn", "mean", "s", md1, "Kleinrock (1975), 5.69", false, false},
    {"M/G/1", FORMULA_QUEUE, ONE | FORMULA_SPREAD, "time in the queue, mean",
     "sojourn", "mean", "s", mg1, "Pollaczek-Khinchine: Kleinrock (1975), 5.69", false, false},
    {"G/G/1, approximately", FORMULA_QUEUE,
     (ONE & ~(unsigned)FORMULA_POISSON) | FORMULA_RENEWAL | FORMULA_SPREAD,
     "time in the queue, mean",
     "sojourn", "mean", "s", gg1, "Kingman (1961)", true, false},
    {"M/M/1/K", FORMULA_DOWNSTREAM, DOWNSTREAM, "refused per second",
     "rejected", "count", "1/s", mm1k_refused, "Kleinrock (1975), 3.43", false, true},
    {"M/M/1/K", FORMULA_DOWNSTREAM, DOWNSTREAM, "time of those let in, mean",
     "latency", "mean", "s", mm1k, "Kleinrock (1975), 3.43", false, false},
    {"tandem", FORMULA_PRODUCER, FORMULA_CHAIN, "time through all queues, mean",
     "messageLatency", "mean", "s", tandem, "Burke (1956)", false, false},
    {"P(S > VT)", FORMULA_QUEUE, REPEATED, "duplicates per message",
     "duplicates", "rate", "1", duplicates, "q/(1-q), q = P(S > VT)", false, false},
    {"p^n", FORMULA_QUEUE,
     FORMULA_KNOWN | FORMULA_FAILS | FORMULA_REDRIVE | FORMULA_HIDDEN | FORMULA_KEPT,
     "share of dead letters",
     "deadLettered", "rate", "1", dead_letters, "n independent failures", false, false},
    {"long polling", FORMULA_QUEUE, ONE | FORMULA_LAZY, "empty receives per second",
     "NumberOfEmptyReceives", "count", "1/s", empty_polls, "lambda/(1-exp(-lambda W)) polls", false,
     true},
    {NULL, FORMULA_QUEUE, 0, NULL, NULL, NULL, NULL, NULL, NULL, false, false},
};
// clang-format on

const char *formula_title(const struct formula *formula, const struct formula_station *station,
                          struct arena *arena)
{
    if (strcmp(formula->name, "M/M/c") != 0 || station->service.workers == 1.0)
        return formula->name;
    return arena_printf(arena, "M/M/%.0f", station->service.workers);
}

const struct formula *formula_find(const struct formula_station *station, const char *metric,
                                   const char *stat, struct arena *arena)
{
    for (const struct formula *formula = formulas; formula->name != NULL; formula++) {
        const unsigned needs = formula->needs & ~(unsigned)FORMULA_STABLE;
        if (formula->about == station->about && strcmp(formula->metric, metric) == 0 &&
            strcmp(formula->stat, stat) == 0 && formula_refusal(station, needs, arena) == NULL)
            return formula;
    }
    return NULL;
}

double formula_at_load(const struct formula *formula, const struct formula_station *station,
                       double load)
{
    struct formula_station other = *station;
    other.load = load;
    other.arrivals.rate_per_s = load * station->service.workers / station->service.service_s;
    return formula->value(&other);
}
