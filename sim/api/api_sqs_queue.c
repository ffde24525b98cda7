// SPDX-License-Identifier: GPL-3.0-or-later
/* The actions about queues as a whole: made, found, listed, configured, purged, deleted. */
#include <ctype.h>
#include <string.h>

#include "base/units.h"
#include "api/api_sqs.h"
#include "api/api_sqs_attributes.h"
#include "api/api_sqs_tag.h"

enum { PAGE_MOST = 1000 }; /* ATT-13 */

/* ATT-2 */
static bool read_name(const struct json *params, const char **name, struct request_error *error)
{
    if (!request_need_text(params, "QueueName", name, error))
        return false;
    const size_t length = strlen(*name), plain = account_is_fifo_name(*name) ? length - 5 : length;
    bool is_good = plain >= 1 && length <= ACCOUNT_NAME_MOST;
    for (size_t i = 0; i < plain && is_good; i++)
        is_good = isalnum((unsigned char)(*name)[i]) || strchr("-_", (*name)[i]) != NULL;
    return is_good || request_fail(error, REQUEST_BAD_VALUE,
                                   "Can only include alphanumeric characters, hyphens, or "
                                   "underscores. 1 to 80 in length.");
}

/* ATT-2: name and attribute must agree. */
static bool read_kind(const char *name, const struct json *attributes, bool *is_fifo,
                      struct request_error *error)
{
    const struct json *given = attributes == NULL ? NULL : json_get(attributes, "FifoQueue");
    const bool wants_fifo =
        given != NULL && json_kind(given) == JSON_TEXT && strcmp(json_text(given), "true") == 0;
    *is_fifo = account_is_fifo_name(name);
    if (wants_fifo && !*is_fifo)
        return request_fail(error, REQUEST_BAD_VALUE,
                            "The name of a FIFO queue can only include alphanumeric characters, "
                            "hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in "
                            "length.");
    if (*is_fifo && !wants_fifo)
        return request_fail(error, REQUEST_BAD_VALUE,
                            "Can only include alphanumeric characters, hyphens, or underscores. 1 "
                            "to 80 in length. Only a FIFO queue's name ends in .fifo.");
    return true;
}

static void write_url(struct json_writer *w, const char *name)
{
    struct text url = {0};
    text_printf(&url, ACCOUNT_URL "%s", name);
    json_write_text(w, text_of(&url));
    text_free(&url);
}

/* ATT-5: to make a queue again is to name its present attributes. */
static bool meet_existing(const struct account_queue *entry, struct api_sqs_draft *draft,
                          const struct json *attributes, struct request_error *error)
{
    struct api_sqs_draft present;
    api_sqs_attributes_of(&present, draft->account, entry);
    const char *name = api_sqs_attributes_differ(attributes, draft, &present);
    api_sqs_attributes_drop(&present);
    return name == NULL ||
           request_fail(error, REQUEST_QUEUE_EXISTS,
                        "A queue already exists with the same name and a different value for "
                        "attribute %s",
                        name);
}

static bool open_new(struct request *request, struct api_sqs_draft *draft, const struct json *tags)
{
    struct account *account = request->account;
    struct account_queue *entry = account_entry(account, draft->name);
    if (entry == NULL)
        return request_fail(&request->error, REQUEST_OVER_LIMIT,
                            "No more names of queues are free here.");
    if (account_now(account) - entry->deleted_ns < MINUTE) /* ATT-6 */
        return request_fail(&request->error, REQUEST_DELETED_RECENTLY,
                            "You must wait 60 seconds after deleting a queue before you can "
                            "create another with the same name.");
    if (!api_sqs_tag_read(draft->settings, tags, &request->error))
        return false;
    account_open(account, entry, &draft->cfg, draft->is_fifo);
    api_sqs_attributes_take(entry, draft);
    return true;
}

static bool read_tags(const struct json *params, const struct json **tags,
                      struct request_error *error)
{
    if (!request_object(params, "tags", tags, error))
        return false;
    return *tags != NULL || request_object(params, "Tags", tags, error);
}

static bool create_queue(struct request *request)
{
    const struct json *params = request->params, *attributes, *tags;
    struct request_error *error = &request->error;
    struct api_sqs_draft draft;
    const char *name;
    bool is_fifo;
    if (!read_name(params, &name, error) ||
        !request_object(params, "Attributes", &attributes, error) ||
        !read_tags(params, &tags, error) || !read_kind(name, attributes, &is_fifo, error))
        return false;
    const struct account_queue *present = account_find(request->account, name);
    api_sqs_attributes_fresh(&draft, request->account, name, is_fifo);
    bool is_good = api_sqs_attributes_read(&draft, attributes, error);
    if (is_good && present != NULL)
        is_good = meet_existing(present, &draft, attributes, error);
    else if (is_good)
        is_good = open_new(request, &draft, tags);
    api_sqs_attributes_drop(&draft);
    if (!is_good)
        return false;
    json_write_key(request->w, "QueueUrl");
    write_url(request->w, name);
    return true;
}

static bool delete_queue(struct request *request)
{
    struct account_queue *entry = account_queue_of(request);
    if (entry == NULL)
        return false;
    account_close(request->account, entry);
    return true;
}

static bool get_queue_url(struct request *request)
{
    const char *name;
    if (!request_need_text(request->params, "QueueName", &name, &request->error))
        return false;
    const struct account_queue *entry = account_find(request->account, name);
    if (entry == NULL)
        return request_fail(&request->error, REQUEST_NO_QUEUE,
                            "The specified queue does not exist.");
    json_write_key(request->w, "QueueUrl");
    write_url(request->w, entry->name);
    return true;
}

/* --- lists, in pages --- */

struct page {
    uint32_t from; /* node id */
    int64_t most;
    bool is_limited;
};

static bool read_page(const struct json *params, struct page *page, struct request_error *error)
{
    int64_t most = 0;
    size_t from = 0;
    if (!request_int(params, "MaxResults", 1, PAGE_MOST, &most, error) ||
        !request_page(params, &from, error))
        return false;
    *page = (struct page){
        .from = (uint32_t)from, .most = most > 0 ? most : PAGE_MOST, .is_limited = most > 0};
    return true;
}

/* Writes the URLs of the queues that match, and returns how many; *next is the id that a further
 * page starts at, or UINT32_MAX. */
static int64_t write_urls(struct request *request, const struct page *page, const char *key,
                          bool (*matches)(const struct account_queue *entry, const void *with),
                          const void *with, uint32_t *next)
{
    const struct account *account = request->account;
    int64_t count = 0;
    *next = UINT32_MAX;
    for (uint32_t id = page->from; id < account->queue_count; id++) {
        const struct account_queue *entry = account->queues[id];
        if (!entry->exists || !matches(entry, with))
            continue;
        if (count == page->most) {
            *next = id;
            break;
        }
        if (count++ == 0) {
            json_write_key(request->w, key);
            json_write_open(request->w, '[');
        }
        write_url(request->w, entry->name);
    }
    if (count > 0)
        json_write_close(request->w, ']');
    return count;
}

static bool has_prefix(const struct account_queue *entry, const void *prefix)
{
    return strncmp(entry->name, prefix, strlen(prefix)) == 0;
}

static bool list_queues(struct request *request)
{
    const char *prefix = NULL;
    struct page page;
    uint32_t next;
    if (!request_text(request->params, "QueueNamePrefix", &prefix, &request->error) ||
        !read_page(request->params, &page, &request->error))
        return false;
    write_urls(request, &page, "QueueUrls", has_prefix, prefix == NULL ? "" : prefix, &next);
    if (next != UINT32_MAX && page.is_limited)
        request_write_token(request->w, next);
    return true;
}

static bool is_source_of(const struct account_queue *entry, const void *name)
{
    return entry->cfg.redrive.dead_letter.name == name;
}

/* DLQ-9 */
static bool list_sources(struct request *request)
{
    struct page page;
    uint32_t next;
    struct account_queue *entry = account_queue_of(request);
    if (entry == NULL || !read_page(request->params, &page, &request->error))
        return false;
    if (write_urls(request, &page, "queueUrls", is_source_of, entry->name, &next) == 0) {
        json_write_key(request->w, "queueUrls");
        json_write_open(request->w, '[');
        json_write_close(request->w, ']');
    }
    if (next != UINT32_MAX && page.is_limited)
        request_write_token(request->w, next);
    return true;
}

/* --- one queue --- */

static bool purge_queue(struct request *request)
{
    struct account_queue *entry = account_queue_of(request);
    if (entry == NULL)
        return false;
    if (queue_purge(&entry->queue, account_now(request->account)) == PURGE_IN_PROGRESS)
        return request_fail(&request->error, REQUEST_PURGE_IN_PROGRESS,
                            "Only one PurgeQueue operation on %s is allowed every 60 seconds.",
                            entry->name);
    return true;
}

static bool set_queue_attributes(struct request *request)
{
    const struct json *attributes;
    struct api_sqs_draft draft;
    struct account_queue *entry = account_queue_of(request);
    if (entry == NULL ||
        !request_object(request->params, "Attributes", &attributes, &request->error))
        return false;
    if (attributes == NULL)
        return request_fail(&request->error, REQUEST_MISSING_PARAMETER,
                            "The request must contain the parameter Attributes.");
    api_sqs_attributes_of(&draft, request->account, entry);
    const bool is_good = api_sqs_attributes_read(&draft, attributes, &request->error);
    if (is_good) {
        api_sqs_attributes_take(entry, &draft);
        queue_change(&entry->queue, &entry->cfg, account_now(request->account));
        entry->modified_ns = account_now(request->account);
    }
    api_sqs_attributes_drop(&draft);
    return is_good;
}

static bool get_queue_attributes(struct request *request)
{
    const struct json *names;
    struct account_queue *entry = account_queue_of(request);
    if (entry == NULL || !request_list(request->params, "AttributeNames", &names, &request->error))
        return false;
    queue_settle(&entry->queue, account_now(request->account));
    return api_sqs_attributes_show(request->account, entry, names, request->w, &request->error);
}

const struct request_action api_sqs_queue_actions[] = {
    {"sqs", "CreateQueue", create_queue},
    {"sqs", "DeleteQueue", delete_queue},
    {"sqs", "GetQueueUrl", get_queue_url},
    {"sqs", "ListQueues", list_queues},
    {"sqs", "ListDeadLetterSourceQueues", list_sources},
    {"sqs", "PurgeQueue", purge_queue},
    {"sqs", "GetQueueAttributes", get_queue_attributes},
    {"sqs", "SetQueueAttributes", set_queue_attributes},
    {NULL, NULL, NULL},
};
