// SPDX-License-Identifier: GPL-3.0-or-later
/* Queues and actors: first all are named and numbered, then each is read by the rows of its kind.
 *
 * A name that is taken still gets a number, so that one mistake does not make others. */
#include "scenario/bind_nodes.h"

#include <string.h>
#include "scenario/bind.h"
#include "scenario/bind_topics.h"

/* --- kinds --- */

static bool ends_in_fifo(const char *name)
{
    const size_t length = strlen(name);
    return length >= 5 && strcmp(name + length - 5, ".fifo") == 0;
}

static bool says_fifo(const struct json *object)
{
    const struct json *flag = json_get(object, "FifoQueue");
    return flag != NULL && json_kind(flag) == JSON_BOOL && json_bool(flag);
}

const struct queue_kind *bind_queue_kind(const char *name, const struct json *object)
{
    return ends_in_fifo(name) || says_fifo(object) ? &queue_sqs_fifo : &queue_sqs_standard;
}

const struct topic_kind *bind_topic_kind(void)
{
    return &topic_sns;
}

const struct actor_kind *bind_actor_kind(const char *section)
{
    for (const struct actor_kind *const *kind = actor_kinds; *kind != NULL; kind++) {
        if (strcmp((*kind)->section, section) == 0)
            return *kind;
    }
    return NULL;
}

/* --- names --- */

static bool is_ignored(const struct json *member)
{
    return strncmp(json_key(member), "x-", 2) == 0;
}

static size_t count_members(const struct json *section)
{
    size_t count = 0;
    for (const struct json *member = json_first(section); member != NULL;
         member = json_next(member))
        count += !is_ignored(member);
    return count;
}

/* ATT-2; a topic's name is like a queue's, but longer. */
static bool is_service_name(const char *name, size_t most)
{
    const size_t length = strlen(name), stem = ends_in_fifo(name) ? length - 5 : length;
    return stem >= 1 && length <= most &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == stem;
}

static const char *kind_word(const struct scenario *scenario, uint32_t id)
{
    return id < scenario->queue_count ? "queue"
           : id < scenario->service_count
               ? "topic"
               : scenario->actors[id - scenario->service_count].kind->name;
}

static void take_name(struct bind *bind, const struct json *member, size_t id)
{
    const char *name = json_key(member);
    uint32_t other;
    if (*name == '\0')
        bind_key_error(&bind->reader, member, "a name is not empty");
    else if (strcmp(name, "scenario") == 0)
        bind_key_error(&bind->reader, member,
                       "\"scenario\" is the name of the whole: choose another");
    if (map_get_text(bind->names, name, &other))
        bind_key_error(&bind->reader, member, "\"%s\" is the name of a %s already", name,
                       kind_word(bind->scenario, other));
    else
        map_put_text(bind->names, name, (uint32_t)id);
}

/* The section's object, or NULL; anything else is a mistake. */
static const struct json *section_of(struct bind *bind, const struct json *root,
                                     const char *section)
{
    const struct json *node = json_get(root, section);
    return node != NULL && param_expect(&bind->reader, node, JSON_OBJECT) ? node : NULL;
}

/* Calls visit for each member of a section, with the pointer at it. */
static void each_member(struct bind *bind, const struct json *root, const char *section,
                        void (*visit)(struct bind *, const struct json *, size_t id), size_t *id)
{
    struct param_reader *reader = &bind->reader;
    const size_t outer = param_enter(reader, section);
    const struct json *node = section_of(bind, root, section);
    for (const struct json *member = node != NULL ? json_first(node) : NULL; member != NULL;
         member = json_next(member)) {
        if (is_ignored(member))
            continue;
        const size_t length = param_enter(reader, json_key(member));
        visit(bind, member, (*id)++);
        param_leave(reader, length);
    }
    param_leave(reader, outer);
}

static void name_queue(struct bind *bind, const struct json *member, size_t id)
{
    struct scenario_queue *queue = &bind->scenario->queues[id];
    const char *name = json_key(member);
    *queue = (struct scenario_queue){
        .name = arena_copy_text(&bind->scenario->arena, name),
        .kind = bind_queue_kind(name, member),
        .dead_letter = NODE_NONE,
        .at = member,
    };
    if (*name != '\0' && !is_service_name(name, 80))
        bind_key_error(
            &bind->reader, member,
            "a queue's name has 1 to 80 letters, digits, - or _; a FIFO queue's ends in .fifo");
    take_name(bind, member, id);
}

static void name_topic(struct bind *bind, const struct json *member, size_t id)
{
    struct scenario *scenario = bind->scenario;
    struct scenario_topic *topic = &scenario->topics[id - scenario->queue_count];
    const char *name = json_key(member);
    *topic = (struct scenario_topic){
        .name = arena_copy_text(&scenario->arena, name), .kind = bind_topic_kind(), .at = member};
    if (*name != '\0' && !is_service_name(name, 256))
        bind_key_error(
            &bind->reader, member,
            "a topic's name has 1 to 256 letters, digits, - or _; a FIFO topic's ends in .fifo");
    take_name(bind, member, id);
}

static void name_actor(struct bind *bind, const struct json *member, size_t id)
{
    struct scenario *scenario = bind->scenario;
    struct scenario_actor *actor = &scenario->actors[id - scenario->service_count];
    actor->name = arena_copy_text(&scenario->arena, json_key(member));
    actor->at = member;
    actor->cfg = arena_alloc(&scenario->arena, actor->kind->cfg_bytes);
    take_name(bind, member, id);
}

/* --- queues --- */

/* ATT-2, both ways: the ending and the attribute go together. */
static void check_fifo_name(struct bind *bind, const struct scenario_queue *queue)
{
    if (queue->kind != &queue_sqs_fifo || (ends_in_fifo(queue->name) && says_fifo(queue->at)))
        return;
    if (says_fifo(queue->at))
        bind_member_error(&bind->reader, queue->at, "FifoQueue",
                          "a FIFO queue's name ends in .fifo: call it \"%s.fifo\"", queue->name);
    else
        bind_member_error(&bind->reader, queue->at, "FifoQueue",
                          "a queue whose name ends in .fifo needs \"FifoQueue\": true");
}

static bool has_row(const struct param *rows, const char *name)
{
    for (; rows->name != NULL; rows++) {
        if (strcmp(rows->name, name) == 0)
            return true;
    }
    return false;
}

/* ATT-3: names the attributes that only the other kind of queue has, and lists them to be skipped.
 */
static const char *const *refuse_strangers(struct bind *bind, const struct scenario_queue *queue)
{
    const bool is_fifo = queue->kind == &queue_sqs_fifo;
    const struct queue_kind *other = is_fifo ? &queue_sqs_standard : &queue_sqs_fifo;
    const char **skip =
        arena_alloc(&bind->scenario->arena, (json_count(queue->at) + 1) * sizeof *skip);
    size_t count = 0;
    for (const struct json *member = json_first(queue->at); member != NULL;
         member = json_next(member)) {
        const char *key = json_key(member);
        if (json_kind(queue->at) != JSON_OBJECT || has_row(queue->kind->params, key) ||
            !has_row(other->params, key))
            continue;
        skip[count++] = key;
        bind_key_error(&bind->reader, member, "\"%s\" is for %s queues; \"%s\" is a %s queue", key,
                       is_fifo ? "standard" : "FIFO", queue->name, is_fifo ? "FIFO" : "standard");
    }
    skip[count] = NULL;
    return skip;
}

static void check_size(struct bind *bind, struct scenario_queue *queue)
{
    const struct profile *profile = bind->scenario->profile;
    const int64_t most = profile->limits.max_bytes;
    if (queue->cfg.max_bytes == 0)
        queue->cfg.max_bytes = most;
    if (queue->cfg.max_bytes > most)
        bind_member_error(&bind->reader, queue->at, "MaximumMessageSize",
                          "%lld is above the maximum %lld (profile %s)",
                          (long long)queue->cfg.max_bytes, (long long)most, profile->name);
}

/* Rules within one queue that rows cannot say. */
static void check_queue(struct bind *bind, struct scenario_queue *queue)
{
    const struct queue_cfg *cfg = &queue->cfg;
    check_size(bind, queue);
    if (cfg->throughput_limit == THROUGHPUT_PER_GROUP && cfg->dedup_scope != DEDUP_SCOPE_GROUP)
        bind_member_error(&bind->reader, queue->at, "FifoThroughputLimit", /* ATT-10 */
                          "\"perMessageGroupId\" needs \"DeduplicationScope\": \"messageGroup\"");
    if (cfg->storage.short_poll_servers > cfg->storage.servers)
        bind_member_error(
            &bind->reader, queue->at, "storage", "shortPollServers (%lld) is above servers (%lld)",
            (long long)cfg->storage.short_poll_servers, (long long)cfg->storage.servers);
    if (queue->kind == &queue_sqs_fifo && cfg->preload.messages > 0 &&
        cfg->preload.group.how == CHOICE_NONE)
        bind_member_error(&bind->reader, queue->at, "preload", /* SND-10 */
                          "the messages of a FIFO queue need a \"group\"");
}

static void bind_queue(struct bind *bind, const struct json *member, size_t id)
{
    struct scenario_queue *queue = &bind->scenario->queues[id];
    check_fifo_name(bind, queue);
    const char *const *skip = refuse_strangers(bind, queue);
    queue->cfg.in_flight_limit = QUEUE_LIMIT_OF_PROFILE;
    bind->sound[id] = param_bind(&bind->reader, queue->kind->params, &queue->cfg, member, skip);
    if (bind->sound[id])
        check_queue(bind, queue);
}

/* --- topics --- */

static void bind_topic(struct bind *bind, const struct json *member, size_t id)
{
    struct scenario_topic *topic = &bind->scenario->topics[id - bind->scenario->queue_count];
    bind->sound[id] = param_bind(&bind->reader, topic->kind->params, &topic->cfg, member, NULL);
    if (bind->sound[id])
        bind_topics_check_one(bind, topic);
}

/* --- actors --- */

static void bind_actor(struct bind *bind, const struct json *member, size_t id)
{
    const struct scenario_actor *actor =
        &bind->scenario->actors[id - bind->scenario->service_count];
    const struct actor_kind *kind = actor->kind;
    bind->sound[id] = param_bind(&bind->reader, kind->params, actor->cfg, member, NULL);
    if (bind->sound[id] && kind->check != NULL)
        kind->check(&bind->reader, actor->cfg, member);
}

/* --- both --- */

static const struct json *object_of(const struct json *root, const char *section)
{
    const struct json *node = json_get(root, section);
    return node != NULL && json_kind(node) == JSON_OBJECT ? node : NULL;
}

/* Makes room for all components and says of which kind each is; false: they are too many. */
static bool make_room(struct bind *bind, const struct json *root)
{
    struct scenario *scenario = bind->scenario;
    const struct json *queues = object_of(root, "queues");
    const struct json *topics = object_of(root, "topics");
    scenario->queue_count = queues != NULL ? count_members(queues) : 0;
    scenario->topic_count = topics != NULL ? count_members(topics) : 0;
    scenario->service_count = scenario->queue_count + scenario->topic_count;
    for (size_t i = 0; actor_kinds[i] != NULL; i++) {
        const struct json *section = object_of(root, actor_kinds[i]->section);
        scenario->actor_count += section != NULL ? count_members(section) : 0;
    }
    const size_t count = scenario_node_count(scenario);
    if (count >= NODE_NONE) {
        param_error(&bind->reader, root, "%zu components: there can be %d", count, NODE_NONE - 1);
        return false;
    }
    scenario->queues =
        arena_alloc(&scenario->arena, (scenario->queue_count + 1) * sizeof *scenario->queues);
    scenario->topics =
        arena_alloc(&scenario->arena, (scenario->topic_count + 1) * sizeof *scenario->topics);
    scenario->actors =
        arena_alloc(&scenario->arena, (scenario->actor_count + 1) * sizeof *scenario->actors);
    bind->sound = arena_alloc(&scenario->arena, count + 1);
    size_t next = 0;
    for (size_t i = 0; actor_kinds[i] != NULL; i++) {
        const struct json *section = object_of(root, actor_kinds[i]->section);
        for (size_t left = section != NULL ? count_members(section) : 0; left > 0; left--)
            scenario->actors[next++].kind = actor_kinds[i];
    }
    return true;
}

/* Walks through all components in the order of their ids. */
static void each_node(struct bind *bind, const struct json *root,
                      void (*visit_queue)(struct bind *, const struct json *, size_t),
                      void (*visit_topic)(struct bind *, const struct json *, size_t),
                      void (*visit_actor)(struct bind *, const struct json *, size_t))
{
    size_t id = 0;
    each_member(bind, root, "queues", visit_queue, &id);
    each_member(bind, root, "topics", visit_topic, &id);
    for (size_t i = 0; actor_kinds[i] != NULL; i++)
        each_member(bind, root, actor_kinds[i]->section, visit_actor, &id);
}

void bind_nodes(struct bind *bind, const struct json *root)
{
    if (!make_room(bind, root)) {
        bind->scenario->queue_count = bind->scenario->topic_count = 0;
        bind->scenario->service_count = bind->scenario->actor_count = 0;
        return;
    }
    if (scenario_node_count(bind->scenario) == 0)
        param_error(&bind->reader, root,
                    "there is nothing to run: give queues, producers, consumers");
    each_node(bind, root, name_queue, name_topic, name_actor);
    each_node(bind, root, bind_queue, bind_topic, bind_actor);
}
