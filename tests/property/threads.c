// SPDX-License-Identifier: GPL-3.0-or-later
/* How many threads there are cannot be seen: every file of a result folder is the same to the byte
 * from one thread and from eight, for the shipped scenarios and for the swarm's.  What a result
 * says of the build and of the wall clock is given here, and is the same.
 *
 * As many as TEST_SECONDS (4 s for each kind, or 1 s with SLICE) allow; each kind has three at
 * least. */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "experiment/run.h"
#include "property/inventor/inventor.h"
#include "report/folder.h"
#include "report/report.h"
#include "report/report_gnuplot.h"
#include "tools/timing.h"

enum { LEAST = 3, MANY = 8, FEW_CELLS = 6 };

static char base[64] = "/tmp/queuelab-threads-XXXXXX";

static bool has_time(double start_s, size_t done)
{
    const char *given = getenv("TEST_SECONDS");
    const double usual_s = getenv("SLICE") != NULL ? 1.0 : 4.0;
    return done < LEAST ||
           timing_now_s() - start_s < (given != NULL ? strtod(given, NULL) / 4 : usual_s);
}

static char *read_text(const char *path)
{
    FILE *in = fopen(path, "rb");
    struct text text = {.length = 0};
    char bytes[65536];
    size_t length;
    if (in == NULL)
        fail_msg("cannot read %s", path);
    while ((length = fread(bytes, 1, sizeof bytes, in)) > 0)
        text_append(&text, bytes, length);
    fclose(in);
    text_add(&text, "");
    return text.bytes;
}

/* --- a result folder --- */

static void write_forms(struct folder *folder, const struct report *report)
{
    for (size_t i = 0; report_forms[i] != NULL; i++) {
        struct text rest = {.length = 0};
        if (report_forms[i]->applies != NULL && !report_forms[i]->applies(report->result))
            continue;
        FILE *file = folder_begin(folder, report_forms[i]->file);
        assert_non_null(file);
        report_forms[i]->write(report, &rest, file);
        fwrite(text_of(&rest), 1, rest.length, file);
        text_free(&rest);
        assert_true(folder_end(folder, report_forms[i]->file, file));
    }
}

static void write_folder(const struct result *result, const char *path)
{
    const struct report report = {.result = result,
                                  .build = {"1", "abc", "cc", "-O", "none"},
                                  .wall = {.started = "now", .host = "here", .jobs = 1}};
    struct folder folder = {.is_open = false};
    assert_true(folder_open(&folder, path));
    write_forms(&folder, &report);
    assert_true(report_gnuplot_data(&folder, result, "plots"));
    assert_true(folder_commit(&folder));
    folder_close(&folder);
}

/* Few replications where there are many cells. */
static void run_to(const char *file, const char *text, unsigned threads, const char *path)
{
    struct diag *diag = diag_new();
    struct scenario_file *read = scenario_file_read(file, text, strlen(text), NULL, 0, diag);
    assert_non_null(read);
    const size_t cells = read->variant_count * read->point_count;
    const struct scenario_override few = {"/experiment/replications",
                                          cells > FEW_CELLS ? "3" : "9"};
    scenario_file_free(read);
    read = scenario_file_read(file, text, strlen(text), &few, 1, diag);
    assert_non_null(read);
    struct result *result = result_new(read, diag);
    assert_non_null(result);
    assert_true(run_result(result, &(struct run_options){.threads = threads}, diag));
    write_folder(result, path);
    result_free(result);
    scenario_file_free(read);
    diag_free(diag);
}

static size_t files_of(const char *path, glob_t *found)
{
    char pattern[128];
    snprintf(pattern, sizeof pattern, "%s/*", path);
    assert_int_equal(glob(pattern, 0, NULL, found), 0);
    return found->gl_pathc;
}

static void remove_folder(const char *path)
{
    glob_t found;
    for (size_t i = files_of(path, &found); i-- > 0;)
        unlink(found.gl_pathv[i]);
    globfree(&found);
    rmdir(path);
}

static void compare_folders(const char *what, const char *one, const char *eight)
{
    glob_t first, second;
    assert_true(files_of(one, &first) >= 5);
    assert_int_equal(first.gl_pathc, files_of(eight, &second));
    for (size_t i = 0; i < first.gl_pathc; i++) {
        char *a = read_text(first.gl_pathv[i]), *b = read_text(second.gl_pathv[i]);
        assert_string_equal(strrchr(first.gl_pathv[i], '/'), strrchr(second.gl_pathv[i], '/'));
        if (strcmp(a, b) != 0)
            fail_msg("%s: %s differs with eight threads", what, strrchr(first.gl_pathv[i], '/'));
        free(a);
        free(b);
    }
    globfree(&first);
    globfree(&second);
}

static void compare(const char *what, const char *file, const char *text)
{
    char one[80], eight[80];
    snprintf(one, sizeof one, "%s/one", base);
    snprintf(eight, sizeof eight, "%s/eight", base);
    run_to(file, text, 1, one);
    run_to(file, text, MANY, eight);
    compare_folders(what, one, eight);
    remove_folder(one);
    remove_folder(eight);
}

/* --- what is run --- */

static void test_shipped(void **state)
{
    size_t done = 0;
    glob_t found;
    (void)state;
    const double start_s = timing_now_s();
    assert_int_equal(glob("scenarios/*.json", 0, NULL, &found), 0);
    for (; done < found.gl_pathc && has_time(start_s, done); done++) {
        char *text = read_text(found.gl_pathv[done]);
        compare(found.gl_pathv[done], found.gl_pathv[done], text);
        free(text);
    }
    globfree(&found);
    assert_true(done >= LEAST);
}

static bool is_sound(const char *text)
{
    struct diag *diag = diag_new();
    struct scenario_file *file = scenario_file_read("swarm", text, strlen(text), NULL, 0, diag);
    const bool sound = file != NULL && scenario_file_check(file, diag);
    scenario_file_free(file);
    diag_free(diag);
    return sound;
}

static void test_swarm(void **state)
{
    size_t done = 0;
    (void)state;
    const double start_s = timing_now_s();
    for (uint64_t seed = 1; has_time(start_s, done); seed++) {
        char *text = inventor_json(seed), what[40];
        snprintf(what, sizeof what, "swarm %llu", (unsigned long long)seed);
        if (is_sound(text)) {
            compare(what, "swarm.json", text);
            done++;
        }
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shipped),
        cmocka_unit_test(test_swarm),
    };
    if (mkdtemp(base) == NULL)
        return 3;
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    rmdir(base);
    return failed;
}
