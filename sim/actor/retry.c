// SPDX-License-Identifier: GPL-3.0-or-later
/* Exponential back-off with jitter. */
#include "actor/retry.h"

#include "base/units.h"

#define RETRY(member) offsetof(struct retry_cfg, member)

static const char *const jitter_words[] = {"full", "equal", "decorrelated", "none", NULL};

// clang-format off
const struct param retry_rows[] = {
    { "attempts", &param_int, RETRY(attempts), "3", 1, 1000, NULL, NULL, 0, NULL,
      "How often a call is made in all." },
    { "backoff", &param_duration, RETRY(backoff_ns), "\"100ms\"", 0, 1e6, NULL, NULL, 0, NULL,
      "The pause before the second try; it doubles each time." },
    { "maxBackoff", &param_duration, RETRY(max_backoff_ns), "\"20s\"", 0, 1e6, NULL, NULL, 0, NULL,
      "The longest pause." },
    { "jitter", &param_word, RETRY(jitter), "\"full\"", 1, 0, NULL, jitter_words, 0, NULL,
      "How the pause is spread: full, equal, decorrelated or none." },
    PARAM_END
};
// clang-format on

static int64_t uniform_ns(struct rng *rng, int64_t low_ns, int64_t high_ns)
{
    return high_ns <= low_ns ? low_ns
                             : low_ns + (int64_t)rng_below(rng, (uint64_t)(high_ns - low_ns) + 1);
}

int64_t retry_pause_ns(const struct retry_cfg *cfg, uint32_t tries, int64_t previous_ns,
                       struct rng *rng)
{
    const uint32_t doublings = tries == 0 ? 0 : tries < 40 ? tries - 1 : 39;
    int64_t pause_ns = cfg->backoff_ns;
    for (uint32_t i = 0; i < doublings && pause_ns < cfg->max_backoff_ns; i++)
        pause_ns *= 2;
    if (pause_ns > cfg->max_backoff_ns)
        pause_ns = cfg->max_backoff_ns;
    switch ((enum retry_jitter)cfg->jitter) {
    case RETRY_FULL:
        return uniform_ns(rng, 0, pause_ns);
    case RETRY_EQUAL:
        return pause_ns / 2 + uniform_ns(rng, 0, pause_ns / 2);
    case RETRY_DECORRELATED:
        if (previous_ns < cfg->backoff_ns)
            previous_ns = cfg->backoff_ns;
        pause_ns = uniform_ns(rng, cfg->backoff_ns, 3 * previous_ns);
        return pause_ns < cfg->max_backoff_ns ? pause_ns : cfg->max_backoff_ns;
    default:
        return pause_ns;
    }
}
