// SPDX-License-Identifier: GPL-3.0-or-later
/* The standard queue: order by enqueue time as well as it can (RCV-10), at least once (RCV-11),
 * poison messages to the back (CW-4), and handles that outlive their time-out (DEL-1, DEL-2, VIS-4,
 * VIS-5). */
#include "model/queue_rows.h"
#include "model/storage.h"
#include "model/visible.h"

struct standard {
    struct storage storage;
};

static struct standard *standard_of(const struct queue *queue)
{
    return queue->state;
}

static void init(struct queue *queue)
{
    struct storage *storage = &standard_of(queue)->storage;
    storage_init(storage, queue);
    queue->is_ordered = storage->is_ordered;
}

static void release(struct queue *queue)
{
    storage_free(&standard_of(queue)->storage);
}

static enum send_status check(const struct queue *queue, const struct send *send)
{
    (void)queue;
    return send->dedup != 0 ? SEND_HAS_DEDUP : SEND_OK; /* SND-12 */
}

/* CW-4.  No limit is a number that is never reached. */
static void shown(struct queue *queue, uint32_t slot, enum queue_shown why, int64_t now_ns)
{
    const uint64_t poison_receives = (uint64_t)queue->cfg->poison_receives;
    (void)now_ns;
    if (why != SHOWN_MOVED && queue_message(queue, slot)->receives >= poison_receives)
        visible_add_last(&queue->order, queue->messages, slot);
    else
        visible_add_returned(&queue->order, queue->messages, slot);
}

static uint32_t first(struct queue *queue, bool is_short, int64_t now_ns)
{
    (void)now_ns;
    return storage_first(&standard_of(queue)->storage, queue, is_short);
}

/* DEL-2: received again since, the message may outlive a delete by an older handle. */
static enum delete_status judge_delete(struct queue *queue, const struct delivery *handle,
                                       int64_t now_ns)
{
    (void)handle;
    (void)now_ns;
    return queue->cfg->stale_delete == STALE_DELETE_DELETES ? DELETE_OK : DELETE_IGNORED;
}

static enum visibility_status judge_visibility(struct queue *queue, const struct delivery *handle,
                                               int64_t now_ns)
{
    (void)queue;
    (void)handle;
    (void)now_ns;
    return VISIBILITY_OK; /* VIS-4, VIS-5 */
}

static bool survives_receive(struct queue *queue)
{
    struct storage *storage = &standard_of(queue)->storage;
    return rng_chance(&storage->rng, storage->cfg->duplicate_p);
}

static bool survives_delete(struct queue *queue)
{
    struct storage *storage = &standard_of(queue)->storage;
    return rng_chance(&storage->rng, storage->cfg->resurrect_p);
}

#define STORAGE(member) offsetof(struct queue_storage_cfg, member)

// clang-format off
static const struct param storage_rows[] = {
    { "servers", &param_int, STORAGE(servers), "1", 1, 64, NULL, NULL, 0, "RCV-5",
      "How many servers hold the queue's messages." },
    { "shortPollServers", &param_int, STORAGE(short_poll_servers), NULL, 1, 64, NULL, NULL, 0,
      "RCV-5",
      "How many of them a short poll asks; all by default." },
    { "duplicateOnReceive", &param_probability, STORAGE(duplicate_p), "0", 0, 1, NULL, NULL, 0,
      "RCV-11",
      "Chance that a copy of a received message stays visible." },
    { "resurrectAfterDelete", &param_probability, STORAGE(resurrect_p), "0", 0, 1, NULL, NULL, 0,
      "RCV-11",
      "Chance that a copy of a deleted message becomes visible again." },
    { "reorderWindow", &param_int, STORAGE(reorder_window), "0", 0, 1000000, NULL, NULL, 0,
      "RCV-10",
      "How many messages further back a receive may reach instead of taking the first." },
    PARAM_END
};

static const char *const stale_delete_words[] = { "ignored", "deletes", NULL };

static const struct param rows[] = {
    QUEUE_COMMON_ROWS,
    { "storage", &param_object, QUEUE_CFG(storage), NULL, 1, 0, NULL, storage_rows, 0, "RCV-5",
      "The distributed store behind the queue; ideal by default." },
    { "staleDelete", &param_word, QUEUE_CFG(stale_delete), "\"ignored\"", 1, 0, NULL,
      stale_delete_words, 0,
      "DEL-2", "What a delete with an older handle does after the message was received again." },
    { "poisonReceives", &queue_count_or_none_param, QUEUE_CFG(poison_receives), "3", 1, 1000,
      "or null for never", NULL, 0,
      "CW-4", "Received so often, a message goes to the back of the queue when it returns." },
    { "poisonAgeReceives", &queue_count_or_none_param, QUEUE_CFG(poison_age_receives), "3", 1, 14,
      "or null for never", NULL, 0,
      "CW-4",
      "Received more often, a message is left out of ApproximateAgeOfOldestMessage." },
    PARAM_END
};
// clang-format on

const struct queue_kind queue_sqs_standard = {
    .name = "sqs_standard",
    .doc = "SQS standard queue: at least once, best-effort order, nearly unlimited calls",
    .params = rows,
    .state_bytes = sizeof(struct standard),
    .uses_order = true,
    .init = init,
    .free = release,
    .check = check,
    .shown = shown,
    .first = first,
    .latest_handle_deletes = true, /* DEL-1: also when the message is visible again */
    .judge_delete = judge_delete,
    .judge_visibility = judge_visibility,
    .survives_receive = survives_receive,
    .survives_delete = survives_delete,
};
