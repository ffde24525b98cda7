// SPDX-License-Identifier: GPL-3.0-or-later
/* What is open counts as not holding: an answer is only what is sure. */
#include "experiment/solve.h"

struct seeker {
    solve_ask *ask;
    void *context;
    struct solution solution;
};

/* Whether it holds at a step. */
static bool ask(struct seeker *seeker, size_t step, bool *holds)
{
    enum confidence answer;
    seeker->solution.count++;
    if (!seeker->ask(seeker->context, step, &answer)) {
        seeker->solution.end = SOLVE_STOPPED;
        return false;
    }
    *holds = answer == CONFIDENCE_HOLDS;
    return true;
}

/* Between a step for which it holds and one for which it does not. */
static bool bisect(struct seeker *seeker, size_t good, size_t bad)
{
    bool holds;
    while (good + 1 < bad || bad + 1 < good) {
        const size_t middle = good < bad ? good + (bad - good) / 2 : bad + (good - bad) / 2;
        if (!ask(seeker, middle, &holds))
            return false;
        *(holds ? &good : &bad) = middle;
    }
    seeker->solution.step = good;
    seeker->solution.beyond = bad;
    return true;
}

/* Asks at a step at which the answer is known if it depends on the side alone. */
static bool probe(struct seeker *seeker, size_t step, bool is_expected)
{
    bool holds;
    if (!ask(seeker, step, &holds))
        return false;
    if (holds != is_expected && !seeker->solution.is_uneven) {
        seeker->solution.is_uneven = true;
        seeker->solution.uneven = step;
    }
    return true;
}

/* Thirds of both sides: bisection has asked at halves. */
static bool probe_sides(struct seeker *seeker, size_t last)
{
    const struct solution *found = &seeker->solution;
    const size_t low = found->is_least ? found->beyond : found->step;
    const size_t high = found->is_least ? found->step : found->beyond;
    for (size_t third = 1; third <= 2; third++) {
        const size_t below = low * third / 3, above = high + (last - high) * third / 3;
        if (below > 0 && below < low && !probe(seeker, below, !found->is_least))
            return false;
        if (above > high && above < last && !probe(seeker, above, found->is_least))
            return false;
    }
    return true;
}

struct solution solve(size_t last, solve_ask *question, void *context)
{
    struct seeker seeker = {.ask = question, .context = context};
    struct solution *solution = &seeker.solution;
    bool first_holds, last_holds;
    if (!ask(&seeker, 0, &first_holds) || !ask(&seeker, last, &last_holds))
        return *solution;
    if (first_holds == last_holds) {
        solution->end = first_holds ? SOLVE_EVERYWHERE : SOLVE_NOWHERE;
        return *solution;
    }
    solution->is_least = last_holds;
    if (bisect(&seeker, last_holds ? last : 0, last_holds ? 0 : last) && probe_sides(&seeker, last))
        solution->end = SOLVE_FOUND;
    return *solution;
}
