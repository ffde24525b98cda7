// SPDX-License-Identifier: GPL-3.0-or-later
/* A sentence has four parts, each a list of metrics; an empty part is left out. */
#include "experiment/compare_say.h"

#include <math.h>
#include "base/text.h"
#include "base/units.h"

/* How often a metric of an arm is known, and differs: jointly (more or less), or only if judged
 * alone. */
struct count {
    size_t known, more, less, alone;
    double most; /* the greatest relative difference; 0: none is known */
};

static struct count count_of(const struct compare *compare, size_t metric, size_t arm)
{
    struct count count = {.known = 0};
    for (size_t place = 0; place < compare->place_count; place++) {
        const struct compare_difference *of = compare_at(compare, metric, place, arm);
        count.known += isnan(of->joint.low) ? 0 : 1;
        count.alone += of->differs && !of->differs_jointly;
        if (!of->differs_jointly)
            continue;
        count.more += of->joint.mean > 0.0;
        count.less += of->joint.mean < 0.0;
        if (!isnan(of->relative) && fabs(of->relative) > fabs(count.most))
            count.most = of->relative;
    }
    return count;
}

static void add_share(struct text *out, const struct compare *compare, const struct count *count)
{
    const double percent = 100.0 * count->most;
    char shown[32];
    if (percent == 0.0)
        return;
    text_printf(out, " (%s%s%s %%)", compare->place_count > 1 ? "up to " : "",
                percent > 0.0 ? "+" : "-", units_format_number(shown, fabs(percent)));
}

static void add_different(struct text *out, const struct compare *compare, size_t metric,
                          const struct count *count)
{
    const char *way = count->less == 0 ? "higher" : count->more == 0 ? "lower" : "different";
    text_printf(out, "%s%s %s", out->length > 0 ? ", " : "", way, compare->metrics[metric].words);
    if (compare->place_count > 1)
        text_printf(out, " at %zu of %zu points", count->more + count->less, compare->place_count);
    add_share(out, compare, count);
}

/* A colon after the head, semicolons between the parts. */
static void add_part(struct text *out, size_t head, const char *before, const struct text *part)
{
    if (part->length > 0)
        text_printf(out, "%s%s%s", out->length == head ? ": " : "; ", before, text_of(part));
}

const char *compare_say(struct arena *arena, const struct compare *compare, size_t arm)
{
    struct text out = {.length = 0}, differs = {.length = 0}, same = {.length = 0};
    struct text unsure = {.length = 0}, unknown = {.length = 0};
    for (size_t metric = 0; metric < compare->metric_count; metric++) {
        const struct count count = count_of(compare, metric, arm);
        struct text *other = count.alone > 0 ? &unsure : count.known > 0 ? &same : &unknown;
        if (count.more + count.less > 0)
            add_different(&differs, compare, metric, &count);
        else
            text_printf(other, "%s%s", other->length > 0 ? ", " : "",
                        compare->metrics[metric].words);
    }
    text_printf(&out, "%s against %s", compare->arms[arm], compare->arms[compare->base]);
    const size_t head = out.length;
    add_part(&out, head, "", &differs);
    add_part(&out, head, "no sure difference in ", &unsure);
    add_part(&out, head, "no difference seen in ", &same);
    add_part(&out, head, "cannot be told of ", &unknown);
    text_add(&out, ".");
    const char *kept = arena_copy_text(arena, text_of(&out));
    text_free(&out);
    text_free(&differs);
    text_free(&unsure);
    text_free(&same);
    text_free(&unknown);
    return kept;
}
