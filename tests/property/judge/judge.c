// SPDX-License-Identifier: GPL-3.0-or-later
/* One judgement after the other; the first that fails is said. */
#include "property/judge/judge.h"

#include <stdio.h>
#include <string.h>

#include "base/must.h"
#include "observe/observer.h"
#include "property/judge/balance.h"
#include "property/judge/promise.h"

struct trial {
    const struct judge_options *options;
    const struct scenario *scenario;
    struct world *world;
    struct balance *balance;
    struct must_context where;
    bool is_live, has_forged, is_conserved;
};

static enum judge_verdict say_bad(const char *reason)
{
    fprintf(stderr, "swarm: %s\n", reason);
    return JUDGE_BAD;
}

/* Says of a dead letter that it expired where it has not arrived yet. */
static void forge(void *context, const struct fact *fact)
{
    struct trial *trial = context;
    if (fact->kind != PROBE_DEAD_LETTERED || trial->has_forged)
        return;
    trial->has_forged = true;
    struct fact forged = *fact;
    forged.kind = PROBE_RETENTION_OVER;
    forged.node = fact->peer;
    observe_sink((struct observe *)world_observe(trial->world), &forged);
}

static void see_row(void *context, uint16_t node, const char *metric, const char *stat,
                    const char *unit, double value)
{
    struct trial *trial = context;
    (void)node;
    (void)stat;
    (void)unit;
    if (strcmp(metric, "conserved") == 0)
        trial->is_conserved = value == 1.0;
}

static enum judge_verdict judge_run(struct trial *trial, uint32_t replication)
{
    trial->where.replication = replication;
    balance_clear(trial->balance);
    if (!world_run(trial->world, replication, NULL))
        return say_bad("it was interrupted");
    observe_rows(world_observe(trial->world), see_row, trial);
    if (!trial->is_conserved)
        return say_bad("it is not conserved");
    if (world_end(trial->world) == WORLD_SATURATED)
        return say_bad("it ends as if saturated");
    if (world_end(trial->world) == WORLD_AT_END)
        return say_bad("it does not end");
    const char *reason = balance_close(trial->balance, trial->is_live);
    return reason != NULL ? say_bad(reason) : JUDGE_WELL;
}

static enum judge_verdict judge_runs(struct trial *trial)
{
    const struct engine *engine = world_engine(trial->world);
    trial->where = (struct must_context){.replay = trial->options->replay,
                                         .seed = trial->scenario->experiment.seed,
                                         .now_ns = &engine->now_ns,
                                         .event_count = &engine->event_count};
    must_context_set(&trial->where);
    enum judge_verdict verdict = judge_run(trial, 1);
    const uint64_t fingerprint = world_fingerprint(trial->world);
    if (verdict == JUDGE_WELL && judge_run(trial, 2) == JUDGE_BAD)
        verdict = JUDGE_BAD;
    if (verdict == JUDGE_WELL)
        verdict = judge_run(trial, 1);
    if (verdict == JUDGE_WELL && world_fingerprint(trial->world) != fingerprint)
        verdict = say_bad("another run differs");
    must_context_set(NULL);
    return verdict;
}

static enum judge_verdict judge_scenario(const struct scenario *scenario,
                                         const struct judge_options *options)
{
    if (!promise_is_kept(scenario))
        return JUDGE_REFUSED;
    if (options->is_planted != NULL && options->is_planted(scenario))
        return say_bad("it was planted");
    struct trial trial = {.options = options,
                          .scenario = scenario,
                          .world = world_new(scenario, true, true),
                          .balance = balance_new(scenario),
                          .is_live = promise_is_live(scenario)};
    if (options->shuffles_ties)
        world_shuffle_ties(trial.world, scenario->experiment.seed);
    struct observe *observe = (struct observe *)world_observe(trial.world);
    observer_attach(observe, (struct observer){balance_hear, trial.balance});
    if (options->forges)
        observer_attach(observe, (struct observer){forge, &trial});
    const enum judge_verdict verdict = judge_runs(&trial);
    world_free(trial.world);
    balance_free(trial.balance);
    return verdict;
}

enum judge_verdict judge_text(const char *text, const struct judge_options *options)
{
    struct diag *diag = diag_new();
    enum judge_verdict verdict = JUDGE_REFUSED;
    struct scenario_file *file =
        scenario_file_read("swarm.json", text, strlen(text), NULL, 0, diag);
    struct scenario *scenario = file != NULL ? scenario_load(file, 0, 0, diag) : NULL;
    if (scenario != NULL) {
        verdict = judge_scenario(scenario, options);
        scenario_free(scenario);
    }
    if (file != NULL)
        scenario_file_free(file);
    diag_free(diag);
    return verdict;
}
