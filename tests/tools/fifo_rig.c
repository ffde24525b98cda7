// SPDX-License-Identifier: GPL-3.0-or-later
/* The rig of FIFO tests: names to messages and back, and calls in one line each. */
#include "tools/fifo_rig.h"

#include <stdio.h>
#include <string.h>

#include "base/must.h"
#include "base/units.h"

void fifo_rig_init(struct fifo_rig *rig)
{
    memset(rig, 0, sizeof *rig);
    engine_init(&rig->engine);
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
                                  .fifo = true,
                                  .quota_burst = 300,
                                  .in_flight_limit = QUEUE_LIMIT_OF_PROFILE};
    rig->dead_cfg = rig->cfg;
}

void fifo_rig_open(struct fifo_rig *rig)
{
    const struct queue_setting setting = {.engine = &rig->engine,
                                          .messages = &rig->messages,
                                          .probe = &rig->probe,
                                          .limits = &rig->limits,
                                          .stored_limit = UINT64_MAX};
    messages_init(&rig->messages, queue_sqs_fifo.wants, 1);
    queue_init(&rig->queue, &queue_sqs_fifo, &rig->cfg, "jobs.fifo", 0, &setting);
    queue_init(&rig->dead, &queue_sqs_fifo, &rig->dead_cfg, "dead.fifo", 1, &setting);
    if (rig->cfg.redrive.max_receives > 0)
        rig->queue.dead_letter = &rig->dead;
}

void fifo_rig_close(struct fifo_rig *rig)
{
    queue_free(&rig->queue);
    queue_free(&rig->dead);
    messages_free(&rig->messages);
}

void fifo_rig_at(struct fifo_rig *rig, double seconds)
{
    rig->now_ns = units_ns(seconds);
    engine_run(&rig->engine, rig->now_ns);
}

static uint64_t number_of(const char *name)
{
    MUST(name[0] == 'g' && name[2] == '-' && name[3] == 'm');
    return (uint64_t)(name[1] - '0') * FIFO_RIG_NUMBERS + (uint64_t)(name[4] - '0');
}

enum send_status fifo_rig_send_as(struct fifo_rig *rig, const char *name, uint64_t dedup)
{
    const uint64_t number = number_of(name);
    const struct send send = {.root = probe_root(7, number),
                              .dedup = dedup,
                              .called_ns = rig->now_ns,
                              .delay_ns = -1,
                              .group = (uint32_t)number / FIFO_RIG_NUMBERS,
                              .bytes = 1,
                              .producer = 7};
    rig->reply = (struct sent){0};
    const enum send_status whole =
        queue_send(&rig->queue.service, &send, 1, &rig->reply, rig->now_ns);
    return whole == SEND_OK ? rig->reply.status : whole;
}

void fifo_rig_send(struct fifo_rig *rig, const char *names)
{
    for (const char *name = names; *name != '\0'; name += name[5] == ' ' ? 6 : 5)
        MUST(fifo_rig_send_as(rig, name, number_of(name) + 1) == SEND_OK);
}

const char *fifo_rig_answer(struct fifo_rig *rig)
{
    size_t length = 0;
    rig->text[0] = '\0';
    for (uint32_t i = 0; i < rig->poll.count; i++) {
        const uint64_t number = probe_root_number(rig->out[i].root);
        const unsigned group = (unsigned)(number / FIFO_RIG_NUMBERS);
        const unsigned rank = (unsigned)(number % FIFO_RIG_NUMBERS);
        MUST(group < FIFO_RIG_GROUPS && rig->out[i].group == group);
        rig->handles[group][rank] = rig->out[i];
        length += (size_t)snprintf(rig->text + length, sizeof rig->text - length, "%sg%u-m%u",
                                   i > 0 ? " " : "", group, rank);
    }
    return rig->text;
}

const char *fifo_rig_receive(struct fifo_rig *rig, struct queue *queue, uint32_t max,
                             double visibility_s)
{
    rig->poll =
        (struct poll){.max = max,
                      .visibility_ns = visibility_s < 0 ? -1 : (int64_t)(visibility_s * 1e9),
                      .out = rig->out};
    const enum receive_status status = queue_receive(queue, &rig->poll, rig->now_ns);
    MUST(status == (rig->poll.count > 0 ? RECEIVE_MESSAGES : RECEIVE_EMPTY));
    return fifo_rig_answer(rig);
}

struct delivery fifo_rig_handle(const struct fifo_rig *rig, const char *name)
{
    const uint64_t number = number_of(name);
    return rig->handles[number / FIFO_RIG_NUMBERS][number % FIFO_RIG_NUMBERS];
}

enum delete_status fifo_rig_delete(struct fifo_rig *rig, const char *name)
{
    const struct delivery handle = fifo_rig_handle(rig, name);
    return queue_delete(&rig->queue, &handle, 1, NULL, 9, rig->now_ns);
}

enum visibility_status fifo_rig_change(struct fifo_rig *rig, const char *name, double visibility_s)
{
    const struct delivery handle = fifo_rig_handle(rig, name);
    const int64_t timeout_ns = (int64_t)(visibility_s * 1e9);
    return queue_change_visibility(&rig->queue, &handle, &timeout_ns, 1, NULL, 9, rig->now_ns);
}
