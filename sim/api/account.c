// SPDX-License-Identifier: GPL-3.0-or-later
/* The account: queues are opened and closed while time goes on, and what a message held is dropped
 * when the model says that it is gone. */
#include "api/account.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/must.h"
#include "base/units.h"
#include "api/api_sqs_settings.h"
#include "api/api_sns.h"
#include "api/api_sqs_move.h"
#include "api/texts.h"

/* All side tables: a message shows them in its system attributes. */
static const unsigned wants = MESSAGE_WANT_GROUP | MESSAGE_WANT_BYTES | MESSAGE_WANT_BODY |
                              MESSAGE_WANT_RECEIVED | MESSAGE_WANT_NUMBER | MESSAGE_WANT_SOURCE;

static void on_fact(void *context, const struct fact *fact)
{
    struct account *account = context;
    if (fact->message == MESSAGE_NONE)
        return;
    uint32_t *body = &account->messages.side.body[fact->message];
    switch (fact->kind) {
    case PROBE_ACCEPTED:
        content_at(&account->contents, *body)->queue = fact->node;
        return;
    case PROBE_DELETED:
    case PROBE_RETENTION_OVER:
    case PROBE_PURGED:
        if (account->messages.at[fact->message].state != MESSAGE_FREE)
            return; /* a copy outlived its delete (RCV-11) */
        content_drop(&account->contents, *body);
        *body = 0;
        return;
    case PROBE_MOVED:
        /* MOVE-7: a redriven message counts as new. */
        content_at(&account->contents, *body)->id = account->next_root++;
        content_at(&account->contents, *body)->queue = fact->peer;
        return;
    case PROBE_DEAD_LETTERED:
        content_at(&account->contents, *body)->queue = fact->peer;
        /* DLQ-5: in a dead-letter queue, and wherever it is moved from there. */
        content_at(&account->contents, *body)->dedup_id = content_at(&account->contents, *body)->id;
        return;
    default:
        return;
    }
}

static void start(struct account *account)
{
    messages_init(&account->messages, wants, 0);
    contents_init(&account->contents);
    account->probe = (struct probe){.sink = on_fact, .context = account};
    account->ids = map_new();
    account->groups = map_new();
    account->queues = NULL;
    account->queue_count = 0;
    account->next_root = 1;
}

void account_init(struct account *account, const struct api_setting *setting)
{
    memset(account, 0, sizeof *account);
    account->setting = *setting;
    engine_init(&account->engine);
    start(account);
}

static void stop(struct account *account)
{
    api_sns_free(account);
    api_sqs_move_forget(account, NULL);
    /* All are closed before any goes: to close one is to look at the others. */
    for (uint32_t i = 0; i < account->queue_count; i++) {
        if (account->queues[i]->exists)
            account_close(account, account->queues[i]);
    }
    for (uint32_t i = 0; i < account->queue_count; i++) {
        free(account->queues[i]->name);
        free(account->queues[i]);
    }
    free(account->queues);
    map_free(account->ids);
    map_free(account->groups);
    messages_free(&account->messages);
    contents_free(&account->contents);
}

void account_free(struct account *account)
{
    stop(account);
}

void account_reset(struct account *account)
{
    stop(account);
    start(account);
    account->era++;
}

void account_advance(struct account *account, int64_t at_ns)
{
    engine_run_through(&account->engine, at_ns);
}

int64_t account_epoch_ms(int64_t at_ns)
{
    return ACCOUNT_EPOCH_S * 1000 + at_ns / 1000000;
}

int64_t account_epoch_s(int64_t at_ns)
{
    return ACCOUNT_EPOCH_S + at_ns / SEC;
}

static struct account_queue *find_name(const struct account *account, const char *name)
{
    uint32_t id;
    if (!map_get_text(account->ids, name, &id))
        return NULL;
    return account_by_id(account, (uint16_t)id);
}

/* The name at the end of a URL, which may have a slash behind it. */
static struct account_queue *find_path(const struct account *account, const char *path)
{
    char name[ACCOUNT_NAME_MOST + 1];
    const size_t length = strlen(path);
    if (length == 0 || path[length - 1] != '/' || length > sizeof name)
        return find_name(account, path);
    memcpy(name, path, length - 1);
    name[length - 1] = '\0';
    return find_name(account, name);
}

struct account_queue *account_find(const struct account *account, const char *url)
{
    const size_t bytes = sizeof ACCOUNT_URL - 1;
    return strncmp(url, ACCOUNT_URL, bytes) == 0 ? find_path(account, url + bytes)
                                                 : find_name(account, url);
}

struct account_queue *account_find_arn(const struct account *account, const char *arn)
{
    const size_t bytes = sizeof ACCOUNT_ARN - 1;
    return strncmp(arn, ACCOUNT_ARN, bytes) == 0 ? find_name(account, arn + bytes) : NULL;
}

struct account_queue *account_by_id(const struct account *account, uint16_t id)
{
    struct account_queue *entry = id < account->queue_count ? account->queues[id] : NULL;
    return entry != NULL && entry->exists ? entry : NULL;
}

struct account_queue *account_queue_of(struct request *request)
{
    const char *url;
    if (!request_need_text(request->params, "QueueUrl", &url, &request->error))
        return NULL;
    struct account_queue *queue = account_find(request->account, url);
    /* ATT-6 */
    if (queue == NULL)
        request_fail(&request->error, REQUEST_NO_QUEUE, "The specified queue does not exist.");
    return queue;
}

bool account_is_fifo_name(const char *name)
{
    const size_t length = strlen(name);
    return length >= 5 && strcmp(name + length - 5, ".fifo") == 0;
}

struct account_queue *account_entry(struct account *account, const char *name)
{
    uint32_t id;
    if (map_get_text(account->ids, name, &id))
        return account->queues[id];
    id = account->queue_count;
    if (id >= NODE_NONE)
        return NULL;
    if ((id & (id - 1)) == 0) /* the room is a power of two */
        account->queues = must_grow(account->queues, (2 * id + 1) * sizeof(struct account_queue *));
    struct account_queue *entry = must_alloc_lines(sizeof *entry);
    entry->name = texts_keep(name);
    entry->id = (uint16_t)id;
    entry->deleted_ns = -MINUTE;
    account->queues[id] = entry;
    account->queue_count++;
    map_put_text(account->ids, name, id);
    return entry;
}

/* The entry that an entry's redrive policy names, or NULL. */
static struct account_queue *dead_letter_of(const struct account *account,
                                            const struct account_queue *entry)
{
    uint32_t id;
    const char *name = entry->cfg.redrive.dead_letter.name;
    return name != NULL && map_get_text(account->ids, name, &id) ? account->queues[id] : NULL;
}

static void leave_sources(struct account *account, struct account_queue *entry)
{
    struct account_queue *target = dead_letter_of(account, entry);
    if (target == NULL)
        return;
    if (entry->prev_source != NULL)
        entry->prev_source->next_source = entry->next_source;
    else
        target->sources = entry->next_source;
    if (entry->next_source != NULL)
        entry->next_source->prev_source = entry->prev_source;
    entry->next_source = entry->prev_source = NULL;
    entry->cfg.redrive.dead_letter.name = NULL;
}

static void join_sources(struct account *account, struct account_queue *entry)
{
    struct account_queue *target = dead_letter_of(account, entry);
    if (target == NULL)
        return;
    entry->next_source = target->sources;
    if (target->sources != NULL)
        target->sources->prev_source = entry;
    target->sources = entry;
}

void account_note_cfg(struct account *account, struct account_queue *entry,
                      const struct queue_cfg *cfg)
{
    leave_sources(account, entry);
    entry->cfg = *cfg;
    join_sources(account, entry);
}

/* Policies name a queue by its ARN: made anew, it is their dead-letter queue again. */
static void meet_sources(struct account *account, struct account_queue *made)
{
    for (struct account_queue *entry = made->sources; entry != NULL; entry = entry->next_source)
        queue_set_dead_letter(&entry->queue, &made->queue, entry->cfg.redrive.max_receives,
                              account_now(account));
}

void account_open(struct account *account, struct account_queue *entry, const struct queue_cfg *cfg,
                  bool is_fifo)
{
    const struct queue_setting setting = {.engine = &account->engine,
                                          .messages = &account->messages,
                                          .probe = &account->probe,
                                          .limits = account->setting.limits,
                                          .seed = 1,
                                          .replication = 1,
                                          .stored_limit = UINT64_MAX};
    account_note_cfg(account, entry, cfg);
    entry->exists = true;
    entry->created_ns = entry->modified_ns = account_now(account);
    queue_init(&entry->queue, is_fifo ? &queue_sqs_fifo : &queue_sqs_standard, &entry->cfg,
               entry->name, entry->id, &setting);
    meet_sources(account, entry);
    api_sns_meet_queue(account, entry);
}

/* A queue that is gone is nobody's dead-letter queue. */
static void forget_dead_letter(struct account *account, const struct account_queue *gone)
{
    for (struct account_queue *entry = gone->sources; entry != NULL; entry = entry->next_source)
        queue_set_dead_letter(&entry->queue, NULL, 0, account_now(account));
}

void account_close(struct account *account, struct account_queue *entry)
{
    MUST(entry->exists && entry->queue.polls == NULL);
    api_sqs_move_forget(account, &entry->queue);
    forget_dead_letter(account, entry);
    leave_sources(account, entry);
    api_sns_lose_queue(account, entry);
    queue_empty(&entry->queue, account_now(account));
    engine_cancel(&account->engine, &entry->queue.due);
    queue_free(&entry->queue);
    api_sqs_settings_free(entry->settings);
    entry->settings = NULL;
    entry->exists = false;
    entry->deleted_ns = account_now(account);
}

uint32_t account_group(struct account *account, const char *group)
{
    uint32_t number = (uint32_t)map_count(account->groups);
    if (!map_get_text(account->groups, group, &number))
        map_put_text(account->groups, group, number);
    return number;
}
