// SPDX-License-Identifier: GPL-3.0-or-later
/* The standard queue: order by enqueue time as well as it can (RCV-10), at least once (RCV-11),
 * poison messages to the back (CW-4), and handles that outlive their time-out (DEL-1, DEL-2, VIS-4,
 * VIS-5).  With the first message group it becomes a fair queue (FAIR-1): from then on its hooks
 * are those of fair.h. */
#include "model/fair.h"
#include "model/queue_rows.h"
#include "model/storage.h"
#include "model/visible.h"

struct standard {
    struct storage storage;
    struct fair *fair; /* NULL: no message had a group */
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
    fair_free(standard_of(queue)->fair);
}

/* CW-4.  No limit is a number that is never reached. */
static bool is_poison(const struct queue *queue, uint32_t slot, enum queue_shown why)
{
    const uint64_t poison_receives = (uint64_t)queue->cfg->poison_receives;
    return why != SHOWN_MOVED && queue_message(queue, slot)->receives >= poison_receives;
}

static void shown(struct queue *queue, uint32_t slot, enum queue_shown why, int64_t now_ns)
{
    (void)now_ns;
    if (is_poison(queue, slot, why))
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

/* --- fair --- */

static void shown_fairly(struct queue *queue, uint32_t slot, enum queue_shown why, int64_t now_ns)
{
    fair_shown(standard_of(queue)->fair, slot, why, is_poison(queue, slot, why), now_ns);
}

static void stored_fairly(struct queue *queue, uint32_t slot, const struct send *send,
                          int64_t now_ns)
{
    fair_stored(standard_of(queue)->fair, slot, now_ns);
    if (queue_message(queue, slot)->state == MESSAGE_VISIBLE)
        shown_fairly(queue, slot, send != NULL ? SHOWN_SENT : SHOWN_MOVED, now_ns);
}

static uint32_t first_fairly(struct queue *queue, bool is_short, int64_t now_ns)
{
    struct standard *standard = standard_of(queue);
    return fair_first(standard->fair, &standard->storage, is_short, now_ns);
}

static void hidden_fairly(struct queue *queue, uint32_t slot)
{
    fair_hidden(standard_of(queue)->fair, slot);
}

static void taken_fairly(struct queue *queue, uint32_t slot, int64_t now_ns)
{
    fair_taken(standard_of(queue)->fair, slot, now_ns);
}

static void left_fairly(struct queue *queue, uint32_t slot)
{
    fair_left(standard_of(queue)->fair, slot);
}

static void become_fair(struct queue *queue, int64_t now_ns);

/* --- rows and kinds --- */

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
    { "noisyShare", &param_probability, QUEUE_CFG(fair.noisy_share), "0.1", 0, 1, NULL, NULL, 0,
      "FAIR-2",
      "A tenant is noisy above this share of the messages in flight, or of the processing time." },
    { "noisyMinimum", &param_int, QUEUE_CFG(fair.noisy_minimum), "30", 1, 1e9, NULL, NULL, 0,
      "FAIR-2",
      "With fewer messages in flight, or receives in the window, a tenant is not noisy by them." },
    { "noisyWindow", &param_duration, QUEUE_CFG(fair.window_ns), "\"5m\"", 1, 86400, NULL, NULL, 0,
      "FAIR-2", "The window that processing time is looked at in." },
    PARAM_END
};
// clang-format on

/* What does not change with the first group. */
// clang-format off
#define STANDARD_ALWAYS                                                                            \
    .name = "sqs_standard",                                                                        \
    .doc = "SQS standard queue: at least once, best-effort order, nearly unlimited calls",         \
    .params = rows,                                                                                \
    .state_bytes = sizeof(struct standard),                                                        \
    .init = init,                                                                                  \
    .free = release,                                                                               \
    .handles_expire = false, /* DEL-1: also when the message is visible again */                   \
    .judge_delete = judge_delete,                                                                  \
    .judge_visibility = judge_visibility,                                                          \
    .survives_receive = survives_receive,                                                          \
    .survives_delete = survives_delete
// clang-format on

const struct queue_kind queue_sqs_standard = {
    STANDARD_ALWAYS, .uses_order = true, .grouped = become_fair, .shown = shown, .first = first,
};

static const struct queue_kind fair_kind = {
    STANDARD_ALWAYS,         .stored = stored_fairly, .shown = shown_fairly, .first = first_fairly,
    .hidden = hidden_fairly, .taken = taken_fairly,   .left = left_fairly,
};

static void become_fair(struct queue *queue, int64_t now_ns)
{
    standard_of(queue)->fair = fair_new(queue, now_ns);
    queue->is_ordered = false;
    queue->kind = &fair_kind;
}
