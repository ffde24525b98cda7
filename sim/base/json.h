// SPDX-License-Identifier: GPL-3.0-or-later
/* JSON in: the only door to cJSON, with guards against its laxity and with positions for messages.
 *
 * A document is strict RFC 8259: duplicate keys, \u0000, numbers such as 012 or 1., non-finite
 * numbers, bad UTF-8, raw control characters, trailing text and nesting above 100 are the user's
 * mistakes.  Every node knows where it stood, also after it was copied or patched into another
 * place. */
#ifndef QUEUELAB_BASE_JSON_H
#define QUEUELAB_BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include "base/diag.h"

enum json_kind { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_TEXT, JSON_ARRAY, JSON_OBJECT };

struct arena;
struct json;     /* a node; never freed alone */
struct json_doc; /* owns the nodes and the text's positions */

/* Parses bytes of text.  comments allows those of *.jsonc (overwritten by blanks, trailing commas
 * too).  Returns NULL after adding to diag what is wrong; file is copied and used in places. */
struct json_doc *json_parse(const char *file, const char *text, size_t bytes, bool comments,
                            struct diag *diag);
/* The same for a document in which keys may come again, as others' software writes them. */
struct json_doc *json_parse_repeating(const char *file, const char *text, size_t bytes,
                                      struct diag *diag);
/* A deep copy with the same positions, to be patched. */
struct json_doc *json_copy(const struct json_doc *doc);
void json_free(struct json_doc *doc);
const struct json *json_root(const struct json_doc *doc);

enum json_kind json_kind(const struct json *node);
const char *json_kind_word(enum json_kind kind); /* "a number", "a text", "an object" ... */
size_t json_count(const struct json *node);      /* members of an object or array, else 0 */
const struct json *json_first(const struct json *node);
const struct json *json_next(const struct json *node);
const struct json *json_get(const struct json *object,
                            const char *key); /* case-sensitive; NULL: absent */
/* A member's text; "" where there is none, or no object at all. */
const char *json_get_text(const struct json *object, const char *key);
const char *json_key(const struct json *node);  /* NULL for an element or the root */
const char *json_text(const struct json *node); /* MUST be a text */
double json_number(const struct json *node);    /* MUST be a number */
bool json_bool(const struct json *node);        /* MUST be a bool */

/* Where the value, or its key, stands; pointer is kept by reference. */
struct diag_place json_place(const struct json_doc *doc, const struct json *node,
                             const char *pointer);
struct diag_place json_key_place(const struct json_doc *doc, const struct json *node,
                                 const char *pointer);

/* Finds by JSON pointer (RFC 6901, ~0 ~1); NULL when nothing is there. */
const struct json *json_find(const struct json_doc *doc, const char *pointer);

/* Puts a copy of value at pointer, adding the last key if it is missing; value NULL or JSON null
 * removes it.  In an array an index replaces or removes an element, and "-" or the count appends
 * one.  from is the document that value belongs to (its positions are kept; it may be doc itself).
 * Returns false when the pointer's parent does not exist or is no container. */
bool json_patch(struct json_doc *doc, const char *pointer, const struct json_doc *from,
                const struct json *value);

/* A copy of the node that lives in the arena, for what must outlive its document; its place is
 * unknown. */
const struct json *json_keep(struct arena *arena, const struct json *node);

/* The node as compact JSON, numbers in shortest round-trip form; the caller frees. */
char *json_print(const struct json *node);

#endif
