// SPDX-License-Identifier: GPL-3.0-or-later
/* A call is known by who makes it, whom it calls, and for which message; its tries follow each
 * other.  What a topic delivers and what a pipeline sends on goes the same way, and is told there.
 */
#include "experiment/story_calls.h"

#include <inttypes.h>
#include "core/node.h"
#include "experiment/story.h"

struct pair {
    uint16_t caller, service;
};

/* Said by the service, not by its caller? */
static bool is_of_service(const struct fact *fact)
{
    return fact->kind == PROBE_REQUESTED || fact->kind == PROBE_REQUEST_BEGUN ||
           fact->kind == PROBE_RESPONDED || fact->kind == PROBE_REQUEST_REFUSED ||
           fact->kind == PROBE_REQUEST_LOST;
}

static bool is_of_caller(const struct fact *fact)
{
    return fact->kind == PROBE_RETRIED || fact->kind == PROBE_GAVE_UP ||
           fact->kind == PROBE_SHORT_CIRCUITED || fact->kind == PROBE_BREAKER_OPENED;
}

static struct pair pair_of(const struct fact *fact)
{
    return is_of_service(fact) ? (struct pair){fact->peer, fact->node}
                               : (struct pair){fact->node, fact->peer};
}

static bool is_between(const struct fact *fact, struct pair pair)
{
    const struct pair own = pair_of(fact);
    return own.caller == pair.caller && own.service == pair.service;
}

/* Is it told as a delivery of a topic, or as a message that was sent on? */
static bool is_told_elsewhere(const struct trace *life, const struct fact *fact)
{
    const struct pair pair = pair_of(fact);
    for (const struct fact *before = life->facts; before < fact; before++) {
        if ((before->kind == PROBE_FORWARDED || before->kind == PROBE_FANNED_OUT) &&
            is_between(before, pair))
            return true;
    }
    return false;
}

/* Has the service been called, or would it have been but for a breaker? */
static bool is_called(const struct trace *life, const struct fact *fact)
{
    const struct pair pair = pair_of(fact);
    for (size_t i = 0; i < life->count; i++) {
        if (life->facts[i].kind == PROBE_REQUESTED && is_between(&life->facts[i], pair))
            return true;
    }
    return false;
}

static bool is_answer(const struct fact *fact)
{
    return (fact->kind == PROBE_RESPONDED && fact->n == 0) || fact->kind == PROBE_REQUEST_REFUSED ||
           fact->kind == PROBE_REQUEST_LOST;
}

/* Did the try before this one get an answer, good or bad? */
static bool was_answered(const struct trace *life, const struct fact *retried)
{
    const struct pair pair = pair_of(retried);
    for (const struct fact *fact = retried; fact-- > life->facts;) {
        if (!is_between(fact, pair))
            continue;
        if (is_answer(fact))
            return true;
        if (fact->kind == PROBE_REQUESTED || fact->kind == PROBE_RETRIED)
            return false;
    }
    return true;
}

/* --- sentences --- */

static bool ends(const struct fact *fact, const struct fact *work)
{
    return (fact->kind == PROBE_SUCCEEDED || fact->kind == PROBE_FAILED ||
            fact->kind == PROBE_ABANDONED) &&
           fact->node == work->node && fact->bytes == work->bytes;
}

/* The worker that is at work on the message, where it is one alone; else its consumer. */
static void add_caller(struct text *line, const struct trace *life, const struct trace_names *names,
                       const struct fact *call)
{
    const uint16_t caller = pair_of(call).caller;
    const struct fact *found = NULL;
    size_t count = 0;
    for (const struct fact *work = life->facts; work < call; work++) {
        const struct fact *fact = work + 1;
        if (work->kind != PROBE_STARTED || work->node != caller)
            continue;
        while (fact < call && !ends(fact, work))
            fact++;
        count += fact == call;
        found = fact == call ? work : found;
    }
    text_add(line, trace_name(names, caller));
    if (count == 1)
        text_printf(line, " #%" PRIu32, found->bytes + 1);
}

static void add_answer(struct text *line, const struct fact *fact, const char *service)
{
    text_printf(line, "%s %s with %" PRId64, service,
                fact->kind == PROBE_REQUEST_REFUSED ? "refused the call" : "answered", fact->other);
    if (fact->kind == PROBE_REQUEST_REFUSED)
        text_add(line, ", as it had too many");
    else if (fact->kind == PROBE_REQUEST_LOST)
        text_add(line, ", as nobody was left to work on the call");
    else
        story_add_time(line, " after ", fact->value);
    if (fact->kind == PROBE_RESPONDED && fact->n == 1)
        text_add(line, ", when nobody waited for it any more");
}

/* Of later tries the caller's own sentence tells. */
static bool has_sentence(const struct fact *fact)
{
    return fact->kind == PROBE_REQUESTED       ? fact->other <= 1
           : fact->kind == PROBE_REQUEST_BEGUN ? fact->n == 1
                                               : true;
}

static void add_service_sentence(struct text *line, const struct trace *life,
                                 const struct trace_names *names, const struct fact *fact,
                                 bool is_named)
{
    const char *service = trace_name(names, fact->node);
    if (fact->kind == PROBE_REQUESTED) {
        add_caller(line, life, names, fact);
        text_printf(line, " called %s", service);
        if (!is_named)
            text_printf(line, " with message %" PRIu64, probe_root_number(fact->root));
        text_add(line, fact->n == 1 ? ", where the call waited in line" : "");
    } else if (fact->kind == PROBE_REQUEST_BEGUN) {
        text_printf(line, "%s began its work on the call", service);
        story_add_time(line, ", which had waited for ", fact->value);
    } else {
        add_answer(line, fact, service);
    }
}

static void add_again(struct text *line, const struct trace *life, const struct trace_names *names,
                      const struct fact *fact)
{
    text_add(line, was_answered(life, fact) ? "after" : "after no answer in time and");
    story_add_time(line, " a back-off of ", fact->other);
    text_add(line, ", ");
    add_caller(line, life, names, fact);
    text_printf(line, is_called(life, fact) ? " called %s again" : " sent it to %s again",
                trace_name(names, fact->peer));
    text_printf(line, " (try %" PRId64 ")", fact->value + 1);
}

static void add_caller_sentence(struct text *line, const struct trace *life,
                                const struct trace_names *names, const struct fact *fact,
                                bool is_named)
{
    const char *service = trace_name(names, fact->peer);
    if (fact->kind == PROBE_RETRIED) {
        add_again(line, life, names, fact);
        return;
    }
    if (fact->kind == PROBE_BREAKER_OPENED) {
        text_printf(line, "the circuit breaker of %s before %s opened",
                    trace_name(names, fact->node), service);
        story_add_time(line, ": no call is made until ", fact->value);
        return;
    }
    add_caller(line, life, names, fact);
    if (fact->kind == PROBE_SHORT_CIRCUITED) {
        text_printf(line, " did not call %s", service);
        if (!is_named)
            text_printf(line, " with message %" PRIu64, probe_root_number(fact->root));
        text_add(line, ", as its circuit breaker was open");
    } else {
        text_printf(line,
                    is_called(life, fact) ? " gave up calling %s" : " gave up sending it to %s",
                    service);
    }
}

bool story_calls_tell(struct text *line, const struct trace *life, const struct trace_names *names,
                      const struct fact *fact, bool is_named)
{
    if (!is_of_service(fact) && !is_of_caller(fact))
        return false;
    if ((is_of_service(fact) && is_told_elsewhere(life, fact)) || !has_sentence(fact))
        return true;
    story_add_time(line, "At ", fact->at_ns);
    text_add(line, fact->kind == PROBE_RETRIED ? ", " : " ");
    if (is_of_service(fact))
        add_service_sentence(line, life, names, fact, is_named);
    else
        add_caller_sentence(line, life, names, fact, is_named);
    text_add(line, ".");
    return true;
}

uint16_t story_calls_culprit(const struct trace *life, const struct fact *failed)
{
    for (const struct fact *fact = failed; fact-- > life->facts;) {
        if (fact->kind == PROBE_STARTED && fact->node == failed->node &&
            fact->bytes == failed->bytes)
            return NODE_NONE;
        if (pair_of(fact).caller != failed->node)
            continue;
        if (fact->kind == PROBE_SHORT_CIRCUITED || fact->kind == PROBE_REQUESTED ||
            fact->kind == PROBE_RETRIED || is_answer(fact))
            return pair_of(fact).service;
    }
    return NODE_NONE;
}
