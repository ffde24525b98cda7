// SPDX-License-Identifier: GPL-3.0-or-later
/* The short way from a scenario's text to rows. */
#include "tools/world.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <gsl/gsl_cdf.h>

#include "base/units.h"
#include "tools/said.h"

static char *read_file(const char *path)
{
    FILE *in = fopen(path, "rb");
    size_t length = 0, capacity = 1 << 16;
    char *text = must_alloc(capacity);
    if (in == NULL)
        fail_msg("cannot read %s", path);
    for (;;) {
        length += fread(text + length, 1, capacity - 1 - length, in);
        if (length + 1 < capacity)
            break;
        capacity *= 2;
        text = must_grow(text, capacity);
    }
    fclose(in);
    text[length] = '\0';
    return text;
}

bool world_lab_accepts(const char *text)
{
    struct diag *diag = diag_new();
    const size_t length = strlen(text);
    char *own = must_alloc(length + 1);
    for (size_t i = 0; i <= length; i++)
        own[i] = text[i] == '`' ? '"' : text[i];
    struct scenario_file *file = scenario_file_read("test.json", own, length, NULL, 0, diag);
    const bool is_sound = file != NULL && scenario_file_check(file, diag);
    scenario_file_free(file);
    diag_free(diag);
    free(own);
    return is_sound;
}

void world_lab_open_at(struct world_lab *lab, const char *text, size_t variant, size_t point)
{
    const bool is_path = strchr(text, '{') == NULL;
    char *own = is_path ? read_file(text) : NULL;
    memset(lab, 0, sizeof *lab);
    lab->file = said_read(is_path ? text : "test.json", is_path ? own : text, NULL, 0);
    free(own);
    lab->scenario = said_load(lab->file, variant, point);
    lab->world = world_new(lab->scenario, true, true);
    snprintf(lab->replay, sizeof lab->replay, "%s, variant %zu, point %zu", lab->file->file,
             variant, point);
}

void world_lab_open(struct world_lab *lab, const char *text)
{
    world_lab_open_at(lab, text, 0, 0);
}

static void drop_sample(struct world_lab *lab)
{
    if (lab->has_sample)
        sample_free(&lab->sample);
    lab->has_sample = false;
}

void world_lab_close(struct world_lab *lab)
{
    drop_sample(lab);
    world_free(lab->world);
    scenario_free(lab->scenario);
    scenario_file_free(lab->file);
}

void world_lab_run(struct world_lab *lab, uint32_t replication)
{
    drop_sample(lab);
    lab->where = (struct must_context){
        .replay = lab->replay, .seed = lab->scenario->experiment.seed, .replication = replication};
    must_context_set(&lab->where);
    assert_true(world_run(lab->world, replication, NULL));
    sample_init(&lab->sample, lab->scenario, lab->world, false);
    lab->has_sample = true;
    must_context_set(NULL);
}

const struct stat_moments *world_lab_watch(struct world_lab *lab, const char *entity,
                                           const char *metric, const char *stat)
{
    assert_true(lab->watched_count < WORLD_LAB_WATCHED);
    struct world_lab_watched *watched = &lab->watched[lab->watched_count++];
    *watched = (struct world_lab_watched){.entity = entity, .metric = metric, .stat = stat};
    stat_init(&watched->moments);
    return &watched->moments;
}

void world_lab_run_all(struct world_lab *lab, uint32_t first, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        world_lab_run(lab, first + i);
        for (size_t w = 0; w < lab->watched_count; w++) {
            struct world_lab_watched *watched = &lab->watched[w];
            const double value =
                world_lab_value(lab, watched->entity, watched->metric, watched->stat);
            if (!isnan(value))
                stat_add(&watched->moments, value);
        }
    }
}

double world_lab_value(const struct world_lab *lab, const char *entity, const char *metric,
                       const char *stat)
{
    for (size_t i = 0; i < lab->sample.row_count; i++) {
        const struct sample_row *row = &lab->sample.rows[i];
        if (strcmp(row->entity, entity) == 0 && strcmp(row->metric, metric) == 0 &&
            strcmp(row->stat, stat) == 0)
            return row->value;
    }
    fail_msg("no row %s %s %s", entity, metric, stat);
    return (double)NAN;
}

const struct hist *world_lab_hist(const struct world_lab *lab, const char *entity,
                                  const char *metric)
{
    for (size_t i = 0; i < lab->sample.hist_count; i++) {
        const struct sample_hist *hist = &lab->sample.hists[i];
        if (strcmp(hist->entity, entity) == 0 && strcmp(hist->metric, metric) == 0)
            return &hist->hist;
    }
    fail_msg("no histogram %s %s", entity, metric);
    return NULL;
}

void world_lab_attach(struct world_lab *lab, struct observer observer)
{
    observer_attach((struct observe *)world_observe(lab->world), observer);
}

static bool is_wanted(const char *kinds, const char *kind)
{
    const size_t length = strlen(kind);
    for (const char *at = kinds; (at = strstr(at, kind)) != NULL; at += length) {
        if ((at == kinds || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
            return true;
    }
    return false;
}

static void write_fact(void *context, const struct fact *fact)
{
    struct world_lab_log *log = context;
    const char *kind = probe_names[fact->kind];
    if (!is_wanted(log->kinds, kind))
        return;
    text_printf(&log->text, "%s%.9g %s %llu", log->text.length > 0 ? "; " : "",
                units_s(fact->at_ns), kind, (unsigned long long)probe_root_number(fact->root));
}

void world_lab_listen(struct world_lab *lab, struct world_lab_log *log, const char *kinds)
{
    *log = (struct world_lab_log){.kinds = kinds};
    world_lab_attach(lab, (struct observer){write_fact, log});
}

void world_lab_expect_at(const struct stat_moments *moments, double expected, double floor,
                         const char *what, const char *file, int line)
{
    const double n = (double)moments->count;
    /* Student's t: the quantile that leaves 1e-6 on both sides together. */
    const double t = gsl_cdf_tdist_Qinv(0.5e-6, n - 1.0);
    const double half = t * sqrt(stat_variance(moments) / n) + floor;
    if (fabs(moments->mean - expected) <= half)
        return;
    print_error("%s = %.9g: found %.9g, within %.3g of it accepted (%.0f replications)\n", what,
                expected, moments->mean, half, n);
    _fail(file, line);
}

void world_lab_expect_value(const struct world_lab *lab, const char *entity, const char *metric,
                            const char *stat, double wanted)
{
    const double value = world_lab_value(lab, entity, metric, stat);
    if (!(fabs(value - wanted) <= 1e-9))
        fail_msg("%s %s %s is %.12g, not %.12g", entity, metric, stat, value, wanted);
}

void world_lab_expect_told(struct world_lab *lab, const char *kinds, const char *wanted)
{
    struct world_lab_log log;
    world_lab_listen(lab, &log, kinds);
    world_lab_run(lab, 1);
    assert_string_equal(text_of(&log.text), wanted);
    text_free(&log.text);
    world_lab_close(lab);
}
