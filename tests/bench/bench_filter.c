// SPDX-License-Identifier: GPL-3.0-or-later
/* Speed of filter policies: nanoseconds to judge one message by a policy of 20 values, of which a
 * message meets the last of a key, or of the last key none.
 *
 * usage: bench_filter [FLOOR ...], prints one line per figure as bench_world does, without an aim.
 */
#include <stdio.h>
#include <string.h>

#include "base/must.h"
#include "tools/filter_lab.h"
#include "tools/timing.h"

enum { ROUNDS = 9, JUDGEMENTS = 300000, MUST_NS = 300 };

/* 20 values in 84 and 96 combinations. */
static const char attribute_policy[] =
    "{`store`: [`berlin`, `paris`, `rome`, `oslo`, `lisbon`, `vienna`, `madrid`],"
    " `$or`: [{`event`: [{`prefix`: `order-`}, {`suffix`: `-placed`}, {`wildcard`: `*pay*ment*`},"
    "                    {`equals-ignore-case`: `REFUSE`}]},"
    "         {`source`: [{`cidr`: `10.0.0.0/8`}, {`cidr`: `2001:db8::/32`}, `none`,"
    "                     {`cidr`: `192.168.0.0/17`}]},"
    "         {`price`: [1, 2, {`numeric`: [`<`, 0]}, {`numeric`: [`>=`, 100, `<`, 200]}],"
    "          `kind`: [{`anything-but`: [`c`, `d`]}]}]}";

static const char body_policy[] =
    "{`order`: {`store`: [`berlin`, `paris`, `madrid`]},"
    " `$or`: [{`event`: [{`prefix`: `order-`}, {`suffix`: `-placed`}, `x`, `y`]},"
    "         {`source`: [true, false, null, {`exists`: false}, {`prefix`: `x`}, 7, 8, 9]},"
    "         {`price`: [1, 2, 3, {`numeric`: [`>=`, 100, `<`, 200]}],"
    "          `items.kind`: [{`anything-but`: `d`}]}]}";

static const char body[] =
    "{`order`: {`id`: `A1`, `store`: `madrid`, `lines`: 3}, `event`: `refund`, `price`: 150.5,"
    " `items`: {`sku`: `Z9`, `kind`: `e`}, `source`: `web`, `note`: `leave it at the door`}";

static void bench(const char *what, const struct filter *filter,
                  const struct filter_subject *subject, bool wanted)
{
    double best = 1e300;
    MUST(filter != NULL);
    for (int round = 0; round < ROUNDS; round++) {
        const double start_s = timing_now_s();
        for (int i = 0; i < JUDGEMENTS; i++)
            MUST((filter_judge(filter, subject) == FILTER_MATCHED) == wanted);
        const double each = (timing_now_s() - start_s) * 1e9 / JUDGEMENTS;
        best = each < best ? each : best;
    }
    timing_at_most(what, best, "ns", MUST_NS, 0);
}

static const struct filter_subject *read_body(struct filter_lab *lab)
{
    char text[sizeof body];
    memcpy(text, body, sizeof body);
    for (char *c = text; *c != '\0'; c++)
        if (*c == '`')
            *c = '"';
    return filter_subject_of_body(&lab->arena, text, strlen(text));
}

int main(void)
{
    struct filter_attribute all[] = {
        {"trace", "String", "1-2-3"},          {"store", "String", "madrid"},
        {"event", "String", "refund"},         {"price", "Number", "150.5"},
        {"source", "String", "192.168.200.1"}, {"kind", "String.Array", "[\"c\", \"e\"]"},
    };
    struct filter_lab lab;
    filter_lab_open(&lab, FILTER_ATTRIBUTES);
    const struct filter *filter = filter_lab_compile(&lab, attribute_policy);
    bench("attributes by 20 values, wanted", filter,
          filter_subject_of_attributes(&lab.arena, all, 6), true);
    all[5].text = "[\"c\", \"d\"]";
    bench("attributes by 20 values, not wanted", filter,
          filter_subject_of_attributes(&lab.arena, all, 6), false);
    lab.cfg.scope = FILTER_BODY;
    bench("a body by 20 values and $or, wanted", filter_lab_compile(&lab, body_policy),
          read_body(&lab), true);
    filter_lab_close(&lab);
    return 0;
}
