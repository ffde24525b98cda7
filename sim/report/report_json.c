// SPDX-License-Identifier: GPL-3.0-or-later
/* result.json.  All but its last two members, wall and build, is the same bytes on every run of the
 * same scenario, seed and version.  A row of metrics is a line. */
#include <inttypes.h>
#include "experiment/advice.h"
#include "experiment/compare.h"
#include "experiment/expect.h"
#include "report/report.h"

static void member_text(struct json_writer *w, const char *key, const char *value)
{
    json_write_key(w, key);
    json_write_text(w, value);
}

static void member_number(struct json_writer *w, const char *key, double value)
{
    json_write_key(w, key);
    json_write_double(w, value);
}

static void member_hex(struct json_writer *w, const char *key, uint64_t value)
{
    char hex[24];
    snprintf(hex, sizeof hex, "%016" PRIx64, value);
    member_text(w, key, hex);
}

static void member_seed(struct json_writer *w, const char *key, uint64_t seed)
{
    char text[32];
    result_format_seed(text, seed);
    json_write_key(w, key);
    if (result_seed_is_exact(seed))
        json_write_int(w, (int64_t)seed);
    else
        json_write_text(w, text);
}

static void open_line(struct json_writer *w)
{
    json_write_open(w, '{');
    w->compact = true;
}

static void close_line(struct json_writer *w)
{
    json_write_close(w, '}');
    w->compact = false;
}

static void write_place(struct json_writer *w, const struct report *report, const struct cell *cell)
{
    member_text(w, "variant", cell->variant);
    json_write_key(w, "point");
    result_write_point(w, report->result, cell);
}

static void write_cell(struct json_writer *w, const struct report *report, const struct cell *cell)
{
    open_line(w);
    write_place(w, report, cell);
    json_write_key(w, "replications");
    json_write_int(w, (int64_t)cell->replication_count);
    member_hex(w, "fingerprint", cell->fingerprint);
    json_write_key(w, "ends");
    json_write_open(w, '[');
    for (size_t i = 0; i < cell->replication_count; i++)
        json_write_text(w, result_end_word(cell->replications[i].end));
    json_write_close(w, ']');
    close_line(w);
}

static void write_provenance(struct json_writer *w, const struct report *report)
{
    const struct result *result = report->result;
    json_write_open(w, '{');
    member_text(w, "queuelab", report->build.version);
    member_text(w, "name", result_name(result));
    member_text(w, "sha256", result_sha256(result));
    member_seed(w, "seed", result_seed(result));
    member_text(w, "rng", "xoshiro256++");
    member_text(w, "profile", result_profile(result));
    member_hex(w, "fingerprint", result->fingerprint);
    json_write_key(w, "interrupted");
    json_write_bool(w, result->interrupted);
    json_write_key(w, "cells");
    json_write_open(w, '[');
    for (size_t i = 0; i < result->cell_count; i++)
        write_cell(w, report, &result->cells[i]);
    json_write_close(w, ']');
    json_write_close(w, '}');
}

static void write_row(struct json_writer *w, const struct report *report, const struct cell *cell,
                      const struct cell_row *row)
{
    open_line(w);
    write_place(w, report, cell);
    member_text(w, "entity", row->entity);
    member_text(w, "metric", row->metric);
    member_text(w, "stat", row->stat);
    member_text(w, "unit", row->unit);
    member_number(w, "mean", row->estimate.mean);
    member_number(w, "low", row->estimate.low);
    member_number(w, "high", row->estimate.high);
    json_write_key(w, "n");
    json_write_int(w, (int64_t)row->estimate.n);
    close_line(w);
}

static void write_metrics(struct json_writer *w, const struct report *report, FILE *stream)
{
    json_write_open(w, '[');
    for (size_t i = 0; i < report->result->cell_count; i++) {
        const struct cell *cell = &report->result->cells[i];
        for (size_t row = 0; cell->replication_count > 0 && row < cell->row_count; row++) {
            write_row(w, report, cell, &cell->rows[row]);
            report_flush(w->out, stream);
        }
    }
    json_write_close(w, ']');
}

static void write_expectations(struct json_writer *w, const struct report *report)
{
    json_write_open(w, '[');
    for (size_t i = 0; i < report->result->verdict_count; i++) {
        const struct verdict *verdict = &report->result->verdicts[i];
        open_line(w);
        write_place(w, report, verdict->cell);
        member_text(w, "entity", expect_entity(verdict));
        member_text(w, "metric", expect_metric(verdict));
        member_text(w, "stat", expect_stat(verdict));
        member_text(w, "is", expect_word(verdict));
        member_number(w, "wanted", verdict->wanted);
        member_text(w, "vs", expect_versus(verdict));
        member_number(w, "seen", verdict->seen);
        json_write_key(w, "holds");
        json_write_bool(w, verdict->holds);
        member_text(w, "sentence", verdict->sentence);
        close_line(w);
    }
    json_write_close(w, ']');
}

/* One difference a line; `best`: nothing is better for sure, and something else is worse. */
static void write_difference(struct json_writer *w, const struct report *report,
                             const struct compare *compare, size_t metric, size_t place, size_t arm)
{
    const struct compare_difference *of = compare_at(compare, metric, place, arm);
    const struct cell *cell = compare->cells[place * compare->arm_count + arm];
    if (of->value == NULL)
        return;
    open_line(w);
    write_place(w, report, cell);
    member_text(w, "base", compare->arms[compare->base]);
    member_text(w, "entity", of->value->entity);
    member_text(w, "metric", of->value->metric);
    member_text(w, "stat", of->value->stat);
    member_text(w, "unit", of->value->unit);
    member_number(w, "difference", of->of_base.mean);
    member_number(w, "low", of->of_base.low);
    member_number(w, "high", of->of_base.high);
    member_number(w, "jointLow", of->joint.low);
    member_number(w, "jointHigh", of->joint.high);
    json_write_key(w, "n");
    json_write_int(w, (int64_t)of->of_base.n);
    json_write_key(w, "differs");
    json_write_bool(w, of->differs_jointly);
    json_write_key(w, "best");
    json_write_bool(w, of->is_best);
    close_line(w);
}

static void write_comparisons(struct json_writer *w, const struct report *report)
{
    const struct compare *compare = report->result->comparison;
    json_write_open(w, '[');
    for (size_t metric = 0; compare != NULL && metric < compare->metric_count; metric++) {
        for (size_t place = 0; place < compare->place_count; place++) {
            for (size_t arm = 0; arm < compare->arm_count; arm++)
                write_difference(w, report, compare, metric, place, arm);
        }
    }
    json_write_close(w, ']');
}

static void write_warnings(struct json_writer *w, const struct report *report)
{
    json_write_open(w, '[');
    for (size_t i = 0; i < report->result->advice_count; i++) {
        const struct advice *advice = &report->result->advices[i];
        json_write_open(w, '{');
        member_text(w, "code", advice->code);
        member_text(w, "where", advice->label);
        json_write_key(w, "cells");
        json_write_int(w, (int64_t)advice->cell_count);
        member_text(w, "entity", advice->entity);
        member_text(w, "seen", advice->seen);
        member_text(w, "why", advice->why);
        member_text(w, "todo", advice->todo);
        json_write_close(w, '}');
    }
    json_write_close(w, ']');
}

static void write_aside(struct json_writer *w, const struct report *report)
{
    json_write_key(w, "wall");
    json_write_open(w, '{');
    member_text(w, "started", report->wall.started);
    member_text(w, "host", report->wall.host);
    if (report->wall.folder != NULL)
        member_text(w, "folder", report->wall.folder);
    member_number(w, "seconds", report->wall.seconds);
    json_write_key(w, "jobs");
    json_write_int(w, report->wall.jobs);
    json_write_close(w, '}');
    json_write_key(w, "build");
    json_write_open(w, '{');
    member_text(w, "commit", report->build.commit);
    member_text(w, "compiler", report->build.compiler);
    member_text(w, "flags", report->build.flags);
    member_text(w, "libraries", report->build.libraries);
    json_write_close(w, '}');
}

static void write_result(const struct report *report, struct text *out, FILE *stream)
{
    struct json_writer w;
    json_write_init(&w, out, false);
    json_write_open(&w, '{');
    member_text(&w, "format", "queuelab-result");
    json_write_key(&w, "version");
    json_write_int(&w, 1);
    member_text(&w, "title", result_title(report->result));
    json_write_key(&w, "provenance");
    write_provenance(&w, report);
    json_write_key(&w, "scenario");
    result_write_scenario(&w, report->result);
    json_write_key(&w, "metrics");
    write_metrics(&w, report, stream);
    json_write_key(&w, "expectations");
    write_expectations(&w, report);
    json_write_key(&w, "comparisons");
    write_comparisons(&w, report);
    json_write_key(&w, "warnings");
    write_warnings(&w, report);
    write_aside(&w, report);
    json_write_close(&w, '}');
    text_add(out, "\n");
}

const struct report_form report_json = {.file = "result.json", .write = write_result};
