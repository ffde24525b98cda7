// SPDX-License-Identifier: GPL-3.0-or-later
/* What no single row can say.  References are found by their rows' type, wherever they lie in a
 * configuration, so that a new actor needs no line here. */
#include "scenario/validate.h"

#include <stdio.h>
#include <string.h>
#include "core/node.h"
#include "actor/consumer_cfg.h"
#include "actor/function_cfg.h"
#include "scenario/bind.h"
#include "scenario/move.h"
#include "scenario/validate_calls.h"
#include "scenario/validate_alarm.h"
#include "scenario/validate_chain.h"
#include "scenario/validate_faults.h"
#include "scenario/validate_start.h"
#include "scenario/bind_topics.h"
#include "scenario/describe.h"

/* --- components --- */

static const char *const kind_words[] = {
    [NODE_QUEUE] = "a queue",           [NODE_TOPIC] = "a topic",
    [NODE_PRODUCER] = "a producer",     [NODE_CONSUMER] = "a consumer",
    [NODE_FUNCTION] = "a function",     [NODE_ENDPOINT] = "an endpoint",
    [NODE_DOWNSTREAM] = "a downstream", [NODE_ALARM] = "an alarm",
};

enum { KIND_COUNT = sizeof kind_words / sizeof *kind_words };

static enum node_kind kind_of(const struct scenario *scenario, uint32_t id)
{
    return id < scenario->queue_count ? NODE_QUEUE
           : id < scenario->service_count
               ? NODE_TOPIC
               : scenario->actors[id - scenario->service_count].kind->node;
}

/* Appends "a queue, a topic or an endpoint". */
static void list_kinds(struct text *list, unsigned mask)
{
    for (unsigned kind = 0; kind < KIND_COUNT; kind++) {
        const unsigned bit = NODE_REF_TO(kind);
        if ((mask & bit) == 0)
            continue;
        const unsigned before = mask & (bit - 1), after = mask & ~(bit - 1) & ~bit;
        text_printf(list, "%s%s", before == 0 ? "" : after == 0 ? " or " : ", ", kind_words[kind]);
    }
}

/* --- names --- */

/* What a row of one component's configuration refers to. */
struct referrer {
    struct bind *bind;
    enum node_kind kind;
};

static void refuse_kind(const struct referrer *referrer, const struct param *row,
                        const struct node_ref *ref, enum node_kind kind)
{
    struct text wanted = {0};
    list_kinds(&wanted, *(const unsigned *)row->extra);
    const char *verb = strcmp(row->name, "from") == 0 ? "reads from"
                       : strcmp(row->name, "to") == 0 ? "sends to"
                                                      : NULL;
    if (verb != NULL)
        param_error(&referrer->bind->reader, ref->at, "\"%s\" is %s; %s %s %s",
                    node_name_in(ref->name), kind_words[kind], kind_words[referrer->kind], verb,
                    text_of(&wanted));
    else
        param_error(&referrer->bind->reader, ref->at, "\"%s\" is %s; \"%s\" names %s",
                    node_name_in(ref->name), kind_words[kind], row->name, text_of(&wanted));
    text_free(&wanted);
}

static void resolve(const struct referrer *referrer, const struct param *row, struct node_ref *ref)
{
    struct bind *bind = referrer->bind;
    uint32_t id;
    ref->id = NODE_NONE;
    if (ref->name == NULL)
        return;
    const char *name = node_name_in(ref->name);
    if (!map_get_text(bind->names, name, &id)) {
        param_error(&bind->reader, ref->at, "there is no \"%s\"%s", name,
                    bind_hint(&bind->scenario->arena, bind->names, name));
        return;
    }
    const enum node_kind kind = kind_of(bind->scenario, id);
    if ((*(const unsigned *)row->extra & NODE_REF_TO(kind)) == 0)
        refuse_kind(referrer, row, ref, kind);
    else
        ref->id = (uint16_t)id;
}

static void resolve_refs(const struct referrer *referrer, const struct param *row,
                         struct node_refs *refs)
{
    for (size_t i = 0; i < refs->count; i++) {
        char index[24];
        snprintf(index, sizeof index, "%zu", i);
        const size_t length = param_enter(&referrer->bind->reader, index);
        resolve(referrer, row, &refs->at[i]);
        param_leave(&referrer->bind->reader, length);
    }
}

static void resolve_rows(const struct referrer *referrer, const struct param *rows, void *cfg);

static void resolve_list(const struct referrer *referrer, const struct param_list_of *of,
                         const struct param_items *items)
{
    for (size_t i = 0; i < items->count; i++) {
        char index[24];
        snprintf(index, sizeof index, "%zu", i);
        const size_t length = param_enter(&referrer->bind->reader, index);
        resolve_rows(referrer, of->rows, (char *)items->items + i * of->item_bytes);
        param_leave(&referrer->bind->reader, length);
    }
}

static void resolve_rows(const struct referrer *referrer, const struct param *rows, void *cfg)
{
    for (const struct param *row = rows; row->name != NULL; row++) {
        void *field = (char *)cfg + row->offset;
        const size_t length = param_enter(&referrer->bind->reader, row->name);
        if (row->type == &node_ref_param) {
            resolve(referrer, row, field);
        } else if (row->type == &node_refs_param) {
            resolve_refs(referrer, row, field);
        } else if (row->type == &param_object) {
            resolve_rows(referrer, row->extra, field);
        } else if (row->type == &param_list) {
            resolve_list(referrer, row->extra, field);
        } else if (row->type == &param_tagged) {
            const struct param_choice *choice = field;
            if (choice->kind != NULL && choice->kind->rows != NULL)
                resolve_rows(referrer, choice->kind->rows, choice->cfg);
        }
        param_leave(&referrer->bind->reader, length);
    }
}

/* Walks to a component: "/queues/orders". */
static size_t enter(struct bind *bind, const char *section, const char *name)
{
    const size_t length = param_enter(&bind->reader, section);
    param_enter(&bind->reader, name);
    return length;
}

static void resolve_all(struct bind *bind)
{
    struct scenario *scenario = bind->scenario;
    for (size_t i = 0; i < scenario->queue_count; i++) {
        struct scenario_queue *queue = &scenario->queues[i];
        const size_t length = enter(bind, "queues", queue->name);
        resolve_rows(&(struct referrer){bind, NODE_QUEUE}, queue->kind->params, &queue->cfg);
        queue->dead_letter = queue->cfg.redrive.dead_letter.id;
        param_leave(&bind->reader, length);
    }
    for (size_t i = 0; i < scenario->topic_count; i++) {
        struct scenario_topic *topic = &scenario->topics[i];
        const size_t length = enter(bind, "topics", topic->name);
        resolve_rows(&(struct referrer){bind, NODE_TOPIC}, topic->kind->params, &topic->cfg);
        param_leave(&bind->reader, length);
    }
    for (size_t i = 0; i < scenario->actor_count; i++) {
        const struct scenario_actor *actor = &scenario->actors[i];
        const size_t length = enter(bind, actor->kind->section, actor->name);
        resolve_rows(&(struct referrer){bind, actor->kind->node}, actor->kind->params, actor->cfg);
        param_leave(&bind->reader, length);
    }
}

/* --- dead-letter queues --- */

static void redrive_error(struct bind *bind, const struct scenario_queue *queue,
                          const char *sentence)
{
    struct param_reader *reader = &bind->reader;
    const size_t length = enter(bind, "queues", queue->name);
    param_enter(reader, "RedrivePolicy");
    param_enter(reader, "deadLetterTargetArn");
    param_error(reader, queue->cfg.redrive.dead_letter.at, "%s", sentence);
    param_leave(reader, length);
}

/* True if the chain from a queue comes back to it and no queue of the ring has a lower id: a ring
 * is said once. */
static bool comes_back(const struct scenario *scenario, size_t first)
{
    size_t at = scenario->queues[first].dead_letter;
    for (size_t steps = 0; at > first && at < scenario->queue_count; steps++) {
        if (steps == scenario->queue_count)
            return false;
        at = scenario->queues[at].dead_letter;
    }
    return at == first;
}

static void refuse_ring(struct bind *bind, size_t first)
{
    const struct scenario *scenario = bind->scenario;
    struct text sentence = {0};
    text_printf(&sentence, "dead-letter queues in a ring: %s", scenario->queues[first].name);
    size_t at = first;
    do {
        at = scenario->queues[at].dead_letter;
        text_printf(&sentence, " -> %s", scenario->queues[at].name);
    } while (at != first);
    redrive_error(bind, &scenario->queues[first], text_of(&sentence));
    text_free(&sentence);
}

/* DLQ-8: a dead-letter queue may refuse its sources. */
static void check_allowed(struct bind *bind, const struct scenario_queue *queue,
                          const struct scenario_queue *target)
{
    if (!bind->sound[queue->dead_letter] || queue_allows_redrive(&target->cfg, queue->name))
        return;
    const bool is_by_queue = target->cfg.redrive_allow.permission == REDRIVE_BY_QUEUE;
    struct text sentence = {0};
    text_printf(&sentence, "\"%s\" takes no messages of \"%s\": its RedriveAllowPolicy %s",
                target->name, queue->name, is_by_queue ? "does not name it" : "is denyAll");
    redrive_error(bind, queue, text_of(&sentence));
    text_free(&sentence);
}

/* DLQ-8: sources are given for byQueue, and only for it. */
static void check_allow(struct bind *bind, size_t id)
{
    const struct scenario_queue *queue = &bind->scenario->queues[id];
    const struct queue_redrive_allow_cfg *allow = &queue->cfg.redrive_allow;
    const bool is_by_queue = allow->permission == REDRIVE_BY_QUEUE;
    if (!bind->sound[id] || is_by_queue == (allow->sources.count > 0))
        return;
    struct param_reader *reader = &bind->reader;
    const struct json *queues = json_get(json_root(bind->scenario->doc), "queues");
    const struct json *policy = json_get(json_get(queues, queue->name), "RedriveAllowPolicy");
    const size_t length = enter(bind, "queues", queue->name);
    param_enter(reader, "RedriveAllowPolicy");
    param_error(reader, policy,
                is_by_queue ? "byQueue needs \"sourceQueueArns\""
                            : "\"sourceQueueArns\" needs the permission byQueue");
    param_leave(reader, length);
}

static void check_redrive(struct bind *bind, size_t id)
{
    const struct scenario *scenario = bind->scenario;
    const struct scenario_queue *queue = &scenario->queues[id];
    if (queue->dead_letter == NODE_NONE)
        return;
    const struct scenario_queue *target = &scenario->queues[queue->dead_letter];
    if (target == queue) {
        redrive_error(bind, queue, "a queue cannot be its own dead-letter queue");
        return;
    }
    if (target->kind != queue->kind) { /* DLQ-7 */
        const bool is_fifo = queue->kind == &queue_sqs_fifo;
        const char *own = is_fifo ? "FIFO" : "standard", *other = is_fifo ? "standard" : "FIFO";
        struct text sentence = {0};
        text_printf(&sentence,
                    "\"%s\" is a %s queue; the dead-letter queue of a %s queue is a %s queue",
                    target->name, other, own, own);
        redrive_error(bind, queue, text_of(&sentence));
        text_free(&sentence);
    }
    if (comes_back(scenario, id))
        refuse_ring(bind, id);
    check_allowed(bind, queue, target);
}

/* --- ends, and loops without time --- */

static void say_of_actor(struct bind *bind, const struct scenario_actor *actor,
                         const char *sentence)
{
    const size_t length = enter(bind, actor->kind->section, actor->name);
    bind_key_error(&bind->reader, actor->at, "%s %s", actor->name, sentence);
    param_leave(&bind->reader, length);
}

/* A message that a fault marks fails every time, so a consumer that may meet one is judged as if it
 * always failed. */
static const void *as_it_may_fail(const struct scenario *scenario,
                                  const struct scenario_actor *actor, struct consumer_cfg *worse)
{
    bool has_poison = false;
    for (size_t i = 0; i < scenario->fault_count; i++)
        has_poison = has_poison || scenario->faults[i].kind == &fault_poison;
    if (actor->kind != &consumer_kind || !has_poison)
        return actor->cfg;
    *worse = *(const struct consumer_cfg *)actor->cfg;
    if (worse->poison)
        worse->failure.probability = 1.0;
    return worse;
}

static void check_stuck(struct bind *bind, const struct scenario_actor *actor)
{
    const struct scenario *scenario = bind->scenario;
    const uint16_t id = actor->kind->reads != NULL ? actor->kind->reads(actor->cfg) : NODE_NONE;
    const bool is_known =
        actor->kind->reads == NULL || (id < scenario->queue_count && bind->sound[id]);
    if (actor->kind->stuck == NULL || !is_known || !bind->network_is_sound)
        return;
    struct consumer_cfg worse;
    struct queue_cfg worst;
    if (id < scenario->queue_count)
        validate_faults_worst(scenario, id, &worst);
    const char *sentence = actor->kind->stuck(as_it_may_fail(scenario, actor, &worse),
                                              id < scenario->queue_count ? &worst : NULL,
                                              link_least_ns(&scenario->network));
    if (sentence != NULL)
        say_of_actor(bind, actor, sentence);
}

static void check_unfit(struct bind *bind, const struct scenario_actor *actor)
{
    const struct scenario *scenario = bind->scenario;
    const uint16_t id = actor->kind->reads != NULL ? actor->kind->reads(actor->cfg) : NODE_NONE;
    if (actor->kind->unfit == NULL || id >= scenario->queue_count || !bind->sound[id])
        return;
    const struct scenario_queue *from = &scenario->queues[id];
    const char *sentence =
        actor->kind->unfit(actor->cfg, from->kind == &queue_sqs_fifo, &from->cfg);
    if (sentence != NULL)
        say_of_actor(bind, actor, sentence);
}

static void check_refused(struct bind *bind, const struct scenario_actor *actor)
{
    const struct scenario *scenario = bind->scenario;
    const uint16_t id = actor->kind->sends != NULL ? actor->kind->sends(actor->cfg) : NODE_NONE;
    const char *sentence = NULL;
    if (id >= scenario->service_count || !bind->sound[id])
        return;
    if (id >= scenario->queue_count && actor->kind->refused_by_topic != NULL) {
        const struct scenario_topic *to = &scenario->topics[id - scenario->queue_count];
        sentence = actor->kind->refused_by_topic(actor->cfg, &to->cfg);
    } else if (id < scenario->queue_count && actor->kind->refused != NULL) {
        const struct scenario_queue *to = &scenario->queues[id];
        sentence = actor->kind->refused(actor->cfg, to->kind == &queue_sqs_fifo, &to->cfg);
    }
    if (sentence != NULL)
        say_of_actor(bind, actor, sentence);
}

/* A closed loop in which neither the producer nor the consumer of its queue, or the endpoint, takes
 * time. */
static void check_closed_loop(struct bind *bind, const struct scenario_actor *actor)
{
    const struct scenario *scenario = bind->scenario;
    if (actor->kind->sends == NULL || actor->kind->is_instant == NULL ||
        !actor->kind->is_instant(actor->cfg) || !bind->network_is_sound ||
        link_least_ns(&scenario->network) > 0)
        return;
    for (size_t i = 0; i < scenario->actor_count; i++) {
        const struct scenario_actor *other = &scenario->actors[i];
        const size_t id = scenario->service_count + i;
        const size_t reads =
            other->kind->reads != NULL ? other->kind->reads(other->cfg) : NODE_NONE;
        const size_t serves = reads != NODE_NONE ? reads : id;
        if (!bind->sound[id] || serves != actor->kind->sends(actor->cfg) ||
            !describe_is_passed_at_once(actor, other))
            continue;
        say_of_actor(bind, actor,
                     "sends a message for each that ends, and nothing takes time: give think, "
                     "service or a network latency");
        return;
    }
}

/* Service times that messages carry must come from somewhere: from a producer's trace. */
static void check_carried_service(struct bind *bind, const struct scenario_actor *actor)
{
    const struct scenario *scenario = bind->scenario;
    bool carried = false;
    if (actor->kind->reads == NULL || actor->kind->reads(actor->cfg) == NODE_NONE ||
        !(actor->kind->wants(actor->cfg) & MESSAGE_WANT_SERVICE))
        return;
    for (size_t i = 0; i < scenario->actor_count; i++) {
        const struct scenario_actor *other = &scenario->actors[i];
        const bool sends = bind->sound[scenario->service_count + i] && other->kind->sends != NULL;
        carried = carried || !bind->sound[scenario->service_count + i] ||
                  (sends && other->kind->wants(other->cfg) & MESSAGE_WANT_SERVICE);
    }
    if (!carried)
        say_of_actor(bind, actor,
                     "takes its service times from the messages, and no producer's "
                     "trace gives them any: name a \"service\" column");
}

/* LAM-4: functions may not reserve all that the account has. */
static void check_reserved(struct bind *bind)
{
    const struct scenario *scenario = bind->scenario;
    const struct function_limits *limits = &scenario->profile->functions;
    const int64_t given = scenario->experiment.account_concurrency;
    const int64_t most =
        (given > 0 ? given : limits->account_concurrency) - limits->unreserved_concurrency;
    int64_t sum = 0;
    for (size_t i = 0; i < scenario->actor_count; i++) {
        const struct scenario_actor *actor = &scenario->actors[i];
        if (actor->kind->node != NODE_FUNCTION || !bind->sound[scenario->service_count + i])
            continue;
        const int64_t reserved = ((const struct function_cfg *)actor->cfg)->reserved;
        const bool was_fine = sum <= most || sum == 0;
        sum += reserved > 0 ? reserved : 0;
        if (was_fine && reserved > 0 && sum > most)
            say_of_actor(bind, actor,
                         "reserves what the account must leave to others: "
                         "ReservedConcurrentExecutions of all functions may be 100 below its "
                         "concurrency");
    }
}

/* LAM-12: what goes there has no group. */
static void check_on_failure(struct bind *bind, const struct scenario_actor *actor)
{
    const struct scenario *scenario = bind->scenario;
    if (actor->kind->node != NODE_FUNCTION)
        return;
    const struct node_ref *to = &((const struct function_cfg *)actor->cfg)->on_failure;
    if (to->name != NULL && to->id < scenario->queue_count &&
        scenario->queues[to->id].kind == &queue_sqs_fifo)
        say_of_actor(bind, actor, "sends failures to a FIFO queue: name a standard one");
    if (to->name != NULL && to->id >= scenario->queue_count &&
        scenario->topics[to->id - scenario->queue_count].cfg.fifo)
        say_of_actor(bind, actor, "sends failures to a FIFO topic: name a standard one");
}

/* A duration that could not be read was given all the same. */
static bool has_duration(const struct json *experiment)
{
    const struct json *node = experiment != NULL ? json_get(experiment, "duration") : NULL;
    return node != NULL && json_kind(node) != JSON_NULL;
}

static void check_end(struct bind *bind)
{
    const struct scenario *scenario = bind->scenario;
    const struct json *root = json_root(scenario->doc);
    const struct json *experiment = json_get(root, "experiment");
    if (has_duration(experiment))
        return;
    for (size_t i = 0; i < scenario->actor_count; i++) {
        const struct scenario_actor *actor = &scenario->actors[i];
        if (actor->kind->ends == NULL || !bind->sound[scenario->service_count + i] ||
            actor->kind->ends(actor->cfg))
            continue;
        const size_t length = param_enter(&bind->reader, "experiment");
        param_error(&bind->reader, experiment != NULL ? experiment : root,
                    "give a duration, or messages to every producer");
        param_leave(&bind->reader, length);
        return;
    }
}

void validate(struct bind *bind)
{
    const struct scenario *scenario = bind->scenario;
    resolve_all(bind);
    for (size_t i = 0; i < scenario->queue_count; i++) {
        check_redrive(bind, i);
        check_allow(bind, i);
        move_check(bind, i);
    }
    bind_topics_check(bind);
    for (size_t i = 0; i < scenario->actor_count; i++) {
        if (!bind->sound[scenario->service_count + i])
            continue;
        check_stuck(bind, &scenario->actors[i]);
        check_unfit(bind, &scenario->actors[i]);
        check_on_failure(bind, &scenario->actors[i]);
        validate_alarm(bind, &scenario->actors[i]);
        check_refused(bind, &scenario->actors[i]);
        check_closed_loop(bind, &scenario->actors[i]);
        check_carried_service(bind, &scenario->actors[i]);
    }
    check_reserved(bind);
    validate_calls(bind);
    validate_start(bind);
    validate_faults(bind);
    validate_chain(bind);
    check_end(bind);
}
