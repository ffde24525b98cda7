// SPDX-License-Identifier: GPL-3.0-or-later
/* The rig of queue tests: numbers to messages and back, and calls in one line each. */
#include "tools/queue_rig.h"

#include <stdio.h>
#include <string.h>

#include "base/must.h"
#include "base/units.h"

void queue_rig_init(struct queue_rig *rig, const struct queue_kind *kind)
{
    memset(rig, 0, sizeof *rig);
    engine_init(&rig->engine);
    rig->kind = kind;
    rig->invariants = true;
    rig->limits = (struct queue_limits){.max_bytes = MIB,
                                        .batch_bytes = MIB,
                                        .in_flight_standard = 120000,
                                        .in_flight_fifo = 120000,
                                        .fifo_look_back = 120000,
                                        .fifo_calls_per_s = 300,
                                        .fifo_high_calls_per_s = 70000,
                                        .fifo_partition_calls_per_s = 300};
    rig->cfg = (struct queue_cfg){.visibility_ns = 30 * SEC,
                                  .retention_ns = 4 * DAY,
                                  .fifo = kind == &queue_sqs_fifo,
                                  .storage = {.servers = 1},
                                  .quota_burst = 300,
                                  .poison_receives = 3,
                                  .poison_age_receives = 3,
                                  .in_flight_limit = QUEUE_LIMIT_OF_PROFILE,
                                  .fair = {0.1, 30, 5 * MINUTE}};
    rig->dead_cfg = rig->cfg;
    rig->send = (struct send){
        .delay_ns = -1, .group = MESSAGE_NO_GROUP, .bytes = 1, .producer = QUEUE_RIG_WEB};
}

static void hear(void *context, const struct fact *fact)
{
    struct queue_rig *rig = context;
    rig->told[fact->kind]++;
    rig->last[fact->kind] = *fact;
    observe_sink(rig->observe, fact);
}

static void open_observe(struct queue_rig *rig)
{
    static const struct node nodes[QUEUE_RIG_NODES] = {
        [QUEUE_RIG_JOBS] = {"jobs", NODE_QUEUE, QUEUE_RIG_JOBS},
        [QUEUE_RIG_DEAD] = {"dead", NODE_QUEUE, QUEUE_RIG_DEAD},
        [QUEUE_RIG_WEB] = {"web", NODE_PRODUCER, QUEUE_RIG_WEB},
        [QUEUE_RIG_WORKER] = {"worker", NODE_CONSUMER, QUEUE_RIG_WORKER},
    };
    for (size_t i = 0; i < QUEUE_RIG_NODES; i++) {
        rig->nodes[i] = nodes[i];
        rig->node_list[i] = &rig->nodes[i];
    }
    const struct observe_setting setting = {.nodes = rig->node_list,
                                            .node_count = QUEUE_RIG_NODES,
                                            .until_ns = INT64_MAX,
                                            .metrics = true,
                                            .invariants = rig->invariants};
    rig->observe = observe_new(&setting);
    rig->probe = (struct probe){.sink = hear, .context = rig};
}

void queue_rig_open(struct queue_rig *rig)
{
    const struct queue_setting setting = {.engine = &rig->engine,
                                          .messages = &rig->messages,
                                          .probe = &rig->probe,
                                          .limits = &rig->limits,
                                          .seed = 1,
                                          .replication = 1,
                                          .stored_limit = UINT64_MAX};
    messages_init(&rig->messages, rig->kind->wants | rig->wants, 1);
    queue_init(&rig->queue, rig->kind, &rig->cfg, "jobs", QUEUE_RIG_JOBS, &setting);
    queue_init(&rig->dead, rig->kind, &rig->dead_cfg, "dead", QUEUE_RIG_DEAD, &setting);
    if (rig->cfg.redrive.max_receives > 0)
        rig->queue.dead_letter = &rig->dead;
    open_observe(rig);
    queue_announce(&rig->queue, 0);
    queue_announce(&rig->dead, 0);
}

void queue_rig_close(struct queue_rig *rig)
{
    observe_finish(rig->observe, rig->now_ns, rig->engine.event_count);
    observe_free(rig->observe);
    queue_free(&rig->queue);
    queue_free(&rig->dead);
    messages_free(&rig->messages);
}

void queue_rig_at(struct queue_rig *rig, double seconds)
{
    const int64_t at_ns = units_ns(seconds);
    engine_run(&rig->engine, at_ns);
    rig->now_ns = at_ns;
}

static struct send send_of(const struct queue_rig *rig, uint32_t number, int64_t now_ns)
{
    struct send send = rig->send;
    MUST(number < QUEUE_RIG_NUMBERS);
    send.root = probe_root(QUEUE_RIG_WEB, number);
    send.called_ns = now_ns;
    if (rig->cfg.fifo) {
        send.dedup = send.dedup ? send.dedup : number + 1;
        send.group = send.group == MESSAGE_NO_GROUP ? number : send.group;
    }
    return send;
}

enum send_status queue_rig_send(struct queue_rig *rig, uint32_t number)
{
    const struct send send = send_of(rig, number, rig->now_ns);
    rig->reply = (struct sent){0};
    const enum send_status whole =
        queue_send(&rig->queue.service, &send, 1, &rig->reply, rig->now_ns);
    return whole == SEND_OK ? rig->reply.status : whole;
}

enum send_status queue_rig_send_batch(struct queue_rig *rig, uint32_t first, size_t count,
                                      struct sent *replies)
{
    struct send entries[16];
    MUST(count <= 16);
    for (size_t i = 0; i < count; i++)
        entries[i] = send_of(rig, first + (uint32_t)i, rig->now_ns);
    return queue_send(&rig->queue.service, entries, count, replies, rig->now_ns);
}

void queue_rig_send_dead(struct queue_rig *rig, uint32_t number)
{
    struct send send = send_of(rig, number, rig->now_ns);
    struct sent reply;
    if (rig->cfg.fifo)
        send.group = 1;
    MUST(queue_send(&rig->dead.service, &send, 1, &reply, rig->now_ns) == SEND_OK);
    MUST(reply.status == SEND_OK);
}

static void on_act(struct event *event, int64_t now_ns)
{
    struct queue_rig_act *act = EVENT_OWNER(event, struct queue_rig_act, event);
    act->rig->now_ns = now_ns;
    MUST(queue_rig_send(act->rig, act->number) == SEND_OK);
}

void queue_rig_send_at(struct queue_rig *rig, uint32_t number, double seconds)
{
    MUST(rig->act_count < QUEUE_RIG_ACTS);
    struct queue_rig_act *act = &rig->acts[rig->act_count++];
    *act = (struct queue_rig_act){.event = {.on_due = on_act}, .rig = rig, .number = number};
    engine_at(&rig->engine, &act->event, units_ns(seconds));
}

static void keep_handles(struct queue_rig *rig, struct queue *queue, const struct delivery *out,
                         uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const uint64_t number = probe_root_number(out[i].root);
        if (number >= QUEUE_RIG_NUMBERS)
            continue;
        if (rig->handles[number].receives == 0)
            rig->firsts[number] = out[i];
        rig->handles[number] = out[i];
        rig->givers[number] = queue;
    }
}

static size_t write_numbers(struct queue_rig *rig, const struct delivery *out, uint32_t count)
{
    size_t length = 0;
    rig->text[0] = '\0';
    for (uint32_t i = 0; i < count; i++)
        length +=
            (size_t)snprintf(rig->text + length, sizeof rig->text - length, "%s%llu",
                             i > 0 ? " " : "", (unsigned long long)probe_root_number(out[i].root));
    return length;
}

const char *queue_rig_receive(struct queue_rig *rig, struct queue *queue, uint32_t max,
                              double visibility_s)
{
    struct poll poll = {.max = max,
                        .caller = QUEUE_RIG_WORKER,
                        .wait_ns = 0,
                        .visibility_ns = visibility_s < 0 ? -1 : units_ns(visibility_s),
                        .out = rig->out};
    rig->status = queue_receive(queue, &poll, rig->now_ns);
    MUST((rig->status == RECEIVE_MESSAGES) == (poll.count > 0));
    rig->out_count = poll.count;
    keep_handles(rig, queue, rig->out, poll.count);
    write_numbers(rig, rig->out, poll.count);
    return rig->text;
}

static void on_answer(struct poll *poll, int64_t now_ns)
{
    struct queue_rig_poll *own = EVENT_OWNER(poll, struct queue_rig_poll, poll);
    struct queue_rig *rig = EVENT_OWNER(poll->queue, struct queue_rig, queue);
    own->answered_ns = now_ns;
    own->place = ++rig->answers;
    keep_handles(rig, poll->queue, own->out, poll->count);
}

const char *queue_rig_poll(struct queue_rig *rig, size_t which, uint32_t max, double wait_s)
{
    struct queue_rig_poll *own = &rig->polls[which];
    *own = (struct queue_rig_poll){.poll = {.max = max,
                                            .caller = QUEUE_RIG_WORKER,
                                            .wait_ns = wait_s < 0 ? -1 : units_ns(wait_s),
                                            .visibility_ns = -1,
                                            .out = own->out,
                                            .on_answer = on_answer,
                                            .queue = &rig->queue},
                                   .answered_ns = -1};
    rig->status = queue_receive(&rig->queue, &own->poll, rig->now_ns);
    if (rig->status == RECEIVE_WAITS)
        return "waits";
    keep_handles(rig, &rig->queue, own->out, own->poll.count);
    own->answered_ns = rig->now_ns;
    write_numbers(rig, own->out, own->poll.count);
    return rig->text;
}

const char *queue_rig_answer(struct queue_rig *rig, size_t which)
{
    const struct queue_rig_poll *own = &rig->polls[which];
    if (own->answered_ns < 0)
        return "waits";
    const size_t length = write_numbers(rig, own->out, own->poll.count);
    snprintf(rig->text + length, sizeof rig->text - length, "%s@ %g", length > 0 ? " " : "",
             units_s(own->answered_ns));
    return rig->text;
}

enum delete_status queue_rig_delete(struct queue_rig *rig, struct queue *queue, uint32_t number)
{
    return queue_delete(queue, &rig->handles[number], 1, NULL, QUEUE_RIG_WORKER, rig->now_ns);
}

enum visibility_status queue_rig_change(struct queue_rig *rig, uint32_t number, double visibility_s)
{
    const int64_t timeout_ns = units_ns(visibility_s);
    return queue_change_visibility(&rig->queue, &rig->handles[number], &timeout_ns, 1, NULL,
                                   QUEUE_RIG_WORKER, rig->now_ns);
}

const char *queue_rig_counts(struct queue_rig *rig, struct queue *queue)
{
    queue_settle(queue, rig->now_ns);
    snprintf(rig->text, sizeof rig->text, "%u %u %u", queue->visible, queue->in_flight,
             queue->delayed);
    return rig->text;
}

void queue_rig_dead_letter(struct queue_rig *rig, uint32_t count)
{
    for (uint32_t number = 1; number <= count; number++) {
        const uint32_t before = rig->dead.visible;
        queue_rig_at(rig, number);
        MUST(queue_rig_send(rig, number) == SEND_OK);
        queue_rig_receive(rig, &rig->queue, 1, 0);
        queue_rig_receive(rig, &rig->queue, 1, 0);
        MUST(rig->dead.visible == before + 1);
    }
}
