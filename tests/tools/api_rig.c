// SPDX-License-Identifier: GPL-3.0-or-later
/* Lines in, replies out. */
#include "tools/api_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/json.h"
#include "base/json_write.h"
#include "scenario/profile.h"

void api_rig_open(struct api_rig *rig)
{
    const struct api_setting setting = {.limits = &profiles[0]->limits,
                                        .topic_limits = &profiles[0]->topic_limits};
    *rig = (struct api_rig){.api = api_new(&setting)};
}

void api_rig_close(struct api_rig *rig)
{
    text_free(&rig->line);
    text_free(&rig->reply);
    text_free(&rig->value);
    api_free(rig->api);
}

static void quote(char *text)
{
    for (; *text != '\0'; text++)
        *text = *text == '`' ? '"' : *text;
}

static const char *ask(struct api_rig *rig, const char *format, va_list values)
{
    text_clear(&rig->line);
    text_clear(&rig->reply);
    text_vprintf(&rig->line, format, values);
    quote(rig->line.bytes);
    api_answer(rig->api, rig->line.bytes, rig->line.length, &rig->reply);
    assert_null(strchr(text_of(&rig->reply), '\n'));
    return text_of(&rig->reply);
}

const char *api_rig_ask(struct api_rig *rig, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    ask(rig, format, values);
    va_end(values);
    return text_of(&rig->reply);
}

void api_rig_says(struct api_rig *rig, const char *expected, const char *format, ...)
{
    struct text quoted = {0};
    va_list values;
    va_start(values, format);
    ask(rig, format, values);
    va_end(values);
    text_add(&quoted, expected);
    quote(quoted.bytes);
    assert_string_equal(text_of(&rig->reply), text_of(&quoted));
    text_free(&quoted);
}

void api_rig_refuses(struct api_rig *rig, const char *code, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    ask(rig, format, values);
    va_end(values);
    if (strcmp(api_rig_value(rig, "/Error/Code"), code) != 0)
        print_error("%s\n", text_of(&rig->reply));
    assert_string_equal(api_rig_value(rig, "/Error/Code"), code);
    assert_true(*code == '\0' || *api_rig_value(rig, "/Error/Message") != '\0');
    assert_string_equal(api_rig_value(rig, "/Error/Type"), *code == '\0' ? "" : "Sender");
}

const char *api_rig_value(struct api_rig *rig, const char *pointer)
{
    struct diag *diag = diag_new();
    struct json_doc *doc = json_parse("", text_of(&rig->reply), rig->reply.length, false, diag);
    assert_non_null(doc);
    const struct json *found = json_find(doc, pointer);
    text_clear(&rig->value);
    if (found != NULL && json_kind(found) == JSON_TEXT) {
        text_add(&rig->value, json_text(found));
    } else if (found != NULL) {
        char *printed = json_print(found);
        text_add(&rig->value, printed);
        free(printed);
    }
    json_free(doc);
    diag_free(diag);
    return text_of(&rig->value);
}
