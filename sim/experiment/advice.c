// SPDX-License-Identifier: GPL-3.0-or-later
/* The table: what makes each rule speak is in advice_look. */
#include "experiment/advice.h"

#include <string.h>
#include "experiment/advice_look.h"

enum about { ABOUT_ALL, ABOUT_QUEUES, ABOUT_ACTORS };

struct rule {
    const char *code;
    advice_look *look;
    enum about about;
    const char *why, *todo;
};

// clang-format off
static const struct rule rules[] = {
    {"saturated", advice_look_saturated, ABOUT_ALL,
     "What is shown is the run up to that instant: more comes in than can ever go out.",
     "Lower the rate, add consumers, or raise experiment.maxMessages."},
    {"cutOff", advice_look_cut_off, ABOUT_ALL,
     "What was still to be sent or to be drained then is in no number.",
     "Raise experiment.maxDuration, or say with experiment.duration how long the run is."},
    {"unstable", advice_look_unstable, ABOUT_QUEUES,
     "There is no steady state: the mean depends on how long you ran.",
     "Lower the rate, add consumers, or ask for time-to-drain instead."},
    {"longWarmup", advice_look_long_warmup, ABOUT_ALL,
     "What is left tells little of the long run, if there is one.",
     "Make the run several times as long; if that does not help, look for what keeps growing."},
    {"shortRun", advice_look_short, ABOUT_QUEUES,
     "The few messages that follow each other through it are one busy or one idle time.",
     "Raise experiment.duration."},
    {"wideInterval", advice_look_wide, ABOUT_QUEUES,
     "A difference smaller than the interval is not seen.",
     "Raise --replications or the duration."},
    {"precisionCap", advice_look_precision, ABOUT_ALL,
     "The precision that was asked for is not there.",
     "Raise experiment.maxReplications or the duration, or be content with less."},
    {"fewTailSamples", advice_look_few_tail, ABOUT_ALL,
     "So few decide where a percentile lies that another seed moves it.",
     "Raise --replications or the duration, or ask for a lower percentile."},
    {"neverMoved", advice_look_never_moved, ABOUT_ALL,
     "What cannot happen fulfils any bound, and proves nothing.",
     "Look for a wrong name or a missing fault, or expect == 0 if that is the point."},
    {"allRejected", advice_look_rejected, ABOUT_QUEUES,
     "A message larger than the queue's MaximumMessageSize, by default the profile's, is refused.",
     "Look at message/size, or send a reference to what is large."},
    {"inFlightLimit", advice_look_in_flight, ABOUT_QUEUES,
     "Receives get nothing more until messages are deleted or their timeouts run out.",
     "Delete sooner, receive smaller batches, or shorten the visibility timeout."},
    {"lateWork", advice_look_late, ABOUT_QUEUES,
     "Such a message comes back while it is still worked on: it is delivered twice.",
     "Raise VisibilityTimeout above the 99th percentile of the service time (of a whole batch), "
     "receive fewer at once, or add a heartbeat."},
    {"unreadDeadLetters", advice_look_unread, ABOUT_QUEUES,
     "Dead letters are kept until their retention ends, and then they are gone.",
     "Give it a consumer, an alarm or a redrive."},
    {"hopLimit", advice_look_hops, ABOUT_ACTORS,
     "A message in a cycle lives for ever but for the limit, and each round is work and cost.",
     "Break the cycle: send on to another queue, only on failure, or lower maxHops."},
};
// clang-format on

enum { RULES = sizeof rules / sizeof *rules };

/* The warning that this rule gave about this entity before, in another cell. */
static struct advice *given(struct result *result, const char *code, const char *entity)
{
    for (size_t i = 0; i < result->advice_count; i++) {
        struct advice *advice = &result->advices[i];
        if (strcmp(advice->code, code) == 0 && strcmp(advice->entity, entity) == 0)
            return advice;
    }
    return NULL;
}

static void look(struct result *result, const struct cell *cell, const struct rule *rule,
                 const char *entity)
{
    struct text seen = {.length = 0};
    rule->look(&(struct advice_view){result, cell, entity}, &seen);
    struct advice *advice = seen.length > 0 ? given(result, rule->code, entity) : NULL;
    if (advice != NULL) {
        advice->cell_count++;
    } else if (seen.length > 0) {
        result->advices[result->advice_count++] = (struct advice){
            .code = rule->code,
            .label = result_label(&result->arena, result, cell),
            .entity = entity,
            .seen = arena_copy_text(&result->arena, text_of(&seen)),
            .why = rule->why,
            .todo = rule->todo,
            .cell_count = 1,
        };
    }
    text_free(&seen);
}

static void judge_cell(struct result *result, const struct cell *cell, const struct rule *rule)
{
    const struct scenario *scenario = cell->scenario;
    if (rule->about == ABOUT_ALL)
        look(result, cell, rule, "scenario");
    for (size_t i = 0; rule->about == ABOUT_QUEUES && i < scenario->queue_count; i++)
        look(result, cell, rule, scenario->queues[i].name);
    for (size_t i = 0; rule->about == ABOUT_ACTORS && i < scenario->actor_count; i++)
        look(result, cell, rule, scenario->actors[i].name);
}

void advice_judge(struct result *result)
{
    size_t most = RULES;
    for (size_t i = 0; i < result->cell_count; i++)
        most += RULES * (result->scenarios[i]->queue_count + result->scenarios[i]->actor_count);
    result->advice_count = 0;
    result->advices = arena_alloc(&result->arena, most * sizeof *result->advices);
    for (size_t rule = 0; rule < RULES; rule++) {
        for (size_t i = 0; i < result->cell_count; i++) {
            if (result->cells[i].replication_count > 0)
                judge_cell(result, &result->cells[i], &rules[rule]);
        }
    }
}
