// SPDX-License-Identifier: GPL-3.0-or-later
/* One row describes one parameter: name, type, default, range, rule, help.  Parsing, errors, the
 * echo of the effective configuration, help, reference and schema all derive from the row.
 *
 * A struct of configuration is plain data; param_bind fills it from a JSON object.  A row's default
 * is JSON text and is read by the same code as the user's value. */
#ifndef QUEUELAB_BASE_PARAM_H
#define QUEUELAB_BASE_PARAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/diag.h"
#include "base/json.h"
#include "base/json_write.h"
#include "base/text.h"

struct param;

/* What a reader needs: where messages go, whence memory comes, and the pointer walked so far. */
struct param_reader {
    const struct json_doc *doc;
    struct diag *diag;
    struct arena *arena;
    struct text pointer; /* of the object or value being read */
    const char *folder;  /* of the scenario file, for file names in it; "" when unknown */
    const char *origin;  /* where to look for what is not there; NULL: nowhere */
};

/* A type of parameter.  Others live where their meaning lives (core/dist.h ...). */
struct param_type {
    const char *word; /* for help: "seconds", "duration", "rate" ... */
    /* Reads node into field; adds to the reader's diag and returns false when it cannot. */
    bool (*read)(struct param_reader *reader, const struct param *row, void *field,
                 const struct json *node);
    /* Writes the effective value as it would be written in a scenario. */
    void (*write)(struct json_writer *w, const struct param *row, const void *field);
    /* Writes the value's JSON Schema keywords (inside an object already open). */
    void (*schema)(struct json_writer *w, const struct param *row);
};

enum param_flag { PARAM_REQUIRED = 1 };

struct param {
    const char *name;
    const struct param_type *type;
    size_t offset;          /* of the field in its struct */
    const char *fallback;   /* JSON text of the default; NULL: the field stays zero */
    double low, high;       /* inclusive range in the scenario's unit; low > high: no range */
    const char *range_hint; /* "12 hours": said after the upper limit; may be NULL */
    const void *extra;      /* words of an enum, rows of an object, ...: the type knows */
    int flags;              /* of enum param_flag */
    const char *rule;       /* id of the rule that sets the default or range; may be NULL */
    const char *doc;        /* one sentence */
};

#define PARAM_NO_RANGE .low = 1, .high = 0
// clang-format off
#define PARAM_END { .name = NULL }
// clang-format on

/* Types.  The C type of the field is in the comment. */
// clang-format off
extern const struct param_type param_seconds;     /* int64_t ns; whole seconds, as AWS has */
extern const struct param_type param_duration;    /* int64_t ns; a number of seconds or "250ms" */
extern const struct param_type param_rate;        /* double per second; a number or "2/s" */
extern const struct param_type param_size;        /* int64_t bytes; a number or "64KiB" */
extern const struct param_type param_int;         /* int64_t */
extern const struct param_type param_number;      /* double */
extern const struct param_type param_probability; /* double in [0, 1] */
extern const struct param_type param_bool;        /* bool */
extern const struct param_type param_text;        /* const char *, in the arena */
extern const struct param_type param_word;        /* int: index into the words of extra */
extern const struct param_type param_node;        /* const struct json *: kept, echoed verbatim */
extern const struct param_type param_object;      /* a struct inside; extra: its rows */
extern const struct param_type param_list;        /* struct param_items; extra: a param_list_of */
extern const struct param_type param_tagged;      /* struct param_choice; extra: a param_tag */
extern const struct param_type param_seed;        /* uint64_t; a number up to 2^53 or "0x..." */
// clang-format on

struct param_items {
    size_t count;
    void *items; /* count structs of item_bytes each, in the arena */
};
struct param_list_of {
    size_t item_bytes;
    const struct param *rows;
};

/* An object whose key `tag` names its kind: {"process": "poisson", "rate": 2}.  The field becomes a
 * struct param_choice whose cfg was filled from that kind's rows. */
struct param_kind {
    const char *name;
    size_t cfg_bytes;
    const struct param *rows; /* ends in PARAM_END; may be NULL for a kind without parameters */
    const char *doc;
};
struct param_tag {
    const char *tag;                       /* the key */
    const struct param_kind *const *kinds; /* ends in NULL */
    /* Reads a value that is no object (a bare duration is a constant); NULL: none may be. */
    bool (*shorthand)(struct param_reader *reader, const struct param *row, void *field,
                      const struct json *node);
};
struct param_choice {
    const struct param_kind *kind; /* NULL: absent */
    void *cfg;
};

/* Fills cfg, which was zeroed, from object by rows (defaults where a key is absent; with object
 * NULL all of them, and then nothing is required).  Unknown keys (but "x-..."), missing required
 * ones, wrong types and ranges are added to the reader's diag.  skip names keys that somebody else
 * reads, ending in NULL; may be NULL.  Returns false if anything was wrong. */
bool param_bind(struct param_reader *reader, const struct param *rows, void *cfg,
                const struct json *object, const char *const *skip);

/* Writes every row of cfg as members of the object that is open, so that they could be read back.
 * A text, a node and a choice that are absent are left out. */
void param_write(struct json_writer *w, const struct param *rows, const void *cfg);

/* For a type's schema: a keyword with a text; the row's range; a number or a text by pattern. */
void param_schema_keyword(struct json_writer *w, const char *key, const char *text);
void param_schema_limits(struct json_writer *w, const struct param *row);
void param_schema_text(struct json_writer *w, const struct param *row, const char *number,
                       const char *pattern);

/* Writes {"type": "object", "properties": ...} members for rows into the object that is open; keys
 * without a row, but "x-...", are refused. */
void param_schema(struct json_writer *w, const struct param *rows);
/* The same for one kind of a choice: the key tag must be the kind's name. */
void param_schema_kind(struct json_writer *w, const char *tag, const struct param_kind *kind);
/* Writes each row as a member of the object of properties that is open. */
void param_schema_rows(struct json_writer *w, const struct param *rows);

/* Adds a mistake at node (or at its key), formatted; the reader's pointer says where. */
void param_error(struct param_reader *reader, const struct json *node, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Checks a number against the row's range, adding "50000 is above the maximum 43200 (12 hours)". */
bool param_in_range(struct param_reader *reader, const struct param *row, const struct json *node,
                    double value);

/* Walks into a member while reading: appends "/name" to the pointer and returns the length to go
 * back to. */
size_t param_enter(struct param_reader *reader, const char *name);
void param_leave(struct param_reader *reader, size_t length);

/* Above it a JSON number does not tell neighbours apart. */
#define PARAM_WHOLE_MAX 0x1p53
/* Checks that a number is whole and not above 2^53; what ("seconds") may be NULL. */
bool param_whole(struct param_reader *reader, const struct json *node, double value,
                 const char *what);

/* Adds "expected a number, found a text" if the node is of another kind. */
bool param_expect(struct param_reader *reader, const struct json *node, enum json_kind kind);

/* True if the pointer's tail (for example "/retry/attempts") names a row or a place inside one.
 * Whatever lies inside a param_node or a type from elsewhere is taken as known. */
bool param_knows(const struct param *rows, const char *tail);

#endif
