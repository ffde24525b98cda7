// SPDX-License-Identifier: GPL-3.0-or-later
/* Did anything change?  Fingerprints of every shipped scenario, and traces of tiny worlds that a
 * person can check by hand.
 *
 * fingerprints.csv has a row per scenario file: its first seed, a replication, the hash of all
 * facts of that replication over all variants and points in order, and the reason of its last
 * change.  A hash field may hold several, parted by blanks, where libraries differ in last bits.  A
 * trace is a file of at most 40 lines: what is to be seen ('#'), the scenario ('>'), and the facts.
 *
 *   golden            compares
 *   golden --accept   rewrites both; new scenarios are added, and what changed gets $REASON */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/text.h"
#include "base/units.h"
#include "core/rng.h"
#include "tools/said.h"
#include "tools/world.h"

#define TABLE  "tests/golden/fingerprints.csv"
#define TRACES "tests/golden/traces"
#define HEAD   "scenario,seed,replication,hash,reason\n"

enum { NAMES_MAX = 100, NAME_MAX_BYTES = 128, TRACE_LINES = 40, FIELD = 256 };

static bool accepting;

static struct text read_file(const char *path)
{
    struct text text = {0};
    char piece[4096];
    size_t length;
    FILE *in = fopen(path, "rb");
    if (in == NULL)
        return text;
    while ((length = fread(piece, 1, sizeof piece, in)) > 0)
        text_append(&text, piece, length);
    fclose(in);
    return text;
}

static void write_file(const char *path, const struct text *text)
{
    FILE *out = fopen(path, "wb");
    assert_non_null(out);
    assert_int_equal(fwrite(text_of(text), 1, text->length, out), text->length);
    assert_int_equal(fclose(out), 0);
}

struct names {
    size_t count;
    char at[NAMES_MAX][NAME_MAX_BYTES];
};

static int compare_names(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* The files of a folder with an ending, sorted. */
static void list(struct names *names, const char *folder, const char *ending)
{
    DIR *dir = opendir(folder);
    const struct dirent *entry;
    names->count = 0;
    assert_non_null(dir);
    while ((entry = readdir(dir)) != NULL) {
        const size_t length = strlen(entry->d_name);
        if (length < strlen(ending) || strcmp(entry->d_name + length - strlen(ending), ending) != 0)
            continue;
        assert_true(names->count < NAMES_MAX && length < NAME_MAX_BYTES);
        memcpy(names->at[names->count++], entry->d_name, length + 1);
    }
    closedir(dir);
    qsort(names->at, names->count, sizeof *names->at, compare_names);
}

/* --- fingerprints --- */

static uint64_t fingerprint_of(const char *path, uint32_t replication, uint64_t *seed)
{
    struct world_lab lab;
    uint64_t hash = 0;
    world_lab_open(&lab, path);
    const size_t variants = lab.file->variant_count, points = lab.file->point_count;
    *seed = lab.scenario->experiment.seed;
    world_lab_close(&lab);
    for (size_t variant = 0; variant < variants; variant++) {
        for (size_t point = 0; point < points; point++) {
            world_lab_open_at(&lab, path, variant, point);
            world_lab_run(&lab, replication);
            hash = rng_mix(hash ^ world_fingerprint(lab.world));
            world_lab_close(&lab);
        }
    }
    return hash;
}

/* One row of the table. */
struct row {
    char scenario[FIELD], hash[FIELD], reason[FIELD];
    unsigned long long seed;
    unsigned replication;
};

static bool read_row(const char *line, struct row *row)
{
    return sscanf(line, "%255[^,],%llu,%u,%255[^,],%255[^\n]", row->scenario, &row->seed,
                  &row->replication, row->hash, row->reason) == 5;
}

static bool holds_hash(const struct row *row, uint64_t hash)
{
    char wanted[20];
    snprintf(wanted, sizeof wanted, "%016llx", (unsigned long long)hash);
    return strstr(row->hash, wanted) != NULL;
}

static void test_fingerprints(void **state)
{
    struct text table = read_file(TABLE);
    size_t rows = 0, changed = 0;
    (void)state;
    assert_int_equal(strncmp(text_of(&table), HEAD, strlen(HEAD)), 0);
    for (const char *line = table.bytes + strlen(HEAD); line != NULL && *line != '\0'; rows++) {
        struct row row;
        uint64_t seed;
        assert_true(read_row(line, &row));
        const uint64_t hash = fingerprint_of(row.scenario, row.replication, &seed);
        if (!holds_hash(&row, hash) || seed != row.seed) {
            print_error("%s: seed %llu, replication %u: %016llx, the table has %s\n", row.scenario,
                        (unsigned long long)seed, row.replication, (unsigned long long)hash,
                        row.hash);
            changed++;
        }
        line = strchr(line, '\n');
        line = line != NULL ? line + 1 : NULL;
    }
    text_free(&table);
    assert_true(rows > 0);
    if (changed > 0)
        fail_msg("%zu of %zu changed; if that is meant: make golden-accept", changed, rows);
}

static bool find_row(const struct text *table, const char *scenario, struct row *row)
{
    for (const char *line = table->bytes; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (read_row(line, row) && strcmp(row->scenario, scenario) == 0)
            return true;
        if (*line == '\0')
            break;
    }
    return false;
}

static void accept_fingerprints(void)
{
    static struct names names;
    struct text old = read_file(TABLE), table = {0};
    const char *reason = getenv("REASON");
    list(&names, "scenarios", ".json");
    text_add(&table, HEAD);
    for (size_t i = 0; i < names.count; i++) {
        char path[FIELD];
        struct row row = {.replication = 1};
        uint64_t seed;
        snprintf(path, sizeof path, "scenarios/%s", names.at[i]);
        const bool known = find_row(&old, path, &row);
        const uint64_t hash = fingerprint_of(path, row.replication, &seed);
        if (!known || !holds_hash(&row, hash)) {
            snprintf(row.hash, sizeof row.hash, "%016llx", (unsigned long long)hash);
            snprintf(row.reason, sizeof row.reason, "%s", reason != NULL ? reason : "recorded");
        }
        text_printf(&table, "%s,%llu,%u,%s,%s\n", path, (unsigned long long)seed, row.replication,
                    row.hash, row.reason);
    }
    write_file(TABLE, &table);
    text_free(&table);
    text_free(&old);
}

/* --- traces --- */

struct trace {
    struct text text;
    const struct scenario *scenario;
};

static void say_message(struct trace *trace, const struct fact *fact)
{
    if (fact->message == UINT32_MAX && fact->root == 0 && fact->kind != PROBE_ANSWERED &&
        fact->kind != PROBE_RETRIED && fact->kind != PROBE_GAVE_UP && fact->kind != PROBE_DEDUPED)
        return;
    text_printf(&trace->text, " message %llu", (unsigned long long)probe_root_number(fact->root));
}

static void say_time(struct trace *trace, const char *words, int64_t at_ns)
{
    text_printf(&trace->text, ", %s %.9g", words, units_s(at_ns));
}

/* What matters of a kind's value and other. */
static void say_details(struct trace *trace, const struct fact *fact)
{
    switch ((enum probe_kind)fact->kind) {
    case PROBE_ACCEPTED:
        if (fact->other > fact->at_ns)
            say_time(trace, "visible at", fact->other);
        break;
    case PROBE_DELIVERED:
        text_printf(&trace->text, ", receive %u to %s", fact->delivery,
                    scenario_node_name(trace->scenario, fact->peer));
        say_time(trace, "hidden until", fact->value);
        break;
    case PROBE_EXTENDED:
        say_time(trace, "hidden until", fact->value);
        break;
    case PROBE_DEAD_LETTERED:
        text_printf(&trace->text, " to %s after %u receives",
                    scenario_node_name(trace->scenario, fact->peer), fact->delivery);
        break;
    case PROBE_DEDUPED:
        say_time(trace, "first accepted at", fact->other);
        break;
    case PROBE_EMPTY:
        text_printf(&trace->text, " after %.9g s", units_s(fact->value));
        break;
    case PROBE_ANSWERED:
    case PROBE_GAVE_UP:
        say_time(trace, "called at", fact->value);
        break;
    case PROBE_STARTED:
        text_printf(&trace->text, ", worker %u for %.9g s", fact->bytes, units_s(fact->value));
        break;
    case PROBE_CAPACITY:
        text_printf(&trace->text, " %lld instances", (long long)fact->value);
        break;
    default:
        break;
    }
}

static void hear(void *context, const struct fact *fact)
{
    struct trace *trace = context;
    if (fact->kind == PROBE_QUEUE_CHANGED)
        return;
    text_printf(&trace->text, "%-11.9g %-10s %s", units_s(fact->at_ns),
                scenario_node_name(trace->scenario, fact->node), probe_names[fact->kind]);
    say_message(trace, fact);
    say_details(trace, fact);
    text_add(&trace->text, "\n");
}

/* Splits a trace into its head (comments and scenario) and tells where the facts begin. */
static size_t head_of(const struct text *file, struct text *scenario)
{
    const char *line = text_of(file);
    while (*line == '#' || *line == '>') {
        const char *end = strchr(line, '\n');
        assert_non_null(end);
        if (*line == '>')
            text_append(scenario, line + 1, (size_t)(end - line));
        line = end + 1;
    }
    return (size_t)(line - text_of(file));
}

static struct text facts_of(const struct text *scenario)
{
    struct world_lab lab;
    struct trace trace = {0};
    world_lab_open(&lab, text_of(scenario));
    trace.scenario = lab.scenario;
    world_lab_attach(&lab, (struct observer){hear, &trace});
    world_lab_run(&lab, 1);
    world_lab_close(&lab);
    return trace.text;
}

static size_t count_lines(const char *text)
{
    size_t lines = 0;
    for (; *text != '\0'; text++)
        lines += *text == '\n';
    return lines;
}

/* Compares or rewrites one trace; true if it is as it was. */
static bool check_trace(const char *name)
{
    char path[FIELD];
    snprintf(path, sizeof path, TRACES "/%s", name);
    struct text file = read_file(path), scenario = {0};
    const size_t head = head_of(&file, &scenario);
    struct text facts = facts_of(&scenario);
    const bool same = strcmp(text_of(&file) + head, text_of(&facts)) == 0;
    if (!same && !accepting)
        print_error("%s is now:\n%s", path, text_of(&facts));
    text_cut(&file, head);
    text_add(&file, text_of(&facts));
    if (count_lines(text_of(&file)) > TRACE_LINES)
        fail_msg("%s has more than %d lines", path, TRACE_LINES);
    if (accepting && !same)
        write_file(path, &file);
    text_free(&facts);
    text_free(&scenario);
    text_free(&file);
    return same;
}

static void test_traces(void **state)
{
    static struct names names;
    size_t changed = 0;
    (void)state;
    list(&names, TRACES, ".trace");
    assert_true(names.count >= 12);
    for (size_t i = 0; i < names.count; i++)
        changed += !check_trace(names.at[i]);
    if (!accepting)
        assert_int_equal(changed, 0);
}

static void test_accept(void **state)
{
    (void)state;
    accept_fingerprints();
    test_traces(state);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_traces),
        cmocka_unit_test(test_fingerprints),
    };
    const struct CMUnitTest acceptance[] = {
        cmocka_unit_test(test_accept),
    };
    accepting = argc > 1 && strcmp(argv[1], "--accept") == 0;
    return accepting ? cmocka_run_group_tests(acceptance, NULL, NULL)
                     : cmocka_run_group_tests(tests, NULL, NULL);
}
