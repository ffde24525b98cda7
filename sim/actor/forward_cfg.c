// SPDX-License-Identifier: GPL-3.0-or-later
/* The rows of an entry of `then`. */
#include "actor/forward_cfg.h"

#include "actor/optional.h"

/* --- a size, or null: as received --- */

static bool read_size(struct param_reader *reader, const struct param *row, void *field,
                      const struct json *node)
{
    return json_kind(node) == JSON_NULL || dist_size_param.read(reader, row, field, node);
}

static void write_size(struct json_writer *w, const struct param *row, const void *field)
{
    dist_size_param.write(w, row, field);
}

static void schema_size(struct json_writer *w, const struct param *row)
{
    json_write_key(w, "anyOf");
    json_write_open(w, '[');
    json_write_open(w, '{');
    dist_size_param.schema(w, row);
    json_write_close(w, '}');
    json_write_open(w, '{');
    param_schema_keyword(w, "type", "null");
    json_write_close(w, '}');
    json_write_close(w, ']');
}

static const struct param_type received_size_param = {"size distribution or null", read_size,
                                                      write_size, schema_size};

/* --- rows --- */

static const char *const when_words[] = {"success", "failure", "always", NULL};
static const char *const correlation_words[] = {"same", "new", NULL};
static const unsigned to_service = NODE_REF_TO(NODE_QUEUE) | NODE_REF_TO(NODE_TOPIC) |
                                   NODE_REF_TO(NODE_CONSUMER) | NODE_REF_TO(NODE_ENDPOINT) |
                                   NODE_REF_TO(NODE_DOWNSTREAM);

#define FORWARD(member) offsetof(struct forward_cfg, member)
#define PAYLOAD(member) offsetof(struct payload_cfg, member)

// clang-format off
static const struct param message_rows[] = {
    { "size", &received_size_param, PAYLOAD(size), NULL, 1, 0, NULL, NULL, 0, "SND-1",
      "Body and attributes in bytes; by default as received." },
    { "group", &choice_group_param, PAYLOAD(group), NULL, 1, 0, NULL, NULL, 0, "SND-9",
      "MessageGroupId: a name, or groups to pick from; by default as received." },
    { "deduplication", &payload_dedup_param, PAYLOAD(dedup), "\"unique\"", 1, 0, NULL, NULL, 0,
      "FIFO-7", "MessageDeduplicationId: unique (one for each copy, repeated by repeated work), "
      "content or a key." },
    { "body", &choice_text_param, PAYLOAD(body), NULL, 1, 0, NULL, NULL, 0, NULL,
      "The body, where it matters: a text or a choice of texts; by default as received." },
    { "attributes", &attributes_param, PAYLOAD(attributes), "null", 1, 0, NULL, NULL, 0, "FLT-4",
      "Message attributes by name, which filter policies judge; none go along by themselves." },
    { "delay", &optional_duration_param, PAYLOAD(delay_ns), "null", 0, 900, "15 minutes", NULL, 0,
      "SND-7",
      "DelaySeconds of each message; by default the queue's." },
    PARAM_END
};

static const struct param forward_rows[] = {
    { "to", &node_ref_param, FORWARD(to), NULL, 1, 0, NULL, &to_service, PARAM_REQUIRED, NULL,
      "The queue, topic or endpoint that it sends to." },
    { "when", &param_word, FORWARD(when), "\"success\"", 1, 0, NULL, when_words, 0, NULL,
      "After which work: success, failure or always." },
    { "message", &param_object, FORWARD(message), NULL, 1, 0, NULL, message_rows, 0, NULL,
      "What is sent; by default the message that was worked on." },
    { "count", &param_int, FORWARD(count), "1", 1, 1000, NULL, NULL, 0, NULL,
      "How many copies, such as one for each airline that is asked." },
    { "correlation", &param_word, FORWARD(correlation), "\"same\"", 1, 0, NULL, correlation_words,
      0, NULL,
      "same: part of the chain of the message worked on; new: the first message of a chain." },
    PARAM_END
};
// clang-format on

const struct param_list_of forward_cfg_list = {sizeof(struct forward_cfg), forward_rows};

unsigned forward_cfg_wants(const struct param_items *then)
{
    const struct forward_cfg *entries = then->items;
    unsigned wants = then->count > 0 ? MESSAGE_WANT_PATH | MESSAGE_WANT_BODY : 0;
    for (size_t i = 0; i < then->count; i++) {
        wants |= entries[i].message.group.how != CHOICE_NONE ? (unsigned)MESSAGE_WANT_GROUP : 0;
        wants |= entries[i].message.size.kind != NULL ? (unsigned)MESSAGE_WANT_BYTES : 0;
    }
    return wants;
}

/* More messages out of one than this are a slip of the pen. */
#define MAX_COPIES 10000

void forward_cfg_check(struct param_reader *reader, const struct param_items *then,
                       const struct json *node)
{
    const struct forward_cfg *entries = then->items;
    int64_t copies = 0;
    for (size_t i = 0; i < then->count; i++)
        copies += entries[i].count;
    if (copies > MAX_COPIES)
        param_error(reader, node, "\"then\" makes more than %d messages out of one", MAX_COPIES);
}

/* SND-10, SNS-20 */
static bool lacks_group(const struct forward_cfg *cfg, bool may_have_group)
{
    return cfg->message.group.how == CHOICE_NONE && !may_have_group;
}

const char *forward_cfg_refused_by_topic(const struct forward_cfg *cfg, const struct topic_cfg *to,
                                         bool may_have_group)
{
    if (cfg->message.delay_ns > 0)
        return "delays the messages that it sends on, and a topic delivers at once: give the "
               "queues DelaySeconds";
    if (!to->fifo)
        return payload_refused_by_standard(&cfg->message.dedup);
    if (lacks_group(cfg, may_have_group))
        return "sends messages without a group on, and a FIFO topic takes none without: give "
               "then/message/group";
    if (cfg->message.dedup.mode == DEDUP_CONTENT && !to->content_dedup)
        return "leaves deduplication to the content, and the topic has no "
               "ContentBasedDeduplication";
    return NULL;
}

const char *forward_cfg_refused(const struct forward_cfg *cfg, bool by_fifo,
                                const struct queue_cfg *to, bool may_have_group)
{
    if (!by_fifo)
        return payload_refused_by_standard(&cfg->message.dedup);
    if (lacks_group(cfg, may_have_group))
        return "sends messages without a group on, and a FIFO queue takes none without: give "
               "then/message/group";
    if (cfg->message.delay_ns > 0) /* SND-8 */
        return "delays the messages that it sends on one by one, and a FIFO queue refuses that: "
               "give the queue DelaySeconds";
    if (cfg->message.dedup.mode == DEDUP_CONTENT && !to->content_dedup) /* SND-10 */
        return "leaves deduplication to the content, and the queue has no "
               "ContentBasedDeduplication";
    return NULL;
}
