// SPDX-License-Identifier: GPL-3.0-or-later
/* Data and scripts of figures, and the one program that is run.  A figure is drawn aside and
 * renamed. */
#include "report/report_gnuplot.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/json_write.h"
#include "experiment/figure.h"

/* --- data --- */

/* A gnuplot text in single quotes, where nothing is special but the quote itself. */
static void add_quoted(struct text *out, const char *word)
{
    text_add(out, "'");
    for (const char *c = word; *c != '\0'; c++)
        text_add(out, *c == '\'' ? "''" : (char[]){*c == '\n' ? ' ' : *c, '\0'});
    text_add(out, "'");
}

/* F6, and F6-17, is drawn by F06_<words>.gp, sweep by sweep_<words>.gp. */
static bool find_template(const char *plots, const char *id, struct text *path)
{
    char prefix[16];
    struct text best = {.length = 0};
    DIR *directory = plots != NULL ? opendir(plots) : NULL;
    if (directory == NULL)
        return false;
    if (id[0] == 'F')
        snprintf(prefix, sizeof prefix, "F%02d_", atoi(id + 1));
    else
        snprintf(prefix, sizeof prefix, "%.*s_", (int)strcspn(id, "-"), id);
    for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        const size_t length = strlen(entry->d_name);
        if (strncmp(entry->d_name, prefix, strlen(prefix)) != 0 || length < 3 ||
            strcmp(entry->d_name + length - 3, ".gp") != 0)
            continue;
        if (best.length == 0 || strcmp(entry->d_name, text_of(&best)) < 0) {
            text_clear(&best);
            text_add(&best, entry->d_name);
        }
    }
    closedir(directory);
    const bool found = best.length > 0;
    if (found) {
        text_clear(path);
        text_printf(path, "%s/%s", plots, text_of(&best));
    }
    text_free(&best);
    return found;
}

static bool write_text(struct folder *folder, const char *id, const char *ending,
                       const struct text *content)
{
    char name[32];
    snprintf(name, sizeof name, "%s.%s", id, ending);
    return folder_write(folder, name, text_of(content), content->length);
}

static void add_full_path(struct text *full, const char *path)
{
    char here[4096];
    if (path[0] != '/' && getcwd(here, sizeof here) != NULL)
        text_printf(full, "%s/", here);
    text_add(full, path);
}

/* A script that draws the figure again, from within the folder: the templates are named by their
 * full path. */
static void write_script(struct folder *folder, struct figure *figure, const char *plots)
{
    const char *id = figure->kind->id;
    char data[32], output[32];
    struct text script = {.length = 0}, template = {.length = 0}, full = {.length = 0};
    add_full_path(&full, plots != NULL ? plots : "plots");
    snprintf(data, sizeof data, "%s.csv", id);
    snprintf(output, sizeof output, "%s.svg", id);
    if (find_template(text_of(&full), id, &template)) {
        const char *words[] = {
            text_of(&template),           text_of(&full),       data, output, "svg", "light",
            result_title(figure->result), figure_footer(figure)};
        text_printf(&script, "# %s, %s.  Draw it again with: gnuplot %s.gp\ncall", id,
                    figure->kind->words, id);
        for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
            text_add(&script, " ");
            add_quoted(&script, words[i]);
        }
        text_add(&script, "\n");
        write_text(folder, id, "gp", &script);
    }
    text_free(&full);
    text_free(&template);
    text_free(&script);
}

static void member(struct json_writer *w, const char *key, const char *value)
{
    json_write_key(w, key);
    json_write_text(w, value);
}

/* One that does not apply has `why` instead of what it would be drawn with. */
static void list_figure(struct json_writer *w, struct figure *figure)
{
    json_write_open(w, '{');
    member(w, "id", figure->kind->id);
    member(w, "words", figure->kind->words);
    json_write_key(w, "named");
    json_write_bool(w, figure_is_named(figure));
    if (figure->refusal != NULL) {
        member(w, "why", figure->refusal);
        json_write_key(w, "axisWasSet");
        json_write_bool(w, figure->kind->is_along_a_sweep && result_axis_was_set(figure->result));
    } else {
        member(w, "title", result_title(figure->result));
        member(w, "footer", figure_footer(figure));
        member(w, "text", text_of(&figure->sentence));
    }
    json_write_close(w, '}');
}

static void write_figure(struct folder *folder, struct figure *figure, const char *plots)
{
    if (figure->refusal != NULL)
        return;
    text_add(&figure->sentence, "\n");
    write_text(folder, figure->kind->id, "csv", &figure->csv);
    write_text(folder, figure->kind->id, "txt", &figure->sentence);
    write_script(folder, figure, plots);
}

bool report_gnuplot_data(struct folder *folder, const struct result *result, const char *plots)
{
    struct text list = {.length = 0};
    struct json_writer w;
    json_write_init(&w, &list, false);
    json_write_open(&w, '[');
    for (size_t i = 0; figure_kinds[i] != NULL; i++) {
        struct figure figure;
        figure_init(&figure, figure_kinds[i], result);
        list_figure(&w, &figure);
        write_figure(folder, &figure, plots);
        figure_free(&figure);
    }
    json_write_close(&w, ']');
    text_add(&list, "\n");
    folder_write(folder, "figures.json", text_of(&list), list.length);
    text_free(&list);
    return folder->error.length == 0;
}

/* --- drawing --- */

enum { NOT_FOUND = 127, SAID_MOST = 4096 };

/* Becomes gnuplot, with its complaints on a pipe; the result goes to our standard output. */
static _Noreturn void become(char *const *arguments, int complaints)
{
    const int nothing = open("/dev/null", O_RDONLY);
    if (nothing >= 0)
        dup2(nothing, STDIN_FILENO);
    dup2(complaints, STDERR_FILENO);
    execvp(arguments[0], arguments);
    _exit(errno == ENOENT || errno == ENOTDIR ? NOT_FOUND : NOT_FOUND - 1);
}

static void read_all(int from, struct text *said)
{
    char bytes[512];
    ssize_t count;
    while ((count = read(from, bytes, sizeof bytes)) > 0 || (count < 0 && errno == EINTR)) {
        if (count > 0 && said->length < SAID_MOST)
            text_append(said, bytes, (size_t)count);
    }
}

/* Runs a program and returns its exit status; what it complains of is appended to said. */
static int run_program(char *const *arguments, struct text *said)
{
    int ends[2], status = 0;
    fflush(stdout);
    if (pipe(ends) != 0)
        return NOT_FOUND - 1;
    const pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        become(arguments, ends[1]);
    }
    close(ends[1]);
    if (child > 0) {
        read_all(ends[0], said);
        while (waitpid(child, &status, 0) < 0 && errno == EINTR)
            continue;
    }
    close(ends[0]);
    return child > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : NOT_FOUND - 1;
}

static bool has_content(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && status.st_size > 0;
}

/* Calls gnuplot.  execvp wants arguments that may be written to: they are copies. */
static int call(const char *template, const struct gnuplot_figure *figure,
                const struct gnuplot_style *style, const char *data, const char *output,
                struct text *said)
{
    const char *words[] = {"gnuplot", "-c",          template,     style->plots,  data,
                           output,    style->format, style->theme, figure->title, figure->footer};
    enum { WORDS = sizeof words / sizeof *words };
    struct text copies[WORDS];
    char *arguments[WORDS + 1];
    for (size_t i = 0; i < WORDS; i++) {
        copies[i] = (struct text){.length = 0};
        text_add(&copies[i], words[i][0] != '\0' ? words[i] : " ");
        arguments[i] = copies[i].bytes;
    }
    arguments[WORDS] = NULL;
    const int status = run_program(arguments, said);
    for (size_t i = 0; i < WORDS; i++)
        text_free(&copies[i]);
    return status;
}

static enum gnuplot_status judge(int status, const char *output, bool is_file, const char *id,
                                 const struct text *said, struct text *error)
{
    if (status == NOT_FOUND) {
        text_add(error, "gnuplot is not installed; on Debian and Ubuntu: apt install gnuplot-nox "
                        "fonts-dejavu-core, with Homebrew: brew install gnuplot");
        return GNUPLOT_MISSING;
    }
    if (status == 0 && (!is_file || has_content(output)))
        return GNUPLOT_DRAWN;
    text_printf(error, "gnuplot could not draw %s: %s", id,
                said->length > 0 ? text_of(said) : "it wrote nothing");
    return GNUPLOT_FAILED;
}

enum gnuplot_status report_gnuplot_draw(const char *folder, const struct gnuplot_figure *figure,
                                        const struct gnuplot_style *style, struct text *error)
{
    struct text template = {.length = 0}, data = {.length = 0}, output = {.length = 0};
    struct text aside = {.length = 0}, said = {.length = 0};
    const bool is_file = strcmp(style->format, "term") != 0;
    enum gnuplot_status status = GNUPLOT_NO_TEMPLATE;
    if (!find_template(style->plots, figure->id, &template)) {
        text_printf(error, "no template draws %s (%s)", figure->id,
                    style->plots != NULL ? style->plots : "no folder of plots was found");
    } else {
        text_printf(&data, "%s/%s.csv", folder, figure->id);
        text_printf(&output, "%s/%s.%s", folder, figure->id, style->format);
        text_printf(&aside, "%s.partial", text_of(&output));
        const char *to = is_file ? text_of(&aside) : "-";
        const int exit_status = call(text_of(&template), figure, style, text_of(&data), to, &said);
        status = judge(exit_status, to, is_file, figure->id, &said, error);
        if (is_file && status == GNUPLOT_DRAWN)
            rename(text_of(&aside), text_of(&output));
        else if (is_file)
            unlink(text_of(&aside));
    }
    text_free(&template);
    text_free(&data);
    text_free(&output);
    text_free(&aside);
    text_free(&said);
    return status;
}
