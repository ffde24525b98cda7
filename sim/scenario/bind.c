// SPDX-License-Identifier: GPL-3.0-or-later
/* The top level of a scenario file and its small sections; queues and actors are in bind_nodes.
 *
 * Each key is read whether or not others are wrong, so that all mistakes of a file are said at
 * once. Rules between parts are not here but in scenario/validate. */
#include "scenario/bind.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/units.h"
#include "scenario/bind_faults.h"
#include "scenario/bind_nodes.h"

/* --- types --- */

/* A duration above 0, or null (0 ns): none. */
static bool read_optional_duration(struct param_reader *reader, const struct param *row,
                                   void *field, const struct json *node)
{
    *(int64_t *)field = 0;
    return json_kind(node) == JSON_NULL || param_duration.read(reader, row, field, node);
}

static void write_optional_duration(struct json_writer *w, const struct param *row,
                                    const void *field)
{
    if (*(const int64_t *)field == 0)
        json_write_null(w);
    else
        param_duration.write(w, row, field);
}

/* Writes the schema of a value of this type, or of one with that keyword. */
static void schema_either(struct json_writer *w, const struct param *row,
                          const struct param_type *type, const char *key, const char *value)
{
    json_write_key(w, "anyOf");
    json_write_open(w, '[');
    json_write_open(w, '{');
    type->schema(w, row);
    json_write_close(w, '}');
    json_write_open(w, '{');
    param_schema_keyword(w, key, value);
    json_write_close(w, '}');
    json_write_close(w, ']');
}

static void schema_optional_duration(struct json_writer *w, const struct param *row)
{
    schema_either(w, row, &param_duration, "type", "null");
}

static const struct param_type optional_duration = {
    .word = "duration",
    .read = read_optional_duration,
    .write = write_optional_duration,
    .schema = schema_optional_duration,
};

/* A number above 0, or null (0): none. */
static bool read_optional_number(struct param_reader *reader, const struct param *row, void *field,
                                 const struct json *node)
{
    *(double *)field = 0.0;
    return json_kind(node) == JSON_NULL || param_number.read(reader, row, field, node);
}

static void write_optional_number(struct json_writer *w, const struct param *row, const void *field)
{
    const double value = *(const double *)field;
    if (value > 0.0)
        json_write_double(w, value);
    else
        json_write_null(w);
    (void)row;
}

static void schema_optional_number(struct json_writer *w, const struct param *row)
{
    schema_either(w, row, &param_number, "type", "null");
}

static const struct param_type optional_number = {
    .word = "number",
    .read = read_optional_number,
    .write = write_optional_number,
    .schema = schema_optional_number,
};

static bool read_warmup(struct param_reader *reader, const struct param *row, void *field,
                        const struct json *node)
{
    if (json_kind(node) == JSON_TEXT && strcmp(json_text(node), "auto") == 0) {
        *(int64_t *)field = SCENARIO_WARMUP_AUTO;
        return true;
    }
    return param_duration.read(reader, row, field, node);
}

static void write_warmup(struct json_writer *w, const struct param *row, const void *field)
{
    if (*(const int64_t *)field == SCENARIO_WARMUP_AUTO)
        json_write_text(w, "auto");
    else
        param_duration.write(w, row, field);
}

static void schema_warmup(struct json_writer *w, const struct param *row)
{
    schema_either(w, row, &param_duration, "const", "auto");
}

static const struct param_type warmup_param = {
    .word = "duration or \"auto\"",
    .read = read_warmup,
    .write = write_warmup,
    .schema = schema_warmup,
};

/* --- rows --- */

#define TOP(member)     offsetof(struct top, member)
#define EXP(member)     offsetof(struct scenario_experiment, member)
#define LECTURE(member) offsetof(struct lecture, member)

struct top {
    const char *schema, *title, *description;
    double version;
    const struct profile *profile;
    const struct json *node; /* sections are found by their keys again */
};

struct lecture {
    const char *topic, *source, *question, *answer;
};

static const char *const horizon_words[] = {"terminating", "steady", NULL};

// clang-format off
const struct param bind_lecture_rows[] = {
    { "topic", &param_text, LECTURE(topic), NULL, 1, 0, NULL, NULL, 0, NULL, "What it teaches." },
    { "source", &param_text, LECTURE(source), NULL, 1, 0, NULL, NULL, 0, NULL,
      "Where the lecture says it." },
    { "question", &param_text, LECTURE(question), NULL, 1, 0, NULL, NULL, 0, NULL,
      "What to ask the class." },
    { "answer", &param_text, LECTURE(answer), NULL, 1, 0, NULL, NULL, 0, NULL,
      "What the class should find." },
    PARAM_END
};

#define PRECISE(member) offsetof(struct scenario_precise, member)
static const struct param precise_rows[] = {
    { "entity", &param_text, PRECISE(entity), NULL, 1, 0, NULL, NULL, PARAM_REQUIRED, NULL,
      "The component whose metric it is, or \"scenario\"." },
    { "metric", &param_text, PRECISE(metric), NULL, 1, 0, NULL, NULL, PARAM_REQUIRED, NULL,
      "The metric's name; `queuelab run --verbose` prints all." },
    { "stat", &param_text, PRECISE(stat), NULL, 1, 0, NULL, NULL, PARAM_REQUIRED, NULL,
      "Which number of the metric: count, rate, mean, p50, p99, max, end ..." },
    PARAM_END
};
static const struct param_list_of precise_list = {sizeof(struct scenario_precise), precise_rows};

const struct param bind_experiment_rows[] = {
    { "seed", &param_seed, EXP(seed), "1", 1, 0, NULL, NULL, 0, NULL,
      "Names the random numbers; text such as \"0x9e37\" above 2^53." },
    { "duration", &optional_duration, EXP(duration_ns), NULL, 1e-3, 3e9, "95 years", NULL, 0, NULL,
      "How long producers send; without one the run ends when all is sent." },
    { "drain", &param_bool, EXP(drain), "false", 1, 0, NULL, NULL, 0, NULL,
      "Go on after the duration until every queue with a consumer is empty." },
    { "horizon", &param_word, EXP(horizon), "\"terminating\"", 1, 0, NULL, horizon_words, 0, NULL,
      "What is estimated: a course of events from its start, or the long run." },
    { "warmup", &warmup_param, EXP(warmup_ns), NULL, 0, 3e9, NULL, NULL, 0, NULL,
      "How much of the start is not counted; by default \"auto\" if steady, else 0." },
    { "replications", &param_int, EXP(replications), "20", 1, 1e6, NULL, NULL, 0, NULL,
      "How many independent runs." },
    { "precision", &optional_number, EXP(precision), NULL, 1e-6, 1, NULL, NULL, 0, NULL,
      "Replicate until the intervals of all metrics of \"precisionOf\" have this relative "
      "half-width, and still have it 5 replications later." },
    { "precisionOf", &param_list, EXP(precision_of), NULL, 1, 0, NULL, &precise_list, 0, NULL,
      "What is to be that precise; by default what is expected, or else the mean time in the "
      "busiest queue." },
    { "maxReplications", &param_int, EXP(max_replications), "200", 1, 1e6, NULL, NULL, 0, NULL,
      "Where \"precision\" gives up." },
    { "maxDuration", &optional_duration, EXP(max_duration_ns), NULL, 1e-3, 3e9,
      "95 years", NULL, 0, NULL,
      "Where a run ends at the latest; by default 10 times the duration, else 14 days." },
    { "maxMessages", &param_int, EXP(max_messages), "20000000", 1, 1e9, NULL, NULL, 0, NULL,
      "How many messages stored at once end a run as saturated." },
    { "sampleEvery", &optional_duration, EXP(sample_every_ns), NULL, 1e-6, 3e9,
      "95 years", NULL, 0, NULL,
      "The width of a point of the time plots; by default a thousandth of the duration." },
    { "freeTier", &param_bool, EXP(free_tier), "false", 1, 0, NULL, NULL, 0, "COST-1",
      "Take the free tier off the cost." },
    { "accountConcurrency", &param_int, EXP(account_concurrency), "0", 0, 1e6, NULL, NULL, 0,
      "LAM-4", "How many invocations of all functions there are at once; 0 for the profile's." },
    PARAM_END
};

#define SECTION(name, doc) { name, &param_node, TOP(node), NULL, 1, 0, NULL, NULL, 0, NULL, doc }
const struct param bind_top_rows[] = {
    { "$schema", &param_text, TOP(schema), NULL, 1, 0, NULL, NULL, 0, NULL,
      "Where the JSON Schema is, by which editors complete keys and explain them." },
    { "version", &param_number, TOP(version), "1", 1, 0, NULL, NULL, 0, NULL,
      "Of this grammar: 1." },
    { "title", &param_text, TOP(title), NULL, 1, 0, NULL, NULL, 0, NULL,
      "The lesson in a line; the title of figures and slides." },
    { "description", &param_text, TOP(description), "\"\"", 1, 0, NULL, NULL, 0, NULL,
      "What is simulated; the speaker's notes of a slide." },
    SECTION("lecture", "The point of a lecture that this makes: what is asked, and the answer."),
    { "profile", &profile_param, TOP(profile), "\"aws-2026-11\"", 1, 0, NULL, NULL, 0, NULL,
      "The dated table of AWS's limits and prices; aws-2023 has the older ones." },
    SECTION("experiment", "How often, how long, what is estimated."),
    SECTION("network", "The latency of a call's two legs."),
    SECTION("queues", "Queues by name; that of a FIFO queue ends in .fifo."),
    SECTION("topics", "SNS topics by name, with their subscriptions."),
    SECTION("producers", "Who sends, by name."),
    SECTION("consumers", "Who works on messages, by name; one without \"from\" is called."),
    SECTION("functions", "Lambda functions by name, each fed by a queue or a topic."),
    SECTION("endpoints", "What topics push to and producers call (HTTP, email), by name."),
    SECTION("downstreams", "Services that consumers share, such as a database, by name."),
    SECTION("faults", "Trouble on a schedule; `queuelab help fault` lists the kinds."),
    SECTION("alarms", "CloudWatch alarms by name."),
    SECTION("variants", "For each name what it changes: pointers and values, null to take away; "
            "{} is the file as it is."),
    SECTION("sweep", "For each pointer a list of values, all of them with all others; with "
            "\"zip\": true side by side."),
    SECTION("expect", "What must come out; else the exit status is 1."),
    SECTION("figures", "What to draw: ids such as F1; plots/README.md shows what each is."),
    PARAM_END
};
// clang-format on

/* --- help for messages --- */

void bind_key_error(struct param_reader *reader, const struct json *node, const char *format, ...)
{
    struct text sentence = {0};
    va_list values;
    va_start(values, format);
    text_vprintf(&sentence, format, values);
    va_end(values);
    diag_error(reader->diag, json_key_place(reader->doc, node, text_of(&reader->pointer)), "%s",
               text_of(&sentence));
    text_free(&sentence);
}

void bind_member_error(struct param_reader *reader, const struct json *object, const char *key,
                       const char *format, ...)
{
    struct text sentence = {0};
    va_list values;
    va_start(values, format);
    text_vprintf(&sentence, format, values);
    va_end(values);
    const struct json *member = json_get(object, key);
    const size_t length = reader->pointer.length;
    if (member != NULL)
        param_enter(reader, key);
    param_error(reader, member != NULL ? member : object, "%s", text_of(&sentence));
    param_leave(reader, length);
    text_free(&sentence);
}

struct word_list {
    const char **words;
    size_t count;
};

static void add_word(void *context, const char *text, uint64_t key, uint32_t value)
{
    struct word_list *list = context;
    list->words[list->count++] = text;
    (void)key;
    (void)value;
}

const char *bind_hint(struct arena *arena, const struct map *names, const char *word)
{
    const size_t count = map_count(names);
    struct word_list list = {.words = arena_alloc(arena, (count + 1) * sizeof *list.words)};
    map_each(names, add_word, &list);
    const char *fifo = arena_printf(arena, "%s.fifo", word);
    uint32_t id;
    struct text near = {0};
    if (map_get_text(names, fifo, &id))
        return arena_printf(arena, ", did you mean \"%s\"?", fifo);
    text_hint(&near, word, list.words, count);
    const char *hint = arena_copy_text(arena, text_of(&near));
    text_free(&near);
    return hint;
}

/* --- sections --- */

static void check_version(struct bind *bind, const struct json *root, double version)
{
    const struct json *node = json_get(root, "version");
    if (node == NULL || json_kind(node) != JSON_NUMBER || floor(version) == 1.0)
        return;
    char number[32];
    json_format_double(number, version);
    if (version >= 2.0)
        bind_member_error(&bind->reader, root, "version",
                          "version %s is newer than this program reads (1): get a newer queuelab",
                          number);
    else
        bind_member_error(&bind->reader, root, "version", "there is no version %s: write 1",
                          number);
}

static void bind_top(struct bind *bind, const struct json *root)
{
    struct scenario *scenario = bind->scenario;
    struct top top = {.version = 1.0};
    param_bind(&bind->reader, bind_top_rows, &top, root, NULL);
    check_version(bind, root, top.version);
    scenario->title = top.title != NULL ? top.title : scenario->name;
    scenario->description = top.description != NULL ? top.description : "";
    scenario->profile = top.profile != NULL ? top.profile : profiles[0];
}

static void bind_lecture(struct bind *bind, const struct json *node)
{
    struct lecture lecture = {0};
    if (node == NULL)
        return;
    const size_t length = param_enter(&bind->reader, "lecture");
    param_bind(&bind->reader, bind_lecture_rows, &lecture, node, NULL);
    param_leave(&bind->reader, length);
    bind->scenario->lecture = node;
}

/* Says of the member that it must be below another. */
static void refuse_order(struct bind *bind, const struct json *object, const char *name,
                         int64_t low_ns, const char *other, int64_t high_ns)
{
    char low[32], high[32];
    bind_member_error(&bind->reader, object, name, "%s is not below \"%s\" (%s)",
                      units_format_seconds(low, units_s(low_ns)), other,
                      units_format_seconds(high, units_s(high_ns)));
}

static void bind_experiment(struct bind *bind, const struct json *node)
{
    struct scenario_experiment *e = &bind->scenario->experiment;
    const size_t length = param_enter(&bind->reader, "experiment");
    const bool is_sound = param_bind(&bind->reader, bind_experiment_rows, e, node, NULL);
    if (node == NULL || json_get(node, "warmup") == NULL)
        e->warmup_ns = e->horizon == HORIZON_STEADY ? SCENARIO_WARMUP_AUTO : 0;
    const bool has_most = e->max_duration_ns > 0;
    if (!has_most && e->duration_ns > 0)
        e->max_duration_ns = e->duration_ns < FOREVER / 10 ? 10 * e->duration_ns : FOREVER;
    else if (!has_most)
        e->max_duration_ns = 14 * DAY;
    if (is_sound && e->duration_ns > 0 && e->warmup_ns >= e->duration_ns)
        refuse_order(bind, node, "warmup", e->warmup_ns, "duration", e->duration_ns);
    if (is_sound && has_most && e->duration_ns > e->max_duration_ns)
        bind_member_error(&bind->reader, node, "maxDuration",
                          "the run would end before \"duration\"");
    param_leave(&bind->reader, length);
}

static void bind_network(struct bind *bind, const struct json *node)
{
    const size_t length = param_enter(&bind->reader, "network");
    bind->network_is_sound =
        param_bind(&bind->reader, link_rows, &bind->scenario->network, node, NULL);
    param_leave(&bind->reader, length);
}

static bool is_figure(const char *text)
{
    if (strcmp(text, "sweep") == 0)
        return true;
    if (text[0] != 'F' || text[1] < '1' || text[1] > '9')
        return false;
    const int number = atoi(text + 1);
    char again[16];
    snprintf(again, sizeof again, "F%d", number);
    return strcmp(text, again) == 0 && number <= 24;
}

static void bind_figures(struct bind *bind, const struct json *node)
{
    struct param_reader *reader = &bind->reader;
    if (node == NULL)
        return;
    const size_t length = param_enter(reader, "figures");
    if (param_expect(reader, node, JSON_ARRAY)) {
        size_t i = 0;
        for (const struct json *item = json_first(node); item != NULL;
             item = json_next(item), i++) {
            char index[24];
            snprintf(index, sizeof index, "%zu", i);
            const size_t inner = param_enter(reader, index);
            if (param_expect(reader, item, JSON_TEXT) && !is_figure(json_text(item)))
                param_error(reader, item, "unknown figure \"%s\": they are F1 to F24 and sweep",
                            json_text(item));
            param_leave(reader, inner);
        }
        bind->scenario->figures = node;
    }
    param_leave(reader, length);
}

void bind_scenario(struct bind *bind)
{
    const struct json *root = json_root(bind->scenario->doc);
    bind->names = map_new();
    if (!param_expect(&bind->reader, root, JSON_OBJECT))
        return;
    bind_top(bind, root);
    bind_lecture(bind, json_get(root, "lecture"));
    bind_experiment(bind, json_get(root, "experiment"));
    bind_network(bind, json_get(root, "network"));
    bind_nodes(bind, root);
    bind_faults(bind, root);
    bind_figures(bind, json_get(root, "figures"));
}
