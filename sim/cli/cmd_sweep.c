// SPDX-License-Identifier: GPL-3.0-or-later
/* queuelab sweep: the same run in shards, for many machines.  Nothing is resident and nothing is
 * shared but files: a plan, a part for each shard, and the result that is merged from them. */
#include <stdio.h>
#include <string.h>
#include "base/text.h"
#include "cli/command.h"
#include "cli/shards.h"

static const char *const words[] = {"plan", "run", "merge", "status"};
enum { WORDS = sizeof words / sizeof *words };

static int refuse_word(const char *word)
{
    const char *nearest = text_nearest(word, words, WORDS);
    fprintf(stderr, "queuelab sweep: unknown word \"%s\"", word);
    if (nearest != NULL)
        fprintf(stderr, ", did you mean \"%s\"?\n", nearest);
    else
        fputs("; there are plan, run, merge and status\n", stderr);
    return EXIT_USAGE;
}

static int run_word(const struct options *options, const char *word, char *const *operands,
                    size_t count)
{
    if (strcmp(word, "plan") == 0)
        return count == 1 ? shards_plan(options, operands[0])
                          : shards_misuse("plan: name a scenario file");
    if (strcmp(word, "run") == 0)
        return count == 1 ? shards_run(options, operands[0])
                          : shards_misuse("run: name a plan, such as plan.json");
    if (strcmp(word, "merge") == 0)
        return count == 1 ? shards_merge(options, operands[0])
                          : shards_misuse("merge: name the folder of the parts");
    if (strcmp(word, "status") == 0)
        return count == 2 ? shards_status(options, operands[0], operands[1])
                          : shards_misuse("status: name a plan and the folder of the parts");
    return refuse_word(word);
}

static int run(const struct options *options)
{
    if (options->operand_count == 0)
        return shards_misuse("wants a word: plan, run, merge or status");
    if (options->trace != NULL)
        return shards_misuse("writes no traces, which would fill the disks of many machines: "
                             "queuelab run FILE --trace writes that of one run");
    return run_word(options, options->operands[0], options->operands + 1,
                    options->operand_count - 1);
}

const struct command cmd_sweep = {
    .name = "sweep",
    .operands = "plan|run|merge|status ...",
    .doc = "share a run among machines, in shards",
    .details = "  queuelab sweep plan FILE --shards 200 -o plan.json\n"
               "  queuelab sweep run plan.json --shard 17 -o parts\n"
               "  queuelab sweep status plan.json parts     (status 1 until all shards are done)\n"
               "  queuelab sweep merge parts -o out\n"
               "What is merged is what queuelab run FILE gives. See scenarios/SWEEPS.md.",
    .options = OPTIONS_OVERRIDE | OPTIONS_SWEEP | OPTIONS_FIGURE | OPTIONS_SCREEN,
    .run = run,
};
