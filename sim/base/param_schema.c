// SPDX-License-Identifier: GPL-3.0-or-later
/* Rows as JSON Schema, draft 07, with those keywords only that mean the same in 2020-12.
 *
 * The description of each property carries its limit and rule, since that is what an editor shows.
 * A type that contains itself must write a $ref by itself; as a last resort the nesting is cut. */
#include "base/param.h"

#include <math.h>
#include <string.h>

#include "base/must.h"

enum { DEEPEST = 32 };

void param_schema_keyword(struct json_writer *w, const char *key, const char *text)
{
    json_write_key(w, key);
    json_write_text(w, text);
}

static void write_limit(struct json_writer *w, const char *key, double value)
{
    if (isfinite(value)) {
        json_write_key(w, key);
        json_write_double(w, value);
    }
}

void param_schema_limits(struct json_writer *w, const struct param *row)
{
    if (row->low <= row->high) {
        write_limit(w, "minimum", row->low);
        write_limit(w, "maximum", row->high);
    }
}

void param_schema_text(struct json_writer *w, const struct param *row, const char *number,
                       const char *pattern)
{
    json_write_key(w, "type");
    json_write_open(w, '[');
    json_write_text(w, number);
    json_write_text(w, "string");
    json_write_close(w, ']');
    param_schema_limits(w, row);
    param_schema_keyword(w, "pattern", pattern);
}

static void describe_range(struct text *text, const struct param *row)
{
    char low[32], high[32];
    json_format_double(low, row->low);
    json_format_double(high, row->high);
    if (row->low > row->high || (isinf(row->low) && isinf(row->high))) {
        return;
    }
    if (isinf(row->low)) {
        text_printf(text, " At most %s", high);
    } else if (isinf(row->high)) {
        text_printf(text, " At least %s", low);
    } else {
        text_printf(text, " From %s to %s", low, high);
    }
    if (row->range_hint != NULL) {
        text_printf(text, " (%s)", row->range_hint);
    }
    text_add(text, ".");
}

static void write_description(struct json_writer *w, const struct param *row)
{
    struct text text = {0};
    text_add(&text, row->doc != NULL ? row->doc : row->name);
    describe_range(&text, row);
    if (row->rule != NULL) {
        text_printf(&text, " Rule %s.", row->rule);
    }
    json_write_key(w, "description");
    json_write_text(w, text_of(&text));
    text_free(&text);
}

static void write_default(struct json_writer *w, const struct param *row)
{
    struct diag *diag = diag_new();
    struct json_doc *doc = json_parse(row->name, row->fallback, strlen(row->fallback), false, diag);
    MUST(doc != NULL && "a row's default is JSON");
    json_write_key(w, "default");
    json_write_node(w, json_root(doc));
    json_free(doc);
    diag_free(diag);
}

void param_schema_rows(struct json_writer *w, const struct param *rows)
{
    for (const struct param *row = rows; row->name != NULL; row++) {
        json_write_key(w, row->name);
        json_write_open(w, '{');
        write_description(w, row);
        if (w->depth < DEEPEST) {
            row->type->schema(w, row);
        }
        if (row->fallback != NULL) {
            write_default(w, row);
        }
        json_write_close(w, '}');
    }
}

static void write_required(struct json_writer *w, const char *tag, const struct param *rows)
{
    bool any = tag != NULL;
    for (const struct param *row = rows; row->name != NULL; row++) {
        any = any || (row->flags & PARAM_REQUIRED) != 0;
    }
    if (!any) {
        return; /* draft 04 forbade the empty list, and some validators still do */
    }
    json_write_key(w, "required");
    json_write_open(w, '[');
    if (tag != NULL) {
        json_write_text(w, tag);
    }
    for (const struct param *row = rows; row->name != NULL; row++) {
        if ((row->flags & PARAM_REQUIRED) != 0) {
            json_write_text(w, row->name);
        }
    }
    json_write_close(w, ']');
}

static void write_tag(struct json_writer *w, const char *tag, const struct param_kind *kind)
{
    json_write_key(w, tag);
    json_write_open(w, '{');
    json_write_key(w, "const");
    json_write_text(w, kind->name);
    json_write_close(w, '}');
}

/* Writes the members of an object's schema; tag and kind are NULL for one that is no choice. */
static void write_object(struct json_writer *w, const struct param *rows, const char *tag,
                         const struct param_kind *kind)
{
    json_write_key(w, "type");
    json_write_text(w, "object");
    json_write_key(w, "properties");
    json_write_open(w, '{');
    if (tag != NULL) {
        write_tag(w, tag, kind);
    }
    param_schema_rows(w, rows);
    json_write_close(w, '}');
    write_required(w, tag, rows);
    json_write_key(w, "patternProperties");
    json_write_open(w, '{');
    json_write_key(w, "^x-");
    json_write_open(w, '{');
    json_write_close(w, '}');
    json_write_close(w, '}');
    json_write_key(w, "additionalProperties");
    json_write_bool(w, false);
}

void param_schema(struct json_writer *w, const struct param *rows)
{
    write_object(w, rows, NULL, NULL);
}

void param_schema_kind(struct json_writer *w, const char *tag, const struct param_kind *kind)
{
    static const struct param none[] = {PARAM_END};
    if (kind->doc != NULL) {
        json_write_key(w, "description");
        json_write_text(w, kind->doc);
    }
    write_object(w, kind->rows != NULL ? kind->rows : none, tag, kind);
}
