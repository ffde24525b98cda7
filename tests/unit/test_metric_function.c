// SPDX-License-Identifier: GPL-3.0-or-later
/* What is heard of invocations, in Lambda's names, and what they cost: told by hand. */
#include "tools/facts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "base/units.h"

static void invoke(struct facts *facts, uint32_t lane, uint32_t slot, uint32_t receives)
{
    facts_tell(facts, (struct fact){.kind = PROBE_INVOKED,
                                    .node = LAMBDA,
                                    .peer = JOBS,
                                    .message = slot,
                                    .delivery = receives,
                                    .group = UINT32_MAX,
                                    .bytes = lane,
                                    .seq = slot,
                                    .value = 4});
}

static void end(struct facts *facts, uint32_t lane, enum probe_invocation how, uint32_t mib,
                int64_t ns, bool is_arm)
{
    facts_tell(facts, (struct fact){.kind = PROBE_INVOCATION_ENDED,
                                    .node = LAMBDA,
                                    .peer = JOBS,
                                    .n = (uint16_t)how,
                                    .message = UINT32_MAX,
                                    .delivery = mib,
                                    .bytes = lane,
                                    .value = ns,
                                    .other = is_arm});
}

/* Two invocations at once from 1 s to 2 s of 4 s: on the average 1.  One failed, one timed out. */
static void test_names(void **state)
{
    struct facts facts;
    (void)state;
    facts_open(&facts, NULL);
    invoke(&facts, 0, 0, 1);
    facts_at(&facts, 1);
    invoke(&facts, 1, 1, 1);
    facts_tell(&facts, (struct fact){.kind = PROBE_INVOKE_THROTTLED,
                                     .node = LAMBDA,
                                     .peer = JOBS,
                                     .message = UINT32_MAX,
                                     .value = 3});
    facts_at(&facts, 2);
    end(&facts, 1, PROBE_INVOCATION_ERROR, 128, SEC, false);
    facts_at(&facts, 3);
    end(&facts, 0, PROBE_INVOCATION_OK, 128, 3 * SEC, false);
    facts_finish(&facts);
    facts_expect(&facts, LAMBDA, "invocations", "count", 2);
    facts_expect(&facts, LAMBDA, "errors", "count", 1);
    facts_expect(&facts, LAMBDA, "throttles", "count", 1);
    facts_expect(&facts, LAMBDA, "concurrency", "max", 2);
    facts_expect(&facts, LAMBDA, "concurrency", "mean", 4.0 / 3.0);
    facts_expect(&facts, LAMBDA, "duration", "mean", 2);
    facts_expect(&facts, LAMBDA, "duration", "max", 3);
    facts_expect(&facts, LAMBDA, "batchSize", "mean", 4);
    facts_close(&facts);
}

static const struct observe_prices prices = {
    .standard = {{1e18, 0.4}, {2e18, 0.4}, {3e18, 0.4}},
    .fifo = {{1e18, 0.5}, {2e18, 0.5}, {3e18, 0.5}},
    .invocation_usd_per_million = 0.20,
    .gb_s_usd = {0.0000166667, 0.0000133334},
    .free_invocations = 2,
    .free_gb_s = 1.5,
};

static void run_one(struct facts *facts, bool has_free_tier, bool is_arm)
{
    const struct observe_setting setting = {.until_ns = FOREVER,
                                            .metrics = true,
                                            .invariants = true,
                                            .prices = &prices,
                                            .has_free_tier = has_free_tier};
    facts_open(facts, &setting);
    for (uint32_t i = 0; i < 4; i++) {
        invoke(facts, 0, i, 1);
        facts_at(facts, i + 1.0);
        /* 999 ms and a nanosecond are a second, of half a GB. */
        end(facts, 0, PROBE_INVOCATION_OK, 512, 999 * MSEC + 1, is_arm);
    }
    facts_finish(facts);
}

/* EVIDENCE-OF: COST-5
 * Four invocations of a billed second at 512 MiB: 4 requests and 2 GB-s; of these 2 and 1.5 are
 * free here.  arm64 has its own price. */
static void test_cost(void **state)
{
    struct facts facts;
    (void)state;
    run_one(&facts, false, false);
    facts_expect(&facts, LAMBDA, "billedDuration", "sum", 2);
    facts_expect(&facts, LAMBDA, "cost", "usd", 4 * 0.20e-6 + 2 * 0.0000166667);
    facts_expect(&facts, UINT16_MAX, "cost", "usd", 4 * 0.20e-6 + 2 * 0.0000166667);
    facts_close(&facts);
    run_one(&facts, false, true);
    facts_expect(&facts, LAMBDA, "cost", "usd", 4 * 0.20e-6 + 2 * 0.0000133334);
    facts_close(&facts);
    run_one(&facts, true, false);
    facts_expect(&facts, LAMBDA, "cost", "usd", 2 * 0.20e-6 + 0.5 * 0.0000166667);
    facts_close(&facts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_cost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
