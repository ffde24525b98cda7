// SPDX-License-Identifier: GPL-3.0-or-later
/* The parameters that name other components.  They only read names: what a name stands for is not
 * known before all components are. */
#include "core/node.h"

#include <stdio.h>
#include <string.h>

/* Splits off as many parts, between colons, as an ARN has: arn:aws:sqs:REGION:ACCOUNT:NAME. */
static bool is_arn(const char *text)
{
    static const char *const services[] = {"sqs:", "sns:"};
    if (strncmp(text, "arn:aws", 7) != 0)
        return false;
    const char *part = strchr(text + 4, ':');
    bool is_known = false;
    for (size_t i = 0; part != NULL && i < sizeof services / sizeof *services; i++)
        is_known = is_known || strncmp(part + 1, services[i], 4) == 0;
    if (!is_known)
        return false;
    part += 4;
    for (int i = 0; i < 2; i++) {
        const char *end = strchr(part + 1, ':');
        if (end == NULL || end == part + 1)
            return false;
        part = end;
    }
    return part[1] != '\0' && strchr(part + 1, ':') == NULL;
}

const char *node_name_in(const char *text)
{
    return strncmp(text, "arn:", 4) == 0 ? strrchr(text, ':') + 1 : text;
}

static bool ref_read(struct param_reader *reader, const struct param *row, void *field,
                     const struct json *node)
{
    struct node_ref *ref = field;
    *ref = (struct node_ref){.at = node, .id = NODE_NONE};
    if (json_kind(node) == JSON_NULL && (row->flags & PARAM_REQUIRED) == 0)
        return true;
    if (!param_expect(reader, node, JSON_TEXT))
        return false;
    const char *text = json_text(node);
    if (*text == '\0') {
        param_error(reader, node, "a name is not empty");
        return false;
    }
    if (strncmp(text, "arn:", 4) == 0 && !is_arn(text)) {
        param_error(reader, node,
                    "\"%s\" is no ARN: write a name or \"arn:aws:sqs:REGION:ACCOUNT:NAME\"", text);
        return false;
    }
    ref->name = arena_copy_text(reader->arena, text);
    return true;
}

static void ref_write(struct json_writer *w, const struct param *row, const void *field)
{
    (void)row;
    json_write_text(w, ((const struct node_ref *)field)->name);
}

static void ref_schema(struct json_writer *w, const struct param *row)
{
    (void)row;
    param_schema_keyword(w, "type", "string");
}

const struct param_type node_ref_param = {
    .word = "name",
    .read = ref_read,
    .write = ref_write,
    .schema = ref_schema,
};

static bool refs_read(struct param_reader *reader, const struct param *row, void *field,
                      const struct json *node)
{
    struct node_refs *refs = field;
    struct param one = *row;
    bool fine = true;
    if (!param_expect(reader, node, JSON_ARRAY))
        return false;
    const size_t count = json_count(node);
    if ((double)count > row->high) {
        param_error(reader, node, "%zu names are more than %g", count, row->high);
        return false;
    }
    *refs = (struct node_refs){
        .at = count == 0 ? NULL : arena_alloc(reader->arena, count * sizeof *refs->at)};
    one.flags = PARAM_REQUIRED;
    for (const struct json *item = json_first(node); item != NULL; item = json_next(item)) {
        char index[24];
        snprintf(index, sizeof index, "%zu", refs->count);
        const size_t length = param_enter(reader, index);
        fine = ref_read(reader, &one, &refs->at[refs->count++], item) && fine;
        param_leave(reader, length);
    }
    return fine;
}

static void refs_write(struct json_writer *w, const struct param *row, const void *field)
{
    const struct node_refs *refs = field;
    json_write_open(w, '[');
    for (size_t i = 0; i < refs->count; i++)
        ref_write(w, row, &refs->at[i]);
    json_write_close(w, ']');
}

static void refs_schema(struct json_writer *w, const struct param *row)
{
    param_schema_keyword(w, "type", "array");
    json_write_key(w, "maxItems");
    json_write_int(w, (int64_t)row->high);
    json_write_key(w, "items");
    json_write_open(w, '{');
    ref_schema(w, row);
    json_write_close(w, '}');
}

const struct param_type node_refs_param = {
    .word = "names",
    .read = refs_read,
    .write = refs_write,
    .schema = refs_schema,
};
