// SPDX-License-Identifier: GPL-3.0-or-later
/* Overrides are judged by the same rows that read the file, before the tree is touched: an override
 * of a parameter that was left out is good, one of a parameter that does not exist is not. */
#include "scenario/patch.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "base/must.h"
#include "fault/fault_cfg.h"
#include "scenario/bind.h"
#include "scenario/bind_faults.h"

/* A patch under judgement. */
struct judge {
    const struct patch *patch;
    const struct json_doc *doc;
    struct diag *diag;
};

static bool refuse(const struct judge *judge, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static bool refuse(const struct judge *judge, const char *format, ...)
{
    struct text sentence = {0};
    va_list values;
    va_start(values, format);
    text_vprintf(&sentence, format, values);
    va_end(values);
    struct diag_place place = judge->patch->place;
    place.pointer = judge->patch->pointer;
    diag_error(judge->diag, place, "%s", text_of(&sentence));
    text_free(&sentence);
    return false;
}

/* --- pointers --- */

/* Reads the token after the slash at *pointer and moves behind it; ~0 and ~1 are undone. */
static void take_token(const char **pointer, struct text *token)
{
    const char *c = *pointer + 1;
    text_clear(token);
    text_add(token, "");
    for (; *c != '\0' && *c != '/'; c++) {
        if (c[0] == '~' && (c[1] == '0' || c[1] == '1'))
            text_add(token, *++c == '0' ? "~" : "/");
        else
            text_append(token, c, 1);
    }
    *pointer = c;
}

static bool is_pointer(const char *pointer)
{
    if (*pointer != '/')
        return false;
    for (const char *c = pointer; *c != '\0'; c++) {
        if (c[0] == '~' && c[1] != '0' && c[1] != '1')
            return false;
    }
    return true;
}

/* --- judging --- */

static bool refuse_key(const struct judge *judge, const struct param *rows, const char *key)
{
    struct text hint = {0};
    size_t count = 0;
    while (rows[count].name != NULL)
        count++;
    const char **names = must_alloc((count + 1) * sizeof *names);
    for (size_t i = 0; i < count; i++)
        names[i] = rows[i].name;
    text_hint(&hint, key, names, count);
    refuse(judge, "unknown key \"%s\"%s", key, text_of(&hint));
    text_free(&hint);
    free(names);
    return false;
}

static const struct param *find_row(const struct param *rows, const char *name)
{
    for (; rows->name != NULL; rows++) {
        if (strcmp(rows->name, name) == 0)
            return rows;
    }
    return NULL;
}

/* Says which token of a tail that no row knows is at fault. */
static void refuse_tail(const struct judge *judge, const struct param *rows, const char *tail)
{
    struct text token = {0};
    const struct param *row = NULL;
    do {
        rows = row != NULL ? row->extra : rows;
        take_token(&tail, &token);
        row = find_row(rows, text_of(&token));
    } while (row != NULL && row->type == &param_object && *tail != '\0');
    if (row == NULL)
        refuse_key(judge, rows, text_of(&token));
    else
        refuse(judge, "\"%s\" has no part \"%s\"", text_of(&token), tail + 1);
    text_free(&token);
}

static bool judge_tail(const struct judge *judge, const struct param *rows, const char *tail)
{
    if (strstr(tail, "/x-") != NULL || param_knows(rows, tail))
        return true;
    refuse_tail(judge, rows, tail);
    return false;
}

static bool refuse_missing(const struct judge *judge, const char *section,
                           const struct json *members, const char *name)
{
    struct text hint = {0};
    const size_t count = members != NULL ? json_count(members) : 0;
    const char **names = must_alloc((count + 1) * sizeof *names);
    size_t i = 0;
    for (const struct json *m = count > 0 ? json_first(members) : NULL; m != NULL; m = json_next(m))
        names[i++] = json_key(m) != NULL ? json_key(m) : "";
    text_hint(&hint, name, names, count);
    refuse(judge, "%s has no \"%s\"%s", section, name, text_of(&hint));
    text_free(&hint);
    free(names);
    return false;
}

/* A pointer into the section of queues, of topics, or of actors of that kind; tail begins with the
 * component's name. */
static bool judge_component(const struct judge *judge, const char *section,
                            const struct actor_kind *kind, const char *tail)
{
    const struct json *members = json_get(json_root(judge->doc), section);
    struct text name = {0};
    if (*tail == '\0')
        return true;
    take_token(&tail, &name);
    const struct json *node = members != NULL ? json_get(members, text_of(&name)) : NULL;
    bool fine;
    if (*tail == '\0' && json_kind(judge->patch->value) != JSON_NULL)
        fine = true;
    else if (node == NULL)
        fine = refuse_missing(judge, section, members, text_of(&name));
    else
        fine = judge_tail(judge,
                          kind != NULL ? kind->params
                          : strcmp(section, "topics") == 0
                              ? bind_topic_kind()->params
                              : bind_queue_kind(text_of(&name), node)->params,
                          tail);
    text_free(&name);
    return fine;
}

/* A pointer into the list of faults; tail begins with a place in it. */
static bool judge_fault(const struct judge *judge, const char *tail)
{
    struct text index = {0}, way = {0};
    if (*tail == '\0')
        return true;
    take_token(&tail, &index);
    text_printf(&way, "/faults/%s", text_of(&index));
    const struct json *item = json_find(judge->doc, text_of(&way));
    const struct fault_kind *kind = item != NULL ? bind_faults_kind(item) : NULL;
    bool fine = true;
    if (*tail != '\0' && item == NULL) {
        fine = refuse(judge, "there is no fault %s", text_of(&index));
    } else if (*tail != '\0' && kind != NULL && strcmp(tail, "/kind") != 0) {
        struct arena arena;
        arena_init(&arena);
        fine = judge_tail(judge, fault_cfg_rows(kind, &arena), tail);
        arena_free(&arena);
    }
    text_free(&index);
    text_free(&way);
    return fine;
}

/* A pointer below a top-level key that is in the grammar. */
static bool judge_section(const struct judge *judge, const char *section, const char *tail)
{
    static const char *const fixed[] = {"version", "variants", "sweep", "expect", "figures"};
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++) {
        if (strcmp(section, fixed[i]) == 0)
            return judge->patch->whole_file ||
                   refuse(judge, "\"%s\" is the same in all runs", section);
    }
    const struct actor_kind *kind = bind_actor_kind(section);
    if (kind != NULL || strcmp(section, "queues") == 0 || strcmp(section, "topics") == 0)
        return judge_component(judge, section, kind, tail);
    if (strcmp(section, "faults") == 0)
        return judge_fault(judge, tail);
    if (strcmp(section, "experiment") == 0)
        return judge_tail(judge, bind_experiment_rows, tail);
    if (strcmp(section, "network") == 0)
        return judge_tail(judge, link_rows, tail);
    if (strcmp(section, "lecture") == 0)
        return judge_tail(judge, bind_lecture_rows, tail);
    return *tail == '\0' || refuse(judge, "\"%s\" has no parts", section);
}

static bool judge_pointer(const struct judge *judge)
{
    const char *tail = judge->patch->pointer;
    if (!is_pointer(tail))
        return refuse(judge, "this is no JSON pointer: write one such as \"/experiment/seed\"");
    struct text section = {0};
    take_token(&tail, &section);
    bool fine = true;
    if (strncmp(text_of(&section), "x-", 2) != 0) {
        fine = find_row(bind_top_rows, text_of(&section)) != NULL
                   ? judge_section(judge, text_of(&section), tail)
                   : refuse_key(judge, bind_top_rows, text_of(&section));
    }
    text_free(&section);
    return fine;
}

/* --- applying --- */

/* Takes the members off the object at pointer. */
static void empty_object(struct json_doc *doc, const char *pointer)
{
    struct param_reader reader = {0};
    text_add(&reader.pointer, pointer);
    const struct json *member;
    while ((member = json_first(json_find(doc, pointer))) != NULL) {
        const size_t length = param_enter(&reader, json_key(member));
        const bool done = json_patch(doc, text_of(&reader.pointer), NULL, NULL);
        MUST(done);
        param_leave(&reader, length);
    }
    text_free(&reader.pointer);
}

/* Makes the objects that are missing on the way to the pointer's last token. */
static void make_way(struct json_doc *doc, const struct patch *patch)
{
    struct text way = {0};
    for (const char *c = patch->pointer + 1; (c = strchr(c, '/')) != NULL; c++) {
        text_clear(&way);
        text_append(&way, patch->pointer, (size_t)(c - patch->pointer));
        if (json_find(doc, text_of(&way)) == NULL &&
            json_patch(doc, text_of(&way), patch->maker, patch->made))
            empty_object(doc, text_of(&way));
    }
    text_free(&way);
}

/* Says which value on the way does not lead on. */
static void refuse_way(const struct judge *judge)
{
    const char *pointer = judge->patch->pointer, *end = pointer;
    const struct json *node = json_root(judge->doc), *last = node;
    struct text way = {0}, token = {0};
    size_t length = 0;
    text_add(&way, "");
    while (node != NULL && *end != '\0') {
        last = node;
        length = way.length;
        take_token(&end, &token);
        text_append(&way, pointer + length, (size_t)(end - pointer) - length);
        node = json_find(judge->doc, text_of(&way));
    }
    text_cut(&way, length);
    refuse(judge, "%s is %s: it has no place for \"%s\"", text_of(&way),
           json_kind_word(json_kind(last)), text_of(&token));
    text_free(&way);
    text_free(&token);
}

bool patch_apply(struct json_doc *doc, const struct patch *patch, struct diag *diag)
{
    const struct judge judge = {patch, doc, diag};
    if (!judge_pointer(&judge))
        return false;
    const bool removes = json_kind(patch->value) == JSON_NULL;
    if (removes && json_find(doc, patch->pointer) == NULL)
        return true;
    if (!removes)
        make_way(doc, patch);
    if (json_patch(doc, patch->pointer, patch->from, patch->value))
        return true;
    refuse_way(&judge);
    return false;
}
