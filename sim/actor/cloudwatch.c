// SPDX-License-Identifier: GPL-3.0-or-later
/* Gauges are read off the queue; counters, and when the queue was last in use, off its facts. */
#include "actor/cloudwatch.h"

#include <math.h>
#include "base/must.h"
#include "base/units.h"

const char *const cloudwatch_words[] = {
    [CLOUDWATCH_VISIBLE] = "ApproximateNumberOfMessagesVisible",
    [CLOUDWATCH_NOT_VISIBLE] = "ApproximateNumberOfMessagesNotVisible",
    [CLOUDWATCH_DELAYED] = "ApproximateNumberOfMessagesDelayed",
    [CLOUDWATCH_AGE] = "ApproximateAgeOfOldestMessage",
    [CLOUDWATCH_SENT] = "NumberOfMessagesSent",
    [CLOUDWATCH_RECEIVED] = "NumberOfMessagesReceived",
    [CLOUDWATCH_DELETED] = "NumberOfMessagesDeleted",
    [CLOUDWATCH_EMPTY] = "NumberOfEmptyReceives",
    NULL,
};

const char *const cloudwatch_statistic_words[] = {"Average", "Sum", "Minimum", "Maximum", NULL};

/* CW-1: a queue counts as in use for so long after it was. */
#define CLOUDWATCH_IN_USE_NS (6 * HOUR)

struct cloudwatch *cloudwatch_new(size_t queue_count, struct arena *arena)
{
    struct cloudwatch *cloudwatch = arena_alloc(arena, sizeof *cloudwatch);
    cloudwatch->queue_count = queue_count;
    cloudwatch->heard = arena_alloc(arena, (queue_count + 1) * sizeof *cloudwatch->heard);
    return cloudwatch;
}

/* CW-3: repeated deletes count as deletes, and messages of a move task as sent. */
static void hear(struct cloudwatch *cloudwatch, const struct fact *fact)
{
    struct cloudwatch_heard *heard = &cloudwatch->heard[fact->node];
    if (fact->kind == PROBE_QUEUE_CHANGED)
        return;
    heard->last_ns = fact->at_ns;
    heard->sent += fact->kind == PROBE_ACCEPTED;
    heard->received += fact->kind == PROBE_DELIVERED;
    heard->deleted +=
        fact->kind == PROBE_DELETED || (fact->kind == PROBE_DELETE_IGNORED && fact->value == 1);
    heard->empty += fact->kind == PROBE_EMPTY;
    if (fact->kind == PROBE_MOVED && fact->peer < cloudwatch->queue_count)
        cloudwatch->heard[fact->peer].sent++;
}

static void sink(void *context, const struct fact *fact)
{
    struct cloudwatch *cloudwatch = context;
    if (fact->node < cloudwatch->queue_count)
        hear(cloudwatch, fact);
    if (cloudwatch->sink != NULL)
        cloudwatch->sink(cloudwatch->context, fact);
}

void cloudwatch_listen(struct cloudwatch *cloudwatch, struct probe *probe)
{
    if (!cloudwatch->is_wanted)
        return;
    for (size_t i = 0; i < cloudwatch->queue_count; i++)
        cloudwatch->heard[i] = (struct cloudwatch_heard){.last_ns = -1};
    cloudwatch->sink = probe->sink;
    cloudwatch->context = probe->context;
    probe->sink = sink;
    probe->context = cloudwatch;
    probe->ear = NULL;
}

/* --- a metric --- */

void cloudwatch_watch(struct cloudwatch_feed *feed, struct cloudwatch *cloudwatch,
                      const struct queue *queue, int metric)
{
    MUST(queue->service.node.id < cloudwatch->queue_count);
    *feed = (struct cloudwatch_feed){cloudwatch, queue, metric, 0};
    cloudwatch->is_wanted = true;
}

void cloudwatch_begin(struct cloudwatch_feed *feed)
{
    feed->before = 0;
}

/* Messages in it are activity, and so is a poll that waits. */
static bool is_in_use(const struct cloudwatch_feed *feed, int64_t now_ns)
{
    const struct queue *queue = feed->queue;
    const int64_t last_ns = feed->cloudwatch->heard[queue->service.node.id].last_ns;
    return queue->visible + queue->in_flight + queue->delayed > 0 || queue->polls != NULL ||
           (last_ns >= 0 && now_ns - last_ns <= CLOUDWATCH_IN_USE_NS);
}

/* CW-4: of those whose age counts, the oldest. */
static double age_s(const struct queue *queue, int64_t now_ns)
{
    const int64_t most = queue->is_fifo ? QUEUE_LIMIT_NONE : queue->cfg->poison_age_receives;
    for (uint32_t slot = queue->oldest; slot != MESSAGE_NONE;) {
        const struct message *m = queue_message(queue, slot);
        if (most == QUEUE_LIMIT_NONE || m->receives <= most)
            return units_s(now_ns - m->sent_ns);
        slot = m->newer;
    }
    return 0.0;
}

static uint64_t count_of(const struct cloudwatch_heard *heard, int metric)
{
    switch (metric) {
    case CLOUDWATCH_SENT:
        return heard->sent;
    case CLOUDWATCH_RECEIVED:
        return heard->received;
    case CLOUDWATCH_DELETED:
        return heard->deleted;
    default:
        return heard->empty;
    }
}

double cloudwatch_read(struct cloudwatch_feed *feed, int64_t now_ns)
{
    const struct queue *queue = feed->queue;
    const uint64_t count = count_of(&feed->cloudwatch->heard[queue->service.node.id], feed->metric);
    const double came = (double)(count - feed->before);
    feed->before = count;
    if (!is_in_use(feed, now_ns))
        return (double)NAN;
    switch (feed->metric) {
    case CLOUDWATCH_VISIBLE:
        return queue->visible;
    case CLOUDWATCH_NOT_VISIBLE:
        return queue->in_flight;
    case CLOUDWATCH_DELAYED:
        return queue->delayed;
    case CLOUDWATCH_AGE:
        return age_s(queue, now_ns);
    default:
        return came;
    }
}

/* --- a period --- */

void cloudwatch_add(struct cloudwatch_period *period, double value)
{
    if (isnan(value))
        return;
    period->sum += value;
    period->least = period->count == 0 || value < period->least ? value : period->least;
    period->most = period->count == 0 || value > period->most ? value : period->most;
    period->count++;
}

double cloudwatch_close(struct cloudwatch_period *period, int statistic)
{
    const struct cloudwatch_period closed = *period;
    *period = (struct cloudwatch_period){.count = 0};
    if (closed.count == 0)
        return (double)NAN;
    switch (statistic) {
    case CLOUDWATCH_SUM:
        return closed.sum;
    case CLOUDWATCH_MINIMUM:
        return closed.least;
    case CLOUDWATCH_MAXIMUM:
        return closed.most;
    default:
        return closed.sum / closed.count;
    }
}
