// SPDX-License-Identifier: GPL-3.0-or-later
/* Filling in a message. */
#include "actor/payload.h"

#include <stdio.h>
#include <string.h>

#include "base/map.h"
#include "base/must.h"
#include "actor/optional.h"
#include "actor/subjects.h"

static bool read_dedup(struct param_reader *reader, const struct param *row, void *field,
                       const struct json *node)
{
    struct payload_dedup_cfg *cfg = field;
    const struct json *key = json_kind(node) == JSON_OBJECT ? json_get(node, "key") : NULL;
    const char *word = json_kind(node) == JSON_TEXT ? json_text(node) : "";
    (void)row;
    if (key != NULL && json_count(node) == 1) {
        static const struct param key_row = {.name = "key", .low = 1};
        const size_t length = param_enter(reader, "key");
        const bool good = choice_text_param.read(reader, &key_row, &cfg->key, key);
        param_leave(reader, length);
        cfg->mode = DEDUP_KEY;
        return good;
    }
    cfg->mode = strcmp(word, "content") == 0 ? DEDUP_CONTENT : DEDUP_UNIQUE;
    if (strcmp(word, "content") == 0 || strcmp(word, "unique") == 0)
        return true;
    param_error(reader, node, "expected \"unique\", \"content\" or {\"key\": ...}");
    return false;
}

static void write_dedup(struct json_writer *w, const struct param *row, const void *field)
{
    const struct payload_dedup_cfg *cfg = field;
    (void)row;
    if (cfg->mode != DEDUP_KEY) {
        json_write_text(w, cfg->mode == DEDUP_CONTENT ? "content" : "unique");
        return;
    }
    json_write_open(w, '{');
    json_write_key(w, "key");
    json_write_node(w, cfg->key.at);
    json_write_close(w, '}');
}

static void write_dedup_schema(struct json_writer *w, const struct param *row)
{
    choice_text_param.schema(w, row);
}

const struct param_type payload_dedup_param = {"unique, content or a key", read_dedup, write_dedup,
                                               write_dedup_schema};

#define PAYLOAD(member) offsetof(struct payload_cfg, member)

// clang-format off
const struct param payload_rows[] = {
    { "size", &dist_size_param, PAYLOAD(size), "1024", 1, 0, NULL, NULL, 0, "SND-1",
      "Body and attributes in bytes." },
    { "group", &choice_group_param, PAYLOAD(group), NULL, 1, 0, NULL, NULL, 0, "SND-9",
      "MessageGroupId: a name, or groups to pick from." },
    { "deduplication", &payload_dedup_param, PAYLOAD(dedup), "\"unique\"", 1, 0, NULL, NULL, 0,
      "FIFO-7",
      "MessageDeduplicationId: unique, content (the body decides), or a key." },
    { "body", &choice_text_param, PAYLOAD(body), NULL, 1, 0, NULL, NULL, 0, NULL,
      "The body, where it matters: a text or a choice of texts." },
    { "businessKey", &choice_text_param, PAYLOAD(business_key), NULL, 1, 0, NULL, NULL, 0, NULL,
      "What a message is about, such as a payment: effects are counted by it, and idempotency "
      "stores know it; by default each message is about something of its own." },
    { "attributes", &attributes_param, PAYLOAD(attributes), "null", 1, 0, NULL, NULL, 0, "FLT-4",
      "Message attributes by name, which filter policies judge." },
    { "delay", &optional_duration_param, PAYLOAD(delay_ns), "null", 0, 900, "15 minutes", NULL, 0,
      "SND-7",
      "DelaySeconds of each message; by default the queue's." },
    PARAM_END
};
// clang-format on

unsigned payload_wants(const struct payload_cfg *cfg, const struct trace_file *trace)
{
    const bool default_size =
        cfg->size.fast == DIST_CONSTANT && cfg->size.a == (double)PAYLOAD_DEFAULT_BYTES;
    unsigned wants = default_size ? 0 : MESSAGE_WANT_BYTES;
    if (cfg->group.how != CHOICE_NONE)
        wants |= MESSAGE_WANT_GROUP;
    if (trace != NULL) {
        wants |= trace->size_bytes != NULL ? MESSAGE_WANT_BYTES : 0u;
        wants |= trace->group != NULL ? MESSAGE_WANT_GROUP : 0u;
        wants |= trace->service_ns != NULL ? MESSAGE_WANT_SERVICE : 0u;
    }
    return wants;
}

/* SND-12, SNS-20: who says "unique", which is the default, asks for no more than anybody gets. */
const char *payload_refused_by_standard(const struct payload_dedup_cfg *dedup)
{
    return dedup->mode == DEDUP_UNIQUE
               ? NULL
               : "gives its messages a deduplication, and only what is FIFO knows of that: leave "
                 "it out, or send to a FIFO queue or topic";
}

static uint32_t clamp_bytes(double bytes)
{
    return bytes < 1.0 ? 1 : bytes < 4e9 ? (uint32_t)bytes : UINT32_MAX;
}

void payload_init(struct payload *payload, const struct payload_cfg *cfg,
                  const struct trace_file *trace, struct actor_world *world, const char *owner,
                  uint16_t origin, bool to_fifo)
{
    payload->cfg = cfg;
    payload->trace = trace;
    payload->world = world;
    payload->origin = origin;
    payload->to_fifo = to_fifo;
    payload->constant_bytes = cfg->size.fast == DIST_CONSTANT ? clamp_bytes(cfg->size.a) : 0;
    payload->is_constant = payload->constant_bytes > 0 && cfg->group.how == CHOICE_NONE &&
                           cfg->attributes.count == 0 && trace == NULL && !to_fifo;
    payload->is_grouped = payload->constant_bytes > 0 && cfg->group.how > CHOICE_FIXED &&
                          cfg->attributes.count == 0 && trace == NULL &&
                          cfg->dedup.mode == DEDUP_UNIQUE;
    choice_init(&payload->group, &cfg->group);
    choice_init(&payload->body, &cfg->body);
    choice_init(&payload->key, &cfg->dedup.key);
    choice_init(&payload->business_key, &cfg->business_key);
    attributes_init(&payload->attributes, &cfg->attributes);
    payload->first_attributes = 0;
    if (cfg->attributes.count > 0)
        payload->first_attributes = subjects_add_attributes(world->subjects, &cfg->attributes);
    payload->first_body = 0;
    payload_start(payload, owner);
}

void payload_free(struct payload *payload)
{
    choice_free(&payload->group);
    choice_free(&payload->body);
    choice_free(&payload->key);
    choice_free(&payload->business_key);
    attributes_free(&payload->attributes);
}

void payload_tell_bodies(struct payload *payload)
{
    if (payload->cfg->body.how == CHOICE_NONE)
        return;
    payload->first_body = subjects_add_bodies(payload->world->subjects, &payload->cfg->body);
    payload->is_constant = payload->is_grouped = false;
}

void payload_start(struct payload *payload, const char *owner)
{
    const uint64_t seed = payload->world->seed, replication = payload->world->replication;
    rng_init(&payload->sizes, rng_name(seed, replication, owner, "size"));
    payload->group.stream = rng_name(seed, replication, owner, "group");
    payload->body.stream = rng_name(seed, replication, owner, "body");
    payload->key.stream = rng_name(seed, replication, owner, "deduplication");
    payload->business_key.stream = rng_name(seed, replication, owner, "businessKey");
    payload->poison_p = 0.0;
    payload->poison = rng_name(seed, replication, owner, "poison");
    attributes_start(&payload->attributes, seed, replication, owner);
}

static uint32_t number_of_text(struct actor_world *world, const char *text)
{
    uint32_t number;
    if (map_get_text(world->texts, text, &number))
        return number;
    number = (uint32_t)map_count(world->texts);
    map_put_text(world->texts, text, number);
    return number;
}

/* Groups known by number are even, those that have names are odd. */
static uint32_t number_of_index(size_t index)
{
    return 2 * (uint32_t)index;
}

uint32_t payload_group(struct actor_world *world, const struct choice *choice, size_t index)
{
    char buffer[64];
    if (choice->cfg->how != CHOICE_FIXED)
        return number_of_index(index);
    return 2 * number_of_text(world, choice_text(choice, index, buffer)) + 1;
}

/* Ids that stand for texts have bit 62, those of bodies bit 61 too; roots have neither. */
static uint64_t text_id(struct payload *payload, const struct choice *choice, uint64_t number,
                        uint64_t tag)
{
    char buffer[64];
    const char *text = choice_text(choice, choice_index(choice, number), buffer);
    return UINT64_C(1) << 62 | tag | number_of_text(payload->world, text);
}

uint64_t payload_dedup(struct payload *payload, uint64_t number, uint64_t otherwise)
{
    switch (payload->cfg->dedup.mode) {
    case DEDUP_KEY:
        return text_id(payload, &payload->key, number, 0);
    case DEDUP_CONTENT:
        if (payload->cfg->body.how != CHOICE_NONE)
            return text_id(payload, &payload->body, number, UINT64_C(1) << 61);
        return otherwise;
    default:
        return otherwise;
    }
}

static void fill_from_trace(struct send *send, const struct trace_file *trace, uint64_t row)
{
    if (trace->size_bytes != NULL)
        send->bytes = clamp_bytes((double)trace->size_bytes[row]);
    if (trace->group != NULL)
        send->group = 2 * trace->group[row];
    if (trace->service_ns != NULL)
        send->service_ns = trace->service_ns[row];
}

void payload_prepare(const struct payload *payload, struct send *send)
{
    *send = (struct send){.delay_ns = payload->cfg->delay_ns,
                          .group = MESSAGE_NO_GROUP,
                          .bytes = payload->constant_bytes,
                          .producer = payload->origin};
    if (payload->to_fifo && payload->cfg->dedup.mode == DEDUP_CONTENT)
        send->flags = SEND_DEDUP_IS_CONTENT;
}

static void mark(const struct payload *payload, struct send *send, uint64_t number)
{
    const bool is_marked = payload->poison_p > 0.0 &&
                           rng_unit(rng_keyed_word(payload->poison, number, 0)) < payload->poison_p;
    const unsigned others = send->flags & ~(unsigned)SEND_IS_POISON;
    send->flags = (uint16_t)(others | (is_marked ? (unsigned)SEND_IS_POISON : 0));
}

void payload_choose(struct payload *payload, struct send *send, uint64_t number, uint64_t row)
{
    const struct payload_cfg *cfg = payload->cfg;
    if (payload->is_grouped) {
        send->group = number_of_index(choice_index(&payload->group, number));
        send->dedup = payload->to_fifo ? send->root : 0;
        return;
    }
    if (payload->constant_bytes == 0)
        send->bytes = clamp_bytes(dist_draw(&cfg->size, &payload->sizes));
    if (cfg->group.how != CHOICE_NONE)
        send->group =
            payload_group(payload->world, &payload->group, choice_index(&payload->group, number));
    if (payload->trace != NULL)
        fill_from_trace(send, payload->trace, row);
    if (cfg->attributes.count > 0)
        send->attributes = payload->first_attributes + attributes_of(&payload->attributes, number);
    if (payload->first_body > 0)
        send->body = payload->first_body + (uint32_t)choice_index(&payload->body, number);
    if (payload->to_fifo)
        send->dedup = payload_dedup(payload, number, send->root);
    mark(payload, send, number);
}

void payload_poison(struct payload *payload, double p)
{
    payload->poison_p = p;
    payload->is_constant = payload->is_grouped = false; /* what was marked is to be cleared, too */
}

void payload_fill(struct payload *payload, struct send *send, uint64_t number, uint64_t row,
                  int64_t now_ns)
{
    payload_prepare(payload, send);
    payload_complete(payload, send, number, row, now_ns);
}

const char *payload_body(const struct payload *payload, uint64_t number, char buffer[64])
{
    const struct choice *body = &payload->body;
    return body->cfg->how == CHOICE_NONE ? NULL
                                         : choice_text(body, choice_index(body, number), buffer);
}

uint64_t payload_business_key(const struct payload *payload, uint64_t number)
{
    const struct choice *choice = &payload->business_key;
    char buffer[64];
    if (choice->cfg->how == CHOICE_NONE)
        return 0;
    return rng_name(0, 0, choice_text(choice, choice_index(choice, number), buffer), "business") |
           1;
}
