// SPDX-License-Identifier: GPL-3.0-or-later
/* The text is JSON with a line for the head, a line for each piece, and one for the digest: a
 * reader needs one line at a time in its memory as a tree, however large the part is. */
#include "experiment/part.h"

#include <string.h>
#include "base/digest.h"
#include "base/must.h"
#include "experiment/expect.h"
#include "experiment/piece.h"
#include "experiment/precision.h"

static const char begin[] = "{\"format\":\"queuelab-part\",\"version\":1,";
static const char pieces_open[] = ",\"pieces\":[";
static const char digest_open[] = "],\"sha256\":\"", digest_close[] = "\"}\n";

enum {
    DIGEST = 64,
    TAIL = sizeof digest_open - 1 + DIGEST + sizeof digest_close - 1,
};

/* --- writing --- */

struct maker {
    struct text *out;
    struct result *result;
    struct diag *diag;
    size_t mistakes; /* before */
    size_t line_count;
    struct plan_piece piece; /* at hand */
    struct run_progress progress;
};

/* A cell's first line also says what warm-up was found for it. */
static void write_line(struct maker *maker, const struct cell *cell, size_t from, size_t to)
{
    const struct scenario_experiment *experiment = &cell->scenario->experiment;
    struct json_writer w;
    json_write_init(&w, maker->out, true);
    if (maker->line_count++ > 0)
        text_add(maker->out, ",");
    text_add(maker->out, "\n");
    json_write_open(&w, '{');
    json_write_key(&w, "cell");
    json_write_int(&w, (int64_t)maker->piece.cell);
    json_write_key(&w, "from");
    json_write_int(&w, (int64_t)from);
    json_write_key(&w, "to");
    json_write_int(&w, (int64_t)to);
    json_write_key(&w, "warmup_ns");
    piece_write_whole(&w, (uint64_t)experiment->found_warmup_ns);
    json_write_key(&w, "is_warmup_late");
    json_write_bool(&w, experiment->is_warmup_late);
    piece_write(&w, cell);
    json_write_close(&w, '}');
}

/* The first replications of a cell are folded into it; each of the others is a line of its own. */
static bool keep(void *receiver, struct cell *cell, size_t index, const struct sample *sample)
{
    struct maker *maker = receiver;
    if (maker->piece.from == 0) {
        cell_add(cell, sample);
        if (index == 0)
            expect_names(maker->result, cell, maker->diag);
        return diag_count(maker->diag) == maker->mistakes;
    }
    struct cell one;
    cell_init(&one, cell->scenario, cell->variant, cell->point);
    cell_add(&one, sample);
    write_line(maker, &one, index, index + 1);
    cell_free(&one);
    return true;
}

static bool write_piece(struct maker *maker, const struct run_options *options)
{
    const struct plan_piece *piece = &maker->piece;
    struct cell *cell = &maker->result->cells[piece->cell];
    const struct run_range range = {
        .cell = piece->cell,
        .from = piece->from,
        .to = piece->to,
        .give = keep,
        .receiver = maker,
        .progress = &maker->progress,
    };
    if (!run_range(maker->result, &range, options))
        return false;
    if (piece->from > 0)
        return true;
    if (piece->to == precision_most(cell->scenario))
        run_close_cell(maker->result, cell);
    write_line(maker, cell, 0, piece->to);
    return true;
}

static void write_head(struct text *out, const struct plan *plan, size_t shard)
{
    struct json_writer w;
    text_add(out, begin);
    json_write_init(&w, out, true);
    /* The brace is there already. */
    w.depth = 1;
    json_write_key(&w, "plan");
    json_write_text(&w, plan->sha256);
    json_write_key(&w, "shard");
    json_write_int(&w, (int64_t)shard);
    plan_write_members(&w, plan);
    text_add(out, pieces_open);
}

static void write_digest(struct text *out)
{
    char hex[DIGEST + 1];
    text_add(out, "\n");
    digest_sha256(hex, out->bytes, out->length);
    text_printf(out, "%s%s%s", digest_open, hex, digest_close);
}

bool part_write(struct text *out, struct result *result, const struct plan *plan, size_t shard,
                const struct run_options *options, struct diag *diag)
{
    struct maker maker = {.out = out, .result = result, .diag = diag, .mistakes = diag_count(diag)};
    struct plan_walk walk = plan_walk(plan, result, shard);
    maker.progress.total = walk.to - walk.at;
    MUST(out->length == 0);
    write_head(out, plan, shard);
    while (plan_next(&walk, &maker.piece)) {
        if (!write_piece(&maker, options))
            return false;
    }
    write_digest(out);
    return true;
}

/* --- reading --- */

/* The next line, without its end, or NULL; *at moves behind it. */
static const char *next_line(const struct part *part, size_t *at, size_t *length)
{
    const char *line = part->bytes + *at;
    const size_t left = part->length - TAIL > *at ? part->length - TAIL - *at : 0;
    const char *end = left > 0 ? memchr(line, '\n', left) : NULL;
    if (end == NULL)
        return NULL;
    *length = (size_t)(end - line);
    *at += *length + 1;
    return line;
}

static struct json_doc *parse(const char *text, size_t length)
{
    struct diag *unheard = diag_new();
    struct json_doc *doc = json_parse("part", text, length, false, unheard);
    diag_free(unheard);
    return doc;
}

static bool read_count(const struct json *object, const char *key, size_t *count)
{
    const struct json *node = json_get(object, key);
    if (node == NULL || json_kind(node) != JSON_NUMBER || !(json_number(node) >= 0.0) ||
        json_number(node) > 0x1p52)
        return false;
    *count = (size_t)json_number(node);
    return true;
}

static bool read_head(struct part *part, const struct json *head)
{
    const struct json *plan = json_get(head, "plan");
    if (plan == NULL || json_kind(plan) != JSON_TEXT || strlen(json_text(plan)) != DIGEST)
        return false;
    memcpy(part->plan_sha256, json_text(plan), DIGEST + 1);
    return read_count(head, "shard", &part->shard) && plan_read_members(&part->plan, head) &&
           part->shard < part->plan.shard_count;
}

static bool has_its_digest(const struct part *part)
{
    char hex[DIGEST + 1];
    const char *tail = part->bytes + part->length - TAIL;
    digest_sha256(hex, part->bytes, part->length - TAIL);
    return memcmp(tail, digest_open, sizeof digest_open - 1) == 0 &&
           memcmp(tail + sizeof digest_open - 1, hex, DIGEST) == 0 &&
           memcmp(part->bytes + part->length - (sizeof digest_close - 1), digest_close,
                  sizeof digest_close - 1) == 0;
}

const char *part_open(struct part *part, const char *bytes, size_t length)
{
    const size_t at_least = sizeof begin - 1 < length ? sizeof begin - 1 : length;
    *part = (struct part){.bytes = bytes, .length = length};
    plan_init(&part->plan);
    if (length > 0 && memcmp(bytes, begin, at_least) != 0)
        return "is no part of a sweep that this program knows";
    if (length < sizeof begin - 1 + TAIL || !has_its_digest(part))
        return "is truncated or was changed";
    size_t at = 0, line_length = 0;
    const char *line = next_line(part, &at, &line_length);
    struct text head = {.length = 0};
    text_append(&head, line != NULL ? line : "", line_length);
    text_add(&head, "]}");
    struct json_doc *doc = parse(text_of(&head), head.length);
    const bool is_read = doc != NULL && read_head(part, json_root(doc));
    json_free(doc);
    text_free(&head);
    return is_read ? NULL : "is no part of a sweep that this program knows";
}

void part_close(struct part *part)
{
    plan_free(&part->plan);
}

static bool is_piece(const struct json *object, size_t cell, size_t from, size_t to)
{
    size_t seen;
    return json_kind(object) == JSON_OBJECT && read_count(object, "cell", &seen) && seen == cell &&
           read_count(object, "from", &seen) && seen == from && read_count(object, "to", &seen) &&
           seen == to;
}

/* What the shard that began the cell found, every other shard has found, too. */
static bool take_warmup(struct scenario *scenario, const struct json *object)
{
    const struct json *found = json_get(object, "warmup_ns");
    const struct json *is_late = json_get(object, "is_warmup_late");
    uint64_t warmup_ns;
    if (!piece_whole(found, &warmup_ns) || is_late == NULL || json_kind(is_late) != JSON_BOOL)
        return false;
    scenario->experiment.found_warmup_ns = (int64_t)warmup_ns;
    scenario->experiment.is_warmup_late = json_bool(is_late);
    return true;
}

static bool join_one(struct cell *cell, const struct json *object)
{
    struct cell one;
    cell_init(&one, cell->scenario, cell->variant, cell->point);
    const bool is_read = piece_read(&one, object) && one.replication_count == 1;
    if (is_read)
        piece_join(cell, &one);
    cell_free(&one);
    return is_read;
}

/* One line: replications from .. to-1 of a cell that holds those before. */
static bool join_line(const struct part *part, size_t *at, struct result *result, size_t index,
                      size_t from, size_t to)
{
    struct cell *cell = &result->cells[index];
    size_t length = 0;
    const char *line = next_line(part, at, &length);
    if (line == NULL || cell->replication_count != from)
        return false;
    struct json_doc *doc = parse(line, length > 0 && line[length - 1] == ',' ? length - 1 : length);
    bool is_good = doc != NULL && is_piece(json_root(doc), index, from, to);
    if (is_good)
        is_good = take_warmup(result->scenarios[index], json_root(doc));
    if (is_good)
        is_good = from == 0 ? piece_read(cell, json_root(doc)) : join_one(cell, json_root(doc));
    json_free(doc);
    return is_good && cell->replication_count == to;
}

static bool join_piece(const struct part *part, size_t *at, struct result *result,
                       const struct plan_piece *piece)
{
    struct cell *cell = &result->cells[piece->cell];
    if (piece->from == 0) {
        if (!join_line(part, at, result, piece->cell, 0, piece->to))
            return false;
    } else {
        for (size_t i = piece->from; i < piece->to; i++) {
            if (!join_line(part, at, result, piece->cell, i, i + 1))
                return false;
        }
    }
    if (piece->to == precision_most(cell->scenario))
        run_close_cell(result, cell);
    return true;
}

bool part_join(const struct part *part, struct result *result)
{
    struct plan_walk walk = plan_walk(&part->plan, result, part->shard);
    struct plan_piece piece;
    size_t at = 0, length;
    if (next_line(part, &at, &length) == NULL)
        return false;
    while (plan_next(&walk, &piece)) {
        if (!join_piece(part, &at, result, &piece))
            return false;
    }
    return next_line(part, &at, &length) == NULL;
}
