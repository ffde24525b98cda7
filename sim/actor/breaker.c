// SPDX-License-Identifier: GPL-3.0-or-later
/* The states of a circuit breaker (M. Nygard, Release It!, chapter "Stability Patterns"). */
#include "actor/breaker.h"

#include "base/must.h"

static bool is_open(const struct breaker *breaker)
{
    return breaker->generation % 2 == 1;
}

uint32_t breaker_ask(struct breaker *breaker, int64_t now_ns)
{
    if (!is_open(breaker))
        return breaker->generation;
    if (breaker->has_trial || now_ns < breaker->reopens_ns)
        return BREAKER_REFUSED;
    breaker->has_trial = true;
    return breaker->generation;
}

/* From closed a step to open, from open two: what a trial began is over. */
static void open_up(struct breaker *breaker, const struct breaker_cfg *cfg, int64_t now_ns)
{
    breaker->generation += is_open(breaker) ? 2 : 1;
    MUST(breaker->generation < BREAKER_REFUSED - 2);
    breaker->failures = 0;
    breaker->has_trial = false;
    breaker->reopens_ns = now_ns + cfg->open_ns;
}

bool breaker_tell(struct breaker *breaker, const struct breaker_cfg *cfg, uint32_t ticket,
                  bool went_well, int64_t now_ns)
{
    if (ticket != breaker->generation)
        return false;
    if (went_well) {
        breaker->generation += is_open(breaker);
        breaker->has_trial = false;
        breaker->failures = 0;
        return false;
    }
    if (!is_open(breaker) && ++breaker->failures < cfg->failures)
        return false;
    open_up(breaker, cfg, now_ns);
    return true;
}

void breaker_forget(struct breaker *breaker, uint32_t ticket)
{
    if (ticket == breaker->generation)
        breaker->has_trial = false;
}

#define BREAKER(member) offsetof(struct breaker_cfg, member)

// clang-format off
const struct param breaker_rows[] = {
    { "failures", &param_int, BREAKER(failures), "0", 0, 1e6, NULL, NULL, 0, NULL,
      "After so many failed calls in a row (time-outs and errors that may be tried again) the "
      "circuit opens: calls fail at once and are not made.  0: there is no breaker." },
    { "open", &param_duration, BREAKER(open_ns), "\"30s\"", 1e-3, 1e6, NULL, NULL, 0, NULL,
      "How long it stays open before one call is tried; if that fails, it stays open as long "
      "again." },
    PARAM_END
};
// clang-format on

/* A 0 that is written says that there is none on purpose: in a variant, or a sweep. */
void breaker_check(struct param_reader *reader, const struct json *caller)
{
    const struct json *given = json_get(caller, "breaker");
    const struct json *open = given != NULL ? json_get(given, "open") : NULL;
    if (open == NULL || json_get(given, "failures") != NULL)
        return;
    const size_t length = param_enter(reader, "breaker");
    param_enter(reader, "open");
    param_error(reader, open, "it never opens: give \"failures\", after how many in a row it does");
    param_leave(reader, length);
}
