// SPDX-License-Identifier: GPL-3.0-or-later
/* Targets, schedules and what is wrong with them. */
#include "fault/fault_cfg.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "actor/optional.h"

/* --- targets --- */

static bool read_target(struct param_reader *reader, struct fault_targets *targets,
                        const struct json *item)
{
    if (!param_expect(reader, item, JSON_TEXT))
        return false;
    if (*json_text(item) == '\0') {
        param_error(reader, item, "a name is not empty");
        return false;
    }
    targets->patterns[targets->count] = arena_copy_text(reader->arena, json_text(item));
    targets->at[targets->count++] = item;
    return true;
}

static bool read_targets(struct param_reader *reader, const struct param *row, void *field,
                         const struct json *node)
{
    struct fault_targets *targets = field;
    bool fine = true;
    (void)row;
    if (!param_expect(reader, node, JSON_ARRAY))
        return false;
    const size_t count = json_count(node);
    if (count == 0) {
        param_error(reader, node, "there is nothing to strike: name a component");
        return false;
    }
    *targets =
        (struct fault_targets){.patterns = arena_alloc(reader->arena, count * sizeof(char *)),
                               .at = arena_alloc(reader->arena, count * sizeof *targets->at)};
    size_t index = 0;
    for (const struct json *item = json_first(node); item != NULL; item = json_next(item)) {
        char name[24];
        snprintf(name, sizeof name, "%zu", index++);
        const size_t length = param_enter(reader, name);
        fine = read_target(reader, targets, item) && fine;
        param_leave(reader, length);
    }
    return fine;
}

static void write_targets(struct json_writer *w, const struct param *row, const void *field)
{
    const struct fault_targets *targets = field;
    (void)row;
    json_write_open(w, '[');
    for (size_t i = 0; i < targets->count; i++)
        json_write_text(w, targets->patterns[i]);
    json_write_close(w, ']');
}

static void targets_schema(struct json_writer *w, const struct param *row)
{
    (void)row;
    param_schema_keyword(w, "type", "array");
    json_write_key(w, "minItems");
    json_write_int(w, 1);
    json_write_key(w, "items");
    json_write_open(w, '{');
    param_schema_keyword(w, "type", "string");
    json_write_close(w, '}');
}

const struct param_type fault_cfg_targets_param = {.word = "names or patterns",
                                                   .read = read_targets,
                                                   .write = write_targets,
                                                   .schema = targets_schema};

bool fault_cfg_is_pattern(const char *pattern)
{
    return strpbrk(pattern, "*/") != NULL;
}

/* Each star takes as few letters as it can; a failure behind it gives it one more. */
static bool fits(const char *pattern, const char *name)
{
    const char *star = NULL, *from = NULL;
    while (*name != '\0') {
        if (*pattern == '*') {
            star = pattern++;
            from = name;
        } else if (*pattern == *name) {
            pattern++;
            name++;
        } else if (star != NULL) {
            pattern = star + 1;
            name = ++from;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0';
}

bool fault_cfg_fits(const char *pattern, const char *section, const char *name)
{
    const char *slash = strchr(pattern, '/');
    if (slash == NULL)
        return fits(pattern, name);
    const size_t length = (size_t)(slash - pattern);
    return strlen(section) == length && strncmp(pattern, section, length) == 0 &&
           fits(slash + 1, name);
}

/* --- rows --- */

#define FAULT(member) offsetof(struct fault_cfg, member)

// clang-format off
static const struct param rows[] = {
    { "name", &param_text, FAULT(name), NULL, 1, 0, NULL, NULL, 0, NULL,
      "Names its random streams; by default its kind." },
    { "targets", &fault_cfg_targets_param, FAULT(targets), NULL, 1, 0, NULL, NULL, PARAM_REQUIRED,
      NULL,
      "What it strikes: names, or patterns such as worker*, queues/* and consumers/w*." },
    { "at", &optional_duration_param, FAULT(at_ns), "null", 1, 0, NULL, NULL, 0, NULL,
      "When it happens, once; for what does not last." },
    { "start", &optional_duration_param, FAULT(start_ns), "null", 1, 0, NULL, NULL, 0, NULL,
      "When it begins, or begins to be possible." },
    { "duration", &optional_duration_param, FAULT(duration_ns), "null", 1, 0, NULL, NULL, 0, NULL,
      "How long it lasts; by default to the end." },
    { "every", &optional_interval_param, FAULT(every_ns), "null", OPTIONAL_INTERVAL_LEAST_S,
      HUGE_VAL, NULL, NULL, 0, NULL,
      "From one beginning to the next; the first is at start, or after as long." },
    { "mtbf", &dist_time_param, FAULT(mtbf), NULL, 1, 0, NULL, NULL, 0, NULL,
      "How long it is away before it begins, again and again." },
    { "mttr", &dist_time_param, FAULT(mttr), NULL, 1, 0, NULL, NULL, 0, NULL,
      "How long it lasts, each time." },
    { "probability", &param_probability, FAULT(probability), "1", 0, 1, NULL, NULL, 0, NULL,
      "Chance that it begins where it could." },
    PARAM_END
};
// clang-format on

size_t fault_cfg_bytes(const struct fault_kind *kind)
{
    return sizeof(struct fault_cfg) + kind->cfg_bytes;
}

static size_t count_of(const struct param *of)
{
    size_t count = 0;
    while (of != NULL && of[count].name != NULL)
        count++;
    return count;
}

const struct param *fault_cfg_rows(const struct fault_kind *kind, struct arena *arena)
{
    const size_t common = count_of(rows), own = count_of(kind->params);
    /* Zeroed, so that the last ends it. */
    struct param *all = arena_alloc(arena, (common + own + 1) * sizeof *all);
    memcpy(all, rows, common * sizeof *all);
    for (size_t i = 0; i < own; i++) {
        all[common + i] = kind->params[i];
        all[common + i].offset += sizeof(struct fault_cfg);
    }
    return all;
}

const struct fault_kind *fault_cfg_kind(const char *name)
{
    for (size_t i = 0; fault_kinds[i] != NULL; i++) {
        if (strcmp(fault_kinds[i]->name, name) == 0)
            return fault_kinds[i];
    }
    return NULL;
}

/* --- schedules --- */

/* Would it come so often that a run of it never came to its end? */
static bool is_endless(const struct fault_cfg *cfg)
{
    return cfg->mtbf.kind != NULL &&
           dist_mean(&cfg->mtbf) + dist_mean(&cfg->mttr) < OPTIONAL_INTERVAL_LEAST_S;
}

static void check_act(struct param_reader *reader, const struct fault_kind *kind,
                      const struct fault_cfg *cfg, const struct json *node)
{
    if (cfg->duration_ns >= 0 || cfg->mttr.kind != NULL)
        param_error(reader, node, "\"%s\" happens and does not last: it has no \"%s\"", kind->name,
                    cfg->duration_ns >= 0 ? "duration" : "mttr");
    else if (cfg->at_ns < 0 && cfg->every_ns < 0 && cfg->mtbf.kind == NULL)
        param_error(reader, node, "when? give \"at\", \"every\" or \"mtbf\"");
    else if (is_endless(cfg))
        param_error(reader, node,
                    "\"mtbf\" is below 1 ms: a run would go in such steps and never come to its "
                    "end");
}

static void check_lasting(struct param_reader *reader, const struct fault_kind *kind,
                          const struct fault_cfg *cfg, const struct json *node)
{
    const bool is_random = cfg->mtbf.kind != NULL;
    if (cfg->at_ns >= 0)
        param_error(reader, node, "\"%s\" lasts: give \"start\" and \"duration\" for \"at\"",
                    kind->name);
    else if (is_random && cfg->mttr.kind == NULL)
        param_error(reader, node, "\"mtbf\" needs \"mttr\": how long it lasts");
    else if (!is_random && cfg->mttr.kind != NULL)
        param_error(reader, node, "\"mttr\" needs \"mtbf\": how long it is away");
    else if (is_random && is_endless(cfg))
        param_error(
            reader, node,
            "\"mtbf\" and \"mttr\" are together below 1 ms: a run would go in such steps and "
            "never come to its end");
    else if (is_random && cfg->duration_ns >= 0)
        param_error(reader, node,
                    "two schedules at once: \"mttr\" says how long it lasts, and so "
                    "does \"duration\"");
    else if (cfg->every_ns > 0 && cfg->duration_ns < 0)
        param_error(reader, node, "\"every\" needs \"duration\": how long it lasts each time");
    else if (cfg->every_ns > 0 && cfg->duration_ns >= cfg->every_ns)
        param_error(reader, node, "\"duration\" is not below \"every\": it would never end");
    else if (!is_random && cfg->start_ns < 0 && cfg->every_ns < 0)
        param_error(reader, node, "when? give \"start\", \"every\" or \"mtbf\"");
}

void fault_cfg_check(struct param_reader *reader, const struct fault_kind *kind,
                     const struct fault_cfg *cfg, const struct json *node)
{
    const int schedules = (cfg->at_ns >= 0) + (cfg->every_ns >= 0) + (cfg->mtbf.kind != NULL);
    if (schedules > 1)
        param_error(reader, node,
                    "two schedules at once: give one of \"at\", \"every\" and "
                    "\"mtbf\"");
    else if (cfg->at_ns >= 0 && cfg->start_ns >= 0)
        param_error(reader, node, "two schedules at once: give one of \"at\" and \"start\"");
    else if (kind->act != NULL)
        check_act(reader, kind, cfg, node);
    else
        check_lasting(reader, kind, cfg, node);
    if (kind->check != NULL)
        kind->check(reader, cfg + 1, node);
}
