// SPDX-License-Identifier: GPL-3.0-or-later
/* Tokens, and what frees them. */
#include "actor/producer_closed.h"

#include "base/units.h"

/* Its message, or nothing more. */
static void send_of_token(struct producer_token *token, int64_t now_ns)
{
    struct producer_instance *instance = token->instance;
    struct producer *producer = instance->producer;
    if (producer_may_send(instance, now_ns)) {
        token->is_out = true;
        token->number =
            token->turns++ * producer->token_count + (uint64_t)(token - producer->tokens);
        producer_send_message(instance, token->number, now_ns);
    }
    if (!producer_may_send(instance, now_ns))
        producer_end_arrivals(instance, now_ns);
}

static void on_thought(struct event *event, int64_t now_ns)
{
    send_of_token(EVENT_OWNER(event, struct producer_token, event), now_ns);
}

/* The first end of a message frees its token; another end, of a copy, frees nothing. */
void producer_closed_over(struct producer *producer, uint64_t number, int64_t least_ns,
                          int64_t now_ns)
{
    const struct arrival_closed_cfg *cfg = producer->cfg->arrivals.cfg;
    struct producer_token *token = &producer->tokens[number % producer->token_count];
    if (!token->is_out || token->number != number)
        return;
    token->is_out = false;
    const int64_t think_ns = dist_draw_ns(&cfg->think, &producer->thinks);
    engine_at(producer->engine, &token->event,
              now_ns + (think_ns > least_ns ? think_ns : least_ns));
}

void producer_closed_settled(struct producer *producer, const struct send *send,
                             enum send_status status, bool is_good, int64_t now_ns)
{
    const bool is_direct = producer->to == NULL;
    if (is_good && status != SEND_DEDUPLICATED && !is_direct)
        return;
    producer_closed_over(producer, probe_root_number(send->root),
                         is_good && is_direct ? 0 : producer->cfg->retry.backoff_ns, now_ns);
}

void producer_closed_init(struct producer *producer)
{
    const struct arrival_closed_cfg *cfg = producer->cfg->arrivals.cfg;
    producer->token_count = (uint64_t)(cfg->in_flight * producer->cfg->count);
    producer->tokens = arena_alloc(producer->actor->world->arena,
                                   producer->token_count * sizeof *producer->tokens);
}

static void on_closed_stop(struct event *event, int64_t now_ns)
{
    producer_end_arrivals(EVENT_OWNER(event, struct producer_instance, arrive), now_ns);
}

void producer_closed_on_start(struct event *event, int64_t now_ns)
{
    struct producer_instance *instance = EVENT_OWNER(event, struct producer_instance, arrive);
    struct producer *producer = instance->producer;
    const struct arrival_closed_cfg *cfg = producer->cfg->arrivals.cfg;
    const int64_t first = (instance - producer->instances) * cfg->in_flight;
    for (int64_t i = 0; i < cfg->in_flight; i++)
        send_of_token(&producer->tokens[first + i], now_ns);
    event->on_due = on_closed_stop;
    if (producer->stop_ns != FOREVER)
        engine_at(producer->engine, event, producer->stop_ns);
}

void producer_closed_clear(struct producer *producer)
{
    for (uint64_t i = 0; i < producer->token_count; i++) {
        const struct arrival_closed_cfg *cfg = producer->cfg->arrivals.cfg;
        producer->tokens[i] =
            (struct producer_token){.event = {.on_due = on_thought},
                                    .instance = &producer->instances[i / (uint64_t)cfg->in_flight]};
    }
}
