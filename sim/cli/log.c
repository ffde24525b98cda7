// SPDX-License-Identifier: GPL-3.0-or-later
/* Listens to a world of its own; what it hears becomes lines.  Nothing is measured. */
#include "cli/log.h"

#include <inttypes.h>
#include <string.h>
#include "base/text.h"
#include "base/units.h"
#include "core/probe.h"
#include "observe/observer.h"
#include "scenario/world.h"
#include "experiment/setting.h"

enum { LINES = 1000, BODY_BYTES = 60 };

struct log {
    const struct scenario *scenario;
    const struct world *world;
    FILE *out;
    bool names_queues, names_producers; /* there are several to tell apart */
    size_t line_count;
};

static void add_time(struct text *line, int64_t at_ns)
{
    text_printf(line, "[%02" PRId64 ":%02" PRId64 ":%02" PRId64 ".%03" PRId64 "] ", at_ns / HOUR,
                at_ns / MINUTE % 60, at_ns / SEC % 60, at_ns / MSEC % 1000);
}

static const char *name_of(const struct log *log, uint16_t node)
{
    return scenario_node_name(log->scenario, node);
}

/* The body that the producer gave, else the message's number there.  Control characters, which a
 * terminal would obey, become blanks. */
static void add_message(const struct log *log, struct text *line, uint64_t root)
{
    const char *body = world_body(log->world, root);
    if (body == NULL) {
        text_printf(line, "message %" PRIu64, probe_root_number(root));
        if (log->names_producers)
            text_printf(line, " of %s", name_of(log, probe_root_origin(root)));
        return;
    }
    const size_t from = line->length;
    text_printf(line, "%.*s", BODY_BYTES, body);
    for (size_t i = from; i < line->length; i++) {
        if ((unsigned char)line->bytes[i] < ' ' || line->bytes[i] == 0x7f)
            line->bytes[i] = ' ';
    }
}

/* "worker: received Message 0 from orders" */
static void add_call(const struct log *log, struct text *line, const struct fact *fact,
                     const char *verb, const char *preposition)
{
    text_printf(line, "%s: %s ", name_of(log, fact->peer), verb);
    add_message(log, line, fact->root);
    if (log->names_queues)
        text_printf(line, " %s %s", preposition, name_of(log, fact->node));
}

/* Appends what the fact says; nothing: it is no part of the timeline. */
static void add_fact(const struct log *log, struct text *line, const struct fact *fact)
{
    switch ((enum probe_kind)fact->kind) {
    case PROBE_ACCEPTED:
        add_call(log, line, fact, "sent", "to");
        break;
    case PROBE_DELIVERED:
        add_call(log, line, fact, "received", "from");
        if (fact->delivery > 1)
            text_printf(line, " (receive %" PRIu32 ")", fact->delivery);
        break;
    case PROBE_DELETED:
        add_call(log, line, fact, "deleted", "from");
        break;
    case PROBE_EMPTY:
        text_printf(line, "%s: No message to consume.", name_of(log, fact->peer));
        break;
    case PROBE_DEAD_LETTERED:
        text_printf(line, "%s: moved ", name_of(log, fact->node));
        add_message(log, line, fact->root);
        text_printf(line, " to %s after %" PRIu32 " receive%s", name_of(log, fact->peer),
                    fact->delivery, fact->delivery == 1 ? "" : "s");
        break;
    default:
        break;
    }
}

static void hear(void *context, const struct fact *fact)
{
    struct log *log = context;
    struct text line = {.length = 0};
    add_fact(log, &line, fact);
    if (line.length > 0 && log->line_count++ < LINES) {
        struct text time = {.length = 0};
        add_time(&time, fact->at_ns);
        fprintf(log->out, "%s%s\n", text_of(&time), text_of(&line));
        text_free(&time);
    }
    text_free(&line);
}

/* Dead-letter queues are named where they matter anyway. */
static size_t count_queues(const struct scenario *scenario)
{
    size_t count = 0;
    for (size_t i = 0; i < scenario->queue_count; i++)
        count += !setting_is_dead_letter(scenario, scenario->queues[i].name);
    return count;
}

void log_print(const struct scenario *scenario, FILE *out)
{
    struct world *world = world_new(scenario, false, false);
    struct log log = {
        .scenario = scenario,
        .world = world,
        .out = out,
        .names_queues = count_queues(scenario) > 1,
        .names_producers = setting_producer_count(scenario) > 1,
    };
    /* A world shows its observe for reading; a listener changes nothing that is read. */
    observer_attach((struct observe *)world_observe(world), (struct observer){hear, &log});
    world_run(world, 1, NULL);
    if (log.line_count > LINES)
        fprintf(out, "... and %zu more\n", log.line_count - LINES);
    world_free(world);
}
