// SPDX-License-Identifier: GPL-3.0-or-later
/* Somebody sets attributes of a queue (ATT-8), as SetQueueAttributes does.
 *
 * What an attribute's row writes is found once, when the scenario is read, by reading it over two
 * backgrounds: a byte that comes out alike was written.  So attributes that are not named stay as
 * they are at that time. */
#include "fault/fault.h"

#include <string.h>

struct patch {
    bool is_read;
    unsigned char written[sizeof(struct queue_cfg)];
    struct queue_cfg values;
};

struct attribute_change_cfg {
    const struct json *attributes;
    struct patch standard, fifo;
    bool sets_policy;
    struct queue_redrive_cfg policy; /* dead_letter's name NULL: none any more */
};

static void apply(const struct patch *patch, struct queue_cfg *attributes)
{
    for (size_t i = 0; i < sizeof *attributes; i++) {
        if (patch->written[i])
            ((unsigned char *)attributes)[i] = ((const unsigned char *)&patch->values)[i];
    }
}

static void change(const void *cfg_, bool is_fifo, struct queue_cfg *attributes)
{
    const struct attribute_change_cfg *cfg = cfg_;
    apply(is_fifo ? &cfg->fifo : &cfg->standard, attributes);
    if (cfg->sets_policy)
        attributes->redrive = cfg->policy;
}

static void act(struct fault *fault, uint16_t node, int64_t now_ns)
{
    const struct attribute_change_cfg *cfg = fault->plan->own;
    struct queue *queue = fault_knob_queue(fault->list->world, node);
    struct queue_cfg changed = *queue->cfg;
    apply(queue->is_fifo ? &cfg->fifo : &cfg->standard, &changed);
    queue_change(queue, &changed, now_ns);
    if (cfg->sets_policy)
        queue_set_dead_letter(
            queue,
            cfg->policy.dead_letter.name == NULL
                ? NULL
                : fault_knob_queue(fault->list->world, cfg->policy.dead_letter.id),
            cfg->policy.max_receives, now_ns);
}

static const struct param *find_row(const struct queue_kind *kind, const char *name)
{
    for (const struct param *row = kind->params; row->name != NULL; row++) {
        if (strcmp(row->name, name) == 0)
            return row;
    }
    return NULL;
}

/* What queue_change does not look at. */
static bool is_fixed(const char *name)
{
    static const char *const fixed[] = {"FifoQueue", "RedriveAllowPolicy", "redrive",
                                        "storage",   "poisonAgeReceives",  "preload"};
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++) {
        if (strcmp(fixed[i], name) == 0)
            return true;
    }
    return false;
}

static void read_one(struct param_reader *reader, struct patch *patch, const struct param *row,
                     const struct json *member)
{
    struct queue_cfg other;
    memset(&other, 0xFF, sizeof other);
    if (!row->type->read(reader, row, (char *)&other + row->offset, member))
        return;
    struct queue_cfg zero;
    memset(&zero, 0, sizeof zero);
    row->type->read(reader, row, (char *)&zero + row->offset, member);
    for (size_t i = 0; i < sizeof zero; i++) {
        const unsigned char byte = ((const unsigned char *)&zero)[i];
        if (byte != ((const unsigned char *)&other)[i])
            continue;
        patch->written[i] = 1;
        ((unsigned char *)&patch->values)[i] = byte;
    }
}

/* DLQ-6: an empty text clears the policy, as it does for SetQueueAttributes; so does null. */
static void read_policy(struct param_reader *reader, struct attribute_change_cfg *cfg,
                        const struct param *row, const struct json *member)
{
    const bool clears =
        json_kind(member) == JSON_NULL || (json_kind(member) == JSON_TEXT && !*json_text(member));
    cfg->policy = (struct queue_redrive_cfg){.dead_letter = {.id = NODE_NONE}};
    if (clears || row->type->read(reader, row, &cfg->policy, member))
        cfg->sets_policy = true;
}

static void read_member(struct param_reader *reader, struct attribute_change_cfg *cfg,
                        const struct queue_kind *kind, const char *name, const struct json *member)
{
    const char *key = json_key(member);
    const struct param *row = find_row(kind, key);
    if (row == NULL)
        param_error(reader, member, "\"%s\" is no attribute of the queue \"%s\"", key, name);
    else if (is_fixed(key))
        param_error(reader, member, "\"%s\" cannot be changed by a fault", key);
    else if (strcmp(key, "RedrivePolicy") == 0)
        read_policy(reader, cfg, row, member);
    else
        read_one(reader, kind == &queue_sqs_fifo ? &cfg->fifo : &cfg->standard, row, member);
}

static void check_queue(struct param_reader *reader, void *cfg_, const struct json *node,
                        const char *name, const struct queue_kind *kind)
{
    struct attribute_change_cfg *cfg = cfg_;
    struct patch *patch = kind == &queue_sqs_fifo ? &cfg->fifo : &cfg->standard;
    const size_t length = param_enter(reader, "attributes");
    (void)node;
    if (!patch->is_read && param_expect(reader, cfg->attributes, JSON_OBJECT)) {
        for (const struct json *member = json_first(cfg->attributes); member != NULL;
             member = json_next(member)) {
            const size_t inner = param_enter(reader, json_key(member));
            read_member(reader, cfg, kind, name, member);
            param_leave(reader, inner);
        }
        patch->is_read = true;
    }
    param_leave(reader, length);
}

static struct node_ref *dead_letter(void *cfg_)
{
    struct attribute_change_cfg *cfg = cfg_;
    return cfg->sets_policy && cfg->policy.dead_letter.name != NULL ? &cfg->policy.dead_letter
                                                                    : NULL;
}

// clang-format off
static const struct param rows[] = {
    { "attributes", &param_node, offsetof(struct attribute_change_cfg, attributes), NULL, 1, 0,
      NULL, NULL, PARAM_REQUIRED, "ATT-8",
      "The attributes to set, as a queue has them: {\"VisibilityTimeout\": 60}; a RedrivePolicy of "
      "null clears it." },
    PARAM_END
};
// clang-format on

const struct fault_kind fault_attribute_change = {
    .name = "attributeChange",
    .doc = "Attributes of a queue are set anew, for good.",
    .params = rows,
    .cfg_bytes = sizeof(struct attribute_change_cfg),
    .strikes = NODE_REF_TO(NODE_QUEUE),
    .check_queue = check_queue,
    .dead_letter = dead_letter,
    .change = change,
    .act = act,
};
