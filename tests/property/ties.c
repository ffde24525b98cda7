// SPDX-License-Identifier: GPL-3.0-or-later
/* What happens at one instant, where rules leave the order open, comes in a random one: all
 * invariants are kept, and no figure moves by more than chance, else some model leans on the order.
 *
 *   ties                 the swarm's scenarios (arguments: property/hunt), then the shipped ones */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <glob.h>
#include <cmocka.h>
#include <gsl/gsl_cdf.h>

#include "property/hunt/hunt.h"
#include "tools/timing.h"
#include "tools/world.h"

static struct hunt hunt = {
    .name = "ties", .options = {.shuffles_ties = true}, .first = 1, .last = 300, .seconds = 4.0};

static void test_swarm(void **state)
{
    (void)state;
    assert_true(hunt_all(&hunt));
    assert_true(hunt.lived > 9 * hunt.refused);
}

/* --- figures --- */

enum { ROWS = 4000, LEAST = 6 };
static const double day_s = 12.0;

/* Of one row, what shuffling adds to it in each replication. */
struct figure {
    char name[160];
    struct stat_moments moved, plain;
    bool is_extreme; /* one more may come before another goes at the same instant */
};

struct figures {
    struct figure rows[ROWS];
    size_t count, moved;
};
static struct figures figures;

static void name_row(char name[160], const struct sample_row *row)
{
    snprintf(name, 160, "%s %s %s", row->entity, row->metric, row->stat);
}

static struct figure *figure_of(const struct sample_row *row)
{
    char name[160];
    name_row(name, row);
    for (size_t i = 0; i < figures.count; i++) {
        if (strcmp(figures.rows[i].name, name) == 0)
            return &figures.rows[i];
    }
    assert_true(figures.count < ROWS);
    struct figure *figure = &figures.rows[figures.count++];
    strcpy(figure->name, name);
    figure->is_extreme = strcmp(row->stat, "max") == 0 && strcmp(row->unit, "s") != 0;
    stat_init(&figure->moved);
    stat_init(&figure->plain);
    return figure;
}

/* How many events it took is no figure of what is modelled. */
static void add_sample(const struct sample *plain, const struct sample *shuffled)
{
    for (size_t i = 0; i < plain->row_count && i < shuffled->row_count; i++) {
        const struct sample_row *a = &plain->rows[i], *b = &shuffled->rows[i];
        if (strcmp(a->metric, "events") == 0 || strcmp(a->metric, b->metric) != 0 ||
            isnan(a->value) || isnan(b->value))
            continue;
        struct figure *figure = figure_of(a);
        stat_add(&figure->plain, a->value);
        stat_add(&figure->moved, b->value - a->value);
    }
}

/* Paired differences against 0, at 1e-6 for all the rows of a scenario together.  What rounding
 * leaves is no difference. */
static void judge_figures(const char *what)
{
    for (size_t i = 0; i < figures.count; i++) {
        const struct figure *figure = &figures.rows[i];
        const double n = (double)figure->moved.count, mean = figure->moved.mean;
        if (n < LEAST || (figure->is_extreme && fabs(mean) <= 1.0) ||
            fabs(mean) <= 1e-9 * fabs(figure->plain.mean))
            continue;
        figures.moved++;
        const double t = gsl_cdf_tdist_Qinv(0.5e-6 / (double)figures.count, n - 1.0);
        if (fabs(mean) <= t * sqrt(stat_variance(&figure->moved) / n))
            continue;
        fail_msg("%s: %s is %.6g, and with ties shuffled %.6g more (deviation %.3g, %g runs)", what,
                 figure->name, figure->plain.mean, mean, sqrt(stat_variance(&figure->moved)), n);
    }
}

static void compare(const char *path, size_t variant, uint32_t replications)
{
    struct world_lab plain, shuffled;
    world_lab_open_at(&plain, path, variant, 0);
    world_lab_open_at(&shuffled, path, variant, 0);
    world_shuffle_ties(shuffled.world, 1);
    figures.count = 0;
    for (uint32_t i = 1; i <= replications; i++) {
        world_lab_run(&plain, i);
        world_lab_run(&shuffled, i);
        add_sample(&plain.sample, &shuffled.sample);
    }
    judge_figures(path);
    world_lab_close(&shuffled);
    world_lab_close(&plain);
}

/* Publisher and subscriber keep step in these, by the scenario's own numbers: whether a poll finds
 * what is sent at its instant, or an invocation an instance that becomes free at its own, is the
 * order that is open. */
static bool keeps_step(const char *path)
{
    static const char *const paths[] = {
        "scenarios/03-prac-standard.json", "scenarios/04-prac-fifo.json",
        "scenarios/05-prac-fifo-rerun.json", "scenarios/40-lambda-consumer.json"};
    bool keeps = false;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        keeps = keeps || strcmp(path, paths[i]) == 0;
    return keeps;
}

/* In the night each runs more often, and less of a move is seen; by day a slow build does not come
 * to all of them. */
static void test_shipped(void **state)
{
    const bool is_night = getenv("TEST_SECONDS") != NULL;
    const uint32_t replications = is_night ? 40 : 8;
    glob_t found;
    (void)state;
    const double start_s = timing_now_s();
    figures.moved = 0;
    assert_int_equal(glob("scenarios/*.json", 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc && (is_night || timing_now_s() - start_s < day_s); i++) {
        struct world_lab lab;
        world_lab_open(&lab, found.gl_pathv[i]);
        const size_t variants = keeps_step(found.gl_pathv[i]) ? 0 : lab.file->variant_count;
        world_lab_close(&lab);
        for (size_t variant = 0; variant < variants; variant++)
            compare(found.gl_pathv[i], variant, replications);
    }
    globfree(&found);
    assert_true(figures.moved > 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_swarm),
        cmocka_unit_test(test_shipped),
    };
    int status;
    if (hunt_begin(&hunt, argc, argv, &status))
        return status;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
